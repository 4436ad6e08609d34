@ Data among the code is no code.
    .arm
    .global _start
_start:
    adr r0, here
    ldr r1, [r0]
    str r1, [r0]
    mov r7, #1
    svc 0
here:
    .word 0
