	.arch armv7-a
	.fpu vfpv3-d16
	.eabi_attribute 28, 1
	.eabi_attribute 20, 1
	.eabi_attribute 21, 1
	.eabi_attribute 23, 3
	.eabi_attribute 24, 1
	.eabi_attribute 25, 1
	.eabi_attribute 26, 2
	.eabi_attribute 30, 6
	.eabi_attribute 34, 1
	.eabi_attribute 18, 4
	.file	"fill.c"
	.text
.Ltext0:
	.cfi_sections	.debug_frame
	.file 1 "tests/tui/fill.c"
	.local	points
	.comm	points,32,4
	.local	total
	.comm	total,4,4
	.align	2
	.syntax unified
	.arm
	.type	area, %function
area:
.LFB0:
	.loc 1 8 1
	.cfi_startproc
	@ args = 0, pretend = 0, frame = 16
	@ frame_needed = 1, uses_anonymous_args = 0
	push	{fp, lr}
	.cfi_def_cfa_offset 8
	.cfi_offset 11, -8
	.cfi_offset 14, -4
	add	fp, sp, #4
	.cfi_def_cfa 11, 4
	sub	sp, sp, #16
	str	r0, [fp, #-16]
	str	r1, [fp, #-20]
	.loc 1 9 21
	ldr	r3, [fp, #-16]
	ldr	r3, [r3]
	.loc 1 9 28
	ldr	r2, [fp, #-16]
	ldr	r2, [r2, #4]
	.loc 1 9 25
	mul	r3, r2, r3
	.loc 1 9 14
	str	r3, [fp, #-8]
	.loc 1 10 8
	ldr	r3, [fp, #-20]
	cmp	r3, #0
	bne	.L2
	.loc 1 11 16
	ldr	r3, [fp, #-8]
	b	.L3
.L2:
	.loc 1 12 18
	ldr	r3, [fp, #-16]
	sub	r2, r3, #8
	ldr	r3, [fp, #-20]
	sub	r3, r3, #1
	mov	r1, r3
	mov	r0, r2
	bl	area
	mov	r2, r0
	.loc 1 12 16
	ldr	r3, [fp, #-8]
	add	r3, r2, r3
.L3:
	.loc 1 13 1
	mov	r0, r3
	sub	sp, fp, #4
	.cfi_def_cfa 13, 8
	@ sp needed
	pop	{fp, pc}
	.cfi_endproc
.LFE0:
	.size	area, .-area
	.align	2
	.syntax unified
	.arm
	.type	leave, %function
leave:
.LFB1:
	.loc 1 16 1
	.cfi_startproc
	@ args = 0, pretend = 0, frame = 8
	@ frame_needed = 1, uses_anonymous_args = 0
	@ link register save eliminated.
	push	{r7, fp}
	.cfi_def_cfa_offset 8
	.cfi_offset 7, -8
	.cfi_offset 11, -4
	add	fp, sp, #4
	.cfi_def_cfa 11, 4
	sub	sp, sp, #8
	str	r0, [fp, #-8]
	.loc 1 17 18
	ldr	r0, [fp, #-8]
	.loc 1 18 18
	mov	r7, #1
	.loc 1 19 5
	.syntax divided
@ 19 "tests/tui/fill.c" 1
	svc 0
@ 0 "" 2
	.arm
	.syntax unified
	.cfi_endproc
.LFE1:
	.size	leave, .-leave
	.align	2
	.global	_start
	.syntax unified
	.arm
	.type	_start, %function
_start:
.LFB2:
	.loc 1 24 1
	.cfi_startproc
	@ args = 0, pretend = 0, frame = 8
	@ frame_needed = 1, uses_anonymous_args = 0
	push	{fp, lr}
	.cfi_def_cfa_offset 8
	.cfi_offset 11, -8
	.cfi_offset 14, -4
	add	fp, sp, #4
	.cfi_def_cfa 11, 4
	sub	sp, sp, #8
.LBB2:
	.loc 1 25 14
	mov	r3, #0
	str	r3, [fp, #-8]
	.loc 1 25 5
	b	.L6
.L7:
	.loc 1 26 25 discriminator 3
	ldr	r3, [fp, #-8]
	add	r1, r3, #1
	.loc 1 26 21 discriminator 3
	movw	r3, #:lower16:points
	movt	r3, #:upper16:points
	ldr	r2, [fp, #-8]
	str	r1, [r3, r2, lsl #3]
	.loc 1 27 25 discriminator 3
	ldr	r3, [fp, #-8]
	lsl	r1, r3, #1
	.loc 1 27 21 discriminator 3
	movw	r2, #:lower16:points
	movt	r2, #:upper16:points
	ldr	r3, [fp, #-8]
	lsl	r3, r3, #3
	add	r3, r2, r3
	str	r1, [r3, #4]
	.loc 1 25 29 discriminator 3
	ldr	r3, [fp, #-8]
	add	r3, r3, #1
	str	r3, [fp, #-8]
.L6:
	.loc 1 25 23 discriminator 1
	ldr	r3, [fp, #-8]
	cmp	r3, #3
	ble	.L7
.LBE2:
	.loc 1 29 13
	mov	r1, #3
	ldr	r0, .L8
	bl	area
	mov	r2, r0
	.loc 1 29 11
	movw	r3, #:lower16:total
	movt	r3, #:upper16:total
	str	r2, [r3]
	.loc 1 30 5
	movw	r3, #:lower16:total
	movt	r3, #:upper16:total
	ldr	r3, [r3]
	mov	r0, r3
	bl	leave
	.loc 1 31 1
	nop
	sub	sp, fp, #4
	.cfi_def_cfa 13, 8
	@ sp needed
	pop	{fp, pc}
.L9:
	.align	2
.L8:
	.word	points+24
	.cfi_endproc
.LFE2:
	.size	_start, .-_start
.Letext0:
	.section	.debug_info,"",%progbits
.Ldebug_info0:
	.4byte	0x13d
	.2byte	0x5
	.byte	0x1
	.byte	0x4
	.4byte	.Ldebug_abbrev0
	.uleb128 0x5
	.4byte	.LASF5
	.byte	0x1d
	.4byte	.LASF6
	.ascii	".\000"
	.4byte	.Ltext0
	.4byte	.Letext0-.Ltext0
	.4byte	.Ldebug_line0
	.uleb128 0x6
	.byte	0x8
	.byte	0x1
	.byte	0x2
	.byte	0x9
	.4byte	0x40
	.uleb128 0x2
	.ascii	"x\000"
	.byte	0x16
	.4byte	0x40
	.byte	0
	.uleb128 0x2
	.ascii	"y\000"
	.byte	0x19
	.4byte	0x40
	.byte	0x4
	.byte	0
	.uleb128 0x7
	.byte	0x4
	.byte	0x5
	.ascii	"int\000"
	.uleb128 0x8
	.4byte	.LASF7
	.byte	0x1
	.byte	0x2
	.byte	0x1e
	.4byte	0x24
	.uleb128 0x9
	.4byte	0x47
	.4byte	0x63
	.uleb128 0xa
	.4byte	0x63
	.byte	0x3
	.byte	0
	.uleb128 0xb
	.byte	0x4
	.byte	0x7
	.4byte	.LASF0
	.uleb128 0x3
	.4byte	.LASF1
	.byte	0x4
	.byte	0xe
	.4byte	0x53
	.uleb128 0x5
	.byte	0x3
	.4byte	points
	.uleb128 0x3
	.4byte	.LASF2
	.byte	0x5
	.byte	0x11
	.4byte	0x63
	.uleb128 0x5
	.byte	0x3
	.4byte	total
	.uleb128 0xc
	.4byte	.LASF8
	.byte	0x1
	.byte	0x17
	.byte	0x6
	.4byte	.LFB2
	.4byte	.LFE2-.LFB2
	.uleb128 0x1
	.byte	0x9c
	.4byte	0xb9
	.uleb128 0xd
	.4byte	.LBB2
	.4byte	.LBE2-.LBB2
	.uleb128 0x1
	.ascii	"i\000"
	.byte	0x19
	.byte	0xe
	.4byte	0x40
	.uleb128 0x2
	.byte	0x91
	.sleb128 -12
	.byte	0
	.byte	0
	.uleb128 0xe
	.4byte	.LASF9
	.byte	0x1
	.byte	0xf
	.byte	0xd
	.4byte	.LFB1
	.4byte	.LFE1-.LFB1
	.uleb128 0x1
	.byte	0x9c
	.4byte	0xf6
	.uleb128 0x4
	.4byte	.LASF3
	.byte	0xf
	.byte	0x17
	.4byte	0x40
	.uleb128 0x2
	.byte	0x91
	.sleb128 -12
	.uleb128 0x1
	.ascii	"r0\000"
	.byte	0x11
	.byte	0x12
	.4byte	0x40
	.uleb128 0x1
	.byte	0x50
	.uleb128 0x1
	.ascii	"r7\000"
	.byte	0x12
	.byte	0x12
	.4byte	0x40
	.uleb128 0x1
	.byte	0x57
	.byte	0
	.uleb128 0xf
	.4byte	.LASF10
	.byte	0x1
	.byte	0x7
	.byte	0x11
	.4byte	0x63
	.4byte	.LFB0
	.4byte	.LFE0-.LFB0
	.uleb128 0x1
	.byte	0x9c
	.4byte	0x13a
	.uleb128 0x10
	.ascii	"p\000"
	.byte	0x1
	.byte	0x7
	.byte	0x1d
	.4byte	0x13a
	.uleb128 0x2
	.byte	0x91
	.sleb128 -20
	.uleb128 0x4
	.4byte	.LASF4
	.byte	0x7
	.byte	0x24
	.4byte	0x40
	.uleb128 0x2
	.byte	0x91
	.sleb128 -24
	.uleb128 0x1
	.ascii	"own\000"
	.byte	0x9
	.byte	0xe
	.4byte	0x63
	.uleb128 0x2
	.byte	0x91
	.sleb128 -12
	.byte	0
	.uleb128 0x11
	.byte	0x4
	.4byte	0x47
	.byte	0
	.section	.debug_abbrev,"",%progbits
.Ldebug_abbrev0:
	.uleb128 0x1
	.uleb128 0x34
	.byte	0
	.uleb128 0x3
	.uleb128 0x8
	.uleb128 0x3a
	.uleb128 0x21
	.sleb128 1
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x39
	.uleb128 0xb
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2
	.uleb128 0x18
	.byte	0
	.byte	0
	.uleb128 0x2
	.uleb128 0xd
	.byte	0
	.uleb128 0x3
	.uleb128 0x8
	.uleb128 0x3a
	.uleb128 0x21
	.sleb128 1
	.uleb128 0x3b
	.uleb128 0x21
	.sleb128 2
	.uleb128 0x39
	.uleb128 0xb
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x38
	.uleb128 0xb
	.byte	0
	.byte	0
	.uleb128 0x3
	.uleb128 0x34
	.byte	0
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x3a
	.uleb128 0x21
	.sleb128 1
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x39
	.uleb128 0xb
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2
	.uleb128 0x18
	.byte	0
	.byte	0
	.uleb128 0x4
	.uleb128 0x5
	.byte	0
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x3a
	.uleb128 0x21
	.sleb128 1
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x39
	.uleb128 0xb
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2
	.uleb128 0x18
	.byte	0
	.byte	0
	.uleb128 0x5
	.uleb128 0x11
	.byte	0x1
	.uleb128 0x25
	.uleb128 0xe
	.uleb128 0x13
	.uleb128 0xb
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x1b
	.uleb128 0x8
	.uleb128 0x11
	.uleb128 0x1
	.uleb128 0x12
	.uleb128 0x6
	.uleb128 0x10
	.uleb128 0x17
	.byte	0
	.byte	0
	.uleb128 0x6
	.uleb128 0x13
	.byte	0x1
	.uleb128 0xb
	.uleb128 0xb
	.uleb128 0x3a
	.uleb128 0xb
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x39
	.uleb128 0xb
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x7
	.uleb128 0x24
	.byte	0
	.uleb128 0xb
	.uleb128 0xb
	.uleb128 0x3e
	.uleb128 0xb
	.uleb128 0x3
	.uleb128 0x8
	.byte	0
	.byte	0
	.uleb128 0x8
	.uleb128 0x16
	.byte	0
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x3a
	.uleb128 0xb
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x39
	.uleb128 0xb
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x9
	.uleb128 0x1
	.byte	0x1
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0xa
	.uleb128 0x21
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2f
	.uleb128 0xb
	.byte	0
	.byte	0
	.uleb128 0xb
	.uleb128 0x24
	.byte	0
	.uleb128 0xb
	.uleb128 0xb
	.uleb128 0x3e
	.uleb128 0xb
	.uleb128 0x3
	.uleb128 0xe
	.byte	0
	.byte	0
	.uleb128 0xc
	.uleb128 0x2e
	.byte	0x1
	.uleb128 0x3f
	.uleb128 0x19
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x3a
	.uleb128 0xb
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x39
	.uleb128 0xb
	.uleb128 0x27
	.uleb128 0x19
	.uleb128 0x11
	.uleb128 0x1
	.uleb128 0x12
	.uleb128 0x6
	.uleb128 0x40
	.uleb128 0x18
	.uleb128 0x7c
	.uleb128 0x19
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0xd
	.uleb128 0xb
	.byte	0x1
	.uleb128 0x11
	.uleb128 0x1
	.uleb128 0x12
	.uleb128 0x6
	.byte	0
	.byte	0
	.uleb128 0xe
	.uleb128 0x2e
	.byte	0x1
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x3a
	.uleb128 0xb
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x39
	.uleb128 0xb
	.uleb128 0x27
	.uleb128 0x19
	.uleb128 0x11
	.uleb128 0x1
	.uleb128 0x12
	.uleb128 0x6
	.uleb128 0x40
	.uleb128 0x18
	.uleb128 0x7a
	.uleb128 0x19
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0xf
	.uleb128 0x2e
	.byte	0x1
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x3a
	.uleb128 0xb
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x39
	.uleb128 0xb
	.uleb128 0x27
	.uleb128 0x19
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x11
	.uleb128 0x1
	.uleb128 0x12
	.uleb128 0x6
	.uleb128 0x40
	.uleb128 0x18
	.uleb128 0x7c
	.uleb128 0x19
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x10
	.uleb128 0x5
	.byte	0
	.uleb128 0x3
	.uleb128 0x8
	.uleb128 0x3a
	.uleb128 0xb
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x39
	.uleb128 0xb
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2
	.uleb128 0x18
	.byte	0
	.byte	0
	.uleb128 0x11
	.uleb128 0xf
	.byte	0
	.uleb128 0xb
	.uleb128 0xb
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.byte	0
	.section	.debug_aranges,"",%progbits
	.4byte	0x1c
	.2byte	0x2
	.4byte	.Ldebug_info0
	.byte	0x4
	.byte	0
	.2byte	0
	.2byte	0
	.4byte	.Ltext0
	.4byte	.Letext0-.Ltext0
	.4byte	0
	.4byte	0
	.section	.debug_line,"",%progbits
.Ldebug_line0:
	.section	.debug_str,"MS",%progbits,1
.LASF0:
	.ascii	"unsigned int\000"
.LASF7:
	.ascii	"point\000"
.LASF6:
	.ascii	"tests/tui/fill.c\000"
.LASF4:
	.ascii	"depth\000"
.LASF2:
	.ascii	"total\000"
.LASF9:
	.ascii	"leave\000"
.LASF3:
	.ascii	"status\000"
.LASF5:
	.ascii	"GNU C17 12.2.0 -marm -mfloat-abi=hard -mtls-dialect"
	.ascii	"=gnu -march=armv7-a+fp -g -O0 -ffreestanding -fno-p"
	.ascii	"ic -fno-asynchronous-unwind-tables -fno-stack-prote"
	.ascii	"ctor\000"
.LASF10:
	.ascii	"area\000"
.LASF8:
	.ascii	"_start\000"
.LASF1:
	.ascii	"points\000"
	.ident	"GCC: (Debian 12.2.0-14) 12.2.0"
	.section	.note.GNU-stack,"",%progbits
