//! The program with symbols, sections and expressions: pseudo-instructions expanded, sizes and addresses open.
//!
//! A section is a list of fragments. What has its final size is a run of bytes; only what does not (alignment, a
//! branch that may be short or long, `.org`) is a fragment of its own. References to symbols are [`Fixup`]s.

use crate::expr::{Expr, Exprs};
use crate::source::Span;
use crate::symbol::{Place, SectionId, SymId, Symbols};
use skink_isa::syntax::Role;
use skink_isa::{Cond, Op};

/// Section types and flags of ELF (System V ABI, chapter 4; ELF for the Arm architecture, 5.3).
#[allow(missing_docs)]
pub mod elf {
    pub const SHT_PROGBITS: u32 = 1;
    pub const SHT_NOTE: u32 = 7;
    pub const SHT_NOBITS: u32 = 8;
    pub const SHT_INIT_ARRAY: u32 = 14;
    pub const SHT_FINI_ARRAY: u32 = 15;
    pub const SHT_PREINIT_ARRAY: u32 = 16;
    pub const SHT_ARM_EXIDX: u32 = 0x7000_0001;
    pub const SHT_ARM_ATTRIBUTES: u32 = 0x7000_0003;
    pub const SHF_WRITE: u32 = 1;
    pub const SHF_ALLOC: u32 = 2;
    pub const SHF_EXECINSTR: u32 = 4;
    pub const SHF_MERGE: u32 = 0x10;
    pub const SHF_STRINGS: u32 = 0x20;
    pub const SHF_LINK_ORDER: u32 = 0x80;
    pub const SHF_GROUP: u32 = 0x200;
    pub const SHF_TLS: u32 = 0x400;
    pub const SHF_GNU_RETAIN: u32 = 0x0020_0000;
    pub const SHF_EXCLUDE: u32 = 0x8000_0000;
}

/// A program as a dialect built it.
#[derive(Debug, Default)]
pub struct Program {
    /// The sections, in the order of their first mention.
    pub sections: Vec<Section>,
    /// The symbols.
    pub symbols: Symbols,
    /// The nodes of expressions.
    pub exprs: Exprs,
    /// Instructions whose operand is an expression.
    pub insns: Vec<Insn>,
    /// Where it starts, if that was said.
    pub entry: Option<SymId>,
    /// The contents of `.ARM.attributes`.
    pub attributes: Vec<u8>,
    /// Whether padding in code may be the NOPs of ARMv6K and Thumb-2.
    pub modern_nops: bool,
    /// How many symbols there were when the source was read: mapping symbols in padding come behind them.
    pub written: u32,
    /// The name of the source, for the symbol table.
    pub file: Option<Vec<u8>>,
    /// Where section groups' signatures are (`,comdat`).
    pub groups: Vec<Group>,
}

/// A section group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The name of the symbol that names it.
    pub name: Vec<u8>,
    /// That symbol, once all of the source is read.
    pub signature: Option<SymId>,
    /// Whether the linker keeps one of several.
    pub comdat: bool,
    /// Its sections.
    pub members: Vec<SectionId>,
}

/// A section.
#[derive(Debug)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// `SHT_...`
    pub ty: u32,
    /// `SHF_...`
    pub flags: u32,
    /// The size of an entry where entries are merged.
    pub entsize: u32,
    /// The greatest alignment asked for, in bytes.
    pub align: u32,
    /// Its address, where the source says it (ORG); a linker decides otherwise.
    pub address: Option<u32>,
    /// The section that `SHF_LINK_ORDER` refers to.
    pub link: Option<SectionId>,
    /// The group it is in, as an index into [`Program::groups`].
    pub group: Option<u32>,
    /// Whose subsection it is, and which: only while the program is built.
    pub part: Option<(SectionId, u32)>,
    /// What it is made of.
    pub frags: Vec<Frag>,
    /// The bytes of all [`FragKind::Bytes`], one behind the other.
    pub bytes: Vec<u8>,
    /// The references in it.
    pub fixups: Vec<Fixup>,
    /// Relocations that the source writes itself (`.reloc`).
    pub written: Vec<Written>,
    /// Where ARM code, Thumb code and data begin.
    pub marks: Vec<Mark>,
    /// Where the instructions and data of each statement begin, if the program is built with line information.
    pub items: Vec<Item>,
    /// The symbol of the section itself.
    pub symbol: SymId,
}

/// A statement's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Where its bytes begin.
    pub frag: u32,
    /// Bytes from the start of the fragment.
    pub offset: u32,
    /// The statement.
    pub span: Span,
}

/// What begins at a place (ELF for the Arm architecture, 5.5.5: mapping symbols).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The fragment.
    pub frag: u32,
    /// Bytes from its start.
    pub offset: u32,
    /// What begins.
    pub what: Contents,
    /// How many symbols there were when it was made: the order of the symbol table.
    pub order: u32,
}

/// What a stretch of a section holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Contents {
    Arm,
    Thumb,
    Data,
}

/// A part of a section.
#[derive(Debug, Clone, Copy)]
pub struct Frag {
    /// Its address in the section, once it is laid out.
    pub addr: u32,
    /// Its size in bytes, once it is laid out.
    pub size: u32,
    /// What it is.
    pub kind: FragKind,
}

/// What a fragment is.
#[derive(Debug, Clone, Copy)]
pub enum FragKind {
    /// These of the section's bytes.
    Bytes {
        /// The first.
        start: u32,
        /// The one after the last.
        end: u32,
    },
    /// An instruction whose encoding depends on how far its symbol is: an index into [`Program::insns`].
    Insn(u32),
    /// A Thumb instruction, these of the section's bytes, that turns out to have four when sizes are decided: the
    /// number in it is known, but GNU as looks at it no sooner.
    Wide {
        /// The first.
        start: u32,
        /// The one after the last.
        end: u32,
    },
    /// Up to a multiple of `align`.
    Align {
        /// In bytes.
        align: u32,
        /// With these bytes; without, zeros in data and NOPs in code.
        fill: Option<(u32, u8)>,
        /// Not at all if it would take more bytes than this.
        max: u32,
        /// What stands before it.
        contents: Contents,
    },
    /// `count` times `value`, `size` bytes each.
    Space {
        /// How often.
        count: Expr,
        /// The value.
        value: u64,
        /// The size of one, 1 to 8.
        size: u8,
        /// The statement.
        span: Span,
    },
    /// Up to an address in the section.
    Org {
        /// Which.
        to: Expr,
        /// With this byte.
        fill: u8,
        /// The statement.
        span: Span,
    },
    /// A number in LEB128.
    Leb {
        /// The number.
        value: Expr,
        /// Whether it is signed.
        signed: bool,
    },
    /// An advance of the location in a frame description (`DW_CFA_advance_loc` and its like).
    CfaAdvance {
        /// From here.
        from: SymId,
        /// To here.
        to: SymId,
    },
    /// A row of a line table.
    LineAdvance {
        /// From here.
        from: SymId,
        /// To here.
        to: SymId,
        /// How many lines further; `i32::MAX` ends the sequence.
        line: i32,
    },
}

/// A reference that is resolved when addresses are known, or becomes a relocation.
#[derive(Debug, Clone, Copy)]
pub struct Fixup {
    /// The fragment.
    pub frag: u32,
    /// Bytes from its start.
    pub offset: u32,
    /// What is to be written there.
    pub kind: FixupKind,
    /// Of what.
    pub value: Expr,
    /// For messages.
    pub span: Span,
}

/// A relocation that the source writes.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// Where, in the section.
    pub at: Expr,
    /// `R_ARM_...`
    pub ty: u8,
    /// Against what.
    pub value: Option<Expr>,
    /// The statement.
    pub span: Span,
}

/// What a fixup writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixupKind {
    /// A number of so many bytes.
    Data(u8),
    /// The operand of an instruction, an index into [`Program::insns`].
    Insn(u32),
    /// A relocation of this number and nothing else (`.reloc`, R_ARM_NONE, R_ARM_V4BX).
    Reloc(u8),
}

/// An instruction with a symbolic operand.
#[derive(Debug, Clone, Copy)]
pub struct Insn {
    /// The operation; the operand that the expression stands for is still 0.
    pub op: Op,
    /// Its condition.
    pub cond: Cond,
    /// The row whose template it was read by, an index into [`skink_isa::ROWS`].
    pub row: u16,
    /// Whether it is Thumb code.
    pub thumb: bool,
    /// Whether it stands in an IT block.
    pub in_it: bool,
    /// 2 or 4 where the source says which encoding it wants.
    pub width: u8,
    /// The operand.
    pub value: Expr,
    /// How the operand's value follows from the expression's.
    pub role: Role,
    /// The statement.
    pub span: Span,
}

impl FragKind {
    /// The size of what has one from the start.
    pub(crate) fn len(self) -> Option<u32> {
        match self {
            FragKind::Bytes { start, end } | FragKind::Wide { start, end } => Some(end - start),
            _ => None,
        }
    }
}

impl Section {
    /// An empty one.
    pub fn new(name: &str, ty: u32, flags: u32, symbol: SymId) -> Section {
        Section {
            name: name.into(),
            ty,
            flags,
            entsize: 0,
            align: 1,
            address: None,
            link: None,
            group: None,
            part: None,
            frags: Vec::new(),
            bytes: Vec::new(),
            fixups: Vec::new(),
            written: Vec::new(),
            marks: Vec::new(),
            items: Vec::new(),
            symbol,
        }
    }
}

impl Program {
    /// A section.
    pub fn section(&self, id: SectionId) -> &Section {
        &self.sections[id.0 as usize]
    }

    /// A statement that refers to a symbol.
    pub(crate) fn user_of(&self, sym: SymId) -> Option<Span> {
        let refers = |value: Expr| matches!(value, Expr::Sym(used, _) if used == sym);
        let insn = self.insns.iter().find(|insn| refers(insn.value)).map(|insn| insn.span);
        let mut fixups = self.sections.iter().flat_map(|section| &section.fixups);
        insn.or_else(|| fixups.find(|fixup| refers(fixup.value)).map(|fixup| fixup.span))
    }

    /// The address of a place in its section, once it is laid out.
    pub fn address(&self, place: Place) -> u32 {
        let frag = self.section(place.section).frags.get(place.frag as usize);
        frag.map_or(0, |frag| frag.addr).wrapping_add(place.offset)
    }
}
