	.syntax unified
	.text
	.thumb
	.thumb_func
	.global _start
_start:
	mov	r0, #0x12345678
	add	r0, r1, #0x12345
	mov	r7, #1
	svc	#0
