//! Advanced SIMD: two registers and a shift amount (ARM ARM A7.4.4).
// tidy: table

use super::codec::*;
use super::op::*;
use crate::codec::*;
use crate::row::rows;

rows! {
    /// Two registers and a shift amount.
    ROWS A32T32:
    VSHR_A1 "1111 001U 1dii iiii dddd 0000 LQm1 mmmm" VectorShiftImm VecShiftImmArgs { what: K(VecShiftImm::Shr), vd: Vr(Q, d), vm: Vr(Q, m), shift: ShrSu(U, L, i) }
        "vshr{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.398";
    VSRA_A1 "1111 001U 1dii iiii dddd 0001 LQm1 mmmm" VectorShiftImm VecShiftImmArgs { what: K(VecShiftImm::Sra), vd: Vr(Q, d), vm: Vr(Q, m), shift: ShrSu(U, L, i) }
        "vsra{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.402";
    VRSHR_A1 "1111 001U 1dii iiii dddd 0010 LQm1 mmmm" VectorShiftImm VecShiftImmArgs { what: K(VecShiftImm::Rshr), vd: Vr(Q, d), vm: Vr(Q, m), shift: ShrSu(U, L, i) }
        "vrshr{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.389";
    VRSRA_A1 "1111 001U 1dii iiii dddd 0011 LQm1 mmmm" VectorShiftImm VecShiftImmArgs { what: K(VecShiftImm::Rsra), vd: Vr(Q, d), vm: Vr(Q, m), shift: ShrSu(U, L, i) }
        "vrsra{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.393";
    VSRI_A1 "1111 0011 1dii iiii dddd 0100 LQm1 mmmm" VectorShiftImm VecShiftImmArgs { what: K(VecShiftImm::Sri), vd: Vr(Q, d), vm: Vr(Q, m), shift: ShrN(L, i) }
        "vsri{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.403";
    VSHL_imm_A1 "1111 0010 1dii iiii dddd 0101 LQm1 mmmm" VectorShiftImm VecShiftImmArgs { what: K(VecShiftImm::Shl), vd: Vr(Q, d), vm: Vr(Q, m), shift: ShlI(L, i) }
        "vshl{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.395";
    VSLI_A1 "1111 0011 1dii iiii dddd 0101 LQm1 mmmm" VectorShiftImm VecShiftImmArgs { what: K(VecShiftImm::Sli), vd: Vr(Q, d), vm: Vr(Q, m), shift: ShlN(L, i) }
        "vsli{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.400";
    VQSHLU_imm_A1 "1111 0011 1dii iiii dddd 0110 LQm1 mmmm" VectorShiftImm VecShiftImmArgs { what: K(VecShiftImm::Qshlu), vd: Vr(Q, d), vm: Vr(Q, m), shift: ShlS(L, i) }
        "vqshlu{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.380";
    VQSHL_imm_A1 "1111 001U 1dii iiii dddd 0111 LQm1 mmmm" VectorShiftImm VecShiftImmArgs { what: K(VecShiftImm::Qshl), vd: Vr(Q, d), vm: Vr(Q, m), shift: ShlSu(U, L, i) }
        "vqshl{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.380";
    VSHRN_A1 "1111 0010 1dii iiii dddd 1000 00m1 mmmm" VectorShiftNarrow VecShiftNarrowArgs { what: K(VecShiftNarrow::Shrn), vd: Dr(d), vm: Qr(m), shift: ShrnI(i) }
        "vshrn{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.399";
    VRSHRN_A1 "1111 0010 1dii iiii dddd 1000 01m1 mmmm" VectorShiftNarrow VecShiftNarrowArgs { what: K(VecShiftNarrow::Rshrn), vd: Dr(d), vm: Qr(m), shift: ShrnI(i) }
        "vrshrn{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.390";
    VQSHRUN_A1 "1111 0011 1dii iiii dddd 1000 00m1 mmmm" VectorShiftNarrow VecShiftNarrowArgs { what: K(VecShiftNarrow::Qshrun), vd: Dr(d), vm: Qr(m), shift: ShrnS(i) }
        "vqshrun{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.381";
    VQRSHRUN_A1 "1111 0011 1dii iiii dddd 1000 01m1 mmmm" VectorShiftNarrow VecShiftNarrowArgs { what: K(VecShiftNarrow::Qrshrun), vd: Dr(d), vm: Qr(m), shift: ShrnS(i) }
        "vqrshrun{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.378";
    VQSHRN_A1 "1111 001U 1dii iiii dddd 1001 00m1 mmmm" VectorShiftNarrow VecShiftNarrowArgs { what: K(VecShiftNarrow::Qshrn), vd: Dr(d), vm: Qr(m), shift: ShrnSu(U, i) }
        "vqshrn{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.381";
    VQRSHRN_A1 "1111 001U 1dii iiii dddd 1001 01m1 mmmm" VectorShiftNarrow VecShiftNarrowArgs { what: K(VecShiftNarrow::Qrshrn), vd: Dr(d), vm: Qr(m), shift: ShrnSu(U, i) }
        "vqrshrn{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.378";
    VSHLL_A1 "1111 001U 1dii iiii dddd 1010 00m1 mmmm" VectorShiftLong VecShiftLongArgs { vd: Qr(d), vm: Dr(m), shift: ShllSu(U, i) }
        "vshll{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.397";
    VMOVL_8_A1 "1111 001U 1d00 1000 dddd 1010 00m1 mmmm" VectorShiftLong VecShiftLongArgs { vd: Qr(d), vm: Dr(m), shift: Movl8(U) }
        "vmovl{c}.{shift:ty}\t{vd}, {vm}" Simd "A8.8.346";
    VMOVL_16_A1 "1111 001U 1d01 0000 dddd 1010 00m1 mmmm" VectorShiftLong VecShiftLongArgs { vd: Qr(d), vm: Dr(m), shift: Movl16(U) }
        "vmovl{c}.{shift:ty}\t{vd}, {vm}" Simd "A8.8.346";
    VMOVL_32_A1 "1111 001U 1d10 0000 dddd 1010 00m1 mmmm" VectorShiftLong VecShiftLongArgs { vd: Qr(d), vm: Dr(m), shift: Movl32(U) }
        "vmovl{c}.{shift:ty}\t{vd}, {vm}" Simd "A8.8.346";
    VCVT_fixed_to_fp_simd_A1 "1111 001U 1dii iiii dddd 1110 0Qm1 mmmm" VectorFixed VecFixedArgs { to_fixed: K(false), unsigned: B(U), vd: Vr(Q, d), vm: Vr(Q, m), fbits: Fbits(i) }
        "vcvt{c}.f32.{unsigned?u:s}32\t{vd}, {vm}, #{fbits}" Simd "A8.8.307";
    VCVT_fp_to_fixed_simd_A1 "1111 001U 1dii iiii dddd 1111 0Qm1 mmmm" VectorFixed VecFixedArgs { to_fixed: K(true), unsigned: B(U), vd: Vr(Q, d), vm: Vr(Q, m), fbits: Fbits(i) }
        "vcvt{c}.{unsigned?u:s}32.f32\t{vd}, {vm}, #{fbits}" Simd "A8.8.307";
}
