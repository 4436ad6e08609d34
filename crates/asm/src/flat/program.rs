//! A memory image as a program of sections and symbols: what ELF files are written from.
//!
//! An executable keeps the addresses that the source gave. A relocatable object is one section: what stands where in
//! it is as in the image, and the words that hold addresses are relocations against the section.

use super::{Flat, RowKind};
use crate::build::{Builder, Options};
use crate::diag::{Diagnostic, Diagnostics};
use crate::expr::Expr;
use crate::hir::{Contents, Mark, Program, elf};
use crate::lir::{Item, Object, Reloc, Section};
use crate::symbol::{Binding, Def, Place, SectionId};

/// Code and data stand among each other, so all of it may be executed and written.
const FLAGS: u32 = elf::SHF_ALLOC | elf::SHF_EXECINSTR | elf::SHF_WRITE;
/// The largest object.
const MAX_BYTES: u64 = 256 << 20;
const R_ARM_ABS32: u8 = 2;

impl Flat {
    /// With every part at its address.
    pub fn placed(&self) -> (Program, Object) {
        let parts = self.segments.iter().map(|s| (s.addr, s.bytes.clone())).collect();
        let (mut program, object) = self.program(parts);
        for (section, laid) in program.sections.iter_mut().zip(&object.sections) {
            section.address = Some(laid.address);
        }
        if let Some(entry) = self.entry {
            program.entry = Some(define(&mut program, &object, b"", entry & !1, entry & 1 != 0));
        }
        (program, object)
    }

    /// As one section that a linker may put anywhere; `None` if something in it would be wrong elsewhere, which is
    /// said.
    pub fn relocatable(&self, diags: &mut Diagnostics) -> Option<(Program, Object)> {
        for &span in &self.fixed {
            let d =
                Diagnostic::error(span, "this depends on where the program is put, which a linker decides");
            diags.push(d.help(
                "in an object addresses are whole words, DEFW label or LDR Rd, =label; `--format elf` keeps them as they are",
            ));
        }
        let Some(bytes) = self.binary(MAX_BYTES) else {
            diags.push(Diagnostic::global("the program's addresses are too far apart for one section"));
            return None;
        };
        if diags.has_errors() {
            return None;
        }
        let base = self.range().map_or(0, |(low, _)| low);
        let (mut program, mut object) = self.program(vec![(base, bytes)]);
        let symbol = program.sections[0].symbol;
        let laid = &mut object.sections[0];
        for &addr in &self.words {
            // The addend stands in the word: its distance from the start.
            let offset = addr.wrapping_sub(base);
            if let Some(word) =
                laid.bytes.get_mut(offset as usize..).and_then(|rest| rest.first_chunk_mut::<4>())
            {
                *word = u32::from_le_bytes(*word).wrapping_sub(base).to_le_bytes();
                laid.relocs.push(Reloc { offset, ty: R_ARM_ABS32, symbol: Some(symbol) });
            }
        }
        laid.relocs.sort_by_key(|reloc| reloc.offset);
        if let Some(entry) = self.entry
            && program.symbols.find(b"_start").is_none()
        {
            let start = define(&mut program, &object, b"_start", entry & !1, entry & 1 != 0);
            program.symbols[start].binding = Binding::Global;
        }
        // From here on addresses are the linker's.
        object.sections[0].address = 0;
        Some((program, object))
    }

    /// Sections of these bytes at these addresses, with symbols, items and mapping symbols.
    fn program(&self, parts: Vec<(u32, Vec<u8>)>) -> (Program, Object) {
        let mut builder = Builder::new(Options::default(), ".text", elf::SHT_PROGBITS, FLAGS);
        let mut object = Object::default();
        for (n, (address, bytes)) in parts.into_iter().enumerate() {
            if n > 0 {
                let id = builder.add_section(&format!(".text.{address:08x}"), elf::SHT_PROGBITS, FLAGS);
                builder.switch(id);
            }
            builder.place();
            builder.section().append(&bytes);
            builder.section().align = 1 << self.align.min(16);
            let size = bytes.len() as u32;
            object.sections.push(Section { address, size, bytes, ..Section::default() });
        }
        if object.sections.is_empty() {
            object.sections.push(Section::default());
        }
        let mut program = builder.program;
        for row in self.rows.iter().filter(|row| row.len > 0) {
            let Some(n) = holder(&object, row.addr, row.len) else { continue };
            let laid = &mut object.sections[n];
            let offset = row.addr - laid.address;
            laid.items.push(Item { offset, size: row.len, span: row.span });
            let what = match (row.kind, row.unit) {
                (RowKind::Data, _) => Contents::Data,
                (RowKind::Code, 2) => Contents::Thumb,
                (RowKind::Code, _) => Contents::Arm,
            };
            if laid.marks.last().is_none_or(|(_, last)| *last != what) {
                laid.marks.push((offset, what));
                let order = program.symbols.len() as u32;
                program.sections[n].marks.push(Mark { frag: u32::MAX, offset, what, order });
            }
        }
        for label in &self.symbols {
            let symbol = define(&mut program, &object, label.name.as_bytes(), label.addr, label.thumb);
            if label.global {
                program.symbols[symbol].binding = Binding::Global;
            }
        }
        for (name, value) in &self.values {
            let symbol = program.symbols.get(name.as_bytes());
            program.symbols[symbol].def = Def::Equ(Expr::Num(*value));
        }
        (program, object)
    }
}

/// The section that has these bytes, or ends where they would be.
fn holder(object: &Object, addr: u32, len: u32) -> Option<usize> {
    object.sections.iter().rposition(|section| {
        let offset = addr.wrapping_sub(section.address);
        offset.checked_add(len).is_some_and(|end| end <= section.size)
    })
}

/// A symbol for an address.
fn define(
    program: &mut Program,
    object: &Object,
    name: &[u8],
    addr: u32,
    thumb: bool,
) -> crate::symbol::SymId {
    let symbol = if name.is_empty() { program.symbols.make(b"") } else { program.symbols.get(name) };
    program.symbols[symbol].thumb = thumb;
    // One at the start of a section is not the end of the one before.
    let starts = object.sections.iter().position(|section| section.address == addr && section.size > 0);
    program.symbols[symbol].def = match starts.or_else(|| holder(object, addr, 0)) {
        Some(n) => {
            let offset = addr - object.sections[n].address;
            Def::Place(Place { section: SectionId(n as u32), frag: 0, offset })
        }
        None => Def::Equ(Expr::Num(addr.into())),
    };
    symbol
}
