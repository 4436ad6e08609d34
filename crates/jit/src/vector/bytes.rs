//! Moves of bytes: permutations, tables, structures.

use crate::build::IrBuilder;
use crate::ir::{Val, Vec1, Vec2};
use skink_isa::simd::op::{VecBinary, VecPermute};
use skink_isa::simd::operand::{ANY8, DataType, Kind, Lane};

/// No byte: PSHUFB clears it.
const NONE: u8 = 0x80;

/// The numbers of bytes, from those of elements.
fn bytes(lane: Lane, element: impl Fn(usize) -> usize) -> [u8; 16] {
    let width = lane.bytes() as usize;
    std::array::from_fn(|i| (element(i / width) * width + i % width) as u8)
}

impl IrBuilder {
    /// Bytes of one vector.
    pub(super) fn shuffle(&mut self, a: Val, from: [u8; 16]) -> Val {
        let number = self.constant_of(u128::from_le_bytes(from));
        self.vec1(Vec1::Shuffle(number), a)
    }

    /// Bytes of two vectors, those of the second from 16 on.
    fn shuffle_two(&mut self, a: Val, b: Val, from: [u8; 16]) -> Val {
        let first = from.map(|n| if n < 16 { n } else { NONE });
        let second = from.map(|n| if (16..32).contains(&n) { n - 16 } else { NONE });
        if second == [NONE; 16] {
            return self.shuffle(a, first);
        }
        let (a, b) = (self.shuffle(a, first), self.shuffle(b, second));
        self.vec2(Vec2::Vec(VecBinary::Orr, ANY8, true), a, b)
    }

    pub(super) fn dup(&mut self, a: Val, lane: Lane, index: u8) -> Val {
        self.shuffle(a, bytes(lane, |_| index as usize))
    }

    /// The elements of even and of odd numbers of two doublewords.
    pub(super) fn halves(&mut self, lane: Lane, a: Val, b: Val) -> (Val, Val) {
        let both = self.vec2(Vec2::Pair, a, b);
        let elements = 16 / lane.bytes() as usize;
        let even = self.shuffle(both, bytes(lane, |i| 2 * i % elements));
        let odd = self.shuffle(both, bytes(lane, |i| (2 * i + 1) % elements));
        (even, odd)
    }

    /// The bytes of each group of elements in the opposite order of elements.
    pub(super) fn reverse(&mut self, a: Val, group: usize, lane: Lane) -> Val {
        let n = group / lane.bytes() as usize;
        self.shuffle(a, bytes(lane, |i| i / n * n + (n - 1 - i % n)))
    }

    pub(super) fn permute(&mut self, op: VecPermute, lane: Lane, q: bool, a: Val, b: Val) -> (Val, Val) {
        if op == VecPermute::Swp {
            return (b, a);
        }
        let elements = (if q { 16 } else { 8 }) / lane.bytes() as usize;
        // The `i`th element of the first or second result, numbered from `elements` on in the second operand.
        let chosen = move |second: usize, i: usize| match op {
            VecPermute::Trn => i / 2 * 2 + second + i % 2 * elements,
            VecPermute::Uzp => 2 * i + second,
            VecPermute::Swp | VecPermute::Zip => {
                let k = i + second * elements;
                k / 2 + k % 2 * elements
            }
        };
        if !q {
            let both = self.vec2(Vec2::Pair, a, b);
            let result = |second| bytes(lane, move |i| chosen(second, i % elements));
            return (self.shuffle(both, result(0)), self.shuffle(both, result(1)));
        }
        if op == VecPermute::Zip {
            return (self.vec2(Vec2::ZipLow(lane), a, b), self.vec2(Vec2::ZipHigh(lane), a, b));
        }
        let result = |second| bytes(lane, move |i| chosen(second, i));
        (self.shuffle_two(a, b, result(0)), self.shuffle_two(a, b, result(1)))
    }

    pub(super) fn extract(&mut self, q: bool, a: Val, b: Val, from: u8) -> Val {
        if q {
            return self.vec2(Vec2::Extract(from & 15), a, b);
        }
        let both = self.vec2(Vec2::Pair, a, b);
        self.shuffle(both, std::array::from_fn(|i| (i as u8 + from) & 15))
    }

    pub(super) fn table(&mut self, table: [Val; 4], count: u8, index: Val, otherwise: Val) -> Val {
        let zero = self.vector(0);
        let or = Vec2::Vec(VecBinary::Orr, ANY8, false);
        let at = |i: u8| if i < count { table[i as usize] } else { zero };
        let first = self.vec2(Vec2::Pair, at(0), at(1));
        let mut result = self.vec2(Vec2::Table, first, index);
        if count > 2 {
            let sixteen = self.vector(u128::from_le_bytes([16; 16]));
            let rest = self.vec2(Vec2::Vec(VecBinary::Sub, ANY8, false), index, sixteen);
            let second = self.vec2(Vec2::Pair, at(2), at(3));
            let second = self.vec2(Vec2::Table, second, rest);
            result = self.vec2(or, result, second);
        }
        let end = self.vector(u128::from_le_bytes([8 * count; 16]));
        let unsigned = DataType::new(Kind::Unsigned, Lane::B8);
        let past = self.vec2(Vec2::Vec(VecBinary::Cge, unsigned, false), index, end);
        let kept = self.vec2(Vec2::Vec(VecBinary::And, ANY8, false), otherwise, past);
        self.vec2(or, result, kept)
    }

    /// Doublewords whose elements are chosen from those of `n` doublewords.
    fn regroup(
        &mut self,
        n: u8,
        lane: Lane,
        a: [Val; 4],
        from: impl Fn(usize, usize) -> usize + Copy,
    ) -> [Val; 4] {
        let mut result = a;
        let first = self.vec2(Vec2::Pair, a[0], a[1]);
        let second = (n > 2).then(|| self.vec2(Vec2::Pair, a[2], a[3]));
        let elements = 8 / lane.bytes() as usize;
        for (k, result) in result.iter_mut().enumerate().take(n as usize) {
            let from = bytes(lane, |i| from(k, i % elements));
            *result = match second {
                Some(second) => self.shuffle_two(first, second, from),
                None => self.shuffle(first, from),
            };
        }
        result
    }

    pub(super) fn deinterleave(&mut self, n: u8, lane: Lane, a: [Val; 4]) -> [Val; 4] {
        let count = n as usize;
        self.regroup(n, lane, a, move |k, i| i * count + k)
    }

    pub(super) fn interleave(&mut self, n: u8, lane: Lane, a: [Val; 4]) -> [Val; 4] {
        let (count, elements) = (n as usize, 8 / lane.bytes() as usize);
        self.regroup(n, lane, a, move |k, i| {
            let e = k * elements + i;
            e % count * elements + e / count
        })
    }
}
