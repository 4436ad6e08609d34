//! The one door to the HIR: what a dialect calls for each statement.
//!
//! It knows sections, labels, data, alignment, literal pools and instructions, and no text but mnemonics and
//! names. A dialect parses, evaluates what must be known at once ([`Builder::value`]), and calls this.

use crate::diag::{Diagnostic, Diagnostics};
use crate::expr::{BinOp, Expr, Node, binary, unary};
use crate::fragments::{self, Fragments, Point};
use crate::hir::{Contents, Fixup, FixupKind, Frag, FragKind, Item, Mark, Program, Section, elf};
use crate::source::Span;
use crate::symbol::{Def, Place, SectionId, SymId, SymType};

/// How a program is built.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Keep where each statement's bytes are: listings and debuggers want it.
    pub lines: bool,
}

/// What a processor does not have, as far as it changes encodings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lacks {
    /// Thumb-2: `ADD Rd, Rm` of low registers that leaves the flags alone has 32 bits, NOP is a move in Thumb.
    pub(crate) thumb2: bool,
    /// The same, by name: where no processor is named its 32-bit moves serve for constants all the same.
    pub(crate) moves: bool,
    /// ARMv6K: NOP is a move in ARM code.
    pub(crate) nop: bool,
}

/// Builds a [`Program`].
#[derive(Debug)]
pub struct Builder {
    /// What was built so far.
    pub program: Program,
    /// What was said about it.
    pub diags: Diagnostics,
    pub(crate) options: Options,
    pub(crate) current: SectionId,
    pub(crate) thumb: bool,
    /// Mnemonics that were met, by their hash.
    pub(crate) mnemonics: crate::insn::Mnemonics,
    /// The IT block that is open.
    pub(crate) it: crate::insn::ItState,
    /// The literal pools of the sections, as they are now.
    pub(crate) pools: Vec<crate::pool::Pool>,
    /// The fragments that GNU as would make of each section.
    pub(crate) fragments: Vec<Fragments>,
    /// Where the last instruction stands in them.
    pub(crate) point: Option<Point>,
    /// The last instruction, if its words say all: no symbol, no IT block.
    pub(crate) whole: Option<crate::encode::Word>,
    /// The rows of the instructions that were assembled: what they need is an attribute of the object.
    pub(crate) used: Vec<bool>,
    /// What the processor may lack.
    pub(crate) lacks: Lacks,
    /// What no mapping symbol was made for yet: data at the start of a section.
    pub(crate) mapped: Vec<Option<Contents>>,
}

impl Builder {
    /// With one section, which is current.
    pub fn new(options: Options, name: &str, ty: u32, flags: u32) -> Builder {
        let mut builder = Builder {
            program: Program::default(),
            diags: Diagnostics::default(),
            options,
            current: SectionId(0),
            thumb: false,
            mnemonics: Default::default(),
            it: Default::default(),
            pools: Vec::new(),
            fragments: Vec::new(),
            point: None,
            whole: None,
            used: vec![false; skink_isa::ROWS.len()],
            lacks: Lacks::default(),
            mapped: Vec::new(),
        };
        builder.add_section(name, ty, flags);
        builder
    }

    // Sections.

    /// Makes a section; it does not become the current one.
    pub fn add_section(&mut self, name: &str, ty: u32, flags: u32) -> SectionId {
        let id = SectionId(self.program.sections.len() as u32);
        let symbol = self.program.symbols.make(name.as_bytes());
        self.program.symbols[symbol].def = Def::Section(id);
        self.program.symbols[symbol].ty = SymType::Section;
        self.program.sections.push(Section::new(name, ty, flags, symbol));
        self.pools.push(Default::default());
        self.fragments.push(Default::default());
        self.mapped.push(None);
        id
    }

    /// Makes a section current.
    pub fn switch(&mut self, section: SectionId) {
        self.current = section;
    }

    /// The current section.
    pub fn current(&self) -> SectionId {
        self.current
    }

    pub(crate) fn section(&mut self) -> &mut Section {
        &mut self.program.sections[self.current.0 as usize]
    }

    // Symbols and expressions.

    /// The symbol of a name.
    pub fn symbol(&mut self, name: &[u8]) -> SymId {
        self.program.symbols.get(name)
    }

    /// The place where the next byte will be.
    pub fn place(&mut self) -> Place {
        let section = self.current;
        let s = self.section();
        if !matches!(s.frags.last(), Some(Frag { kind: FragKind::Bytes { .. }, .. })) {
            s.open();
        }
        let frag = s.frags.len() - 1;
        Place { section, frag: frag as u32, offset: s.open_len() }
    }

    /// A symbol without a name for the place where the next byte will be: `.` in an expression.
    pub fn here(&mut self) -> Expr {
        let (place, sym) = (self.place(), self.program.symbols.make(b""));
        self.program.symbols[sym].def = Def::Place(place);
        Expr::Sym(sym, 0)
    }

    /// Defines a symbol as the place where the next byte will be; an error if it is defined already.
    pub fn define(&mut self, sym: SymId, span: Span) {
        let place = self.place();
        if self.may_define(sym, span) {
            let symbol = &mut self.program.symbols[sym];
            symbol.def = Def::Place(place);
            symbol.span = Some(span);
            symbol.thumb =
                self.thumb && self.program.sections[self.current.0 as usize].flags & elf::SHF_EXECINSTR != 0;
        }
    }

    /// Gives a symbol an expression's value; an error if it is defined already (`.equiv`, EQU).
    pub fn equate(&mut self, sym: SymId, value: Expr, span: Span) {
        if self.may_define(sym, span) {
            self.assign(sym, value, span);
        }
    }

    /// Gives a symbol an expression's value, whatever it was (`.set`).
    pub fn assign(&mut self, sym: SymId, value: Expr, span: Span) {
        // GNU as makes a whole symbol of a label of its own when that gets a value.
        let symbols = &mut self.program.symbols;
        let own = symbols[sym].def == Def::Undefined && symbols.name(sym).starts_with(b".L");
        if own && sym.0 + 1 < symbols.len() as u32 {
            let order = symbols.make(b"").0;
            symbols[sym].order = order;
        }
        let symbol = &mut self.program.symbols[sym];
        symbol.def = Def::Equ(value);
        symbol.span = Some(span);
    }

    fn may_define(&mut self, sym: SymId, span: Span) -> bool {
        let symbol = &self.program.symbols[sym];
        if symbol.def == Def::Undefined {
            return true;
        }
        let name = String::from_utf8_lossy(self.program.symbols.name(sym)).into_owned();
        let mut d = Diagnostic::error(span, format!("`{name}` is defined twice")).label("defined again here");
        if let Some(first) = symbol.span {
            d = d.other(first, "first defined here");
        }
        self.diags.push(d);
        false
    }

    /// The value of an expression if it is known now: numbers, equated symbols, differences of labels between
    /// which all sizes are final.
    pub fn value(&self, expr: Expr) -> Option<i64> {
        match self.sum(expr, 0)? {
            (None, None, n) => Some(n),
            (Some(a), Some(b), n) if a.section == b.section => {
                let frags = &self.program.section(a.section).frags;
                let (from, to) = (a.frag.min(b.frag) as usize, a.frag.max(b.frag) as usize);
                let mut between = 0i64;
                for frag in &frags[from..to] {
                    between += i64::from(frag.kind.len()?);
                }
                let distance = if a.frag < b.frag { -between } else { between };
                Some(n + distance + i64::from(a.offset) - i64::from(b.offset))
            }
            _ => None,
        }
    }

    /// An expression as a place, less a place, plus a number.
    fn sum(&self, expr: Expr, depth: u32) -> Option<(Option<Place>, Option<Place>, i64)> {
        // Equated symbols may refer to each other in a circle.
        if depth > 100 {
            return None;
        }
        match expr {
            Expr::Num(n) => Some((None, None, n)),
            Expr::Sym(sym, add) => {
                let add = i64::from(add);
                match self.program.symbols[sym].def {
                    Def::Place(place) => match self.program.section(place.section).address {
                        // The address of what was placed by ORG is known as far as all before it is final.
                        Some(base) => {
                            let frags = &self.program.section(place.section).frags[..place.frag as usize];
                            let mut at = i64::from(base) + i64::from(place.offset) + add;
                            for frag in frags {
                                let Some(len) = frag.kind.len() else {
                                    return Some((Some(place), None, add));
                                };
                                at += i64::from(len);
                            }
                            Some((None, None, at))
                        }
                        None => Some((Some(place), None, add)),
                    },
                    Def::Equ(expr) => self.sum(expr, depth + 1).map(|(a, b, n)| (a, b, n + add)),
                    _ => None,
                }
            }
            Expr::Tree(id) => match self.program.exprs.node(id) {
                Node::Unary(op, x) => match self.sum(x, depth + 1)? {
                    (None, None, n) => Some((None, None, unary(op, n))),
                    _ => None,
                },
                Node::Binary(op, a, b) => {
                    let (a, b) = (self.sum(a, depth + 1)?, self.sum(b, depth + 1)?);
                    match (op, a, b) {
                        (_, (None, None, a), (None, None, b)) => Some((None, None, binary(op, a, b)?)),
                        (BinOp::Add, (p, q, a), (None, None, b))
                        | (BinOp::Add, (None, None, a), (p, q, b)) => Some((p, q, a + b)),
                        (BinOp::Sub, (p, q, a), (None, None, b)) => Some((p, q, a - b)),
                        (BinOp::Sub, (Some(p), None, a), (Some(q), None, b)) => {
                            Some((Some(p), Some(q), a - b))
                        }
                        _ => None,
                    }
                }
                Node::Reloc(..) => None,
            },
        }
    }

    // Contents.

    /// Says which instruction set follows.
    pub fn set_thumb(&mut self, thumb: bool) {
        self.thumb = thumb;
    }

    /// Whether Thumb follows.
    pub fn is_thumb(&self) -> bool {
        self.thumb
    }

    /// Notes what the next bytes are, for the mapping symbols. As GNU as does, data at the start of a section is
    /// noted only when code follows it.
    pub(crate) fn mark(&mut self, what: Contents) {
        let mapped = self.mapped[self.whole(self.current).0 as usize];
        if mapped == Some(what) {
            return;
        }
        if mapped.is_none() {
            if what == Contents::Data {
                return;
            }
            if !self.section().bytes.is_empty() || self.section().frags.len() > 1 {
                let order = self.program.symbols.len() as u32;
                self.section().marks.push(Mark { frag: 0, offset: 0, what: Contents::Data, order });
            }
        }
        if what != Contents::Data {
            let align = if what == Contents::Arm { 4 } else { 2 };
            let s = self.section();
            s.align = s.align.max(align);
        }
        self.mark_now(what);
    }

    /// The same, without exception.
    pub(crate) fn mark_now(&mut self, what: Contents) {
        // Debugging information has no mapping symbols.
        if self.mapped[self.whole(self.current).0 as usize] != Some(what)
            && !self.section().name.starts_with(".debug")
        {
            self.mark_again(what);
        }
    }

    /// The same, even if nothing changes.
    pub(crate) fn mark_again(&mut self, what: Contents) {
        let whole = self.whole(self.current);
        self.mapped[whole.0 as usize] = Some(what);
        let place = self.place();
        // A symbol without a name keeps the order among marks of several sections.
        let order = self.program.symbols.make(b"").0;
        self.section().marks.push(Mark { frag: place.frag, offset: place.offset, what, order });
    }

    /// Notes where a statement's bytes begin.
    pub(crate) fn item(&mut self, span: Span) {
        if self.options.lines {
            let place = self.place();
            self.section().items.push(Item { frag: place.frag, offset: place.offset, span });
        }
    }

    /// Data as it is.
    pub fn bytes(&mut self, bytes: &[u8], span: Span) {
        self.mark(Contents::Data);
        self.bytes_unmarked(bytes, span);
    }

    /// The same, without a mapping symbol.
    pub(crate) fn bytes_unmarked(&mut self, bytes: &[u8], span: Span) {
        self.fragments().more(bytes.len());
        self.contents(bytes, span);
    }

    /// Text, of which GNU as takes one byte after another.
    pub(crate) fn text(&mut self, bytes: &[u8], span: Span) {
        self.mark(Contents::Data);
        let fragments = self.fragments();
        bytes.iter().for_each(|_| fragments.byte());
        self.contents(bytes, span);
    }

    fn contents(&mut self, bytes: &[u8], span: Span) {
        self.item(span);
        self.place();
        self.section().append(bytes);
    }

    /// The fragments that GNU as would make of the current section.
    pub(crate) fn fragments(&mut self) -> &mut Fragments {
        &mut self.fragments[self.current.0 as usize]
    }

    /// A number of `size` bytes, little-endian, as data.
    pub fn data(&mut self, size: u8, value: Expr, span: Span) {
        self.mark(Contents::Data);
        self.item(span);
        self.fragments().more(size.into());
        let place = self.place();
        let number = match value {
            Expr::Num(n) => n,
            _ => 0,
        };
        self.section().append(&number.to_le_bytes()[..size.min(8) as usize]);
        if !matches!(value, Expr::Num(_)) {
            let fixup =
                Fixup { frag: place.frag, offset: place.offset, kind: FixupKind::Data(size), value, span };
            self.section().fixups.push(fixup);
        }
    }

    /// `count` times `value` in `size` bytes each.
    pub fn space(&mut self, count: Expr, size: u8, value: u64, span: Span) {
        self.mark_now(Contents::Data);
        self.item(span);
        match self.value(count) {
            Some(n @ 0..=0xffff) => {
                self.fragments().open(size.into());
                self.place();
                let one = &value.to_le_bytes()[..size.min(8) as usize];
                self.section().append(&one.repeat(n as usize));
            }
            _ => self.frag(FragKind::Space { count, value, size, span }),
        }
    }

    /// Up to a multiple of `align` bytes, with `fill` (a value and its size) if it is given, unless it takes more
    /// than `max` bytes. In code the padding is NOPs.
    pub fn align(&mut self, align: u32, fill: Option<(u32, u8)>, max: Option<u32>, span: Span) {
        self.item(span);
        let code = self.section().flags & elf::SHF_EXECINSTR != 0 && fill.is_none();
        let contents = if code { self.last_code() } else { Contents::Data };
        let s = self.section();
        s.align = s.align.max(align);
        if align > 1 {
            self.mark_now(contents);
            self.frag(FragKind::Align { align, fill, max: max.unwrap_or(u32::MAX), contents });
        }
    }

    /// What the padding in code here is: GNU as goes by the last instruction, if it is in the same fragment.
    fn last_code(&mut self) -> Contents {
        let current = self.thumb;
        if self.fragments().thumb.unwrap_or(current) { Contents::Thumb } else { Contents::Arm }
    }

    /// Fills the sections of code up to their alignment, as GNU as does at the end.
    pub(crate) fn fill_code(&mut self, span: Span) {
        let current = self.current;
        for n in 0..self.program.sections.len() {
            let whole = SectionId(n as u32);
            let section = &self.program.sections[n];
            if section.part.is_some() {
                continue;
            }
            let code = section.flags & elf::SHF_EXECINSTR != 0;
            let parts = self.parts(whole);
            if !code {
                // Between subsections there is padding too, although none of it is left.
                for part in parts.into_iter().rev().skip(1).rev() {
                    self.current = part;
                    self.mark_now(Contents::Data);
                }
                continue;
            }
            let align = parts.iter().map(|&part| self.program.section(part).align).max().unwrap_or(1).min(4);
            let empty = |&part: &SectionId| self.program.section(part).frags.is_empty();
            let Some(&last) = parts.last().filter(|_| align > 1 && !parts.iter().all(empty)) else {
                continue;
            };
            for part in parts {
                self.current = part;
                let contents = self.last_code();
                self.item(span);
                self.mark_now(contents);
                if part == last {
                    self.frag(FragKind::Align { align, fill: None, max: u32::MAX, contents });
                }
            }
        }
        self.current = current;
    }

    /// Up to an offset in the section.
    pub fn org(&mut self, to: Expr, fill: u8, span: Span) {
        self.item(span);
        self.frag(FragKind::Org { to, fill, span });
    }

    /// Adds a fragment of its own.
    pub(crate) fn frag(&mut self, kind: FragKind) {
        let code = self.section().flags & elf::SHF_EXECINSTR != 0;
        self.fragments().open(match kind {
            FragKind::Align { fill: None, .. } if code => fragments::CODE_PADDING,
            FragKind::Align { fill: Some((_, size)), .. } => size.into(),
            FragKind::Space { size, .. } => size.into(),
            FragKind::Insn(_) | FragKind::Wide { .. } => 4,
            FragKind::Leb { .. } => fragments::LEB,
            _ => 1,
        });
        let section = self.section();
        section.frags.push(Frag { addr: 0, size: 0, kind });
    }
}

impl Section {
    /// Begins a run of bytes.
    fn open(&mut self) {
        let at = self.bytes.len() as u32;
        self.frags.push(Frag { addr: 0, size: 0, kind: FragKind::Bytes { start: at, end: at } });
    }

    /// How many bytes and fragments there are.
    pub(crate) fn end(&self) -> (u32, usize) {
        (self.bytes.len() as u32, self.frags.len())
    }

    /// The length of the last run.
    fn open_len(&self) -> u32 {
        match self.frags.last().map(|frag| frag.kind) {
            Some(FragKind::Bytes { start, end }) => end - start,
            _ => 0,
        }
    }

    /// Appends to the last run.
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        let len = self.bytes.len() as u32;
        if let Some(Frag { kind: FragKind::Bytes { end, .. }, .. }) = self.frags.last_mut() {
            *end = len;
        }
    }
}
