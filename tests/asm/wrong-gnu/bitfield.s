	.syntax unified
	.text
	.global _start
_start:
	ubfx	r0, r1, #30, #4
	bfi	r0, r1, #0, #33
	mov	r7, #1
	svc	#0
