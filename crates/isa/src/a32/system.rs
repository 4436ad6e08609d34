//! A32 branches, status register access, coprocessor and exception-generating instructions, hints
//! (ARM ARM A5.2.9, A5.2.11, A5.2.12, A5.5, A5.6, A5.7).
// tidy: table

use crate::codec::*;
use crate::op::*;
use crate::operand::BarrierOption;
use crate::row::rows;

rows! {
    /// Branches, system and coprocessor instructions.
    ROWS A32:
    B_A1 "cccc 1010 iiii iiii iiii iiii iiii iiii" B Branch { target: Rel24(i) } "b{c}\t{target}" V4 "A8.8.18";
    BL_A1 "cccc 1011 iiii iiii iiii iiii iiii iiii" Bl Branch { target: Rel24(i) } "bl{c}\t{target}" V4 "A8.8.25";
    BLX_imm_A2 "1111 101H iiii iiii iiii iiii iiii iiii" BlxImm Branch { target: Rel24H(H, i) } "blx\t{target}" V5T "A8.8.25";
    BX_A1 "cccc 00010010 (1)(1)(1)(1) (1)(1)(1)(1) (1)(1)(1)(1) 0001 mmmm" Bx BranchReg { rm: R(m) } "bx{c}\t{rm}" V4T "A8.8.27";
    BLX_reg_A1 "cccc 00010010 (1)(1)(1)(1) (1)(1)(1)(1) (1)(1)(1)(1) 0011 mmmm" BlxReg BranchReg { rm: R(m) } "blx{c}\t{rm}" V5T "A8.8.26";
    BXJ_A1 "cccc 00010010 (1)(1)(1)(1) (1)(1)(1)(1) (1)(1)(1)(1) 0010 mmmm" Bxj BranchReg { rm: R(m) } "bxj{c}\t{rm}" V6 "A8.8.28";

    SVC_A1 "cccc 1111 iiii iiii iiii iiii iiii iiii" Svc Number { imm: U(i) } "svc{c}\t{imm:x8}" V4 "A8.8.228";
    BKPT_A1 "cccc 00010010 iiii iiii iiii 0111 iiii" Bkpt Number { imm: U(i) } "bkpt{c}\t{imm:x4}" V5T "A8.8.24";
    UDF_A1 "1110 01111111 iiii iiii iiii 1111 iiii" Udf Number { imm: U(i) } "udf\t{imm}" V4T "A8.8.247";
    HVC_A1 "1110 00010100 iiii iiii iiii 0111 iiii" Hvc Number { imm: U(i) } "hvc\t{imm:d}" V7VE "B9.3.4";
    SMC_A1 "cccc 00010110 (0)(0)(0)(0) (0)(0)(0)(0) (0)(0)(0)(0) 0111 iiii" Smc Number { imm: U(i) } "smc{c}\t{imm:d}" Security "B9.3.14";
    ERET_A1 "cccc 00010110 (0)(0)(0)(0) (0)(0)(0)(0) (0)(0)(0)(0) 0110 (1)(1)(1)(0)" Eret NoArgs {} "eret{c}" V7VE "B9.3.3";

    MRS_A1 "cccc 00010R00 (1)(1)(1)(1) dddd (0)(0)(0)(0) 0000 (0)(0)(0)(0)" Mrs Mrs { spsr: B(R), rd: R(d) }
        "mrs{c}\t{rd}, {spsr?SPSR:CPSR}" V4 "A8.8.109";
    MSR_reg_A1 "cccc 00010R10 mmmm (1)(1)(1)(1) (0)(0)(0)(0) 0000 nnnn" MsrReg MsrReg { spsr: B(R), mask: Psr(m), rn: R(n) }
        "msr{c}\t{spsr?SPSR:CPSR}_{mask}, {rn}" V4 "A8.8.112";
    MSR_imm_A1 "cccc 00110R10 mmmm (1)(1)(1)(1) iiii iiii iiii" MsrImm MsrImm { spsr: B(R), mask: Psr(m), op2: ImmA32(i) }
        "msr{c}\t{spsr?SPSR:CPSR}_{mask}, {op2}" V4 "A8.8.111";
    HINT_A1 "cccc 00110010 0000 1111 (0)(0)(0)(0) iiii iiii" Hint Number { imm: U(i) } "nop{c}\t{{{imm:d}}" V6K "A8.8.119";
    NOP_A1 "cccc 00110010 0000 1111 (0)(0)(0)(0) 0000 0000" Nop NoArgs {} "nop{c}\t{{0}" V6K "A8.8.119";
    YIELD_A1 "cccc 00110010 0000 1111 (0)(0)(0)(0) 0000 0001" Yield NoArgs {} "yield{c}" V6K "A8.8.426";
    WFE_A1 "cccc 00110010 0000 1111 (0)(0)(0)(0) 0000 0010" Wfe NoArgs {} "wfe{c}" V6K "A8.8.424";
    WFI_A1 "cccc 00110010 0000 1111 (0)(0)(0)(0) 0000 0011" Wfi NoArgs {} "wfi{c}" V6K "A8.8.425";
    SEV_A1 "cccc 00110010 0000 1111 (0)(0)(0)(0) 0000 0100" Sev NoArgs {} "sev{c}" V6K "A8.8.168";
    DBG_A1 "cccc 00110010 0000 1111 (0)(0)(0)(0) 1111 iiii" Dbg Dbg { option: U(i) } "dbg{c}\t{option}" V7 "A8.8.42";
    DSB_A1 "1111 01010111 (1)(1)(1)(1) (1)(1)(1)(1) (0)(0)(0)(0) 0100 oooo" Dsb Barrier { option: Opt(o) } "dsb\t{option}" V7 "A8.8.44";
    DMB_A1 "1111 01010111 (1)(1)(1)(1) (1)(1)(1)(1) (0)(0)(0)(0) 0101 oooo" Dmb Barrier { option: Opt(o) } "dmb\t{option}" V7 "A8.8.43";
    ISB_A1 "1111 01010111 (1)(1)(1)(1) (1)(1)(1)(1) (0)(0)(0)(0) 0110 oooo" Isb Barrier { option: Opt(o) } "isb\t{option:#}" V7 "A8.8.53";
    ISB_sy_A1 "1111 01010111 (1)(1)(1)(1) (1)(1)(1)(1) (0)(0)(0)(0) 0110 1111" Isb Barrier { option: K(BarrierOption(15)) } "isb\tsy" V7 "A8.8.53";
    SETEND_A1 "1111 00010000 (0)(0)(0)1 (0)(0)(0)(0) (0)(0)E(0) (0)(0)(0)(0) (0)(0)(0)(0)" Setend Setend { big: B(E) }
        "setend\t{big?be:le}" V6 "A8.8.167";
    CPS_A1 "1111 00010000 iiM0 (0)(0)(0)(0) (0)(0)(0)f ff0m mmmm" Cps Cps { imod: N8(i), flags: N8(f), change: B(M), mode: U(m) }
        "cps\t{mode}" V6 "B9.3.2";

    MCR_A1 "cccc 1110 aaa0 nnnn tttt pppp bbb1 mmmm" Mcr CoprocMove { coproc: Coproc(p), opc1: N8(a), rt: R(t), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "mcr{c}\t{coproc}, {opc1}, {rt}, cr{crn}, cr{crm}, {{{opc2}}" V4 "A8.8.98";
    MRC_A1 "cccc 1110 aaa1 nnnn tttt pppp bbb1 mmmm" Mrc CoprocMove { coproc: Coproc(p), opc1: N8(a), rt: R(t), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "mrc{c}\t{coproc}, {opc1}, {rt:flags}, cr{crn}, cr{crm}, {{{opc2}}" V4 "A8.8.107";
    MCR2_A2 "1111 1110 aaa0 nnnn tttt pppp bbb1 mmmm" Mcr2 CoprocMove { coproc: Coproc(p), opc1: N8(a), rt: R(t), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "mcr2\t{coproc}, {opc1}, {rt}, cr{crn}, cr{crm}, {{{opc2}}" V5T "A8.8.98";
    MRC2_A2 "1111 1110 aaa1 nnnn tttt pppp bbb1 mmmm" Mrc2 CoprocMove { coproc: Coproc(p), opc1: N8(a), rt: R(t), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "mrc2\t{coproc}, {opc1}, {rt}, cr{crn}, cr{crm}, {{{opc2}}" V5T "A8.8.107";
    MCRR_A1 "cccc 1100 0100 uuuu tttt pppp aaaa mmmm" Mcrr CoprocMove2 { coproc: Coproc(p), opc1: N8(a), rt: R(t), rt2: R(u), crm: N8(m) }
        "mcrr{c}\t{coproc}, {opc1}, {rt}, {rt2}, cr{crm}" V5TE "A8.8.99";
    MRRC_A1 "cccc 1100 0101 uuuu tttt pppp aaaa mmmm" Mrrc CoprocMove2 { coproc: Coproc(p), opc1: N8(a), rt: R(t), rt2: R(u), crm: N8(m) }
        "mrrc{c}\t{coproc}, {opc1}, {rt}, {rt2}, cr{crm}" V5TE "A8.8.108";
    MCRR2_A2 "1111 1100 0100 uuuu tttt pppp aaaa mmmm" Mcrr2 CoprocMove2 { coproc: Coproc(p), opc1: N8(a), rt: R(t), rt2: R(u), crm: N8(m) }
        "mcrr2\t{coproc}, {opc1}, {rt}, {rt2}, cr{crm}" V6 "A8.8.99";
    MRRC2_A2 "1111 1100 0101 uuuu tttt pppp aaaa mmmm" Mrrc2 CoprocMove2 { coproc: Coproc(p), opc1: N8(a), rt: R(t), rt2: R(u), crm: N8(m) }
        "mrrc2\t{coproc}, {opc1}, {rt}, {rt2}, cr{crm}" V6 "A8.8.108";
    CDP_A1 "cccc 1110 aaaa nnnn dddd pppp bbb0 mmmm" Cdp CoprocOp { coproc: Coproc(p), opc1: N8(a), crd: N8(d), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "cdp{c}\t{coproc}, {opc1}, cr{crd}, cr{crn}, cr{crm}, {{{opc2}}" V4 "A8.8.30";
    CDP2_A2 "1111 1110 aaaa nnnn dddd pppp bbb0 mmmm" Cdp2 CoprocOp { coproc: Coproc(p), opc1: N8(a), crd: N8(d), crn: N8(n), crm: N8(m), opc2: N8(b) }
        "cdp2\t{coproc}, {opc1}, cr{crd}, cr{crn}, cr{crm}, {{{opc2}}" V5T "A8.8.30";
    LDC_A1 "cccc 110PUDW1 nnnn dddd pppp iiii iiii" Ldc CoprocMem { long: B(D), coproc: Coproc(p), crd: N8(d), rn: R(n), offset: CopAddr(P, U, W, i) }
        "ldc{long?l}{c}\t{coproc}, cr{crd}, [{rn}{offset}" V4 "A8.8.55";
    STC_A1 "cccc 110PUDW0 nnnn dddd pppp iiii iiii" Stc CoprocMem { long: B(D), coproc: Coproc(p), crd: N8(d), rn: R(n), offset: CopAddr(P, U, W, i) }
        "stc{long?l}{c}\t{coproc}, cr{crd}, [{rn}{offset}" V4 "A8.8.198";
    LDC2_A2 "1111 110PUDW1 nnnn dddd pppp iiii iiii" Ldc2 CoprocMem { long: B(D), coproc: Coproc(p), crd: N8(d), rn: R(n), offset: CopAddr(P, U, W, i) }
        "ldc2{long?l}\t{coproc}, cr{crd}, [{rn}{offset}" V5T "A8.8.55";
    STC2_A2 "1111 110PUDW0 nnnn dddd pppp iiii iiii" Stc2 CoprocMem { long: B(D), coproc: Coproc(p), crd: N8(d), rn: R(n), offset: CopAddr(P, U, W, i) }
        "stc2{long?l}\t{coproc}, cr{crd}, [{rn}{offset}" V5T "A8.8.198";
}
