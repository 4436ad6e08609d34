//! Subsections (`.subsection`, `.text 1`): parts of a section that are written anywhere and put one behind the other
//! at the end, by their numbers.
//!
//! While a program is built each is a section of its own that knows whose part it is; then [`fold`] makes one of them.

use crate::build::Builder;
use crate::hir::{FragKind, Program, Section};
use crate::symbol::{Def, SectionId, SymType};

impl Builder {
    /// The section that a subsection is a part of, or the section itself.
    pub(crate) fn whole(&self, id: SectionId) -> SectionId {
        self.program.section(id).part.map_or(id, |(whole, _)| whole)
    }

    /// A section's subsection, made if there is none.
    pub(crate) fn subsection(&mut self, id: SectionId, number: u32) -> SectionId {
        let whole = self.whole(id);
        if number == 0 {
            return whole;
        }
        let part = Some((whole, number));
        if let Some(known) = self.program.sections.iter().position(|section| section.part == part) {
            return SectionId(known as u32);
        }
        let Section { name, ty, flags, .. } = self.program.section(whole);
        let (name, ty, flags) = (name.clone(), *ty, *flags);
        let made = self.add_section(&name, ty, flags);
        self.program.sections[made.0 as usize].part = part;
        made
    }

    /// A section's subsections in their order, itself first.
    pub(crate) fn parts(&self, whole: SectionId) -> Vec<SectionId> {
        parts(&self.program, whole)
    }
}

fn parts(program: &Program, whole: SectionId) -> Vec<SectionId> {
    let numbered = program.sections.iter().enumerate().filter_map(|(n, section)| {
        let (of, number) = section.part?;
        (of == whole).then_some((number, SectionId(n as u32)))
    });
    let mut found: Vec<_> = numbered.collect();
    found.sort_unstable();
    std::iter::once(whole).chain(found.into_iter().map(|(_, id)| id)).collect()
}

/// Appends all subsections to their sections, and gives what is left its numbers.
pub(crate) fn fold(program: &mut Program) {
    if program.sections.iter().all(|section| section.part.is_none()) {
        return;
    }
    // Where each section's first fragment comes to be.
    let mut moved: Vec<(SectionId, u32)> = Vec::new();
    let mut left = 0;
    for section in &program.sections {
        moved.push((SectionId(left), 0));
        left += section.part.is_none() as u32;
    }
    for n in 0..program.sections.len() as u32 {
        if program.section(SectionId(n)).part.is_some() {
            continue;
        }
        for part in parts(program, SectionId(n)).into_iter().skip(1) {
            let symbol = program.section(part).symbol;
            let empty = Section::new("", 0, 0, symbol);
            let mut taken = std::mem::replace(&mut program.sections[part.0 as usize], empty);
            program.sections[part.0 as usize].part = taken.part.take();
            program.symbols[symbol].def = Def::Undefined;
            program.symbols[symbol].ty = SymType::None;
            let frags = append(&mut program.sections[n as usize], taken);
            moved[part.0 as usize] = (moved[n as usize].0, frags);
        }
    }
    program.sections.retain(|section| section.part.is_none());
    let now = |id: &mut SectionId| *id = moved[id.0 as usize].0;
    for n in 0..program.symbols.len() as u32 {
        match &mut program.symbols[crate::symbol::SymId(n)].def {
            Def::Place(place) => {
                place.frag += moved[place.section.0 as usize].1;
                now(&mut place.section);
            }
            Def::Section(id) => now(id),
            _ => {}
        }
    }
    program.sections.iter_mut().filter_map(|section| section.link.as_mut()).for_each(now);
    program.groups.iter_mut().flat_map(|group| &mut group.members).for_each(now);
}

/// Appends a section's contents to another; answers how many fragments that had.
fn append(whole: &mut Section, part: Section) -> u32 {
    let (frags, bytes) = (whole.frags.len() as u32, whole.bytes.len() as u32);
    whole.align = whole.align.max(part.align);
    whole.bytes.extend(part.bytes);
    whole.frags.extend(part.frags.into_iter().map(|mut frag| {
        if let FragKind::Bytes { start, end } | FragKind::Wide { start, end } = &mut frag.kind {
            (*start, *end) = (*start + bytes, *end + bytes);
        }
        frag
    }));
    whole.fixups.extend(part.fixups.into_iter().map(|mut fixup| {
        fixup.frag += frags;
        fixup
    }));
    whole.written.extend(part.written);
    whole.marks.extend(part.marks.into_iter().map(|mut mark| {
        mark.frag += frags;
        mark
    }));
    whole.items.extend(part.items.into_iter().map(|mut item| {
        item.frag += frags;
        item
    }));
    frags
}
