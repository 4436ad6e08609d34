@ Returns of every kind, and one over two calls at once.
    .arm
    .global _start
_start:
    mov r8, sp
    bl  outer
    bl  plain
    mov r7, #1
    svc 0
outer:
    mov r10, lr
    push {r4, lr}
    bl  inner
inner:
    mov sp, r8
    bx  r10
plain:
    stmfd sp!, {r11, lr}
    ldmfd sp!, {r11, pc}
