//! Advanced SIMD: three registers of different lengths (ARM ARM A7.4.2).
// tidy: table

use super::codec::*;
use super::op::*;
use super::operand::*;
use crate::row::rows;

rows! {
    /// Three registers of different lengths.
    ROWS A32T32:
    VADDL_A1 "1111 001U 1dss nnnn dddd 0000 n0m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Add), ty: TySu32(U, s), vd: Qr(d), vn: Drn(n), vm: Da(m) }
        "vaddl{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.285";
    VSUBL_A1 "1111 001U 1dss nnnn dddd 0010 n0m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Sub), ty: TySu32(U, s), vd: Qr(d), vn: Drn(n), vm: Da(m) }
        "vsubl{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.417";
    VADDW_A1 "1111 001U 1dss nnnn dddd 0001 n0m0 mmmm" VectorWide VecWideArgs { sub: K(false), ty: TySu32(U, s), vd: Qr(d), vn: Qrn(n), vm: Dr(m) }
        "vaddw{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.285";
    VSUBW_A1 "1111 001U 1dss nnnn dddd 0011 n0m0 mmmm" VectorWide VecWideArgs { sub: K(true), ty: TySu32(U, s), vd: Qr(d), vn: Qrn(n), vm: Dr(m) }
        "vsubw{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.417";
    VADDHN_A1 "1111 0010 1dss nnnn dddd 0100 n0m0 mmmm" VectorHighNarrow VecHighNarrowArgs { sub: K(false), round: K(false), ty: TyIWide(s), vd: Dr(d), vn: Qrn(n), vm: Qr(m) }
        "vaddhn{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.284";
    VRADDHN_A1 "1111 0011 1dss nnnn dddd 0100 n0m0 mmmm" VectorHighNarrow VecHighNarrowArgs { sub: K(false), round: K(true), ty: TyIWide(s), vd: Dr(d), vn: Qrn(n), vm: Qr(m) }
        "vraddhn{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.383";
    VSUBHN_A1 "1111 0010 1dss nnnn dddd 0110 n0m0 mmmm" VectorHighNarrow VecHighNarrowArgs { sub: K(true), round: K(false), ty: TyIWide(s), vd: Dr(d), vn: Qrn(n), vm: Qr(m) }
        "vsubhn{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.416";
    VRSUBHN_A1 "1111 0011 1dss nnnn dddd 0110 n0m0 mmmm" VectorHighNarrow VecHighNarrowArgs { sub: K(true), round: K(true), ty: TyIWide(s), vd: Dr(d), vn: Qrn(n), vm: Qr(m) }
        "vrsubhn{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.394";
    VABAL_A2 "1111 001U 1dss nnnn dddd 0101 n0m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Aba), ty: TySu32(U, s), vd: Qr(d), vn: Drn(n), vm: Da(m) }
        "vabal{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.277";
    VABDL_A2 "1111 001U 1dss nnnn dddd 0111 n0m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Abd), ty: TySu32(U, s), vd: Qr(d), vn: Drn(n), vm: Da(m) }
        "vabdl{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.278";
    VMLAL_A2 "1111 001U 1dss nnnn dddd 1000 n0m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Mla), ty: TySu32(U, s), vd: Qr(d), vn: Drn(n), vm: Da(m) }
        "vmlal{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.336";
    VMLSL_A2 "1111 001U 1dss nnnn dddd 1010 n0m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Mls), ty: TySu32(U, s), vd: Qr(d), vn: Drn(n), vm: Da(m) }
        "vmlsl{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.336";
    VQDMLAL_A1 "1111 0010 1dss nnnn dddd 1001 n0m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Qdmla), ty: TyS1632(s), vd: Qr(d), vn: Drn(n), vm: Da(m) }
        "vqdmlal{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.371";
    VQDMLSL_A1 "1111 0010 1dss nnnn dddd 1011 n0m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Qdmls), ty: TyS1632(s), vd: Qr(d), vn: Drn(n), vm: Da(m) }
        "vqdmlsl{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.371";
    VMULL_int_A2 "1111 001U 1dss nnnn dddd 1100 n0m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Mul), ty: TySu32(U, s), vd: Qr(d), vn: Drn(n), vm: Da(m) }
        "vmull{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.350";
    VQDMULL_A1 "1111 0010 1dss nnnn dddd 1101 n0m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Qdmul), ty: TyS1632(s), vd: Qr(d), vn: Drn(n), vm: Da(m) }
        "vqdmull{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.373";
    VMULL_poly_A2 "1111 0010 1d00 nnnn dddd 1110 n0m0 mmmm" VectorLong VecLongArgs { what: K(VecLong::Mul), ty: K(P8), vd: Qr(d), vn: Drn(n), vm: Da(m) }
        "vmull{c}.{ty}\t{vd}, {vn}, {vm}" Simd "A8.8.350";
}
