//! `FPRound`: the one place where an exact value becomes a representable one.
//!
//! Exact values that do not fit are *jammed*: bits shifted out at the bottom
//! are OR-ed into the lowest bit that stays. As long as that bit lies below
//! the half-unit position, every rounding decision is the same as with the
//! full value.

use crate::control::{Fpcr, flag};
use crate::format::{Format, infinity, zero};

/// `x >> n`, jammed; any `n`.
#[inline]
pub(crate) fn shift_right_jam(x: u64, n: u32) -> u64 {
    if n == 0 {
        x
    } else if n < 64 {
        x >> n | u64::from(x << (64 - n) != 0)
    } else {
        u64::from(x != 0)
    }
}

/// `x >> n`, jammed; any `n`.
#[inline]
pub(crate) fn shift_right_jam_wide(x: u128, n: u32) -> u128 {
    if n == 0 {
        x
    } else if n < 128 {
        x >> n | u128::from(x << (128 - n) != 0)
    } else {
        u128::from(x != 0)
    }
}

/// Rounds the non-zero magnitude `mag * 2^(exp - 127)`.
#[inline]
pub(crate) fn round_wide<F: Format>(negative: bool, exp: i32, mag: u128, fpcr: Fpcr, flags: &mut u32) -> u64 {
    debug_assert!(mag != 0);
    let shift = mag.leading_zeros();
    let mag = mag << shift;
    let sig = (mag >> 64) as u64 | u64::from(mag as u64 != 0);
    round::<F>(negative, exp - shift as i32, sig, fpcr, flags)
}

/// `FPRound()` of the magnitude `sig * 2^(exp - 63)`, top bit of `sig` set.
#[inline]
pub(crate) fn round<F: Format>(negative: bool, exp: i32, sig: u64, fpcr: Fpcr, flags: &mut u32) -> u64 {
    debug_assert!(sig >> 63 == 1);
    let half_precision = F::FRAC_BITS == 10;

    // Flushing a result reports underflow and nothing else, and half
    // precision is never flushed.
    if fpcr.fz && !half_precision && exp < F::EMIN {
        *flags |= flag::UFC;
        return zero::<F>(negative);
    }

    let (mut biased, sig) = if exp >= F::EMIN {
        ((exp - F::EMIN + 1) as u64, sig)
    } else {
        (0, shift_right_jam(sig, (F::EMIN - exp) as u32))
    };
    let dropped = 63 - F::FRAC_BITS;
    let mut mantissa = sig >> dropped;
    let rest = sig & ((1 << dropped) - 1);
    let half = 1 << (dropped - 1);
    let mut inexact = rest != 0;

    // Tininess is detected before rounding: `biased` is still unrounded here.
    if biased == 0 && inexact {
        *flags |= flag::UFC;
    }
    if fpcr.rmode.rounds_up(negative, mantissa & 1 != 0, rest, half) {
        mantissa += 1;
        if mantissa == F::MIN_NORMAL {
            biased = 1;
        } else if mantissa == F::MIN_NORMAL << 1 {
            biased += 1;
            mantissa >>= 1;
        }
    }

    let sign = zero::<F>(negative);
    let result = if half_precision && fpcr.ahp {
        if biased > F::EXP_MAX {
            // Out of range is an invalid operation, and saturates.
            *flags |= flag::IOC;
            inexact = false;
            sign | (F::SIGN - 1)
        } else {
            sign | biased << F::FRAC_BITS | mantissa & F::FRAC_MASK
        }
    } else if biased >= F::EXP_MAX {
        *flags |= flag::OFC;
        inexact = true;
        if fpcr.rmode.overflows_to_infinity(negative) {
            infinity::<F>(negative)
        } else {
            sign | (F::INFINITY - 1)
        }
    } else {
        sign | biased << F::FRAC_BITS | mantissa & F::FRAC_MASK
    };
    if inexact {
        *flags |= flag::IXC;
    }
    result
}
