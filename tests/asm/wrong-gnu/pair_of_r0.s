	.syntax unified
	.text
_start:
	ldrd	r1, r0, [r2]
	strd	r0, r0, [r2]
