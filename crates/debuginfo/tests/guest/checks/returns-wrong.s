@ A function that forgets that its own call overwrites LR: what it saved was changed.
    .arm
    .global _start
_start:
    bl  work
    mov r7, #1
    svc 0
work:
    push {lr}
    adr r0, away
    str r0, [sp]
    pop {pc}
    nop
away:
    mov r7, #1
    svc 0
