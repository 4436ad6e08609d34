//! The ARMv7-A instruction sets as one table: decoding, encoding and disassembly.
//!
//! A row of the table ([`Row`], made by the `rows!` macro in the files under `a32`, `t32`, ...) is
//! one encoding: its bit pattern, the operation it stands for, how its operands are packed, its UAL
//! syntax, the architecture version and the manual's section. Rows of A32 and T32 that do the same
//! share one [`Op`].
//!
//! This room knows no memory and no source text, and imports nothing.
//! "The manual" is the ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition, DDI 0406C.
#![forbid(unsafe_code)]

mod a32;
pub mod codec;
mod decode;
pub mod draw;
pub mod op;
pub mod operand;
pub mod pattern;
pub mod print;
pub mod read;
pub mod row;
pub mod simd;
mod special;
pub mod syntax;
mod t32;
mod table;
mod template;
pub mod unpredictable;

pub use decode::{Insn, decode_a32, decode_t16, decode_t32, encode, is_t32, t32_of_a32};
pub use op::Op;
pub use operand::{Cond, Reg};
pub use pattern::Pattern;
pub use row::{Arch, Context, Row, Set};
pub use table::ROWS;
