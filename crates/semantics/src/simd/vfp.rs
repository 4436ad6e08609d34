//! VFP data processing (ARM ARM A7.5).

use super::builder::{Precision, RoundBy, VectorBuilder};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{ANY16, ExtReg, Lane, S32, U32};

/// VADD, VSUB, VMUL, VNMUL, VDIV.
pub(crate) fn binary<B: VectorBuilder>(b: &mut B, x: &FpBinaryArgs) -> Result<(), B::Stop> {
    b.no_short_vectors()?;
    let p = Precision::of(x.vd);
    let (vn, vm) = (b.ext_reg(x.vn), b.ext_reg(x.vm));
    let result = match x.what {
        FpBinary::Nmul => {
            let product = b.fp_binary(FpBinary::Mul, p, vn, vm);
            b.fp_unary(FpUnary::Neg, p, product)
        }
        what => b.fp_binary(what, p, vn, vm),
    };
    b.set_ext_reg(x.vd, result);
    Ok(())
}

/// VMLA, VMLS, VNMLA, VNMLS, VFMA, VFMS, VFNMA, VFNMS.
pub(crate) fn mul_add<B: VectorBuilder>(b: &mut B, x: &FpMulAddArgs) -> Result<(), B::Stop> {
    use FpMulAdd::*;
    b.no_short_vectors()?;
    let p = Precision::of(x.vd);
    let (vd, vn, vm) = (b.ext_reg(x.vd), b.ext_reg(x.vn), b.ext_reg(x.vm));
    let neg = |b: &mut B, value, negate| if negate { b.fp_unary(FpUnary::Neg, p, value) } else { value };
    let addend = neg(b, vd, matches!(x.what, Nmla | Nmls | Fnma | Fnms));
    let result = match x.what {
        Mla | Mls | Nmla | Nmls => {
            let product = b.fp_binary(FpBinary::Mul, p, vn, vm);
            let product = neg(b, product, matches!(x.what, Mls | Nmla));
            b.fp_binary(FpBinary::Add, p, addend, product)
        }
        Fma | Fms | Fnma | Fnms => {
            let vn = neg(b, vn, matches!(x.what, Fms | Fnma));
            b.fp_fma(p, addend, vn, vm)
        }
    };
    b.set_ext_reg(x.vd, result);
    Ok(())
}

/// VMOV (register), VABS, VNEG, VSQRT.
pub(crate) fn unary<B: VectorBuilder>(b: &mut B, x: &FpUnaryArgs) -> Result<(), B::Stop> {
    b.no_short_vectors()?;
    let vm = b.ext_reg(x.vm);
    let result = match x.what {
        FpUnary::Mov => vm,
        what => b.fp_unary(what, Precision::of(x.vd), vm),
    };
    b.set_ext_reg(x.vd, result);
    Ok(())
}

/// VMOV (immediate).
pub(crate) fn mov_imm<B: VectorBuilder>(b: &mut B, x: &FpMovImmArgs) -> Result<(), B::Stop> {
    b.no_short_vectors()?;
    let bits = if x.vd.is_d() { x.imm.double() } else { x.imm.single() as u64 };
    let value = b.vec_const(bits, 0);
    b.set_ext_reg(x.vd, value);
    Ok(())
}

/// VCMP, VCMPE.
pub(crate) fn cmp<B: VectorBuilder>(b: &mut B, x: &FpCmpArgs) {
    let (vd, vm) = (b.ext_reg(x.vd), b.ext_reg(x.vm));
    b.fp_compare(Precision::of(x.vd), x.e, vd, vm);
}

/// VCMP, VCMPE with zero.
pub(crate) fn cmp_zero<B: VectorBuilder>(b: &mut B, x: &FpCmpZeroArgs) {
    let (vd, zero) = (b.ext_reg(x.vd), b.vec_const(0, 0));
    b.fp_compare(Precision::of(x.vd), x.e, vd, zero);
}

/// VCVT between double and single precision.
pub(crate) fn convert<B: VectorBuilder>(b: &mut B, x: &FpConvertArgs) {
    let vm = b.ext_reg(x.vm);
    let result = b.fp_convert(Precision::of(x.vm), vm);
    b.set_ext_reg(x.vd, result);
}

/// VCVTB, VCVTT: half precision in one half of an S register, whose other half stays.
pub(crate) fn half<B: VectorBuilder>(b: &mut B, x: &FpHalfArgs) {
    let vm = b.ext_reg(x.vm);
    let result = if x.to_half {
        let (vd, half) = (b.ext_reg(x.vd), b.fp_half(true, vm));
        b.vec_insert(vd, Lane::B16, x.top as u8, half)
    } else {
        let half = b.vec_get(vm, ANY16, x.top as u8);
        let half = b.vec_of_word(half);
        b.fp_half(false, half)
    };
    b.set_ext_reg(x.vd, result);
}

/// VCVT from an integer.
pub(crate) fn from_int<B: VectorBuilder>(b: &mut B, x: &FpFromIntArgs) {
    let vm = b.ext_reg(x.vm);
    let ty = if x.signed { S32 } else { U32 };
    let result = b.fp_from_fixed(Precision::of(x.vd), ty, 0, RoundBy::Fpscr, vm);
    b.set_ext_reg(x.vd, result);
}

/// VCVT, VCVTR to an integer.
pub(crate) fn to_int<B: VectorBuilder>(b: &mut B, x: &FpToIntArgs) {
    let vm = b.ext_reg(x.vm);
    let ty = if x.signed { S32 } else { U32 };
    let round = if x.zero { RoundBy::Zero } else { RoundBy::Fpscr };
    let result = b.fp_to_fixed(Precision::of(x.vm), ty, 0, round, vm);
    b.set_ext_reg(x.vd, result);
}

/// VCVT between floating-point and fixed-point numbers.
pub(crate) fn fixed<B: VectorBuilder>(b: &mut B, x: &FpFixedArgs) {
    let (p, ty, fbits) = (Precision::of(x.vd), x.fixed.ty, x.fixed.amount);
    let vd: ExtReg = x.vd;
    let value = b.ext_reg(vd);
    let result = if x.to_fixed {
        b.fp_to_fixed(p, ty, fbits, RoundBy::Zero, value)
    } else {
        b.fp_from_fixed(p, ty, fbits, RoundBy::Nearest, value)
    };
    b.set_ext_reg(vd, result);
}
