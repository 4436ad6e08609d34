	.syntax unified
	.text
	.global _start
_start:
	ldr	r0, =0x12345678
	.ltorg
	mov	r7, #1
	svc	#0
