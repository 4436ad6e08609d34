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
        let rest = text(self.rest_span());
        for (n, operand) in operands(&rest).into_iter().enumerate() {
            let _ = write!(out, "{} {operand:?}", if n == 0 { "" } else { "," });
        }
        out.push('\n');
    }
}

/// The operands of a statement: what commas part that stand in no brackets and in no string.
fn operands(text: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut start) = (0i32, None, 0);
    let mut found = Vec::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(_), '\\') => escaped = !escaped,
            (Some(open), _) if c == open && !escaped => quote = None,
            (Some(_), _) => escaped = false,
            (None, '"') => quote = Some(c),
            (None, '[' | '{' | '(') => depth += 1,
            (None, ']' | '}' | ')') => depth -= 1,
            (None, ',') if depth <= 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() || start > 0 {
        found.push(last);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_operands() {
        assert_eq!(
            operands(" r0, [r1, #4]!, \"a,\\\"b\", {r0, r1}"),
            ["r0", "[r1, #4]!", "\"a,\\\"b\"", "{r0, r1}"]
        );
        assert_eq!(operands("  "), [""; 0]);
        assert_eq!(operands("1,,"), ["1", "", ""]);
    }
}
