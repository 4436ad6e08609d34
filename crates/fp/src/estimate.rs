//! Reciprocal and reciprocal square root: the 8-bit estimates and the
//! Newton-Raphson steps. Advanced SIMD only, so always the standard FPSCR.
//!
//! The manual gives the estimates as double-precision C and as tables of
//! results; here they are the same tables, computed by integers at compile
//! time.

use crate::arith::{halved_sub, mul, sub};
use crate::control::{Fpcr, flag};
use crate::format::{F32, Format, infinity, zero};
use crate::nan::{invalid, process_nan, process_nans};
use crate::unpack::{Kind, unpack};

const STANDARD: Fpcr = Fpcr::standard(0);

/// `recip_estimate()`: for `a = i / 512` the reciprocal of the middle of the
/// interval that starts there, in units of 1/256 (256..=511). Indexed by
/// `i - 256`.
const RECIP: [u16; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        // 1 / ((i + 1/2) / 512) * 256, rounded: both halved steps in one
        // integer division by the odd number 2i + 1.
        let middle = 2 * (i + 256) + 1;
        let twice = (1 << 19) / middle;
        table[i as usize] = ((twice + 1) / 2) as u16;
        i += 1;
    }
    table
};

/// `recip_sqrt_estimate()` in units of 1/256, indexed by `i - 128`: up to 255
/// `a = i / 512` with `a` below one half, from 256 on `a = (i - i % 2) / 512`.
const RSQRT: [u16; 384] = {
    let mut table = [0; 384];
    let mut i: u64 = 128;
    while i < 512 {
        // The middle of the interval, in units of 1/1024: the intervals of the
        // upper half are twice as wide.
        let middle = if i < 256 { 2 * i + 1 } else { (i | 1) * 2 };
        // The largest b with (b / 512)^2 * middle / 1024 < 1.
        let mut b = 512;
        while middle * (b + 1) * (b + 1) < 1 << 28 {
            b += 1;
        }
        table[(i - 128) as usize] = b.div_ceil(2) as u16;
        i += 1;
    }
    table
};

/// `FPRecipEstimate()`: VRECPE.F32.
pub fn recip_estimate(a: u32, flags: &mut u32) -> u32 {
    let bits = u64::from(a);
    let op = unpack::<F32>(bits, STANDARD, flags);
    let result = match op.kind {
        Kind::QNaN | Kind::SNaN => process_nan::<F32>(op.kind, bits, STANDARD, flags),
        Kind::Infinity => zero::<F32>(op.negative),
        Kind::Zero => {
            *flags |= flag::DZC;
            infinity::<F32>(op.negative)
        }
        Kind::Finite if op.exp >= 126 => {
            // The reciprocal would be denormal.
            *flags |= flag::UFC;
            zero::<F32>(op.negative)
        }
        Kind::Finite => {
            let exp = 253 - (bits >> 23 & 0xff);
            let frac = u64::from(RECIP[(bits >> 15 & 0xff) as usize] & 0xff) << 15;
            zero::<F32>(op.negative) | exp << 23 | frac
        }
    };
    F32::narrow(result)
}

/// `FPRSqrtEstimate()`: VRSQRTE.F32.
pub fn rsqrt_estimate(a: u32, flags: &mut u32) -> u32 {
    let bits = u64::from(a);
    let op = unpack::<F32>(bits, STANDARD, flags);
    let result = match op.kind {
        Kind::QNaN | Kind::SNaN => process_nan::<F32>(op.kind, bits, STANDARD, flags),
        Kind::Zero => {
            *flags |= flag::DZC;
            infinity::<F32>(op.negative)
        }
        _ if op.negative => invalid::<F32>(flags),
        Kind::Infinity => zero::<F32>(false),
        Kind::Finite => {
            let biased = bits >> 23 & 0xff;
            // Scaled by an even power of two into 1/4..1.
            let index = if biased & 1 == 0 { 256 + (bits >> 15 & 0xff) } else { 128 + (bits >> 16 & 0x7f) };
            let exp = (380 - biased) / 2;
            exp << 23 | u64::from(RSQRT[(index - 128) as usize] & 0xff) << 15
        }
    };
    F32::narrow(result)
}

/// `UnsignedRecipEstimate()`: VRECPE.U32.
pub fn unsigned_recip_estimate(a: u32) -> u32 {
    if a >> 31 == 0 {
        return u32::MAX;
    }
    u32::from(RECIP[(a >> 23 & 0xff) as usize]) << 23
}

/// `UnsignedRSqrtEstimate()`: VRSQRTE.U32.
pub fn unsigned_rsqrt_estimate(a: u32) -> u32 {
    if a >> 30 == 0 {
        return u32::MAX;
    }
    u32::from(RSQRT[(a >> 23) as usize - 128]) << 23
}

/// `FPRecipStep()`: VRECPS, `2 - a * b`, the product rounded on its own, and
/// infinity times zero taken as zero.
pub fn recip_step(a: u32, b: u32, flags: &mut u32) -> u32 {
    match step_product(a, b, flags) {
        Err(nan) => nan,
        Ok(product) => sub::<F32>(0x4000_0000, product, STANDARD, flags),
    }
}

/// `FPRSqrtStep()`: VRSQRTS, `(3 - a * b) / 2`, on the same terms.
pub fn rsqrt_step(a: u32, b: u32, flags: &mut u32) -> u32 {
    match step_product(a, b, flags) {
        Err(nan) => nan,
        Ok(product) => halved_sub::<F32>(0x4040_0000, product, STANDARD, flags),
    }
}

fn step_product(a: u32, b: u32, flags: &mut u32) -> Result<u32, u32> {
    let x = unpack::<F32>(u64::from(a), STANDARD, flags);
    let y = unpack::<F32>(u64::from(b), STANDARD, flags);
    if let Some(nan) = process_nans::<F32, 2>([(x, u64::from(a)), (y, u64::from(b))], STANDARD, flags) {
        return Err(F32::narrow(nan));
    }
    if x.is_infinity() && y.is_zero() || x.is_zero() && y.is_infinity() {
        return Ok(0);
    }
    Ok(mul::<F32>(a, b, STANDARD, flags))
}
