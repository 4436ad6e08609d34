//! Operands as plain values, and reading them by a row's syntax template: the way back of [`crate::print`].
//!
//! An assembler turns the text of an instruction's operands into [`Atom`]s. What they mean is decided by the
//! template of a row and by the operand types, so that an instruction's syntax is written once, in its row.

use crate::operand::Reg;
use crate::simd::operand::ExtReg;

/// A piece of an instruction's operands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Atom<'s> {
    /// A core register.
    Reg(Reg),
    /// A register of VFP or Advanced SIMD.
    Ext(ExtReg),
    /// A number.
    Num {
        /// Its value.
        value: i64,
        /// Whether a `#` stood before it.
        hash: bool,
        /// Whether it was written with a minus: `#-0` is not `#0` in an address.
        minus: bool,
    },
    /// A floating-point number.
    Float {
        /// Its value.
        value: f64,
        /// Whether a `#` stood before it.
        hash: bool,
    },
    /// An expression whose value is not known yet, or not needed; the number is the caller's.
    Expr {
        /// Which one.
        index: u32,
        /// Whether a `#` stood before it.
        hash: bool,
    },
    /// A word that is no register: a shift, a condition, a system register, a label.
    Name(&'s str),
    /// One of `, [ ] { } ! ^ - : =`.
    Punct(u8),
}
