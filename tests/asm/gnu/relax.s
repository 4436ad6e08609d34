@ Thumb instructions whose size depends on what is between: which of several layouts, and the order of relocations.
	.syntax unified
	.arch armv7-a
	.thumb
	.text
	.global outside
	.type f, %function
f:	b outside
	add r0, r1, #200
	b 1f
	.space 2040
	b outside
1:	adr r0, 2f
	ldr r1, 3f
	.balign 8
	b outside
	.space 1010
2:	nop
	cmp r0, #300
	bne 4f
	b outside
	.balign 16
3:	.word 1
	.space 240
	beq 2b
	movs r0, #1
	movs r0, #256
4:	ldr r0, [r1, #124]
	ldr r0, [r1, #128]
	b f
	.balign 4
5:	b 6f
	.rept 340
	add r0, r1, #9
	b outside
	.endr
6:	b 5b
	bne f
	b outside
	.data
	.uleb128 6b - 1b
	.byte 0, 0
	.balign 4
	.uleb128 8f - 7f
7:	.space 128 * 128 - 1
	.balign 4
8:	.word f
