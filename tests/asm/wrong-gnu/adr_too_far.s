	.syntax unified
	.text
	.global _start
_start:
	adr	r0, far
	mov	r7, #1
	svc	#0
	.space	4099
far:	.word	1
