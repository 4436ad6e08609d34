	.syntax unified
	.text
	.global _start
_start:
	.macro	call n
	svc	\n
	mov	r7, #1
	svc	#0
