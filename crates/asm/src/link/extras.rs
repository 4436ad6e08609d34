//! What a linker adds to an object: places for common blocks, and the global offset table (ELF for the Arm
//! architecture, 5.6.1; addenda for thread-local storage there too).

use crate::expr::Expr;
use crate::hir::{Frag, FragKind, Program, Section, elf};
use crate::lir::{self, Object};
use crate::symbol::{Def, Place, SectionId, SymId, SymType};
use std::collections::HashMap;

/// What an entry of the table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Entry {
    /// A symbol's address.
    Address(SymId),
    /// A thread-local symbol's offset from the thread pointer.
    FromThread(SymId),
    /// The two words that `__tls_get_addr` wants: which module's, and the symbol's offset in that; of no symbol, 0.
    Dynamic(Option<SymId>),
}

/// The global offset table.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Its section, if there is one.
    pub(super) section: Option<usize>,
    offsets: HashMap<Entry, u32>,
    size: u32,
}

impl Table {
    /// Where an entry is in the table.
    pub(super) fn offset(&self, entry: Entry) -> Option<u32> {
        self.offsets.get(&entry).copied()
    }

    /// All entries, each with its offset.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Entry, u32)> {
        self.offsets.iter().map(|(entry, offset)| (*entry, *offset))
    }

    fn want(&mut self, entry: Entry) {
        let words = if matches!(entry, Entry::Dynamic(_)) { 2 } else { 1 };
        if let std::collections::hash_map::Entry::Vacant(vacant) = self.offsets.entry(entry) {
            vacant.insert(self.size);
            self.size += 4 * words;
        }
    }
}

/// The entry that a relocation refers to.
pub(super) fn entry_of(ty: u8, sym: Option<SymId>) -> Option<Entry> {
    Some(match (ty, sym) {
        // TARGET2 is GOT_PREL for Linux.
        (26 | 95 | 96 | 41, Some(sym)) => Entry::Address(sym),
        (107, Some(sym)) => Entry::FromThread(sym),
        (104, sym) => Entry::Dynamic(sym),
        (105, _) => Entry::Dynamic(None),
        _ => return None,
    })
}

/// Gives common blocks their places, and makes the table if something refers to it.
pub(super) fn add(program: &mut Program, object: &mut Object) -> Table {
    common_blocks(program, object);
    let mut table = Table::default();
    let mut wanted = false;
    for reloc in object.sections.iter().flat_map(|section| &section.relocs) {
        // GOTOFF32 and BASE_PREL are of the table, and of no entry.
        wanted |= matches!(reloc.ty, 24 | 25);
        if let Some(entry) = entry_of(reloc.ty, reloc.symbol) {
            table.want(entry);
        }
    }
    if wanted || table.size > 0 {
        let (section, _) = add_section(program, object, ".got", elf::SHT_PROGBITS, table.size, 4);
        table.section = Some(section.0 as usize);
    }
    table
}

fn common_blocks(program: &mut Program, object: &mut Object) {
    let blocks: Vec<(SymId, u32, u32)> = program
        .symbols
        .iter()
        .filter_map(|(id, symbol)| match symbol.def {
            Def::Common { size, align } => Some((id, size, align.max(1))),
            _ => None,
        })
        .collect();
    if blocks.is_empty() {
        return;
    }
    let (mut at, mut most) = (0u32, 1);
    let mut places = Vec::new();
    for &(id, size, align) in &blocks {
        at = at.checked_next_multiple_of(align).unwrap_or(u32::MAX);
        places.push((id, at, size));
        at = at.saturating_add(size);
        most = most.max(align);
    }
    let (section, frag) = add_section(program, object, "COMMON", elf::SHT_NOBITS, at, most);
    for (id, offset, size) in places {
        let symbol = &mut program.symbols[id];
        symbol.def = Def::Place(Place { section, frag, offset });
        symbol.size = symbol.size.or(Some(Expr::Num(size.into())));
        if symbol.ty == SymType::None {
            symbol.ty = SymType::Object;
        }
    }
}

/// A section of zeros that may be written, laid out already; and its fragment.
fn add_section(
    program: &mut Program,
    object: &mut Object,
    name: &str,
    ty: u32,
    size: u32,
    align: u32,
) -> (SectionId, u32) {
    let symbol = program.symbols.make(b"");
    let mut section = Section::new(name, ty, elf::SHF_ALLOC | elf::SHF_WRITE, symbol);
    section.align = align;
    section.frags.push(Frag { addr: 0, size, kind: FragKind::Bytes { start: 0, end: 0 } });
    program.sections.push(section);
    let bytes = if ty == elf::SHT_NOBITS { Vec::new() } else { vec![0; size as usize] };
    object.sections.push(lir::Section { size, bytes, ..lir::Section::default() });
    (SectionId(program.sections.len() as u32 - 1), 0)
}
