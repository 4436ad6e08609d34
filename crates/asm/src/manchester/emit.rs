//! The last pass's way into the HIR, and a record of what was put where, for the warnings.

use crate::build::{Builder, Options};
use crate::expr::Expr;
use crate::hir::{Contents, Fixup, FixupKind, FragKind, Insn, Section, elf};
use crate::lir::{self, Item, Object};
use crate::source::Span;

/// What a stretch of memory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// An instruction; the encoding, to see whether execution goes on behind it.
    Code {
        bits: [u8; 4],
        thumb: bool,
    },
    Data,
    /// Reserved memory.
    Space,
    /// What ALIGN puts in.
    Padding,
    /// A word of the literal pool.
    Literal,
}

/// What was put where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub(super) addr: u32,
    pub(super) len: u32,
    pub(super) what: What,
    /// The size of an element in bytes.
    pub(super) unit: u8,
    /// The statement that asked for it.
    pub(super) span: Span,
    /// Where a listing shows it.
    pub(super) at: Span,
    pub(super) section: u32,
}

/// The builder, with the address that it stands at.
#[derive(Debug)]
pub(super) struct Emitter {
    pub(super) builder: Builder,
    pub(super) placed: Vec<Placed>,
    /// The words that hold addresses.
    pub(super) words: Vec<u32>,
    /// What would be wrong if the program were put elsewhere.
    pub(super) fixed: Vec<Span>,
    /// The greatest alignment, as a power of two.
    pub(super) align: u32,
    addr: u32,
}

const FLAGS: u32 = elf::SHF_ALLOC | elf::SHF_WRITE | elf::SHF_EXECINSTR;

impl Emitter {
    pub(super) fn new() -> Emitter {
        let mut builder = Builder::new(Options { lines: true }, ".text", elf::SHT_PROGBITS, FLAGS);
        builder.program.sections[0].address = Some(0);
        Emitter { builder, placed: Vec::new(), words: Vec::new(), fixed: Vec::new(), align: 2, addr: 0 }
    }

    /// A new piece of memory.
    pub(super) fn org(&mut self, addr: u32) {
        let section = self.builder.add_section(&format!(".text.{addr:08x}"), elf::SHT_PROGBITS, FLAGS);
        self.builder.program.sections[section.0 as usize].address = Some(addr);
        self.builder.switch(section);
        self.addr = addr;
    }

    pub(super) fn label(&mut self, name: &str, thumb: bool, span: Span) {
        self.builder.set_thumb(thumb);
        let symbol = self.builder.symbol(name.as_bytes());
        self.builder.define(symbol, span);
    }

    pub(super) fn equate(&mut self, name: &str, value: Expr, span: Span) {
        let symbol = self.builder.symbol(name.as_bytes());
        self.builder.assign(symbol, value, span);
    }

    pub(super) fn entry(&mut self, thumb: bool, span: Span) {
        self.builder.set_thumb(thumb);
        let symbol = self.builder.program.symbols.make(b"");
        self.builder.define(symbol, span);
        self.builder.program.entry = Some(symbol);
    }

    fn place(&mut self, len: u32, what: What, unit: u8, span: Span, at: Span) {
        let section = self.builder.current().0;
        self.placed.push(Placed { addr: self.addr, len, what, unit, span, at, section });
        self.addr = self.addr.wrapping_add(len);
    }

    pub(super) fn data(&mut self, bytes: &[u8], unit: u8, span: Span) {
        self.builder.bytes(bytes, span);
        self.place(bytes.len() as u32, What::Data, unit, span, span);
    }

    /// A word of the literal pool, for what stands at `user`, put at `at`.
    pub(super) fn literal(&mut self, word: u32, user: Span, at: Span) {
        self.builder.bytes(&word.to_le_bytes(), at);
        self.place(4, What::Literal, 4, user, at);
    }

    pub(super) fn space(&mut self, count: u64, fill: u8, what: What, span: Span) {
        self.builder.space(Expr::Num(count as i64), 1, fill.into(), span);
        self.place(count as u32, what, 1, span, span);
    }

    /// Notes that the instruction that follows refers to a name. Its bits are made by the passes, which know all
    /// addresses; the note is what the HIR says of it.
    pub(super) fn reference(&mut self, insn: Insn) {
        let (value, span) = (insn.value, insn.span);
        let kind = FixupKind::Insn(self.builder.program.insns.len() as u32);
        self.builder.program.insns.push(insn);
        self.fixup(kind, value, 0, span);
    }

    /// Notes that the datum `ahead` bytes further refers to a name.
    pub(super) fn data_reference(&mut self, size: u8, value: Expr, ahead: u32, span: Span) {
        self.fixup(FixupKind::Data(size), value, ahead, span);
    }

    fn fixup(&mut self, kind: FixupKind, value: Expr, ahead: u32, span: Span) {
        let place = self.builder.place();
        let fixup = Fixup { frag: place.frag, offset: place.offset + ahead, kind, value, span };
        self.builder.section().fixups.push(fixup);
    }

    pub(super) fn code(&mut self, bytes: &[u8], thumb: bool, span: Span) {
        let b = &mut self.builder;
        b.set_thumb(thumb);
        b.mark(if thumb { Contents::Thumb } else { Contents::Arm });
        b.item(span);
        b.place();
        b.section().append(bytes);
        let mut bits = [0; 4];
        bits[..bytes.len()].copy_from_slice(bytes);
        let unit = if thumb { 2 } else { 4 };
        self.place(bytes.len() as u32, What::Code { bits, thumb }, unit, span, span);
    }

    /// The lowest address with a byte.
    pub(super) fn lowest(&self) -> Option<u32> {
        self.placed.iter().filter(|p| p.len > 0).map(|p| p.addr).min()
    }

    /// A section's bytes.
    pub(super) fn section_bytes(section: &Section) -> Vec<u8> {
        let mut out = Vec::new();
        for frag in &section.frags {
            match frag.kind {
                FragKind::Bytes { start, end } => {
                    out.extend_from_slice(&section.bytes[start as usize..end as usize])
                }
                FragKind::Space { count: Expr::Num(count), value, .. } => {
                    out.resize(out.len() + count as usize, value as u8);
                }
                // Nothing else is made here: every size is known.
                _ => {}
            }
        }
        out
    }

    /// The LIR: every address is decided, so it is the sections as they are.
    pub(super) fn object(&self) -> Object {
        let mut object = Object::default();
        for (index, section) in self.builder.program.sections.iter().enumerate() {
            let address = section.address.unwrap_or(0);
            let bytes = Self::section_bytes(section);
            let placed = || self.placed.iter().filter(|p| p.section == index as u32);
            let items =
                placed().map(|p| Item { offset: p.addr - address, size: p.len, span: p.at }).collect();
            let mut marks: Vec<(u32, Contents)> = Vec::new();
            for p in placed() {
                let what = match p.what {
                    What::Code { thumb: false, .. } => Contents::Arm,
                    What::Code { thumb: true, .. } => Contents::Thumb,
                    _ => Contents::Data,
                };
                if marks.last().is_none_or(|(_, last)| *last != what) {
                    marks.push((p.addr - address, what));
                }
            }
            let size = bytes.len() as u32;
            object.sections.push(lir::Section { address, size, bytes, relocs: Vec::new(), items, marks });
        }
        object
    }
}
