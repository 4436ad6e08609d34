@ A version is named behind one, two or three @.
	.global _start, f
_start:
	b .
f:	bx lr
	.symver f, g
	.subsection -1
