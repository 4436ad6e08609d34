	.syntax unified
	.text
	.global _start
_start:
	mul	r0, r1, pc
	clz	pc, r0
	ldmia	r0, {r3, r1}
	push	{r4, pc}
	mov	r7, #1
	svc	#0
