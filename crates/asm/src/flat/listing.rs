//! A listing: address, bytes, line number and source.

use super::{Flat, order};
use crate::source::{FileId, Sources};
use std::fmt::Write;

/// Writes a program that was read from `file`.
pub fn write(flat: &Flat, sources: &Sources, file: FileId) -> String {
    let mut out = String::new();
    let mut shown = file;
    order::lines(flat, sources, file, &mut |line| {
        if line.file != shown {
            let _ = writeln!(out, "; {}", sources.file(line.file).name);
            shown = line.file;
        }
        let mut source = Some((line.number, line.text.as_str()));
        for row in line.rows {
            for (index, chunk) in flat.bytes(row).chunks(4).enumerate() {
                let unit = row.unit.max(1) as usize;
                let groups: Vec<String> = chunk
                    .chunks(unit)
                    .map(|element| element.iter().rev().map(|b| format!("{b:02x}")).collect())
                    .collect();
                let _ = write!(out, "{:08x}  {:<11}", row.addr as usize + 4 * index, groups.join(" "));
                end(&mut out, source.take());
            }
        }
        if source.is_some() {
            let _ = write!(out, "{:21}", "");
            end(&mut out, source);
        }
    });
    out
}

fn end(out: &mut String, source: Option<(u32, &str)>) {
    if let Some((number, text)) = source {
        let _ = write!(out, "  {number:5}  {text}");
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}
