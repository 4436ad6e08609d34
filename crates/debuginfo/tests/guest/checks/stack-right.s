@ A recursion that ends, with all that was pushed taken back.
    .arm
    .global _start
_start:
    mov r0, #5
    bl  work
    mov r7, #1
    svc 0
work:
    cmp r0, #0
    bxeq lr
    push {r0, lr}
    sub sp, sp, #8
    sub r0, r0, #1
    bl  work
    add sp, sp, #8
    ldr r0, [sp], #4
    ldr pc, [sp], #4
