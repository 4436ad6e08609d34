	.syntax unified
	.text
	.thumb
	.thumb_func
	.global _start
_start:
	cbz	r0, far
	b.n	far
	beq.n	far
	.space	5000
far:
	mov	r7, #1
	svc	#0
