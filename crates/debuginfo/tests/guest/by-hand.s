@ Functions by hand: a recursion, a leaf, a function with locals and a frame pointer.
    .arm
    .global _start
_start:
    mov r0, #4
    bl  fact
    mov r7, #1
    svc 0
fact:
    push {r4, lr}
    movs r4, r0
    moveq r0, #1
    beq done
    sub r0, r0, #1
    bl  fact
    mov r5, #2
loop:
    subs r5, r5, #1
    bne loop
    bl  square
    bl  store
done:
    pop {r4, pc}
square:
    mul r1, r0, r0
    bx  lr
store:
    mov ip, sp
    stmfd sp!, {r4, fp, ip, lr}
    sub fp, ip, #4
    sub sp, sp, #24
    str r0, [fp, #-20]
    str r4, [sp, #4]
    cmp r0, #3
    ldmlsfd sp, {r0, r1}
    bl  square
    sub sp, fp, #12
    ldmfd sp, {r4, fp, sp, pc}
