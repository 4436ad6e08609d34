@ Its status is how many rows its terminal has, and a hundred more if it has not 80 columns.
        .syntax unified
        .arm
        .global _start
        .type _start, %function
_start:
        mov     r7, #54                 @ ioctl(1, TIOCGWINSZ, size)
        mov     r0, #1
        ldr     r1, =0x5413
        ldr     r2, =size
        svc     #0
        ldr     r1, =size
        ldrh    r0, [r1]
        ldrh    r2, [r1, #2]
        subs    r2, r2, #80
        addne   r0, r0, #100
        mov     r7, #1                  @ exit
        svc     #0
        .ltorg

        .data
        .align  2
size:   .space  8
