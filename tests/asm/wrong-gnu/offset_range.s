	.syntax unified
	.text
	.global _start
_start:
	ldr	r0, [r1, #5000]
	ldrh	r0, [r1, #256]
	strd	r0, r1, [r2, #300]
	mov	r7, #1
	svc	#0
