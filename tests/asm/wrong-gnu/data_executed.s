	.syntax unified
	.text
	.global _start
_start:
	mov	r0, #1
value:	.word	5
	mov	r7, #1
	svc	#0
