//! What a debugger knows of a program.
//!
//! - [`Program`]: the loaded modules; names, source lines, functions and variables of their addresses.
//! - [`Program::unwind`]: the call stack, [`Frame`] by frame.
//! - [`Variable`], [`Type`], [`Value`]: what DWARF says of data, written as gdb does.
//! - [`Expression`]: what somebody types, over registers, memory, labels and variables.
//! - [`explain()`]: what the next instruction will do.
//! - [`checks`]: mistakes that are seen while a program runs.
//!
//! This room only knows: it reads files that it is given and memory through [`ReadMemory`], and changes neither.
//! Who stops the program, and where, is `debug`'s concern. A file that lies or is cut short costs what it would
//! have told, never a panic.
#![forbid(unsafe_code)]

mod assembled;
pub mod checks;
mod dwarf;
mod elf;
mod explain;
mod expression;
mod flow;
mod functions;
mod lines;
mod location;
mod memory;
mod module;
mod plt;
mod program;
mod symbols;
mod types;
mod unwind;
mod variables;

pub use assembled::{Assembled, Label, SourceFile, SourceLine};
pub use elf::NotElf;
pub use explain::{
    Addressing, Branch, Condition, Explanation, MemoryAccess, Read, Register, Rules, Written, explain,
    explain_by,
};
pub use expression::{Context, Expression, ExpressionError};
pub use location::Missing;
pub use memory::ReadMemory;
pub use module::Module;
pub use plt::{PltEntry, is_thumb_stub, plt_entries};
pub use program::{Function, Line, Location, Program, SymbolAt};
pub use symbols::{Contents, Place};
pub use types::{Data, Encoding, Format, Link, Member, Type, Value};
pub use unwind::{Found, Frame, Limits, Registers};
pub use variables::Variable;
