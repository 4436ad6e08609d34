	.syntax unified
	.text
	.global _start
_start:
	mov	r7, #1
	svc	#0
	.data
	.byte	300
	.hword	70000
	.byte	1 2
