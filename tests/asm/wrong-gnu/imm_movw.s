	.syntax unified
	.text
	.global _start
_start:
	movw	r0, #0x12345
	mov	r7, #1
	svc	#0
