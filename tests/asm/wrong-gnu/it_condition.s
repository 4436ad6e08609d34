	.syntax unified
	.text
	.thumb
	.thumb_func
	.global _start
_start:
	it	eq
	movne	r0, #1
	itt	eq
	moveq	r0, #1
	movne	r0, r1
	ite	gt
	movgt	r0, r1
	movle	r1, r0
	itt	lt
	movlt	r0, r1
	add	r0, r0, r1
	mov	r7, #1
	svc	#0
