@ A function that uses R4 and D8 and does not restore them.
    .arm
    .global _start
_start:
    mov r4, #1
    bl  work
    mov r7, #1
    svc 0
work:
    mov r4, #2
    vmov.f64 d8, #1.0
    bx  lr
