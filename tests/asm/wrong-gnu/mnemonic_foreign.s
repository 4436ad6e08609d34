	.syntax unified
	.text
	.global _start
_start:
	call	main
	ret
	inc	r0
	mov	r7, #1
	svc	#0
