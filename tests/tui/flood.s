@ Writes without end.
        .syntax unified
        .arm
        .global _start
        .type _start, %function
_start:
        mov     r7, #4                  @ write(1, text, 64)
        mov     r0, #1
        ldr     r1, =text
        mov     r2, #64
        svc     #0
        b       _start
        .ltorg

        .data
text:   .ascii  "............................... "
        .ascii  "...............................\n"
