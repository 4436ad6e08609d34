@ A line table of DWARF 5: file 0, directories given and implied, MD5 sums.
	.syntax unified
	.arch armv7-a
	.file 0 "/home/x" "sub/a.c" md5 0x0123456789abcdef0123456789abcdef
	.file 1 "sub/a.c" md5 0x0123456789abcdef0123456789abcdef
	.file 2 "/usr/include" "stdio.h" md5 0xff23456789abcdef0123456789abcd01
	.file 3 "/home/x/c.c"
	.file 4 "/d.c"
	.text
f:	.loc 0 1 2
	mov r0, #1
	.loc 1 2 0 view -0
	.loc 2 30 4 is_stmt 0 view .LVU1
	add r0, r0, #1
	.loc 3 5 prologue_end discriminator 3
	bx lr
	.loc 4 300 1
	.space 700
	nop
	.section .debug_info,"",%progbits
	.byte 0
	.uleb128 .LVU1
