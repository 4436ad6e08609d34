//! The host's own arithmetic, and when it may be believed.
//!
//! Host floats are IEEE 754 in round-to-nearest, so a result that is a normal
//! number is ARM's result too, provided no operand had to be flushed. Two
//! results are not taken: the smallest normal itself, since a tiny value may
//! have been rounded up to it and then underflow must be reported; and zero,
//! unless the operation can only give zero exactly. What is left to find is
//! whether the result was inexact, and only if IXC is not set already.

use crate::control::{Fpcr, Rounding, flag};
use crate::format::{F32, F64, Format, is_denormal};

/// The formats that arithmetic works on: [`F32`] and [`F64`].
pub trait Arith: Format {
    /// Host addition.
    #[doc(hidden)]
    fn host_add(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    /// Host multiplication.
    #[doc(hidden)]
    fn host_mul(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    /// Host division.
    #[doc(hidden)]
    fn host_div(a: Self::Bits, b: Self::Bits) -> Self::Bits;
    /// Host square root.
    #[doc(hidden)]
    fn host_sqrt(a: Self::Bits) -> Self::Bits;
    /// Host `a * b + c`, rounded once, and whether that was inexact; None if
    /// finding that out is not worth it (`want_inexact` says if it matters).
    #[doc(hidden)]
    fn host_fma(
        a: Self::Bits,
        b: Self::Bits,
        c: Self::Bits,
        want_inexact: bool,
    ) -> Option<(Self::Bits, bool)>;
    /// Whether the host's `sum` of `a` and `b` lost something; None if unknown.
    #[doc(hidden)]
    fn sum_inexact(a: Self::Bits, b: Self::Bits, sum: Self::Bits) -> Option<bool>;
}

macro_rules! arith_common {
    ($float:ty, $bits:ty) => {
        #[inline(always)]
        fn host_add(a: $bits, b: $bits) -> $bits {
            (<$float>::from_bits(a) + <$float>::from_bits(b)).to_bits()
        }
        #[inline(always)]
        fn host_mul(a: $bits, b: $bits) -> $bits {
            (<$float>::from_bits(a) * <$float>::from_bits(b)).to_bits()
        }
        #[inline(always)]
        fn host_div(a: $bits, b: $bits) -> $bits {
            (<$float>::from_bits(a) / <$float>::from_bits(b)).to_bits()
        }
        #[inline(always)]
        fn host_sqrt(a: $bits) -> $bits {
            <$float>::from_bits(a).sqrt().to_bits()
        }
        #[inline(always)]
        fn sum_inexact(a: $bits, b: $bits, sum: $bits) -> Option<bool> {
            let (a, b, sum) = (<$float>::from_bits(a), <$float>::from_bits(b), <$float>::from_bits(sum));
            // Knuth's TwoSum: the rounding error of an addition is itself
            // representable, and this computes it, unless a step overflows.
            let b_part = sum - a;
            let error = (a - (sum - b_part)) + (b - b_part);
            error.is_finite().then_some(error != 0.0)
        }
    };
}

impl Arith for F32 {
    arith_common!(f32, u32);

    #[inline(always)]
    fn host_fma(a: u32, b: u32, c: u32, _want_inexact: bool) -> Option<(u32, bool)> {
        // The product of two singles is exact in double precision. If the sum
        // is not, it is rounded to odd, so that the second rounding (to
        // single, 29 bits shorter) cannot mistake it for a tie.
        let product = f64::from(f32::from_bits(a)) * f64::from(f32::from_bits(b));
        let addend = f64::from(f32::from_bits(c));
        let sum = product + addend;
        let addend_part = sum - product;
        let error = (product - (sum - addend_part)) + (addend - addend_part);
        if !sum.is_finite() || !error.is_finite() {
            return None;
        }
        let mut bits = sum.to_bits();
        if error != 0.0 && bits & 1 == 0 {
            bits = if (error > 0.0) == (sum > 0.0) { bits + 1 } else { bits - 1 };
        }
        let odd = f64::from_bits(bits);
        let result = odd as f32;
        Some((result.to_bits(), f64::from(result) != odd || error != 0.0))
    }
}

impl Arith for F64 {
    arith_common!(f64, u64);

    #[inline(always)]
    fn host_fma(a: u64, b: u64, c: u64, want_inexact: bool) -> Option<(u64, bool)> {
        if want_inexact {
            return None;
        }
        let result = f64::from_bits(a).mul_add(f64::from_bits(b), f64::from_bits(c));
        Some((result.to_bits(), false))
    }
}

/// Whether the host may be asked at all.
#[inline(always)]
pub(crate) fn usable<F: Format, const N: usize>(operands: [u64; N], fpcr: Fpcr) -> bool {
    fpcr.rmode == Rounding::Nearest && !(fpcr.fz && operands.iter().any(|&op| is_denormal::<F>(op)))
}

/// Whether a host result is a normal number above the smallest one.
#[inline(always)]
pub(crate) fn is_safe<F: Format>(result: u64) -> bool {
    (result & !F::SIGN).wrapping_sub(F::MIN_NORMAL + 1) < F::INFINITY - (F::MIN_NORMAL + 1)
}

/// Sets IXC unless `x * y` is exactly `z`. All three are finite, and one of
/// them is the correctly rounded solution of that equation.
#[inline(always)]
pub(crate) fn note_product<F: Format>(x: u64, y: u64, z: u64, flags: &mut u32) {
    if *flags & flag::IXC == 0 {
        // Both sides agree to within a rounding error, so they are equal if
        // their significands are, whatever the exponents.
        let product = u128::from(significand::<F>(x)) * u128::from(significand::<F>(y));
        if odd_part(product) != odd_part(u128::from(significand::<F>(z))) {
            *flags |= flag::IXC;
        }
    }
}

#[inline]
fn significand<F: Format>(bits: u64) -> u64 {
    let frac = bits & F::FRAC_MASK;
    if bits & F::INFINITY == 0 { frac } else { frac | F::MIN_NORMAL }
}

#[inline]
fn odd_part(x: u128) -> u128 {
    if x == 0 { 0 } else { x >> x.trailing_zeros() }
}
