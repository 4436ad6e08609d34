	.syntax unified
	.text
	.global _start
_start:
	svc	#0x1000000
	bkpt	#70000
	mov	r7, #1
	svc	#0
