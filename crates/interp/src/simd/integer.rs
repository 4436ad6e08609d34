//! Integer operations on vectors.

use super::element::{Element, by_type, map, zip};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{DataType, Kind, Lane};

/// The integer arithmetic that differs by type. `wide` is a type of twice the width.
pub(super) trait Integer: Element + PartialEq + PartialOrd {
    const ZERO: Self;
    fn add(self, b: Self) -> Self;
    fn sub(self, b: Self) -> Self;
    fn mul(self, b: Self) -> Self;
    /// Half the sum, rounded down, or up with `up`.
    fn half_sum(self, b: Self, up: bool) -> Self;
    fn half_difference(self, b: Self) -> Self;
    fn saturating_add(self, b: Self, saturated: &mut bool) -> Self;
    fn saturating_sub(self, b: Self, saturated: &mut bool) -> Self;
    fn and(self, b: Self) -> Self;
    /// All ones or all zeros.
    fn truth(value: bool) -> Self;
    fn leading_zeros(self) -> Self;
    fn leading_sign_bits(self) -> Self;
}

macro_rules! integers {
    ($($ty:ident $wide:ident;)*) => { $(
        impl Integer for $ty {
            const ZERO: $ty = 0;
            #[inline(always)]
            fn add(self, b: $ty) -> $ty { self.wrapping_add(b) }
            #[inline(always)]
            fn sub(self, b: $ty) -> $ty { self.wrapping_sub(b) }
            #[inline(always)]
            fn mul(self, b: $ty) -> $ty { self.wrapping_mul(b) }
            #[inline(always)]
            fn half_sum(self, b: $ty, up: bool) -> $ty {
                ((self as $wide + b as $wide + up as $wide) >> 1) as $ty
            }
            #[inline(always)]
            fn half_difference(self, b: $ty) -> $ty {
                ((self as $wide).wrapping_sub(b as $wide) >> 1) as $ty
            }
            #[inline(always)]
            fn saturating_add(self, b: $ty, saturated: &mut bool) -> $ty {
                let result = $ty::saturating_add(self, b);
                *saturated |= result != self.wrapping_add(b);
                result
            }
            #[inline(always)]
            fn saturating_sub(self, b: $ty, saturated: &mut bool) -> $ty {
                let result = $ty::saturating_sub(self, b);
                *saturated |= result != self.wrapping_sub(b);
                result
            }
            #[inline(always)]
            fn and(self, b: $ty) -> $ty { self & b }
            #[inline(always)]
            fn truth(value: bool) -> $ty { (0 as $ty).wrapping_sub(value as $ty) }
            #[inline(always)]
            fn leading_zeros(self) -> $ty { $ty::leading_zeros(self) as $ty }
            #[inline(always)]
            fn leading_sign_bits(self) -> $ty {
                // Those after the first.
                (($ty::leading_zeros(self).max($ty::leading_zeros(!self))) - 1) as $ty
            }
        }
    )* };
}
integers! {
    i8 i16; i16 i32; i32 i64; i64 i128; u8 u16; u16 u32; u32 u64; u64 u128;
}

/// The operations on two vectors of integers; `saturated` becomes true where one is.
pub(super) fn binary(op: VecBinary, ty: DataType, a: u128, b: u128, saturated: &mut bool) -> u128 {
    match op {
        VecBinary::And => return a & b,
        VecBinary::Bic => return a & !b,
        VecBinary::Orr => return a | b,
        VecBinary::Orn => return a | !b,
        VecBinary::Eor => return a ^ b,
        VecBinary::Mul if ty.kind == Kind::Poly => return zip::<u8>(a, b, |a, b| poly(a, b) as u8),
        VecBinary::Qdmulh | VecBinary::Qrdmulh => {
            let round = op == VecBinary::Qrdmulh;
            return if ty.lane == Lane::B16 {
                zip::<i16>(a, b, |a, b| doubled_high(a as i64, b as i64, 16, round, saturated) as i16)
            } else {
                zip::<i32>(a, b, |a, b| doubled_high(a as i64, b as i64, 32, round, saturated) as i32)
            };
        }
        _ => {}
    }
    by_type!(ty, |T| typed::<T>(op, a, b, saturated))
}

#[inline(always)]
fn typed<T: Integer>(op: VecBinary, a: u128, b: u128, saturated: &mut bool) -> u128 {
    match op {
        VecBinary::Add => zip(a, b, T::add),
        VecBinary::Sub => zip(a, b, T::sub),
        VecBinary::Mul => zip(a, b, T::mul),
        VecBinary::Hadd => zip(a, b, |a: T, b| a.half_sum(b, false)),
        VecBinary::Rhadd => zip(a, b, |a: T, b| a.half_sum(b, true)),
        VecBinary::Hsub => zip(a, b, T::half_difference),
        VecBinary::Qadd => zip(a, b, |a: T, b| a.saturating_add(b, saturated)),
        VecBinary::Qsub => zip(a, b, |a: T, b| a.saturating_sub(b, saturated)),
        VecBinary::Max => zip(a, b, larger::<T>),
        VecBinary::Min => zip(a, b, smaller::<T>),
        VecBinary::Abd => zip(a, b, |a: T, b| larger(a, b).sub(smaller(a, b))),
        VecBinary::Tst => zip(a, b, |a: T, b| T::truth(a.and(b) != T::ZERO)),
        VecBinary::Ceq => zip(a, b, |a: T, b| T::truth(a == b)),
        VecBinary::Cge => zip(a, b, |a: T, b| T::truth(a >= b)),
        VecBinary::Cgt => zip(a, b, |a: T, b| T::truth(a > b)),
        VecBinary::Padd => pairwise(a, b, T::add),
        VecBinary::Pmax => pairwise(a, b, larger::<T>),
        VecBinary::Pmin => pairwise(a, b, smaller::<T>),
        // Of bits or of other types, see above, or of floating-point numbers only.
        _ => a,
    }
}

#[inline(always)]
fn larger<T: Integer>(a: T, b: T) -> T {
    if a > b { a } else { b }
}

#[inline(always)]
fn smaller<T: Integer>(a: T, b: T) -> T {
    if a < b { a } else { b }
}

/// Combines adjacent elements of two doublewords.
#[inline(always)]
pub(super) fn pairwise<T: Element>(a: u128, b: u128, mut f: impl FnMut(T, T) -> T) -> u128 {
    let both = T::split(a & u64::MAX as u128 | b << 64);
    let both = both.as_ref();
    // The results fill a doubleword; what would be the other one repeats them.
    T::join(|i| {
        let i = i % (both.len() / 2);
        f(both[2 * i], both[2 * i + 1])
    })
}

/// The high half of twice the product (SQDMULH): only the least number squared saturates.
fn doubled_high(a: i64, b: i64, bits: u32, round: bool, saturated: &mut bool) -> i64 {
    let product = 2 * (a as i128) * (b as i128) + if round { 1 << (bits - 1) } else { 0 };
    let high = (product >> bits) as i64;
    let max = (1i64 << (bits - 1)) - 1;
    *saturated |= high > max;
    high.min(max)
}

/// The product of polynomials over {0, 1}.
fn poly(a: u8, b: u8) -> u16 {
    (0..8).filter(|i| b >> i & 1 != 0).fold(0, |product, i| product ^ (a as u16) << i)
}

/// The operations on one vector of integers.
pub(super) fn unary(op: VecUnary, ty: DataType, a: u128, saturated: &mut bool) -> u128 {
    match op {
        VecUnary::Mvn => return !a,
        VecUnary::Cnt => return map::<u8>(a, |x| x.count_ones() as u8),
        VecUnary::Rev64 => return reverse(a, ty.lane, 8),
        VecUnary::Rev32 => return reverse(a, ty.lane, 4),
        VecUnary::Rev16 => return reverse(a, ty.lane, 2),
        VecUnary::Recpe => return map::<u32>(a, skink_fp::unsigned_recip_estimate),
        VecUnary::Rsqrte => return map::<u32>(a, skink_fp::unsigned_rsqrt_estimate),
        _ => {}
    }
    by_type!(ty, |T| typed_unary::<T>(op, a, saturated))
}

#[inline(always)]
fn typed_unary<T: Integer>(op: VecUnary, a: u128, saturated: &mut bool) -> u128 {
    let zero = T::ZERO;
    match op {
        VecUnary::Cls => map(a, T::leading_sign_bits),
        VecUnary::Clz => map(a, T::leading_zeros),
        VecUnary::Abs => map(a, |x: T| if x < zero { zero.sub(x) } else { x }),
        VecUnary::Neg => map(a, |x: T| zero.sub(x)),
        VecUnary::Qabs => map(a, |x: T| if x < zero { zero.saturating_sub(x, saturated) } else { x }),
        VecUnary::Qneg => map(a, |x: T| zero.saturating_sub(x, saturated)),
        VecUnary::Cgtz => map(a, |x: T| T::truth(x > zero)),
        VecUnary::Cgez => map(a, |x: T| T::truth(x >= zero)),
        VecUnary::Ceqz => map(a, |x: T| T::truth(x == zero)),
        VecUnary::Clez => map(a, |x: T| T::truth(x <= zero)),
        VecUnary::Cltz => map(a, |x: T| T::truth(x < zero)),
        // See above.
        _ => a,
    }
}

/// Elements in reverse order within groups of `group` bytes.
fn reverse(a: u128, lane: Lane, group: u32) -> u128 {
    let bytes = a.to_le_bytes();
    // Exchanging elements of 2^n bytes within 2^m flips bits n to m-1 of a byte's number.
    let flip = (group - lane.bytes()) as usize;
    u128::from_le_bytes(std::array::from_fn(|i| bytes[i ^ flip]))
}

/// The type of a doubleword's elements to that of a quadword's.
macro_rules! by_narrow_type {
    ($ty:expr, |$t:ident, $wide:ident| $body:expr) => {
        match ($ty.kind == Kind::Signed, $ty.lane) {
            (true, Lane::B8) => {
                type $t = i8;
                type $wide = i16;
                $body
            }
            (true, Lane::B16) => {
                type $t = i16;
                type $wide = i32;
                $body
            }
            (true, _) => {
                type $t = i32;
                type $wide = i64;
                $body
            }
            (false, Lane::B8) => {
                type $t = u8;
                type $wide = u16;
                $body
            }
            (false, Lane::B16) => {
                type $t = u16;
                type $wide = u32;
                $body
            }
            (false, _) => {
                type $t = u32;
                type $wide = u64;
                $body
            }
        }
    };
}

/// A doubleword's elements extended.
pub(super) fn widen(ty: DataType, a: u128) -> u128 {
    by_narrow_type!(ty, |T, W| {
        let a = T::split(a);
        W::join(|i| a[i] as W)
    })
}

/// Products of twice the width.
pub(super) fn mul_long(ty: DataType, a: u128, b: u128) -> u128 {
    if ty.kind == Kind::Poly {
        let (a, b) = (u8::split(a), u8::split(b));
        return u16::join(|i| poly(a[i], b[i]));
    }
    by_narrow_type!(ty, |T, W| {
        let (a, b) = (T::split(a), T::split(b));
        W::join(|i| (a[i] as W).wrapping_mul(b[i] as W))
    })
}

/// Doubled products of twice the width, saturated.
pub(super) fn qdmul_long(ty: DataType, a: u128, b: u128, saturated: &mut bool) -> u128 {
    by_narrow_type!(ty, |T, W| {
        let (a, b) = (T::split(a), T::split(b));
        W::join(|i| {
            let product = (a[i] as W) * (b[i] as W);
            Integer::saturating_add(product, product, saturated)
        })
    })
}

/// Sums of adjacent elements, of twice their width.
pub(super) fn pair_long(ty: DataType, a: u128) -> u128 {
    by_narrow_type!(ty, |T, W| {
        let a = T::split(a);
        W::join(|i| (a[2 * i] as W).wrapping_add(a[2 * i + 1] as W))
    })
}
