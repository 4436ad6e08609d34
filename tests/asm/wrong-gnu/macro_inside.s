	.syntax unified
	.text
	.global _start
_start:
	.macro	put n
	movv	r0, #\n
	.endm
	put	1
	put	2
	mov	r7, #1
	svc	#0
