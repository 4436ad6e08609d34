@ Subsections: order, literal pools, mapping symbols, line tables.
.syntax unified
.arch armv7-a
.file 1 "x.c"
.text
.loc 1 1 0
f: mov r0,#1
 bl g
 .subsection 2
h: mov r1,#2
 .loc 1 5 0
 b f
 .word 5, h-f
 ldr r0,=0x12345678
 .subsection 1
 .loc 1 7 1
g: bx lr
 .word 7
 .previous
 nop
 ldr r3,=sym
 .text
 .loc 1 2 0
 bx lr
 .word h, g
 .previous
 .balign 4
 .data 1
 .word 1
 .data
 .word 2, g
 .pushsection .rodata, 3
 .asciz "three"
 .popsection
 .section .rodata
 .asciz "zero"
 .subsection 1
x: .asciz "one"
 .text
 .previous
 .byte 9, 1, 1, 1
 .text 3
 .thumb
 nop
 .type t,%function
t: b 1f
 .subsection 0
 .balign 4
1: movs r0,#1
 add r0,r0,#300
 nop
 .data
 .word x, t, 1b
 .section .debug_info
.byte 0
