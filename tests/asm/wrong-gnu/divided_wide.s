@ The syntax of before Thumb-2 has 16-bit instructions only.
	.syntax divided
	.thumb
	.global _start
	.type _start, %function
_start:
	add r0, r1, #200
	b .
