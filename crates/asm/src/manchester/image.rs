//! The memory image of the last pass.

use super::emit::{Emitter, What};
use super::state::Assembler;
use super::symbols::Kind;
use crate::flat::{Flat, Label, Row, RowKind, Segment};

impl Assembler<'_> {
    /// The memory image.
    pub(super) fn flat(&self) -> Flat {
        let sections = &self.emitter.builder.program.sections;
        let mut segments: Vec<Segment> = Vec::new();
        let mut segment_of = vec![0; sections.len()];
        for (n, section) in sections.iter().enumerate() {
            let bytes = Emitter::section_bytes(section);
            segment_of[n] = segments.len() as u32;
            if !bytes.is_empty() {
                segments.push(Segment { addr: section.address.unwrap_or(0), bytes });
            }
        }
        let mut rows: Vec<Row> = self
            .emitter
            .placed
            .iter()
            .map(|p| {
                let kind = if matches!(p.what, What::Code { .. }) { RowKind::Code } else { RowKind::Data };
                let segment = segment_of[p.section as usize];
                Row { addr: p.addr, len: p.len, unit: p.unit, kind, span: p.at, segment }
            })
            .collect();
        rows.sort_by_key(|row| row.addr);
        let mut symbols: Vec<Label> = self
            .symbols
            .iter()
            .filter(|(_, s)| s.kind == Kind::Label)
            .map(|(name, s)| Label {
                name: name.to_owned(),
                addr: s.value.unwrap_or(0) as u32,
                thumb: s.thumb,
                global: s.exported || self.export_all,
            })
            .collect();
        symbols.sort_by(|a, b| (a.addr, &a.name).cmp(&(b.addr, &b.name)));
        // Without ENTRY it starts at the lowest address, and in Thumb if that is what stands there.
        let first = self.emitter.placed.iter().filter(|p| p.len > 0).min_by_key(|p| p.addr);
        let in_thumb = first.filter(|p| matches!(p.what, What::Code { thumb: true, .. })).map(|p| p.addr | 1);
        let entry = self.entry.map(|(addr, thumb, _)| addr | thumb as u32).or(in_thumb);
        let mut values: Vec<(String, i64)> = self
            .symbols
            .iter()
            .filter(|(_, s)| s.kind == Kind::Value)
            .filter_map(|(name, s)| Some((name.to_owned(), s.value?)))
            .collect();
        values.sort();
        let Emitter { words, fixed, align, .. } = &self.emitter;
        let (words, fixed, align) = (words.clone(), fixed.clone(), *align);
        Flat { segments, rows, symbols, entry, values, words, fixed, align }
    }
}
