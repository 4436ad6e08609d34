	.syntax unified
	.text
	.global _start
_start:
	str	r0, =5
	mov	r0, =5
	ldrh	r0, =5
	mov	r7, #1
	svc	#0
