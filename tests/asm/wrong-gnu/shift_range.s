	.syntax unified
	.text
	.global _start
_start:
	lsl	r0, r1, #40
	mov	r0, r1, lsr #33
	add	r0, r1, r2, lsl
	mov	r7, #1
	svc	#0
