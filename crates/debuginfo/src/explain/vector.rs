//! Vectors in the recorder: the interpreter's arithmetic, and the name of what was done.

use super::formula::{Kind, Register};
use super::recorder::{Of, Recorder, Stopped};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{DataType, ExtReg, Lane};
use skink_machine::Access;
use skink_semantics::{Align, Builder, Exception, Precision, RoundBy, Shape, SysReg, VectorBuilder};

type V = Of<u128>;

/// FPSCR.LEN and STRIDE.
const SHORT_VECTORS: u32 = 0x0037_0000;

/// Operations whose vectors come last or first among plain arguments: each is the interpreter's of the same name.
macro_rules! vectors {
    ($( $name:ident($($plain:ident: $ty:ty),*; $($arg:ident),*) = $text:literal; )*) => { $(
        fn $name(&mut self, $($plain: $ty,)* $($arg: V),*) -> V {
            let value = self.inner.$name($($plain,)* $($arg.value),*);
            self.call($text, value, &[$($arg.id),*])
        }
    )* };
}

impl VectorBuilder for Recorder<'_> {
    type Vec = V;

    fn ext_reg(&mut self, r: ExtReg) -> V {
        let value = self.inner.ext_reg(r);
        self.make(Kind::Leaf(Register::ext(r)), value)
    }
    fn set_ext_reg(&mut self, r: ExtReg, value: V) {
        self.inner.set_ext_reg(r, value.value);
        let now = self.inner.ext_reg(r);
        self.write(Register::ext(r), now, value.id);
    }
    fn no_short_vectors(&mut self) -> Result<(), Stopped> {
        let fpscr = self.sys(SysReg::Fpscr);
        if fpscr.value & SHORT_VECTORS == 0 { Ok(()) } else { self.raise(Exception::Undefined) }
    }

    fn vec_const(&mut self, low: u64, high: u64) -> V {
        let value = self.inner.vec_const(low, high);
        self.constant(value)
    }
    fn vec_of_word(&mut self, value: Of<u32>) -> V {
        Of { value: value.value.into(), id: value.id }
    }
    fn vec_get(&mut self, value: V, ty: DataType, index: u8) -> Of<u32> {
        let element = self.inner.vec_get(value.value, ty, index);
        // The only element is the whole.
        if value.value == u128::from(element) {
            return Of { value: element, id: value.id };
        }
        let index = self.constant(u32::from(index));
        self.call("element", element, &[value.id, index.id])
    }
    fn vec_insert(&mut self, value: V, lane: Lane, index: u8, element: V) -> V {
        let result = self.inner.vec_insert(value.value, lane, index, element.value);
        let index = self.constant(u32::from(index));
        self.call("insert", result, &[value.id, index.id, element.id])
    }
    fn vec_dup(&mut self, value: V, lane: Lane, index: u8) -> V {
        let result = self.inner.vec_dup(value.value, lane, index);
        self.call("all", result, &[value.id])
    }

    vectors! {
        vec_binary(op: VecBinary, shape: Shape; a, b) = "vector";
        vec_unary(op: VecUnary, shape: Shape; a) = "vector";
        vec_fma(shape: Shape; addend, a, b) = "fused";
        vec_shift(op: VecShift, shape: Shape; a, by) = "shift";
        vec_widen(ty: DataType; a) = "widen";
        vec_mul_long(ty: DataType; a, b) = "product";
        vec_qdmul_long(ty: DataType; a, b) = "product";
        vec_pair_long(shape: Shape; a) = "pairs";
        vec_narrow(op: VecNarrow, ty: DataType; a) = "narrow";
        vec_fixed(to_fixed: bool, unsigned: bool, fbits: u8, q: bool; a) = "convert";
        vec_half(to_half: bool; a) = "convert";
        fp_binary(op: FpBinary, p: Precision; a, b) = "float";
        fp_unary(op: FpUnary, p: Precision; a) = "float";
        fp_fma(p: Precision; addend, a, b) = "fused";
        fp_convert(from: Precision; a) = "convert";
        fp_half(to_half: bool; a) = "convert";
        fp_from_fixed(p: Precision, ty: DataType, fbits: u8, round: RoundBy; a) = "convert";
        fp_to_fixed(p: Precision, ty: DataType, fbits: u8, round: RoundBy; a) = "convert";
    }

    fn vec_shift_imm(&mut self, op: VecShiftImm, shape: Shape, a: V, by: u8) -> V {
        let value = self.inner.vec_shift_imm(op, shape, a.value, by);
        let by = self.constant(u32::from(by));
        self.call("shift", value, &[a.id, by.id])
    }
    fn vec_shift_narrow(&mut self, op: VecShiftNarrow, ty: DataType, a: V, by: u8) -> V {
        let value = self.inner.vec_shift_narrow(op, ty, a.value, by);
        let by = self.constant(u32::from(by));
        self.call("shift", value, &[a.id, by.id])
    }
    fn vec_permute(&mut self, op: VecPermute, lane: Lane, q: bool, a: V, b: V) -> (V, V) {
        let (first, second) = self.inner.vec_permute(op, lane, q, a.value, b.value);
        (self.call("permute", first, &[a.id, b.id]), self.call("permute", second, &[a.id, b.id]))
    }
    fn vec_extract(&mut self, q: bool, a: V, b: V, from: u8) -> V {
        let value = self.inner.vec_extract(q, a.value, b.value, from);
        let from = self.constant(u32::from(from));
        self.call("extract", value, &[a.id, b.id, from.id])
    }
    fn vec_table(&mut self, table: [V; 4], count: u8, index: V, otherwise: V) -> V {
        let value = self.inner.vec_table(table.map(|v| v.value), count, index.value, otherwise.value);
        let mut args: Vec<_> = table.iter().take(count.into()).map(|v| v.id).collect();
        args.extend([index.id, otherwise.id]);
        self.call("table", value, &args)
    }
    fn vec_deinterleave(&mut self, n: u8, lane: Lane, a: [V; 4]) -> [V; 4] {
        let values = self.inner.vec_deinterleave(n, lane, a.map(|v| v.value));
        let args: Vec<_> = a.iter().take(n.into()).map(|v| v.id).collect();
        values.map(|value| self.call("every_nth", value, &args))
    }
    fn vec_interleave(&mut self, n: u8, lane: Lane, a: [V; 4]) -> [V; 4] {
        let values = self.inner.vec_interleave(n, lane, a.map(|v| v.value));
        let args: Vec<_> = a.iter().take(n.into()).map(|v| v.id).collect();
        values.map(|value| self.call("in_turn", value, &args))
    }
    fn fp_compare(&mut self, p: Precision, quiet_too: bool, a: V, b: V) {
        self.inner.fp_compare(p, quiet_too, a.value, b.value);
        let fpscr = self.inner.core.cpu.fpscr;
        let result = self.call("compare", u128::from(fpscr), &[a.id, b.id]);
        self.write(Register::Fpscr, fpscr.into(), result.id);
    }

    fn vec_load(&mut self, addr: Of<u32>, bytes: u32, align: Align) -> Result<V, Stopped> {
        self.aligned(addr.value, 1, align, Access::Read)?;
        let loaded = self.take(addr, bytes)?;
        Ok(Of { value: loaded.value.into(), id: loaded.id })
    }
    fn vec_store(&mut self, addr: Of<u32>, value: V, bytes: u32, align: Align) -> Result<(), Stopped> {
        self.aligned(addr.value, 1, align, Access::Write)?;
        self.put(addr, bytes, value.value as u64, value.id)
    }
}
