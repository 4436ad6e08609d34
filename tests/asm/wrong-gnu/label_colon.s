	.syntax unified
	.text
	.global _start
_start:
loop	add	r0, r0, #1
again
	b	loop
