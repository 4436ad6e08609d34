	.syntax unified
	.text
	.global _start
_start:
	ldr	r0, [r1, #4
	push	{r4, lr
	ldr	r0, r1]
	mov	r7, #1
	svc	#0
