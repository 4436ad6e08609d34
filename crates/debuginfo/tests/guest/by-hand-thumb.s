@ The same in Thumb.
    .syntax unified
    .thumb
    .global _start
    .thumb_func
_start:
    movs r0, #4
    bl  fact
    movs r7, #1
    svc 0
fact:
    push {r4, lr}
    movs r4, r0
    beq done
    subs r0, r0, #1
    bl  fact
    movs r5, #2
loop:
    subs r5, r5, #1
    bne loop
    bl  square
    bl  store
done:
    it  eq
    moveq r0, #1
    pop {r4, pc}
square:
    mul r1, r0, r0
    bx  lr
store:
    push {r7, lr}
    sub sp, sp, #24
    add r7, sp, #8
    str r0, [r7, #4]
    cbz r0, 1f
    bl  square
1:  adds r7, r7, #16
    mov sp, r7
    pop {r7, pc}
