//! The `.kmd` format: a listing that the University of Manchester's tools (KMD, Bennett) load.
//!
//! A line begins with the address in eight digits and a colon; from column 10 stand up to four bytes, a word as
//! one group of eight digits, a halfword as one of four, bytes as pairs; from column 22 `;` and the source. The
//! symbol table follows behind an empty line.

use super::{Flat, order};
use crate::source::{FileId, Sources};
use std::fmt::Write;

/// Writes a program that was read from `file`.
pub fn write(flat: &Flat, sources: &Sources, file: FileId) -> String {
    let mut out = String::from("KMD\n");
    order::lines(flat, sources, file, &mut |line| {
        let mut source = line.text.as_str();
        let mut any = false;
        for row in line.rows {
            let bytes = flat.bytes(row);
            for (index, chunk) in bytes.chunks(4).enumerate() {
                // Writing to a String does not fail.
                let _ = writeln!(
                    out,
                    "{:08X}: {:<12}; {source}",
                    row.addr as usize + 4 * index,
                    group(chunk, row.unit)
                );
                (source, any) = ("", true);
            }
        }
        if !any {
            let _ = writeln!(out, "{:22}; {source}", "");
        }
    });
    out.push_str("\nSymbol Table: Labels\n");
    for label in &flat.symbols {
        let scope = if label.global { "Global -" } else { "Local --" };
        let set = if label.thumb { "Thumb" } else { "ARM" };
        let _ = writeln!(out, ": {:<33} {:08X}  {scope} {set}", label.name, label.addr);
    }
    out
}

/// Up to four bytes in groups of `unit`; an element is written with its highest byte first.
fn group(bytes: &[u8], unit: u8) -> String {
    let groups: Vec<String> = bytes
        .chunks(unit.max(1) as usize)
        .map(|element| element.iter().rev().map(|b| format!("{b:02X}")).collect())
        .collect();
    groups.join(" ")
}
