// flags: -nostdlib -marm
// status: exit 42
// The registers and the stack at the start: argc at sp, 8-byte alignment, r0 0 for no exit function; entry in Thumb.
        .syntax unified
        .arch   armv7-a
        .text
        .thumb
        .global _start
        .thumb_func
_start:
        mov     r4, sp
        tst     r4, #7
        bne     bad
        cbnz    r0, bad
        ldr     r5, [r4]
        cmp     r5, #2
        bne     bad
        ldr     r5, [r4, #12]           // argv[2] is null
        cbnz    r5, bad
        adr     r1, text
        movs    r2, #6
        movs    r0, #1
        movs    r7, #4
        svc     0
        movs    r0, #42
        movs    r7, #1
        svc     0
bad:
        movs    r0, #1
        movs    r7, #1
        svc     0
        .align  2
text:   .ascii  "start\n"
        .section .note.GNU-stack, "", %progbits
