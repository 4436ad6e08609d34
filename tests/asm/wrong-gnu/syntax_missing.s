	.text
	.thumb
	.global _start
	.thumb_func
_start:
	mov	r0, #1
	add	r0, r0, #1
	mov	r7, #1
	svc	#0
