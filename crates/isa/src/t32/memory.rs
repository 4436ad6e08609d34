//! T32 loads and stores (ARM ARM A6.3.5-A6.3.10).
// tidy: table

use crate::codec::*;
use crate::op::*;
use crate::operand::{Address, Imm, MultiMode};
use crate::row::rows;

const IA: MultiMode = MultiMode { increment: true, before: false };
const DB: MultiMode = MultiMode { increment: false, before: true };

rows! {
    /// Loads and stores.
    ROWS T32:
    STRB_imm_T2 "11111 00 0 1 00 0 nnnn tttt iiiiiiiiiiii" Strb LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "strb{c}.w\t{rt}, {addr}" V6T2 "A8.8.206";
    STRB_imm_T3 "11111 00 0 0 00 0 nnnn tttt 1PUW iiiiiiii" Strb LoadStore { rt: R(t), addr: AddrT32Imm(P, U, W, n, i) } "strb{c}.w\t{rt}, {addr}" V6T2 "A8.8.206";
    STRBT_T1 "11111 00 0 0 00 0 nnnn tttt 1110 iiiiiiii" Strb LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "strbt{c}\t{rt}, {addr}" V6T2 "A8.8.209";
    STRB_reg_T2 "11111 00 0 0 00 0 nnnn tttt 0 00000 hh mmmm" Strb LoadStore { rt: R(t), addr: AddrT32Reg(n, m, h) } "strb{c}.w\t{rt}, {addr}" V6T2 "A8.8.208";
    STRH_imm_T2 "11111 00 0 1 01 0 nnnn tttt iiiiiiiiiiii" Strh LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "strh{c}.w\t{rt}, {addr}" V6T2 "A8.8.216";
    STRH_imm_T3 "11111 00 0 0 01 0 nnnn tttt 1PUW iiiiiiii" Strh LoadStore { rt: R(t), addr: AddrT32Imm(P, U, W, n, i) } "strh{c}.w\t{rt}, {addr}" V6T2 "A8.8.216";
    STRHT_T1 "11111 00 0 0 01 0 nnnn tttt 1110 iiiiiiii" Strh LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "strht{c}\t{rt}, {addr}" V6T2 "A8.8.217";
    STRH_reg_T2 "11111 00 0 0 01 0 nnnn tttt 0 00000 hh mmmm" Strh LoadStore { rt: R(t), addr: AddrT32Reg(n, m, h) } "strh{c}.w\t{rt}, {addr}" V6T2 "A8.8.217";
    STR_imm_T2 "11111 00 0 1 10 0 nnnn tttt iiiiiiiiiiii" Str LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "str{c}.w\t{rt}, {addr}" V6T2 "A8.8.203";
    STR_imm_T3 "11111 00 0 0 10 0 nnnn tttt 1PUW iiiiiiii" Str LoadStore { rt: R(t), addr: AddrT32Imm(P, U, W, n, i) } "str{c}.w\t{rt}, {addr}" V6T2 "A8.8.203";
    STRT_T1 "11111 00 0 0 10 0 nnnn tttt 1110 iiiiiiii" Str LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "strt{c}\t{rt}, {addr}" V6T2 "A8.8.218";
    STR_reg_T2 "11111 00 0 0 10 0 nnnn tttt 0 00000 hh mmmm" Str LoadStore { rt: R(t), addr: AddrT32Reg(n, m, h) } "str{c}.w\t{rt}, {addr}" V6T2 "A8.8.205";
    LDRB_imm_T2 "11111 00 0 1 00 1 nnnn tttt iiiiiiiiiiii" Ldrb LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "ldrb{c}.w\t{rt}, {addr}" V6T2 "A8.8.67";
    LDRB_imm_T3 "11111 00 0 0 00 1 nnnn tttt 1PUW iiiiiiii" Ldrb LoadStore { rt: R(t), addr: AddrT32Imm(P, U, W, n, i) } "ldrb{c}.w\t{rt}, {addr}" V6T2 "A8.8.67";
    LDRBT_T1 "11111 00 0 0 00 1 nnnn tttt 1110 iiiiiiii" Ldrb LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "ldrbt{c}\t{rt}, {addr}" V6T2 "A8.8.70";
    LDRB_reg_T2 "11111 00 0 0 00 1 nnnn tttt 0 00000 hh mmmm" Ldrb LoadStore { rt: R(t), addr: AddrT32Reg(n, m, h) } "ldrb{c}.w\t{rt}, {addr}" V6T2 "A8.8.69";
    LDRB_lit_T2 "11111 00 0 U 00 1 1111 tttt iiiiiiiiiiii" LdrbLit LoadLiteral { rt: R(t), add: B(U), imm: Lit(i) } "ldrb{c}.w\t{rt}, [pc, #{add?:-}{imm}]" V6T2 "A8.8.68";
    LDRH_imm_T2 "11111 00 0 1 01 1 nnnn tttt iiiiiiiiiiii" Ldrh LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "ldrh{c}.w\t{rt}, {addr}" V6T2 "A8.8.79";
    LDRH_imm_T3 "11111 00 0 0 01 1 nnnn tttt 1PUW iiiiiiii" Ldrh LoadStore { rt: R(t), addr: AddrT32Imm(P, U, W, n, i) } "ldrh{c}.w\t{rt}, {addr}" V6T2 "A8.8.79";
    LDRHT_T1 "11111 00 0 0 01 1 nnnn tttt 1110 iiiiiiii" Ldrh LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "ldrht{c}\t{rt}, {addr}" V6T2 "A8.8.82";
    LDRH_reg_T2 "11111 00 0 0 01 1 nnnn tttt 0 00000 hh mmmm" Ldrh LoadStore { rt: R(t), addr: AddrT32Reg(n, m, h) } "ldrh{c}.w\t{rt}, {addr}" V6T2 "A8.8.81";
    LDRH_lit_T2 "11111 00 0 U 01 1 1111 tttt iiiiiiiiiiii" LdrhLit LoadLiteral { rt: R(t), add: B(U), imm: Lit(i) } "ldrh{c}.w\t{rt}, [pc, #{add?:-}{imm}]" V6T2 "A8.8.80";
    LDR_imm_T2 "11111 00 0 1 10 1 nnnn tttt iiiiiiiiiiii" Ldr LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "ldr{c}.w\t{rt}, {addr}" V6T2 "A8.8.62";
    LDR_imm_T3 "11111 00 0 0 10 1 nnnn tttt 1PUW iiiiiiii" Ldr LoadStore { rt: R(t), addr: AddrT32Imm(P, U, W, n, i) } "ldr{c}.w\t{rt}, {addr}" V6T2 "A8.8.62";
    LDRT_T1 "11111 00 0 0 10 1 nnnn tttt 1110 iiiiiiii" Ldr LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "ldrt{c}\t{rt}, {addr}" V6T2 "A8.8.92";
    LDR_reg_T2 "11111 00 0 0 10 1 nnnn tttt 0 00000 hh mmmm" Ldr LoadStore { rt: R(t), addr: AddrT32Reg(n, m, h) } "ldr{c}.w\t{rt}, {addr}" V6T2 "A8.8.65";
    LDR_lit_T2 "11111 00 0 U 10 1 1111 tttt iiiiiiiiiiii" LdrLit LoadLiteral { rt: R(t), add: B(U), imm: Lit(i) } "ldr{c}.w\t{rt}, [pc, #{add?:-}{imm}]" V6T2 "A8.8.63";
    LDRSB_imm_T2 "11111 00 1 1 00 1 nnnn tttt iiiiiiiiiiii" Ldrsb LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "ldrsb{c}.w\t{rt}, {addr}" V6T2 "A8.8.83";
    LDRSB_imm_T3 "11111 00 1 0 00 1 nnnn tttt 1PUW iiiiiiii" Ldrsb LoadStore { rt: R(t), addr: AddrT32Imm(P, U, W, n, i) } "ldrsb{c}.w\t{rt}, {addr}" V6T2 "A8.8.83";
    LDRSBT_T1 "11111 00 1 0 00 1 nnnn tttt 1110 iiiiiiii" Ldrsb LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "ldrsbt{c}\t{rt}, {addr}" V6T2 "A8.8.86";
    LDRSB_reg_T2 "11111 00 1 0 00 1 nnnn tttt 0 00000 hh mmmm" Ldrsb LoadStore { rt: R(t), addr: AddrT32Reg(n, m, h) } "ldrsb{c}.w\t{rt}, {addr}" V6T2 "A8.8.85";
    LDRSB_lit_T2 "11111 00 1 U 00 1 1111 tttt iiiiiiiiiiii" LdrsbLit LoadLiteral { rt: R(t), add: B(U), imm: Lit(i) } "ldrsb{c}.w\t{rt}, [pc, #{add?:-}{imm}]" V6T2 "A8.8.84";
    LDRSH_imm_T2 "11111 00 1 1 01 1 nnnn tttt iiiiiiiiiiii" Ldrsh LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "ldrsh{c}.w\t{rt}, {addr}" V6T2 "A8.8.87";
    LDRSH_imm_T3 "11111 00 1 0 01 1 nnnn tttt 1PUW iiiiiiii" Ldrsh LoadStore { rt: R(t), addr: AddrT32Imm(P, U, W, n, i) } "ldrsh{c}.w\t{rt}, {addr}" V6T2 "A8.8.87";
    LDRSHT_T1 "11111 00 1 0 01 1 nnnn tttt 1110 iiiiiiii" Ldrsh LoadStore { rt: R(t), addr: AddrT32Pos(n, i) } "ldrsht{c}\t{rt}, {addr}" V6T2 "A8.8.90";
    LDRSH_reg_T2 "11111 00 1 0 01 1 nnnn tttt 0 00000 hh mmmm" Ldrsh LoadStore { rt: R(t), addr: AddrT32Reg(n, m, h) } "ldrsh{c}.w\t{rt}, {addr}" V6T2 "A8.8.89";
    LDRSH_lit_T2 "11111 00 1 U 01 1 1111 tttt iiiiiiiiiiii" LdrshLit LoadLiteral { rt: R(t), add: B(U), imm: Lit(i) } "ldrsh{c}.w\t{rt}, [pc, #{add?:-}{imm}]" V6T2 "A8.8.88";
    // Rt = PC is a hint in the byte and halfword loads (A6.3.8, A6.3.9).
    PLD_imm_T1 "11111 00 0 1 00 1 nnnn 1111 iiiiiiiiiiii" Pld Preload { addr: AddrT32Pos(n, i) } "pld{c}\t{addr}" V7 "A8.8.126";
    PLD_imm_T2 "11111 00 0 0 00 1 nnnn 1111 1100 iiiiiiii" Pld Preload { addr: AddrT32Neg(n, i) } "pld{c}\t{addr}" V7 "A8.8.126";
    PLD_reg_T1 "11111 00 0 0 00 1 nnnn 1111 0 00000 hh mmmm" Pld Preload { addr: AddrT32Reg(n, m, h) } "pld{c}\t{addr}" V7 "A8.8.128";
    PLD_lit_T1 "11111 00 0 U 00 1 1111 1111 iiiiiiiiiiii" PldLit PreloadLiteral { add: B(U), imm: Lit(i) } "pld{c}\t[pc, #{add?:-}{imm}]" V7 "A8.8.127";
    PLDW_imm_T1 "11111 00 0 1 01 1 nnnn 1111 iiiiiiiiiiii" Pldw Preload { addr: AddrT32Pos(n, i) } "pldw{c}\t{addr}" V7MP "A8.8.126";
    PLDW_imm_T2 "11111 00 0 0 01 1 nnnn 1111 1100 iiiiiiii" Pldw Preload { addr: AddrT32Neg(n, i) } "pldw{c}\t{addr}" V7MP "A8.8.126";
    PLDW_reg_T1 "11111 00 0 0 01 1 nnnn 1111 0 00000 hh mmmm" Pldw Preload { addr: AddrT32Reg(n, m, h) } "pldw{c}\t{addr}" V7MP "A8.8.128";
    PLDW_lit_T1 "11111 00 0 U 01 1 1111 1111 iiiiiiiiiiii" PldLit PreloadLiteral { add: B(U), imm: Lit(i) } "pldw{c}\t[pc, #{add?:-}{imm}]" V7MP "A6.3.8";
    PLI_imm_T1 "11111 00 1 1 00 1 nnnn 1111 iiiiiiiiiiii" Pli Preload { addr: AddrT32Pos(n, i) } "pli{c}\t{addr}" V7 "A8.8.129";
    PLI_imm_T2 "11111 00 1 0 00 1 nnnn 1111 1100 iiiiiiii" Pli Preload { addr: AddrT32Neg(n, i) } "pli{c}\t{addr}" V7 "A8.8.129";
    PLI_reg_T1 "11111 00 1 0 00 1 nnnn 1111 0 00000 hh mmmm" Pli Preload { addr: AddrT32Reg(n, m, h) } "pli{c}\t{addr}" V7 "A8.8.130";
    PLI_lit_T3 "11111 00 1 U 00 1 1111 1111 iiiiiiiiiiii" PliLit PreloadLiteral { add: B(U), imm: Lit(i) } "pli{c}\t[pc, #{add?:-}{imm}]" V7 "A8.8.129";

    // Unallocated memory hints, which do nothing (A6.3.8).
    HINT_LDRSH_imm_T2 "11111 00 1 1 01 1 nnnn 1111 iiiiiiiiiiii" Pli Preload { addr: AddrT32Pos(n, i) } "ldrsh{c}.w\tpc, {addr}" V6T2 "A6.3.8";
    HINT_LDRSH_imm_T3 "11111 00 1 0 01 1 nnnn 1111 1100 iiiiiiii" Pli Preload { addr: AddrT32Neg(n, i) } "ldrsh{c}.w\tpc, {addr}" V6T2 "A6.3.8";
    HINT_LDRSH_reg_T2 "11111 00 1 0 01 1 nnnn 1111 0 00000 hh mmmm" Pli Preload { addr: AddrT32Reg(n, m, h) } "ldrsh{c}.w\tpc, {addr}" V6T2 "A6.3.8";
    HINT_LDRSH_lit_T1 "11111 00 1 U 01 1 1111 1111 iiiiiiiiiiii" PliLit PreloadLiteral { add: B(U), imm: Lit(i) } "ldrsh{c}.w\tpc, [pc, #{add?:-}{imm}]" V6T2 "A6.3.8";

    LDM_T2 "11101 00 010 W 1 nnnn rrrrrrrrrrrrrrrr" Ldm LoadStoreMulti { mode: K(IA), wback: B(W), rn: R(n), list: List(r) } "ldmia{c}.w\t{rn}{wback?!}, {list}" V6T2 "A8.8.57";
    POP_T2 "11101 00 010 1 1 1101 rrrrrrrrrrrrrrrr" Pop PushPop { list: List(r) } "ldmia{c}.w\tsp!, {list}" V6T2 "A8.8.131";
    LDMDB_T1 "11101 00 100 W 1 nnnn rrrrrrrrrrrrrrrr" Ldm LoadStoreMulti { mode: K(DB), wback: B(W), rn: R(n), list: List(r) } "ldmdb{c}\t{rn}{wback?!}, {list}" V6T2 "A8.8.60";
    STM_T2 "11101 00 010 W 0 nnnn rrrrrrrrrrrrrrrr" Stm LoadStoreMulti { mode: K(IA), wback: B(W), rn: R(n), list: List(r) } "stmia{c}.w\t{rn}{wback?!}, {list}" V6T2 "A8.8.199";
    STMDB_T1 "11101 00 100 W 0 nnnn rrrrrrrrrrrrrrrr" Stm LoadStoreMulti { mode: K(DB), wback: B(W), rn: R(n), list: List(r) } "stmdb{c}\t{rn}{wback?!}, {list}" V6T2 "A8.8.201";
    PUSH_T2 "11101 00 100 1 0 1101 rrrrrrrrrrrrrrrr" Push PushPop { list: List(r) } "stmdb{c}\tsp!, {list}" V6T2 "A8.8.133";
    PUSH_T3 "11111 00 0 0 10 0 1101 tttt 1101 00000100" Str LoadStore { rt: R(t), addr: K(Address::PUSH) } "str{c}.w\t{rt}, [sp, #-4]!" V6T2 "A8.8.133";
    POP_T3 "11111 00 0 0 10 1 1101 tttt 1011 00000100" Ldr LoadStore { rt: R(t), addr: K(Address::POP) } "ldr{c}.w\t{rt}, [sp], #4" V6T2 "A8.8.131";
    RFE_T1 "11101 00 000 W 1 nnnn (1)(1)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)" Rfe ReturnState { mode: K(DB), wback: B(W), rn: R(n) } "rfedb{c}\t{rn}{wback?!}" V6T2 "B9.3.13";
    RFE_T2 "11101 00 110 W 1 nnnn (1)(1)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)(0)" Rfe ReturnState { mode: K(IA), wback: B(W), rn: R(n) } "rfeia{c}\t{rn}{wback?!}" V6T2 "B9.3.13";
    SRS_T1 "11101 00 000 W 0 (1)(1)(0)(1) (1)(1)(0)(0)(0)(0)(0)(0)(0)(0)(0) mmmmm" Srs StoreReturnState { mode: K(DB), wback: B(W), psr_mode: U(m) } "srsdb{c}\tsp{wback?!}, {psr_mode}" V6T2 "B9.3.15";
    SRS_T2 "11101 00 110 W 0 (1)(1)(0)(1) (1)(1)(0)(0)(0)(0)(0)(0)(0)(0)(0) mmmmm" Srs StoreReturnState { mode: K(IA), wback: B(W), psr_mode: U(m) } "srsia{c}\tsp{wback?!}, {psr_mode}" V6T2 "B9.3.15";

    // A6.3.6: dual, exclusive, table branch. P = W = 0 are the others.
    LDRD_imm_T1 "11101 00 PU1W 1 nnnn tttt uuuu iiiiiiii" Ldrd LoadStoreDual { rt: R(t), rt2: R(u), addr: AddrDual(P, U, W, n, i) } "ldrd{c}\t{rt}, {rt2}, {addr}" V6T2 "A8.8.72";
    LDRD_lit_T1 "11101 00 1U10 1 1111 tttt uuuu iiiiiiii" LdrdLit LoadDualLiteral { rt: R(t), rt2: R(u), add: B(U), imm: Lit4(i) } "ldrd{c}\t{rt}, {rt2}, [pc, #{add?:-}{imm}]" V6T2 "A8.8.73";
    STRD_imm_T1 "11101 00 PU1W 0 nnnn tttt uuuu iiiiiiii" Strd LoadStoreDual { rt: R(t), rt2: R(u), addr: AddrDual(P, U, W, n, i) } "strd{c}\t{rt}, {rt2}, {addr}" V6T2 "A8.8.210";
    STREX_T1 "11101 00 0010 0 nnnn tttt dddd iiiiiiii" Strex StoreExclusive { rd: R(d), rt: R(t), rn: R(n), imm: U4(i) } "strex{c}\t{rd}, {rt}, [{rn}{imm?, }{imm:opt}]" V6T2 "A8.8.212";
    LDREX_T1 "11101 00 0010 1 nnnn tttt (1)(1)(1)(1) iiiiiiii" Ldrex LoadExclusive { rt: R(t), rn: R(n), imm: U4(i) } "ldrex{c}\t{rt}, [{rn}{imm?, }{imm:opt}]" V6T2 "A8.8.75";
    STREXB_T1 "11101 00 0110 0 nnnn tttt (1)(1)(1)(1) 0100 dddd" Strexb StoreExclusive { rd: R(d), rt: R(t), rn: R(n), imm: K(Imm(0)) } "strexb{c}\t{rd}, {rt}, [{rn}]" V7 "A8.8.213";
    STREXH_T1 "11101 00 0110 0 nnnn tttt (1)(1)(1)(1) 0101 dddd" Strexh StoreExclusive { rd: R(d), rt: R(t), rn: R(n), imm: K(Imm(0)) } "strexh{c}\t{rd}, {rt}, [{rn}]" V7 "A8.8.215";
    STREXD_T1 "11101 00 0110 0 nnnn tttt uuuu 0111 dddd" Strexd StoreExclusiveDual { rd: R(d), rt: R(t), rt2: R(u), rn: R(n) } "strexd{c}\t{rd}, {rt}, {rt2}, [{rn}]" V7 "A8.8.214";
    LDREXB_T1 "11101 00 0110 1 nnnn tttt (1)(1)(1)(1) 0100 (1)(1)(1)(1)" Ldrexb LoadExclusive { rt: R(t), rn: R(n), imm: K(Imm(0)) } "ldrexb{c}\t{rt}, [{rn}]" V7 "A8.8.76";
    LDREXH_T1 "11101 00 0110 1 nnnn tttt (1)(1)(1)(1) 0101 (1)(1)(1)(1)" Ldrexh LoadExclusive { rt: R(t), rn: R(n), imm: K(Imm(0)) } "ldrexh{c}\t{rt}, [{rn}]" V7 "A8.8.78";
    LDREXD_T1 "11101 00 0110 1 nnnn tttt uuuu 0111 (1)(1)(1)(1)" Ldrexd LoadExclusiveDual { rt: R(t), rt2: R(u), rn: R(n) } "ldrexd{c}\t{rt}, {rt2}, [{rn}]" V7 "A8.8.77";
    TBB_T1 "11101 00 0110 1 nnnn (1)(1)(1)(1) (0)(0)(0)(0) 000H mmmm" TableBranch TableBranch { half: B(H), rn: R(n), rm: R(m) } "tb{half?h:b}{c}\t[{rn}, {rm}{half?, lsl #1}]" V6T2 "A8.8.238";
}
