	.syntax unified
	.text
	.global _start
_start:
	mov	r0, #0x12345
	mvn	r1, #0x1234
	mov	r7, #1
	svc	#0
