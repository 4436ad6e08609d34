	.syntax unified
	.text
	.global _start
_start:
	mov	r7, #1
	svc	#0
	.data
	.asciz	hello
	.ascii	"open
