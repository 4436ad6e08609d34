@ Pieces of T32 code, each ended by a branch to itself.
        .syntax unified
        .arch   armv7-a
        .thumb
        .macro  piece name
        .global \name
        .thumb_func
\name:
        .endm
        .macro  done
        b       .
        .endm
        .text
        .global _start
        .thumb_func
_start: nop
        piece adds_narrow
        adds    r0, r1, r2
        done
        piece movs_narrow
        movs    r0, #7
        done
        piece if_then
        cmp     r0, #0
        it      eq
        moveq   r1, #1
        done
        piece if_then_else
        cmp     r0, r1
        ite     lt
        addlt   r2, r2, #1
        subge   r2, r2, #1
        done
        piece compare_zero_and_branch
        cbz     r0, adds_after
        nop
adds_after:
        done
        piece table_branch
        tbb     [pc, r0]
        .byte   1, 1
        done
        piece wide_store
        str.w   r0, [r1, #-4]!
        done
        piece push_pop
        push    {r4-r7, lr}
        pop     {r4-r7, pc}
        piece interworking_call
        blx     r3
        piece loop_bytes
        ldrb    r2, [r0], #1
        cmp     r2, #0
        bne     loop_bytes
        done
        piece loop_table
        ldr     r3, [r1, r2, lsl #2]
        adds    r2, #1
        add     r0, r3
        cmp     r2, #100
        blt     loop_table
        done
        piece atomic_add
0:      ldrex   r2, [r3]
        add     r2, r2, r1
        strex   r4, r2, [r3]
        cmp     r4, #0
        bne     0b
        dmb     ish
        done
        piece bit_test
        lsls    r3, r3, #31
        bmi     .
        ldr     r0, [r3, #4]
        done
        piece constant
        movw    r2, #0x1234
        movt    r2, #0x5678
        movs    r1, #0
        ldr     r0, [r2]
        done
        piece chained_comparison
        cmp     r2, #95
        it      ne
        cmpne   r1, #25
        it      ls
        movls   r2, #0
        bls     .
        done
        piece trailing_zeros
        rbit    r0, r1
        clz     r0, r0
        done
