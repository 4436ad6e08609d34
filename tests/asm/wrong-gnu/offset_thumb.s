	.syntax unified
	.text
	.thumb
	.thumb_func
	.global _start
_start:
	ldr.n	r0, [r1, #5]
	ldr	r0, [r1, #-300]
	ldr.n	r0, [r8]
	mov	r7, #1
	svc	#0
