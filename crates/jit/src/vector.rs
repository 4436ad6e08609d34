//! Vectors: none has nodes yet, so every VFP and Advanced SIMD instruction is one for the interpreter.

use crate::build::{IrBuilder, Never};
use crate::ir::Val;
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{DataType, ExtReg, Lane};
use skink_semantics::{Align, Precision, RoundBy, Shape, VectorBuilder};

impl VectorBuilder for IrBuilder {
    type Vec = ();
    fn ext_reg(&mut self, _: ExtReg) {
        self.interpret = true;
    }
    fn set_ext_reg(&mut self, _: ExtReg, _: ()) {
        self.interpret = true;
    }
    fn no_short_vectors(&mut self, ) -> Result<(), Never> {
        self.interpret = true;
        Ok(())
    }
    fn vec_const(&mut self, _: u64, _: u64) {
        self.interpret = true;
    }
    fn vec_of_word(&mut self, _: Val) {
        self.interpret = true;
    }
    fn vec_get(&mut self, _: (), _: DataType, _: u8) -> Val {
        self.none_word()
    }
    fn vec_insert(&mut self, _: (), _: Lane, _: u8, _: ()) {
        self.interpret = true;
    }
    fn vec_dup(&mut self, _: (), _: Lane, _: u8) {
        self.interpret = true;
    }
    fn vec_binary(&mut self, _: VecBinary, _: Shape, _: (), _: ()) {
        self.interpret = true;
    }
    fn vec_unary(&mut self, _: VecUnary, _: Shape, _: ()) {
        self.interpret = true;
    }
    fn vec_fma(&mut self, _: Shape, _: (), _: (), _: ()) {
        self.interpret = true;
    }
    fn vec_shift(&mut self, _: VecShift, _: Shape, _: (), _: ()) {
        self.interpret = true;
    }
    fn vec_shift_imm(&mut self, _: VecShiftImm, _: Shape, _: (), _: u8) {
        self.interpret = true;
    }
    fn vec_shift_narrow(&mut self, _: VecShiftNarrow, _: DataType, _: (), _: u8) {
        self.interpret = true;
    }
    fn vec_narrow(&mut self, _: VecNarrow, _: DataType, _: ()) {
        self.interpret = true;
    }
    fn vec_widen(&mut self, _: DataType, _: ()) {
        self.interpret = true;
    }
    fn vec_mul_long(&mut self, _: DataType, _: (), _: ()) {
        self.interpret = true;
    }
    fn vec_qdmul_long(&mut self, _: DataType, _: (), _: ()) {
        self.interpret = true;
    }
    fn vec_pair_long(&mut self, _: Shape, _: ()) {
        self.interpret = true;
    }
    fn vec_permute(&mut self, _: VecPermute, _: Lane, _: bool, _: (), _: ()) -> ((), ()) {
        self.interpret = true;
        ((), ())
    }
    fn vec_extract(&mut self, _: bool, _: (), _: (), _: u8) {
        self.interpret = true;
    }
    fn vec_table(&mut self, _: [(); 4], _: u8, _: (), _: ()) {
        self.interpret = true;
    }
    fn vec_fixed(&mut self, _: bool, _: bool, _: u8, _: bool, _: ()) {
        self.interpret = true;
    }
    fn vec_half(&mut self, _: bool, _: ()) {
        self.interpret = true;
    }
    fn vec_deinterleave(&mut self, _: u8, _: Lane, _: [(); 4]) -> [(); 4] {
        self.interpret = true;
        [(); 4]
    }
    fn vec_interleave(&mut self, _: u8, _: Lane, _: [(); 4]) -> [(); 4] {
        self.interpret = true;
        [(); 4]
    }
    fn fp_binary(&mut self, _: FpBinary, _: Precision, _: (), _: ()) {
        self.interpret = true;
    }
    fn fp_unary(&mut self, _: FpUnary, _: Precision, _: ()) {
        self.interpret = true;
    }
    fn fp_fma(&mut self, _: Precision, _: (), _: (), _: ()) {
        self.interpret = true;
    }
    fn fp_compare(&mut self, _: Precision, _: bool, _: (), _: ()) {
        self.interpret = true;
    }
    fn fp_convert(&mut self, _: Precision, _: ()) {
        self.interpret = true;
    }
    fn fp_half(&mut self, _: bool, _: ()) {
        self.interpret = true;
    }
    fn fp_from_fixed(&mut self, _: Precision, _: DataType, _: u8, _: RoundBy, _: ()) {
        self.interpret = true;
    }
    fn fp_to_fixed(&mut self, _: Precision, _: DataType, _: u8, _: RoundBy, _: ()) {
        self.interpret = true;
    }
    fn vec_load(&mut self, _: Val, _: u32, _: Align) -> Result<(), Never> {
        self.interpret = true;
        Ok(())
    }
    fn vec_store(&mut self, _: Val, _: (), _: u32, _: Align) -> Result<(), Never> {
        self.interpret = true;
        Ok(())
    }
}
