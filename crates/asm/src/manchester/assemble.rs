//! The passes over a program: names get their values, values decide sizes, sizes decide addresses, until nothing
//! changes; then the program is built.
//!
//! A later definition may decide an earlier size: ADRL takes as many instructions as its distance needs, `LDR Rd,
//! =expr` is a MOV or a word in the literal pool. So all passes are the same code and end in [`Mode::Emit`], when
//! every value is known or complained about. Conditional assembly is decided in the first pass and stays so.

use super::directive;
use super::emit::Emitter;
use super::expr;
use super::insn;
use super::lex::Cursor;
use super::literals::Literals;
use super::names::{Names, unknown_name};
use super::parse;
use super::record::{self, Record};
use super::symbols::{Kind, Symbol, Symbols};
use super::tree::*;
use super::words;
use crate::ast::Token;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, Loader, Sources, Span};

/// After so many passes nothing may get smaller any more, so that the addresses settle.
const MONOTONE_FROM: usize = 6;
/// After so many, two expressions chase each other.
const MAX_PASSES: usize = 40;
/// The deepest nesting of INCLUDE.
const MAX_INCLUDE: usize = 20;
/// All that a program may put into memory.
pub(super) const MAX_BYTES: u64 = 64 << 20;
/// After so many messages the rest helps nobody.
const MAX_MESSAGES: usize = 500;

/// What a pass is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The first: reads the files.
    Collect,
    /// Addresses are not final.
    Settle,
    /// They are: bytes are made, and what is wrong is said.
    Emit,
}

/// A line that is assembled.
#[derive(Debug)]
pub(super) struct Stmt {
    pub(super) line: Line,
    /// How much the pseudo-instruction here took in the pass before: instructions of an ADRL, or whether an LDR
    /// uses the pool.
    pub(super) size: u32,
}

/// A piece of memory: from an ORG to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Region {
    pub(super) start: u64,
    pub(super) end: u64,
    /// The ORG; the program's start has none.
    pub(super) span: Option<Span>,
}

/// The program while it is assembled.
pub(super) struct Assembler<'a> {
    pub(super) sources: &'a mut Sources,
    pub(super) loader: &'a dyn Loader,
    /// Whether it is for a linker: then addresses are kept in whole words.
    pub(super) relocatable: bool,
    pub(super) diags: Diagnostics,
    pub(super) stmts: Vec<Stmt>,
    pub(super) symbols: Symbols,
    pub(super) mode: Mode,
    pub(super) pass: usize,
    /// The statement that is being assembled.
    pub(super) current: usize,
    /// The end of the file.
    pub(super) end: Span,
    /// The address of the next byte.
    pub(super) addr: u64,
    pub(super) thumb: bool,
    /// The instruction before this is misaligned, and that has been said.
    pub(super) misaligned: bool,
    /// The conditions that an IT gives to what follows, the next one last.
    pub(super) it: Vec<skink_isa::Cond>,
    pub(super) literals: Literals,
    pub(super) record: Option<Record>,
    /// Where ENTRY is: the address and the directive.
    pub(super) entry: Option<(u32, bool, Span)>,
    pub(super) export_all: bool,
    /// The newest architecture that ARCH permits.
    pub(super) arch: Option<(skink_isa::Arch, Span)>,
    pub(super) regions: Vec<Region>,
    pub(super) emitter: Emitter,
    pub(super) imports: std::collections::HashMap<String, Result<std::sync::Arc<[u8]>, String>>,
    /// Names without a value, and what to say of them if nothing was said of their definition.
    pub(super) valueless: Vec<(String, Diagnostic)>,
    /// Names that conditional assembly wanted too early.
    pub(super) early: Vec<(String, Span, &'static str)>,
    /// Statements that define a name and are wrong themselves.
    pub(super) failed: std::collections::HashSet<usize>,
    /// Kept for `--emit tokens`.
    pub(super) tokens: Vec<(FileId, Token)>,
}

/// IF inside which a line stands.
#[derive(Debug, Clone, Copy)]
struct Condition {
    span: Span,
    /// Whether the lines here are assembled.
    active: bool,
    /// Whether those of the other branch would be.
    other: bool,
    in_else: bool,
}

impl<'a> Assembler<'a> {
    /// Of a file and all that it includes.
    pub(super) fn new(sources: &'a mut Sources, file: FileId, loader: &'a dyn Loader) -> Assembler<'a> {
        let end = sources.file(file).text.len();
        Assembler {
            sources,
            loader,
            relocatable: false,
            diags: Diagnostics::default(),
            stmts: Vec::new(),
            symbols: Symbols::default(),
            mode: Mode::Collect,
            pass: 1,
            current: 0,
            end: Span::new(file, end, end),
            addr: 0,
            thumb: false,
            misaligned: false,
            it: Vec::new(),
            literals: Literals::default(),
            record: None,
            entry: None,
            export_all: false,
            arch: None,
            regions: Vec::new(),
            emitter: Emitter::new(),
            imports: Default::default(),
            valueless: Vec::new(),
            early: Vec::new(),
            failed: Default::default(),
            tokens: Vec::new(),
        }
    }

    /// Makes all passes.
    pub(super) fn run(&mut self) {
        let file = self.end.file;
        self.start_pass(Mode::Collect);
        self.read_file(file, 0);
        self.end_pass();
        self.complain_of_early_names();
        while self.symbols.changed && self.pass < MAX_PASSES {
            self.pass += 1;
            self.start_pass(Mode::Settle);
            self.walk();
        }
        self.pass += 1;
        self.start_pass(Mode::Emit);
        self.walk();
        for (name, d) in std::mem::take(&mut self.valueless) {
            if self.symbols.get(&name).is_none_or(|symbol| !self.failed.contains(&symbol.stmt)) {
                self.complain(d);
            }
        }
        if self.symbols.changed && !self.diags.has_errors() {
            let d = Diagnostic::global("the addresses of this program do not settle").help(
                "the size of something depends on the address of what comes behind it; break the circle with a fixed ORG or DEFS",
            );
            self.diags.push(d);
        }
    }

    fn start_pass(&mut self, mode: Mode) {
        self.mode = mode;
        self.symbols.changed = false;
        (self.current, self.addr, self.thumb) = (0, 0, false);
        (self.record, self.entry, self.arch, self.export_all) = (None, None, None, false);
        self.it.clear();
        self.regions = vec![Region { start: 0, end: 0, span: None }];
        self.literals.start_pass();
    }

    fn walk(&mut self) {
        for index in 0..self.stmts.len() {
            self.current = index;
            self.statement();
        }
        self.end_pass();
    }

    fn end_pass(&mut self) {
        self.current = self.stmts.len();
        record::end(self);
        self.dump_literals(self.end);
        self.close_region();
    }

    fn complain_of_early_names(&mut self) {
        for (name, span, what) in std::mem::take(&mut self.early) {
            let d = match self.symbols.get(&name) {
                Some(symbol) => Diagnostic::error(span, format!("`{name}` is defined further down"))
                    .other(symbol.span, "here")
                    .help(format!("{what} decides at once what is assembled; define the name above it")),
                None => unknown_name(self, &name, span),
            };
            self.complain_now(d);
        }
    }

    /// Whether sizes may only grow now.
    pub(super) fn monotone(&self) -> bool {
        self.pass >= MONOTONE_FROM
    }

    /// Says something, once: in the pass in which everything is known.
    pub(super) fn complain(&mut self, d: Diagnostic) {
        if self.mode == Mode::Emit {
            self.complain_now(d);
        }
    }

    /// Says something in whichever pass it is.
    pub(super) fn complain_now(&mut self, d: Diagnostic) {
        match self.diags.list().len() {
            0..MAX_MESSAGES => self.diags.push(d),
            MAX_MESSAGES => {
                let span = d.span.unwrap_or(self.end);
                self.diags
                    .push(Diagnostic::error(span, "there is more that is wrong; this is enough for now"));
            }
            _ => {}
        }
    }

    /// Whether nothing more is said: then it need not be thought of.
    pub(super) fn has_said_enough(&self) -> bool {
        self.diags.list().len() > MAX_MESSAGES
    }

    // Reading.

    fn read_file(&mut self, file: FileId, depth: usize) {
        let text = self.sources.file(file).text.clone();
        let mut conditions: Vec<Condition> = Vec::new();
        for (start, end) in lines(&text) {
            let mut cursor = Cursor::new(&text, file, start, end);
            let active = conditions.iter().all(|c| c.active);
            let mut said = Diagnostics::default();
            let mut line = parse::line(&mut cursor, &mut said);
            line.comment = cursor.comment();
            self.tokens.extend(cursor.tokens.drain(..).map(|token| (file, token)));
            let conditional = match line.item.as_ref().map(|item| (&item.kind, item.name_span)) {
                Some((
                    ItemKind::Directive(d @ (Directive::If(_) | Directive::Else | Directive::Fi)),
                    span,
                )) => Some((d.clone(), span)),
                _ => None,
            };
            if let Some((directive, span)) = conditional {
                if active && !line.labels.is_empty() {
                    self.push(Line { item: None, ..line });
                }
                self.conditional(directive, span, &mut conditions);
                continue;
            }
            if !active {
                continue;
            }
            said.list().iter().for_each(|d| self.complain_now(d.clone()));
            let include = match &line.item {
                Some(Item { kind: ItemKind::Directive(Directive::Include(name, span)), .. }) => {
                    Some((name.clone(), *span))
                }
                _ => None,
            };
            self.push(line);
            if let Some((name, span)) = include {
                self.include(&name, span, depth);
            }
        }
        if let Some(open) = conditions.last() {
            let d = Diagnostic::error(open.span, "this IF is not closed").help("close it with FI");
            self.complain_now(d);
        }
    }

    fn push(&mut self, line: Line) {
        self.current = self.stmts.len();
        self.stmts.push(Stmt { line, size: 0 });
        self.statement();
    }

    fn conditional(&mut self, directive: Directive, span: Span, conditions: &mut Vec<Condition>) {
        match directive {
            Directive::If(condition) => {
                let active = conditions.iter().all(|c| c.active);
                self.current = self.stmts.len();
                let value = if active { self.value_now(&condition, "IF") } else { None };
                conditions.push(Condition {
                    span,
                    active: active && value.is_some_and(|v| v != 0),
                    other: active && value == Some(0),
                    in_else: false,
                });
            }
            Directive::Else => match conditions.last_mut() {
                Some(c) if !c.in_else => {
                    (c.active, c.other, c.in_else) = (c.other, c.active, true);
                }
                Some(c) => {
                    let d = Diagnostic::error(span, "a second ELSE for the same IF").other(c.span, "this IF");
                    self.complain_now(d);
                }
                None => self.complain_now(Diagnostic::error(span, "ELSE without an IF before it")),
            },
            _ if conditions.pop().is_none() => {
                self.complain_now(Diagnostic::error(span, "FI without an IF before it"));
            }
            _ => {}
        }
    }

    fn include(&mut self, name: &str, span: Span, depth: usize) {
        if depth >= MAX_INCLUDE {
            let d = Diagnostic::error(span, "files are included too deeply")
                .help("does this file include itself, or one that includes it?");
            return self.complain_now(d);
        }
        match self.loader.load(name) {
            Ok(text) => {
                let file = self.sources.add(name, text, Some(span));
                self.read_file(file, depth + 1);
            }
            Err(why) => self.complain_now(Diagnostic::error(span, format!("cannot read `{name}`: {why}"))),
        }
    }

    // Statements.

    fn statement(&mut self) {
        let line = std::mem::take(&mut self.stmts[self.current].line);
        // Such a name is no address.
        let names_value = matches!(
            line.item.as_ref().map(|item| &item.kind),
            Some(ItemKind::Directive(
                Directive::Equ(_)
                    | Directive::Alias(..)
                    | Directive::Record(_)
                    | Directive::RecordAlias
                    | Directive::Field(..)
            ))
        );
        if !directive::continues_record(line.item.as_ref()) {
            record::end(self);
        }
        if !names_value {
            self.define_labels(&line.labels);
        }
        if let Some(item) = &line.item {
            match &item.kind {
                ItemKind::Insn(mnemonic, operands) => insn::instruction(self, item, mnemonic, operands),
                ItemKind::Directive(d) => directive::directive(self, item, d, &line.labels),
                ItemKind::Broken => {}
            }
        }
        self.stmts[self.current].line = line;
    }

    fn define_labels(&mut self, labels: &[Label]) {
        for label in labels {
            match &label.name {
                LabelName::Global(name) => {
                    self.define(name, Kind::Label, Some(self.addr as i64), label.span, labels);
                    let first = self.symbols.get(name).is_some_and(|symbol| symbol.stmt == self.current);
                    if self.mode == Mode::Emit && first {
                        self.emitter.label(name, self.thumb, label.span);
                    }
                }
                LabelName::Local(number) => {
                    self.symbols.define_local(*number, self.current, self.addr as u32)
                }
            }
        }
    }

    /// Gives a name its value in this pass. `labels` are all that stand on its line.
    pub(super) fn define(
        &mut self,
        name: &str,
        kind: Kind,
        value: Option<i64>,
        span: Span,
        labels: &[Label],
    ) {
        let symbol = Symbol {
            kind,
            value,
            moves: Some((kind == Kind::Label) as i32),
            span,
            stmt: self.current,
            thumb: self.thumb && kind == Kind::Label,
            used: false,
            exported: false,
        };
        let Err(first) = self.symbols.define(name, symbol) else { return };
        // `XYZ loop` looks like two labels, here or where the first definition was.
        let earlier = self.stmts.get(first.stmt).map_or(Vec::new(), |stmt| stmt.line.labels.clone());
        for (labels, span) in [(labels, span), (&earlier[..], first.span)] {
            let before = labels.first().filter(|first| first.span.start < span.start);
            if let Some(Label { span, name: LabelName::Global(name) }) = before {
                let d = words::unknown(name, *span);
                if let Some(symbol) = self.symbols.get_mut(name) {
                    symbol.used = true;
                }
                return self.complain(d);
            }
        }
        let d = Diagnostic::error(span, format!("`{name}` is defined twice"))
            .label("defined again here")
            .other(first.span, "first defined here")
            .help("give one of them another name, or use a local label: a number, which may be used again");
        self.complain(d);
    }

    // Values.

    /// The value of an expression as far as it is known in this pass.
    pub(super) fn value(&mut self, expr: &Expr) -> Option<i64> {
        let here = self.addr as u32;
        expr::value(expr, &mut Names { asm: self, here, now: None })
    }

    /// The value of an expression that must be known in the first pass.
    pub(super) fn value_now(&mut self, expr: &Expr, what: &'static str) -> Option<i64> {
        let here = self.addr as u32;
        expr::value(expr, &mut Names { asm: self, here, now: Some(what) })
    }

    /// How the value of an expression changes when the program is put elsewhere.
    pub(super) fn moves(&self, expr: &Expr) -> Option<i32> {
        expr::moves(expr, &|name| self.symbols.get(name).map_or(Some(0), |symbol| symbol.moves))
    }

    // Addresses.

    /// Takes bytes of memory; `false` if the program becomes too large.
    pub(super) fn advance(&mut self, bytes: u64, span: Span) -> bool {
        let used: u64 = self.regions.iter().map(|r| r.end - r.start).sum();
        let here = self.addr - self.regions.last().map_or(0, |r| r.start);
        if used + here + bytes > MAX_BYTES {
            self.complain(Diagnostic::error(
                span,
                format!("the program takes more than {} MiB of memory", MAX_BYTES >> 20),
            ));
            return false;
        }
        if self.addr + bytes > 1 << 32 {
            self.complain(Diagnostic::error(
                span,
                format!("the address space ends here: {:#x} and {bytes} bytes more pass 4 GiB", self.addr),
            ));
            return false;
        }
        self.addr += bytes;
        true
    }

    pub(super) fn close_region(&mut self) {
        let addr = self.addr;
        if let Some(region) = self.regions.last_mut() {
            region.end = addr;
        }
    }

    /// Puts the literal pool here.
    pub(super) fn dump_literals(&mut self, at: Span) {
        let mut literals = std::mem::take(&mut self.literals);
        literals.dump(self, at);
        self.literals = literals;
    }
}

/// The lines of a text: first byte, and the one behind the last, without the line's end.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let start = at;
        let end =
            text[start..].iter().position(|&b| b == b'\n' || b == b'\r').map_or(text.len(), |i| start + i);
        at = end + 1;
        if text.get(end) == Some(&b'\r') && text.get(end + 1) == Some(&b'\n') {
            at += 1;
        }
        Some((start, end))
    })
}
