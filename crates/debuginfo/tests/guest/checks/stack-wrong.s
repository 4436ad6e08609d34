@ A function that pushes two words and takes one back.
    .arm
    .global _start
_start:
    bl  work
    mov r7, #1
    svc 0
work:
    push {r0, r1}
    add sp, sp, #4
    mov pc, lr
