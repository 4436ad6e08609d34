//! 16-bit Thumb (ARM ARM A6.2).
// tidy: table

use crate::codec::*;
use crate::op::*;
use crate::operand::{ExtendOp, ExtendPart, Imm, MultiMode, Reg, Rotate};
use crate::row::rows;

const IA: MultiMode = MultiMode { increment: true, before: false };
const SXTH: ExtendOp = ExtendOp { unsigned: false, part: ExtendPart::Half };
const SXTB: ExtendOp = ExtendOp { unsigned: false, part: ExtendPart::Byte };
const UXTH: ExtendOp = ExtendOp { unsigned: true, part: ExtendPart::Half };
const UXTB: ExtendOp = ExtendOp { unsigned: true, part: ExtendPart::Byte };

rows! {
    /// All 16-bit encodings.
    ROWS T16:
    // A6.2.1: shift, add, subtract, move and compare.
    LSL_imm_T1 "00000 iiiii mmm ddd" Mov DataMov { s: FlagsOutsideIt(), rd: R(d), op2: ShiftLsl(m, i) }
        "lsl{s?s}{c}\t{rd}, {op2:shift}" V4T "A8.8.94";
    MOV_reg_T2 "00000 00000 mmm ddd" Mov DataMov { s: FlagsOutsideIt(), rd: R(d), op2: PlainReg(m) }
        "mov{s?s}{c}\t{rd}, {op2}" V4T "A8.8.103";
    LSR_imm_T1 "00001 iiiii mmm ddd" Mov DataMov { s: FlagsOutsideIt(), rd: R(d), op2: ShiftLsr(m, i) }
        "lsr{s?s}{c}\t{rd}, {op2:shift}" V4T "A8.8.96";
    ASR_imm_T1 "00010 iiiii mmm ddd" Mov DataMov { s: FlagsOutsideIt(), rd: R(d), op2: ShiftAsr(m, i) }
        "asr{s?s}{c}\t{rd}, {op2:shift}" V4T "A8.8.16";
    ADD_reg_T1 "0001100 mmm nnn ddd" Add DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(n), op2: PlainReg(m) }
        "add{s?s}{c}\t{rd}, {rn}, {op2}" V4T "A8.8.6";
    SUB_reg_T1 "0001101 mmm nnn ddd" Sub DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(n), op2: PlainReg(m) }
        "sub{s?s}{c}\t{rd}, {rn}, {op2}" V4T "A8.8.223";
    ADD_imm_T1 "0001110 iii nnn ddd" Add DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(n), op2: ImmT16(i) }
        "add{s?s}{c}\t{rd}, {rn}, {op2}" V4T "A8.8.4";
    SUB_imm_T1 "0001111 iii nnn ddd" Sub DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(n), op2: ImmT16(i) }
        "sub{s?s}{c}\t{rd}, {rn}, {op2}" V4T "A8.8.221";
    MOV_imm_T1 "00100 ddd iiiiiiii" Mov DataMov { s: FlagsOutsideIt(), rd: R(d), op2: ImmT16(i) }
        "mov{s?s}{c}\t{rd}, {op2}" V4T "A8.8.102";
    CMP_imm_T1 "00101 nnn iiiiiiii" Cmp DataCmp { rn: R(n), op2: ImmT16(i) } "cmp{c}\t{rn}, {op2}" V4T "A8.8.37";
    ADD_imm_T2 "00110 ddd iiiiiiii" Add DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(d), op2: ImmT16(i) }
        "add{s?s}{c}\t{rd}, {op2}" V4T "A8.8.4";
    SUB_imm_T2 "00111 ddd iiiiiiii" Sub DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(d), op2: ImmT16(i) }
        "sub{s?s}{c}\t{rd}, {op2}" V4T "A8.8.221";

    // A6.2.2: data processing.
    AND_reg_T1 "010000 0000 mmm ddd" And DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(d), op2: PlainReg(m) }
        "and{s?s}{c}\t{rd}, {op2}" V4T "A8.8.14";
    EOR_reg_T1 "010000 0001 mmm ddd" Eor DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(d), op2: PlainReg(m) }
        "eor{s?s}{c}\t{rd}, {op2}" V4T "A8.8.47";
    LSL_reg_T1 "010000 0010 mmm ddd" Mov DataMov { s: FlagsOutsideIt(), rd: R(d), op2: ByLsl(d, m) }
        "lsl{s?s}{c}\t{op2:shift}" V4T "A8.8.95";
    LSR_reg_T1 "010000 0011 mmm ddd" Mov DataMov { s: FlagsOutsideIt(), rd: R(d), op2: ByLsr(d, m) }
        "lsr{s?s}{c}\t{op2:shift}" V4T "A8.8.97";
    ASR_reg_T1 "010000 0100 mmm ddd" Mov DataMov { s: FlagsOutsideIt(), rd: R(d), op2: ByAsr(d, m) }
        "asr{s?s}{c}\t{op2:shift}" V4T "A8.8.17";
    ADC_reg_T1 "010000 0101 mmm ddd" Adc DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(d), op2: PlainReg(m) }
        "adc{s?s}{c}\t{rd}, {op2}" V4T "A8.8.2";
    SBC_reg_T1 "010000 0110 mmm ddd" Sbc DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(d), op2: PlainReg(m) }
        "sbc{s?s}{c}\t{rd}, {op2}" V4T "A8.8.162";
    ROR_reg_T1 "010000 0111 mmm ddd" Mov DataMov { s: FlagsOutsideIt(), rd: R(d), op2: ByRor(d, m) }
        "ror{s?s}{c}\t{op2:shift}" V4T "A8.8.150";
    TST_reg_T1 "010000 1000 mmm nnn" Tst DataCmp { rn: R(n), op2: PlainReg(m) } "tst{c}\t{rn}, {op2}" V4T "A8.8.241";
    RSB_imm_T1 "010000 1001 nnn ddd" Rsb DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(n), op2: ImmZero() }
        "rsb{s?s}{c}\t{rd}, {rn}, {op2}" V4T "A8.8.152";
    CMP_reg_T1 "010000 1010 mmm nnn" Cmp DataCmp { rn: R(n), op2: PlainReg(m) } "cmp{c}\t{rn}, {op2}" V4T "A8.8.38";
    CMN_reg_T1 "010000 1011 mmm nnn" Cmn DataCmp { rn: R(n), op2: PlainReg(m) } "cmn{c}\t{rn}, {op2}" V4T "A8.8.35";
    ORR_reg_T1 "010000 1100 mmm ddd" Orr DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(d), op2: PlainReg(m) }
        "orr{s?s}{c}\t{rd}, {op2}" V4T "A8.8.123";
    MUL_T1 "010000 1101 nnn ddd" Mul Mul { s: FlagsOutsideIt(), rd: R(d), rn: R(n), rm: R(d) }
        "mul{s?s}{c}\t{rd}, {rn}" V4T "A8.8.114";
    BIC_reg_T1 "010000 1110 mmm ddd" Bic DataProc { s: FlagsOutsideIt(), rd: R(d), rn: R(d), op2: PlainReg(m) }
        "bic{s?s}{c}\t{rd}, {op2}" V4T "A8.8.22";
    MVN_reg_T1 "010000 1111 mmm ddd" Mvn DataMov { s: FlagsOutsideIt(), rd: R(d), op2: PlainReg(m) }
        "mvn{s?s}{c}\t{rd}, {op2}" V4T "A8.8.116";

    // A6.2.3: special data instructions, branch and exchange.
    ADD_reg_T2 "010001 00 d mmmm ddd" Add DataProc { s: K(false), rd: R(d), rn: R(d), op2: PlainReg(m) }
        "add{c}\t{rd}, {op2}" V4T "A8.8.6";
    CMP_reg_T2 "010001 01 n mmmm nnn" Cmp DataCmp { rn: R(n), op2: PlainReg(m) } "cmp{c}\t{rn}, {op2}" V4T "A8.8.38";
    MOV_reg_T1 "010001 10 d mmmm ddd" Mov DataMov { s: K(false), rd: R(d), op2: PlainReg(m) }
        "mov{c}\t{rd}, {op2}" V4T "A8.8.103";
    BX_T1 "010001 110 mmmm (0)(0)(0)" Bx BranchReg { rm: R(m) } "bx{c}\t{rm}" V4T "A8.8.27";
    BLX_reg_T1 "010001 111 mmmm (0)(0)(0)" BlxReg BranchReg { rm: R(m) } "blx{c}\t{rm}" V5T "A8.8.26";

    // A6.2.4: loads and stores.
    LDR_lit_T1 "01001 ttt iiiiiiii" LdrLit LoadLiteral { rt: R(t), add: K(true), imm: Lit4(i) }
        "ldr{c}\t{rt}, [pc, #{imm}]" V4T "A8.8.64";
    STR_reg_T1 "0101000 mmm nnn ttt" Str LoadStore { rt: R(t), addr: AddrIndexed(n, m) } "str{c}\t{rt}, {addr}" V4T "A8.8.205";
    STRH_reg_T1 "0101001 mmm nnn ttt" Strh LoadStore { rt: R(t), addr: AddrIndexed(n, m) } "strh{c}\t{rt}, {addr}" V4T "A8.8.217";
    STRB_reg_T1 "0101010 mmm nnn ttt" Strb LoadStore { rt: R(t), addr: AddrIndexed(n, m) } "strb{c}\t{rt}, {addr}" V4T "A8.8.208";
    LDRSB_reg_T1 "0101011 mmm nnn ttt" Ldrsb LoadStore { rt: R(t), addr: AddrIndexed(n, m) } "ldrsb{c}\t{rt}, {addr}" V4T "A8.8.85";
    LDR_reg_T1 "0101100 mmm nnn ttt" Ldr LoadStore { rt: R(t), addr: AddrIndexed(n, m) } "ldr{c}\t{rt}, {addr}" V4T "A8.8.65";
    LDRH_reg_T1 "0101101 mmm nnn ttt" Ldrh LoadStore { rt: R(t), addr: AddrIndexed(n, m) } "ldrh{c}\t{rt}, {addr}" V4T "A8.8.82";
    LDRB_reg_T1 "0101110 mmm nnn ttt" Ldrb LoadStore { rt: R(t), addr: AddrIndexed(n, m) } "ldrb{c}\t{rt}, {addr}" V4T "A8.8.69";
    LDRSH_reg_T1 "0101111 mmm nnn ttt" Ldrsh LoadStore { rt: R(t), addr: AddrIndexed(n, m) } "ldrsh{c}\t{rt}, {addr}" V4T "A8.8.89";
    STR_imm_T1 "01100 iiiii nnn ttt" Str LoadStore { rt: R(t), addr: AddrPos4(n, i) } "str{c}\t{rt}, {addr}" V4T "A8.8.203";
    LDR_imm_T1 "01101 iiiii nnn ttt" Ldr LoadStore { rt: R(t), addr: AddrPos4(n, i) } "ldr{c}\t{rt}, {addr}" V4T "A8.8.62";
    STRB_imm_T1 "01110 iiiii nnn ttt" Strb LoadStore { rt: R(t), addr: AddrPos1(n, i) } "strb{c}\t{rt}, {addr}" V4T "A8.8.206";
    LDRB_imm_T1 "01111 iiiii nnn ttt" Ldrb LoadStore { rt: R(t), addr: AddrPos1(n, i) } "ldrb{c}\t{rt}, {addr}" V4T "A8.8.67";
    STRH_imm_T1 "10000 iiiii nnn ttt" Strh LoadStore { rt: R(t), addr: AddrPos2(n, i) } "strh{c}\t{rt}, {addr}" V4T "A8.8.216";
    LDRH_imm_T1 "10001 iiiii nnn ttt" Ldrh LoadStore { rt: R(t), addr: AddrPos2(n, i) } "ldrh{c}\t{rt}, {addr}" V4T "A8.8.79";
    STR_imm_T2 "10010 ttt iiiiiiii" Str LoadStore { rt: R(t), addr: AddrSp4(i) } "str{c}\t{rt}, {addr}" V4T "A8.8.203";
    LDR_imm_T2 "10011 ttt iiiiiiii" Ldr LoadStore { rt: R(t), addr: AddrSp4(i) } "ldr{c}\t{rt}, {addr}" V4T "A8.8.62";

    ADR_T1 "10100 ddd iiiiiiii" Adr Adr { rd: R(d), add: K(true), imm: U4(i) } "add{c}\t{rd}, pc, {imm}" V4T "A8.8.12";
    ADD_sp_T1 "10101 ddd iiiiiiii" Add DataProc { s: K(false), rd: R(d), rn: K(Reg::SP), op2: ImmT16x4(i) }
        "add{c}\t{rd}, {rn}, {op2}" V4T "A8.8.9";

    // A6.2.5: miscellaneous.
    ADD_sp_T2 "1011 0000 0 iiiiiii" Add DataProc { s: K(false), rd: K(Reg::SP), rn: K(Reg::SP), op2: ImmT16x4(i) }
        "add{c}\tsp, {op2}" V4T "A8.8.9";
    SUB_sp_T1 "1011 0000 1 iiiiiii" Sub DataProc { s: K(false), rd: K(Reg::SP), rn: K(Reg::SP), op2: ImmT16x4(i) }
        "sub{c}\tsp, {op2}" V4T "A8.8.225";
    CBZ_T1 "1011 x0i1 iiiii nnn" Cbz Cbz { nonzero: B(x), rn: R(n), target: RelCbz(i) } "cb{nonzero?n}z\t{rn}, {target}" V6T2 "A8.8.29";
    SXTH_T1 "1011 0010 00 mmm ddd" Extend Extend { what: K(SXTH), rd: R(d), rm: R(m), rotate: K(Rotate(0)) } "sxth{c}\t{rd}, {rm}" V6 "A8.8.235";
    SXTB_T1 "1011 0010 01 mmm ddd" Extend Extend { what: K(SXTB), rd: R(d), rm: R(m), rotate: K(Rotate(0)) } "sxtb{c}\t{rd}, {rm}" V6 "A8.8.233";
    UXTH_T1 "1011 0010 10 mmm ddd" Extend Extend { what: K(UXTH), rd: R(d), rm: R(m), rotate: K(Rotate(0)) } "uxth{c}\t{rd}, {rm}" V6 "A8.8.276";
    UXTB_T1 "1011 0010 11 mmm ddd" Extend Extend { what: K(UXTB), rd: R(d), rm: R(m), rotate: K(Rotate(0)) } "uxtb{c}\t{rd}, {rm}" V6 "A8.8.274";
    PUSH_T1 "1011 010 r rrrrrrrr" Push PushPop { list: ListLr(r) } "push{c}\t{list}" V4T "A8.8.133";
    SETEND_T1 "1011 0110 010 (1) E (0)(0)(0)" Setend Setend { big: B(E) } "setend\t{big?be:le}" V6 "A8.8.167";
    CPS_T1 "1011 0110 011 i (0) fff" Cps Cps { imod: N8(i), flags: N8(f), change: K(false), mode: K(Imm(0)) } "cpsi{imod?d:e}\t{flags}" V6 "B9.3.1";
    REV_T1 "1011 1010 00 mmm ddd" Rev Reg2 { rd: R(d), rm: R(m) } "rev{c}\t{rd}, {rm}" V6 "A8.8.145";
    REV16_T1 "1011 1010 01 mmm ddd" Rev16 Reg2 { rd: R(d), rm: R(m) } "rev16{c}\t{rd}, {rm}" V6 "A8.8.146";
    REVSH_T1 "1011 1010 11 mmm ddd" Revsh Reg2 { rd: R(d), rm: R(m) } "revsh{c}\t{rd}, {rm}" V6 "A8.8.147";
    POP_T1 "1011 110 r rrrrrrrr" Pop PushPop { list: ListPc(r) } "pop{c}\t{list}" V4T "A8.8.131";
    BKPT_T1 "1011 1110 iiiiiiii" Bkpt Number { imm: U(i) } "bkpt\t{imm:x4}" V5T "A8.8.24";
    IT_T1 "1011 1111 ffff mmmm" It It { block: ItConds(f, m) } "it{block:mask}\t{block}" V6T2 "A8.8.54";
    HINT_T1 "1011 1111 iiii 0000" Hint Number { imm: U(i) } "nop{c}\t{{{imm:d}}" V6T2 "A8.8.119";
    NOP_T1 "1011 1111 0000 0000" Nop NoArgs {} "nop{c}" V6T2 "A8.8.119";
    YIELD_T1 "1011 1111 0001 0000" Yield NoArgs {} "yield{c}" V7 "A8.8.426";
    WFE_T1 "1011 1111 0010 0000" Wfe NoArgs {} "wfe{c}" V7 "A8.8.424";
    WFI_T1 "1011 1111 0011 0000" Wfi NoArgs {} "wfi{c}" V7 "A8.8.425";
    SEV_T1 "1011 1111 0100 0000" Sev NoArgs {} "sev{c}" V7 "A8.8.168";

    STM_T1 "11000 nnn rrrrrrrr" Stm LoadStoreMulti { mode: K(IA), wback: K(true), rn: R(n), list: List(r) }
        "stmia{c}\t{rn}!, {list}" V4T "A8.8.199";
    LDM_T1 "11001 nnn rrrrrrrr" Ldm LoadStoreMulti { mode: K(IA), wback: WbackUnlessListed(n, r), rn: R(n), list: List(r) }
        "ldmia{c}\t{rn}{wback?!}, {list}" V4T "A8.8.57";

    // A6.2.6: conditional branch, supervisor call.
    B_T1 "1101 cccc iiiiiiii" B Branch { target: Rel8(i) } "b{c}\t{target}" V4T "A8.8.18";
    UDF_T1 "1101 1110 iiiiiiii" Udf Number { imm: U(i) } "udf{c}\t{imm}" V4T "A8.8.247";
    SVC_T1 "1101 1111 iiiiiiii" Svc Number { imm: U(i) } "svc{c}\t{imm:d}" V4T "A8.8.228";
    B_T2 "11100 iiiiiiiiiii" B Branch { target: Rel11(i) } "b{c}\t{target}" V4T "A8.8.18";
}
