@ Hello from constants and addresses out of a literal pool: ldr r0, =1 is a mov, ldr r1, =message is a load.

        .global _start
_start:
        ldr     r0, =1                  @ standard output
        ldr     r1, =message
        ldr     r2, =length
        mov     r7, #4                  @ write
        svc     #0
        mov     r0, #0
        mov     r7, #1                  @ exit
        svc     #0

        .section .rodata
message:
        .asciz  "Hello, world!\n"
        length = . - message - 1        @ without the zero
