@ Counts for ever, and says so first.
        .syntax unified
        .arm
        .global _start
        .type _start, %function
_start:
        mov     r7, #4                  @ write(1, text, 8)
        mov     r0, #1
        ldr     r1, =text
        mov     r2, #8
        svc     #0
        ldr     r4, =counter
again:
        ldr     r0, [r4]
        add     r0, r0, #1
        str     r0, [r4]
        b       again
done:
        mov     r0, #0
        mov     r7, #1
        svc     #0
        .ltorg

        .data
text:   .ascii  "Counts.\n"
counter: .word  0
