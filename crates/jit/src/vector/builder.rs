//! The vocabulary of vectors.

use crate::build::{IrBuilder, Never};
use crate::ir::{Node, Val, Vec1, Vec2, Vec3};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{DataType, ExtReg, Kind, Lane};
use skink_semantics::{Align, Builder, FlagName, Precision, RoundBy, Shape, VectorBuilder};

/// As many vectors as one instruction may hold at a time; more than that it leaves to the interpreter.
const MAX_HELD: usize = 8;

impl VectorBuilder for IrBuilder {
    type Vec = Val;

    fn ext_reg(&mut self, r: ExtReg) -> Val {
        self.interpret |= !self.vectors.simd;
        self.push(Node::Ext(r))
    }
    fn set_ext_reg(&mut self, r: ExtReg, value: Val) {
        self.interpret |= !self.vectors.simd;
        self.push(Node::SetExt(r, value));
    }
    fn no_short_vectors(&mut self) -> Result<(), Never> {
        self.interpret |= !self.vectors.vfp;
        Ok(())
    }
    fn flags_from_fpscr(&mut self) {
        self.interpret |= !self.compared;
        for name in [FlagName::N, FlagName::Z, FlagName::C, FlagName::V] {
            let flag = self.push(Node::FpFlag(name));
            self.set_flag(name, flag);
        }
    }

    fn vec_const(&mut self, low: u64, high: u64) -> Val {
        self.vector((high as u128) << 64 | low as u128)
    }
    fn vec_of_word(&mut self, value: Val) -> Val {
        self.interpret |= !self.vectors.simd;
        self.push(Node::VecOfWord(value))
    }
    fn vec_get(&mut self, value: Val, ty: DataType, index: u8) -> Val {
        self.push(Node::VecGet(ty, index, value))
    }
    fn vec_insert(&mut self, value: Val, lane: Lane, index: u8, element: Val) -> Val {
        self.vec2(Vec2::Insert(lane, index), value, element)
    }
    fn vec_dup(&mut self, value: Val, lane: Lane, index: u8) -> Val {
        self.dup(value, lane, index)
    }

    fn vec_binary(&mut self, op: VecBinary, shape: Shape, a: Val, b: Val) -> Val {
        if shape.ty.float() { self.floats(op, shape, a, b) } else { self.integers(op, shape, a, b) }
    }
    fn vec_unary(&mut self, op: VecUnary, shape: Shape, a: Val) -> Val {
        self.unary(op, shape, a)
    }
    fn vec_fma(&mut self, shape: Shape, addend: Val, a: Val, b: Val) -> Val {
        self.interpret |= !self.vectors.fma;
        self.push(Node::Vec3(Vec3::Fma(shape.q), addend, a, b))
    }
    fn vec_shift(&mut self, op: VecShift, shape: Shape, a: Val, by: Val) -> Val {
        match (op, shape.ty.lane, shape.ty.unsigned()) {
            (VecShift::Shl, Lane::B32, _) | (VecShift::Shl, Lane::B64, true) => {
                self.vec2(Vec2::Shift(shape.ty), a, by)
            }
            _ => self.none_vec(),
        }
    }
    fn vec_shift_imm(&mut self, op: VecShiftImm, shape: Shape, a: Val, by: u8) -> Val {
        self.shift_imm(op, shape.ty, a, by)
    }
    fn vec_shift_narrow(&mut self, op: VecShiftNarrow, ty: DataType, a: Val, by: u8) -> Val {
        self.shift_narrow(op, ty, a, by)
    }
    fn vec_narrow(&mut self, op: VecNarrow, ty: DataType, a: Val) -> Val {
        self.narrow(op, ty, a)
    }
    fn vec_widen(&mut self, ty: DataType, a: Val) -> Val {
        self.vec1(Vec1::Widen(ty), a)
    }
    fn vec_mul_long(&mut self, ty: DataType, a: Val, b: Val) -> Val {
        if ty.kind == Kind::Poly {
            return self.none_vec();
        }
        self.vec2(Vec2::MulLong(ty), a, b)
    }
    fn vec_qdmul_long(&mut self, _: DataType, _: Val, _: Val) -> Val {
        self.none_vec()
    }
    fn vec_pair_long(&mut self, shape: Shape, a: Val) -> Val {
        self.pair_long(shape.ty, a)
    }
    fn vec_permute(&mut self, op: VecPermute, lane: Lane, q: bool, a: Val, b: Val) -> (Val, Val) {
        self.permute(op, lane, q, a, b)
    }
    fn vec_extract(&mut self, q: bool, a: Val, b: Val, from: u8) -> Val {
        self.extract(q, a, b, from)
    }
    fn vec_table(&mut self, table: [Val; 4], count: u8, index: Val, otherwise: Val) -> Val {
        self.table(table, count, index, otherwise)
    }
    fn vec_fixed(&mut self, to_fixed: bool, unsigned: bool, fbits: u8, q: bool, a: Val) -> Val {
        match (unsigned, fbits) {
            (false, 0) if to_fixed => self.vec1(Vec1::ToInts(q), a),
            (false, 0) => self.vec1(Vec1::FromInts(q), a),
            _ => self.none_vec(),
        }
    }
    fn vec_half(&mut self, _: bool, _: Val) -> Val {
        self.none_vec()
    }
    fn vec_deinterleave(&mut self, n: u8, lane: Lane, a: [Val; 4]) -> [Val; 4] {
        self.deinterleave(n, lane, a)
    }
    fn vec_interleave(&mut self, n: u8, lane: Lane, a: [Val; 4]) -> [Val; 4] {
        self.interleave(n, lane, a)
    }

    fn fp_binary(&mut self, op: FpBinary, p: Precision, a: Val, b: Val) -> Val {
        self.interpret |= !self.vectors.vfp;
        self.vec2(Vec2::Fp(op, p), a, b)
    }
    fn fp_unary(&mut self, op: FpUnary, p: Precision, a: Val) -> Val {
        self.interpret |= !self.vectors.vfp;
        let sign = match p {
            Precision::Single => 1 << 31,
            Precision::Double => 1 << 63,
        };
        match op {
            FpUnary::Mov => a,
            FpUnary::Sqrt => self.vec1(Vec1::FpSqrt(p), a),
            FpUnary::Neg => {
                let sign = self.vector(sign);
                self.xor(a, sign)
            }
            FpUnary::Abs => {
                let rest = self.vector(sign - 1);
                self.and(a, rest)
            }
        }
    }
    fn fp_fma(&mut self, p: Precision, addend: Val, a: Val, b: Val) -> Val {
        self.interpret |= !self.vectors.vfp || !self.vectors.fma;
        self.push(Node::Vec3(Vec3::FpFma(p), addend, a, b))
    }
    fn fp_compare(&mut self, p: Precision, quiet_too: bool, a: Val, b: Val) {
        self.interpret |= !self.vectors.vfp;
        self.push(Node::FpCompare(p, quiet_too, a, b));
        self.compared = self.always;
    }
    fn fp_convert(&mut self, from: Precision, a: Val) -> Val {
        self.interpret |= !self.vectors.vfp;
        self.vec1(Vec1::FpConvert(from), a)
    }
    fn fp_half(&mut self, _: bool, _: Val) -> Val {
        self.none_vec()
    }
    fn fp_from_fixed(&mut self, p: Precision, ty: DataType, fbits: u8, _: RoundBy, a: Val) -> Val {
        // FPSCR says to nearest, too.
        self.interpret |= !self.vectors.vfp;
        match (ty.lane, fbits) {
            (Lane::B32, 0) => self.vec1(Vec1::FromInt(p, !ty.unsigned()), a),
            _ => self.none_vec(),
        }
    }
    fn fp_to_fixed(&mut self, p: Precision, ty: DataType, fbits: u8, round: RoundBy, a: Val) -> Val {
        self.interpret |= !self.vectors.vfp;
        match (ty.lane, fbits) {
            (Lane::B32, 0) if ty.unsigned() && round != RoundBy::Zero => self.none_vec(),
            (Lane::B32, 0) => self.vec1(Vec1::ToInt(p, !ty.unsigned(), round == RoundBy::Zero), a),
            _ => self.none_vec(),
        }
    }

    fn vec_load(&mut self, addr: Val, bytes: u32, align: Align) -> Result<Val, Never> {
        self.interpret |= !self.vectors.simd;
        let held = self.nodes[self.start..].iter().filter(|node| matches!(node, Node::VecLoad(..))).count();
        self.interpret |= held >= MAX_HELD;
        if let Align::Required(to) = align {
            self.aligned(addr, to);
        }
        Ok(self.push(Node::VecLoad(bytes as u8, addr)))
    }
    fn vec_store(&mut self, addr: Val, value: Val, bytes: u32, align: Align) -> Result<(), Never> {
        self.interpret |= !self.vectors.simd;
        if let Align::Required(to) = align {
            self.aligned(addr, to);
        }
        self.push(Node::VecStore(bytes as u8, addr, value));
        Ok(())
    }
}
