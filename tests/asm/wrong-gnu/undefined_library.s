	.syntax unified
	.text
	.global _start
_start:
	bl	printf
	ldr	r0, =format
	mov	r7, #1
	svc	#0
