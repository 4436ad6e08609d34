	.syntax unified
	.text
	.global _start
_start:
	add	r0, r1, #257
	sub	r0, r0, 0x10001
	cmp	r0, #1000000
	mov	r7, #1
	svc	#0
