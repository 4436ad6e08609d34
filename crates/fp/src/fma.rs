//! Fused multiply-add: `addend + op1 * op2` with a single rounding.

use crate::arith::{exact_zero, signed_sum};
use crate::control::{Fpcr, flag};
use crate::format::{Format, infinity, zero};
use crate::host::{self, Arith};
use crate::nan::{invalid, process_nans};
use crate::round::{round_wide, shift_right_jam_wide};
use crate::unpack::{Kind, unpack};

/// `FPMulAdd()`. VFMS, VFNMA and VFNMS negate operands first, with
/// [`neg`](crate::neg), NaNs included.
#[inline]
pub fn muladd<F: Arith>(addend: F::Bits, op1: F::Bits, op2: F::Bits, fpcr: Fpcr, flags: &mut u32) -> F::Bits {
    let (c, a, b) = (F::widen(addend), F::widen(op1), F::widen(op2));
    if host::usable::<F, 3>([c, a, b], fpcr)
        && let Some((result, inexact)) = F::host_fma(op1, op2, addend, *flags & flag::IXC == 0)
        && host::is_safe::<F>(F::widen(result))
    {
        if inexact {
            *flags |= flag::IXC;
        }
        return result;
    }
    F::narrow(muladd_slow::<F>(c, a, b, fpcr, flags))
}

#[cold]
#[inline(never)]
fn muladd_slow<F: Format>(addend: u64, op1: u64, op2: u64, fpcr: Fpcr, flags: &mut u32) -> u64 {
    let c = unpack::<F>(addend, fpcr, flags);
    let a = unpack::<F>(op1, fpcr, flags);
    let b = unpack::<F>(op2, fpcr, flags);
    let inf_times_zero = a.is_infinity() && b.is_zero() || a.is_zero() && b.is_infinity();

    // The addend is the first operand when NaNs are looked for; but a quiet
    // one does not hide an invalid product.
    let nan = process_nans::<F, 3>([(c, addend), (a, op1), (b, op2)], fpcr, flags);
    if c.kind == Kind::QNaN && inf_times_zero {
        return invalid::<F>(flags);
    }
    if let Some(nan) = nan {
        return nan;
    }

    let product_negative = a.negative != b.negative;
    let product_infinity = a.is_infinity() || b.is_infinity();
    let product_zero = a.is_zero() || b.is_zero();
    if inf_times_zero || c.is_infinity() && product_infinity && c.negative != product_negative {
        return invalid::<F>(flags);
    }
    if c.is_infinity() {
        return infinity::<F>(c.negative);
    }
    if product_infinity {
        return infinity::<F>(product_negative);
    }
    if c.is_zero() && product_zero && c.negative == product_negative {
        return zero::<F>(c.negative);
    }

    // Both terms on the scale mag * 2^(exp - 124): the product has its leading
    // bit at 124 or 125 and the addend at 124, so the sum cannot overflow. The
    // shift down by two loses nothing, as significands of at most 53 bits
    // leave 22 zeros below their product. Heavy cancellation needs exponents
    // at most two apart, and then the alignment is exact as well.
    let product = (u128::from(a.sig) * u128::from(b.sig)) >> 2;
    let product_exp = a.exp + b.exp;
    let term = u128::from(c.sig) << 61;
    let exp = match (product_zero, c.is_zero()) {
        (true, _) => c.exp,
        (_, true) => product_exp,
        _ => product_exp.max(c.exp),
    };
    let align = |mag: u128, e: i32| match mag {
        0 => 0,
        _ => shift_right_jam_wide(mag, (exp - e) as u32),
    };
    let parts = (align(product, product_exp), product_negative, align(term, c.exp), c.negative);
    match signed_sum(parts) {
        None => exact_zero::<F>(fpcr),
        Some((mag, negative)) => round_wide::<F>(negative, exp + 3, mag, fpcr, flags),
    }
}
