	.syntax unified
	.text
	.global _start
_start:
	mov	r16, #1
	add	r0, r1, r99
	ldr	r20, [r0]
	push	{r0, r17}
	mov	r7, #1
	svc	#0
