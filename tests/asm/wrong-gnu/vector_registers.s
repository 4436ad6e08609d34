	.syntax unified
	.text
	.global _start
_start:
	vadd.f32	s0, d1, s2
	vadd.f64	d0, d1, s2
	vld1.32	{q0, d5}, [r0]
	mov	r7, #1
	svc	#0
