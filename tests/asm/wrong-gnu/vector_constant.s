	.syntax unified
	.text
	.global _start
_start:
	vmov.f32	s0, #0.1
	vmov.i32	q0, #0x12345678
	mov	r7, #1
	svc	#0
