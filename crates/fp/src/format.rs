//! The three IEEE 754 interchange formats the architecture knows, described
//! by two widths each.

mod sealed {
    /// Keeps [`super::Format`] closed: the algorithms assume at most 52
    /// fraction bits.
    pub trait Sealed {}
    impl Sealed for super::F16 {}
    impl Sealed for super::F32 {}
    impl Sealed for super::F64 {}
}

/// A binary floating-point format. The constants are in terms of the format's
/// bits, zero-extended to 64.
pub trait Format: sealed::Sealed + Copy + 'static {
    /// The raw bits of a value.
    type Bits: Copy + Eq + core::fmt::Debug + core::fmt::LowerHex;

    /// Width of the exponent field.
    const EXP_BITS: u32;
    /// Width of the fraction field.
    const FRAC_BITS: u32;

    /// The sign bit.
    const SIGN: u64 = 1 << (Self::EXP_BITS + Self::FRAC_BITS);
    /// The largest biased exponent: infinities and NaNs.
    const EXP_MAX: u64 = (1 << Self::EXP_BITS) - 1;
    /// Plus infinity.
    const INFINITY: u64 = Self::EXP_MAX << Self::FRAC_BITS;
    /// The fraction field.
    const FRAC_MASK: u64 = (1 << Self::FRAC_BITS) - 1;
    /// The top fraction bit, which tells a quiet NaN from a signalling one.
    const QUIET: u64 = 1 << (Self::FRAC_BITS - 1);
    /// The smallest positive normal number.
    const MIN_NORMAL: u64 = 1 << Self::FRAC_BITS;
    /// The exponent of the smallest normal number (`minimum_exp` of FPRound).
    const EMIN: i32 = 2 - (1 << (Self::EXP_BITS - 1));

    /// Bits zero-extended to 64.
    fn widen(bits: Self::Bits) -> u64;
    /// The low bits of a 64-bit value.
    fn narrow(bits: u64) -> Self::Bits;
}

/// Half precision. Conversions only, as in VFPv3/v4.
#[derive(Clone, Copy, Debug)]
pub struct F16;
/// Single precision.
#[derive(Clone, Copy, Debug)]
pub struct F32;
/// Double precision.
#[derive(Clone, Copy, Debug)]
pub struct F64;

macro_rules! format {
    ($name:ident, $bits:ty, $exp:literal, $frac:literal) => {
        impl Format for $name {
            type Bits = $bits;
            const EXP_BITS: u32 = $exp;
            const FRAC_BITS: u32 = $frac;
            #[inline(always)]
            fn widen(bits: $bits) -> u64 {
                u64::from(bits)
            }
            #[inline(always)]
            fn narrow(bits: u64) -> $bits {
                bits as $bits
            }
        }
    };
}

format!(F16, u16, 5, 10);
format!(F32, u32, 8, 23);
format!(F64, u64, 11, 52);

/// A denormal: zero exponent, non-zero fraction.
#[inline(always)]
pub(crate) fn is_denormal<F: Format>(bits: u64) -> bool {
    (bits & !F::SIGN).wrapping_sub(1) < F::FRAC_MASK
}

/// Plus or minus zero.
#[inline(always)]
pub(crate) fn is_zero<F: Format>(bits: u64) -> bool {
    bits & !F::SIGN == 0
}

#[inline(always)]
pub(crate) fn is_nan<F: Format>(bits: u64) -> bool {
    bits & !F::SIGN > F::INFINITY
}

#[inline(always)]
pub(crate) fn is_snan<F: Format>(bits: u64) -> bool {
    is_nan::<F>(bits) && bits & F::QUIET == 0
}

/// The sign bit if `negative`: `FPZero(sign, N)`.
#[inline(always)]
pub(crate) fn zero<F: Format>(negative: bool) -> u64 {
    if negative { F::SIGN } else { 0 }
}

/// `FPInfinity(sign, N)`.
#[inline(always)]
pub(crate) fn infinity<F: Format>(negative: bool) -> u64 {
    zero::<F>(negative) | F::INFINITY
}
