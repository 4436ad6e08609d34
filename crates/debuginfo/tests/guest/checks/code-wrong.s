@ A program that stores into its own instructions.
    .arm
    .global _start
_start:
    adr r0, here
    ldr r1, [r0]
    str r1, [r0]
here:
    mov r7, #1
    svc 0
