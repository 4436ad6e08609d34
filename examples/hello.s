@ The smallest useful guest: write(1, "Hello, world!\n", 14), then exit(0).
@
@ examples/hello is this file, assembled and linked by:
@
@   arm-linux-gnueabihf-as -o hello.o hello.s
@   arm-linux-gnueabihf-ld -z noexecstack -o hello hello.o && arm-linux-gnueabihf-strip hello

        .syntax unified
        .arch   armv7-a
        .text
        .global _start
_start:
        mov     r0, #1                  @ standard output
        adr     r1, text
        mov     r2, #length
        mov     r7, #4                  @ write
        svc     #0
        mov     r0, #0
        mov     r7, #1                  @ exit
        svc     #0
text:
        .ascii  "Hello, world!\n"
        .equ    length, . - text
        .section .note.GNU-stack, "", %progbits
