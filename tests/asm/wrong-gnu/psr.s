	.syntax unified
	.text
	.global _start
_start:
	mrs	r0, cspr
	msr	cpsr, #0x12345
	dmb	all
	mov	r7, #1
	svc	#0
