//! What the host has no operation for, made of what it has.

use crate::build::IrBuilder;
use crate::ir::{Node, Val, Vec1, Vec2};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{ANY8, BITS, DataType, Kind, Lane};
use skink_semantics::Shape;

/// A value in each element.
fn splat(lane: Lane, value: u64) -> u128 {
    let width = lane.bits();
    let value = (value & (u64::MAX >> (64 - width))) as u128;
    (0..128 / width).fold(0, |all, i| all | value << (i * width))
}

fn unsigned(ty: DataType) -> DataType {
    DataType::new(Kind::Unsigned, ty.lane)
}

/// The least and the greatest number that an element of half the width holds, as elements of the width.
fn bounds(op: VecNarrow, ty: DataType) -> Option<(DataType, u64, u64)> {
    let half = ty.lane.bits() / 2;
    let signed = DataType::new(Kind::Signed, ty.lane);
    match (op, ty.unsigned()) {
        (VecNarrow::Movn, _) => None,
        (VecNarrow::Qmovn, false) => Some((signed, (-1i64 << (half - 1)) as u64, (1 << (half - 1)) - 1)),
        (VecNarrow::Qmovn, true) => Some((unsigned(ty), 0, (1 << half) - 1)),
        (VecNarrow::Qmovun, _) => Some((signed, 0, (1 << half) - 1)),
    }
}

impl IrBuilder {
    fn op(&mut self, op: VecBinary, ty: DataType, q: bool, a: Val, b: Val) -> Val {
        self.vec2(Vec2::Vec(op, ty, q), a, b)
    }

    pub(super) fn splat(&mut self, lane: Lane, value: u64) -> Val {
        self.vector(splat(lane, value))
    }

    pub(super) fn and(&mut self, a: Val, b: Val) -> Val {
        self.op(VecBinary::And, BITS, true, a, b)
    }

    pub(super) fn xor(&mut self, a: Val, b: Val) -> Val {
        self.op(VecBinary::Eor, BITS, true, a, b)
    }

    pub(super) fn integers(&mut self, op: VecBinary, shape: Shape, a: Val, b: Val) -> Val {
        use VecBinary::*;
        let Shape { ty, q } = shape;
        let small = ty.lane != Lane::B64;
        match op {
            And | Bic | Orr | Orn | Eor | Add | Sub => self.op(op, ty, q, a, b),
            Mul if small && ty.kind != Kind::Poly => self.op(op, ty, q, a, b),
            Max | Min | Abd | Tst | Ceq | Cge | Cgt if small => self.op(op, ty, q, a, b),
            // (a + b) / 2 without the carry out: what both have, and half of what one of them has.
            Hadd if small => {
                let (both, one) = (self.and(a, b), self.xor(a, b));
                let half = self.vec1(Vec1::Shift(true, ty, 1), one);
                self.op(Add, ty, q, both, half)
            }
            Rhadd if small => {
                let (any, one) = (self.op(Orr, BITS, q, a, b), self.xor(a, b));
                let half = self.vec1(Vec1::Shift(true, ty, 1), one);
                self.op(Sub, ty, q, any, half)
            }
            Hsub if small => {
                let (one, borrow) = (self.xor(a, b), self.op(Bic, BITS, q, b, a));
                let half = self.vec1(Vec1::Shift(true, ty, 1), one);
                self.op(Sub, ty, q, half, borrow)
            }
            Qadd | Qsub if matches!(ty.lane, Lane::B8 | Lane::B16) => {
                let plain = self.op(if op == Qadd { Add } else { Sub }, ty, q, a, b);
                let result = self.op(op, ty, q, a, b);
                self.push(Node::Saturated(q, plain, result));
                result
            }
            // Only the least number twice saturates.
            Qdmulh | Qrdmulh if ty.lane == Lane::B16 => {
                let product = self.op(op, ty, q, a, b);
                let least = self.splat(Lane::B16, 0x8000);
                let wrong = self.op(Ceq, ty, q, product, least);
                let result = self.xor(product, wrong);
                self.push(Node::Saturated(q, product, result));
                result
            }
            Padd | Pmax | Pmin if small => {
                let (even, odd) = self.halves(ty.lane, a, b);
                self.op(unpaired(op), ty, false, even, odd)
            }
            _ => self.none_vec(),
        }
    }

    pub(super) fn floats(&mut self, op: VecBinary, shape: Shape, a: Val, b: Val) -> Val {
        use VecBinary::*;
        let Shape { ty, q } = shape;
        match op {
            Add | Sub | Mul | Max | Min | Ceq | Cge | Cgt => self.op(op, ty, q, a, b),
            Abd => {
                let difference = self.op(Sub, ty, q, a, b);
                self.absolute(difference)
            }
            Acge | Acgt => {
                let (a, b) = (self.absolute(a), self.absolute(b));
                self.op(if op == Acge { Cge } else { Cgt }, ty, q, a, b)
            }
            // Recps and Rsqrts do not raise what the host raises for infinity times 0 (ARM ARM A2.7.8).
            Padd | Pmax | Pmin => {
                let (even, odd) = self.halves(ty.lane, a, b);
                // The upper halves are the same pairs again: what they raise is raised anyway.
                self.op(unpaired(op), ty, false, even, odd)
            }
            _ => self.none_vec(),
        }
    }

    pub(super) fn absolute(&mut self, a: Val) -> Val {
        let mask = self.splat(Lane::B32, 0x7fff_ffff);
        self.and(a, mask)
    }

    pub(super) fn unary(&mut self, op: VecUnary, shape: Shape, a: Val) -> Val {
        use VecUnary::*;
        let Shape { ty, q } = shape;
        match op {
            Rev64 => return self.reverse(a, 8, ty.lane),
            Rev32 => return self.reverse(a, 4, ty.lane),
            Rev16 => return self.reverse(a, 2, ty.lane),
            Mvn => {
                let ones = self.vector(u128::MAX);
                return self.xor(a, ones);
            }
            Cnt => return self.count(a),
            Abs if ty.float() => return self.absolute(a),
            Neg if ty.float() => {
                let sign = self.splat(Lane::B32, 0x8000_0000);
                return self.xor(a, sign);
            }
            Abs if ty.lane != Lane::B64 => return self.vec1(Vec1::Abs(ty.lane), a),
            _ => {}
        }
        let zero = self.vector(0);
        let ty = if ty.float() { ty } else { DataType::new(Kind::Signed, ty.lane) };
        match op {
            Neg => self.op(VecBinary::Sub, ty, q, zero, a),
            Ceqz => self.op(VecBinary::Ceq, ty, q, a, zero),
            Cgtz => self.op(VecBinary::Cgt, ty, q, a, zero),
            Cgez => self.op(VecBinary::Cge, ty, q, a, zero),
            Clez => self.op(VecBinary::Cge, ty, q, zero, a),
            Cltz => self.op(VecBinary::Cgt, ty, q, zero, a),
            _ => self.none_vec(),
        }
    }

    /// The bits set in each byte, by a table for each half of it.
    fn count(&mut self, a: Val) -> Val {
        let table = self.vector(u128::from_le_bytes(std::array::from_fn(|i| i.count_ones() as u8)));
        let mask = self.splat(Lane::B8, 15);
        let low = self.and(a, mask);
        let high = self.vec1(Vec1::Shift(true, DataType::new(Kind::Unsigned, Lane::B8), 4), a);
        let (low, high) = (self.vec2(Vec2::Table, table, low), self.vec2(Vec2::Table, table, high));
        self.op(VecBinary::Add, ANY8, true, low, high)
    }

    pub(super) fn shift_imm(&mut self, op: VecShiftImm, ty: DataType, a: Val, by: u8) -> Val {
        match op {
            VecShiftImm::Shl if by == 0 => a,
            VecShiftImm::Shl => self.vec1(Vec1::Shift(false, ty, by), a),
            VecShiftImm::Shr => self.vec1(Vec1::Shift(true, ty, by), a),
            // What is left, and the highest bit that is not.
            VecShiftImm::Rshr => {
                let last = if by == 1 { a } else { self.vec1(Vec1::Shift(true, unsigned(ty), by - 1), a) };
                let one = self.splat(ty.lane, 1);
                let (last, kept) = (self.and(last, one), self.vec1(Vec1::Shift(true, ty, by), a));
                self.op(VecBinary::Add, ty, true, kept, last)
            }
            _ => self.none_vec(),
        }
    }

    pub(super) fn narrow(&mut self, op: VecNarrow, ty: DataType, a: Val) -> Val {
        let Some((ty, least, greatest)) = bounds(op, ty) else { return self.vec1(Vec1::Narrow(ty.lane), a) };
        if ty.lane == Lane::B64 {
            return self.none_vec();
        }
        let (least, greatest) = (self.splat(ty.lane, least), self.splat(ty.lane, greatest));
        let result = self.op(VecBinary::Max, ty, true, a, least);
        let result = self.op(VecBinary::Min, ty, true, result, greatest);
        self.push(Node::Saturated(true, a, result));
        self.vec1(Vec1::Narrow(ty.lane), result)
    }

    pub(super) fn shift_narrow(&mut self, op: VecShiftNarrow, ty: DataType, a: Val, by: u8) -> Val {
        use VecShiftNarrow::*;
        let round = matches!(op, Rshrn | Qrshrn | Qrshrun);
        let how = match op {
            Shrn | Rshrn => VecNarrow::Movn,
            Qshrn | Qrshrn => VecNarrow::Qmovn,
            Qshrun | Qrshrun => VecNarrow::Qmovun,
        };
        if how != VecNarrow::Movn && ty.lane == Lane::B64 {
            return self.none_vec();
        }
        // The bits that are kept are those of a logical shift, too.
        let from = if how == VecNarrow::Movn { unsigned(ty) } else { ty };
        let shift = if round { VecShiftImm::Rshr } else { VecShiftImm::Shr };
        let shifted = self.shift_imm(shift, from, a, by);
        self.narrow(how, ty, shifted)
    }

    pub(super) fn pair_long(&mut self, ty: DataType, a: Val) -> Val {
        let (width, wide) = (ty.lane.bits() as u8, ty.wider());
        let even = if ty.unsigned() {
            let mask = self.splat(wide.lane, u64::MAX >> (64 - width as u32));
            self.and(a, mask)
        } else {
            let up = self.vec1(Vec1::Shift(false, wide, width), a);
            self.vec1(Vec1::Shift(true, wide, width), up)
        };
        let odd = self.vec1(Vec1::Shift(true, wide, width), a);
        self.op(VecBinary::Add, wide, true, even, odd)
    }
}

fn unpaired(op: VecBinary) -> VecBinary {
    match op {
        VecBinary::Pmax => VecBinary::Max,
        VecBinary::Pmin => VecBinary::Min,
        _ => VecBinary::Add,
    }
}
