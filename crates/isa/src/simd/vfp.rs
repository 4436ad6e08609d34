//! VFP data processing (ARM ARM A7.5).
// tidy: table

use super::codec::*;
use super::op::*;
use crate::codec::*;
use crate::row::rows;

rows! {
    /// VFP data processing.
    ROWS A32T32:
    VMLA_fp_A2 "cccc 1110 0d00 nnnn dddd 101z n0m0 mmmm" FpMulAdd FpMulAddArgs { what: K(FpMulAdd::Mla), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vmla{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp2 "A8.8.337";
    VMLS_fp_A2 "cccc 1110 0d00 nnnn dddd 101z n1m0 mmmm" FpMulAdd FpMulAddArgs { what: K(FpMulAdd::Mls), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vmls{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp2 "A8.8.337";
    VNMLS_A1 "cccc 1110 0d01 nnnn dddd 101z n0m0 mmmm" FpMulAdd FpMulAddArgs { what: K(FpMulAdd::Nmls), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vnmls{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp2 "A8.8.356";
    VNMLA_A1 "cccc 1110 0d01 nnnn dddd 101z n1m0 mmmm" FpMulAdd FpMulAddArgs { what: K(FpMulAdd::Nmla), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vnmla{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp2 "A8.8.356";
    VMUL_fp_A2 "cccc 1110 0d10 nnnn dddd 101z n0m0 mmmm" FpBinary FpBinaryArgs { what: K(FpBinary::Mul), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vmul{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp2 "A8.8.351";
    VNMUL_A2 "cccc 1110 0d10 nnnn dddd 101z n1m0 mmmm" FpBinary FpBinaryArgs { what: K(FpBinary::Nmul), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vnmul{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp2 "A8.8.356";
    VADD_fp_A2 "cccc 1110 0d11 nnnn dddd 101z n0m0 mmmm" FpBinary FpBinaryArgs { what: K(FpBinary::Add), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vadd{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp2 "A8.8.283";
    VSUB_fp_A2 "cccc 1110 0d11 nnnn dddd 101z n1m0 mmmm" FpBinary FpBinaryArgs { what: K(FpBinary::Sub), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vsub{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp2 "A8.8.415";
    VDIV_A1 "cccc 1110 1d00 nnnn dddd 101z n0m0 mmmm" FpBinary FpBinaryArgs { what: K(FpBinary::Div), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vdiv{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp2 "A8.8.312";
    VFNMS_A1 "cccc 1110 1d01 nnnn dddd 101z n0m0 mmmm" FpMulAdd FpMulAddArgs { what: K(FpMulAdd::Fnms), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vfnms{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp4 "A8.8.318";
    VFNMA_A1 "cccc 1110 1d01 nnnn dddd 101z n1m0 mmmm" FpMulAdd FpMulAddArgs { what: K(FpMulAdd::Fnma), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vfnma{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp4 "A8.8.318";
    VFMA_A2 "cccc 1110 1d10 nnnn dddd 101z n0m0 mmmm" FpMulAdd FpMulAddArgs { what: K(FpMulAdd::Fma), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vfma{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp4 "A8.8.317";
    VFMS_A2 "cccc 1110 1d10 nnnn dddd 101z n1m0 mmmm" FpMulAdd FpMulAddArgs { what: K(FpMulAdd::Fms), vd: Fr(z, d), vn: Frn(z, n), vm: Fr(z, m) }
        "vfms{c}.f{vd:size}\t{vd}, {vn}, {vm}" Vfp4 "A8.8.317";
    VMOV_imm_A2 "cccc 1110 1d11 iiii dddd 101z 0000 iiii" FpMovImm FpMovImmArgs { vd: Fr(z, d), imm: FImm(i) }
        "vmov{c}.f{vd:size}\t{vd}, {imm}" Vfp3 "A8.8.339";
    VMOV_reg_A2 "cccc 1110 1d11 0000 dddd 101z 01m0 mmmm" FpUnary FpUnaryArgs { what: K(FpUnary::Mov), vd: Fr(z, d), vm: Fr(z, m) }
        "vmov{c}.f{vd:size}\t{vd}, {vm}" Vfp2 "A8.8.340";
    VABS_A2 "cccc 1110 1d11 0000 dddd 101z 11m0 mmmm" FpUnary FpUnaryArgs { what: K(FpUnary::Abs), vd: Fr(z, d), vm: Fr(z, m) }
        "vabs{c}.f{vd:size}\t{vd}, {vm}" Vfp2 "A8.8.280";
    VNEG_A2 "cccc 1110 1d11 0001 dddd 101z 01m0 mmmm" FpUnary FpUnaryArgs { what: K(FpUnary::Neg), vd: Fr(z, d), vm: Fr(z, m) }
        "vneg{c}.f{vd:size}\t{vd}, {vm}" Vfp2 "A8.8.355";
    VSQRT_A1 "cccc 1110 1d11 0001 dddd 101z 11m0 mmmm" FpUnary FpUnaryArgs { what: K(FpUnary::Sqrt), vd: Fr(z, d), vm: Fr(z, m) }
        "vsqrt{c}.f{vd:size}\t{vd}, {vm}" Vfp2 "A8.8.401";
    VCVTx_f32_f16_A1 "cccc 1110 1d11 0010 dddd 1010 T1m0 mmmm" FpHalf FpHalfArgs { top: B(T), to_half: K(false), vd: Sr(d), vm: Sr(m) }
        "vcvt{top?t:b}{c}.f32.f16\t{vd}, {vm}" VfpHp "A8.8.311";
    VCVTx_f16_f32_A1 "cccc 1110 1d11 0011 dddd 1010 T1m0 mmmm" FpHalf FpHalfArgs { top: B(T), to_half: K(true), vd: Sr(d), vm: Sr(m) }
        "vcvt{top?t:b}{c}.f16.f32\t{vd}, {vm}" VfpHp "A8.8.311";
    VCMP_A1 "cccc 1110 1d11 0100 dddd 101z E1m0 mmmm" FpCmp FpCmpArgs { e: B(E), vd: Fr(z, d), vm: Fr(z, m) }
        "vcmp{e?e}{c}.f{vd:size}\t{vd}, {vm}" Vfp2 "A8.8.303";
    VCMP_A2 "cccc 1110 1d11 0101 dddd 101z E100 0000" FpCmpZero FpCmpZeroArgs { e: B(E), vd: Fr(z, d) }
        "vcmp{e?e}{c}.f{vd:size}\t{vd}, #0.0" Vfp2 "A8.8.303";
    VCVT_f64_f32_A1 "cccc 1110 1d11 0111 dddd 1010 11m0 mmmm" FpConvert FpConvertArgs { vd: Dr(d), vm: Sr(m) }
        "vcvt{c}.f64.f32\t{vd}, {vm}" Vfp2 "A8.8.309";
    VCVT_f32_f64_A1 "cccc 1110 1d11 0111 dddd 1011 11m0 mmmm" FpConvert FpConvertArgs { vd: Sr(d), vm: Dr(m) }
        "vcvt{c}.f32.f64\t{vd}, {vm}" Vfp2 "A8.8.309";
    VCVT_int_to_fp_A1 "cccc 1110 1d11 1000 dddd 101z S1m0 mmmm" FpFromInt FpFromIntArgs { signed: B(S), vd: Fr(z, d), vm: Sr(m) }
        "vcvt{c}.f{vd:size}.{signed?s:u}32\t{vd}, {vm}" Vfp2 "A8.8.306";
    VCVT_fp_to_int_A1 "cccc 1110 1d11 110S dddd 101z R1m0 mmmm" FpToInt FpToIntArgs { signed: B(S), zero: B(R), vd: Sr(d), vm: Fr(z, m) }
        "vcvt{zero?:r}{c}.{signed?s:u}32.f{vm:size}\t{vd}, {vm}" Vfp2 "A8.8.306";
    VCVT_fixed_to_fp_A1 "cccc 1110 1d11 101U dddd 101z x1i0 jjjj" FpFixed FpFixedArgs { to_fixed: K(false), vd: Fr(z, d), fixed: FixedVfp(U, x, i, j) }
        "vcvt{c}.f{vd:size}.{fixed:ty}\t{vd}, {vd}, {fixed}" Vfp3 "A8.8.308";
    VCVT_fp_to_fixed_A1 "cccc 1110 1d11 111U dddd 101z x1i0 jjjj" FpFixed FpFixedArgs { to_fixed: K(true), vd: Fr(z, d), fixed: FixedVfp(U, x, i, j) }
        "vcvt{c}.{fixed:ty}.f{vd:size}\t{vd}, {vd}, {fixed}" Vfp3 "A8.8.308";
}
