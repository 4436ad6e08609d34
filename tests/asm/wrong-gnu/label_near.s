	.syntax unified
	.text
	.global _start
_start:
loop:	subs	r0, r0, #1
	bne	lop
	ldr	r1, =mesage
	mov	r7, #1
	svc	#0
	.data
message: .asciz "hi"
