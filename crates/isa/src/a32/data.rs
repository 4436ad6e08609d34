//! A32 data processing (ARM ARM A5.2.1-A5.2.3, A5.2.11).
// tidy: table

use crate::codec::*;
use crate::op::*;
use crate::row::rows;

rows! {
    /// Data processing.
    ROWS A32:
    AND_imm_A1 "cccc 0010000S nnnn dddd iiii iiii iiii" And DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmA32(i) }
        "and{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.13";
    AND_reg_A1 "cccc 0000000S nnnn dddd hhhh htt0 mmmm" And DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "and{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.14";
    AND_rsr_A1 "cccc 0000000S nnnn dddd ssss 0tt1 mmmm" And DataProc { s: B(S), rd: R(d), rn: R(n), op2: RegShiftedReg(m, t, s) }
        "and{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.15";
    EOR_imm_A1 "cccc 0010001S nnnn dddd iiii iiii iiii" Eor DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmA32(i) }
        "eor{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.46";
    EOR_reg_A1 "cccc 0000001S nnnn dddd hhhh htt0 mmmm" Eor DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "eor{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.47";
    EOR_rsr_A1 "cccc 0000001S nnnn dddd ssss 0tt1 mmmm" Eor DataProc { s: B(S), rd: R(d), rn: R(n), op2: RegShiftedReg(m, t, s) }
        "eor{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.48";
    SUB_imm_A1 "cccc 0010010S nnnn dddd iiii iiii iiii" Sub DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmA32(i) }
        "sub{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.222";
    SUB_reg_A1 "cccc 0000010S nnnn dddd hhhh htt0 mmmm" Sub DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "sub{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.223";
    SUB_rsr_A1 "cccc 0000010S nnnn dddd ssss 0tt1 mmmm" Sub DataProc { s: B(S), rd: R(d), rn: R(n), op2: RegShiftedReg(m, t, s) }
        "sub{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.224";
    RSB_imm_A1 "cccc 0010011S nnnn dddd iiii iiii iiii" Rsb DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmA32(i) }
        "rsb{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.152";
    RSB_reg_A1 "cccc 0000011S nnnn dddd hhhh htt0 mmmm" Rsb DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "rsb{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.153";
    RSB_rsr_A1 "cccc 0000011S nnnn dddd ssss 0tt1 mmmm" Rsb DataProc { s: B(S), rd: R(d), rn: R(n), op2: RegShiftedReg(m, t, s) }
        "rsb{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.154";
    ADD_imm_A1 "cccc 0010100S nnnn dddd iiii iiii iiii" Add DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmA32(i) }
        "add{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.5";
    ADD_reg_A1 "cccc 0000100S nnnn dddd hhhh htt0 mmmm" Add DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "add{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.7";
    ADD_rsr_A1 "cccc 0000100S nnnn dddd ssss 0tt1 mmmm" Add DataProc { s: B(S), rd: R(d), rn: R(n), op2: RegShiftedReg(m, t, s) }
        "add{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.8";
    ADC_imm_A1 "cccc 0010101S nnnn dddd iiii iiii iiii" Adc DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmA32(i) }
        "adc{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.1";
    ADC_reg_A1 "cccc 0000101S nnnn dddd hhhh htt0 mmmm" Adc DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "adc{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.2";
    ADC_rsr_A1 "cccc 0000101S nnnn dddd ssss 0tt1 mmmm" Adc DataProc { s: B(S), rd: R(d), rn: R(n), op2: RegShiftedReg(m, t, s) }
        "adc{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.3";
    SBC_imm_A1 "cccc 0010110S nnnn dddd iiii iiii iiii" Sbc DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmA32(i) }
        "sbc{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.161";
    SBC_reg_A1 "cccc 0000110S nnnn dddd hhhh htt0 mmmm" Sbc DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "sbc{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.162";
    SBC_rsr_A1 "cccc 0000110S nnnn dddd ssss 0tt1 mmmm" Sbc DataProc { s: B(S), rd: R(d), rn: R(n), op2: RegShiftedReg(m, t, s) }
        "sbc{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.163";
    RSC_imm_A1 "cccc 0010111S nnnn dddd iiii iiii iiii" Rsc DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmA32(i) }
        "rsc{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.155";
    RSC_reg_A1 "cccc 0000111S nnnn dddd hhhh htt0 mmmm" Rsc DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "rsc{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.156";
    RSC_rsr_A1 "cccc 0000111S nnnn dddd ssss 0tt1 mmmm" Rsc DataProc { s: B(S), rd: R(d), rn: R(n), op2: RegShiftedReg(m, t, s) }
        "rsc{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.157";
    TST_imm_A1 "cccc 00110001 nnnn (0)(0)(0)(0) iiii iiii iiii" Tst DataCmp { rn: R(n), op2: ImmA32(i) }
        "tst{c}\t{rn}, {op2}" V4 "A8.8.240";
    TST_reg_A1 "cccc 00010001 nnnn (0)(0)(0)(0) hhhh htt0 mmmm" Tst DataCmp { rn: R(n), op2: ShiftedReg(m, t, h) }
        "tst{c}\t{rn}, {op2}" V4 "A8.8.241";
    TST_rsr_A1 "cccc 00010001 nnnn (0)(0)(0)(0) ssss 0tt1 mmmm" Tst DataCmp { rn: R(n), op2: RegShiftedReg(m, t, s) }
        "tst{c}\t{rn}, {op2}" V4 "A8.8.242";
    TEQ_imm_A1 "cccc 00110011 nnnn (0)(0)(0)(0) iiii iiii iiii" Teq DataCmp { rn: R(n), op2: ImmA32(i) }
        "teq{c}\t{rn}, {op2}" V4 "A8.8.237";
    TEQ_reg_A1 "cccc 00010011 nnnn (0)(0)(0)(0) hhhh htt0 mmmm" Teq DataCmp { rn: R(n), op2: ShiftedReg(m, t, h) }
        "teq{c}\t{rn}, {op2}" V4 "A8.8.238";
    TEQ_rsr_A1 "cccc 00010011 nnnn (0)(0)(0)(0) ssss 0tt1 mmmm" Teq DataCmp { rn: R(n), op2: RegShiftedReg(m, t, s) }
        "teq{c}\t{rn}, {op2}" V4 "A8.8.239";
    CMP_imm_A1 "cccc 00110101 nnnn (0)(0)(0)(0) iiii iiii iiii" Cmp DataCmp { rn: R(n), op2: ImmA32(i) }
        "cmp{c}\t{rn}, {op2}" V4 "A8.8.37";
    CMP_reg_A1 "cccc 00010101 nnnn (0)(0)(0)(0) hhhh htt0 mmmm" Cmp DataCmp { rn: R(n), op2: ShiftedReg(m, t, h) }
        "cmp{c}\t{rn}, {op2}" V4 "A8.8.38";
    CMP_rsr_A1 "cccc 00010101 nnnn (0)(0)(0)(0) ssss 0tt1 mmmm" Cmp DataCmp { rn: R(n), op2: RegShiftedReg(m, t, s) }
        "cmp{c}\t{rn}, {op2}" V4 "A8.8.39";
    CMN_imm_A1 "cccc 00110111 nnnn (0)(0)(0)(0) iiii iiii iiii" Cmn DataCmp { rn: R(n), op2: ImmA32(i) }
        "cmn{c}\t{rn}, {op2}" V4 "A8.8.34";
    CMN_reg_A1 "cccc 00010111 nnnn (0)(0)(0)(0) hhhh htt0 mmmm" Cmn DataCmp { rn: R(n), op2: ShiftedReg(m, t, h) }
        "cmn{c}\t{rn}, {op2}" V4 "A8.8.35";
    CMN_rsr_A1 "cccc 00010111 nnnn (0)(0)(0)(0) ssss 0tt1 mmmm" Cmn DataCmp { rn: R(n), op2: RegShiftedReg(m, t, s) }
        "cmn{c}\t{rn}, {op2}" V4 "A8.8.36";
    ORR_imm_A1 "cccc 0011100S nnnn dddd iiii iiii iiii" Orr DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmA32(i) }
        "orr{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.122";
    ORR_reg_A1 "cccc 0001100S nnnn dddd hhhh htt0 mmmm" Orr DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "orr{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.123";
    ORR_rsr_A1 "cccc 0001100S nnnn dddd ssss 0tt1 mmmm" Orr DataProc { s: B(S), rd: R(d), rn: R(n), op2: RegShiftedReg(m, t, s) }
        "orr{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.124";
    MOV_imm_A1 "cccc 0011101S (0)(0)(0)(0) dddd iiii iiii iiii" Mov DataMov { s: B(S), rd: R(d), op2: ImmA32(i) }
        "mov{s?s}{c}\t{rd}, {op2}" V4 "A8.8.102";
    BIC_imm_A1 "cccc 0011110S nnnn dddd iiii iiii iiii" Bic DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmA32(i) }
        "bic{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.21";
    BIC_reg_A1 "cccc 0001110S nnnn dddd hhhh htt0 mmmm" Bic DataProc { s: B(S), rd: R(d), rn: R(n), op2: ShiftedReg(m, t, h) }
        "bic{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.22";
    BIC_rsr_A1 "cccc 0001110S nnnn dddd ssss 0tt1 mmmm" Bic DataProc { s: B(S), rd: R(d), rn: R(n), op2: RegShiftedReg(m, t, s) }
        "bic{s?s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.23";
    MVN_imm_A1 "cccc 0011111S (0)(0)(0)(0) dddd iiii iiii iiii" Mvn DataMov { s: B(S), rd: R(d), op2: ImmA32(i) }
        "mvn{s?s}{c}\t{rd}, {op2}" V4 "A8.8.115";
    MVN_reg_A1 "cccc 0001111S (0)(0)(0)(0) dddd hhhh htt0 mmmm" Mvn DataMov { s: B(S), rd: R(d), op2: ShiftedReg(m, t, h) }
        "mvn{s?s}{c}\t{rd}, {op2}" V4 "A8.8.116";
    MVN_rsr_A1 "cccc 0001111S (0)(0)(0)(0) dddd ssss 0tt1 mmmm" Mvn DataMov { s: B(S), rd: R(d), op2: RegShiftedReg(m, t, s) }
        "mvn{s?s}{c}\t{rd}, {op2}" V4 "A8.8.117";

    // MOV (register) and its shifts, which UAL writes as instructions of their own.
    MOV_reg_A1 "cccc 0001101S (0)(0)(0)(0) dddd 0000 0000 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: PlainReg(m) }
        "mov{s?s}{c}\t{rd}, {op2}" V4 "A8.8.104";
    LSL_imm_A1 "cccc 0001101S (0)(0)(0)(0) dddd hhhh h000 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ShiftLsl(m, h) }
        "lsl{s?s}{c}\t{rd}, {op2:shift}" V4 "A8.8.94";
    LSR_imm_A1 "cccc 0001101S (0)(0)(0)(0) dddd hhhh h010 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ShiftLsr(m, h) }
        "lsr{s?s}{c}\t{rd}, {op2:shift}" V4 "A8.8.96";
    ASR_imm_A1 "cccc 0001101S (0)(0)(0)(0) dddd hhhh h100 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ShiftAsr(m, h) }
        "asr{s?s}{c}\t{rd}, {op2:shift}" V4 "A8.8.16";
    ROR_imm_A1 "cccc 0001101S (0)(0)(0)(0) dddd hhhh h110 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ShiftRor(m, h) }
        "ror{s?s}{c}\t{rd}, {op2:shift}" V4 "A8.8.149";
    RRX_A1 "cccc 0001101S (0)(0)(0)(0) dddd 0000 0110 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ShiftRrx(m) }
        "rrx{s?s}{c}\t{rd}, {op2:shift}" V4 "A8.8.151";
    LSL_reg_A1 "cccc 0001101S (0)(0)(0)(0) dddd ssss 0001 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ByLsl(m, s) }
        "lsl{s?s}{c}\t{rd}, {op2:shift}" V4 "A8.8.95";
    LSR_reg_A1 "cccc 0001101S (0)(0)(0)(0) dddd ssss 0011 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ByLsr(m, s) }
        "lsr{s?s}{c}\t{rd}, {op2:shift}" V4 "A8.8.97";
    ASR_reg_A1 "cccc 0001101S (0)(0)(0)(0) dddd ssss 0101 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ByAsr(m, s) }
        "asr{s?s}{c}\t{rd}, {op2:shift}" V4 "A8.8.17";
    ROR_reg_A1 "cccc 0001101S (0)(0)(0)(0) dddd ssss 0111 mmmm" Mov DataMov { s: B(S), rd: R(d), op2: ByRor(m, s) }
        "ror{s?s}{c}\t{rd}, {op2:shift}" V4 "A8.8.150";

    // What assemblers write for NOP where the architecture has none.
    MOV_nop_A1 "1110 00011010 0000 0000 0000 0000 0000" Nop NoArgs {} "nop" V4 "A8.8.104";

    MOVW_A2 "cccc 0011 0000 iiii dddd iiii iiii iiii" Movw MovWide { rd: R(d), imm: U(i) }
        "movw{c}\t{rd}, {imm}" V6T2 "A8.8.102";
    MOVT_A1 "cccc 0011 0100 iiii dddd iiii iiii iiii" Movt MovWide { rd: R(d), imm: U(i) }
        "movt{c}\t{rd}, {imm}" V6T2 "A8.8.106";
}
