@ A variable on the stack that is read before it is written.
    .arm
    .global _start
_start:
    sub sp, sp, #8
    str r0, [sp]
    ldrb r1, [sp, #5]
    mov r7, #1
    svc 0
