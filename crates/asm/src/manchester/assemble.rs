//! The passes over a program: names get their values, values decide sizes, sizes decide addresses, until nothing
//! changes; then the program is built.
//!
//! A later definition may decide an earlier size: ADRL takes as many instructions as its distance needs, `LDR Rd,
//! =expr` is a MOV or a word in the literal pool. So all passes are the same code and end in [`Mode::Emit`], when
//! every value is known or complained about. Conditional assembly is decided in the first pass and stays so.

use super::directive;
use super::lex::Cursor;
use super::names::unknown_name;
use super::parse;
use super::pseudo;
use super::state::{Assembler, Mode, Region, Stmt};
use super::symbols::Kind;
use super::tree::*;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span};

/// After so many, two expressions chase each other.
const MAX_PASSES: usize = 40;
/// The deepest nesting of INCLUDE.
const MAX_INCLUDE: usize = 20;
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

impl Assembler<'_> {
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
        directive::end_record(self);
        directive::dump_literals(self, self.end);
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
            directive::end_record(self);
        }
        if !names_value {
            self.define_labels(&line.labels);
        }
        if let Some(item) = &line.item {
            match &item.kind {
                ItemKind::Insn(mnemonic, operands) => pseudo::instruction(self, item, mnemonic, operands),
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
