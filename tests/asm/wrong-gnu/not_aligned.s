	.syntax unified
	.text
	.global _start
_start:
	b	far
	.byte	1
far:	mov	r0, #1
	mov	r7, #1
	svc	#0
