@ An instruction of each kind that `explain` has words for.

        .syntax unified
        .global _start
        .arm
_start: adr     r2, table
        mov     r3, #2
        ldr     r1, [r2, r3, lsl #2]
        ldmia   r2!, {r4, r5}
        cmp     r4, r5
        addgt   r6, r4, #1
        adds    r6, r4, r5, lsl #3
        push    {r4, r6}
        bl      half
        mov     r0, #0
        mov     r7, #1
        svc     0
half:   bx      lr
table:  .word   10, 20, 30
