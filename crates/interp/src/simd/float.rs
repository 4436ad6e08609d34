//! Floating-point operations on vectors and single numbers. `flags` is FPSCR.

use super::element::{Element, map};
use super::integer::pairwise;
use skink_fp::{self as fp, F32, F64, FixedType, Fpcr, Rounding};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{DataType, Lane};
use skink_semantics::{Precision, RoundBy};

/// Single-precision numbers of a doubleword or a quadword; what is not there is 0.
fn singles(q: bool, mut f: impl FnMut(usize) -> u32) -> u128 {
    let n = if q { 4 } else { 2 };
    u32::join(|i| if i < n { f(i) } else { 0 })
}

/// Operations on two vectors in single precision.
pub(super) fn vec_binary(op: VecBinary, q: bool, a: u128, b: u128, flags: &mut u32) -> u128 {
    let fpcr = Fpcr::standard(*flags);
    let truth = |value: bool| 0u32.wrapping_sub(value as u32);
    let f = |a: u32, b: u32| match op {
        VecBinary::Add | VecBinary::Padd => fp::add::<F32>(a, b, fpcr, flags),
        VecBinary::Sub => fp::sub::<F32>(a, b, fpcr, flags),
        VecBinary::Mul => fp::mul::<F32>(a, b, fpcr, flags),
        VecBinary::Abd => fp::abs::<F32>(fp::sub::<F32>(a, b, fpcr, flags)),
        VecBinary::Max | VecBinary::Pmax => fp::max::<F32>(a, b, fpcr, flags),
        VecBinary::Min | VecBinary::Pmin => fp::min::<F32>(a, b, fpcr, flags),
        VecBinary::Ceq => truth(fp::compare_eq::<F32>(a, b, fpcr, flags)),
        VecBinary::Cge => truth(fp::compare_ge::<F32>(a, b, fpcr, flags)),
        VecBinary::Cgt => truth(fp::compare_gt::<F32>(a, b, fpcr, flags)),
        VecBinary::Acge => truth(fp::compare_ge::<F32>(fp::abs::<F32>(a), fp::abs::<F32>(b), fpcr, flags)),
        VecBinary::Acgt => truth(fp::compare_gt::<F32>(fp::abs::<F32>(a), fp::abs::<F32>(b), fpcr, flags)),
        VecBinary::Recps => fp::recip_step(a, b, flags),
        VecBinary::Rsqrts => fp::rsqrt_step(a, b, flags),
        // There are no others on floating-point numbers.
        _ => a,
    };
    elementwise(op, q, a, b, f)
}

fn elementwise(op: VecBinary, q: bool, a: u128, b: u128, mut f: impl FnMut(u32, u32) -> u32) -> u128 {
    if matches!(op, VecBinary::Padd | VecBinary::Pmax | VecBinary::Pmin) {
        // The second half repeats the first, flags included.
        return pairwise(a, b, f);
    }
    let (a, b) = (u32::split(a), u32::split(b));
    singles(q, |i| f(a[i], b[i]))
}

/// Operations on one vector in single precision.
pub(super) fn vec_unary(op: VecUnary, q: bool, a: u128, flags: &mut u32) -> u128 {
    let fpcr = Fpcr::standard(*flags);
    let truth = |value: bool| 0u32.wrapping_sub(value as u32);
    let elements = u32::split(a);
    match op {
        VecUnary::Abs => return map::<u32>(a, fp::abs::<F32>),
        VecUnary::Neg => return map::<u32>(a, fp::neg::<F32>),
        _ => {}
    }
    singles(q, |i| {
        let x = elements[i];
        match op {
            VecUnary::Recpe => fp::recip_estimate(x, flags),
            VecUnary::Rsqrte => fp::rsqrt_estimate(x, flags),
            VecUnary::Cgtz => truth(fp::compare_gt::<F32>(x, 0, fpcr, flags)),
            VecUnary::Cgez => truth(fp::compare_ge::<F32>(x, 0, fpcr, flags)),
            VecUnary::Ceqz => truth(fp::compare_eq::<F32>(x, 0, fpcr, flags)),
            VecUnary::Clez => truth(fp::compare_ge::<F32>(0, x, fpcr, flags)),
            VecUnary::Cltz => truth(fp::compare_gt::<F32>(0, x, fpcr, flags)),
            // There are no others on floating-point numbers.
            _ => x,
        }
    })
}

/// `addend + a * b`, rounded once.
pub(super) fn vec_fma(q: bool, addend: u128, a: u128, b: u128, flags: &mut u32) -> u128 {
    let fpcr = Fpcr::standard(*flags);
    let (addend, a, b) = (u32::split(addend), u32::split(a), u32::split(b));
    singles(q, |i| fp::muladd::<F32>(addend[i], a[i], b[i], fpcr, flags))
}

/// Conversion from or to 32-bit fixed-point numbers.
pub(super) fn vec_fixed(
    to_fixed: bool,
    unsigned: bool,
    fbits: u8,
    q: bool,
    a: u128,
    flags: &mut u32,
) -> u128 {
    let fpcr = Fpcr::standard(*flags);
    let fraction_bits = fbits as u32;
    let elements = u32::split(a);
    singles(q, |i| {
        let x = elements[i];
        if to_fixed {
            let ty = FixedType { width: 32, fraction_bits, unsigned };
            fp::to_fixed::<F32>(x, ty, fpcr.with_rounding(Rounding::TowardZero), flags) as u32
        } else {
            let value = if unsigned { x as i64 } else { x as i32 as i64 };
            fp::from_fixed::<F32>(value, fraction_bits, fpcr, flags)
        }
    })
}

/// Conversion between four half- and four single-precision numbers.
pub(super) fn vec_half(to_half: bool, a: u128, flags: &mut u32) -> u128 {
    let fpcr = Fpcr::standard(*flags);
    if to_half {
        let a = u32::split(a);
        u16::join(|i| if i < 4 { fp::f32_to_f16(a[i], fpcr, flags) } else { 0 })
    } else {
        let a = u16::split(a);
        u32::join(|i| fp::f16_to_f32(a[i], fpcr, flags))
    }
}

/// Calls with the format and the number's bits.
macro_rules! by_precision {
    ($p:expr, |$f:ident, $bits:ident| $body:expr) => {
        match $p {
            Precision::Single => {
                type $f = F32;
                type $bits = u32;
                $body
            }
            Precision::Double => {
                type $f = F64;
                type $bits = u64;
                $body
            }
        }
    };
}

/// VFP operations on two numbers.
#[inline(always)]
pub(super) fn binary(op: FpBinary, p: Precision, a: u128, b: u128, flags: &mut u32) -> u128 {
    let fpcr = Fpcr::from_fpscr(*flags);
    by_precision!(p, |F, Bits| {
        let (a, b) = (a as Bits, b as Bits);
        let result = match op {
            FpBinary::Add => fp::add::<F>(a, b, fpcr, flags),
            FpBinary::Sub => fp::sub::<F>(a, b, fpcr, flags),
            FpBinary::Mul => fp::mul::<F>(a, b, fpcr, flags),
            FpBinary::Nmul => fp::neg::<F>(fp::mul::<F>(a, b, fpcr, flags)),
            FpBinary::Div => fp::div::<F>(a, b, fpcr, flags),
        };
        result as u128
    })
}

/// VFP operations on one number.
#[inline(always)]
pub(super) fn unary(op: FpUnary, p: Precision, a: u128, flags: &mut u32) -> u128 {
    let fpcr = Fpcr::from_fpscr(*flags);
    by_precision!(p, |F, Bits| {
        let a = a as Bits;
        let result = match op {
            FpUnary::Mov => a,
            FpUnary::Abs => fp::abs::<F>(a),
            FpUnary::Neg => fp::neg::<F>(a),
            FpUnary::Sqrt => fp::sqrt::<F>(a, fpcr, flags),
        };
        result as u128
    })
}

/// `addend + a * b`, rounded once.
pub(super) fn fma(p: Precision, addend: u128, a: u128, b: u128, flags: &mut u32) -> u128 {
    let fpcr = Fpcr::from_fpscr(*flags);
    by_precision!(p, |F, Bits| fp::muladd::<F>(addend as Bits, a as Bits, b as Bits, fpcr, flags) as u128)
}

/// NZCV of a comparison, in bits 3-0.
#[inline(always)]
pub(super) fn compare(p: Precision, quiet_too: bool, a: u128, b: u128, flags: &mut u32) -> u32 {
    let fpcr = Fpcr::from_fpscr(*flags);
    by_precision!(p, |F, Bits| fp::compare::<F>(a as Bits, b as Bits, quiet_too, fpcr, flags))
}

/// To the other precision.
pub(super) fn convert(from: Precision, a: u128, flags: &mut u32) -> u128 {
    let fpcr = Fpcr::from_fpscr(*flags);
    match from {
        Precision::Single => fp::f32_to_f64(a as u32, fpcr, flags) as u128,
        Precision::Double => fp::f64_to_f32(a as u64, fpcr, flags) as u128,
    }
}

/// Between half and single precision.
pub(super) fn half(to_half: bool, a: u128, flags: &mut u32) -> u128 {
    let fpcr = Fpcr::from_fpscr(*flags);
    if to_half {
        fp::f32_to_f16(a as u32, fpcr, flags) as u128
    } else {
        fp::f16_to_f32(a as u16, fpcr, flags) as u128
    }
}

fn rounding(round: RoundBy, flags: u32) -> Fpcr {
    let fpcr = Fpcr::from_fpscr(flags);
    match round {
        RoundBy::Fpscr => fpcr,
        RoundBy::Nearest => fpcr.with_rounding(Rounding::Nearest),
        RoundBy::Zero => fpcr.with_rounding(Rounding::TowardZero),
    }
}

/// From a fixed-point number.
pub(super) fn from_fixed(
    p: Precision,
    ty: DataType,
    fbits: u8,
    round: RoundBy,
    a: u128,
    flags: &mut u32,
) -> u128 {
    let fpcr = rounding(round, *flags);
    let value = match (ty.lane, ty.unsigned()) {
        (Lane::B16, true) => a as u16 as i64,
        (Lane::B16, false) => a as i16 as i64,
        (_, true) => a as u32 as i64,
        (_, false) => a as i32 as i64,
    };
    by_precision!(p, |F, _Bits| fp::from_fixed::<F>(value, fbits as u32, fpcr, flags) as u128)
}

/// To a fixed-point number, extended as its sign says.
pub(super) fn to_fixed(
    p: Precision,
    ty: DataType,
    fbits: u8,
    round: RoundBy,
    a: u128,
    flags: &mut u32,
) -> u128 {
    let fpcr = rounding(round, *flags);
    let to = FixedType { width: ty.lane.bits(), fraction_bits: fbits as u32, unsigned: ty.unsigned() };
    by_precision!(p, |F, Bits| fp::to_fixed::<F>(a as Bits, to, fpcr, flags) as Bits as u128)
}
