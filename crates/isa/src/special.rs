//! The operand types of single groups of instructions: media, status registers, barriers, coprocessors.
//!
//! They are named through [`crate::operand`], which holds the common ones.

use crate::operand::{Cond, Index, Operand, PrintContext, Shift, write_shift};
use std::fmt;

/// A shift of a register by a constant, printed with its comma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImmShift {
    /// How.
    pub shift: Shift,
    /// By how much, as in [`Operand2::Reg`].
    pub amount: u8,
}

impl Operand for ImmShift {
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        write_shift(out, self.shift, self.amount)
    }
}

/// A rotation by 0, 8, 16 or 24 bits, printed with its comma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rotate(pub u8);

impl Operand for Rotate {
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        if self.0 == 0 { Ok(()) } else { write!(out, ", ror #{}", self.0) }
    }
}

/// The arithmetic of a parallel addition or subtraction (ARM ARM A4.4.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum ParallelKind {
    Signed = 1,
    SignedSaturating,
    SignedHalving,
    Unsigned = 5,
    UnsignedSaturating,
    UnsignedHalving,
}

impl Operand for ParallelKind {
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        out.write_str(match self {
            ParallelKind::Signed => "s",
            ParallelKind::SignedSaturating => "q",
            ParallelKind::SignedHalving => "sh",
            ParallelKind::Unsigned => "u",
            ParallelKind::UnsignedSaturating => "uq",
            ParallelKind::UnsignedHalving => "uh",
        })
    }
}

/// Which lanes a parallel operation adds and subtracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ParallelOp {
    Add16,
    Asx,
    Sax,
    Sub16,
    Add8,
    Sub8,
}

impl Operand for ParallelOp {
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        out.write_str(match self {
            ParallelOp::Add16 => "add16",
            ParallelOp::Asx => "asx",
            ParallelOp::Sax => "sax",
            ParallelOp::Sub16 => "sub16",
            ParallelOp::Add8 => "add8",
            ParallelOp::Sub8 => "sub8",
        })
    }
}

/// What an extension takes from its register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExtendOp {
    /// Zero-extended rather than sign-extended.
    pub unsigned: bool,
    /// What part.
    pub part: ExtendPart,
}

/// The part of a register that is extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ExtendPart {
    Byte,
    TwoBytes,
    Half,
}

impl Operand for ExtendOp {
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        out.write_str(match self.part {
            ExtendPart::Byte => "b",
            ExtendPart::TwoBytes => "b16",
            ExtendPart::Half => "h",
        })
    }
    /// Whether it is unsigned.
    fn is_set(&self) -> bool {
        self.unsigned
    }
}

/// The conditions of an IT block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ItBlock {
    /// The first instruction's condition.
    pub firstcond: Cond,
    /// The four mask bits: not zero; the lowest set bit ends the block, those above it that equal
    /// bit 0 of the first condition are "then".
    pub mask: u8,
}

impl Operand for ItBlock {
    /// Writes the first condition, or with `{block:mask}` the letters behind `it`.
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        if cx.spec != "mask" {
            return out.write_str(if self.firstcond == Cond::Al { "al" } else { self.firstcond.suffix() });
        }
        let count = 3 - self.mask.trailing_zeros();
        (0..count).try_for_each(|i| {
            let then = self.mask >> (3 - i) & 1 == self.firstcond as u8 & 1;
            out.write_str(if then { "t" } else { "e" })
        })
    }
}

/// How far a PC-relative load reaches, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Literal(pub u16);

impl Operand for Literal {
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

/// The addressing mode of LDM and STM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MultiMode {
    /// Addresses ascend from Rn.
    pub increment: bool,
    /// Rn itself is not used.
    pub before: bool,
}

impl Operand for MultiMode {
    /// Writes the mode; with `{mode:opt}` nothing for IA, which goes without saying.
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        out.write_str(match (self.increment, self.before) {
            (true, false) if cx.spec == "opt" => "",
            (true, false) => "ia",
            (true, true) => "ib",
            (false, false) => "da",
            (false, true) => "db",
        })
    }
}

/// The fields that MSR writes, bits 3-0 being f, s, x, c.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PsrMask(pub u8);

impl Operand for PsrMask {
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        for (bit, name) in [(8, 'f'), (4, 's'), (2, 'x'), (1, 'c')] {
            if self.0 & bit != 0 {
                out.write_char(name)?;
            }
        }
        Ok(())
    }
}

/// The option of a barrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BarrierOption(pub u8);

impl Operand for BarrierOption {
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        if cx.spec == "#" {
            return write!(out, "#{}", self.0);
        }
        let name = match self.0 {
            15 => "sy",
            14 => "st",
            11 => "ish",
            10 => "ishst",
            7 => "un",
            6 => "unst",
            3 => "osh",
            2 => "oshst",
            n => return write!(out, "#{n}"),
        };
        out.write_str(name)
    }
}

/// The address of LDC and STC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CoprocAddr {
    /// `[Rn, #imm]`, `[Rn, #imm]!`, `[Rn], #imm`, in bytes.
    Offset {
        /// The magnitude.
        value: u16,
        /// Added rather than subtracted.
        add: bool,
        /// The indexing.
        index: Index,
    },
    /// `[Rn], {option}`.
    Option(u8),
}

impl Operand for CoprocAddr {
    /// Writes what stands behind `[Rn`.
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        match *self {
            CoprocAddr::Offset { value: 0, add: true, index: Index::Offset } => out.write_str("]"),
            CoprocAddr::Offset { value, add, index } => {
                let sign = if add { "" } else { "-" };
                match index {
                    Index::Offset => write!(out, ", #{sign}{value}]"),
                    Index::Pre => write!(out, ", #{sign}{value}]!"),
                    Index::Post => write!(out, "], #{sign}{value}"),
                }
            }
            CoprocAddr::Option(n) => write!(out, "], {{{n}}}"),
        }
    }
}

/// A bit field, printed as `#lsb, #width`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BitField {
    /// The lowest bit.
    pub lsb: u8,
    /// The number of bits, at least 1.
    pub width: u8,
}

impl Operand for BitField {
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        write!(out, "#{}, #{}", self.lsb, self.width)
    }
}
