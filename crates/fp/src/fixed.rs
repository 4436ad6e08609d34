//! Conversions to and from integers and fixed-point numbers.

use crate::control::{Fpcr, flag};
use crate::format::Format;
use crate::round::{round, shift_right_jam};
use crate::unpack::{Kind, unpack};

/// A fixed-point type, or with no fraction bits an integer type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedType {
    /// All bits, 16 or 32.
    pub width: u32,
    /// How many of them are behind the point, at most `width`.
    pub fraction_bits: u32,
    /// Unsigned rather than two's complement.
    pub unsigned: bool,
}

impl FixedType {
    /// A 32-bit signed integer.
    pub const S32: Self = FixedType { width: 32, fraction_bits: 0, unsigned: false };
    /// A 32-bit unsigned integer.
    pub const U32: Self = FixedType { width: 32, fraction_bits: 0, unsigned: true };

    fn range(self) -> (i64, i64) {
        if self.unsigned {
            (0, (1 << self.width) - 1)
        } else {
            (-1 << (self.width - 1), (1 << (self.width - 1)) - 1)
        }
    }
}

/// `FPToFixed()`, rounding as `fpcr` says (see [`Fpcr::with_rounding`] for the
/// instructions that round towards zero). Out of range saturates and NaN gives
/// zero, both invalid. The result is the value: its low bits are the register
/// contents, already sign- or zero-extended.
#[inline]
pub fn to_fixed<F: Format>(a: F::Bits, to: FixedType, fpcr: Fpcr, flags: &mut u32) -> i64 {
    let op = unpack::<F>(F::widen(a), fpcr, flags);
    let (min, max) = to.range();
    let saturated = if op.negative { min } else { max };
    let exp = op.exp + to.fraction_bits as i32;
    match op.kind {
        Kind::Zero => return 0,
        Kind::QNaN | Kind::SNaN => {
            *flags |= flag::IOC;
            return 0;
        }
        Kind::Infinity => {
            *flags |= flag::IOC;
            return saturated;
        }
        Kind::Finite if exp > 40 => {
            *flags |= flag::IOC;
            return saturated;
        }
        Kind::Finite => {}
    }
    // The magnitude with two bits behind the point, the lower one jammed.
    let quarters = shift_right_jam(op.sig, (61 - exp) as u32);
    let (whole, rest) = (quarters >> 2, quarters & 3);
    let up = fpcr.rmode.rounds_up(op.negative, whole & 1 != 0, rest, 2);
    let magnitude = (whole + u64::from(up)) as i64;
    let value = if op.negative { -magnitude } else { magnitude };
    if value < min || value > max {
        *flags |= flag::IOC;
        return saturated;
    }
    if rest != 0 {
        *flags |= flag::IXC;
    }
    value
}

/// `FixedToFP()` of `value * 2^-fraction_bits`; `value` is the operand sign- or
/// zero-extended from its own width. Zero is always +0.
#[inline]
pub fn from_fixed<F: Format>(value: i64, fraction_bits: u32, fpcr: Fpcr, flags: &mut u32) -> F::Bits {
    if value == 0 {
        return F::narrow(0);
    }
    let magnitude = value.unsigned_abs();
    let shift = magnitude.leading_zeros();
    let exp = 63 - shift as i32 - fraction_bits as i32;
    F::narrow(round::<F>(value < 0, exp, magnitude << shift, fpcr, flags))
}
