//! The memory image of a linked program, and the listing's view of one that is not linked.

use super::{Flat, Label, Row, RowKind, Segment};
use crate::hir::{Contents, Program};
use crate::link::Linked;
use crate::lir::{Item, Object, Section};
use crate::source::Sources;
use crate::symbol::{Binding, SymType};

impl Flat {
    /// Of a linked program: everything at its address.
    pub fn of_linked(linked: &Linked<'_>, sources: &Sources) -> Flat {
        let (program, object) = linked.parts();
        let mut flat = Flat { entry: Some(linked.entry()), ..Flat::default() };
        for (n, addr, bytes) in linked.loaded() {
            flat.segments.push(Segment { addr, bytes: bytes.to_vec() });
            flat.rows_of(&object.sections[n], addr, sources);
        }
        flat.rows.sort_by_key(|row| row.addr);
        for (sym, symbol) in program.symbols.iter() {
            let name = program.symbols.name(sym);
            let hidden = name.is_empty() || name.starts_with(b".L") || symbol.ty == SymType::Section;
            let Some(addr) = linked.place_of(sym).filter(|_| !hidden) else { continue };
            flat.symbols.push(Label {
                name: String::from_utf8_lossy(name).into_owned(),
                addr,
                thumb: symbol.thumb || symbol.thumb_func,
                global: symbol.binding != Binding::Local,
            });
        }
        flat.symbols.sort_by(|a, b| (a.addr, &a.name).cmp(&(b.addr, &b.name)));
        flat
    }

    /// Of an object: each section begins at 0, as GNU as lists it.
    pub fn of_object(program: &Program, object: &Object, sources: &Sources) -> Flat {
        let mut flat = Flat::default();
        for (laid, section) in object.sections.iter().zip(&program.sections) {
            let addr = section.address.unwrap_or(0);
            flat.segments.push(Segment { addr, bytes: laid.bytes.clone() });
            flat.rows_of(laid, addr, sources);
        }
        flat
    }

    /// The rows of the segment that was added last.
    fn rows_of(&mut self, laid: &Section, addr: u32, sources: &Sources) {
        let segment = self.segments.len() as u32 - 1;
        let mut marks = laid.marks.iter().peekable();
        let mut what = Contents::Data;
        for item in laid.items.iter().filter(|item| item.size > 0) {
            while let Some((_, next)) = marks.next_if(|(at, _)| *at <= item.offset) {
                what = *next;
            }
            let (unit, kind) = match what {
                Contents::Arm => (4, RowKind::Code),
                Contents::Thumb => (2, RowKind::Code),
                Contents::Data => (unit(sources, item), RowKind::Data),
            };
            let addr = addr.wrapping_add(item.offset);
            self.rows.push(Row { addr, len: item.size, unit, kind, span: item.span, segment });
        }
    }
}

/// The size of an element, as far as listings show elements: strings and space are bytes.
fn unit(sources: &Sources, item: &Item) -> u8 {
    match sources.slice(item.span) {
        [b'.', first, ..] if first.is_ascii_alphabetic() => 1,
        // A value in a list, or a literal, which stands for the instruction that loads it.
        _ => match item.size {
            2 => 2,
            4 | 8 => 4,
            _ => 1,
        },
    }
}
