//! A linker for one object: an executable for Linux that needs nothing else, which is what `skink run FILE.s` runs.
//!
//! Sections are put behind each other by what may be done with them, references between them are resolved (ELF for
//! the Arm architecture, 5.6.1), and symbols and debugging information come along. What needs a real linker (shared
//! libraries, a global offset table, thread-local storage) is refused by name.

use crate::diag::{Diagnostic, Diagnostics};
use crate::encode::inject::with_value;
use crate::expr::Expr;
use crate::hir::{Program, elf};
use crate::layout::resolve::{Resolver, Target};
use crate::lir::{Object, Reloc};
use crate::object::symbol_type;
use crate::symbol::{Binding, Def, SectionId, SymId};
use skink_isa::op::MovWide;
use skink_isa::operand::Imm;
use skink_isa::{Context, Insn, Op, decode_a32, decode_t32, encode};

/// Where programs are put, as GNU ld puts them.
const BASE: u32 = 0x1_0000;
const PAGE: u32 = 0x1000;
const HEADERS: u32 = 52 + 2 * 32;

/// A section's place in the program.
#[derive(Debug, Clone, Copy)]
struct Place {
    section: usize,
    address: u32,
    offset: u32,
}

/// Links the object into an executable file; `None` if something is missing, which is said.
pub fn link(program: &Program, object: &Object, diags: &mut Diagnostics) -> Option<Vec<u8>> {
    Linker { program, object, resolver: Resolver { program }, places: Vec::new(), bss_end: 0 }.link(diags)
}

struct Linker<'a> {
    program: &'a Program,
    object: &'a Object,
    resolver: Resolver<'a>,
    /// By section.
    places: Vec<Option<Place>>,
    bss_end: u32,
}

impl Linker<'_> {
    fn link(mut self, diags: &mut Diagnostics) -> Option<Vec<u8>> {
        let count = self.program.sections.len();
        self.places = vec![None; count];
        let kind = |n: usize| {
            let section = &self.program.sections[n];
            match (section.flags & elf::SHF_ALLOC, section.flags & elf::SHF_WRITE, section.ty) {
                (0, ..) => 3,
                (_, 0, _) => 0,
                (_, _, elf::SHT_NOBITS) => 2,
                _ => 1,
            }
        };
        // Read-only first, code before what is only read; then what may be written, and what begins as zeros.
        let mut order: Vec<usize> = (0..count).filter(|&n| kind(n) < 3).collect();
        let executable = |n: usize| self.program.sections[n].flags & elf::SHF_EXECINSTR != 0;
        order.sort_by_key(|&n| (kind(n), !executable(n)));
        let mut out = vec![0u8; HEADERS as usize];
        let (mut address, mut text_end, mut data_start) = (BASE + HEADERS, 0, None);
        let mut data_offset = 0;
        for &n in &order {
            let (section, laid) = (&self.program.sections[n], &self.object.sections[n]);
            if section.flags & elf::SHF_TLS != 0 && laid.size > 0 {
                diags.push(Diagnostic::global(format!(
                    "`{}` holds thread-local data, which needs a C library",
                    section.name
                )));
                return None;
            }
            if kind(n) > 0 && laid.size > 0 && data_start.is_none() {
                text_end = address;
                // The next page, at the same place in it as in the file.
                address = address.next_multiple_of(PAGE) + address % PAGE;
                (data_start, data_offset) = (Some(address), out.len() as u32);
                let skew = address % PAGE;
                if data_offset % PAGE != skew {
                    let pad = (skew + PAGE - data_offset % PAGE) % PAGE;
                    out.resize(out.len() + pad as usize, 0);
                    data_offset = out.len() as u32;
                }
            }
            let aligned = address.next_multiple_of(section.align.max(1));
            if kind(n) < 2 {
                out.resize(out.len() + (aligned - address) as usize, 0);
            }
            self.places[n] = Some(Place { section: n, address: aligned, offset: out.len() as u32 });
            if kind(n) < 2 {
                out.extend_from_slice(&laid.bytes);
            }
            address = aligned.checked_add(laid.size).filter(|end| *end < 0xbf00_0000).or_else(|| {
                diags.push(Diagnostic::global("the program does not fit into memory"));
                None
            })?;
        }
        if data_start.is_none() {
            text_end = address;
        }
        self.bss_end = address;
        let file_end = out.len() as u32;
        for n in 0..count {
            if kind(n) == 3 && !self.object.sections[n].bytes.is_empty() {
                self.places[n] = Some(Place { section: n, address: 0, offset: out.len() as u32 });
                out.extend_from_slice(&self.object.sections[n].bytes);
            }
        }
        self.relocate(&mut out, diags)?;
        let entry = self.entry(diags)?;
        let text = [1, 0, BASE, BASE, text_end - BASE, text_end - BASE, 5, PAGE];
        let data = data_start.map(|start| {
            [1, data_offset, start, start, file_end - data_offset, self.bss_end - start, 6, PAGE]
        });
        self.headers(&mut out, entry, &text, data.as_ref());
        Some(out)
    }

    /// The address of a symbol, bit 0 set for Thumb functions.
    fn address(&self, sym: SymId) -> Option<u32> {
        let value = self.resolver.eval(Expr::Sym(sym, 0), 0)?;
        let thumb = {
            let symbol = &self.program.symbols[sym];
            symbol.thumb_func || symbol.thumb && symbol.ty == crate::symbol::SymType::Func
        };
        match (value.add, value.sub) {
            (None, None) => Some(value.number as u32),
            (Some(Target::At(_, SectionId(section), offset)), None) => {
                let place = self.places[section as usize]?;
                Some(place.address.wrapping_add((offset + value.number) as u32) | thumb as u32)
            }
            (Some(Target::Undefined(sym)), None) => match self.program.symbols[sym].def {
                _ if self.program.symbols[sym].binding == Binding::Weak => Some(0),
                _ => self.provided(sym),
            },
            _ => None,
        }
    }

    /// Symbols that GNU ld provides.
    fn provided(&self, sym: SymId) -> Option<u32> {
        match self.program.symbols.name(sym) {
            b"_end" | b"end" | b"__bss_end__" | b"__end__" => Some(self.bss_end),
            _ => None,
        }
    }

    fn entry(&self, diags: &mut Diagnostics) -> Option<u32> {
        let start = self.program.entry.or_else(|| self.program.symbols.find(b"_start"));
        if let Some(address) = start.and_then(|sym| self.address(sym)) {
            return Some(address);
        }
        let text = self.places.iter().flatten().find(|place| {
            let (section, laid) =
                (&self.program.sections[place.section], &self.object.sections[place.section]);
            section.flags & elf::SHF_EXECINSTR != 0 && laid.size > 0
        });
        match text {
            Some(place) => {
                let mut d =
                    Diagnostic::global("there is no `_start`; the program starts at the first instruction");
                d.severity = crate::Severity::Warning;
                diags.push(d);
                Some(place.address)
            }
            None => {
                diags.push(Diagnostic::global("there is no code to start at"));
                None
            }
        }
    }

    fn relocate(&self, out: &mut [u8], diags: &mut Diagnostics) -> Option<()> {
        let mut missing: Vec<SymId> = Vec::new();
        let mut whole = true;
        for place in self.places.iter().flatten() {
            let laid = &self.object.sections[place.section];
            for reloc in &laid.relocs {
                // R_ARM_NONE keeps what it names, and there is nothing to keep here.
                if reloc.ty == 0 {
                    continue;
                }
                let target = match reloc.symbol {
                    None => Some(0),
                    Some(sym) => self.address(sym),
                };
                let Some(target) = target else {
                    missing.extend(reloc.symbol.filter(|sym| !missing.contains(sym)));
                    continue;
                };
                let at = (place.offset + reloc.offset) as usize;
                let here = place.address.wrapping_add(reloc.offset);
                if let Err(message) = apply(out, at, reloc, target, here) {
                    let name = reloc.symbol.map(|sym| self.program.symbols.name(sym)).unwrap_or_default();
                    let name = String::from_utf8_lossy(name);
                    diags.push(Diagnostic::global(format!("the reference to `{name}` {message}")));
                    whole = false;
                }
            }
        }
        for sym in &missing {
            let symbol = &self.program.symbols[*sym];
            let name = String::from_utf8_lossy(self.program.symbols.name(*sym)).into_owned();
            let message = match symbol.def {
                Def::Common { .. } => format!("`{name}` is a common block; give it a place in .bss"),
                _ => format!("`{name}` is not defined"),
            };
            diags.push(Diagnostic::global(message).help("programs are linked here without any library"));
        }
        (missing.is_empty() && whole).then_some(())
    }

    /// ELF header and program headers; behind the contents the symbols and the section headers.
    fn headers(&self, out: &mut Vec<u8>, entry: u32, text: &[u32; 8], data: Option<&[u32; 8]>) {
        let put = |out: &mut [u8], at: usize, words: &[u32]| {
            for (n, word) in words.iter().enumerate() {
                out[at + n * 4..at + n * 4 + 4].copy_from_slice(&word.to_le_bytes());
            }
        };
        // Symbols: locals first.
        let (mut names, mut strings) = (vec![0u8], vec![0u8]);
        let mut symbols = vec![[0u8; 16]];
        let mut locals = 1;
        let numbers = self.numbers();
        for global in [false, true] {
            for (sym, symbol) in self.program.symbols.iter() {
                let name = self.program.symbols.name(sym);
                let hidden =
                    name.is_empty() || name.starts_with(b".L") || matches!(symbol.def, Def::Section(_));
                if hidden || symbol.def == Def::Undefined || (symbol.binding != Binding::Local) != global {
                    continue;
                }
                let Some(address) = self.address(sym) else { continue };
                let section = match self.resolver.eval(Expr::Sym(sym, 0), 0).and_then(|value| value.add) {
                    Some(Target::At(_, SectionId(n), _)) => numbers[n as usize],
                    _ => 0xfff1,
                };
                let size = symbol.size.and_then(|size| self.resolver.number(size)).unwrap_or(0) as u32;
                let mut entry = [0u8; 16];
                put(&mut entry, 0, &[strings.len() as u32, address, size]);
                entry[12] = (global as u8) << 4 | symbol_type(symbol);
                entry[13] = symbol.visibility;
                entry[14..].copy_from_slice(&section.to_le_bytes());
                strings.extend_from_slice(name);
                strings.push(0);
                symbols.push(entry);
            }
            if !global {
                locals = symbols.len() as u32;
            }
        }
        let mut headers: Vec<[u32; 10]> = vec![[0; 10]];
        let mut name = |text: &str| {
            let at = names.len() as u32;
            names.extend_from_slice(text.as_bytes());
            names.push(0);
            at
        };
        for place in self.places.iter().flatten() {
            let (section, laid) =
                (&self.program.sections[place.section], &self.object.sections[place.section]);
            let flags = section.flags & !(elf::SHF_GROUP | elf::SHF_LINK_ORDER);
            headers.push([
                name(&section.name),
                section.ty,
                flags,
                place.address,
                place.offset,
                laid.size,
                0,
                0,
                section.align.max(1),
                section.entsize,
            ]);
        }
        out.resize(out.len().next_multiple_of(4), 0);
        let at = out.len() as u32;
        symbols.iter().for_each(|entry| out.extend_from_slice(entry));
        let strtab = headers.len() as u32 + 1;
        headers.push([name(".symtab"), 2, 0, 0, at, symbols.len() as u32 * 16, strtab, locals, 4, 16]);
        let at = out.len() as u32;
        out.extend_from_slice(&strings);
        headers.push([name(".strtab"), 3, 0, 0, at, strings.len() as u32, 0, 0, 1, 0]);
        let shstrtab = name(".shstrtab");
        let at = out.len() as u32;
        out.extend_from_slice(&names);
        headers.push([shstrtab, 3, 0, 0, at, names.len() as u32, 0, 0, 1, 0]);
        out.resize(out.len().next_multiple_of(4), 0);
        let shoff = out.len() as u32;
        for header in &headers {
            header.iter().for_each(|word| out.extend(word.to_le_bytes()));
        }
        out[..16].copy_from_slice(&[0x7f, b'E', b'L', b'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        out[16..20].copy_from_slice(&[2, 0, 40, 0]);
        // Version 5 of the ABI, hard float.
        put(out, 20, &[1, entry, 52, shoff, 0x0500_0400]);
        let halves =
            [52u16, 32, 1 + data.is_some() as u16, 40, headers.len() as u16, headers.len() as u16 - 1];
        for (n, half) in halves.iter().enumerate() {
            out[40 + n * 2..42 + n * 2].copy_from_slice(&half.to_le_bytes());
        }
        put(out, 52, text);
        if let Some(data) = data {
            put(out, 84, data);
        }
    }

    /// The number of each section's header.
    fn numbers(&self) -> Vec<u16> {
        let mut next = 0;
        self.places
            .iter()
            .map(|place| {
                next += place.is_some() as u16;
                if place.is_some() { next } else { 0 }
            })
            .collect()
    }
}

/// Applies one relocation to the bytes at `at`, which will be at the address `here`.
fn apply(out: &mut [u8], at: usize, reloc: &Reloc, target: u32, here: u32) -> Result<(), &'static str> {
    let bytes: [u8; 4] = match out.get(at..at + 4).and_then(|b| b.try_into().ok()) {
        Some(bytes) => bytes,
        // The last byte or two of a section.
        None if matches!(reloc.ty, 5 | 8) => [0; 4],
        None => return Err("is outside of its section"),
    };
    let word = u32::from_le_bytes(bytes);
    let even = target & !1;
    let thumb = target & 1 != 0;
    let new = match reloc.ty {
        // ABS32, TARGET1.
        2 | 38 => word.wrapping_add(even) | target & 1,
        // REL32.
        3 => (word.wrapping_add(even) | target & 1).wrapping_sub(here),
        // PREL31.
        42 => {
            let addend = (word << 1) as i32 >> 1;
            let value = even.wrapping_add_signed(addend).wrapping_sub(here) | target & 1;
            word & 0x8000_0000 | value & 0x7fff_ffff
        }
        // ABS8, ABS16.
        8 | 5 => {
            let size = if reloc.ty == 8 { 1 } else { 2 };
            let field = out.get_mut(at..at + size).ok_or("is outside of its section")?;
            let addend = field.iter().rev().fold(0u32, |n, &b| n << 8 | u32::from(b));
            let value = addend.wrapping_add(target);
            field.copy_from_slice(&value.to_le_bytes()[..size]);
            return Ok(());
        }
        // CALL, JUMP24 and their like of Thumb; MOVW and MOVT, absolute and relative.
        28 | 29 | 1 | 43..=46 => {
            let insn = decode_a32(word).ok_or("is in no instruction")?;
            patch(&insn, reloc.ty, even, thumb, here)?
        }
        10 | 30 | 51 | 47..=50 => {
            let insn = decode_t32(word.rotate_left(16), Context::default()).ok_or("is in no instruction")?;
            patch(&insn, reloc.ty, even, thumb, here)?.rotate_left(16)
        }
        _ => return Err("needs a linker that makes a global offset table and the like"),
    };
    out[at..at + 4].copy_from_slice(&new.to_le_bytes());
    Ok(())
}

/// The instruction with its operand for the target.
fn patch(insn: &Insn, ty: u8, target: u32, thumb: bool, here: u32) -> Result<u32, &'static str> {
    const FAR: &str = "is too far away for the instruction";
    let op = match insn.op {
        Op::B(x) | Op::Bl(x) | Op::BlxImm(x) => {
            let mut op = insn.op;
            // A call changes the instruction set by being BLX; a jump cannot.
            if matches!(op, Op::Bl(_) | Op::BlxImm(_)) {
                op = if thumb == insn.thumb { Op::Bl(x) } else { Op::BlxImm(x) };
            } else if thumb != insn.thumb {
                return Err("jumps from ARM to Thumb code or back, which only BX does");
            }
            let aligned = insn.thumb && matches!(op, Op::BlxImm(_));
            let here = if aligned { here & !3 } else { here };
            let distance = target.wrapping_add_signed(x.target.0).wrapping_sub(here) as i32;
            with_value(&op, distance.into()).ok_or(FAR)?
        }
        Op::Movw(x) | Op::Movt(x) => {
            let addend = i32::from(x.imm.0 as u16 as i16);
            let mut value = target.wrapping_add_signed(addend) | thumb as u32;
            // MOVW_PREL_NC, MOVT_PREL and those of Thumb.
            if matches!(ty, 45 | 46 | 49 | 50) {
                value = value.wrapping_sub(here);
            }
            let upper = matches!(insn.op, Op::Movt(_));
            let x = MovWide { imm: Imm(if upper { value >> 16 } else { value & 0xffff }), ..x };
            if upper { Op::Movt(x) } else { Op::Movw(x) }
        }
        _ => return Err("is in an instruction that has no such operand"),
    };
    let rows = crate::encode::index().rows(op.kind(), insn.thumb);
    let size = |row: &skink_isa::Row| if row.set == skink_isa::row::Set::T16 { 2 } else { 4 };
    rows.iter()
        .map(|&n| &skink_isa::ROWS[n as usize])
        .filter(|row| size(row) == insn.size)
        .find_map(|row| encode(row, &op, insn.cond, insn.thumb, Context::default()))
        .ok_or(FAR)
}
