//! The program with all addresses decided: bytes, relocations, symbols. Outputs are written from here.

use crate::hir::Contents;
use crate::source::Span;
use crate::symbol::SymId;

/// An object: what a linker takes, or what is written out as it is.
#[derive(Debug, Default)]
pub struct Object {
    /// The sections, numbered as in the HIR.
    pub sections: Vec<Section>,
}

/// A section's contents.
#[derive(Debug, Default)]
pub struct Section {
    /// Its address: 0 where a linker decides.
    pub address: u32,
    /// Its size in bytes; `bytes` is empty for a section without contents.
    pub size: u32,
    /// Its contents.
    pub bytes: Vec<u8>,
    /// The relocations.
    pub relocs: Vec<Reloc>,
    /// Its instructions and data, if the program was built with line information.
    pub items: Vec<Item>,
    /// Where ARM code, Thumb code and data begin.
    pub marks: Vec<(u32, Contents)>,
}

/// A relocation; the addend stands in the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reloc {
    /// Where, in the section.
    pub offset: u32,
    /// `R_ARM_...`
    pub ty: u8,
    /// Against what; `None` is symbol 0.
    pub symbol: Option<SymId>,
}

/// An instruction or datum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Where it begins, in the section.
    pub offset: u32,
    /// In bytes.
    pub size: u32,
    /// The statement it is from.
    pub span: Span,
}
