//! NaN results: which operand's payload survives, and when that is invalid.

use crate::control::{Fpcr, flag};
use crate::format::Format;
use crate::unpack::{Kind, Unpacked};

/// `FPDefaultNaN()`: positive, quiet, no payload.
#[inline]
pub fn default_nan<F: Format>() -> F::Bits {
    F::narrow(default_nan_bits::<F>())
}

#[inline]
pub(crate) fn default_nan_bits<F: Format>() -> u64 {
    F::INFINITY | F::QUIET
}

/// The default NaN of an invalid operation.
#[inline]
pub(crate) fn invalid<F: Format>(flags: &mut u32) -> u64 {
    *flags |= flag::IOC;
    default_nan_bits::<F>()
}

/// `FPProcessNaN()`: quietens a signalling operand, or replaces it under DN.
#[inline]
pub(crate) fn process_nan<F: Format>(kind: Kind, bits: u64, fpcr: Fpcr, flags: &mut u32) -> u64 {
    if kind == Kind::SNaN {
        *flags |= flag::IOC;
    }
    if fpcr.dn { default_nan_bits::<F>() } else { bits | F::QUIET }
}

/// `FPProcessNaNs()` and `FPProcessNaNs3()`: signalling operands first, in
/// order, then quiet ones. None if no operand is a NaN.
#[inline]
pub(crate) fn process_nans<F: Format, const N: usize>(
    operands: [(Unpacked, u64); N],
    fpcr: Fpcr,
    flags: &mut u32,
) -> Option<u64> {
    let first = |kind| operands.iter().find(|(op, _)| op.kind == kind);
    let (op, bits) = first(Kind::SNaN).or_else(|| first(Kind::QNaN))?;
    Some(process_nan::<F>(op.kind, *bits, fpcr, flags))
}
