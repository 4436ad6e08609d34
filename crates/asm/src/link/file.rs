//! The executable file: headers, contents, symbols (System V ABI, chapters 4 and 5).

use super::{Kind, Linked, PAGE};
use crate::expr::Expr;
use crate::hir::{Contents, elf};
use crate::layout::resolve::{Resolver, Target as Meaning};
use crate::object::symbol_type;
use crate::symbol::{Binding, Def, SectionId, SymId, SymType, Symbol};

/// `SHN_ABS`
const ABSOLUTE: u16 = 0xfff1;

impl Linked<'_> {
    /// Writes the file.
    pub fn file(&self) -> Vec<u8> {
        let in_memory = self.segments.first().is_some_and(|segment| segment.headers);
        let headers = match self.threads {
            _ if in_memory => self.headers(),
            threads => 52 + 32 * (self.segments.len() + threads.is_some() as usize) as u32,
        };
        let mut out = vec![0u8; headers as usize];
        let mut offsets = vec![0u32; self.addresses.len()];
        let mut loads = Vec::new();
        for segment in &self.segments {
            // A page of the file becomes a page of memory, so both begin at the same place in one.
            let mut start = 0;
            if !segment.headers {
                let at = out.len() as u32;
                start = at + (segment.addr % PAGE + PAGE - at % PAGE) % PAGE;
            }
            let mut end = segment.addr;
            for &n in &segment.sections {
                let address = self.addresses[n].unwrap_or(0);
                offsets[n] = start + (address - segment.addr);
                if self.kind(n) != Kind::Zero {
                    out.resize(offsets[n] as usize, 0);
                    out.extend_from_slice(&self.contents[n]);
                }
                end = end.max(address.wrapping_add(self.object.sections[n].size));
            }
            let in_file = (out.len() as u32).saturating_sub(start);
            let size = end.wrapping_sub(segment.addr);
            loads.push([1, start, segment.addr, segment.addr, in_file.min(size), size, segment.flags, PAGE]);
        }
        if let Some(threads) = self.threads {
            let first =
                (0..offsets.len()).find(|&n| self.addresses[n] == Some(threads.start) && offsets[n] > 0);
            let (data, all) = (threads.data_end - threads.start, threads.end - threads.start);
            let at = first.map_or(0, |n| offsets[n]);
            // PT_TLS
            loads.push([7, at, threads.start, threads.start, data, all, 4, threads.align]);
        }
        for (n, contents) in self.contents.iter().enumerate() {
            if self.kind(n) == Kind::NotLoaded && self.addresses[n].is_some() {
                offsets[n] = out.len() as u32;
                out.extend_from_slice(contents);
            }
        }
        let (at, count) = self.sections(&mut out, &offsets);
        out[..16].copy_from_slice(&[0x7f, b'E', b'L', b'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        out[16..20].copy_from_slice(&[2, 0, 40, 0]);
        // Version 5 of the ABI, hard float.
        put(&mut out, 20, &[1, self.entry, 52, at, 0x0500_0400]);
        let halves = [52u16, 32, loads.len() as u16, 40, count, count - 1];
        for (n, half) in halves.iter().enumerate() {
            out[40 + n * 2..42 + n * 2].copy_from_slice(&half.to_le_bytes());
        }
        for (n, load) in loads.iter().enumerate() {
            put(&mut out, 52 + 32 * n, load);
        }
        out
    }

    /// Symbols and section headers; where the headers are, and how many.
    fn sections(&self, out: &mut Vec<u8>, offsets: &[u32]) -> (u32, u16) {
        let mut names = vec![0u8];
        let mut name = |text: &str| {
            let at = names.len() as u32;
            names.extend_from_slice(text.as_bytes());
            names.push(0);
            at
        };
        let mut headers: Vec<[u32; 10]> = vec![[0; 10]];
        let mut numbers = vec![0u16; self.addresses.len()];
        for (n, address) in self.addresses.iter().enumerate() {
            let Some(address) = *address else { continue };
            let section = &self.program.sections[n];
            numbers[n] = headers.len() as u16;
            headers.push([
                name(&section.name),
                section.ty,
                section.flags & !(elf::SHF_GROUP | elf::SHF_LINK_ORDER),
                address,
                offsets[n],
                self.object.sections[n].size,
                0,
                0,
                section.align.max(1),
                section.entsize,
            ]);
        }
        let (symbols, strings, locals) = self.symbols(&numbers);
        out.resize(out.len().next_multiple_of(4), 0);
        let at = out.len() as u32;
        out.extend_from_slice(&symbols);
        let strtab = headers.len() as u32 + 1;
        headers.push([name(".symtab"), 2, 0, 0, at, symbols.len() as u32, strtab, locals, 4, 16]);
        let at = out.len() as u32;
        out.extend_from_slice(&strings);
        headers.push([name(".strtab"), 3, 0, 0, at, strings.len() as u32, 0, 0, 1, 0]);
        let shstrtab = name(".shstrtab");
        let at = out.len() as u32;
        out.extend_from_slice(&names);
        headers.push([shstrtab, 3, 0, 0, at, names.len() as u32, 0, 0, 1, 0]);
        out.resize(out.len().next_multiple_of(4), 0);
        let at = out.len() as u32;
        for header in &headers {
            header.iter().for_each(|word| out.extend(word.to_le_bytes()));
        }
        (at, headers.len() as u16)
    }

    /// The symbol table, its strings, and how many of it are local. Mapping symbols tell a disassembler what is code.
    fn symbols(&self, numbers: &[u16]) -> (Vec<u8>, Vec<u8>, u32) {
        let (mut table, mut strings) = (vec![0u8; 16], vec![0u8]);
        let mut add = |name: &[u8], value: u32, size: u32, info: u8, other: u8, section: u16| {
            let at = strings.len() as u32;
            [at, value, size].iter().for_each(|word| table.extend(word.to_le_bytes()));
            table.extend([info, other]);
            table.extend(section.to_le_bytes());
            strings.extend_from_slice(name);
            strings.push(0);
        };
        let mut locals = 1;
        for (n, laid) in self.object.sections.iter().enumerate() {
            let Some(address) = self.addresses[n].filter(|_| self.kind(n) != Kind::NotLoaded) else {
                continue;
            };
            for &(offset, what) in &laid.marks {
                let name: &[u8] = match what {
                    Contents::Arm => b"$a",
                    Contents::Thumb => b"$t",
                    Contents::Data => b"$d",
                };
                add(name, address.wrapping_add(offset), 0, 0, 0, numbers[n]);
                locals += 1;
            }
        }
        for global in [false, true] {
            for (sym, symbol) in self.program.symbols.iter() {
                let name = self.program.symbols.name(sym);
                let hidden =
                    name.is_empty() || name.starts_with(b".L") || matches!(symbol.def, Def::Section(_));
                if hidden || symbol.def == Def::Undefined || (symbol.binding != Binding::Local) != global {
                    continue;
                }
                let Some(mut address) = self.address(sym) else { continue };
                let place = match symbol.def {
                    Def::Place(place) => Some(place),
                    _ => None,
                };
                let tls = place.is_some_and(|p| self.program.section(p.section).flags & elf::SHF_TLS != 0);
                if tls {
                    // In a file that is loaded a thread-local symbol's value is an offset.
                    address = self.in_thread(address).unwrap_or(address);
                }
                let resolver = Resolver { program: self.program };
                let size = symbol.size.and_then(|size| resolver.number(size)).unwrap_or(0) as u32;
                let ty = if tls { SymType::Tls as u8 } else { symbol_type(symbol) };
                let info = (global as u8) << 4 | ty;
                add(name, address, size, info, symbol.visibility, self.section_of(sym, symbol, numbers));
                locals += !global as u32;
            }
        }
        (table, strings, locals)
    }

    fn section_of(&self, sym: SymId, symbol: &Symbol, numbers: &[u16]) -> u16 {
        if let Def::Place(place) = symbol.def {
            return numbers[place.section.0 as usize];
        }
        let value = Resolver { program: self.program }.eval(Expr::Sym(sym, 0), 0);
        match value.and_then(|value| value.add) {
            Some(Meaning::At(_, SectionId(n), _)) => numbers[n as usize],
            _ => ABSOLUTE,
        }
    }
}

fn put(out: &mut [u8], at: usize, words: &[u32]) {
    for (n, word) in words.iter().enumerate() {
        out[at + n * 4..at + n * 4 + 4].copy_from_slice(&word.to_le_bytes());
    }
}
