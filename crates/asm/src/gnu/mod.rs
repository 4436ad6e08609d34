//! The GNU dialect: what `as` takes for ARM, unified and divided syntax (the manual of GNU as, chapters 3 to 7 and
//! 9.4).
//!
//! A statement is read and built at once: macros and conditions decide what the next text is. Nothing is
//! tokenized in between; an instruction's operands become atoms straight from the text.

mod arguments;
mod attributes;
mod cfi;
mod condition;
mod data;
mod directive;
pub(crate) mod divided;
mod expr;
mod files;
mod lines;
mod macros;
pub mod one;
pub(crate) mod operands;
mod processors;
mod refuse;
pub(crate) mod scan;
mod section;
mod symbols;
mod tokens;
mod unwind;
mod versions;

pub use refuse::DIRECTIVES;
pub use tokens::tokens;

use crate::ast::{Stmt, StmtKind};
use crate::build::{Builder, Lacks, Options};
use crate::diag::Diagnostic;
use crate::encode::Word;
use crate::expr::Expr;
use crate::hir::{Fixup, FixupKind, elf};
use crate::insn::Line;
use crate::source::{FileId, Loader, Sources, Span};
use crate::symbol::{Def, Identity, Place, SectionId, SymId, hash};
use expr::{Exprs, Locals};
use operands::{Aliases, Operands};
use scan::{Scan, register};
use skink_isa::syntax::Atom;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

const R_ARM_V4BX: u8 = 40;

/// How deep files and macros may be in each other.
const MAX_DEPTH: u32 = 100;

/// Reads the GNU dialect.
pub struct Gnu<'l> {
    /// What it builds.
    pub builder: Builder,
    sources: &'l mut Sources,
    loader: &'l dyn Loader,
    file: FileId,
    depth: u32,
    locals: Locals,
    aliases: Aliases,
    conditions: Vec<condition::Condition>,
    macros: HashMap<Vec<u8>, macros::Macro>,
    expansions: u64,
    /// `.altmacro`, and the names that its `LOCAL` made.
    alternate: bool,
    local_names: u32,
    /// Instructions of this text that were assembled already: where they stand, what they are.
    known: HashMap<u64, ((usize, usize), Word), BuildHasherDefault<Identity>>,
    /// Bytes that all expansions together have.
    expanded: u64,
    /// Sections by name and group.
    sections: HashMap<Vec<u8>, SectionId>,
    /// `.symver` and `.weakref`.
    versions: versions::Versions,
    /// What `.previous` and `.popsection` go back to.
    previous: Option<SectionId>,
    stack: Vec<(SectionId, Option<SectionId>)>,
    comment: Option<SectionId>,
    /// Symbols that `.local` named: their common blocks are in `.bss`.
    locals_declared: Vec<SymId>,
    attributes: attributes::Attributes,
    cfi: cfi::Cfi,
    lines: lines::Lines,
    unwind: unwind::Unwind,
    thumb_func: bool,
    /// `.syntax` was met, or it was said that it was not.
    syntax_said: bool,
    /// Whether that was `.syntax unified`; Thumb code is read otherwise without it.
    unified: bool,
    /// The last statement was a label.
    labelled: bool,
    /// `.exitm`, `.end`.
    leave: bool,
    /// Statements are kept for `--emit ast`.
    statements: Option<Vec<Stmt>>,
}

/// Assembles a text; what is wrong with it is in the builder's diagnostics.
pub fn assemble(sources: &mut Sources, file: FileId, loader: &dyn Loader, options: Options) -> Builder {
    let mut gnu = Gnu::new(sources, loader, options);
    gnu.run(file);
    gnu.finish(file)
}

/// The statements of a text, as far as they can be told without building it.
pub fn statements(sources: &mut Sources, file: FileId, loader: &dyn Loader) -> Vec<Stmt> {
    let mut gnu = Gnu::new(sources, loader, Options::default());
    gnu.statements = Some(Vec::new());
    gnu.run(file);
    let found = gnu.statements.take().unwrap_or_default();
    tokens::with_comments(sources, file, found)
}

impl<'l> Gnu<'l> {
    fn new(sources: &'l mut Sources, loader: &'l dyn Loader, options: Options) -> Gnu<'l> {
        let mut builder =
            Builder::new(options, ".text", elf::SHT_PROGBITS, elf::SHF_ALLOC | elf::SHF_EXECINSTR);
        let data = builder.add_section(".data", elf::SHT_PROGBITS, elf::SHF_ALLOC | elf::SHF_WRITE);
        let bss = builder.add_section(".bss", elf::SHT_NOBITS, elf::SHF_ALLOC | elf::SHF_WRITE);
        builder.lacks = Lacks { thumb2: true, moves: false, nop: true };
        let names = [(&b".text"[..], SectionId(0)), (b".data", data), (b".bss", bss)];
        Gnu {
            builder,
            sources,
            loader,
            file: FileId(0),
            depth: 0,
            locals: Locals::default(),
            aliases: Aliases::new(),
            conditions: Vec::new(),
            macros: HashMap::new(),
            expansions: 0,
            alternate: false,
            local_names: 0,
            known: HashMap::default(),
            expanded: 0,
            sections: names.into_iter().map(|(name, id)| (name.to_vec(), id)).collect(),
            versions: Default::default(),
            previous: None,
            stack: Vec::new(),
            comment: None,
            locals_declared: Vec::new(),
            attributes: Default::default(),
            cfi: Default::default(),
            lines: Default::default(),
            unwind: Default::default(),
            thumb_func: false,
            syntax_said: false,
            unified: false,
            labelled: false,
            leave: false,
            statements: None,
        }
    }

    fn finish(mut self, file: FileId) -> Builder {
        let end = self.sources.file(file).text.len();
        let span = Span::new(file, end, end);
        if let Some(condition) = self.conditions.last() {
            let d =
                Diagnostic::error(condition.span, "this condition is not ended").help("end it with `.endif`");
            self.builder.diags.push(d);
        }
        self.row();
        self.builder.pools(span);
        for (number, sym) in self.locals.missing() {
            let span = self.builder.program.user_of(sym);
            let message = format!("there is no label `{number}:` behind this for `{number}f`");
            self.builder.diags.push(Diagnostic { span, ..Diagnostic::global(message) });
        }
        self.end_lines();
        self.builder.fill_code(span);
        self.builder.program.written = self.builder.program.symbols.len() as u32;
        self.finish_lines(span);
        self.finish_cfi();
        self.finish_sections();
        self.finish_symbols();
        self.finish_versions();
        self.finish_attributes();
        crate::subsections::fold(&mut self.builder.program);
        self.builder
    }

    /// Reads a text to its end.
    fn run(&mut self, file: FileId) {
        if self.depth >= MAX_DEPTH {
            let span = Span::new(file, 0, 0);
            self.builder.diags.error(span, "files or macros are nested too deeply");
            return;
        }
        let outer = std::mem::replace(&mut self.file, file);
        let outer_known = std::mem::take(&mut self.known);
        self.depth += 1;
        let text: Arc<[u8]> = self.sources.file(file).text.clone();
        let mut scan = Scan::new(&text);
        let mut operands = Operands::default();
        let mut line_start = true;
        while scan.at < text.len() && !self.leave {
            scan.blanks();
            match scan.peek() {
                b'\n' => {
                    scan.at += 1;
                    line_start = true;
                    continue;
                }
                b';' => {
                    scan.at += 1;
                    continue;
                }
                b'@' => {
                    scan.skip_line();
                    line_start = true;
                    continue;
                }
                // What the preprocessor leaves.
                b'#' if line_start => {
                    scan.skip_line();
                    continue;
                }
                _ if scan.at >= text.len() => break,
                _ => {}
            }
            line_start = false;
            let start = scan.at;
            self.labelled = false;
            self.statement(&mut scan, &mut operands);
            if self.labelled {
                // A statement may stand behind a label.
            } else if !scan.at_end() {
                let rest = scan.at;
                scan.skip_statement();
                self.error(rest, scan.at, "this was not expected here");
            } else if scan.at == start {
                // A byte that begins nothing.
                scan.at += 1;
                self.error(start, scan.at, "no statement begins so");
            }
        }
        self.depth -= 1;
        self.file = outer;
        self.known = outer_known;
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn error(&mut self, start: usize, end: usize, message: impl Into<String>) {
        let span = self.span(start, end);
        self.builder.diags.error(span, message);
    }

    /// An expression; says if there is none.
    fn expr(&mut self, scan: &mut Scan<'_>) -> Option<Expr> {
        scan.blanks();
        let start = scan.at;
        let found = Exprs { scan, builder: &mut self.builder, locals: &mut self.locals }.expr();
        if found.is_none() {
            let end = scan.at.max(start + 1);
            self.error(start, end, "expected an expression");
            scan.skip_statement();
        }
        found
    }

    /// An expression whose value is known; says if it is not.
    fn absolute(&mut self, scan: &mut Scan<'_>) -> Option<i64> {
        scan.blanks();
        let start = scan.at;
        let expr = self.expr(scan)?;
        let value = self.builder.value(expr);
        if value.is_none() {
            self.error(start, scan.at, "the value of this must be known here");
        }
        value
    }

    fn statement<'s>(&mut self, scan: &mut Scan<'s>, operands: &mut Operands<'s>) {
        let start = scan.at;
        if self.conditions.iter().any(|c| !c.active) {
            return self.skipped(scan);
        }
        if scan.peek().is_ascii_digit() {
            return self.local_label(scan);
        }
        if scan.peek() == b'"' {
            // A quoted name is a label or is given a value.
            let name = scan.string().unwrap_or_default();
            let end = scan.at;
            if scan.eat(b':') {
                return self.label(&name, start, end);
            }
            if scan.eat(b'=')
                && let Some(value) = self.expr(scan)
            {
                self.set(&name, value, start, end, false);
            }
            return;
        }
        let word = scan.word();
        if word.is_empty() {
            return;
        }
        let end = scan.at;
        if scan.peek() == b':' && scan.peek_at(1) != b':' {
            scan.at += 1;
            self.note(StmtKind::Label, (start, end), (end, end));
            return self.label(word, start, end);
        }
        scan.blanks();
        match scan.peek() {
            b':' => {
                scan.at += 1;
                self.note(StmtKind::Label, (start, end), (end, end));
                return self.label(word, start, end);
            }
            b'=' => {
                scan.at += 1;
                let equiv = scan.eat(b'=');
                let rest = scan.at;
                if let Some(value) = self.expr(scan) {
                    self.set(word, value, start, end, equiv);
                }
                return self.note(StmtKind::Assign, (start, end), (rest, scan.at));
            }
            _ => {}
        }
        let rest = scan.at;
        if word[0] == b'.' {
            self.directive(word, start, scan);
            return self.note(StmtKind::Directive, (start, end), (rest, scan.at));
        }
        if !self.macros.is_empty()
            && let Some(name) = self.macro_name(word)
        {
            self.call(&name, start, scan);
            return self.note(StmtKind::Directive, (start, end), (rest, scan.at));
        }
        if scan.peek() == b'.' && self.register_alias(word, scan) {
            return;
        }
        self.instruction(word, start, scan, operands);
        self.note(StmtKind::Insn, (start, end), (rest, scan.at));
    }

    fn note(&mut self, kind: StmtKind, name: (usize, usize), rest: (usize, usize)) {
        if let Some(list) = &mut self.statements {
            let (name, rest) = ((name.0 as u32, name.1 as u32), (rest.0 as u32, rest.1 as u32));
            list.push(Stmt { kind, file: self.file, name, rest });
        }
    }

    fn instruction<'s>(
        &mut self,
        word: &'s [u8],
        start: usize,
        scan: &mut Scan<'s>,
        operands: &mut Operands<'s>,
    ) {
        let Ok(mnemonic) = std::str::from_utf8(word) else {
            scan.skip_statement();
            return self.error(start, scan.at, "no instruction is written so");
        };
        let known = self.aliases.is_empty().then(|| scan.rest_of_line()).flatten();
        let key = known.map(|end| {
            let text = &scan.text[start..end];
            hash(text) ^ u64::from(self.builder.is_thumb())
        });
        if let (Some(key), Some(end)) = (key, known)
            && let Some(&(text, word)) = self.known.get(&key)
            && self.sources.file(self.file).text.get(text.0..text.1) == scan.text.get(start..end)
        {
            let span = self.span(start, end);
            self.row_of_insn();
            if self.builder.again(word, span) {
                self.row_done();
                scan.at = end;
                return;
            }
        }
        self.builder.whole = None;
        if let Err(at) = operands.read(scan, &mut self.builder, &mut self.locals, &self.aliases) {
            scan.at = at;
            scan.skip_statement();
            return self.no_operand(scan.text, at, scan.at.max(at + 1));
        }
        let span = self.span(start, scan.at);
        self.row_of_insn();
        if let [Atom::Reg(rd), Atom::Punct(b','), Atom::Punct(b'='), what] = operands.atoms[..] {
            if !refuse::loads_constants(mnemonic) {
                return self.no_constant(mnemonic, &operands.places, scan.text, span);
            }
            let value = match what {
                Atom::Num { value, .. } => Some(Expr::Num(value)),
                Atom::Expr { index, .. } => operands.exprs.get(index as usize).copied(),
                Atom::Name(name) => Some(Expr::Sym(self.builder.symbol(name.as_bytes()), 0)),
                _ => None,
            };
            if let Some(value) = value {
                self.builder.load_constant(mnemonic, rd, value, span);
                return self.row_done();
            }
        }
        let Operands { atoms, places, exprs, .. } = operands;
        let divided = (!self.unified && self.builder.is_thumb() && !self.builder.in_it_block())
            .then(|| divided::read(mnemonic, atoms))
            .flatten();
        let (mut mnemonic, mut atoms) = (mnemonic, &atoms[..]);
        if let Some(reading) = &divided {
            mnemonic = &reading.mnemonic;
            atoms = reading.atoms.as_deref().unwrap_or(atoms);
            if reading.sets_flags && !self.syntax_said {
                self.without_syntax(word, span);
            }
        }
        let exchanges =
            matches!(mnemonic.as_bytes(), [b'b' | b'B', b'x' | b'X'] | [b'b' | b'B', b'x' | b'X', _, _]);
        let exchange = exchanges && !self.builder.is_thumb() && self.attributes.may_lack_bx();
        let place = exchange.then(|| self.builder.place());
        let line = Line { mnemonic, atoms, places, exprs, span };
        match self.builder.try_insn(&line) {
            Ok(()) => self.surprises(&line, scan.text),
            Err(refusal) => {
                self.refuse(refusal, &line, scan.text);
                if divided.is_some() {
                    self.builder.diags.note_last(
                        "without `.syntax unified` this is the syntax of before Thumb-2: 16-bit instructions only",
                    );
                }
            }
        }
        self.row_done();
        if let Some(Place { frag, offset, .. }) = place {
            // For ARMv4 the linker may make another branch of it.
            let (kind, value) = (FixupKind::Reloc(R_ARM_V4BX), Expr::Num(0));
            self.builder.section().fixups.push(Fixup { frag, offset, kind, value, span });
            return;
        }
        if let (Some(key), Some(end), Some(word), false) =
            (key, known, self.builder.whole, operands.evaluated)
        {
            self.known.insert(key, ((start, end), word));
        }
    }

    fn label(&mut self, name: &[u8], start: usize, end: usize) {
        self.labelled = true;
        let span = self.span(start, end);
        let sym = self.builder.symbol(name);
        self.builder.close_block();
        self.builder.define(sym, span);
        if std::mem::take(&mut self.thumb_func) {
            self.builder.program.symbols[sym].thumb_func = true;
        }
    }

    fn local_label(&mut self, scan: &mut Scan<'_>) {
        let start = scan.at;
        let mut number = 0u32;
        while scan.peek().is_ascii_digit() {
            number = number.wrapping_mul(10).wrapping_add(u32::from(scan.peek() - b'0'));
            scan.at += 1;
        }
        if !scan.eat(b':') {
            scan.skip_statement();
            return self.error(start, scan.at, "a number begins a statement only as a label: `1:`");
        }
        self.labelled = true;
        let span = self.span(start, scan.at);
        let sym = self.locals.define(number, &mut self.builder);
        self.builder.close_block();
        self.builder.define(sym, span);
    }

    /// `name .req register`
    fn register_alias(&mut self, word: &[u8], scan: &mut Scan<'_>) -> bool {
        let mut ahead = *scan;
        if ahead.word() != b".req" {
            return false;
        }
        ahead.blanks();
        let start = ahead.at;
        let name = ahead.word();
        let found = register(name).or_else(|| self.aliases.get(name).copied());
        scan.at = ahead.at;
        match found {
            Some(register) => {
                self.aliases.insert(word.to_vec(), register);
                for other in [word.to_ascii_lowercase(), word.to_ascii_uppercase()] {
                    self.aliases.entry(other).or_insert(register);
                }
            }
            None => self.error(start, scan.at, "expected a register"),
        }
        true
    }

    /// `.set`, `=`.
    fn set(&mut self, name: &[u8], value: Expr, start: usize, end: usize, once: bool) {
        let span = self.span(start, end);
        if name == b"." {
            return self.builder.org(value, 0, span);
        }
        let value = self.builder.value(value).map_or(value, Expr::Num);
        let sym = self.builder.symbol(name);
        if once && self.builder.program.symbols[sym].def != Def::Undefined {
            return self.builder.equate(sym, value, span);
        }
        if matches!(self.builder.program.symbols[sym].def, Def::Place(_)) {
            return self.builder.equate(sym, value, span);
        }
        self.builder.assign(sym, value, span);
    }
}
