//! A32 loads and stores, exclusives included (ARM ARM A5.2.8, A5.2.10, A5.3, A5.5).
// tidy: table

use crate::codec::*;
use crate::op::*;
use crate::operand::{Address, Imm};
use crate::row::rows;

rows! {
    /// Loads and stores.
    ROWS A32:
    LDR_imm_A1 "cccc 010PU0W1 nnnn tttt iiii iiii iiii" Ldr LoadStore { rt: R(t), addr: AddrImm(P, U, W, n, i) }
        "ldr{c}\t{rt}, {addr}" V4 "A8.8.62";
    LDR_reg_A1 "cccc 011PU0W1 nnnn tttt hhhh hkk0 mmmm" Ldr LoadStore { rt: R(t), addr: AddrReg(P, U, W, n, m, k, h) }
        "ldr{c}\t{rt}, {addr}" V4 "A8.8.66";
    LDRT_imm_A1 "cccc 0100U011 nnnn tttt iiii iiii iiii" Ldr LoadStore { rt: R(t), addr: AddrPostImm(U, n, i) }
        "ldrt{c}\t{rt}, {addr}" V4 "A8.8.92";
    LDRT_reg_A2 "cccc 0110U011 nnnn tttt hhhh hkk0 mmmm" Ldr LoadStore { rt: R(t), addr: AddrPostReg(U, n, m, k, h) }
        "ldrt{c}\t{rt}, {addr}" V4 "A8.8.92";
    LDR_lit_A1 "cccc 0101U001 1111 tttt iiii iiii iiii" LdrLit LoadLiteral { rt: R(t), add: B(U), imm: Lit(i) }
        "ldr{c}\t{rt}, [pc, #{add?:-}{imm}]" V4 "A8.8.63";
    LDRB_imm_A1 "cccc 010PU1W1 nnnn tttt iiii iiii iiii" Ldrb LoadStore { rt: R(t), addr: AddrImm(P, U, W, n, i) }
        "ldrb{c}\t{rt}, {addr}" V4 "A8.8.67";
    LDRB_reg_A1 "cccc 011PU1W1 nnnn tttt hhhh hkk0 mmmm" Ldrb LoadStore { rt: R(t), addr: AddrReg(P, U, W, n, m, k, h) }
        "ldrb{c}\t{rt}, {addr}" V4 "A8.8.69";
    LDRBT_imm_A1 "cccc 0100U111 nnnn tttt iiii iiii iiii" Ldrb LoadStore { rt: R(t), addr: AddrPostImm(U, n, i) }
        "ldrbt{c}\t{rt}, {addr}" V4 "A8.8.70";
    LDRBT_reg_A2 "cccc 0110U111 nnnn tttt hhhh hkk0 mmmm" Ldrb LoadStore { rt: R(t), addr: AddrPostReg(U, n, m, k, h) }
        "ldrbt{c}\t{rt}, {addr}" V4 "A8.8.70";
    LDRB_lit_A1 "cccc 0101U101 1111 tttt iiii iiii iiii" LdrbLit LoadLiteral { rt: R(t), add: B(U), imm: Lit(i) }
        "ldrb{c}\t{rt}, [pc, #{add?:-}{imm}]" V4 "A8.8.68";
    STR_imm_A1 "cccc 010PU0W0 nnnn tttt iiii iiii iiii" Str LoadStore { rt: R(t), addr: AddrImm(P, U, W, n, i) }
        "str{c}\t{rt}, {addr}" V4 "A8.8.203";
    STR_reg_A1 "cccc 011PU0W0 nnnn tttt hhhh hkk0 mmmm" Str LoadStore { rt: R(t), addr: AddrReg(P, U, W, n, m, k, h) }
        "str{c}\t{rt}, {addr}" V4 "A8.8.205";
    STRT_imm_A1 "cccc 0100U010 nnnn tttt iiii iiii iiii" Str LoadStore { rt: R(t), addr: AddrPostImm(U, n, i) }
        "strt{c}\t{rt}, {addr}" V4 "A8.8.218";
    STRT_reg_A2 "cccc 0110U010 nnnn tttt hhhh hkk0 mmmm" Str LoadStore { rt: R(t), addr: AddrPostReg(U, n, m, k, h) }
        "strt{c}\t{rt}, {addr}" V4 "A8.8.218";
    STRB_imm_A1 "cccc 010PU1W0 nnnn tttt iiii iiii iiii" Strb LoadStore { rt: R(t), addr: AddrImm(P, U, W, n, i) }
        "strb{c}\t{rt}, {addr}" V4 "A8.8.206";
    STRB_reg_A1 "cccc 011PU1W0 nnnn tttt hhhh hkk0 mmmm" Strb LoadStore { rt: R(t), addr: AddrReg(P, U, W, n, m, k, h) }
        "strb{c}\t{rt}, {addr}" V4 "A8.8.208";
    STRBT_imm_A1 "cccc 0100U110 nnnn tttt iiii iiii iiii" Strb LoadStore { rt: R(t), addr: AddrPostImm(U, n, i) }
        "strbt{c}\t{rt}, {addr}" V4 "A8.8.209";
    STRBT_reg_A2 "cccc 0110U110 nnnn tttt hhhh hkk0 mmmm" Strb LoadStore { rt: R(t), addr: AddrPostReg(U, n, m, k, h) }
        "strbt{c}\t{rt}, {addr}" V4 "A8.8.209";
    LDRH_imm_A1 "cccc 000PU1W1 nnnn tttt iiii 1011 iiii" Ldrh LoadStore { rt: R(t), addr: AddrImm(P, U, W, n, i) }
        "ldrh{c}\t{rt}, {addr}" V4 "A8.8.79";
    LDRH_reg_A1 "cccc 000PU0W1 nnnn tttt (0)(0)(0)(0) 1011 mmmm" Ldrh LoadStore { rt: R(t), addr: AddrRegPlain(P, U, W, n, m) }
        "ldrh{c}\t{rt}, {addr}" V4 "A8.8.81";
    LDRHT_imm_A1 "cccc 0000U111 nnnn tttt iiii 1011 iiii" Ldrh LoadStore { rt: R(t), addr: AddrPostImm(U, n, i) }
        "ldrht{c}\t{rt}, {addr}" V6T2 "A8.8.82";
    LDRHT_reg_A2 "cccc 0000U011 nnnn tttt (0)(0)(0)(0) 1011 mmmm" Ldrh LoadStore { rt: R(t), addr: AddrPostRegPlain(U, n, m) }
        "ldrht{c}\t{rt}, {addr}" V6T2 "A8.8.82";
    LDRH_lit_A1 "cccc 0001U101 1111 tttt iiii 1011 iiii" LdrhLit LoadLiteral { rt: R(t), add: B(U), imm: Lit(i) }
        "ldrh{c}\t{rt}, [pc, #{add?:-}{imm}]" V4 "A8.8.80";
    LDRSB_imm_A1 "cccc 000PU1W1 nnnn tttt iiii 1101 iiii" Ldrsb LoadStore { rt: R(t), addr: AddrImm(P, U, W, n, i) }
        "ldrsb{c}\t{rt}, {addr}" V4 "A8.8.83";
    LDRSB_reg_A1 "cccc 000PU0W1 nnnn tttt (0)(0)(0)(0) 1101 mmmm" Ldrsb LoadStore { rt: R(t), addr: AddrRegPlain(P, U, W, n, m) }
        "ldrsb{c}\t{rt}, {addr}" V4 "A8.8.85";
    LDRSBT_imm_A1 "cccc 0000U111 nnnn tttt iiii 1101 iiii" Ldrsb LoadStore { rt: R(t), addr: AddrPostImm(U, n, i) }
        "ldrsbt{c}\t{rt}, {addr}" V6T2 "A8.8.86";
    LDRSBT_reg_A2 "cccc 0000U011 nnnn tttt (0)(0)(0)(0) 1101 mmmm" Ldrsb LoadStore { rt: R(t), addr: AddrPostRegPlain(U, n, m) }
        "ldrsbt{c}\t{rt}, {addr}" V6T2 "A8.8.86";
    LDRSB_lit_A1 "cccc 0001U101 1111 tttt iiii 1101 iiii" LdrsbLit LoadLiteral { rt: R(t), add: B(U), imm: Lit(i) }
        "ldrsb{c}\t{rt}, [pc, #{add?:-}{imm}]" V4 "A8.8.84";
    LDRSH_imm_A1 "cccc 000PU1W1 nnnn tttt iiii 1111 iiii" Ldrsh LoadStore { rt: R(t), addr: AddrImm(P, U, W, n, i) }
        "ldrsh{c}\t{rt}, {addr}" V4 "A8.8.87";
    LDRSH_reg_A1 "cccc 000PU0W1 nnnn tttt (0)(0)(0)(0) 1111 mmmm" Ldrsh LoadStore { rt: R(t), addr: AddrRegPlain(P, U, W, n, m) }
        "ldrsh{c}\t{rt}, {addr}" V4 "A8.8.89";
    LDRSHT_imm_A1 "cccc 0000U111 nnnn tttt iiii 1111 iiii" Ldrsh LoadStore { rt: R(t), addr: AddrPostImm(U, n, i) }
        "ldrsht{c}\t{rt}, {addr}" V6T2 "A8.8.90";
    LDRSHT_reg_A2 "cccc 0000U011 nnnn tttt (0)(0)(0)(0) 1111 mmmm" Ldrsh LoadStore { rt: R(t), addr: AddrPostRegPlain(U, n, m) }
        "ldrsht{c}\t{rt}, {addr}" V6T2 "A8.8.90";
    LDRSH_lit_A1 "cccc 0001U101 1111 tttt iiii 1111 iiii" LdrshLit LoadLiteral { rt: R(t), add: B(U), imm: Lit(i) }
        "ldrsh{c}\t{rt}, [pc, #{add?:-}{imm}]" V4 "A8.8.88";
    STRH_imm_A1 "cccc 000PU1W0 nnnn tttt iiii 1011 iiii" Strh LoadStore { rt: R(t), addr: AddrImm(P, U, W, n, i) }
        "strh{c}\t{rt}, {addr}" V4 "A8.8.216";
    STRH_reg_A1 "cccc 000PU0W0 nnnn tttt (0)(0)(0)(0) 1011 mmmm" Strh LoadStore { rt: R(t), addr: AddrRegPlain(P, U, W, n, m) }
        "strh{c}\t{rt}, {addr}" V4 "A8.8.217";
    STRHT_imm_A1 "cccc 0000U110 nnnn tttt iiii 1011 iiii" Strh LoadStore { rt: R(t), addr: AddrPostImm(U, n, i) }
        "strht{c}\t{rt}, {addr}" V6T2 "A8.8.217";
    STRHT_reg_A2 "cccc 0000U010 nnnn tttt (0)(0)(0)(0) 1011 mmmm" Strh LoadStore { rt: R(t), addr: AddrPostRegPlain(U, n, m) }
        "strht{c}\t{rt}, {addr}" V6T2 "A8.8.217";
    LDRD_imm_A1 "cccc 000PU1W0 nnnn tttt iiii 1101 iiii" Ldrd LoadStoreDual { rt: R(t), rt2: NextReg(t), addr: AddrImm(P, U, W, n, i) }
        "ldrd{c}\t{rt}, {addr}" V5TE "A8.8.72";
    LDRD_reg_A1 "cccc 000PU0W0 nnnn tttt (0)(0)(0)(0) 1101 mmmm" Ldrd LoadStoreDual { rt: R(t), rt2: NextReg(t), addr: AddrRegPlain(P, U, W, n, m) }
        "ldrd{c}\t{rt}, {addr}" V5TE "A8.8.74";
    STRD_imm_A1 "cccc 000PU1W0 nnnn tttt iiii 1111 iiii" Strd LoadStoreDual { rt: R(t), rt2: NextReg(t), addr: AddrImm(P, U, W, n, i) }
        "strd{c}\t{rt}, {addr}" V5TE "A8.8.210";
    STRD_reg_A1 "cccc 000PU0W0 nnnn tttt (0)(0)(0)(0) 1111 mmmm" Strd LoadStoreDual { rt: R(t), rt2: NextReg(t), addr: AddrRegPlain(P, U, W, n, m) }
        "strd{c}\t{rt}, {addr}" V5TE "A8.8.211";
    LDRD_lit_A1 "cccc 0001U100 1111 tttt iiii 1101 iiii" LdrdLit LoadDualLiteral { rt: R(t), rt2: NextReg(t), add: B(U), imm: Lit(i) }
        "ldrd{c}\t{rt}, [pc, #{add?:-}{imm}]" V5TE "A8.8.73";

    LDM_A1 "cccc 100PU0W1 nnnn rrrr rrrr rrrr rrrr" Ldm LoadStoreMulti { mode: Multi(P, U), wback: B(W), rn: R(n), list: List(r) }
        "ldm{mode:opt}{c}\t{rn}{wback?!}, {list}" V4 "A8.8.58";
    STM_A1 "cccc 100PU0W0 nnnn rrrr rrrr rrrr rrrr" Stm LoadStoreMulti { mode: Multi(P, U), wback: B(W), rn: R(n), list: List(r) }
        "stm{mode}{c}\t{rn}{wback?!}, {list}" V4 "A8.8.199";
    LDM_user_A1 "cccc 100PU1W1 nnnn rrrr rrrr rrrr rrrr" LdmUser LoadStoreMulti { mode: Multi(P, U), wback: B(W), rn: R(n), list: List(r) }
        "ldm{mode:opt}{c}\t{rn}{wback?!}, {list}^" V4 "B9.3.5";
    STM_user_A1 "cccc 100PU1W0 nnnn rrrr rrrr rrrr rrrr" StmUser LoadStoreMulti { mode: Multi(P, U), wback: B(W), rn: R(n), list: List(r) }
        "stm{mode}{c}\t{rn}{wback?!}, {list}^" V4 "B9.3.17";
    PUSH_A1 "cccc 10010010 1101 rrrr rrrr rrrr rrrr" Push PushPop { list: List(r) } "push{c}\t{list}" V4 "A8.8.133";
    POP_A1 "cccc 10001011 1101 rrrr rrrr rrrr rrrr" Pop PushPop { list: List(r) } "pop{c}\t{list}" V4 "A8.8.132";
    PUSH_one_A2 "cccc 01010010 1101 tttt 0000 0000 0100" Str LoadStore { rt: R(t), addr: K(Address::PUSH) } "push{c}\t{{{rt}}" V4 "A8.8.133";
    POP_one_A2 "cccc 01001001 1101 tttt 0000 0000 0100" Ldr LoadStore { rt: R(t), addr: K(Address::POP) } "pop{c}\t{{{rt}}" V4 "A8.8.132";

    SWP_A1 "cccc 00010000 nnnn tttt (0)(0)(0)(0) 1001 mmmm" Swp Swap { rt: R(t), rt2: R(m), rn: R(n) }
        "swp{c}\t{rt}, {rt2}, [{rn}]" V4 "A8.8.229";
    SWPB_A1 "cccc 00010100 nnnn tttt (0)(0)(0)(0) 1001 mmmm" Swpb Swap { rt: R(t), rt2: R(m), rn: R(n) }
        "swpb{c}\t{rt}, {rt2}, [{rn}]" V4 "A8.8.229";
    LDREX_A1 "cccc 00011001 nnnn tttt (1)(1)(1)(1) 1001 (1)(1)(1)(1)" Ldrex LoadExclusive { rt: R(t), rn: R(n), imm: K(Imm(0)) }
        "ldrex{c}\t{rt}, [{rn}]" V6 "A8.8.75";
    STREX_A1 "cccc 00011000 nnnn dddd (1)(1)(1)(1) 1001 tttt" Strex StoreExclusive { rd: R(d), rt: R(t), rn: R(n), imm: K(Imm(0)) }
        "strex{c}\t{rd}, {rt}, [{rn}]" V6 "A8.8.212";
    LDREXD_A1 "cccc 00011011 nnnn tttt (1)(1)(1)(1) 1001 (1)(1)(1)(1)" Ldrexd LoadExclusiveDual { rt: R(t), rt2: NextReg(t), rn: R(n) }
        "ldrexd{c}\t{rt}, {rt2}, [{rn}]" V6K "A8.8.77";
    STREXD_A1 "cccc 00011010 nnnn dddd (1)(1)(1)(1) 1001 tttt" Strexd StoreExclusiveDual { rd: R(d), rt: R(t), rt2: NextReg(t), rn: R(n) }
        "strexd{c}\t{rd}, {rt}, {rt2}, [{rn}]" V6K "A8.8.214";
    LDREXB_A1 "cccc 00011101 nnnn tttt (1)(1)(1)(1) 1001 (1)(1)(1)(1)" Ldrexb LoadExclusive { rt: R(t), rn: R(n), imm: K(Imm(0)) }
        "ldrexb{c}\t{rt}, [{rn}]" V6K "A8.8.76";
    STREXB_A1 "cccc 00011100 nnnn dddd (1)(1)(1)(1) 1001 tttt" Strexb StoreExclusive { rd: R(d), rt: R(t), rn: R(n), imm: K(Imm(0)) }
        "strexb{c}\t{rd}, {rt}, [{rn}]" V6K "A8.8.213";
    LDREXH_A1 "cccc 00011111 nnnn tttt (1)(1)(1)(1) 1001 (1)(1)(1)(1)" Ldrexh LoadExclusive { rt: R(t), rn: R(n), imm: K(Imm(0)) }
        "ldrexh{c}\t{rt}, [{rn}]" V6K "A8.8.78";
    STREXH_A1 "cccc 00011110 nnnn dddd (1)(1)(1)(1) 1001 tttt" Strexh StoreExclusive { rd: R(d), rt: R(t), rn: R(n), imm: K(Imm(0)) }
        "strexh{c}\t{rd}, {rt}, [{rn}]" V6K "A8.8.215";
    CLREX_A1 "1111 01010111 (1)(1)(1)(1) (1)(1)(1)(1) (0)(0)(0)(0) 0001 (1)(1)(1)(1)" Clrex NoArgs {} "clrex" V6K "A8.8.32";

    PLD_imm_A1 "1111 0101U101 nnnn (1)(1)(1)(1) iiii iiii iiii" Pld Preload { addr: AddrOffset(U, n, i) }
        "pld\t{addr}" V5TE "A8.8.126";
    PLDW_imm_A1 "1111 0101U001 nnnn (1)(1)(1)(1) iiii iiii iiii" Pldw Preload { addr: AddrOffset(U, n, i) }
        "pldw\t{addr}" V7MP "A8.8.126";
    PLD_lit_A1 "1111 0101U101 1111 (1)(1)(1)(1) iiii iiii iiii" PldLit PreloadLiteral { add: B(U), imm: Lit(i) }
        "pld\t[pc, #{add?:-}{imm}]" V5TE "A8.8.127";
    PLD_reg_A1 "1111 0111U101 nnnn (1)(1)(1)(1) hhhh hkk0 mmmm" Pld Preload { addr: AddrOffsetReg(U, n, m, k, h) }
        "pld\t{addr}" V5TE "A8.8.128";
    PLDW_reg_A1 "1111 0111U001 nnnn (1)(1)(1)(1) hhhh hkk0 mmmm" Pldw Preload { addr: AddrOffsetReg(U, n, m, k, h) }
        "pldw\t{addr}" V7MP "A8.8.128";
    PLI_imm_A1 "1111 0100U101 nnnn (1)(1)(1)(1) iiii iiii iiii" Pli Preload { addr: AddrOffset(U, n, i) }
        "pli\t{addr}" V7 "A8.8.129";
    PLI_lit_A1 "1111 0100U101 1111 (1)(1)(1)(1) iiii iiii iiii" PliLit PreloadLiteral { add: B(U), imm: Lit(i) }
        "pli\t[pc, #{add?:-}{imm}]" V7 "A8.8.129";
    PLI_reg_A1 "1111 0110U101 nnnn (1)(1)(1)(1) hhhh hkk0 mmmm" Pli Preload { addr: AddrOffsetReg(U, n, m, k, h) }
        "pli\t{addr}" V7 "A8.8.130";

    // Unallocated memory hints, which do nothing (A5.7.2).
    HINT_mem_imm_A1 "1111 0100U001 nnnn (1)(1)(1)(1) iiii iiii iiii" Pli Preload { addr: AddrOffset(U, n, i) }
        "pli\t{addr}" V7MP "A5.7.2";
    HINT_mem_reg_A1 "1111 0110U001 nnnn (1)(1)(1)(1) hhhh hkk0 mmmm" Pli Preload { addr: AddrOffsetReg(U, n, m, k, h) }
        "pli\t{addr}" V7MP "A5.7.2";

    RFE_A1 "1111 100PU0W1 nnnn (0)(0)(0)(0) (1)(0)(1)(0) (0)(0)(0)(0) (0)(0)(0)(0)" Rfe ReturnState { mode: Multi(P, U), wback: B(W), rn: R(n) }
        "rfe{mode}\t{rn}{wback?!}" V6 "B9.3.13";
    SRS_A1 "1111 100PU1W0 (1)(1)(0)(1) (0)(0)(0)(0) (0)(1)(0)(1) (0)(0)(0)m mmmm" Srs StoreReturnState { mode: Multi(P, U), wback: B(W), psr_mode: U(m) }
        "srs{mode}\tsp{wback?!}, {psr_mode}" V6 "B9.3.16";
}
