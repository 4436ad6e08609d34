//! What was written, statement by statement: nothing is expanded, nothing is looked up, comments are kept.
//!
//! A dialect's parser yields [`Stmt`]s one at a time. They hold places in the text rather than copies of it, so
//! that a file of any length costs a statement's memory.

use crate::source::{FileId, Sources, Span};
use std::fmt::Write;

/// A token's kind; the text is the span's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A word: mnemonic, name, directive, register.
    Word,
    /// A number.
    Number,
    /// A floating-point number.
    Float,
    /// A string with its delimiters.
    String,
    /// A character constant.
    Char,
    /// One or more characters of punctuation.
    Punct,
    /// A comment.
    Comment,
    /// What is none of these.
    Unknown,
}

/// A token: its kind and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// What kind of statement it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StmtKind {
    /// A label; `name` is its name.
    Label,
    /// A name that is given a value: `name = rest`.
    Assign,
    /// A directive and its arguments.
    Directive,
    /// A mnemonic and its operands.
    Insn,
    /// A comment.
    Comment,
}

/// A statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Which text it is of.
    pub file: FileId,
    /// Label, directive or mnemonic, first byte and the one after the last.
    pub name: (u32, u32),
    /// Operands or arguments, without the comment.
    pub rest: (u32, u32),
}

impl Stmt {
    /// The span of the whole.
    pub fn span(&self) -> Span {
        Span { file: self.file, start: self.name.0, end: self.name.1.max(self.rest.1) }
    }

    /// The span of the name.
    pub fn name_span(&self) -> Span {
        Span { file: self.file, start: self.name.0, end: self.name.1 }
    }

    /// The span of the operands or arguments.
    pub fn rest_span(&self) -> Span {
        Span { file: self.file, start: self.rest.0, end: self.rest.1 }
    }

    /// Writes it for `--emit ast`.
    pub fn print(&self, out: &mut String, sources: &Sources) {
        let text = |span| String::from_utf8_lossy(sources.slice(span)).into_owned();
        let (line, column) = sources.line_column(self.file, self.name.0);
        let _ = write!(out, "{line}:{column} {:?} {:?}", self.kind, text(self.name_span()));
        if self.rest.1 > self.rest.0 {
            let _ = write!(out, " {:?}", text(self.rest_span()));
        }
        out.push('\n');
    }
}
