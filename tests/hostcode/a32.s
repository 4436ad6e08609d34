@ Pieces of A32 code, each ended by a branch to itself.
        .syntax unified
        .arch   armv7-a
        .fpu    neon-vfpv4
        .arm
        .macro  piece name
        .global \name
\name:
        .endm
        .macro  done
        b       .
        .endm
        .text
        .global _start
_start: nop

@ Data processing.
        piece add_immediate
        add     r0, r1, #10
        done
        piece add_same
        add     r0, r0, r1
        done
        piece add_shifted
        add     r0, r1, r2, lsl #2
        done
        piece reverse_subtract
        rsb     r0, r1, #0
        done
        piece high_registers
        add     r8, r9, r10
        done
        piece sp_and_lr
        add     lr, sp, #16
        done
        piece move_shifted_by_register
        lsl     r0, r1, r2
        done
        piece moves_shifted_by_register
        lsls    r0, r1, r2
        done
        piece bit_clear
        bic     r0, r0, #0xff
        done
        piece not_and_rotate
        mvn     r0, r1, ror #8
        done
        piece movw_movt
        movw    r0, #0x5678
        movt    r0, #0x1234
        done
        piece extend
        uxtb    r0, r1
        sxth    r2, r3
        done
        piece extend_and_add
        uxtab   r0, r1, r2
        done
        piece bit_field
        ubfx    r0, r1, #3, #5
        bfi     r2, r3, #8, #8
        done
        piece count_leading_zeros
        clz     r0, r1
        done
        piece byte_reverse
        rev     r0, r1
        done

@ Multiplication.
        piece multiply
        mul     r0, r1, r2
        done
        piece multiply_accumulate
        mla     r0, r1, r2, r3
        done
        piece multiply_long
        umull   r0, r1, r2, r3
        done
        piece multiply_accumulate_long
        smlal   r0, r1, r2, r3
        done

@ Flags.
        piece compare_and_branch
        cmp     r0, #5
        beq     compare_and_branch
        done
        piece compare_and_branch_unsigned
        cmp     r0, r1
        bhi     compare_and_branch
        done
        piece subtract_with_borrow
        subs    r0, r0, r2
        sbc     r1, r1, r3
        done
        piece add_with_carry
        adds    r0, r0, r2
        adcs    r1, r1, r3
        done
        piece test_and_move
        tst     r0, #1
        movne   r1, r2
        done
        piece conditional_run
        cmp     r0, #0
        ldrne   r1, [r2]
        addne   r1, r1, #1
        strne   r1, [r2]
        done
        piece minimum
        cmp     r0, r1
        movge   r0, r1
        done
        piece two_comparisons
        cmp     r0, #1
        cmpne   r0, #2
        moveq   r1, #0
        done

@ Memory.
        piece load_word
        ldr     r0, [r1, #4]
        done
        piece load_indexed
        ldr     r0, [r1, r2, lsl #2]
        done
        piece load_post_indexed
        ldrb    r0, [r1], #1
        done
        piece load_signed_half
        ldrsh   r0, [r1, #-2]
        done
        piece store_byte_pre_indexed
        strb    r0, [r1, #1]!
        done
        piece load_double
        ldrd    r0, r1, [r2]
        done
        piece load_multiple
        ldmia   r0!, {r1-r4}
        done
        piece store_multiple
        stmdb   r0!, {r1-r3, r8}
        done
        piece literal
        ldr     r0, =0x12345678
        done
        .ltorg

@ Branches.
        piece call
        bl      multiply
        piece return_
        bx      lr
        piece prologue_and_epilogue
        push    {r4, lr}
        mov     r4, r0
        pop     {r4, pc}
        piece jump_table
        ldr     pc, [r1, r0, lsl #2]

@ Loops.
        piece loop_count
        subs    r0, r0, #1
        bne     loop_count
        done
        piece loop_copy
        ldr     r3, [r1], #4
        str     r3, [r0], #4
        subs    r2, r2, #1
        bne     loop_copy
        done
        piece loop_list
        ldr     r0, [r0]
        cmp     r0, #0
        bne     loop_list
        done
        piece loop_conditional_run
        subs    r2, r2, #8
        stmiacs r3!, {r1, r12}
        bcs     loop_conditional_run
        done

@ VFP and Advanced SIMD.
        piece vfp_add
        vadd.f32 s0, s1, s2
        done
        piece vfp_multiply_add_double
        vmla.f64 d0, d1, d2
        done
        piece vfp_compare
        vcmp.f64 d0, d1
        vmrs    APSR_nzcv, FPSCR
        movgt   r0, #1
        done
        piece vfp_convert
        vcvt.s32.f64 s0, d1
        vmov    r0, s0
        done
        piece neon_add
        vadd.i32 q0, q1, q2
        done
        piece neon_multiply_accumulate
        vmla.f32 q0, q1, q2
        done
        piece neon_load_structures
        vld1.32 {d0-d1}, [r0]!
        vst1.32 {d0-d1}, [r1]!
        done
        piece neon_widen
        vmull.u8 q0, d2, d3
        done
        piece loop_neon
        vld1.32 {d16-d17}, [r1]!
        vadd.i32 q9, q9, q8
        subs    r2, r2, #1
        bne     loop_neon
        done

@ The C library's string functions.
        piece parallel_add
        uadd8   r2, r2, r12
        sel     r2, r4, r12
        done

@ What is left to the interpreter.
        piece interpreted
        udiv    r0, r1, r2
        add     r0, r0, #1
        done
