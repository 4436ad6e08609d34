@ Thumb code with instructions of both lengths and data between them.
        .syntax unified
        .thumb
        .global _start
        .type   _start, %function
        .thumb_func
_start:
        movs    r0, #3
        ldr     r1, value
        add     r2, r0, r1
        movw    r3, #0x1234
        adds    r3, r3, #1
        bl      twice
        b       finish
        .align  2
value:  .word   0x01020304
        .type   twice, %function
        .thumb_func
twice:
        lsls    r0, r0, #1
        bx      lr
        .type   finish, %function
        .thumb_func
finish:
        movs    r7, #1
        svc     #0
