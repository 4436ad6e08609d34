	.syntax unified
	.text
	.global _start
_start:
one:	nop
one:	nop
	mov	r7, #1
	svc	#0
