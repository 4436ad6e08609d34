//! Addition, subtraction, multiplication, division, square root, and the two
//! operations that only touch the sign.

use core::cmp::Ordering;

use crate::control::{Fpcr, Rounding, flag};
use crate::format::{Format, infinity, is_zero, zero};
use crate::host::{self, Arith};
use crate::nan::{invalid, process_nans};
use crate::round::{round_wide, shift_right_jam_wide};
use crate::unpack::{Kind, unpack};

/// `FPNeg()`: flips the sign, of NaNs too, and raises nothing.
#[inline]
pub fn neg<F: Format>(a: F::Bits) -> F::Bits {
    F::narrow(F::widen(a) ^ F::SIGN)
}

/// `FPAbs()`: clears the sign, of NaNs too, and raises nothing.
#[inline]
pub fn abs<F: Format>(a: F::Bits) -> F::Bits {
    F::narrow(F::widen(a) & !F::SIGN)
}

/// `FPAdd()`.
#[inline]
pub fn add<F: Arith>(a: F::Bits, b: F::Bits, fpcr: Fpcr, flags: &mut u32) -> F::Bits {
    match host_sum::<F>(a, b, fpcr, flags) {
        Some(sum) => sum,
        None => F::narrow(sum_slow::<F>(F::widen(a), F::widen(b), false, 0, fpcr, flags)),
    }
}

/// `FPSub()`. Not an addition of the negated operand: a NaN keeps its sign.
#[inline]
pub fn sub<F: Arith>(a: F::Bits, b: F::Bits, fpcr: Fpcr, flags: &mut u32) -> F::Bits {
    match host_sum::<F>(a, neg::<F>(b), fpcr, flags) {
        Some(sum) => sum,
        None => F::narrow(sum_slow::<F>(F::widen(a), F::widen(b), true, 0, fpcr, flags)),
    }
}

/// `FPHalvedSub()`: `(a - b) / 2`, rounded once.
pub(crate) fn halved_sub<F: Arith>(a: F::Bits, b: F::Bits, fpcr: Fpcr, flags: &mut u32) -> F::Bits {
    F::narrow(sum_slow::<F>(F::widen(a), F::widen(b), true, -1, fpcr, flags))
}

#[inline(always)]
fn host_sum<F: Arith>(a: F::Bits, b: F::Bits, fpcr: Fpcr, flags: &mut u32) -> Option<F::Bits> {
    if !host::usable::<F, 2>([F::widen(a), F::widen(b)], fpcr) {
        return None;
    }
    let sum = F::host_add(a, b);
    // A sum is zero only if it is exactly so: the difference of two unequal
    // numbers is at least the smallest denormal.
    if !host::is_safe::<F>(F::widen(sum)) && !is_zero::<F>(F::widen(sum)) {
        return None;
    }
    if *flags & flag::IXC == 0 && F::sum_inexact(a, b, sum)? {
        *flags |= flag::IXC;
    }
    Some(sum)
}

/// `(a ± b) * 2^scale`, by the book.
#[cold]
#[inline(never)]
fn sum_slow<F: Format>(a: u64, b: u64, subtract: bool, scale: i32, fpcr: Fpcr, flags: &mut u32) -> u64 {
    let x = unpack::<F>(a, fpcr, flags);
    let mut y = unpack::<F>(b, fpcr, flags);
    if let Some(nan) = process_nans::<F, 2>([(x, a), (y, b)], fpcr, flags) {
        return nan;
    }
    y.negative ^= subtract;
    match (x.is_infinity(), y.is_infinity()) {
        (true, true) if x.negative != y.negative => return invalid::<F>(flags),
        (true, _) => return infinity::<F>(x.negative),
        (_, true) => return infinity::<F>(y.negative),
        _ => {}
    }
    if x.is_zero() && y.is_zero() && x.negative == y.negative {
        return zero::<F>(x.negative);
    }
    // A zero has significand 0 and may take the other's exponent. Two spare
    // bits at the top hold the carry.
    let exp = match (x.is_zero(), y.is_zero()) {
        (true, _) => y.exp,
        (_, true) => x.exp,
        _ => x.exp.max(y.exp),
    };
    let align = |sig: u64, e: i32| match sig {
        0 => 0,
        _ => shift_right_jam_wide(u128::from(sig) << 62, (exp - e) as u32),
    };
    let parts = (align(x.sig, x.exp), x.negative, align(y.sig, y.exp), y.negative);
    match signed_sum(parts) {
        None => exact_zero::<F>(fpcr),
        Some((mag, negative)) => round_wide::<F>(negative, exp + 2 + scale, mag, fpcr, flags),
    }
}

/// Adds two sign-and-magnitude numbers; None if the sum is zero.
pub(crate) fn signed_sum((x, x_neg, y, y_neg): (u128, bool, u128, bool)) -> Option<(u128, bool)> {
    let (mag, negative) = if x_neg == y_neg {
        (x + y, x_neg)
    } else {
        match x.cmp(&y) {
            Ordering::Greater => (x - y, x_neg),
            Ordering::Less => (y - x, y_neg),
            Ordering::Equal => return None,
        }
    };
    (mag != 0).then_some((mag, negative))
}

/// The zero that a sum of opposite values gives: negative only when rounding
/// towards minus infinity.
pub(crate) fn exact_zero<F: Format>(fpcr: Fpcr) -> u64 {
    zero::<F>(fpcr.rmode == Rounding::TowardMinusInfinity)
}

/// `FPMul()`.
#[inline]
pub fn mul<F: Arith>(a: F::Bits, b: F::Bits, fpcr: Fpcr, flags: &mut u32) -> F::Bits {
    let (x, y) = (F::widen(a), F::widen(b));
    if host::usable::<F, 2>([x, y], fpcr) {
        let product = F::host_mul(a, b);
        if host::is_safe::<F>(F::widen(product)) {
            host::note_product::<F>(x, y, F::widen(product), flags);
            return product;
        }
    }
    F::narrow(mul_slow::<F>(x, y, fpcr, flags))
}

#[cold]
#[inline(never)]
fn mul_slow<F: Format>(a: u64, b: u64, fpcr: Fpcr, flags: &mut u32) -> u64 {
    let x = unpack::<F>(a, fpcr, flags);
    let y = unpack::<F>(b, fpcr, flags);
    if let Some(nan) = process_nans::<F, 2>([(x, a), (y, b)], fpcr, flags) {
        return nan;
    }
    let negative = x.negative != y.negative;
    if x.is_infinity() && y.is_zero() || x.is_zero() && y.is_infinity() {
        invalid::<F>(flags)
    } else if x.is_infinity() || y.is_infinity() {
        infinity::<F>(negative)
    } else if x.is_zero() || y.is_zero() {
        zero::<F>(negative)
    } else {
        let mag = u128::from(x.sig) * u128::from(y.sig);
        round_wide::<F>(negative, x.exp + y.exp + 1, mag, fpcr, flags)
    }
}

/// `FPDiv()`.
#[inline]
pub fn div<F: Arith>(a: F::Bits, b: F::Bits, fpcr: Fpcr, flags: &mut u32) -> F::Bits {
    let (x, y) = (F::widen(a), F::widen(b));
    if host::usable::<F, 2>([x, y], fpcr) {
        let quotient = F::host_div(a, b);
        if host::is_safe::<F>(F::widen(quotient)) {
            host::note_product::<F>(F::widen(quotient), y, x, flags);
            return quotient;
        }
    }
    F::narrow(div_slow::<F>(x, y, fpcr, flags))
}

#[cold]
#[inline(never)]
fn div_slow<F: Format>(a: u64, b: u64, fpcr: Fpcr, flags: &mut u32) -> u64 {
    let x = unpack::<F>(a, fpcr, flags);
    let y = unpack::<F>(b, fpcr, flags);
    if let Some(nan) = process_nans::<F, 2>([(x, a), (y, b)], fpcr, flags) {
        return nan;
    }
    let negative = x.negative != y.negative;
    if x.is_infinity() && y.is_infinity() || x.is_zero() && y.is_zero() {
        invalid::<F>(flags)
    } else if x.is_infinity() || y.is_zero() {
        if !x.is_infinity() {
            *flags |= flag::DZC;
        }
        infinity::<F>(negative)
    } else if x.is_zero() || y.is_infinity() {
        zero::<F>(negative)
    } else {
        let dividend = u128::from(x.sig) << 63;
        let divisor = u128::from(y.sig);
        let quotient = (dividend / divisor) | u128::from(dividend % divisor != 0);
        round_wide::<F>(negative, x.exp - y.exp + 64, quotient, fpcr, flags)
    }
}

/// `FPSqrt()`.
#[inline]
pub fn sqrt<F: Arith>(a: F::Bits, fpcr: Fpcr, flags: &mut u32) -> F::Bits {
    let x = F::widen(a);
    if host::usable::<F, 1>([x], fpcr) {
        let root = F::host_sqrt(a);
        if host::is_safe::<F>(F::widen(root)) {
            host::note_product::<F>(F::widen(root), F::widen(root), x, flags);
            return root;
        }
    }
    F::narrow(sqrt_slow::<F>(x, fpcr, flags))
}

#[cold]
#[inline(never)]
fn sqrt_slow<F: Format>(a: u64, fpcr: Fpcr, flags: &mut u32) -> u64 {
    let x = unpack::<F>(a, fpcr, flags);
    match x.kind {
        Kind::QNaN | Kind::SNaN => crate::nan::process_nan::<F>(x.kind, a, fpcr, flags),
        Kind::Zero => zero::<F>(x.negative),
        _ if x.negative => invalid::<F>(flags),
        Kind::Infinity => infinity::<F>(false),
        Kind::Finite => {
            // Scale so that what is left of the exponent is even.
            let shift = if x.exp & 1 == 0 { 63 } else { 64 };
            let radicand = u128::from(x.sig) << shift;
            let root = radicand.isqrt();
            let jam = u128::from(root * root != radicand);
            round_wide::<F>(false, 127 + (x.exp - 63 - shift) / 2, root | jam, fpcr, flags)
        }
    }
}
