//! Advanced SIMD: three registers of the same length (ARM ARM A7.4.1).
// tidy: table

use super::codec::*;
use super::op::*;
use super::operand::*;
use crate::row::rows;

rows! {
    /// Three registers of the same length.
    ROWS A32T32:

    // Integers.
    VHADD_A1 "1111 001U 0dss nnnn dddd 0000 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Hadd), ty: TySu32(U, s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vhadd{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.319";
    VHSUB_A1 "1111 001U 0dss nnnn dddd 0010 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Hsub), ty: TySu32(U, s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vhsub{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.319";
    VQADD_A1 "1111 001U 0dss nnnn dddd 0000 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Qadd), ty: TySu(U, s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vqadd{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.370";
    VRHADD_A1 "1111 001U 0dss nnnn dddd 0001 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Rhadd), ty: TySu32(U, s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vrhadd{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.387";
    VQSUB_A1 "1111 001U 0dss nnnn dddd 0010 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Qsub), ty: TySu(U, s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vqsub{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.382";
    VCGT_reg_A1 "1111 001U 0dss nnnn dddd 0011 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Cgt), ty: TySu32(U, s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vcgt{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.295";
    VCGE_reg_A1 "1111 001U 0dss nnnn dddd 0011 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Cge), ty: TySu32(U, s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vcge{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.293";
    VSHL_reg_A1 "1111 001U 0dss nnnn dddd 0100 nQm0 mmmm" VectorShift VecShiftArgs { what: K(VecShift::Shl), ty: TySu(U, s), vd: Vr(Q, d), vm: Vr(Q, m), vn: Vrn(Q, n) }
        "vshl{c}.{ty}\t{vd}, {vm}, {vn}" Simd "A8.8.396";
    VQSHL_reg_A1 "1111 001U 0dss nnnn dddd 0100 nQm1 mmmm" VectorShift VecShiftArgs { what: K(VecShift::Qshl), ty: TySu(U, s), vd: Vr(Q, d), vm: Vr(Q, m), vn: Vrn(Q, n) }
        "vqshl{c}.{ty}\t{vd}, {vm}, {vn}" Simd "A8.8.379";
    VRSHL_A1 "1111 001U 0dss nnnn dddd 0101 nQm0 mmmm" VectorShift VecShiftArgs { what: K(VecShift::Rshl), ty: TySu(U, s), vd: Vr(Q, d), vm: Vr(Q, m), vn: Vrn(Q, n) }
        "vrshl{c}.{ty}\t{vd}, {vm}, {vn}" Simd "A8.8.388";
    VQRSHL_A1 "1111 001U 0dss nnnn dddd 0101 nQm1 mmmm" VectorShift VecShiftArgs { what: K(VecShift::Qrshl), ty: TySu(U, s), vd: Vr(Q, d), vm: Vr(Q, m), vn: Vrn(Q, n) }
        "vqrshl{c}.{ty}\t{vd}, {vm}, {vn}" Simd "A8.8.377";
    VMAX_int_A1 "1111 001U 0dss nnnn dddd 0110 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Max), ty: TySu32(U, s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vmax{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.334";
    VMIN_int_A1 "1111 001U 0dss nnnn dddd 0110 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Min), ty: TySu32(U, s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vmin{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.334";
    VABD_int_A1 "1111 001U 0dss nnnn dddd 0111 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Abd), ty: TySu32(U, s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vabd{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.278";
    VABA_A1 "1111 001U 0dss nnnn dddd 0111 nQm1 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Aba), ty: TySu32(U, s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vaba{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.277";
    VADD_int_A1 "1111 0010 0dss nnnn dddd 1000 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Add), ty: TyI(s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vadd{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.282";
    VSUB_int_A1 "1111 0011 0dss nnnn dddd 1000 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Sub), ty: TyI(s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vsub{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.414";
    VTST_A1 "1111 0010 0dss nnnn dddd 1000 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Tst), ty: TyN32(s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vtst{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.421";
    VCEQ_reg_A1 "1111 0011 0dss nnnn dddd 1000 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Ceq), ty: TyI32(s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vceq{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.291";
    VMLA_int_A1 "1111 0010 0dss nnnn dddd 1001 nQm0 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Mla), ty: TyI32(s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vmla{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.336";
    VMLS_int_A1 "1111 0011 0dss nnnn dddd 1001 nQm0 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Mls), ty: TyI32(s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vmls{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.336";
    VMUL_int_A1 "1111 0010 0dss nnnn dddd 1001 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Mul), ty: TyI32(s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vmul{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.350";
    VMUL_poly_A1 "1111 0011 0d00 nnnn dddd 1001 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Mul), ty: K(P8), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vmul{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.350";
    VPMAX_int_A1 "1111 001U 0dss nnnn dddd 1010 n0m0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Pmax), ty: TySu32(U, s), vd: Dr(d), vn: Drn(n), vm: Da(m) }
        "vpmax{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.365";
    VPMIN_int_A1 "1111 001U 0dss nnnn dddd 1010 n0m1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Pmin), ty: TySu32(U, s), vd: Dr(d), vn: Drn(n), vm: Da(m) }
        "vpmin{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.365";
    VQDMULH_A1 "1111 0010 0dss nnnn dddd 1011 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Qdmulh), ty: TyS1632(s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vqdmulh{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.372";
    VQRDMULH_A1 "1111 0011 0dss nnnn dddd 1011 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Qrdmulh), ty: TyS1632(s), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vqrdmulh{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.376";
    VPADD_int_A1 "1111 0010 0dss nnnn dddd 1011 n0m1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Padd), ty: TyI32(s), vd: Dr(d), vn: Drn(n), vm: Da(m) }
        "vpadd{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.362";

    // Bits.
    VAND_reg_A1 "1111 0010 0d00 nnnn dddd 0001 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::And), ty: K(BITS), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vand{c}\t{vd}, {vn}, {vm}" Simd "A8.8.287";
    VBIC_reg_A1 "1111 0010 0d01 nnnn dddd 0001 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Bic), ty: K(BITS), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vbic{c}\t{vd}, {vn}, {vm}" Simd "A8.8.289";
    VORR_reg_A1 "1111 0010 0d10 nnnn dddd 0001 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Orr), ty: K(BITS), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vorr{c}\t{vd}, {vn}, {vm}" Simd "A8.8.360";
    VORN_reg_A1 "1111 0010 0d11 nnnn dddd 0001 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Orn), ty: K(BITS), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vorn{c}\t{vd}, {vn}, {vm}" Simd "A8.8.358";
    VEOR_A1 "1111 0011 0d00 nnnn dddd 0001 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Eor), ty: K(BITS), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "veor{c}\t{vd}, {vn}, {vm}" Simd "A8.8.315";
    VBSL_A1 "1111 0011 0d01 nnnn dddd 0001 nQm1 mmmm" VectorSelect VecSelectArgs { what: K(VecSelect::Bsl), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Vr(Q, m) }
        "vbsl{c}\t{vd}, {vn}, {vm}" Simd "A8.8.290";
    VBIT_A1 "1111 0011 0d10 nnnn dddd 0001 nQm1 mmmm" VectorSelect VecSelectArgs { what: K(VecSelect::Bit), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Vr(Q, m) }
        "vbit{c}\t{vd}, {vn}, {vm}" Simd "A8.8.290";
    VBIF_A1 "1111 0011 0d11 nnnn dddd 0001 nQm1 mmmm" VectorSelect VecSelectArgs { what: K(VecSelect::Bif), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Vr(Q, m) }
        "vbif{c}\t{vd}, {vn}, {vm}" Simd "A8.8.290";

    // Floating-point numbers.
    VFMA_A1 "1111 0010 0d00 nnnn dddd 1100 nQm1 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Fma), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vfma{c}.{ty}\t{vd}, {vn}, {vm}" Simd2 "A8.8.317";
    VFMS_A1 "1111 0010 0d10 nnnn dddd 1100 nQm1 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Fms), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vfms{c}.{ty}\t{vd}, {vn}, {vm}" Simd2 "A8.8.317";
    VADD_fp_A1 "1111 0010 0d00 nnnn dddd 1101 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Add), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vadd{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.283";
    VSUB_fp_A1 "1111 0010 0d10 nnnn dddd 1101 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Sub), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vsub{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.415";
    VPADD_fp_A1 "1111 0011 0d00 nnnn dddd 1101 n0m0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Padd), ty: K(F32), vd: Dr(d), vn: Drn(n), vm: Da(m) }
        "vpadd{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.363";
    VABD_fp_A1 "1111 0011 0d10 nnnn dddd 1101 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Abd), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vabd{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.279";
    VMLA_fp_A1 "1111 0010 0d00 nnnn dddd 1101 nQm1 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Mla), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vmla{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.337";
    VMLS_fp_A1 "1111 0010 0d10 nnnn dddd 1101 nQm1 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Mls), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vmls{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.337";
    VMUL_fp_A1 "1111 0011 0d00 nnnn dddd 1101 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Mul), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vmul{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.351";
    VCEQ_fp_A2 "1111 0010 0d00 nnnn dddd 1110 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Ceq), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vceq{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.291";
    VCGE_fp_A2 "1111 0011 0d00 nnnn dddd 1110 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Cge), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vcge{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.293";
    VCGT_fp_A2 "1111 0011 0d10 nnnn dddd 1110 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Cgt), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vcgt{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.295";
    VACGE_A1 "1111 0011 0d00 nnnn dddd 1110 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Acge), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vacge{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.281";
    VACGT_A1 "1111 0011 0d10 nnnn dddd 1110 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Acgt), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vacgt{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.281";
    VMAX_fp_A1 "1111 0010 0d00 nnnn dddd 1111 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Max), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vmax{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.335";
    VMIN_fp_A1 "1111 0010 0d10 nnnn dddd 1111 nQm0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Min), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vmin{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.335";
    VPMAX_fp_A1 "1111 0011 0d00 nnnn dddd 1111 n0m0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Pmax), ty: K(F32), vd: Dr(d), vn: Drn(n), vm: Da(m) }
        "vpmax{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.366";
    VPMIN_fp_A1 "1111 0011 0d10 nnnn dddd 1111 n0m0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Pmin), ty: K(F32), vd: Dr(d), vn: Drn(n), vm: Da(m) }
        "vpmin{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.366";
    VRECPS_A1 "1111 0010 0d00 nnnn dddd 1111 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Recps), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vrecps{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.385";
    VRSQRTS_A1 "1111 0010 0d10 nnnn dddd 1111 nQm1 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Rsqrts), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Va(Q, m) }
        "vrsqrts{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.392";
}
