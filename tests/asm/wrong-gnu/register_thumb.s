	.syntax unified
	.text
	.thumb
	.thumb_func
	.global _start
_start:
	movs	r9, #1
	adds.n	r0, r8, #1
	cbz	r9, _start
	push	{sp}
	mov	r7, #1
	svc	#0
