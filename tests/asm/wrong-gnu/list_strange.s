	.syntax unified
	.text
	.global _start
_start:
	push	r0
	ldm	r0, r1
	stmdb	sp, {r3-r1}
	pop	{}
	mov	r7, #1
	svc	#0
