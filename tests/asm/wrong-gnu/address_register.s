	.syntax unified
	.text
	.global _start
_start:
	ldr	r0, r1
	str	r0, r1
	mov	r7, #1
	svc	#0
