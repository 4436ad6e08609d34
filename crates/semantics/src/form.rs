//! The usual forms of operands, for which an interpreter has functions of their own.
//!
//! A form is a number that stands for what is alike in many operands: "a register, not shifted; flags
//! are not set". Where it is a constant the compiler drops what cannot be.

use skink_isa::op::*;
use skink_isa::operand::{Address, Index, ModImm, Offset, Operand2, Reg, Shift};
use skink_isa::simd::op::{ExtLoadStore, FpBinaryArgs, FpMulAddArgs};

/// No form in particular.
pub(crate) const ANY: u8 = u8::MAX;

/// Operands that have usual forms.
pub(crate) trait Form: Copy {
    /// The form of these operands: 0 to 7, or [`ANY`].
    fn form(&self) -> u8 {
        ANY
    }

    /// The operands once more, with all that the form says written as constants. They are of this form.
    #[inline(always)]
    fn assume<const FORM: u8>(&self) -> Self {
        *self
    }
}

/// 0: a constant; 1: a register; 2: shifted left; 3: shifted right, logically.
fn of_operand2(op2: &Operand2) -> u8 {
    match op2 {
        Operand2::Imm(_) => 0,
        Operand2::Reg { shift: Shift::Lsl, amount: 0, .. } => 1,
        Operand2::Reg { shift: Shift::Lsl, .. } => 2,
        Operand2::Reg { shift: Shift::Lsr, .. } => 3,
        _ => ANY,
    }
}

/// Made anew from its parts: of a copy the compiler would not see what is constant. An operand of another
/// form, which nobody asks for, becomes one of this form.
#[inline(always)]
fn assume_operand2<const FORM: u8>(op2: &Operand2) -> Operand2 {
    match FORM {
        0 => {
            let (value, carry) = match op2 {
                Operand2::Imm(imm) => (imm.value, imm.carry),
                _ => (0, None),
            };
            Operand2::Imm(ModImm { value, carry, raw: 0, a32: false })
        }
        1..=3 => {
            let (rm, amount) = match *op2 {
                Operand2::Reg { rm, amount, .. } => (rm, amount),
                _ => (Reg::SP, 0),
            };
            match FORM {
                1 => Operand2::Reg { rm, shift: Shift::Lsl, amount: 0 },
                2 => Operand2::Reg { rm, shift: Shift::Lsl, amount },
                _ => Operand2::Reg { rm, shift: Shift::Lsr, amount },
            }
        }
        _ => *op2,
    }
}

/// Those of the second operand, plus 4 where the flags are set.
fn with_flags(op2: &Operand2, s: bool) -> u8 {
    match of_operand2(op2) {
        ANY => ANY,
        form if s => form + 4,
        form => form,
    }
}

macro_rules! second_operand {
    ($($operands:ident),*) => { $(
        impl Form for $operands {
            fn form(&self) -> u8 {
                with_flags(&self.op2, self.s)
            }
            #[inline(always)]
            fn assume<const FORM: u8>(&self) -> Self {
                let (op2, s) = match FORM {
                    0 => (assume_operand2::<0>(&self.op2), false),
                    1 => (assume_operand2::<1>(&self.op2), false),
                    2 => (assume_operand2::<2>(&self.op2), false),
                    3 => (assume_operand2::<3>(&self.op2), false),
                    4 => (assume_operand2::<0>(&self.op2), true),
                    5 => (assume_operand2::<1>(&self.op2), true),
                    6 => (assume_operand2::<2>(&self.op2), true),
                    7 => (assume_operand2::<3>(&self.op2), true),
                    _ => (self.op2, self.s),
                };
                $operands { op2, s, ..*self }
            }
        }
    )* };
}

second_operand!(DataProc, DataMov);

impl Form for DataCmp {
    fn form(&self) -> u8 {
        of_operand2(&self.op2)
    }
    #[inline(always)]
    fn assume<const FORM: u8>(&self) -> Self {
        DataCmp { op2: assume_operand2::<FORM>(&self.op2), ..*self }
    }
}

impl Form for LoadStore {
    /// 0: base plus constant; 1: base minus constant; 2: constant added afterwards; 3: added before, with
    /// writeback; 4: base plus register; 5: base plus register shifted left.
    fn form(&self) -> u8 {
        match (self.addr.offset, self.addr.index) {
            (Offset::Imm { add: true, .. }, Index::Offset) => 0,
            (Offset::Imm { add: false, .. }, Index::Offset) => 1,
            (Offset::Imm { add: true, .. }, Index::Post) => 2,
            (Offset::Imm { add: true, .. }, Index::Pre) => 3,
            (Offset::Reg { add: true, shift: Shift::Lsl, amount: 0, .. }, Index::Offset) => 4,
            (Offset::Reg { add: true, shift: Shift::Lsl, .. }, Index::Offset) => 5,
            _ => ANY,
        }
    }
    #[inline(always)]
    fn assume<const FORM: u8>(&self) -> Self {
        let addr = &self.addr;
        let (offset, index) = match FORM {
            0..=3 => {
                let value = match addr.offset {
                    Offset::Imm { value, .. } => value,
                    Offset::Reg { .. } => 0,
                };
                let index = match FORM {
                    2 => Index::Post,
                    3 => Index::Pre,
                    _ => Index::Offset,
                };
                (Offset::Imm { value, add: FORM != 1 }, index)
            }
            4 | 5 => {
                let (rm, amount) = match addr.offset {
                    Offset::Reg { rm, amount, .. } => (rm, amount),
                    Offset::Imm { .. } => (Reg::SP, 0),
                };
                let amount = if FORM == 4 { 0 } else { amount };
                (Offset::Reg { rm, add: true, shift: Shift::Lsl, amount }, Index::Offset)
            }
            _ => (addr.offset, addr.index),
        };
        LoadStore { addr: Address { offset, index, ..*addr }, ..*self }
    }
}

macro_rules! no_forms {
    ($($operands:ident),* $(,)?) => { $( impl Form for $operands {} )* };
}

no_forms!(
    MovWide,
    Mul,
    Mla,
    MulLong,
    Extend,
    Bfx,
    Branch,
    BranchReg,
    Cbz,
    It,
    LoadLiteral,
    LoadStoreDual,
    LoadStoreMulti,
    PushPop,
    TableBranch,
    ExtLoadStore,
    FpBinaryArgs,
    FpMulAddArgs,
);
