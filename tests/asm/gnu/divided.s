@ Thumb in the syntax of before Thumb-2, which is the one that GNU as begins with.
	.text
	.thumb
f:	add r0, r0, #1
	add r0, #200
	add r0, r1, #7
	add r0, r1, r2
	add r0, r0, r1
	add r0, r9
	add r9, r9, r0
	add r0, sp, #16
	add r0, pc, #8
	add sp, #16
	add sp, sp, #8
	sub sp, #16
	sub r0, #1
	sub r0, r1, r2
	sub r3, r3, #255
	mov r0, #1
	mov r0, r1
	mov r0, r9
	mov r9, r0
	mov pc, lr
	cpy r0, r1
	mvn r0, r1
	neg r0, r1
	mul r0, r1
	and r0, r1
	eor r0, r1
	orr r0, r1
	bic r0, r1
	adc r0, r1
	sbc r0, r1
	ror r0, r1
	lsl r0, r1, #3
	lsr r0, r1, #4
	asr r0, r1, #5
	lsl r0, r1
	lsr r0, r1
	asr r0, r1
	tst r0, r1
	cmp r0, r1
	cmp r0, #3
	cmn r0, r1
	cmp r9, r0
	ldr r0, [r1, #4]
	ldrb r0, [r1, #4]
	ldrh r0, [r1, #4]
	ldrsb r0, [r1, r2]
	ldsh r0, [r1, r2]
	str r0, [sp, #8]
	ldr r0, 1f
	adr r0, 1f
	ldr r0, =0x12345678
	push {r0-r3, lr}
	pop {r0-r3, pc}
	ldmia r0!, {r1, r2}
	stmia r0!, {r1, r2}
	b 1f
	beq 1f
	bne f
	bl f
	bx lr
	swi 3
	bkpt 1
	nop
	.balign 4
1:	.word 1
	.ltorg
	.syntax unified
	adds r0, r0, #1
	movs r0, r1
	add r0, r0, #1
	.syntax divided
	add r0, r0, #1
	mov r0, r1
	.arm
	addeqs r0, r1, r2
	ldreqb r0, [r1]
	ldmeqfd sp!, {r0, pc}
	swieq 5
