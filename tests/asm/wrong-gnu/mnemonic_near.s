	.syntax unified
	.text
	.global _start
_start:
	movv	r0, #1
	addd	r0, r1
	ldrr	r0, [r1]
	psuh	{r0}
	vad.f32	s0, s1, s2
	mov	r7, #1
	svc	#0
