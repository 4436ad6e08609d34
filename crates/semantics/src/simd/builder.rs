//! The vocabulary that VFP and Advanced SIMD instructions are explained in.

use super::transfer::set_nzcv;
use crate::builder::{Align, Builder, SysReg};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{DataType, ExtReg, Lane};

/// What a vector consists of, and whether it is a quadword. The high half of a doubleword's value
/// is unspecified in results and raises no exceptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The elements.
    pub ty: DataType,
    /// 128 bits rather than 64.
    pub q: bool,
}

impl Shape {
    /// The shape of a register's contents.
    pub fn of(ty: DataType, r: ExtReg) -> Shape {
        Shape { ty, q: matches!(r, ExtReg::Q(_)) }
    }

    /// A quadword of elements.
    pub fn quad(ty: DataType) -> Shape {
        Shape { ty, q: true }
    }
}

/// The precision of a VFP operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Precision {
    Single,
    Double,
}

impl Precision {
    /// That of a register.
    pub fn of(r: ExtReg) -> Precision {
        if r.is_d() { Precision::Double } else { Precision::Single }
    }
}

/// How a VFP conversion from or to fixed-point numbers rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundBy {
    /// As FPSCR says.
    Fpscr,
    /// To nearest, ties to even.
    Nearest,
    /// Towards zero.
    Zero,
}

/// The primitives on vectors and floating-point numbers.
///
/// `Vec` is a value of 128 bits, of which a doubleword or a single VFP number is the lowest part.
/// Operations named `fp_` work on that lowest part by the control bits of FPSCR; operations named
/// `vec_` treat all elements, floating-point ones by the standard FPSCR value (ARM ARM A2.7.2:
/// StandardFPSCRValue). Both add to FPSCR's cumulative exception bits, saturating ones to QC.
pub trait VectorBuilder: Builder {
    /// A 128-bit value.
    type Vec: Copy;

    // Registers.
    /// An S, D or Q register, zero-extended.
    fn ext_reg(&mut self, r: ExtReg) -> Self::Vec;
    /// Writes an S, D or Q register from the lowest part.
    fn set_ext_reg(&mut self, r: ExtReg, value: Self::Vec);
    /// UNDEFINED where FPSCR.LEN or STRIDE asks for short vectors, which Cortex-A15 does not have
    /// (its MVFR0.FPShVec is 0; B4.1.111) and qemu-arm refuses in the same way.
    fn no_short_vectors(&mut self) -> Result<(), Self::Stop>;
    /// Copies FPSCR's NZCV to the condition flags.
    fn flags_from_fpscr(&mut self) {
        let fpscr = self.sys(SysReg::Fpscr);
        set_nzcv(self, fpscr);
    }

    // Between words and vectors.
    /// A constant, low half first.
    fn vec_const(&mut self, low: u64, high: u64) -> Self::Vec;
    /// A word as the lowest part, zero-extended.
    fn vec_of_word(&mut self, value: Self::Word) -> Self::Vec;
    /// Element `index`, sign- or zero-extended to a word.
    fn vec_get(&mut self, value: Self::Vec, ty: DataType, index: u8) -> Self::Word;
    /// Element `index` replaced by the lowest part of another vector.
    fn vec_insert(&mut self, value: Self::Vec, lane: Lane, index: u8, element: Self::Vec) -> Self::Vec;
    /// Element `index` in all places.
    fn vec_dup(&mut self, value: Self::Vec, lane: Lane, index: u8) -> Self::Vec;

    // Vectors.
    /// An operation on two vectors; pairwise ones take doublewords.
    fn vec_binary(&mut self, op: VecBinary, shape: Shape, a: Self::Vec, b: Self::Vec) -> Self::Vec;
    /// An operation on one vector.
    fn vec_unary(&mut self, op: VecUnary, shape: Shape, a: Self::Vec) -> Self::Vec;
    /// `addend + a * b` rounded once, in single precision.
    fn vec_fma(&mut self, shape: Shape, addend: Self::Vec, a: Self::Vec, b: Self::Vec) -> Self::Vec;
    /// Shifts the elements of `a` by the signed low bytes of those of `by`, to the left if positive.
    fn vec_shift(&mut self, op: VecShift, shape: Shape, a: Self::Vec, by: Self::Vec) -> Self::Vec;
    /// Shr, Rshr, Shl, Qshl and Qshlu by a constant; the others are made of these.
    fn vec_shift_imm(&mut self, op: VecShiftImm, shape: Shape, a: Self::Vec, by: u8) -> Self::Vec;
    /// Shifts a quadword's elements right and keeps (or saturates to) half their width.
    fn vec_shift_narrow(&mut self, op: VecShiftNarrow, ty: DataType, a: Self::Vec, by: u8) -> Self::Vec;
    /// Keeps (or saturates to) half the width of a quadword's elements.
    fn vec_narrow(&mut self, op: VecNarrow, ty: DataType, a: Self::Vec) -> Self::Vec;
    /// Sign- or zero-extends a doubleword's elements to twice their width.
    fn vec_widen(&mut self, ty: DataType, a: Self::Vec) -> Self::Vec;
    /// Products of twice the width of two doublewords' elements; of polynomials too.
    fn vec_mul_long(&mut self, ty: DataType, a: Self::Vec, b: Self::Vec) -> Self::Vec;
    /// Doubled and saturated signed products of twice the width.
    fn vec_qdmul_long(&mut self, ty: DataType, a: Self::Vec, b: Self::Vec) -> Self::Vec;
    /// Sums of adjacent elements, of twice their width.
    fn vec_pair_long(&mut self, shape: Shape, a: Self::Vec) -> Self::Vec;
    /// VSWP, VTRN, VUZP, VZIP: both results.
    fn vec_permute(
        &mut self,
        op: VecPermute,
        lane: Lane,
        q: bool,
        a: Self::Vec,
        b: Self::Vec,
    ) -> (Self::Vec, Self::Vec);
    /// The bytes from `from` on of `a` and then `b`.
    fn vec_extract(&mut self, q: bool, a: Self::Vec, b: Self::Vec, from: u8) -> Self::Vec;
    /// For each byte of `index` that byte of the first `count` doublewords of the table; where there
    /// is none, the byte of `otherwise`.
    fn vec_table(
        &mut self,
        table: [Self::Vec; 4],
        count: u8,
        index: Self::Vec,
        otherwise: Self::Vec,
    ) -> Self::Vec;
    /// Single precision from 32-bit fixed-point numbers, to nearest, or to them, towards zero.
    fn vec_fixed(&mut self, to_fixed: bool, unsigned: bool, fbits: u8, q: bool, a: Self::Vec) -> Self::Vec;
    /// Half precision in a doubleword to single in a quadword, or the opposite.
    fn vec_half(&mut self, to_half: bool, a: Self::Vec) -> Self::Vec;
    /// Takes apart `n` doublewords of structures of `n` elements: the first elements, the second...
    fn vec_deinterleave(&mut self, n: u8, lane: Lane, a: [Self::Vec; 4]) -> [Self::Vec; 4];
    /// The opposite.
    fn vec_interleave(&mut self, n: u8, lane: Lane, a: [Self::Vec; 4]) -> [Self::Vec; 4];

    // VFP.
    /// Add, Sub, Mul, Div; Nmul is made of Mul and Neg.
    fn fp_binary(&mut self, op: FpBinary, p: Precision, a: Self::Vec, b: Self::Vec) -> Self::Vec;
    /// Abs, Neg, Sqrt (Mov is the value itself).
    fn fp_unary(&mut self, op: FpUnary, p: Precision, a: Self::Vec) -> Self::Vec;
    /// `addend + a * b` rounded once.
    fn fp_fma(&mut self, p: Precision, addend: Self::Vec, a: Self::Vec, b: Self::Vec) -> Self::Vec;
    /// Compares and writes FPSCR's NZCV; `quiet_too` makes quiet NaNs invalid.
    fn fp_compare(&mut self, p: Precision, quiet_too: bool, a: Self::Vec, b: Self::Vec);
    /// To the other precision.
    fn fp_convert(&mut self, from: Precision, a: Self::Vec) -> Self::Vec;
    /// Half precision in the lowest 16 bits to single, or the opposite.
    fn fp_half(&mut self, to_half: bool, a: Self::Vec) -> Self::Vec;
    /// From a 16- or 32-bit fixed-point number in the lowest bits.
    fn fp_from_fixed(
        &mut self,
        p: Precision,
        ty: DataType,
        fbits: u8,
        round: RoundBy,
        a: Self::Vec,
    ) -> Self::Vec;
    /// To a 16- or 32-bit fixed-point number, extended to the width of `p` as its sign says.
    fn fp_to_fixed(
        &mut self,
        p: Precision,
        ty: DataType,
        fbits: u8,
        round: RoundBy,
        a: Self::Vec,
    ) -> Self::Vec;

    // Memory.
    /// Loads 1, 2, 4 or 8 bytes, zero-extended.
    fn vec_load(&mut self, addr: Self::Word, bytes: u32, align: Align) -> Result<Self::Vec, Self::Stop>;
    /// Stores the lowest 1, 2, 4 or 8 bytes.
    fn vec_store(
        &mut self,
        addr: Self::Word,
        value: Self::Vec,
        bytes: u32,
        align: Align,
    ) -> Result<(), Self::Stop>;
}
