//! Advanced SIMD: two registers and a scalar (ARM ARM A7.4.3).
// tidy: table

use super::codec::*;
use super::op::*;
use super::operand::*;
use crate::row::rows;

rows! {
    /// Two registers and a scalar.
    ROWS A32T32:
    VMLA_scalar_A1_16 "1111 001Q 1d01 nnnn dddd 0000 n1m0 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Mla), ty: K(I16), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa16(m) }
        "vmla{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.338";
    VMLS_scalar_A1_16 "1111 001Q 1d01 nnnn dddd 0100 n1m0 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Mls), ty: K(I16), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa16(m) }
        "vmls{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.338";
    VMUL_scalar_A1_16 "1111 001Q 1d01 nnnn dddd 1000 n1m0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Mul), ty: K(I16), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa16(m) }
        "vmul{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.352";
    VQDMULH_A2_16 "1111 001Q 1d01 nnnn dddd 1100 n1m0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Qdmulh), ty: K(S16), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa16(m) }
        "vqdmulh{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.372";
    VQRDMULH_A2_16 "1111 001Q 1d01 nnnn dddd 1101 n1m0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Qrdmulh), ty: K(S16), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa16(m) }
        "vqrdmulh{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.376";
    VMLAL_scalar_A2_16 "1111 001U 1d01 nnnn dddd 0010 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Mla), ty: Su16(U), vd: Qr(d), vn: Drn(n), vm: Sa16(m) }
        "vmlal{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.338";
    VMLSL_scalar_A2_16 "1111 001U 1d01 nnnn dddd 0110 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Mls), ty: Su16(U), vd: Qr(d), vn: Drn(n), vm: Sa16(m) }
        "vmlsl{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.338";
    VMULL_scalar_A2_16 "1111 001U 1d01 nnnn dddd 1010 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Mul), ty: Su16(U), vd: Qr(d), vn: Drn(n), vm: Sa16(m) }
        "vmull{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.352";
    VQDMLAL_A2_16 "1111 0010 1d01 nnnn dddd 0011 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Qdmla), ty: K(S16), vd: Qr(d), vn: Drn(n), vm: Sa16(m) }
        "vqdmlal{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.371";
    VQDMLSL_A2_16 "1111 0010 1d01 nnnn dddd 0111 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Qdmls), ty: K(S16), vd: Qr(d), vn: Drn(n), vm: Sa16(m) }
        "vqdmlsl{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.371";
    VQDMULL_A2_16 "1111 0010 1d01 nnnn dddd 1011 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Qdmul), ty: K(S16), vd: Qr(d), vn: Drn(n), vm: Sa16(m) }
        "vqdmull{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.373";
    VMLA_scalar_A1_32 "1111 001Q 1d10 nnnn dddd 0000 n1m0 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Mla), ty: K(I32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa32(m) }
        "vmla{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.338";
    VMLS_scalar_A1_32 "1111 001Q 1d10 nnnn dddd 0100 n1m0 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Mls), ty: K(I32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa32(m) }
        "vmls{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.338";
    VMLA_scalar_fp_A1_32 "1111 001Q 1d10 nnnn dddd 0001 n1m0 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Mla), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa32(m) }
        "vmla{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.338";
    VMLS_scalar_fp_A1_32 "1111 001Q 1d10 nnnn dddd 0101 n1m0 mmmm" VectorAccumulate VecAccumulateArgs { what: K(VecAccumulate::Mls), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa32(m) }
        "vmls{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.338";
    VMUL_scalar_fp_A1_32 "1111 001Q 1d10 nnnn dddd 1001 n1m0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Mul), ty: K(F32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa32(m) }
        "vmul{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.352";
    VMUL_scalar_A1_32 "1111 001Q 1d10 nnnn dddd 1000 n1m0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Mul), ty: K(I32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa32(m) }
        "vmul{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.352";
    VQDMULH_A2_32 "1111 001Q 1d10 nnnn dddd 1100 n1m0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Qdmulh), ty: K(S32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa32(m) }
        "vqdmulh{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.372";
    VQRDMULH_A2_32 "1111 001Q 1d10 nnnn dddd 1101 n1m0 mmmm" VectorBinary VecBinaryArgs { what: K(VecBinary::Qrdmulh), ty: K(S32), vd: Vr(Q, d), vn: Vrn(Q, n), vm: Sa32(m) }
        "vqrdmulh{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.376";
    VMLAL_scalar_A2_32 "1111 001U 1d10 nnnn dddd 0010 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Mla), ty: Su32(U), vd: Qr(d), vn: Drn(n), vm: Sa32(m) }
        "vmlal{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.338";
    VMLSL_scalar_A2_32 "1111 001U 1d10 nnnn dddd 0110 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Mls), ty: Su32(U), vd: Qr(d), vn: Drn(n), vm: Sa32(m) }
        "vmlsl{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.338";
    VMULL_scalar_A2_32 "1111 001U 1d10 nnnn dddd 1010 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Mul), ty: Su32(U), vd: Qr(d), vn: Drn(n), vm: Sa32(m) }
        "vmull{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.352";
    VQDMLAL_A2_32 "1111 0010 1d10 nnnn dddd 0011 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Qdmla), ty: K(S32), vd: Qr(d), vn: Drn(n), vm: Sa32(m) }
        "vqdmlal{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.371";
    VQDMLSL_A2_32 "1111 0010 1d10 nnnn dddd 0111 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Qdmls), ty: K(S32), vd: Qr(d), vn: Drn(n), vm: Sa32(m) }
        "vqdmlsl{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.371";
    VQDMULL_A2_32 "1111 0010 1d10 nnnn dddd 1011 n1m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Qdmul), ty: K(S32), vd: Qr(d), vn: Drn(n), vm: Sa32(m) }
        "vqdmull{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.373";
}
