@ Functions that save what they use, R0-R3 and R12 excepted; one is in Thumb.
    .arm
    .global _start
_start:
    mov r4, #1
    bl  work
    bl  tail
    mov lr, pc
    ldr pc, =work
    mov r7, #1
    svc 0
work:
    push {r4, r5, lr}
    vpush {d8}
    mov r4, #2
    mov r5, #3
    mov r12, #4
    vmov.f64 d8, #1.0
    blx inner
    vpop {d8}
    pop {r4, r5, pc}
tail:
    mov r0, #1
    b   work
    .thumb
    .thumb_func
inner:
    push {r6, lr}
    movs r6, #7
    pop {r6, pc}
