	.syntax unified
	.text
	.global _start
_start:
	mov	r0, #0x101
	lrd	r0, [r1]
	b	
	.wod	5
	add	r0, r16, r1
