@ LDR Rd, =value: what becomes a move, what a load, how pools are padded, and a literal right at PC.
	.syntax unified
	.text
	.arch armv7-a
	.arm
	.irp reg, r0, r9, sp, pc
	.irp value, 1, 0x1234, 0xff00, 0xffffff00, -1, 0x12345678, 0xff00ff00, 0xffff, 0x80000000, sym, sym+4
	ldr \reg, =\value
	ldrne \reg, =\value
	.endr
	.ltorg
	.endr
	ldr r3, =0x00800080
	b 1f
	.ltorg
1:	ldrsb r0, =0x1234
	ldrh r1, =sym
	ldrd r2, 1b
	ldrd r2, 2f
	nop
2:	.word 0
	.ltorg
	.thumb
	.irp op, ldr, ldr.w, ldrb, ldrh, ldrsb, ldrsh
	.irp reg, r0, r9
	.irp value, 1, 0x1234, 0xff00ff00, -1, 0x12345678, 0xffff, 0x80000000, sym
	\op \reg, =\value
	.endr
	nop
	.ltorg
	.endr
	.endr
	it ne
	ldrne r0, =1
	.arch armv4t
	ldr r0, =1
	ldr r1, =-1
	nop
