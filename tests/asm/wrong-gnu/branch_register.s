	.syntax unified
	.text
	.global _start
_start:
	b	r0
	bl	r0
	bx	main
	mov	r7, #1
	svc	#0
