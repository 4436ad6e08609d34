	.syntax unified
	.text
	.global _start
_start:
	add	r0, r1, r2, r3, r4
	mov	r0, r1, r2
	cmp	r0, r1, #4
	mov	r7, #1
	svc	#0
