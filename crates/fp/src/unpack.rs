//! `FPUnpack`: bits to a class, a sign and an exact value.

use crate::control::{Fpcr, flag};
use crate::format::Format;

/// `FPType`, with the finite non-zero numbers as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Zero,
    Finite,
    Infinity,
    QNaN,
    SNaN,
}

/// An operand taken apart. If `Finite`, the magnitude is
/// `sig * 2^(exp - 63)` and the top bit of `sig` is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unpacked {
    pub(crate) kind: Kind,
    pub(crate) negative: bool,
    pub(crate) exp: i32,
    pub(crate) sig: u64,
}

impl Unpacked {
    pub(crate) fn is_infinity(self) -> bool {
        self.kind == Kind::Infinity
    }
    pub(crate) fn is_zero(self) -> bool {
        self.kind == Kind::Zero
    }
}

/// `FPUnpack()`. Under FZ a denormal becomes a zero and sets IDC, except in
/// half precision, which is never flushed.
#[inline]
pub(crate) fn unpack<F: Format>(bits: u64, fpcr: Fpcr, flags: &mut u32) -> Unpacked {
    let half = F::FRAC_BITS == 10;
    let negative = bits & F::SIGN != 0;
    let biased = (bits >> F::FRAC_BITS) & F::EXP_MAX;
    let frac = bits & F::FRAC_MASK;
    let special = |kind| Unpacked { kind, negative, exp: 0, sig: 0 };

    if biased == 0 {
        if frac == 0 {
            return special(Kind::Zero);
        }
        if fpcr.fz && !half {
            *flags |= flag::IDC;
            return special(Kind::Zero);
        }
        let shift = frac.leading_zeros();
        let exp = F::EMIN - F::FRAC_BITS as i32 + 63 - shift as i32;
        return Unpacked { kind: Kind::Finite, negative, exp, sig: frac << shift };
    }
    // The alternative half-precision format has neither infinities nor NaNs.
    if biased == F::EXP_MAX && !(half && fpcr.ahp) {
        return special(match frac {
            0 => Kind::Infinity,
            _ if frac & F::QUIET != 0 => Kind::QNaN,
            _ => Kind::SNaN,
        });
    }
    let sig = (F::MIN_NORMAL | frac) << (63 - F::FRAC_BITS);
    Unpacked { kind: Kind::Finite, negative, exp: biased as i32 - 1 + F::EMIN, sig }
}
