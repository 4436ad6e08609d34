//! Advanced SIMD: one register and a modified immediate constant (ARM ARM A7.4.6).
// tidy: table

use super::codec::*;
use super::op::*;
use crate::row::rows;

rows! {
    /// One register and a modified immediate constant.
    ROWS A32T32:
    VMOV_imm_A1 "1111 001i 1d00 0iii dddd mmmm 0Q01 iiii" VectorImm VecImmArgs { what: K(VecImmOp::Mov), vd: Vr(Q, d), imm: ImmMov(m, i) }
        "vmov{c}.{imm:ty}\t{vd}, {imm}" Simd "A8.8.339";
    VORR_imm_A1 "1111 001i 1d00 0iii dddd mmm1 0Q01 iiii" VectorImm VecImmArgs { what: K(VecImmOp::Orr), vd: Vr(Q, d), imm: ImmBit(m, i) }
        "vorr{c}.{imm:ty}\t{vd}, {imm}" Simd "A8.8.359";
    VMVN_imm_A1 "1111 001i 1d00 0iii dddd mmmm 0Q11 iiii" VectorImm VecImmArgs { what: K(VecImmOp::Mvn), vd: Vr(Q, d), imm: ImmMvn(m, i) }
        "vmvn{c}.{imm:ty}\t{vd}, {imm}" Simd "A8.8.353";
    VBIC_imm_A1 "1111 001i 1d00 0iii dddd mmm1 0Q11 iiii" VectorImm VecImmArgs { what: K(VecImmOp::Bic), vd: Vr(Q, d), imm: ImmBit(m, i) }
        "vbic{c}.{imm:ty}\t{vd}, {imm}" Simd "A8.8.288";
    VMOV_imm64_A1 "1111 001i 1d00 0iii dddd 1110 0Q11 iiii" VectorImm VecImmArgs { what: K(VecImmOp::Mov), vd: Vr(Q, d), imm: Imm64(i) }
        "vmov{c}.{imm:ty}\t{vd}, {imm}" Simd "A8.8.339";
}
