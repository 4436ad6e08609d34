//! Shifts of vectors, and the narrowing that some of them include.

use super::element::{Element, by_type, map, zip};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{DataType, Kind, Lane};

/// A number of at most 64 bits shifted right; beyond its width the amount makes no difference.
fn right(x: i128, by: u32, round: bool) -> i128 {
    let by = by.min(100);
    let half = if round && by > 0 { 1 << (by - 1) } else { 0 };
    (x + half) >> by
}

fn clamp(x: i128, min: i128, max: i128, saturated: &mut bool) -> i128 {
    *saturated |= x < min || x > max;
    x.clamp(min, max)
}

/// VSHL, VRSHL, VQSHL, VQRSHL by the signed low byte of each element.
#[allow(clippy::unnecessary_cast)] // one of the types is i8 already
pub(super) fn by_vector(op: VecShift, ty: DataType, a: u128, by: u128, saturated: &mut bool) -> u128 {
    let round = matches!(op, VecShift::Rshl | VecShift::Qrshl);
    let saturate = matches!(op, VecShift::Qshl | VecShift::Qrshl);
    by_type!(ty, |T| zip::<T>(a, by, |x, by| {
        let (wide, by) = (x as i128, by as i8 as i32);
        if by < 0 {
            return right(wide, by.unsigned_abs(), round) as T;
        }
        if by >= T::BITS as i32 && x != 0 {
            *saturated |= saturate;
            return match (saturate, wide < 0) {
                (false, _) => 0,
                (true, false) => T::MAX,
                (true, true) => T::MIN,
            };
        }
        let result = wide << by.min(63);
        if saturate { clamp(result, T::MIN as i128, T::MAX as i128, saturated) as T } else { result as T }
    }))
}

/// Shr, Rshr, Shl, Qshl, Qshlu.
pub(super) fn by_constant(op: VecShiftImm, ty: DataType, a: u128, by: u8, saturated: &mut bool) -> u128 {
    by_type!(ty, |T| {
        let by = by as u32;
        match op {
            VecShiftImm::Shl => map::<T>(a, |x| x.checked_shl(by).unwrap_or(0)),
            // By the whole width only the sign is left, or nothing.
            VecShiftImm::Shr if by < T::BITS => map::<T>(a, |x| x >> by),
            VecShiftImm::Shr => map::<T>(a, |x| right(x as i128, by, false) as T),
            VecShiftImm::Rshr => map::<T>(a, |x| right(x as i128, by, true) as T),
            VecShiftImm::Qshl => {
                map::<T>(a, |x| clamp((x as i128) << by, T::MIN as i128, T::MAX as i128, saturated) as T)
            }
            VecShiftImm::Qshlu => {
                let max = (1i128 << T::BITS) - 1;
                map::<T>(a, |x| clamp((x as i128) << by, 0, max, saturated) as T)
            }
            // Made of the others by the instructions.
            VecShiftImm::Sra | VecShiftImm::Rsra | VecShiftImm::Sri | VecShiftImm::Sli => a,
        }
    })
}

/// The results of half the width as a doubleword.
macro_rules! narrowing {
    ($ty:expr, $a:expr, |$x:ident, $bits:ident| $body:expr) => {{
        let signed = $ty.kind == Kind::Signed;
        match $ty.lane {
            Lane::B16 => {
                let (a, $bits) = (u16::split($a), 8u32);
                u8::join(|i| {
                    let $x = if signed { a[i % 8] as i16 as i128 } else { a[i % 8] as i128 };
                    let narrowed: i128 = $body;
                    narrowed as u8
                })
            }
            Lane::B32 => {
                let (a, $bits) = (u32::split($a), 16u32);
                u16::join(|i| {
                    let $x = if signed { a[i % 4] as i32 as i128 } else { a[i % 4] as i128 };
                    let narrowed: i128 = $body;
                    narrowed as u16
                })
            }
            _ => {
                let (a, $bits) = (u64::split($a), 32u32);
                u32::join(|i| {
                    let $x = if signed { a[i % 2] as i64 as i128 } else { a[i % 2] as i128 };
                    let narrowed: i128 = $body;
                    narrowed as u32
                })
            }
        }
    }};
}

fn saturate(x: i128, bits: u32, signed: bool, saturated: &mut bool) -> i128 {
    if signed {
        clamp(x, -1 << (bits - 1), (1 << (bits - 1)) - 1, saturated)
    } else {
        clamp(x, 0, (1 << bits) - 1, saturated)
    }
}

/// VSHRN and its like: `ty` is that of the quadword.
pub(super) fn narrow_by(op: VecShiftNarrow, ty: DataType, a: u128, by: u8, saturated: &mut bool) -> u128 {
    use VecShiftNarrow::*;
    let round = matches!(op, Rshrn | Qrshrn | Qrshrun);
    narrowing!(ty, a, |x, bits| {
        let result = right(x, by as u32, round);
        match op {
            Shrn | Rshrn => result,
            Qshrn | Qrshrn => saturate(result, bits, signed_of(ty), saturated),
            Qshrun | Qrshrun => saturate(result, bits, false, saturated),
        }
    })
}

/// VMOVN, VQMOVN, VQMOVUN: `ty` is that of the quadword.
pub(super) fn narrow(op: VecNarrow, ty: DataType, a: u128, saturated: &mut bool) -> u128 {
    narrowing!(ty, a, |x, bits| match op {
        VecNarrow::Movn => x,
        VecNarrow::Qmovn => saturate(x, bits, signed_of(ty), saturated),
        VecNarrow::Qmovun => saturate(x, bits, false, saturated),
    })
}

fn signed_of(ty: DataType) -> bool {
    ty.kind == Kind::Signed
}
