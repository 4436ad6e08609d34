	.text
_start:
	mové	r0, #1
	.teéxt
	add	ré, r1
