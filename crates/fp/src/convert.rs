//! Conversions between formats.

use crate::control::{Fpcr, flag};
use crate::format::{F16, F32, F64, Format, infinity, zero};
use crate::host;
use crate::nan::default_nan_bits;
use crate::round::round;
use crate::unpack::{Kind, Unpacked, unpack};

/// `FPSingleToDouble()`.
#[inline]
pub fn f32_to_f64(a: u32, fpcr: Fpcr, flags: &mut u32) -> u64 {
    // Every single is a double: only NaNs and flushing need care.
    let exp = a & F32::INFINITY as u32;
    if exp != 0 && exp != F32::INFINITY as u32 {
        return f64::from(f32::from_bits(a)).to_bits();
    }
    convert::<F32, F64>(u64::from(a), fpcr, flags)
}

/// `FPDoubleToSingle()`.
#[inline]
pub fn f64_to_f32(a: u64, fpcr: Fpcr, flags: &mut u32) -> u32 {
    if host::usable::<F64, 1>([a], fpcr) {
        let wide = f64::from_bits(a);
        let result = wide as f32;
        if host::is_safe::<F32>(u64::from(result.to_bits())) {
            if *flags & flag::IXC == 0 && f64::from(result) != wide {
                *flags |= flag::IXC;
            }
            return result.to_bits();
        }
    }
    convert::<F64, F32>(a, fpcr, flags) as u32
}

/// `FPHalfToSingle()`.
#[inline]
pub fn f16_to_f32(a: u16, fpcr: Fpcr, flags: &mut u32) -> u32 {
    convert::<F16, F32>(u64::from(a), fpcr, flags) as u32
}

/// `FPSingleToHalf()`. The alternative format cannot hold NaNs and infinities:
/// they become zero and the largest number, which is invalid.
#[inline]
pub fn f32_to_f16(a: u32, fpcr: Fpcr, flags: &mut u32) -> u16 {
    if fpcr.ahp {
        let op = unpack::<F32>(u64::from(a), fpcr, flags);
        let sign = zero::<F16>(op.negative);
        let special = match op.kind {
            Kind::QNaN | Kind::SNaN => Some(sign),
            Kind::Infinity => Some(sign | (F16::SIGN - 1)),
            _ => None,
        };
        if let Some(bits) = special {
            *flags |= flag::IOC;
            return bits as u16;
        }
    }
    convert::<F32, F16>(u64::from(a), fpcr, flags) as u16
}

#[inline(never)]
fn convert<S: Format, D: Format>(bits: u64, fpcr: Fpcr, flags: &mut u32) -> u64 {
    let op = unpack::<S>(bits, fpcr, flags);
    match op.kind {
        Kind::QNaN | Kind::SNaN => convert_nan::<S, D>(op, bits, fpcr, flags),
        Kind::Infinity => infinity::<D>(op.negative),
        Kind::Zero => zero::<D>(op.negative),
        Kind::Finite => round::<D>(op.negative, op.exp, op.sig, fpcr, flags),
    }
}

/// A NaN keeps its sign and the top of its payload.
fn convert_nan<S: Format, D: Format>(op: Unpacked, bits: u64, fpcr: Fpcr, flags: &mut u32) -> u64 {
    if op.kind == Kind::SNaN {
        *flags |= flag::IOC;
    }
    if fpcr.dn {
        return default_nan_bits::<D>();
    }
    let frac = bits & S::FRAC_MASK;
    let payload = if D::FRAC_BITS >= S::FRAC_BITS {
        frac << (D::FRAC_BITS - S::FRAC_BITS)
    } else {
        frac >> (S::FRAC_BITS - D::FRAC_BITS)
    };
    infinity::<D>(op.negative) | D::QUIET | payload
}
