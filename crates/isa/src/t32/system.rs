//! T32 branches, system and coprocessor instructions (ARM ARM A6.3.4, A6.3.18).
// tidy: table

use crate::codec::*;
use crate::op::*;
use crate::operand::BarrierOption;
use crate::row::rows;

rows! {
    /// Branches, system and coprocessor instructions.
    ROWS T32:
    B_T3 "11110 s cccc iiiiii 10 k 0 j iiiiiiiiiii" B Branch { target: RelCond(s, j, k, i) } "b{c}.w\t{target}" V6T2 "A8.8.18";
    B_T4 "11110 s iiiiiiiiii 10 j 1 k iiiiiiiiiii" B Branch { target: Rel24T(s, j, k, i) } "b{c}.w\t{target}" V6T2 "A8.8.18";
    BL_T1 "11110 s iiiiiiiiii 11 j 1 k iiiiiiiiiii" Bl Branch { target: Rel24T(s, j, k, i) } "bl{c}\t{target}" V4T "A8.8.25";
    BLX_imm_T2 "11110 s iiiiiiiiii 11 j 0 k iiiiiiiiii 0" BlxImm Branch { target: Rel24Tx(s, j, k, i) } "blx{c}\t{target:a32}" V5T "A8.8.25";

    MSR_reg_T1 "11110 0 11100 R nnnn 10 (0) 0 mmmm (0)(0)(0)(0)(0)(0)(0)(0)" MsrReg MsrReg { spsr: B(R), mask: Psr(m), rn: R(n) }
        "msr{c}\t{spsr?SPSR:CPSR}_{mask}, {rn}" V6T2 "A8.8.112";
    MRS_T1 "11110 0 11111 R (1)(1)(1)(1) 10 (0) 0 dddd (0)(0)(0)(0)(0)(0)(0)(0)" Mrs Mrs { spsr: B(R), rd: R(d) }
        "mrs{c}\t{rd}, {spsr?SPSR:CPSR}" V6T2 "A8.8.109";
    HINT_T2 "11110 0 111010 (1)(1)(1)(1) 10 (0) 0 (0) 000 iiiiiiii" Hint Number { imm: U(i) } "nop{c}.w\t{{{imm:d}}" V6T2 "A8.8.119";
    NOP_T2 "11110 0 111010 (1)(1)(1)(1) 10 (0) 0 (0) 000 00000000" Nop NoArgs {} "nop{c}.w" V6T2 "A8.8.119";
    YIELD_T2 "11110 0 111010 (1)(1)(1)(1) 10 (0) 0 (0) 000 00000001" Yield NoArgs {} "yield{c}.w" V7 "A8.8.426";
    WFE_T2 "11110 0 111010 (1)(1)(1)(1) 10 (0) 0 (0) 000 00000010" Wfe NoArgs {} "wfe{c}.w" V7 "A8.8.424";
    WFI_T2 "11110 0 111010 (1)(1)(1)(1) 10 (0) 0 (0) 000 00000011" Wfi NoArgs {} "wfi{c}.w" V7 "A8.8.425";
    SEV_T2 "11110 0 111010 (1)(1)(1)(1) 10 (0) 0 (0) 000 00000100" Sev NoArgs {} "sev{c}.w" V7 "A8.8.168";
    DBG_T1 "11110 0 111010 (1)(1)(1)(1) 10 (0) 0 (0) 000 1111 iiii" Dbg Dbg { option: U(i) } "dbg{c}\t{option}" V7 "A8.8.42";
    CPS_T2 "11110 0 111010 (1)(1)(1)(1) 10 (0) 0 (0) iiM fff mmmmm" Cps Cps { imod: NonZero(i), flags: N8(f), change: B(M), mode: U(m) } "cps\t{mode}" V6T2 "B9.3.1";
    CPS_mode_T2 "11110 0 111010 (1)(1)(1)(1) 10 (0) 0 (0) 001 fff mmmmm" Cps Cps { imod: K(0), flags: N8(f), change: K(true), mode: U(m) } "cps\t{mode}" V6T2 "B9.3.1";
    CLREX_T1 "11110 0 111011 (1)(1)(1)(1) 10 (0) 0 (1)(1)(1)(1) 0010 (1)(1)(1)(1)" Clrex NoArgs {} "clrex{c}" V7 "A8.8.32";
    DSB_T1 "11110 0 111011 (1)(1)(1)(1) 10 (0) 0 (1)(1)(1)(1) 0100 oooo" Dsb Barrier { option: Opt(o) } "dsb{c}\t{option}" V7 "A8.8.44";
    DMB_T1 "11110 0 111011 (1)(1)(1)(1) 10 (0) 0 (1)(1)(1)(1) 0101 oooo" Dmb Barrier { option: Opt(o) } "dmb{c}\t{option}" V7 "A8.8.43";
    ISB_T1 "11110 0 111011 (1)(1)(1)(1) 10 (0) 0 (1)(1)(1)(1) 0110 oooo" Isb Barrier { option: Opt(o) } "isb{c}\t{option:#}" V7 "A8.8.53";
    ISB_sy_T1 "11110 0 111011 (1)(1)(1)(1) 10 (0) 0 (1)(1)(1)(1) 0110 1111" Isb Barrier { option: K(BarrierOption(15)) } "isb{c}\tsy" V7 "A8.8.53";
    BXJ_T1 "11110 0 111100 mmmm 10 (0) 0 (1)(1)(1)(1) (0)(0)(0)(0)(0)(0)(0)(0)" Bxj BranchReg { rm: R(m) } "bxj{c}\t{rm}" V6T2 "A8.8.28";
    ERET_T1 "11110 0 111101 (1)(1)(1)(0) 10 (0) 0 (1)(1)(1)(1) 00000000" Eret NoArgs {} "eret{c}" V7VE "B9.3.3";
    HVC_T1 "11110 1111110 iiii 1000 iiiiiiiiiiii" Hvc Number { imm: U(i) } "hvc{c}.w\t{imm:d}" V7VE "B9.3.4";
    SMC_T1 "11110 1111111 iiii 1000 (0)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)" Smc Number { imm: U(i) } "smc{c}\t{imm:d}" Security "B9.3.14";
    UDF_T2 "11110 1111111 iiii 1010 iiiiiiiiiiii" Udf Number { imm: U(i) } "udf{c}.w\t{imm}" V6T2 "A8.8.247";

    MCR_T1 "11101110 aaa0 nnnn tttt pppp bbb1 mmmm" Mcr CoprocMove { coproc: Coproc(p), opc1: N8(a), rt: R(t), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "mcr{c}\t{coproc}, {opc1}, {rt}, cr{crn}, cr{crm}, {{{opc2}}" V6T2 "A8.8.98";
    MRC_T1 "11101110 aaa1 nnnn tttt pppp bbb1 mmmm" Mrc CoprocMove { coproc: Coproc(p), opc1: N8(a), rt: R(t), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "mrc{c}\t{coproc}, {opc1}, {rt:flags}, cr{crn}, cr{crm}, {{{opc2}}" V6T2 "A8.8.107";
    MCR2_T2 "11111110 aaa0 nnnn tttt pppp bbb1 mmmm" Mcr2 CoprocMove { coproc: Coproc(p), opc1: N8(a), rt: R(t), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "mcr2{c}\t{coproc}, {opc1}, {rt}, cr{crn}, cr{crm}, {{{opc2}}" V6T2 "A8.8.98";
    MRC2_T2 "11111110 aaa1 nnnn tttt pppp bbb1 mmmm" Mrc2 CoprocMove { coproc: Coproc(p), opc1: N8(a), rt: R(t), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "mrc2{c}\t{coproc}, {opc1}, {rt:flags}, cr{crn}, cr{crm}, {{{opc2}}" V6T2 "A8.8.107";
    MCRR_T1 "11101100 0100 uuuu tttt pppp aaaa mmmm" Mcrr CoprocMove2 { coproc: Coproc(p), opc1: N8(a), rt: R(t), rt2: R(u), crm: N8(m) }
        "mcrr{c}\t{coproc}, {opc1}, {rt}, {rt2}, cr{crm}" V6T2 "A8.8.99";
    MRRC_T1 "11101100 0101 uuuu tttt pppp aaaa mmmm" Mrrc CoprocMove2 { coproc: Coproc(p), opc1: N8(a), rt: R(t), rt2: R(u), crm: N8(m) }
        "mrrc{c}\t{coproc}, {opc1}, {rt}, {rt2}, cr{crm}" V6T2 "A8.8.108";
    MCRR2_T2 "11111100 0100 uuuu tttt pppp aaaa mmmm" Mcrr2 CoprocMove2 { coproc: Coproc(p), opc1: N8(a), rt: R(t), rt2: R(u), crm: N8(m) }
        "mcrr2{c}\t{coproc}, {opc1}, {rt}, {rt2}, cr{crm}" V6T2 "A8.8.99";
    MRRC2_T2 "11111100 0101 uuuu tttt pppp aaaa mmmm" Mrrc2 CoprocMove2 { coproc: Coproc(p), opc1: N8(a), rt: R(t), rt2: R(u), crm: N8(m) }
        "mrrc2{c}\t{coproc}, {opc1}, {rt}, {rt2}, cr{crm}" V6T2 "A8.8.108";
    CDP_T1 "11101110 aaaa nnnn dddd pppp bbb0 mmmm" Cdp CoprocOp { coproc: Coproc(p), opc1: N8(a), crd: N8(d), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "cdp{c}\t{coproc}, {opc1}, cr{crd}, cr{crn}, cr{crm}, {{{opc2}}" V6T2 "A8.8.30";
    CDP2_T2 "11111110 aaaa nnnn dddd pppp bbb0 mmmm" Cdp2 CoprocOp { coproc: Coproc(p), opc1: N8(a), crd: N8(d), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "cdp2{c}\t{coproc}, {opc1}, cr{crd}, cr{crn}, cr{crm}, {{{opc2}}" V6T2 "A8.8.30";
    LDC_T1 "1110110PUDW1 nnnn dddd pppp iiiiiiii" Ldc CoprocMem { long: B(D), coproc: Coproc(p), crd: N8(d), rn: R(n), offset: CopAddr(P, U, W, i) }
        "ldc{long?l}{c}\t{coproc}, cr{crd}, [{rn}{offset}" V6T2 "A8.8.55";
    STC_T1 "1110110PUDW0 nnnn dddd pppp iiiiiiii" Stc CoprocMem { long: B(D), coproc: Coproc(p), crd: N8(d), rn: R(n), offset: CopAddr(P, U, W, i) }
        "stc{long?l}{c}\t{coproc}, cr{crd}, [{rn}{offset}" V6T2 "A8.8.198";
    LDC2_T2 "1111110PUDW1 nnnn dddd pppp iiiiiiii" Ldc2 CoprocMem { long: B(D), coproc: Coproc(p), crd: N8(d), rn: R(n), offset: CopAddr(P, U, W, i) }
        "ldc2{long?l}{c}\t{coproc}, cr{crd}, [{rn}{offset}" V6T2 "A8.8.55";
    STC2_T2 "1111110PUDW0 nnnn dddd pppp iiiiiiii" Stc2 CoprocMem { long: B(D), coproc: Coproc(p), crd: N8(d), rn: R(n), offset: CopAddr(P, U, W, i) }
        "stc2{long?l}{c}\t{coproc}, cr{crd}, [{rn}{offset}" V6T2 "A8.8.198";
}
