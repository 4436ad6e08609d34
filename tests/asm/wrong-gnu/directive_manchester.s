	.syntax unified
	.text
	.global _start
_start:
	mov	r7, #1
	svc	#0
text	DEFB	"hello", 0
	DEFW	5
size	EQU	4
	ALIGN
