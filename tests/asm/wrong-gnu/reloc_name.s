@ A relocation that there is not.
	.global _start
_start:
	.reloc ., R_ARM_ABS64, _start
	b .
