	.syntax unified
	.text
	.global _start
_start:
	svc
	cmp	r0
	add
	ldr	r0
	b
