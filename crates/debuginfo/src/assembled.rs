//! What an assembler knows of its output, for programs that are no ELF file.

use crate::lines::{LineTable, Row};
use crate::symbols::{Contents, Symbol, SymbolKind, Symbols};
use std::ops::Range;

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub name: String,
    /// Its address.
    pub addr: u32,
    /// Whether Thumb code begins there.
    pub thumb: bool,
}

/// A source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its name, as the user gave it.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The bytes that one source line made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceLine {
    /// The address of the first.
    pub addr: u32,
    /// How many.
    pub len: u32,
    /// The file, as an index into [`Assembled::sources`].
    pub source: usize,
    /// The line in it, from 1.
    pub line: u32,
    /// What they are.
    pub contents: Contents,
}

/// A program as an assembler leaves it: a module for [`crate::Module::assembled`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assembled {
    /// What the module is called.
    pub name: String,
    /// The addresses that it has bytes at.
    pub ranges: Vec<Range<u32>>,
    /// Names of addresses.
    pub labels: Vec<Label>,
    /// The files that `lines` speaks of.
    pub sources: Vec<SourceFile>,
    /// Which source line made which bytes.
    pub lines: Vec<SourceLine>,
}

impl Assembled {
    /// The labels as symbols, and what the lines made as mapping symbols. A label is a function where code is.
    pub(crate) fn symbols(&self) -> Symbols {
        let mut mapping: Vec<(u32, Contents)> =
            self.lines.iter().filter(|line| line.len > 0).map(|line| (line.addr, line.contents)).collect();
        mapping.sort_by_key(|(addr, _)| *addr);
        mapping.dedup_by(|later, earlier| later.1 == earlier.1);
        let symbols = self.labels.iter().map(|label| Symbol {
            name: label.name.clone(),
            addr: label.addr,
            size: 0,
            thumb: label.thumb,
            kind: SymbolKind::Other,
            global: true,
        });
        Symbols::from_parts(symbols.collect(), mapping)
    }

    /// The lines of code as a line table.
    pub(crate) fn line_table(&self) -> LineTable {
        let mut lines: Vec<&SourceLine> =
            self.lines.iter().filter(|line| line.len > 0 && line.contents != Contents::Data).collect();
        lines.sort_by_key(|line| line.addr);
        let mut rows: Vec<Row> = Vec::new();
        let row = |line: &SourceLine, addr, end| Row {
            addr,
            file: line.source as u32,
            line: line.line,
            column: 0,
            is_stmt: true,
            prologue_end: false,
            end,
        };
        for (i, line) in lines.iter().enumerate() {
            rows.push(row(line, line.addr, false));
            let end = line.addr.wrapping_add(line.len);
            if lines.get(i + 1).is_none_or(|next| next.addr > end) {
                rows.push(row(line, end, true));
            }
        }
        LineTable::new(self.sources.iter().map(|source| source.name.clone()).collect(), rows)
    }
}
