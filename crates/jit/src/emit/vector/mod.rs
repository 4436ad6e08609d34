//! Host instructions for vectors: AVX2 on whole registers.
//!
//! `cache` knows which host register holds which guest register; `slow` hands an instruction to the
//! interpreter where the host's arithmetic is not the guest's; `float` and `scalar` are arithmetic on
//! floating-point numbers, `integer` on integers, `memory` loads and stores.

mod cache;
mod float;
mod integer;
mod memory;
mod scalar;
mod slow;

pub(crate) use cache::{Slots, View};
pub(super) use integer::Saturation;
pub(super) use slow::Slow;

use super::Emitter;
use crate::ir::{Node, Vec1, Vec2, Vec3};
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};

/// A host vector register by its number.
pub(crate) type Xmm = u8;

/// The registers that hold guest registers and values: the first of them.
pub(crate) const SLOTS: usize = 14;

/// Two more that a node may use as it likes.
pub(super) const T0: Xmm = 14;
/// The other one.
pub(super) const T1: Xmm = 15;

/// See [`Emitter::with_imm`].
#[derive(Debug, Clone, Copy)]
pub(super) enum WithImm {
    Cmpps,
    Pblendd,
    Palignr,
    Insertps,
}

impl Emitter<'_> {
    /// Emits a node about vectors.
    pub(super) fn vector_node(&mut self, i: u32, node: Node) {
        match node {
            Node::Ext(r) => self.ext(i, r),
            Node::SetExt(r, v) => self.set_ext(r, v),
            Node::VecConst(n) => self.locs[i as usize] = super::value::Loc::VecConst(n),
            Node::Vec1(op, a) => match op {
                Vec1::FpSqrt(p) => self.fp_sqrt(i, p, a),
                Vec1::FpConvert(p) => self.fp_convert(i, p, a),
                Vec1::FromInt(p, signed) => self.int_to_fp(i, p, signed, a),
                Vec1::ToInt(p, signed, zero) => self.fp_to_int(i, p, signed, zero, a),
                Vec1::FromInts(q) => self.ints_to_singles(i, q, a),
                Vec1::ToInts(q) => self.singles_to_ints(i, q, a),
                Vec1::Abs(lane) => self.vec_abs(i, lane, a),
                Vec1::Shift(right, ty, by) => self.vec_shift_imm(i, right, ty, by, a),
                Vec1::Narrow(lane) => self.vec_narrow(i, lane, a),
                Vec1::Widen(ty) => self.vec_widen(i, ty, a),
                Vec1::Shuffle(n) => self.vec_shuffle(i, n, a),
            },
            Node::Vec2(op, a, b) => match op {
                Vec2::Fp(op, p) => self.fp_binary(i, op, p, a, b),
                Vec2::Vec(op, ty, q) if ty.float() => self.float_binary(i, op, q, a, b),
                Vec2::Vec(op, ty, _) => self.integer_binary(i, op, ty, a, b),
                Vec2::Shift(ty) => self.vec_shift(i, ty, a, b),
                Vec2::MulLong(ty) => self.vec_mul_long(i, ty, a, b),
                Vec2::Insert(lane, index) => self.vec_insert(i, lane, index, a, b),
                Vec2::Pair | Vec2::Extract(_) | Vec2::ZipLow(_) | Vec2::ZipHigh(_) | Vec2::Table => {
                    self.vec_move(i, op, a, b)
                }
            },
            Node::Vec3(Vec3::FpFma(p), addend, a, b) => self.fp_fma(i, p, addend, a, b),
            Node::Vec3(Vec3::Fma(q), addend, a, b) => self.float_fma(i, q, addend, a, b),
            Node::VecGet(ty, index, a) => self.vec_get(i, ty, index, a),
            Node::VecOfWord(a) => self.vec_of_word(i, a),
            Node::VecLoad(bytes, addr) => self.vec_load(i, bytes, addr),
            Node::VecStore(bytes, addr, v) => self.vec_store(bytes, addr, v),
            Node::Aligned(to, addr) => self.aligned(i, to, addr),
            Node::Saturated(q, a, b) => self.saturated(i, q, a, b),
            Node::FpCompare(p, quiet_too, a, b) => self.fp_compare(i, p, quiet_too, a, b),
            Node::FpFlag(flag) => self.fp_flag(i, flag),
            _ => self.failed = true,
        }
    }

    /// An instruction of two registers and an immediate, by its VEX encoding (SDM vol. 2, 2.3). dynasm 4.0.2
    /// takes the two operands of these in the opposite order.
    pub(super) fn with_imm(&mut self, op: WithImm, d: Xmm, [a, b]: [Xmm; 2], imm: u8) {
        let (map, prefix, opcode) = match op {
            WithImm::Cmpps => (1, 0, 0xc2),
            WithImm::Pblendd => (3, 1, 0x02),
            WithImm::Palignr => (3, 1, 0x0f),
            WithImm::Insertps => (3, 1, 0x21),
        };
        // R, X and B are inverted, and so is vvvv.
        let first = ((d & 8) << 4 | (b & 8) << 2) ^ 0xa0 | 0x40 | map;
        let second = (a << 3) ^ 0x78 | prefix;
        self.ops.extend(&[0xc4, first, second, opcode, 0xc0 | (d & 7) << 3 | b & 7, imm]);
    }

    /// A constant of 128 bits behind the code.
    pub(super) fn pool(&mut self, bits: u128) -> DynamicLabel {
        if let Some(&(_, label)) = self.pool.iter().find(|(known, _)| *known == bits) {
            return label;
        }
        let label = self.ops.new_dynamic_label();
        self.pool.push((bits, label));
        label
    }

    /// Emits the constants.
    pub(super) fn emit_pool(&mut self) {
        if self.pool.is_empty() {
            return;
        }
        while !self.ops.offset().0.is_multiple_of(16) {
            self.ops.push(0xcc);
        }
        for (bits, label) in std::mem::take(&mut self.pool) {
            dynasm!(self.ops; .arch x64; =>label);
            self.ops.extend(&bits.to_le_bytes());
        }
    }
}
