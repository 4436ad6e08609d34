//! The primitives of [`VectorBuilder`], each handed to the room where its arithmetic is.

use super::{float, integer, permute, shift};
use crate::builder::{Interp, Stopped};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{DataType, ExtReg, Kind, Lane};
use skink_semantics::{Align, Builder, Exception, Precision, RoundBy, Shape, VectorBuilder};

/// FPSCR.QC: a saturating operation saturated.
const QC: u32 = 1 << 27;
/// FPSCR.LEN and STRIDE.
const SHORT_VECTORS: u32 = 0x0037_0000;

impl Interp {
    fn saturating<T>(&mut self, f: impl FnOnce(&mut bool) -> T) -> T {
        let mut saturated = false;
        let result = f(&mut saturated);
        if saturated {
            self.core.cpu.fpscr |= QC;
        }
        result
    }
}

impl VectorBuilder for Interp {
    type Vec = u128;

    #[inline(always)]
    fn ext_reg(&mut self, r: ExtReg) -> u128 {
        match r {
            ExtReg::S(n) => self.core.cpu.s(n as usize & 31) as u128,
            ExtReg::D(n) => self.core.cpu.d.0[n as usize & 31] as u128,
            ExtReg::Q(n) => {
                let n = (n as usize * 2) & 30;
                (self.core.cpu.d.0[n + 1] as u128) << 64 | self.core.cpu.d.0[n] as u128
            }
        }
    }
    #[inline(always)]
    fn set_ext_reg(&mut self, r: ExtReg, value: u128) {
        match r {
            ExtReg::S(n) => self.core.cpu.set_s(n as usize & 31, value as u32),
            ExtReg::D(n) => self.core.cpu.d.0[n as usize & 31] = value as u64,
            ExtReg::Q(n) => {
                let n = (n as usize * 2) & 30;
                self.core.cpu.d.0[n] = value as u64;
                self.core.cpu.d.0[n + 1] = (value >> 64) as u64;
            }
        }
    }
    #[inline(always)]
    fn no_short_vectors(&mut self) -> Result<(), Stopped> {
        if self.core.cpu.fpscr & SHORT_VECTORS == 0 { Ok(()) } else { self.raise(Exception::Undefined) }
    }

    #[inline(always)]
    fn vec_const(&mut self, low: u64, high: u64) -> u128 {
        (high as u128) << 64 | low as u128
    }
    #[inline(always)]
    fn vec_of_word(&mut self, value: u32) -> u128 {
        value as u128
    }
    #[inline(always)]
    fn vec_get(&mut self, value: u128, ty: DataType, index: u8) -> u32 {
        let element = value >> ((index as u32 * ty.lane.bits()) & 127);
        match (ty.lane, ty.kind == Kind::Signed) {
            (Lane::B8, false) => element as u8 as u32,
            (Lane::B8, true) => element as i8 as u32,
            (Lane::B16, false) => element as u16 as u32,
            (Lane::B16, true) => element as i16 as u32,
            (Lane::B32 | Lane::B64, _) => element as u32,
        }
    }
    fn vec_insert(&mut self, value: u128, lane: Lane, index: u8, element: u128) -> u128 {
        permute::insert(value, lane, index, element)
    }
    fn vec_dup(&mut self, value: u128, lane: Lane, index: u8) -> u128 {
        permute::dup(value, lane, index)
    }

    fn vec_binary(&mut self, op: VecBinary, shape: Shape, a: u128, b: u128) -> u128 {
        if shape.ty.float() {
            return float::vec_binary(op, shape.q, a, b, &mut self.core.cpu.fpscr);
        }
        self.saturating(|saturated| integer::binary(op, shape.ty, a, b, saturated))
    }
    fn vec_unary(&mut self, op: VecUnary, shape: Shape, a: u128) -> u128 {
        if shape.ty.float() {
            return float::vec_unary(op, shape.q, a, &mut self.core.cpu.fpscr);
        }
        self.saturating(|saturated| integer::unary(op, shape.ty, a, saturated))
    }
    fn vec_fma(&mut self, shape: Shape, addend: u128, a: u128, b: u128) -> u128 {
        float::vec_fma(shape.q, addend, a, b, &mut self.core.cpu.fpscr)
    }
    fn vec_shift(&mut self, op: VecShift, shape: Shape, a: u128, by: u128) -> u128 {
        self.saturating(|saturated| shift::by_vector(op, shape.ty, a, by, saturated))
    }
    fn vec_shift_imm(&mut self, op: VecShiftImm, shape: Shape, a: u128, by: u8) -> u128 {
        self.saturating(|saturated| shift::by_constant(op, shape.ty, a, by, saturated))
    }
    fn vec_shift_narrow(&mut self, op: VecShiftNarrow, ty: DataType, a: u128, by: u8) -> u128 {
        self.saturating(|saturated| shift::narrow_by(op, ty, a, by, saturated))
    }
    fn vec_narrow(&mut self, op: VecNarrow, ty: DataType, a: u128) -> u128 {
        self.saturating(|saturated| shift::narrow(op, ty, a, saturated))
    }
    fn vec_widen(&mut self, ty: DataType, a: u128) -> u128 {
        integer::widen(ty, a)
    }
    fn vec_mul_long(&mut self, ty: DataType, a: u128, b: u128) -> u128 {
        integer::mul_long(ty, a, b)
    }
    fn vec_qdmul_long(&mut self, ty: DataType, a: u128, b: u128) -> u128 {
        self.saturating(|saturated| integer::qdmul_long(ty, a, b, saturated))
    }
    fn vec_pair_long(&mut self, shape: Shape, a: u128) -> u128 {
        integer::pair_long(shape.ty, a)
    }
    fn vec_permute(&mut self, op: VecPermute, lane: Lane, q: bool, a: u128, b: u128) -> (u128, u128) {
        permute::permute(op, lane, q, a, b)
    }
    fn vec_extract(&mut self, q: bool, a: u128, b: u128, from: u8) -> u128 {
        permute::extract(q, a, b, from)
    }
    fn vec_table(&mut self, table: [u128; 4], count: u8, index: u128, otherwise: u128) -> u128 {
        permute::table(table, count, index, otherwise)
    }
    fn vec_fixed(&mut self, to_fixed: bool, unsigned: bool, fbits: u8, q: bool, a: u128) -> u128 {
        float::vec_fixed(to_fixed, unsigned, fbits, q, a, &mut self.core.cpu.fpscr)
    }
    fn vec_half(&mut self, to_half: bool, a: u128) -> u128 {
        float::vec_half(to_half, a, &mut self.core.cpu.fpscr)
    }
    fn vec_deinterleave(&mut self, n: u8, lane: Lane, a: [u128; 4]) -> [u128; 4] {
        permute::deinterleave(n, lane, a)
    }
    fn vec_interleave(&mut self, n: u8, lane: Lane, a: [u128; 4]) -> [u128; 4] {
        permute::interleave(n, lane, a)
    }

    fn fp_binary(&mut self, op: FpBinary, p: Precision, a: u128, b: u128) -> u128 {
        float::binary(op, p, a, b, &mut self.core.cpu.fpscr)
    }
    fn fp_unary(&mut self, op: FpUnary, p: Precision, a: u128) -> u128 {
        float::unary(op, p, a, &mut self.core.cpu.fpscr)
    }
    fn fp_fma(&mut self, p: Precision, addend: u128, a: u128, b: u128) -> u128 {
        float::fma(p, addend, a, b, &mut self.core.cpu.fpscr)
    }
    fn fp_compare(&mut self, p: Precision, quiet_too: bool, a: u128, b: u128) {
        let nzcv = float::compare(p, quiet_too, a, b, &mut self.core.cpu.fpscr);
        self.core.cpu.fpscr = self.core.cpu.fpscr & 0x0fff_ffff | nzcv << 28;
    }
    fn fp_convert(&mut self, from: Precision, a: u128) -> u128 {
        float::convert(from, a, &mut self.core.cpu.fpscr)
    }
    fn fp_half(&mut self, to_half: bool, a: u128) -> u128 {
        float::half(to_half, a, &mut self.core.cpu.fpscr)
    }
    fn fp_from_fixed(&mut self, p: Precision, ty: DataType, fbits: u8, round: RoundBy, a: u128) -> u128 {
        float::from_fixed(p, ty, fbits, round, a, &mut self.core.cpu.fpscr)
    }
    fn fp_to_fixed(&mut self, p: Precision, ty: DataType, fbits: u8, round: RoundBy, a: u128) -> u128 {
        float::to_fixed(p, ty, fbits, round, a, &mut self.core.cpu.fpscr)
    }

    #[inline(always)]
    fn vec_load(&mut self, addr: u32, bytes: u32, align: Align) -> Result<u128, Stopped> {
        // Several elements may be moved at once, and strict alignment is each element's: bytes always have it.
        self.aligned(addr, bytes, 1, align, skink_machine::Access::Read)?;
        match bytes {
            1 => self.memory.load8(addr).map(u128::from),
            2 => self.memory.load16(addr).map(u128::from),
            4 => self.memory.load32(addr).map(u128::from),
            _ => self.memory.load64(addr).map(u128::from),
        }
        .map_err(|fault| self.faulted(fault))
    }
    #[inline(always)]
    fn vec_store(&mut self, addr: u32, value: u128, bytes: u32, align: Align) -> Result<(), Stopped> {
        self.aligned(addr, bytes, 1, align, skink_machine::Access::Write)?;
        match bytes {
            1 => self.memory.store8(addr, value as u8),
            2 => self.memory.store16(addr, value as u16),
            4 => self.memory.store32(addr, value as u32),
            _ => self.memory.store64(addr, value as u64),
        }
        .map_err(|fault| self.faulted(fault))
    }
}
