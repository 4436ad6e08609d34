//! The operand structs of VFP and Advanced SIMD operations, and the enums that tell the members of
//! a family of operations apart.

use super::operand::*;
use crate::op::operands;
use crate::operand::{Address, MultiMode, Operand, PrintContext, Reg};
use crate::syntax::{Read, Reader};
use std::fmt;

macro_rules! families {
    ($( $(#[$meta:meta])* $name:ident { $( $(#[$vmeta:meta])* $variant:ident ),* $(,)? } )*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)] // the variants are the mnemonics without their V
        pub enum $name { $( $(#[$vmeta])* $variant ),* }

        impl Operand for $name {
            fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
                out.write_str(match self { $( $name::$variant => stringify!($variant) ),* })
            }
        }

        /// The mnemonic says it, and the row has it as a constant.
        impl Read for $name {
            fn read(_: &mut Option<$name>, _: &mut Reader<'_>, _: &str) -> Option<()> { None }
        }
    )* };
}

families! {
    /// VFP operations on two numbers.
    FpBinary { Add, Sub, Mul, Nmul, Div }
    /// VFP multiplies that accumulate; those with an F round once.
    FpMulAdd { Mla, Mls, Nmla, Nmls, Fma, Fms, Fnma, Fnms }
    /// VFP operations on one number.
    FpUnary { Mov, Abs, Neg, Sqrt }
    /// Operations on two vectors, element by element or (P...) on adjacent elements.
    VecBinary {
        Hadd, Rhadd, Qadd, Hsub, Qsub, Add, Sub, Mul, Max, Min, Abd, Tst, Ceq, Cge, Cgt, Acge, Acgt,
        Qdmulh, Qrdmulh, Recps, Rsqrts, And, Bic, Orr, Orn, Eor, Padd, Pmax, Pmin,
    }
    /// Operations on two vectors that accumulate into a third; those with an F round once.
    VecAccumulate { Mla, Mls, Aba, Fma, Fms }
    /// Selections by the bits of a vector.
    VecSelect { Bsl, Bit, Bif }
    /// Shifts by the elements of a vector, negative ones to the right.
    VecShift { Shl, Qshl, Rshl, Qrshl }
    /// Operations whose results have twice the width of their operands.
    VecLong { Add, Sub, Abd, Mul, Qdmul, Aba, Mla, Mls, Qdmla, Qdmls }
    /// Shifts by a constant.
    VecShiftImm { Shr, Sra, Rshr, Rsra, Sri, Shl, Sli, Qshl, Qshlu }
    /// Shifts to the right by a constant whose results have half the width.
    VecShiftNarrow { Shrn, Rshrn, Qshrn, Qrshrn, Qshrun, Qrshrun }
    /// Operations on one vector.
    VecUnary {
        Rev64, Rev32, Rev16, Cls, Clz, Cnt, Mvn, Qabs, Qneg, Abs, Neg, Recpe, Rsqrte,
        /// Greater than zero.
        Cgtz,
        /// Greater than or equal to zero.
        Cgez,
        /// Equal to zero.
        Ceqz,
        /// Less than or equal to zero.
        Clez,
        /// Less than zero.
        Cltz,
    }
    /// Permutations of two registers.
    VecPermute { Swp, Trn, Uzp, Zip }
    /// Operations with results of half the width.
    VecNarrow { Movn, Qmovn, Qmovun }
    /// What is done with a modified immediate constant.
    VecImmOp { Mov, Mvn, Orr, Bic }
}

operands! {
    /// `op{c}.F32/F64 Vd, Vn, Vm`.
    FpBinaryArgs { what: FpBinary, vd: ExtReg, vn: ExtReg, vm: ExtReg }
    /// `VMLA{c}.F32/F64 Vd, Vn, Vm` and its like.
    FpMulAddArgs { what: FpMulAdd, vd: ExtReg, vn: ExtReg, vm: ExtReg }
    /// `op{c}.F32/F64 Vd, Vm`.
    FpUnaryArgs { what: FpUnary, vd: ExtReg, vm: ExtReg }
    /// `VMOV{c}.F32/F64 Vd, #imm`.
    FpMovImmArgs { vd: ExtReg, imm: FloatImm }
    /// `VCMP{E}{c}.F32/F64 Vd, Vm`; `e` also signals quiet NaNs.
    FpCmpArgs { e: bool, vd: ExtReg, vm: ExtReg }
    /// `VCMP{E}{c}.F32/F64 Vd, #0.0`.
    FpCmpZeroArgs { e: bool, vd: ExtReg }
    /// `VCVT{c}.F64.F32 Dd, Sm` and the opposite.
    FpConvertArgs { vd: ExtReg, vm: ExtReg }
    /// `VCVTB/VCVTT{c}.F16.F32 Sd, Sm` and the opposite.
    FpHalfArgs { top: bool, to_half: bool, vd: ExtReg, vm: ExtReg }
    /// `VCVT{c}.F32/F64.S32/U32 Vd, Sm`.
    FpFromIntArgs { signed: bool, vd: ExtReg, vm: ExtReg }
    /// `VCVT{R}{c}.S32/U32.F32/F64 Sd, Vm`; VCVTR, `zero` false, rounds as FPSCR says.
    FpToIntArgs { signed: bool, zero: bool, vd: ExtReg, vm: ExtReg }
    /// `VCVT{c}.F32.S16 Vd, Vd, #fbits` and its like, both ways.
    FpFixedArgs { to_fixed: bool, vd: ExtReg, fixed: ShiftImm }
    /// `VLDR/VSTR{c} Vd, [Rn, #imm]`.
    ExtLoadStore { vd: ExtReg, addr: Address }
    /// `VLDM/VSTM{mode}{c} Rn{!}, list`; `x` moves an unused word more (FLDMX, FSTMX).
    ExtLoadStoreMulti { mode: MultiMode, wback: bool, rn: Reg, list: ExtList, x: bool }
    /// `VMOV{c} Sn, Rt` and the opposite.
    MoveCoreSingle { to_core: bool, rt: Reg, vn: ExtReg }
    /// `VMOV{c} Sm, Sm1, Rt, Rt2`, `VMOV{c} Dm, Rt, Rt2` and the opposites.
    MoveCorePair { to_core: bool, rt: Reg, rt2: Reg, vm: ExtReg }
    /// `VMOV{c}.size Dd[x], Rt`.
    MoveCoreToScalar { lane: Lane, vd: Scalar, rt: Reg }
    /// `VMOV{c}.type Rt, Dn[x]`.
    MoveScalarToCore { ty: DataType, rt: Reg, vn: Scalar }
    /// `VDUP{c}.size Vd, Rt`.
    DupCore { lane: Lane, vd: ExtReg, rt: Reg }
    /// `VMRS{c} Rt, reg` and `VMSR{c} reg, Rt`.
    MoveFpSys { reg: FpSysReg, rt: Reg }
    /// `op.type Vd, Vn, Vm`.
    VecBinaryArgs { what: VecBinary, ty: DataType, vd: ExtReg, vn: ExtReg, vm: VecArg }
    /// `op.type Vd, Vn, Vm`, accumulating.
    VecAccumulateArgs { what: VecAccumulate, ty: DataType, vd: ExtReg, vn: ExtReg, vm: VecArg }
    /// `VBSL/VBIT/VBIF Vd, Vn, Vm`.
    VecSelectArgs { what: VecSelect, vd: ExtReg, vn: ExtReg, vm: ExtReg }
    /// `VSHL.type Vd, Vm, Vn` and its like.
    VecShiftArgs { what: VecShift, ty: DataType, vd: ExtReg, vm: ExtReg, vn: ExtReg }
    /// `op.type Qd, Dn, Dm`; the type is that of the operands.
    VecLongArgs { what: VecLong, ty: DataType, vd: ExtReg, vn: ExtReg, vm: VecArg }
    /// `VADDW/VSUBW.type Qd, Qn, Dm`; the type is Dm's.
    VecWideArgs { sub: bool, ty: DataType, vd: ExtReg, vn: ExtReg, vm: ExtReg }
    /// `V{R}ADDHN/V{R}SUBHN.type Dd, Qn, Qm`; the type is that of the operands.
    VecHighNarrowArgs { sub: bool, round: bool, ty: DataType, vd: ExtReg, vn: ExtReg, vm: ExtReg }
    /// `op.type Vd, Vm, #imm`.
    VecShiftImmArgs { what: VecShiftImm, vd: ExtReg, vm: ExtReg, shift: ShiftImm }
    /// `op.type Dd, Qm, #imm`; the type is Qm's.
    VecShiftNarrowArgs { what: VecShiftNarrow, vd: ExtReg, vm: ExtReg, shift: ShiftImm }
    /// `VSHLL.type Qd, Dm, #imm`, and VMOVL where that is 0; the type is Dm's.
    VecShiftLongArgs { vd: ExtReg, vm: ExtReg, shift: ShiftImm }
    /// `VCVT.F32.S32/U32 Vd, Vm, #fbits` and the opposite; 0 is VCVT to and from integers.
    VecFixedArgs { to_fixed: bool, unsigned: bool, vd: ExtReg, vm: ExtReg, fbits: u8 }
    /// `VCVT.F16.F32 Dd, Qm` and the opposite.
    VecHalfArgs { to_half: bool, vd: ExtReg, vm: ExtReg }
    /// `op.type Vd, Vm`.
    VecUnaryArgs { what: VecUnary, ty: DataType, vd: ExtReg, vm: ExtReg }
    /// `VPADDL.type Vd, Vm`, and VPADAL, which accumulates.
    VecPairLongArgs { accumulate: bool, ty: DataType, vd: ExtReg, vm: ExtReg }
    /// `VSWP/VTRN/VUZP/VZIP.size Vd, Vm`: both registers are written.
    VecPermuteArgs { what: VecPermute, lane: Lane, vd: ExtReg, vm: ExtReg }
    /// `op.type Dd, Qm`; the type is Qm's.
    VecNarrowArgs { what: VecNarrow, ty: DataType, vd: ExtReg, vm: ExtReg }
    /// `VEXT.8 Vd, Vn, Vm, #imm`.
    VecExtractArgs { vd: ExtReg, vn: ExtReg, vm: ExtReg, imm: u8 }
    /// `VTBL/VTBX.8 Dd, list, Dm`; `x` leaves elements whose index is out of range.
    VecTableArgs { x: bool, vd: ExtReg, list: ExtList, vm: ExtReg }
    /// `VDUP.size Vd, Dm[x]`.
    VecDupArgs { lane: Lane, vd: ExtReg, vm: Scalar }
    /// `VMOV/VMVN/VORR/VBIC.type Vd, #imm`.
    VecImmArgs { what: VecImmOp, vd: ExtReg, imm: SimdImm }
    /// `VLDn/VSTn.size list, [Rn{:align}]{!|, Rm}`: structures of `n` elements.
    VecStructArgs { n: u8, access: StructAccess }
}
