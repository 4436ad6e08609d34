//! Debugging information of an assembly source: which line made which bytes (DWARF 3, 6.2), and the compilation unit
//! that leads a debugger to it (3.1). It is added to a program that is laid out, and only if the source has none of
//! its own.

use crate::hir::{self, Contents, Program, elf};
use crate::layout::dwarf::{LINE_BASE, LINE_RANGE, OPCODE_BASE, leb, line_advance};
use crate::lir::{self, Object, Reloc};
use crate::source::{FileId, Lines, Sources};
use crate::symbol::{Def, SymId, SymType};

const R_ARM_ABS32: u8 = 2;

/// A sequence of the line table: a section, and what begins at which offset.
struct Sequence {
    symbol: SymId,
    end: u32,
    /// Offset, index into the files, line.
    rows: Vec<(u32, usize, u32)>,
}

/// Bytes with references in them.
#[derive(Default)]
struct Part {
    bytes: Vec<u8>,
    relocs: Vec<Reloc>,
}

impl Part {
    fn number(&mut self, n: u32) {
        self.bytes.extend(n.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        // A NUL would end it early.
        self.bytes.extend(text.bytes().filter(|&b| b != 0));
        self.bytes.push(0);
    }

    fn reference(&mut self, symbol: SymId, addend: u32) {
        self.relocs.push(Reloc { offset: self.bytes.len() as u32, ty: R_ARM_ABS32, symbol: Some(symbol) });
        self.number(addend);
    }

    /// Writes the length of all behind the first four bytes into them.
    fn close(&mut self) {
        let length = self.bytes.len() as u32 - 4;
        self.bytes[..4].copy_from_slice(&length.to_le_bytes());
    }
}

/// Adds it for the instructions of a source, which was read in `directory`.
pub fn add(program: &mut Program, object: &mut Object, sources: &Sources, main: FileId, directory: &str) {
    if program.sections.iter().any(|section| section.name.starts_with(".debug_")) {
        return;
    }
    let (files, sequences) = sequences(program, object, sources);
    if sequences.is_empty() {
        return;
    }
    let line = section(program, object, ".debug_line", line_table(&files, &sequences));
    let abbrev = section(program, object, ".debug_abbrev", abbreviations(sequences.len() > 1));
    let ranges =
        (sequences.len() > 1).then(|| section(program, object, ".debug_ranges", range_list(&sequences)));
    let name = &sources.file(main).name;
    let unit = unit(name, directory, line, abbrev, ranges, &sequences);
    section(program, object, ".debug_info", unit);
}

/// The rows of each section of code; the files that they speak of.
fn sequences(program: &Program, object: &Object, sources: &Sources) -> (Vec<String>, Vec<Sequence>) {
    let mut lines = Lines::new(sources);
    let mut files: Vec<FileId> = Vec::new();
    let mut sequences = Vec::new();
    for (section, laid) in program.sections.iter().zip(&object.sections) {
        if section.flags & elf::SHF_EXECINSTR == 0 {
            continue;
        }
        let mut rows: Vec<(u32, usize, u32)> = Vec::new();
        let mut marks = laid.marks.iter().peekable();
        let mut what = Contents::Data;
        let mut end = 0;
        for item in laid.items.iter().filter(|item| item.size > 0) {
            while let Some((_, next)) = marks.next_if(|(at, _)| *at <= item.offset) {
                what = *next;
            }
            if what == Contents::Data {
                continue;
            }
            let span = sources.written(item.span);
            let file = files.iter().position(|&f| f == span.file).unwrap_or_else(|| {
                files.push(span.file);
                files.len() - 1
            });
            let line = lines.of(span);
            if rows.last().is_none_or(|&(_, f, l)| (f, l) != (file, line)) {
                rows.push((item.offset, file, line));
            }
            end = item.offset + item.size;
        }
        if !rows.is_empty() {
            sequences.push(Sequence { symbol: section.symbol, end, rows });
        }
    }
    (files.iter().map(|&file| sources.file(file).name.clone()).collect(), sequences)
}

fn line_table(files: &[String], sequences: &[Sequence]) -> Part {
    let mut tables = Part::default();
    // No directories: the names are paths.
    tables.bytes.push(0);
    for name in files {
        tables.text(name);
        // Directory, time, size.
        tables.bytes.extend([0, 0, 0]);
    }
    tables.bytes.push(0);
    let fixed =
        [2, 1, LINE_BASE as u8, LINE_RANGE as u8, OPCODE_BASE as u8, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
    let mut out = Part::default();
    out.number(0);
    out.bytes.extend([3, 0]);
    out.number((fixed.len() + tables.bytes.len()) as u32);
    out.bytes.extend(fixed);
    out.bytes.extend(tables.bytes);
    for sequence in sequences {
        let (mut at, mut file, mut line) = (0, 0, 1);
        for (n, &(offset, f, l)) in sequence.rows.iter().enumerate() {
            if f != file {
                // DW_LNS_set_file; they count from 1.
                out.bytes.push(4);
                out.bytes.extend(leb(f as i64 + 1, false));
                file = f;
            }
            if n == 0 {
                // DW_LNE_set_address.
                out.bytes.extend([0, 5, 2]);
                out.reference(sequence.symbol, offset);
                at = offset;
            }
            out.bytes.extend(line_advance(l.wrapping_sub(line) as i32, offset - at));
            (at, line) = (offset, l);
        }
        out.bytes.extend(line_advance(i32::MAX, sequence.end - at));
    }
    out.close();
    out
}

/// DW_TAG_compile_unit without children.
fn abbreviations(ranges: bool) -> Part {
    let mut out = Part::default();
    out.bytes.extend([1, 0x11, 0]);
    // stmt_list data4, name string, comp_dir string, producer string, language data2.
    out.bytes.extend([0x10, 6, 3, 8, 0x1b, 8, 0x25, 8, 0x13, 5]);
    if ranges {
        // low_pc addr, which the ranges count from; ranges data4.
        out.bytes.extend([0x11, 1, 0x55, 6]);
    } else {
        // low_pc addr, high_pc addr.
        out.bytes.extend([0x11, 1, 0x12, 1]);
    }
    out.bytes.extend([0, 0, 0]);
    out
}

fn range_list(sequences: &[Sequence]) -> Part {
    let mut out = Part::default();
    for sequence in sequences {
        out.reference(sequence.symbol, sequence.rows[0].0);
        out.reference(sequence.symbol, sequence.end);
    }
    out.number(0);
    out.number(0);
    out
}

fn unit(
    name: &str,
    directory: &str,
    line: SymId,
    abbrev: SymId,
    ranges: Option<SymId>,
    sequences: &[Sequence],
) -> Part {
    let mut out = Part::default();
    out.number(0);
    out.bytes.extend([3, 0]);
    out.reference(abbrev, 0);
    out.bytes.extend([4, 1]);
    out.reference(line, 0);
    out.text(name);
    out.text(directory);
    out.text(concat!("skink asm ", env!("CARGO_PKG_VERSION")));
    // DW_LANG_Mips_Assembler, which all assemblers use.
    out.bytes.extend(0x8001u16.to_le_bytes());
    match ranges {
        Some(ranges) => {
            out.number(0);
            out.reference(ranges, 0);
        }
        None => {
            out.reference(sequences[0].symbol, sequences[0].rows[0].0);
            out.reference(sequences[0].symbol, sequences[0].end);
        }
    }
    out.close();
    out
}

/// Adds a section; answers its symbol.
fn section(program: &mut Program, object: &mut Object, name: &str, part: Part) -> SymId {
    let symbol = program.symbols.make(name.as_bytes());
    program.symbols[symbol].def = Def::Section(crate::symbol::SectionId(program.sections.len() as u32));
    program.symbols[symbol].ty = SymType::Section;
    program.sections.push(hir::Section::new(name, elf::SHT_PROGBITS, 0, symbol));
    let size = part.bytes.len() as u32;
    object.sections.push(lir::Section { size, bytes: part.bytes, relocs: part.relocs, ..Default::default() });
    symbol
}
