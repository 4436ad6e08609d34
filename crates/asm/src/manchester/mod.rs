//! The assembly language that the University of Manchester teaches with: aasm's, and what eremius adds to it.
//!
//! ```text
//! lines -> lex, parse -> tree -> assemble (passes until addresses settle) -> HIR, LIR, memory image
//! ```
//!
//! - `lex` and `parse` read a line into the `tree`, by hand, since what a character means depends on
//!   where it stands; `operand` and `expr` are their parts.
//! - `assemble` walks over the lines until every name has its final value. `pseudo` takes the
//!   instructions, of which most go on to `insn`, which asks the instruction table what operands mean; `directive`
//!   does the rest. All of them work on the `state`, which knows none of them.
//! - `emit` builds the HIR that the other dialect builds too. There is no linker here: ORG decides addresses, so
//!   the LIR has no relocations.
//! - `warn` says what assembles and surprises; `explain` of this crate says why an instruction is refused.
#![allow(clippy::result_large_err, reason = "an error ends its line, so its size does not matter")]

mod assemble;
mod directive;
mod emit;
mod expr;
mod image;
mod insn;
mod lex;
mod literals;
mod lower;
mod names;
mod operand;
mod parse;
mod pseudo;
mod state;
mod symbols;
mod tree;
mod warn;
mod words;

use crate::ast::{Stmt, StmtKind, Token};
use crate::diag::Diagnostics;
use crate::flat::Flat;
use crate::hir::Program;
use crate::lir::Object;
use crate::source::{FileId, Loader, Sources};

/// A program, in all its stages.
#[derive(Debug)]
pub struct Assembly {
    /// The tokens of all lines that were read.
    pub tokens: Vec<(FileId, Token)>,
    /// What was written, without the lines that conditional assembly left out.
    pub stmts: Vec<Stmt>,
    /// With symbols.
    pub program: Program,
    /// Without.
    pub object: Object,
    /// The memory image. Made also of a program with errors, of what is right in it.
    pub flat: Flat,
    /// What there is to say.
    pub diags: Diagnostics,
}

/// Assembles a file of `sources` into memory.
pub fn assemble(sources: &mut Sources, file: FileId, loader: &dyn Loader) -> Assembly {
    whole(state::Assembler::new(sources, file, loader), file)
}

/// Assembles a file for a linker, which decides addresses: [`Flat::relocatable`] makes an object of it. Addresses
/// that `LDR Rd, =label` loads are in the literal pool always.
pub fn assemble_relocatable(sources: &mut Sources, file: FileId, loader: &dyn Loader) -> Assembly {
    let mut asm = state::Assembler::new(sources, file, loader);
    asm.relocatable = true;
    whole(asm, file)
}

fn whole(mut asm: state::Assembler<'_>, file: FileId) -> Assembly {
    asm.run();
    warn::warn(&mut asm, file);
    let flat = asm.flat();
    let stmts = asm.stmts.iter().flat_map(statements).collect();
    let object = asm.emitter.object();
    Assembly {
        tokens: asm.tokens,
        stmts,
        program: asm.emitter.builder.program,
        object,
        flat,
        diags: asm.diags,
    }
}

/// A line's statements as `--emit ast` shows them.
fn statements(stmt: &state::Stmt) -> Vec<Stmt> {
    let mut found = Vec::new();
    for label in &stmt.line.labels {
        let (name, at) = ((label.span.start, label.span.end), label.span.end);
        found.push(Stmt { kind: StmtKind::Label, file: label.span.file, name, rest: (at, at) });
    }
    if let Some(item) = &stmt.line.item {
        let kind = match item.kind {
            tree::ItemKind::Insn(..) => StmtKind::Insn,
            tree::ItemKind::Directive(_) | tree::ItemKind::Broken => StmtKind::Directive,
        };
        let name = (item.name_span.start, item.name_span.end);
        found.push(Stmt { kind, file: item.span.file, name, rest: (name.1, item.span.end) });
    }
    if let Some(comment) = stmt.line.comment {
        let (name, at) = ((comment.start, comment.end), comment.end);
        found.push(Stmt { kind: StmtKind::Comment, file: comment.file, name, rest: (at, at) });
    }
    found
}
