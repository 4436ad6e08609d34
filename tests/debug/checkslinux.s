@ What tests/debug/checks.s does, for Linux; its text is made writable first.
        .arm
        .global _start
_start:
        ldr     r0, =_start
        bic     r0, r0, #0xf00
        bic     r0, r0, #0xff
        mov     r1, #0x1000
        mov     r2, #7
        mov     r7, #125            @ mprotect
        svc     0
        mov     r4, #1
        bl      keeps
        bl      pushes
        bl      astray
back:   sub     sp, sp, #160
        mov     r1, sp
        mov     r0, #0
        mov     r7, #78             @ gettimeofday fills 8 bytes
        mov     r1, #0
        mov     r0, sp
        svc     0
        ldr     r0, [sp]
        ldr     r0, [sp, #-8]       @ nobody has written there
        adr     r1, next
        ldr     r2, [r1]
        str     r2, [r1]            @ an instruction, though the same one
next:   mov     r0, #0
        mov     r7, #1
        svc     0
keeps:  mov     r4, #2
        vmov.f64 d9, #1.0
        bx      lr
pushes: push    {r4, lr}
        ldr     lr, [sp, #4]
        add     sp, sp, #4
        bx      lr
astray: adr     lr, away
        bx      lr
        nop
away:   b       back
