//! Sizes and addresses: from the HIR to the LIR.
//!
//! Fragments begin at their least size and change until nothing does any more ([`relax`]). Then every reference is
//! resolved, or becomes a relocation ([`resolve`]).

pub mod dwarf;
mod kinds;
mod relax;
pub(crate) mod resolve;

use crate::diag::{Diagnostic, Diagnostics};
use crate::hir::{Contents, FragKind, Insn, Mark, Program};
use crate::lir;
use crate::source::Span;
use crate::symbol::SectionId;
use resolve::Resolver;

/// Lays a program out: decides all addresses, resolves all references.
pub fn layout(program: &mut Program, diags: &mut Diagnostics) -> lir::Object {
    let states = relax::relax(program, diags);
    let mut object = lir::Object::default();
    for (section, state) in states.iter().enumerate() {
        let id = SectionId(section as u32);
        object.sections.push(emit(program, id, &state.order, diags));
    }
    object
}

/// Writes a section's bytes.
fn emit(program: &mut Program, id: SectionId, first: &[u32], diags: &mut Diagnostics) -> lir::Section {
    let section = program.section(id);
    let size = section.frags.last().map_or(0, |frag| frag.addr + frag.size);
    let mut out = lir::Section { address: section.address.unwrap_or(0), size, ..Default::default() };
    if section.ty == crate::hir::elf::SHT_NOBITS {
        if section.bytes.iter().any(|&b| b != 0) {
            diags.push(Diagnostic::global(format!(
                "section `{}` has no contents in a file, and data was put there",
                section.name
            )));
        }
        finish(program, id, &mut out, Vec::new());
        return out;
    }
    out.bytes.resize(size as usize, 0);
    let resolver = Resolver { program };
    let mut extra = Vec::new();
    for frag in &section.frags {
        let at = frag.addr as usize;
        let target = &mut out.bytes[at..at + frag.size as usize];
        match frag.kind {
            FragKind::Bytes { start, end } | FragKind::Wide { start, end } => {
                target.copy_from_slice(&section.bytes[start as usize..end as usize])
            }
            FragKind::Align { fill: Some((value, n)), .. } => {
                // Only whole values, the rest before them is zero.
                let n = n.clamp(1, 4) as usize;
                let rest = target.len() % n;
                target[rest..].chunks_exact_mut(n).for_each(|c| c.copy_from_slice(&value.to_le_bytes()[..n]));
            }
            FragKind::Align { fill: None, contents, .. } => {
                let rest = nops(target, contents, program.modern_nops);
                if rest > 0 {
                    extra.push((frag.addr, Contents::Data));
                    extra.push((frag.addr + rest, contents));
                }
            }
            FragKind::Space { value, size, .. } if size > 0 => {
                target.chunks_exact_mut(size as usize).for_each(|c| {
                    let n = c.len().min(8);
                    c[..n].copy_from_slice(&value.to_le_bytes()[..n]);
                });
            }
            FragKind::Org { fill, .. } => target.fill(fill),
            FragKind::Leb { value, signed } => {
                let n = resolver.number(value).unwrap_or(0);
                put(target, &dwarf::leb(n, signed));
            }
            FragKind::CfaAdvance { from, to } => {
                put(target, &dwarf::cfa_advance(resolver.distance(from, to)));
            }
            FragKind::LineAdvance { from, to, line } => {
                put(target, &dwarf::line_advance(line, resolver.distance(from, to)));
            }
            FragKind::Insn(_) | FragKind::Space { .. } => {}
        }
    }
    for fixup in &section.fixups {
        let at = section.frags[fixup.frag as usize].addr + fixup.offset;
        resolver.fixup(id, at, fixup, &mut out, diags);
    }
    // Those of instructions that were relaxed come last, as GNU as makes them then: first of those that had to be wide
    // before all sizes were known.
    let mut done = vec![false; section.frags.len()];
    for i in first.iter().map(|&i| i as usize).chain(0..section.frags.len()) {
        let frag = &section.frags[i];
        if let FragKind::Insn(number) = frag.kind
            && !std::mem::replace(&mut done[i], true)
        {
            let insn = Insn { width: frag.size as u8, ..program.insns[number as usize] };
            resolver.insn(id, frag.addr, &insn, &mut out, diags);
        }
    }
    resolver.written(id, &mut out, diags);
    finish(program, id, &mut out, extra);
    out
}

/// Copies what has the length of its place, unless sizes never settled, which was said.
fn put(target: &mut [u8], bytes: &[u8]) {
    if target.len() == bytes.len() {
        target.copy_from_slice(bytes);
    }
}

/// Fills alignment in code; answers how many bytes at the start are no instructions.
fn nops(target: &mut [u8], contents: Contents, modern: bool) -> u32 {
    let (narrow, wide): (&[u8], &[u8]) = match (contents, modern) {
        (Contents::Data, _) => return 0,
        (Contents::Arm, true) => (&[], &[0x00, 0xf0, 0x20, 0xe3]),
        (Contents::Arm, false) => (&[], &[0x00, 0x00, 0xa0, 0xe1]),
        (Contents::Thumb, true) => (&[0x00, 0xbf], &[0xaf, 0xf3, 0x00, 0x80]),
        (Contents::Thumb, false) => (&[], &[0xc0, 0x46]),
    };
    let least = if narrow.is_empty() { wide.len() } else { narrow.len() };
    let rest = target.len() % least;
    let mut at = rest;
    if !narrow.is_empty() && !(target.len() - at).is_multiple_of(wide.len()) {
        target[at..at + 2].copy_from_slice(narrow);
        at += 2;
    }
    target[at..].chunks_exact_mut(wide.len()).for_each(|c| c.copy_from_slice(wide));
    rest as u32
}

/// Puts in what is known only when all sizes are: items, and which mapping symbols there are. A mapping symbol
/// that another follows at the same address says nothing, nor does one at the end.
fn finish(program: &mut Program, id: SectionId, out: &mut lir::Section, extra: Vec<(u32, Contents)>) {
    let last = program.written;
    let section = &mut program.sections[id.0 as usize];
    let (frags, size) = (&section.frags, out.size);
    let addr = |frag: u32, offset: u32| frags.get(frag as usize).map_or(0, |f| f.addr) + offset;
    let mut marks: Vec<(u32, Contents, u32)> =
        section.marks.iter().map(|m| (addr(m.frag, m.offset), m.what, m.order)).collect();
    marks.extend(extra.iter().map(|&(at, what)| (at, what, last)));
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by_key(|&i| (marks[i].0, i));
    let keep: Vec<bool> = {
        let mut keep = vec![false; marks.len()];
        for (n, &i) in order.iter().enumerate() {
            let next = order.get(n + 1).map(|&j| marks[j].0);
            let at = marks[i].0;
            keep[i] = next != Some(at) && (at < size || size == 0 && order.len() == 1);
        }
        keep
    };
    let mut kept = keep.iter();
    marks.retain(|_| *kept.next().unwrap_or(&false));
    out.marks = marks.iter().map(|&(at, what, _)| (at, what)).collect();
    out.marks.sort_by_key(|&(at, _)| at);
    let items: Vec<(u32, Span)> = section.items.iter().map(|i| (addr(i.frag, i.offset), i.span)).collect();
    for (n, &(offset, span)) in items.iter().enumerate() {
        let end = items.get(n + 1).map_or(size, |next| next.0);
        out.items.push(lir::Item { offset, size: end.saturating_sub(offset), span });
    }
    // Laid out, a mark's place is its address.
    section.marks =
        marks.into_iter().map(|(offset, what, order)| Mark { frag: u32::MAX, offset, what, order }).collect();
}
