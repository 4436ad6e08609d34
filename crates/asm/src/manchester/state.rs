//! The program while it is assembled: what a pass knows, and what all who work on it share.

use super::emit::Emitter;
use super::literals::Literals;
use super::symbols::{Kind, Symbol, Symbols};
use super::tree::*;
use super::words;
use crate::ast::Token;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, Loader, Sources, Span};

/// After so many passes nothing may get smaller any more, so that the addresses settle.
const MONOTONE_FROM: usize = 6;
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

/// A record that is being laid out.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// The offset of the next field.
    pub(super) offset: i64,
    /// Its names: their value is its size.
    pub(super) labels: Vec<Label>,
    /// The statement that began it.
    pub(super) stmt: usize,
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
}
