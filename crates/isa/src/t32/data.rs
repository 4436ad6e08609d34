//! T32 data processing (ARM ARM A6.3.1, A6.3.3, A6.3.11-A6.3.15).
// tidy: table

use crate::codec::*;
use crate::op::*;
use crate::row::rows;

rows! {
    /// Data processing.
    ROWS T32:
    AND_imm_T1 "11110 i 0 0000 S nnnn 0 iii dddd iiiiiiii" And DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmT32(i) }
        "and{s?s}{c}\t{rd}, {rn}, {op2}" V6T2 "A8.8.13";
    AND_reg_T2 "11101 01 0000 S nnnn (0) hhh dddd hh tt mmmm" And DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "and{s?s}{c}.w\t{rd}, {rn}, {op2}" V6T2 "A8.8.14";
    BIC_imm_T1 "11110 i 0 0001 S nnnn 0 iii dddd iiiiiiii" Bic DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmT32(i) }
        "bic{s?s}{c}\t{rd}, {rn}, {op2}" V6T2 "A8.8.21";
    BIC_reg_T2 "11101 01 0001 S nnnn (0) hhh dddd hh tt mmmm" Bic DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "bic{s?s}{c}.w\t{rd}, {rn}, {op2}" V6T2 "A8.8.22";
    ORR_imm_T1 "11110 i 0 0010 S nnnn 0 iii dddd iiiiiiii" Orr DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmT32(i) }
        "orr{s?s}{c}\t{rd}, {rn}, {op2}" V6T2 "A8.8.122";
    ORR_reg_T2 "11101 01 0010 S nnnn (0) hhh dddd hh tt mmmm" Orr DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "orr{s?s}{c}.w\t{rd}, {rn}, {op2}" V6T2 "A8.8.123";
    ORN_imm_T1 "11110 i 0 0011 S nnnn 0 iii dddd iiiiiiii" Orn DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmT32(i) }
        "orn{s?s}{c}\t{rd}, {rn}, {op2}" V6T2 "A8.8.120";
    ORN_reg_T2 "11101 01 0011 S nnnn (0) hhh dddd hh tt mmmm" Orn DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "orn{s?s}{c}\t{rd}, {rn}, {op2}" V6T2 "A8.8.121";
    EOR_imm_T1 "11110 i 0 0100 S nnnn 0 iii dddd iiiiiiii" Eor DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmT32(i) }
        "eor{s?s}{c}\t{rd}, {rn}, {op2}" V6T2 "A8.8.46";
    EOR_reg_T2 "11101 01 0100 S nnnn (0) hhh dddd hh tt mmmm" Eor DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "eor{s?s}{c}.w\t{rd}, {rn}, {op2}" V6T2 "A8.8.47";
    ADD_imm_T3 "11110 i 0 1000 S nnnn 0 iii dddd iiiiiiii" Add DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmT32(i) }
        "add{s?s}{c}.w\t{rd}, {rn}, {op2}" V6T2 "A8.8.4";
    ADD_reg_T3 "11101 01 1000 S nnnn (0) hhh dddd hh tt mmmm" Add DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "add{s?s}{c}.w\t{rd}, {rn}, {op2}" V6T2 "A8.8.6";
    ADC_imm_T1 "11110 i 0 1010 S nnnn 0 iii dddd iiiiiiii" Adc DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmT32(i) }
        "adc{s?s}{c}\t{rd}, {rn}, {op2}" V6T2 "A8.8.1";
    ADC_reg_T2 "11101 01 1010 S nnnn (0) hhh dddd hh tt mmmm" Adc DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "adc{s?s}{c}.w\t{rd}, {rn}, {op2}" V6T2 "A8.8.2";
    SBC_imm_T1 "11110 i 0 1011 S nnnn 0 iii dddd iiiiiiii" Sbc DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmT32(i) }
        "sbc{s?s}{c}\t{rd}, {rn}, {op2}" V6T2 "A8.8.161";
    SBC_reg_T2 "11101 01 1011 S nnnn (0) hhh dddd hh tt mmmm" Sbc DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "sbc{s?s}{c}.w\t{rd}, {rn}, {op2}" V6T2 "A8.8.162";
    SUB_imm_T3 "11110 i 0 1101 S nnnn 0 iii dddd iiiiiiii" Sub DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmT32(i) }
        "sub{s?s}{c}.w\t{rd}, {rn}, {op2}" V6T2 "A8.8.221";
    SUB_reg_T3 "11101 01 1101 S nnnn (0) hhh dddd hh tt mmmm" Sub DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "sub{s?s}{c}.w\t{rd}, {rn}, {op2}" V6T2 "A8.8.223";
    RSB_imm_T1 "11110 i 0 1110 S nnnn 0 iii dddd iiiiiiii" Rsb DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmT32(i) }
        "rsb{s?s}{c}.w\t{rd}, {rn}, {op2}" V6T2 "A8.8.152";
    RSB_reg_T2 "11101 01 1110 S nnnn (0) hhh dddd hh tt mmmm" Rsb DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "rsb{s?s}{c}\t{rd}, {rn}, {op2}" V6T2 "A8.8.153";
    TST_imm_T2 "11110 i 0 0000 1 nnnn 0 iii 1111 iiiiiiii" Tst DataCmp { rn: R(n), op2: ImmT32(i) }
        "tst{c}.w\t{rn}, {op2}" V6T2 "A8.8.240";
    TST_reg_T2 "11101 01 0000 1 nnnn (0) hhh 1111 hh tt mmmm" Tst DataCmp { rn: R(n), op2: ShiftedReg(m, t, h) }
        "tst{c}.w\t{rn}, {op2}" V6T2 "A8.8.241";
    TEQ_imm_T2 "11110 i 0 0100 1 nnnn 0 iii 1111 iiiiiiii" Teq DataCmp { rn: R(n), op2: ImmT32(i) }
        "teq{c}\t{rn}, {op2}" V6T2 "A8.8.237";
    TEQ_reg_T2 "11101 01 0100 1 nnnn (0) hhh 1111 hh tt mmmm" Teq DataCmp { rn: R(n), op2: ShiftedReg(m, t, h) }
        "teq{c}\t{rn}, {op2}" V6T2 "A8.8.238";
    CMN_imm_T2 "11110 i 0 1000 1 nnnn 0 iii 1111 iiiiiiii" Cmn DataCmp { rn: R(n), op2: ImmT32(i) }
        "cmn{c}.w\t{rn}, {op2}" V6T2 "A8.8.34";
    CMN_reg_T2 "11101 01 1000 1 nnnn (0) hhh 1111 hh tt mmmm" Cmn DataCmp { rn: R(n), op2: ShiftedReg(m, t, h) }
        "cmn{c}.w\t{rn}, {op2}" V6T2 "A8.8.35";
    CMP_imm_T2 "11110 i 0 1101 1 nnnn 0 iii 1111 iiiiiiii" Cmp DataCmp { rn: R(n), op2: ImmT32(i) }
        "cmp{c}.w\t{rn}, {op2}" V6T2 "A8.8.37";
    CMP_reg_T2 "11101 01 1101 1 nnnn (0) hhh 1111 hh tt mmmm" Cmp DataCmp { rn: R(n), op2: ShiftedReg(m, t, h) }
        "cmp{c}.w\t{rn}, {op2}" V6T2 "A8.8.38";
    MOV_imm_T2 "11110 i 0 0010 S 1111 0 iii dddd iiiiiiii" Mov DataMov { s: B(S), rd: R(d), op2: ImmT32(i) }
        "mov{s?s}{c}.w\t{rd}, {op2}" V6T2 "A8.8.102";
    MVN_imm_T1 "11110 i 0 0011 S 1111 0 iii dddd iiiiiiii" Mvn DataMov { s: B(S), rd: R(d), op2: ImmT32(i) }
        "mvn{s?s}{c}\t{rd}, {op2}" V6T2 "A8.8.115";
    MVN_reg_T2 "11101 01 0011 S 1111 (0) hhh dddd hh tt mmmm" Mvn DataMov { s: B(S), rd: R(d), op2: ShiftedReg(m, t, h) }
        "mvn{s?s}{c}.w\t{rd}, {op2}" V6T2 "A8.8.116";
    MOV_reg_T3 "11101 01 0010 S 1111 (0) 000 dddd 00 00 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: PlainReg(m) }
        "mov{s?s}{c}.w\t{rd}, {op2}" V6T2 "A8.8.103";
    LSL_imm_T2 "11101 01 0010 S 1111 (0) hhh dddd hh 00 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ShiftLsl(m, h) }
        "mov{s?s}{c}.w\t{rd}, {op2}" V6T2 "A8.8.94";
    LSR_imm_T2 "11101 01 0010 S 1111 (0) hhh dddd hh 01 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ShiftLsr(m, h) }
        "mov{s?s}{c}.w\t{rd}, {op2}" V6T2 "A8.8.96";
    ASR_imm_T2 "11101 01 0010 S 1111 (0) hhh dddd hh 10 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ShiftAsr(m, h) }
        "mov{s?s}{c}.w\t{rd}, {op2}" V6T2 "A8.8.16";
    ROR_imm_T1 "11101 01 0010 S 1111 (0) hhh dddd hh 11 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ShiftRor(m, h) }
        "mov{s?s}{c}.w\t{rd}, {op2}" V6T2 "A8.8.149";
    RRX_T1 "11101 01 0010 S 1111 (0) 000 dddd 00 11 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ShiftRrx(m) }
        "mov{s?s}{c}.w\t{rd}, {op2}" V6T2 "A8.8.151";
    PKH_T1 "11101 01 0110 0 nnnn (0) hhh dddd hh T0 mmmm" Pkh Pkh { tb: B(T), rd: R(d), rn: R(n), rm: R(m), shift: SatShift(T, h) }
        "pkh{tb?tb:bt}{c}\t{rd}, {rn}, {rm}{shift}" V6T2 "A8.8.125";

    // A6.3.3: plain binary immediate.
    ADD_imm_T4 "11110 i 10000 0 nnnn 0 iii dddd iiiiiiii" AddWide AddWide { rd: R(d), rn: R(n), imm: U(i) }
        "addw{c}\t{rd}, {rn}, {imm}" V6T2 "A8.8.4";
    ADR_T3 "11110 i 10000 0 1111 0 iii dddd iiiiiiii" Adr Adr { rd: R(d), add: K(true), imm: U(i) }
        "addw{c}\t{rd}, pc, {imm}" V6T2 "A8.8.12";
    SUB_imm_T4 "11110 i 10101 0 nnnn 0 iii dddd iiiiiiii" SubWide AddWide { rd: R(d), rn: R(n), imm: U(i) }
        "subw{c}\t{rd}, {rn}, {imm}" V6T2 "A8.8.221";
    ADR_T2 "11110 i 10101 0 1111 0 iii dddd iiiiiiii" Adr Adr { rd: R(d), add: K(false), imm: U(i) }
        "subw{c}\t{rd}, pc, {imm}" V6T2 "A8.8.12";
    MOVW_T3 "11110 i 10010 0 iiii 0 iii dddd iiiiiiii" Movw MovWide { rd: R(d), imm: MovImm(i) }
        "movw{c}\t{rd}, {imm}" V6T2 "A8.8.102";
    MOVT_T1 "11110 i 10110 0 iiii 0 iii dddd iiiiiiii" Movt MovWide { rd: R(d), imm: MovImm(i) }
        "movt{c}\t{rd}, {imm}" V6T2 "A8.8.106";
    SSAT_T1 "11110 (0) 1100 s 0 nnnn 0 hhh dddd hh (0) iiiii" Ssat Sat { rd: R(d), sat: UPlus1(i), rn: R(n), shift: SatShift(s, h) }
        "ssat{c}\t{rd}, {sat}, {rn}{shift}" V6T2 "A8.8.193";
    SSAT16_T1 "11110 (0) 1100 1 0 nnnn 0 000 dddd 00 (0)(0) iiii" Ssat16 Sat16 { rd: R(d), sat: UPlus1(i), rn: R(n) }
        "ssat16{c}\t{rd}, {sat}, {rn}" V6T2 "A8.8.194";
    SBFX_T1 "11110 (0) 1101 0 0 nnnn 0 lll dddd ll (0) wwwww" Sbfx Bfx { rd: R(d), rn: R(n), field: FieldWidth(w, l) }
        "sbfx{c}\t{rd}, {rn}, {field}" V6T2 "A8.8.164";
    BFI_T1 "11110 (0) 1101 1 0 nnnn 0 lll dddd ll (0) wwwww" Bfi Bfi { rd: R(d), rn: R(n), field: FieldMsb(w, l) }
        "bfi{c}\t{rd}, {rn}, {field}" V6T2 "A8.8.20";
    BFC_T1 "11110 (0) 1101 1 0 1111 0 lll dddd ll (0) wwwww" Bfc Bfc { rd: R(d), field: FieldMsb(w, l) }
        "bfc{c}\t{rd}, {field}" V6T2 "A8.8.19";
    USAT_T1 "11110 (0) 1110 s 0 nnnn 0 hhh dddd hh (0) iiiii" Usat Sat { rd: R(d), sat: U(i), rn: R(n), shift: SatShift(s, h) }
        "usat{c}\t{rd}, {sat}, {rn}{shift}" V6T2 "A8.8.266";
    USAT16_T1 "11110 (0) 1110 1 0 nnnn 0 000 dddd 00 (0)(0) iiii" Usat16 Sat16 { rd: R(d), sat: U(i), rn: R(n) }
        "usat16{c}\t{rd}, {sat}, {rn}" V6T2 "A8.8.267";
    UBFX_T1 "11110 (0) 1111 0 0 nnnn 0 lll dddd ll (0) wwwww" Ubfx Bfx { rd: R(d), rn: R(n), field: FieldWidth(w, l) }
        "ubfx{c}\t{rd}, {rn}, {field}" V6T2 "A8.8.246";

    // A6.3.12: data processing, register.
    LSL_reg_T2 "11111 010 0 00 S nnnn 1111 dddd 0 000 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ByLsl(n, m) }
        "lsl{s?s}{c}.w\t{rd}, {op2:shift}" V6T2 "A8.8.95";
    LSR_reg_T2 "11111 010 0 01 S nnnn 1111 dddd 0 000 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ByLsr(n, m) }
        "lsr{s?s}{c}.w\t{rd}, {op2:shift}" V6T2 "A8.8.97";
    ASR_reg_T2 "11111 010 0 10 S nnnn 1111 dddd 0 000 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ByAsr(n, m) }
        "asr{s?s}{c}.w\t{rd}, {op2:shift}" V6T2 "A8.8.17";
    ROR_reg_T2 "11111 010 0 11 S nnnn 1111 dddd 0 000 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ByRor(n, m) }
        "ror{s?s}{c}.w\t{rd}, {op2:shift}" V6T2 "A8.8.150";
    SXTAx_T1 "11111 010 0 ooo nnnn 1111 dddd 1(0)rr mmmm" ExtendAdd ExtendAdd { what: ExtOpT32(o), rd: R(d), rn: R(n), rm: R(m), rotate: Rot(r) }
        "{what?u:s}xta{what}{c}\t{rd}, {rn}, {rm}{rotate}" V6T2 "A8.8.230";
    SXTx_T2 "11111 010 0 ooo 1111 1111 dddd 1(0)rr mmmm" Extend Extend { what: ExtOpT32(o), rd: R(d), rm: R(m), rotate: Rot(r) }
        "{what?u:s}xt{what}{c}.w\t{rd}, {rm}{rotate}" V6T2 "A8.8.233";
    SXTB16_T1 "11111 010 0 01U 1111 1111 dddd 1(0)rr mmmm" Extend Extend { what: ExtTwo(U), rd: R(d), rm: R(m), rotate: Rot(r) }
        "{what?u:s}xtb16{c}\t{rd}, {rm}{rotate}" V6T2 "A8.8.234";
    PARALLEL_T1 "11111 010 1 ooo nnnn 1111 dddd 0Upp mmmm" Parallel Parallel { how: ParKindT32(U, p), what: ParOpT32(o), rd: R(d), rn: R(n), rm: R(m) }
        "{how}{what}{c}\t{rd}, {rn}, {rm}" V6T2 "A6.3.13";
    QADD_T1 "11111 010 1 000 nnnn 1111 dddd 1000 mmmm" Qadd Reg3 { rd: R(d), rn: R(n), rm: R(m) } "qadd{c}\t{rd}, {rm}, {rn}" V6T2 "A8.8.134";
    QDADD_T1 "11111 010 1 000 nnnn 1111 dddd 1001 mmmm" Qdadd Reg3 { rd: R(d), rn: R(n), rm: R(m) } "qdadd{c}\t{rd}, {rm}, {rn}" V6T2 "A8.8.138";
    QSUB_T1 "11111 010 1 000 nnnn 1111 dddd 1010 mmmm" Qsub Reg3 { rd: R(d), rn: R(n), rm: R(m) } "qsub{c}\t{rd}, {rm}, {rn}" V6T2 "A8.8.141";
    QDSUB_T1 "11111 010 1 000 nnnn 1111 dddd 1011 mmmm" Qdsub Reg3 { rd: R(d), rn: R(n), rm: R(m) } "qdsub{c}\t{rd}, {rm}, {rn}" V6T2 "A8.8.139";
    REV_T2 "11111 010 1 001 mmmm 1111 dddd 1000 mmmm" Rev Reg2 { rd: R(d), rm: Twice(m) } "rev{c}.w\t{rd}, {rm}" V6T2 "A8.8.145";
    REV16_T2 "11111 010 1 001 mmmm 1111 dddd 1001 mmmm" Rev16 Reg2 { rd: R(d), rm: Twice(m) } "rev16{c}.w\t{rd}, {rm}" V6T2 "A8.8.146";
    RBIT_T1 "11111 010 1 001 mmmm 1111 dddd 1010 mmmm" Rbit Reg2 { rd: R(d), rm: Twice(m) } "rbit{c}\t{rd}, {rm}" V6T2 "A8.8.144";
    REVSH_T2 "11111 010 1 001 mmmm 1111 dddd 1011 mmmm" Revsh Reg2 { rd: R(d), rm: Twice(m) } "revsh{c}.w\t{rd}, {rm}" V6T2 "A8.8.147";
    SEL_T1 "11111 010 1 010 nnnn 1111 dddd 1000 mmmm" Sel Reg3 { rd: R(d), rn: R(n), rm: R(m) } "sel{c}\t{rd}, {rn}, {rm}" V6T2 "A8.8.166";
    CLZ_T1 "11111 010 1 011 mmmm 1111 dddd 1000 mmmm" Clz Reg2 { rd: R(d), rm: Twice(m) } "clz{c}\t{rd}, {rm}" V6T2 "A8.8.33";
}
