//! A32 media instructions: parallel arithmetic, packing, extension, saturation, bit fields
//! (ARM ARM A5.4).
// tidy: table

use crate::codec::*;
use crate::op::*;
use crate::row::rows;

rows! {
    /// Media instructions, and CLZ.
    ROWS A32:
    PARALLEL_A1 "cccc 01100uuu nnnn dddd (1)(1)(1)(1) ooo1 mmmm" Parallel Parallel { how: ParKind(u), what: ParOp(o), rd: R(d), rn: R(n), rm: R(m) }
        "{how}{what}{c}\t{rd}, {rn}, {rm}" V6 "A5.4.1";
    PKH_A1 "cccc 01101000 nnnn dddd hhhh hT01 mmmm" Pkh Pkh { tb: B(T), rd: R(d), rn: R(n), rm: R(m), shift: SatShift(T, h) }
        "pkh{tb?tb:bt}{c}\t{rd}, {rn}, {rm}{shift}" V6 "A8.8.125";
    SXTAx_A1 "cccc 01101Uoo nnnn dddd rr(0)(0) 0111 mmmm" ExtendAdd ExtendAdd { what: ExtOp(U, o), rd: R(d), rn: R(n), rm: R(m), rotate: Rot(r) }
        "{what?u:s}xta{what}{c}\t{rd}, {rn}, {rm}{rotate}" V6 "A8.8.230";
    SXTx_A1 "cccc 01101Uoo 1111 dddd rr(0)(0) 0111 mmmm" Extend Extend { what: ExtOp(U, o), rd: R(d), rm: R(m), rotate: Rot(r) }
        "{what?u:s}xt{what}{c}\t{rd}, {rm}{rotate}" V6 "A8.8.233";
    SEL_A1 "cccc 01101000 nnnn dddd (1)(1)(1)(1) 1011 mmmm" Sel Reg3 { rd: R(d), rn: R(n), rm: R(m) }
        "sel{c}\t{rd}, {rn}, {rm}" V6 "A8.8.166";
    SSAT_A1 "cccc 0110101i iiii dddd hhhh hs01 nnnn" Ssat Sat { rd: R(d), sat: UPlus1(i), rn: R(n), shift: SatShift(s, h) }
        "ssat{c}\t{rd}, {sat}, {rn}{shift}" V6 "A8.8.193";
    USAT_A1 "cccc 0110111i iiii dddd hhhh hs01 nnnn" Usat Sat { rd: R(d), sat: U(i), rn: R(n), shift: SatShift(s, h) }
        "usat{c}\t{rd}, {sat}, {rn}{shift}" V6 "A8.8.266";
    SSAT16_A1 "cccc 01101010 iiii dddd (1)(1)(1)(1) 0011 nnnn" Ssat16 Sat16 { rd: R(d), sat: UPlus1(i), rn: R(n) }
        "ssat16{c}\t{rd}, {sat}, {rn}" V6 "A8.8.194";
    USAT16_A1 "cccc 01101110 iiii dddd (1)(1)(1)(1) 0011 nnnn" Usat16 Sat16 { rd: R(d), sat: U(i), rn: R(n) }
        "usat16{c}\t{rd}, {sat}, {rn}" V6 "A8.8.267";
    REV_A1 "cccc 01101011 (1)(1)(1)(1) dddd (1)(1)(1)(1) 0011 mmmm" Rev Reg2 { rd: R(d), rm: R(m) }
        "rev{c}\t{rd}, {rm}" V6 "A8.8.145";
    REV16_A1 "cccc 01101011 (1)(1)(1)(1) dddd (1)(1)(1)(1) 1011 mmmm" Rev16 Reg2 { rd: R(d), rm: R(m) }
        "rev16{c}\t{rd}, {rm}" V6 "A8.8.146";
    RBIT_A1 "cccc 01101111 (1)(1)(1)(1) dddd (1)(1)(1)(1) 0011 mmmm" Rbit Reg2 { rd: R(d), rm: R(m) }
        "rbit{c}\t{rd}, {rm}" V6T2 "A8.8.144";
    REVSH_A1 "cccc 01101111 (1)(1)(1)(1) dddd (1)(1)(1)(1) 1011 mmmm" Revsh Reg2 { rd: R(d), rm: R(m) }
        "revsh{c}\t{rd}, {rm}" V6 "A8.8.147";
    SBFX_A1 "cccc 0111101w wwww dddd llll l101 nnnn" Sbfx Bfx { rd: R(d), rn: R(n), field: FieldWidth(w, l) }
        "sbfx{c}\t{rd}, {rn}, {field}" V6T2 "A8.8.164";
    UBFX_A1 "cccc 0111111w wwww dddd llll l101 nnnn" Ubfx Bfx { rd: R(d), rn: R(n), field: FieldWidth(w, l) }
        "ubfx{c}\t{rd}, {rn}, {field}" V6T2 "A8.8.246";
    BFI_A1 "cccc 0111110w wwww dddd llll l001 nnnn" Bfi Bfi { rd: R(d), rn: R(n), field: FieldMsb(w, l) }
        "bfi{c}\t{rd}, {rn}, {field}" V6T2 "A8.8.20";
    BFC_A1 "cccc 0111110w wwww dddd llll l001 1111" Bfc Bfc { rd: R(d), field: FieldMsb(w, l) }
        "bfc{c}\t{rd}, {field}" V6T2 "A8.8.19";
    CLZ_A1 "cccc 00010110 (1)(1)(1)(1) dddd (1)(1)(1)(1) 0001 mmmm" Clz Reg2 { rd: R(d), rm: R(m) }
        "clz{c}\t{rd}, {rm}" V5T "A8.8.33";
}
