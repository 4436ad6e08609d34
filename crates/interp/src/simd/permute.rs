//! Movements of elements.

use super::element::Element;
use skink_isa::simd::op::VecPermute;
use skink_isa::simd::operand::Lane;

/// Calls with an unsigned type of the width.
macro_rules! by_lane {
    ($lane:expr, |$t:ident| $body:expr) => {
        match $lane {
            Lane::B8 => {
                type $t = u8;
                $body
            }
            Lane::B16 => {
                type $t = u16;
                $body
            }
            Lane::B32 => {
                type $t = u32;
                $body
            }
            Lane::B64 => {
                type $t = u64;
                $body
            }
        }
    };
}

/// VSWP, VTRN, VUZP, VZIP.
pub(super) fn permute(op: VecPermute, lane: Lane, q: bool, a: u128, b: u128) -> (u128, u128) {
    by_lane!(lane, |T| {
        let (x, y) = (T::split(a), T::split(b));
        let n = x.len() >> !q as usize;
        // The elements of both vectors one after the other.
        let both = |i: usize| if i < n { x[i % n] } else { y[i % n] };
        match op {
            VecPermute::Swp => (b, a),
            VecPermute::Trn => (
                T::join(|i| if i % 2 == 0 { x[i] } else { y[i - 1] }),
                T::join(|i| if i % 2 == 0 { x[i + 1] } else { y[i] }),
            ),
            VecPermute::Uzp => (T::join(|i| both(2 * i % (2 * n))), T::join(|i| both((2 * i + 1) % (2 * n)))),
            VecPermute::Zip => {
                let pick = |i: usize| if i.is_multiple_of(2) { x[i / 2 % n] } else { y[i / 2 % n] };
                (T::join(pick), T::join(|i| pick(i + n)))
            }
        }
    })
}

/// The bytes from `from` on of two vectors one after the other.
pub(super) fn extract(q: bool, a: u128, b: u128, from: u8) -> u128 {
    let from = from as u32 & 15;
    if q {
        return if from == 0 { a } else { a >> (8 * from) | b << (128 - 8 * from) };
    }
    (a & u64::MAX as u128 | b << 64) >> (8 * from)
}

/// VTBL, VTBX.
pub(super) fn table(table: [u128; 4], count: u8, index: u128, otherwise: u128) -> u128 {
    let (index, otherwise) = (u8::split(index), u8::split(otherwise));
    u8::join(|i| {
        let at = index[i];
        if at >= 8 * count {
            return otherwise[i];
        }
        (table[(at as usize / 8) & 3] >> (at % 8 * 8)) as u8
    })
}

/// Element `index` in all places.
pub(super) fn dup(a: u128, lane: Lane, index: u8) -> u128 {
    by_lane!(lane, |T| {
        let element = T::split(a)[index as usize % (16 / size_of::<T>())];
        T::join(|_| element)
    })
}

/// One element replaced by the lowest of another vector.
pub(super) fn insert(a: u128, lane: Lane, index: u8, element: u128) -> u128 {
    let shift = (index as u32 * lane.bits()) & 127;
    let mask = (u64::MAX >> (64 - lane.bits())) as u128;
    a & !(mask << shift) | (element & mask) << shift
}

/// Doublewords of structures of `n` elements to a doubleword of first elements, one of second...
pub(super) fn deinterleave(n: u8, lane: Lane, a: [u128; 4]) -> [u128; 4] {
    let n = n as usize;
    by_lane!(lane, |T| {
        let a = a.map(T::split);
        let per = 8 / size_of::<T>();
        std::array::from_fn(|field| {
            T::join(|i| {
                let at = i % per * n + field;
                a[(at / per) & 3][at % per]
            })
        })
    })
}

/// The opposite.
pub(super) fn interleave(n: u8, lane: Lane, a: [u128; 4]) -> [u128; 4] {
    let n = n as usize;
    by_lane!(lane, |T| {
        let a = a.map(T::split);
        let per = 8 / size_of::<T>();
        std::array::from_fn(|word| {
            T::join(|i| {
                let at = word * per + i % per;
                a[(at % n) & 3][at / n % per]
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_come_apart_and_together() {
        let a = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908, 0x1716_1514_1312_1110, 0x1f1e_1d1c_1b1a_1918];
        assert_eq!(deinterleave(3, Lane::B8, a)[1] as u64, 0x1613_100d_0a07_0401);
        for lane in [Lane::B8, Lane::B16, Lane::B32] {
            for n in 2..=4 {
                let back = interleave(n, lane, deinterleave(n, lane, a));
                for i in 0..n as usize {
                    assert_eq!(back[i] as u64, a[i] as u64, "{n} {lane:?}");
                }
            }
        }
    }
}
