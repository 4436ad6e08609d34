	.syntax unified
	.text
	.global _start
_start:
	mov	r7, #1
	svc	#0
	.data
	.wrod	1
	.asci	"x"
	.blign	4
	.mov	r0, r1
