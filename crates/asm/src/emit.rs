//! The stages of a program as text, for `--emit`: what happens to a line on its way to bytes.

use crate::ast::{Stmt, Token};
use crate::expr::{Expr, Exprs, Node};
use crate::hir::{Contents, Fixup, FixupKind, FragKind, Program, Section};
use crate::lir::{Object, relocation};
use crate::source::{FileId, Sources, Span};
use crate::symbol::{Def, Place, SectionId, SymId, Symbols};
use skink_isa::{Context, decode_a32, decode_t16, decode_t32, is_t32};
use std::collections::HashMap;
use std::fmt::Write;

fn text(sources: &Sources, span: Span) -> String {
    let text = String::from_utf8_lossy(sources.slice(span)).into_owned();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn place(sources: &Sources, span: Span) -> String {
    let (line, _) = sources.line_column(span.file, span.start);
    format!("{}:{line}", sources.file(span.file).name)
}

/// Tokens, one a line: where, which kind, the text.
pub fn tokens(sources: &Sources, tokens: &[(FileId, Token)]) -> String {
    let mut out = String::new();
    for &(file, token) in tokens {
        let span = Span { file, start: token.start, end: token.end };
        let (line, column) = sources.line_column(file, token.start);
        let shown = String::from_utf8_lossy(sources.slice(span)).into_owned();
        let _ = writeln!(out, "{line}:{column} {:?} {shown:?}", token.kind);
    }
    out
}

/// Statements, one a line.
pub fn ast(sources: &Sources, stmts: &[Stmt]) -> String {
    let mut out = String::new();
    stmts.iter().for_each(|stmt| stmt.print(&mut out, sources));
    out
}

/// Sections of fragments, with labels and references by name.
pub fn hir(program: &Program, sources: &Sources) -> String {
    let mut labels: HashMap<Place, Vec<String>> = HashMap::new();
    for (_, symbol) in program.symbols.iter() {
        if let (Def::Place(at), Some(span)) = (symbol.def, symbol.span) {
            labels.entry(at).or_default().push(text(sources, span));
        }
    }
    // What the assembler itself refers to, a literal for one, has a number only.
    for (id, symbol) in program.symbols.iter() {
        if let (Def::Place(at), None) = (symbol.def, symbol.span) {
            labels.entry(at).or_default().push(name(&program.symbols, id));
        }
    }
    let mut printer = Hir { out: String::new(), program, sources, labels };
    for number in 0..program.sections.len() as u32 {
        printer.section(SectionId(number));
    }
    for (_, symbol) in program.symbols.iter() {
        if let (Def::Equ(value), Some(span)) = (symbol.def, symbol.span) {
            let value = printer.expression(value);
            let _ = writeln!(printer.out, "equate {} = {value}", text(sources, span));
        }
    }
    printer.out
}

struct Hir<'p> {
    out: String,
    program: &'p Program,
    sources: &'p Sources,
    labels: HashMap<Place, Vec<String>>,
}

impl Hir<'_> {
    fn section(&mut self, id: SectionId) {
        let section = self.program.section(id);
        let Section { name, ty, flags, align, .. } = section;
        let _ = write!(self.out, "section {name} type {ty:#x} flags {flags:#x} align {align}");
        if let Some(address) = section.address {
            let _ = write!(self.out, " address {address:#x}");
        }
        self.out.push('\n');
        for (number, frag) in section.frags.iter().enumerate() {
            let at = Place { section: id, frag: number as u32, offset: 0 };
            self.labels(at);
            match frag.kind {
                FragKind::Bytes { start, end } | FragKind::Wide { start, end } => {
                    self.bytes(section, at, (start, end));
                }
                kind => self.open(kind),
            }
        }
    }

    fn labels(&mut self, at: Place) {
        for label in self.labels.get(&at).into_iter().flatten() {
            let _ = writeln!(self.out, "{label}:");
        }
    }

    /// What has no bytes yet.
    fn open(&mut self, kind: FragKind) {
        let line = match kind {
            FragKind::Bytes { .. } | FragKind::Wide { .. } => return,
            FragKind::Insn(insn) => match self.program.insns.get(insn as usize) {
                Some(insn) => {
                    let value = self.expression(insn.value);
                    format!("insn {:?} {value}    ; {}", insn.role, text(self.sources, insn.span))
                }
                None => return,
            },
            FragKind::Align { align, max: u32::MAX, .. } => format!("align {align}"),
            FragKind::Align { align, max, .. } => format!("align {align} by at most {max}"),
            FragKind::Space { count, value, size, .. } => {
                format!("space {} times {value:#x} in {size} bytes", self.expression(count))
            }
            FragKind::Org { to, fill, .. } => format!("org {} fill {fill:#x}", self.expression(to)),
            FragKind::Leb { value, signed } => {
                format!("{}leb128 {}", if signed { "s" } else { "u" }, self.expression(value))
            }
            FragKind::CfaAdvance { .. } => "advance in a frame description".into(),
            FragKind::LineAdvance { line, .. } => format!("advance in a line table by {line} lines"),
        };
        let _ = writeln!(self.out, "  {line}");
    }

    /// A run of bytes, cut where statements begin.
    fn bytes(&mut self, section: &Section, at: Place, run: (u32, u32)) {
        let len = run.1.saturating_sub(run.0);
        let from = section.items.partition_point(|item| item.frag < at.frag);
        let behind = section.items.partition_point(|item| item.frag <= at.frag);
        let items = &section.items[from..behind.max(from)];
        let mut cuts: Vec<u32> = items.iter().map(|item| item.offset).chain([0, len]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        for pair in cuts.windows(2) {
            let (from, to) = (pair[0], pair[1].min(len));
            if from > 0 {
                self.labels(Place { offset: from, ..at });
            }
            let shown = section.bytes.get((run.0 + from) as usize..(run.0 + to) as usize).unwrap_or_default();
            let _ = write!(self.out, "  {}", hex(shown));
            let first = section.fixups.partition_point(|f| (f.frag, f.offset) < (at.frag, from));
            let inside = |f: &&Fixup| f.frag == at.frag && f.offset < to;
            for fixup in section.fixups[first..].iter().take_while(inside) {
                let what = match fixup.kind {
                    FixupKind::Data(size) => format!("data{}", u32::from(size) * 8),
                    FixupKind::Insn(insn) => {
                        let insn = self.program.insns.get(insn as usize);
                        insn.map_or(String::new(), |insn| format!("{:?}", insn.role).to_ascii_lowercase())
                    }
                    FixupKind::Reloc(ty) => format!("reloc {ty}"),
                };
                let value = self.expression(fixup.value);
                let _ = write!(self.out, " <{what} {value}>");
            }
            if let Some(item) =
                items.get(items.partition_point(|item| item.offset < from)).filter(|item| item.offset == from)
            {
                let _ = write!(
                    self.out,
                    "    ; {} {}",
                    place(self.sources, item.span),
                    text(self.sources, item.span)
                );
            }
            self.out.push('\n');
        }
        if len > 0 {
            self.labels(Place { offset: len, ..at });
        }
    }

    fn expression(&self, expr: Expr) -> String {
        expression(&self.program.symbols, &self.program.exprs, expr)
    }
}

/// At most sixteen bytes; the rest is counted.
fn hex(bytes: &[u8]) -> String {
    let mut shown: Vec<String> = bytes.iter().take(16).map(|b| format!("{b:02x}")).collect();
    if bytes.len() > 16 {
        shown.push(format!("... {} bytes", bytes.len()));
    }
    shown.join(" ")
}

fn name(symbols: &Symbols, id: SymId) -> String {
    match symbols.name(id) {
        [] => format!("<{}>", id.0),
        name => String::from_utf8_lossy(name).into_owned(),
    }
}

/// An expression, every operator in parentheses.
fn expression(symbols: &Symbols, exprs: &Exprs, expr: Expr) -> String {
    match expr {
        Expr::Num(n) => n.to_string(),
        Expr::Sym(id, 0) => name(symbols, id),
        Expr::Sym(id, add) => format!("{}{add:+}", name(symbols, id)),
        Expr::Tree(id) => match exprs.node(id) {
            Node::Unary(op, x) => format!("({op:?} {})", expression(symbols, exprs, x)),
            Node::Binary(op, a, b) => {
                format!("({op:?} {} {})", expression(symbols, exprs, a), expression(symbols, exprs, b))
            }
            Node::Reloc(op, x) => format!("({op:?} {})", expression(symbols, exprs, x)),
        },
    }
}

/// One item a line: address, bytes, the instruction that they are; relocations behind them.
pub fn lir(program: &Program, object: &Object, sources: &Sources) -> String {
    let mut out = String::new();
    for (section, named) in object.sections.iter().zip(&program.sections) {
        let _ =
            writeln!(out, "section {} address {:#x} size {:#x}", named.name, section.address, section.size);
        for item in section.items.iter().filter(|item| item.size > 0) {
            let shown = section.bytes.get(item.offset as usize..(item.offset + item.size) as usize);
            let contents =
                section.marks.iter().rev().find(|(at, _)| *at <= item.offset).map(|(_, what)| *what);
            let addr = section.address.wrapping_add(item.offset);
            let meaning = shown.and_then(|bytes| disassemble(bytes, contents?, addr));
            let _ = write!(out, "{addr:08x}  {:<12}", hex(shown.unwrap_or_default()));
            let _ = write!(out, " {:<32}", meaning.unwrap_or_default());
            let _ = writeln!(out, "; {} {}", place(sources, item.span), text(sources, item.span));
        }
        for reloc in &section.relocs {
            let symbol = reloc.symbol.map_or("0".into(), |id| name(&program.symbols, id));
            let _ = writeln!(out, "  reloc {:#x} {} {symbol}", reloc.offset, relocation(reloc.ty));
        }
    }
    out
}

/// The first instruction of some bytes of code.
fn disassemble(bytes: &[u8], contents: Contents, addr: u32) -> Option<String> {
    let half = |at: usize| Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    let insn = match contents {
        Contents::Data => return None,
        Contents::Arm => decode_a32(u32::from(half(0)?) | u32::from(half(2)?) << 16),
        Contents::Thumb if is_t32(half(0)?) => {
            decode_t32(u32::from(half(0)?) << 16 | u32::from(half(2)?), Context::default())
        }
        Contents::Thumb => decode_t16(half(0)?, Context::default()),
    };
    Some(insn?.text(addr).replace('\t', " "))
}
