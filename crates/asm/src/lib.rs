//! The assembler: text to instructions, data and an object, in stages that can be looked at.
//!
//! ```text
//! source -> lexer, parser of a dialect -> ast -> build -> hir -> layout -> lir -> output
//! ```
//!
//! - [`source`] holds the texts, [`diag`] what is said about them. Nothing here reads a file: `.include` and its
//!   like ask a [`source::Loader`].
//! - [`ast`] is what was written, statement by statement.
//! - [`build`] is the one door to the [`hir`]: both dialects call it to place labels, instructions and data. The
//!   operands of an instruction are handed over as [`skink_isa::syntax::Atom`]s, and the syntax templates of the
//!   instruction table decide what they mean.
//! - The layout decides sizes and addresses and leaves the [`lir`]: bytes, relocations, symbols.
//!
//! The room knows text and encodings. It knows no memory, no processor and no operating system.
#![forbid(unsafe_code)]

pub mod ast;
pub mod build;
pub mod debug;
pub mod diag;
pub mod dialect;
pub mod emit;
pub mod encode;
mod explain;
pub mod expr;
pub mod flat;
pub mod flow;
mod fragments;
pub mod gnu;
pub mod hir;
pub mod insn;
pub mod layout;
pub mod link;
pub mod lir;
pub mod manchester;
mod near;
pub mod object;
pub mod pool;
pub mod source;
mod subsections;
pub mod symbol;

pub use diag::{Diagnostic, Diagnostics, Severity};
pub use dialect::{Dialect, detect};
pub use source::{FileId, Loader, Sources, Span};
