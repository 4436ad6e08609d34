@ Variables that are written first, in parts and together, and constants.
    .arm
    .global _start
_start:
    sub sp, sp, #16
    mov r1, #0
    strb r1, [sp]
    strb r1, [sp, #1]
    strh r1, [sp, #2]
    ldr r2, [sp]
    stmib sp, {r1, r2, r3}
    ldrd r4, r5, [sp, #8]
    vld1.32 {d0, d1}, [sp]
    ldr r6, =0x12345678
    mov r7, #1
    svc 0
