//! Comparisons and the Advanced SIMD minimum and maximum.

use core::cmp::Ordering;

use crate::control::{Fpcr, flag};
use crate::format::{Format, is_denormal, is_nan, is_snan, is_zero, zero};
use crate::nan::process_nan;
use crate::unpack::Kind;

/// A denormal as FPUnpack sees it: a zero of the same sign under FZ, with IDC.
#[inline]
fn flush<F: Format>(bits: u64, fpcr: Fpcr, flags: &mut u32) -> u64 {
    if fpcr.fz && is_denormal::<F>(bits) {
        *flags |= flag::IDC;
        bits & F::SIGN
    } else {
        bits
    }
}

/// A number that orders as the value does; both zeros give 0. Not for NaNs.
#[inline]
fn key<F: Format>(bits: u64) -> i64 {
    let magnitude = (bits & !F::SIGN) as i64;
    if bits & F::SIGN != 0 { -magnitude } else { magnitude }
}

/// The order of two operands, None if one is a NaN. That is invalid if it
/// signals, or if `quiet_invalid`.
#[inline]
fn order<F: Format>(a: u64, b: u64, quiet_invalid: bool, fpcr: Fpcr, flags: &mut u32) -> Option<Ordering> {
    let a = flush::<F>(a, fpcr, flags);
    let b = flush::<F>(b, fpcr, flags);
    if is_nan::<F>(a) || is_nan::<F>(b) {
        if quiet_invalid || is_snan::<F>(a) || is_snan::<F>(b) {
            *flags |= flag::IOC;
        }
        return None;
    }
    Some(key::<F>(a).cmp(&key::<F>(b)))
}

/// `FPCompare()`: NZCV as a nibble, N at bit 3. `quiet_nan_exc` is what tells
/// VCMPE from VCMP.
#[inline]
pub fn compare<F: Format>(a: F::Bits, b: F::Bits, quiet_nan_exc: bool, fpcr: Fpcr, flags: &mut u32) -> u32 {
    match order::<F>(F::widen(a), F::widen(b), quiet_nan_exc, fpcr, flags) {
        None => 0b0011,
        Some(Ordering::Equal) => 0b0110,
        Some(Ordering::Less) => 0b1000,
        Some(Ordering::Greater) => 0b0010,
    }
}

/// `FPCompareEQ()`: only a signalling NaN is invalid.
#[inline]
pub fn compare_eq<F: Format>(a: F::Bits, b: F::Bits, fpcr: Fpcr, flags: &mut u32) -> bool {
    order::<F>(F::widen(a), F::widen(b), false, fpcr, flags) == Some(Ordering::Equal)
}

/// `FPCompareGE()`: any NaN is invalid.
#[inline]
pub fn compare_ge<F: Format>(a: F::Bits, b: F::Bits, fpcr: Fpcr, flags: &mut u32) -> bool {
    order::<F>(F::widen(a), F::widen(b), true, fpcr, flags).is_some_and(Ordering::is_ge)
}

/// `FPCompareGT()`: any NaN is invalid.
#[inline]
pub fn compare_gt<F: Format>(a: F::Bits, b: F::Bits, fpcr: Fpcr, flags: &mut u32) -> bool {
    order::<F>(F::widen(a), F::widen(b), true, fpcr, flags).is_some_and(Ordering::is_gt)
}

/// `FPMax()`: NaNs propagate, and +0 is larger than -0.
#[inline]
pub fn max<F: Format>(a: F::Bits, b: F::Bits, fpcr: Fpcr, flags: &mut u32) -> F::Bits {
    F::narrow(select::<F>(F::widen(a), F::widen(b), true, fpcr, flags))
}

/// `FPMin()`: NaNs propagate, and -0 is smaller than +0.
#[inline]
pub fn min<F: Format>(a: F::Bits, b: F::Bits, fpcr: Fpcr, flags: &mut u32) -> F::Bits {
    F::narrow(select::<F>(F::widen(a), F::widen(b), false, fpcr, flags))
}

#[inline]
fn select<F: Format>(a: u64, b: u64, larger: bool, fpcr: Fpcr, flags: &mut u32) -> u64 {
    let x = flush::<F>(a, fpcr, flags);
    let y = flush::<F>(b, fpcr, flags);
    if is_nan::<F>(x) || is_nan::<F>(y) {
        // FPProcessNaNs: a signalling operand first, then a quiet one.
        let (kind, nan) = match (is_snan::<F>(x), is_snan::<F>(y)) {
            (true, _) => (Kind::SNaN, x),
            (_, true) => (Kind::SNaN, y),
            _ if is_nan::<F>(x) => (Kind::QNaN, x),
            _ => (Kind::QNaN, y),
        };
        return process_nan::<F>(kind, nan, fpcr, flags);
    }
    if is_zero::<F>(x) && is_zero::<F>(y) {
        let negative = |bits: u64| bits & F::SIGN != 0;
        return zero::<F>(if larger { negative(x) && negative(y) } else { negative(x) || negative(y) });
    }
    if (key::<F>(x) > key::<F>(y)) == larger { x } else { y }
}
