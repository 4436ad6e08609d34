//! Advanced SIMD: two registers, extraction, table lookup, duplication (ARM ARM A7.4, A7.4.5).
// tidy: table

use super::codec::*;
use super::op::*;
use super::operand::*;
use crate::codec::*;
use crate::row::rows;

rows! {
    /// Two registers, miscellaneous.
    ROWS A32T32:
    VREV64_A1 "1111 0011 1d11 ss00 dddd 00000Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Rev64), ty: TyN32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vrev64{c}.{ty}\t{vd}, {vm}" Simd "A8.8.386";
    VREV32_A1 "1111 0011 1d11 ss00 dddd 00001Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Rev32), ty: TyN16(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vrev32{c}.{ty}\t{vd}, {vm}" Simd "A8.8.386";
    VREV16_A1 "1111 0011 1d11 ss00 dddd 00010Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Rev16), ty: TyN8(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vrev16{c}.{ty}\t{vd}, {vm}" Simd "A8.8.386";
    VCLS_A1 "1111 0011 1d11 ss00 dddd 01000Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Cls), ty: TyS32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vcls{c}.{ty}\t{vd}, {vm}" Simd "A8.8.299";
    VCLZ_A1 "1111 0011 1d11 ss00 dddd 01001Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Clz), ty: TyI32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vclz{c}.{ty}\t{vd}, {vm}" Simd "A8.8.302";
    VCNT_A1 "1111 0011 1d11 0000 dddd 01010Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Cnt), ty: K(ANY8), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vcnt{c}.{ty}\t{vd}, {vm}" Simd "A8.8.304";
    VMVN_reg_A1 "1111 0011 1d11 0000 dddd 0101 1Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Mvn), ty: K(BITS), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vmvn{c}\t{vd}, {vm}" Simd "A8.8.354";
    VPADDL_A1 "1111 0011 1d11 ss00 dddd 0010 UQm0 mmmm" VectorPairLong VecPairLongArgs { accumulate: K(false), ty: TySu32(U, s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vpaddl{c}.{ty}\t{vd}, {vm}" Simd "A8.8.364";
    VPADAL_A1 "1111 0011 1d11 ss00 dddd 0110 UQm0 mmmm" VectorPairLong VecPairLongArgs { accumulate: K(true), ty: TySu32(U, s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vpadal{c}.{ty}\t{vd}, {vm}" Simd "A8.8.361";
    VQABS_A1 "1111 0011 1d11 ss00 dddd 01110Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Qabs), ty: TyS32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vqabs{c}.{ty}\t{vd}, {vm}" Simd "A8.8.369";
    VQNEG_A1 "1111 0011 1d11 ss00 dddd 01111Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Qneg), ty: TyS32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vqneg{c}.{ty}\t{vd}, {vm}" Simd "A8.8.375";
    VCGT_imm_A1 "1111 0011 1d11 ss01 dddd 00000Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Cgtz), ty: TyS32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vcgt{c}.{ty}\t{vd}, {vm}, #0" Simd "A8.8.296";
    VCGT_imm_fp_A1 "1111 0011 1d11 1001 dddd 01000Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Cgtz), ty: K(F32), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vcgt{c}.{ty}\t{vd}, {vm}, #0" Simd "A8.8.296";
    VCGE_imm_A1 "1111 0011 1d11 ss01 dddd 00001Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Cgez), ty: TyS32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vcge{c}.{ty}\t{vd}, {vm}, #0" Simd "A8.8.294";
    VCGE_imm_fp_A1 "1111 0011 1d11 1001 dddd 01001Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Cgez), ty: K(F32), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vcge{c}.{ty}\t{vd}, {vm}, #0" Simd "A8.8.294";
    VCEQ_imm_A1 "1111 0011 1d11 ss01 dddd 00010Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Ceqz), ty: TyI32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vceq{c}.{ty}\t{vd}, {vm}, #0" Simd "A8.8.292";
    VCEQ_imm_fp_A1 "1111 0011 1d11 1001 dddd 01010Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Ceqz), ty: K(F32), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vceq{c}.{ty}\t{vd}, {vm}, #0" Simd "A8.8.292";
    VCLE_imm_A1 "1111 0011 1d11 ss01 dddd 00011Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Clez), ty: TyS32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vcle{c}.{ty}\t{vd}, {vm}, #0" Simd "A8.8.298";
    VCLE_imm_fp_A1 "1111 0011 1d11 1001 dddd 01011Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Clez), ty: K(F32), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vcle{c}.{ty}\t{vd}, {vm}, #0" Simd "A8.8.298";
    VCLT_imm_A1 "1111 0011 1d11 ss01 dddd 00100Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Cltz), ty: TyS32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vclt{c}.{ty}\t{vd}, {vm}, #0" Simd "A8.8.301";
    VCLT_imm_fp_A1 "1111 0011 1d11 1001 dddd 01100Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Cltz), ty: K(F32), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vclt{c}.{ty}\t{vd}, {vm}, #0" Simd "A8.8.301";
    VABS_A1 "1111 0011 1d11 ss01 dddd 00110Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Abs), ty: TyS32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vabs{c}.{ty}\t{vd}, {vm}" Simd "A8.8.280";
    VABS_fp_A1 "1111 0011 1d11 1001 dddd 01110Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Abs), ty: K(F32), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vabs{c}.{ty}\t{vd}, {vm}" Simd "A8.8.280";
    VNEG_A1 "1111 0011 1d11 ss01 dddd 00111Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Neg), ty: TyS32(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vneg{c}.{ty}\t{vd}, {vm}" Simd "A8.8.355";
    VNEG_fp_A1 "1111 0011 1d11 1001 dddd 01111Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Neg), ty: K(F32), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vneg{c}.{ty}\t{vd}, {vm}" Simd "A8.8.355";
    VRECPE_A1 "1111 0011 1d11 1011 dddd 01000Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Recpe), ty: K(U32), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vrecpe{c}.{ty}\t{vd}, {vm}" Simd "A8.8.384";
    VRECPE_fp_A1 "1111 0011 1d11 1011 dddd 01010Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Recpe), ty: K(F32), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vrecpe{c}.{ty}\t{vd}, {vm}" Simd "A8.8.384";
    VRSQRTE_A1 "1111 0011 1d11 1011 dddd 01001Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Rsqrte), ty: K(U32), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vrsqrte{c}.{ty}\t{vd}, {vm}" Simd "A8.8.391";
    VRSQRTE_fp_A1 "1111 0011 1d11 1011 dddd 01011Qm0 mmmm" VectorUnary VecUnaryArgs { what: K(VecUnary::Rsqrte), ty: K(F32), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vrsqrte{c}.{ty}\t{vd}, {vm}" Simd "A8.8.391";
    VCVT_int_to_fp_simd_A1 "1111 0011 1d11 1011 dddd 0110 UQm0 mmmm" VectorFixed VecFixedArgs { to_fixed: K(false), unsigned: B(U), vd: Vr(Q, d), vm: Vr(Q, m), fbits: K(0) }
        "vcvt{c}.f32.{unsigned?u:s}32\t{vd}, {vm}" Simd "A8.8.305";
    VCVT_fp_to_int_simd_A1 "1111 0011 1d11 1011 dddd 0111 UQm0 mmmm" VectorFixed VecFixedArgs { to_fixed: K(true), unsigned: B(U), vd: Vr(Q, d), vm: Vr(Q, m), fbits: K(0) }
        "vcvt{c}.{unsigned?u:s}32.f32\t{vd}, {vm}" Simd "A8.8.305";
    VSWP_A1 "1111 0011 1d11 0010 dddd 00000Qm0 mmmm" VectorPermute VecPermuteArgs { what: K(VecPermute::Swp), lane: K(Lane::B8), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vswp{c}\t{vd}, {vm}" Simd "A8.8.418";
    VTRN_A1 "1111 0011 1d11 ss10 dddd 00001Qm0 mmmm" VectorPermute VecPermuteArgs { what: K(VecPermute::Trn), lane: Sz(s), vd: Vr(Q, d), vm: Vr(Q, m) }
        "vtrn{c}.{lane}\t{vd}, {vm}" Simd "A8.8.420";
    VUZP_d_A1 "1111 0011 1d11 ss10 dddd 000100m0 mmmm" VectorPermute VecPermuteArgs { what: K(VecPermute::Uzp), lane: Sz16(s), vd: Dr(d), vm: Dr(m) }
        "vuzp{c}.{lane}\t{vd}, {vm}" Simd "A8.8.422";
    VUZP_q_A1 "1111 0011 1d11 ss10 dddd 000101m0 mmmm" VectorPermute VecPermuteArgs { what: K(VecPermute::Uzp), lane: Sz(s), vd: Qr(d), vm: Qr(m) }
        "vuzp{c}.{lane}\t{vd}, {vm}" Simd "A8.8.422";
    VZIP_d_A1 "1111 0011 1d11 ss10 dddd 000110m0 mmmm" VectorPermute VecPermuteArgs { what: K(VecPermute::Zip), lane: Sz16(s), vd: Dr(d), vm: Dr(m) }
        "vzip{c}.{lane}\t{vd}, {vm}" Simd "A8.8.423";
    VZIP_q_A1 "1111 0011 1d11 ss10 dddd 000111m0 mmmm" VectorPermute VecPermuteArgs { what: K(VecPermute::Zip), lane: Sz(s), vd: Qr(d), vm: Qr(m) }
        "vzip{c}.{lane}\t{vd}, {vm}" Simd "A8.8.423";
    VMOVN_A1 "1111 0011 1d11 ss10 dddd 001000m0 mmmm" VectorNarrow VecNarrowArgs { what: K(VecNarrow::Movn), ty: TyIWide(s), vd: Dr(d), vm: Qr(m) }
        "vmovn{c}.{ty}\t{vd}, {vm}" Simd "A8.8.347";
    VQMOVUN_A1 "1111 0011 1d11 ss10 dddd 001001m0 mmmm" VectorNarrow VecNarrowArgs { what: K(VecNarrow::Qmovun), ty: TySWide(s), vd: Dr(d), vm: Qr(m) }
        "vqmovun{c}.{ty}\t{vd}, {vm}" Simd "A8.8.374";
    VQMOVN_s_A1 "1111 0011 1d11 ss10 dddd 001010m0 mmmm" VectorNarrow VecNarrowArgs { what: K(VecNarrow::Qmovn), ty: TySWide(s), vd: Dr(d), vm: Qr(m) }
        "vqmovn{c}.{ty}\t{vd}, {vm}" Simd "A8.8.374";
    VQMOVN_u_A1 "1111 0011 1d11 ss10 dddd 001011m0 mmmm" VectorNarrow VecNarrowArgs { what: K(VecNarrow::Qmovn), ty: TyUWide(s), vd: Dr(d), vm: Qr(m) }
        "vqmovn{c}.{ty}\t{vd}, {vm}" Simd "A8.8.374";
    VSHLL_A2 "1111 0011 1d11 ss10 dddd 0011 00m0 mmmm" VectorShiftLong VecShiftLongArgs { vd: Qr(d), vm: Dr(m), shift: ShllMax(s) }
        "vshll{c}.{shift:ty}\t{vd}, {vm}, {shift}" Simd "A8.8.397";
    VCVT_f16_f32_simd_A1 "1111 0011 1d11 0110 dddd 0110 00m0 mmmm" VectorHalf VecHalfArgs { to_half: K(true), vd: Dr(d), vm: Qr(m) }
        "vcvt{c}.f16.f32\t{vd}, {vm}" SimdHp "A8.8.310";
    VCVT_f32_f16_simd_A1 "1111 0011 1d11 0110 dddd 0111 00m0 mmmm" VectorHalf VecHalfArgs { to_half: K(false), vd: Qr(d), vm: Dr(m) }
        "vcvt{c}.f32.f16\t{vd}, {vm}" SimdHp "A8.8.310";

    // Extraction, tables, duplication.
    VEXT_d_A1 "1111 0010 1d11 nnnn dddd 0iii n0m0 mmmm" VectorExtract VecExtractArgs { vd: Dr(d), vn: Drn(n), vm: Dr(m), imm: N8(i) }
        "vext{c}.8\t{vd}, {vn}, {vm}, #{imm}" Simd "A8.8.316";
    VEXT_q_A1 "1111 0010 1d11 nnnn dddd iiii n1m0 mmmm" VectorExtract VecExtractArgs { vd: Qr(d), vn: Qrn(n), vm: Qr(m), imm: N8(i) }
        "vext{c}.8\t{vd}, {vn}, {vm}, #{imm}" Simd "A8.8.316";
    VTBx_A1 "1111 0011 1d11 nnnn dddd 10ll nxm0 mmmm" VectorTable VecTableArgs { x: B(x), vd: Dr(d), list: Tablen(n, l), vm: Dr(m) }
        "vtb{x?x:l}{c}.8\t{vd}, {list}, {vm}" Simd "A8.8.419";
    VDUP_scalar_8_A1 "1111 0011 1d11 iii1 dddd 1100 0Qm0 mmmm" VectorDup VecDupArgs { lane: K(Lane::B8), vd: Vr(Q, d), vm: El(m, i) }
        "vdup{c}.{lane}\t{vd}, {vm}" Simd "A8.8.313";
    VDUP_scalar_16_A1 "1111 0011 1d11 ii10 dddd 1100 0Qm0 mmmm" VectorDup VecDupArgs { lane: K(Lane::B16), vd: Vr(Q, d), vm: El(m, i) }
        "vdup{c}.{lane}\t{vd}, {vm}" Simd "A8.8.313";
    VDUP_scalar_32_A1 "1111 0011 1d11 i100 dddd 1100 0Qm0 mmmm" VectorDup VecDupArgs { lane: K(Lane::B32), vd: Vr(Q, d), vm: El(m, i) }
        "vdup{c}.{lane}\t{vd}, {vm}" Simd "A8.8.313";
}
