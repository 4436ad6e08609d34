@ Half a million instructions in loops that are translated, with a call in the inner one and an IT block in that.

        .syntax unified
        .global _start
        .arm
_start:
        mov     r4, #100
        mov     r5, #0
outer:  mov     r6, #500
inner:  mov     r0, r6
        blx     odd
        add     r5, r5, r0
        subs    r6, r6, #1
        bne     inner
        subs    r4, r4, #1
        bne     outer
done:   mov     r0, #0
        mov     r7, #1
        svc     #0

        .thumb
        .type   odd, %function
odd:
        tst     r0, #1
        ite     ne
        movne   r0, #1
        moveq   r0, #0
        bx      lr
