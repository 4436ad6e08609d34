	.syntax unified
	.text
	.global _start
_start:
	b	far
	.space	0x2100000
far:
	mov	r7, #1
	svc	#0
