@ Thumb code with an IT block, called from A32; a word that is written by a store, a pair and a system call.

        .syntax unified
        .global _start
        .arm
_start:
        mov     r0, #5
        blx     least
        ldr     r1, =word
        str     r0, [r1]
        mov     r2, #7
        mov     r3, #8
        strd    r2, r3, [r1]
        sub     r1, r1, #4
        mov     r0, #0                  @ read(0, word - 4, 8)
        mov     r2, #8
        mov     r7, #3
        svc     #0
        mov     r0, #0
        mov     r7, #1
        svc     #0
        .ltorg

        .thumb
        .type   least, %function
least:
        cmp     r0, #3
        ite     lo
        movlo   r0, #1
        movhs   r0, #2
        bx      lr

        .bss
        .space  4
word:   .space  8
