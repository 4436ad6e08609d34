//! A relocatable ELF object, laid out as GNU as lays it out (System V ABI chapter 4; ELF for the Arm
//! architecture).

use crate::expr::Expr;
use crate::hir::{Contents, Program, elf};
use crate::layout::resolve::{Resolver, Target};
use crate::lir::Object;
use crate::symbol::{Binding, Def, SymId, SymType, Symbol};
use std::collections::HashMap;

const SHN_ABS: u16 = 0xfff1;
const SHN_COMMON: u16 = 0xfff2;

/// Strings one behind the other; one that is another's end is not written again.
#[derive(Default)]
struct Strings {
    list: Vec<Vec<u8>>,
    known: HashMap<Vec<u8>, usize>,
}

impl Strings {
    fn add(&mut self, text: &[u8]) -> usize {
        if let Some(&at) = self.known.get(text) {
            return at;
        }
        self.list.push(text.to_vec());
        self.known.insert(text.to_vec(), self.list.len() - 1);
        self.list.len() - 1
    }

    /// The table, and where each string begins in it.
    fn finish(&self) -> (Vec<u8>, Vec<u32>) {
        // Sorted from their ends, a string that another ends with stands right before it.
        let mut order: Vec<usize> = (0..self.list.len()).filter(|&i| !self.list[i].is_empty()).collect();
        order.sort_by(|&a, &b| self.list[a].iter().rev().cmp(self.list[b].iter().rev()));
        let mut within: Vec<Option<usize>> = vec![None; self.list.len()];
        for pair in order.windows(2).rev() {
            let (short, long) = (pair[0], pair[1]);
            if self.list[long].ends_with(&self.list[short]) {
                within[short] = Some(within[long].unwrap_or(long));
            }
        }
        let (mut table, mut at) = (vec![0], vec![0u32; self.list.len()]);
        for (i, text) in self.list.iter().enumerate() {
            if within[i].is_none() && !text.is_empty() {
                at[i] = table.len() as u32;
                table.extend_from_slice(text);
                table.push(0);
            }
        }
        for (i, text) in self.list.iter().enumerate() {
            if let Some(long) = within[i] {
                at[i] = at[long] + (self.list[long].len() - text.len()) as u32;
            }
        }
        (table, at)
    }
}

/// A symbol's type as ELF has it.
pub(crate) fn symbol_type(symbol: &Symbol) -> u8 {
    match symbol.ty {
        SymType::None if symbol.thumb_func => SymType::Func as u8,
        ty => ty as u8,
    }
}

struct Entry {
    name: usize,
    value: u32,
    size: u32,
    info: u8,
    other: u8,
    section: u16,
}

/// Writes the object.
pub fn write(program: &Program, object: &Object) -> Vec<u8> {
    Writer { program, object, resolver: Resolver { program } }.write()
}

struct Writer<'a> {
    program: &'a Program,
    object: &'a Object,
    resolver: Resolver<'a>,
}

/// A section header in the making.
#[derive(Default)]
struct Header {
    name: usize,
    ty: u32,
    flags: u32,
    offset: u32,
    size: u32,
    link: u32,
    info: u32,
    align: u32,
    entsize: u32,
}

impl Writer<'_> {
    fn write(&self) -> Vec<u8> {
        let (program, object) = (self.program, self.object);
        // Which header each section has: groups first, each section's relocations behind it.
        let mut names = Strings::default();
        for name in [".symtab", ".strtab", ".shstrtab"] {
            names.add(name.as_bytes());
        }
        let groups = program.groups.len();
        let mut number = Vec::new();
        let mut next = 1 + groups;
        for section in &object.sections {
            number.push(next as u16);
            next += 1 + !section.relocs.is_empty() as usize;
        }
        let attributes = next;
        let symtab = attributes + !program.attributes.is_empty() as usize;
        let (mut entries, locals, index, strings) = self.symbols(&number, attributes as u16);

        let mut out = vec![0u8; 52];
        let mut headers = vec![Header::default()];
        for group in &program.groups {
            let mut words = vec![group.comdat as u32];
            for member in &group.members {
                words.push(number[member.0 as usize].into());
                if !object.sections[member.0 as usize].relocs.is_empty() {
                    words.push(u32::from(number[member.0 as usize]) + 1);
                }
            }
            pad(&mut out, 4);
            let offset = out.len() as u32;
            words.iter().for_each(|word| out.extend(word.to_le_bytes()));
            headers.push(Header {
                ty: 17,
                offset,
                size: words.len() as u32 * 4,
                link: symtab as u32,
                info: group.signature.and_then(|sym| index.get(&sym).copied()).unwrap_or(0),
                align: 4,
                entsize: 4,
                ..Header::default()
            });
        }
        for (section, laid) in program.sections.iter().zip(&object.sections) {
            let name = names.add(section.name.as_bytes());
            pad(&mut out, section.align.max(1) as usize);
            let offset = out.len() as u32;
            if section.ty != elf::SHT_NOBITS {
                out.extend_from_slice(&laid.bytes);
            }
            headers.push(Header {
                name,
                ty: section.ty,
                flags: section.flags,
                offset,
                size: laid.size,
                link: section.link.map_or(0, |id| number[id.0 as usize].into()),
                info: 0,
                align: section.align.max(1),
                entsize: section.entsize,
            });
            if !laid.relocs.is_empty() {
                let grouped = section.flags & elf::SHF_GROUP;
                headers.push(Header {
                    name: names.add(format!(".rel{}", section.name).as_bytes()),
                    ty: 9,
                    // SHF_INFO_LINK: sh_info is a section.
                    flags: 0x40 | grouped,
                    size: laid.relocs.len() as u32 * 8,
                    link: symtab as u32,
                    info: headers.len() as u32 - 1,
                    align: 4,
                    entsize: 8,
                    offset: 0,
                });
            }
        }
        if !program.attributes.is_empty() {
            let offset = out.len() as u32;
            out.extend_from_slice(&program.attributes);
            headers.push(Header {
                name: names.add(b".ARM.attributes"),
                ty: elf::SHT_ARM_ATTRIBUTES,
                offset,
                size: program.attributes.len() as u32,
                align: 1,
                ..Header::default()
            });
        }
        if groups > 0 {
            let name = names.add(b".group");
            headers[1..=groups].iter_mut().for_each(|header| header.name = name);
        }
        pad(&mut out, 4);
        let (table, at) = strings.finish();
        let offset = out.len() as u32;
        for entry in &mut entries {
            out.extend(at[entry.name].to_le_bytes());
            out.extend(entry.value.to_le_bytes());
            out.extend(entry.size.to_le_bytes());
            out.extend([entry.info, entry.other]);
            out.extend(entry.section.to_le_bytes());
        }
        headers.push(Header {
            name: names.add(b".symtab"),
            ty: 2,
            offset,
            size: entries.len() as u32 * 16,
            link: symtab as u32 + 1,
            info: locals,
            align: 4,
            entsize: 16,
            ..Header::default()
        });
        let strtab = Header {
            name: names.add(b".strtab"),
            ty: 3,
            offset: out.len() as u32,
            size: table.len() as u32,
            align: 1,
            ..Header::default()
        };
        headers.push(strtab);
        out.extend(table);
        for (n, laid) in object.sections.iter().enumerate().filter(|(_, laid)| !laid.relocs.is_empty()) {
            pad(&mut out, 4);
            headers[number[n] as usize + 1].offset = out.len() as u32;
            for reloc in &laid.relocs {
                let symbol = reloc.symbol.and_then(|sym| index.get(&sym).copied()).unwrap_or(0);
                out.extend(reloc.offset.to_le_bytes());
                out.extend((symbol << 8 | u32::from(reloc.ty)).to_le_bytes());
            }
        }
        let shstrtab = names.add(b".shstrtab");
        let (table, at) = names.finish();
        headers.push(Header {
            name: shstrtab,
            ty: 3,
            offset: out.len() as u32,
            size: table.len() as u32,
            align: 1,
            ..Header::default()
        });
        out.extend(table);
        pad(&mut out, 4);
        let shoff = out.len() as u32;
        for header in &headers {
            let name = if header.ty == 0 { 0 } else { at[header.name] };
            let words = [name, header.ty, header.flags, 0, header.offset, header.size];
            words.iter().for_each(|word| out.extend(word.to_le_bytes()));
            let words = [header.link, header.info, header.align, header.entsize];
            words.iter().for_each(|word| out.extend(word.to_le_bytes()));
        }
        // Unique symbols and indirect functions are extensions of GNU.
        let extended = program.symbols.iter().any(|(_, s)| s.unique || s.ty == SymType::IFunc);
        let abi = if extended { 3 } else { 0 };
        let mut head = vec![0x7f, b'E', b'L', b'F', 1, 1, 1, abi, 0, 0, 0, 0, 0, 0, 0, 0];
        head.extend([1, 0, 40, 0, 1, 0, 0, 0]);
        // Entry, program headers, section headers, flags: version 5 of the ABI.
        [0, 0, shoff, 0x0500_0000].iter().for_each(|word: &u32| head.extend(word.to_le_bytes()));
        let halves = [52, 0, 0, 40, headers.len() as u16, headers.len() as u16 - 1];
        halves.iter().for_each(|half| head.extend(half.to_le_bytes()));
        out[..52].copy_from_slice(&head);
        out
    }

    /// The symbol table: locals first, in the order in which they came to be.
    fn symbols(&self, number: &[u16], attributes: u16) -> (Vec<Entry>, u32, HashMap<SymId, u32>, Strings) {
        let mut strings = Strings::default();
        let mut entries =
            vec![Entry { name: strings.add(b""), value: 0, size: 0, info: 0, other: 0, section: 0 }];
        let mut index = HashMap::new();
        let mut needed: Vec<bool> = vec![false; self.program.symbols.len()];
        let relocs = self.object.sections.iter().flat_map(|section| &section.relocs);
        let mut thread_local: Vec<bool> = vec![false; self.program.symbols.len()];
        for reloc in relocs {
            if let Some(sym) = reloc.symbol {
                needed[sym.0 as usize] = true;
                thread_local[sym.0 as usize] |= is_tls(reloc.ty);
            }
        }
        let signatures = self.program.groups.iter().filter_map(|group| group.signature);
        signatures.for_each(|sym| needed[sym.0 as usize] = true);
        if let Some(file) = &self.program.file {
            let info = SymType::File as u8;
            entries.push(Entry {
                name: strings.add(file),
                value: 0,
                size: 0,
                info,
                other: 0,
                section: SHN_ABS,
            });
        }
        // Mapping symbols stand where they were made, among the others.
        let mut marks: Vec<(u32, usize, u32, Contents)> = Vec::new();
        for (n, section) in self.program.sections.iter().enumerate() {
            marks.extend(section.marks.iter().map(|mark| (mark.order, n, mark.offset, mark.what)));
        }
        marks.sort_by_key(|mark| mark.0);
        let mut marks = marks.into_iter().peekable();
        let mut list: Vec<SymId> = self
            .program
            .symbols
            .iter()
            .filter(|(sym, symbol)| self.local(*sym, symbol, needed[sym.0 as usize]))
            .map(|(sym, _)| sym)
            .collect();
        list.sort_by_key(|sym| (self.program.symbols[*sym].order, *sym));
        for sym in list {
            let symbol = &self.program.symbols[sym];
            while let Some((_, n, offset, what)) = marks.next_if(|mark| mark.0 <= symbol.order) {
                entries.push(self.mark(n, offset, what, number, &mut strings));
            }
            index.insert(sym, entries.len() as u32);
            entries.push(self.entry(sym, symbol, thread_local[sym.0 as usize], number, &mut strings));
        }
        for (_, n, offset, what) in marks {
            entries.push(self.mark(n, offset, what, number, &mut strings));
        }
        if !self.program.attributes.is_empty() {
            let info = SymType::Section as u8;
            let name = strings.add(b"");
            entries.push(Entry { name, value: 0, size: 0, info, other: 0, section: attributes });
        }
        for n in 0..self.program.groups.len() {
            let (name, info) = (strings.add(b""), SymType::Section as u8);
            entries.push(Entry { name, value: 0, size: 0, info, other: 0, section: 1 + n as u16 });
        }
        let locals = entries.len() as u32;
        for (sym, symbol) in self.program.symbols.iter() {
            if self.global(sym, symbol, needed[sym.0 as usize]) {
                index.insert(sym, entries.len() as u32);
                entries.push(self.entry(sym, symbol, thread_local[sym.0 as usize], number, &mut strings));
            }
        }
        (entries, locals, index, strings)
    }

    fn mark(&self, n: usize, offset: u32, what: Contents, number: &[u16], strings: &mut Strings) -> Entry {
        let name: &[u8] = match what {
            Contents::Arm => b"$a",
            Contents::Thumb => b"$t",
            Contents::Data => b"$d",
        };
        let tls = self.program.sections[n].flags & elf::SHF_TLS != 0;
        let info = if tls { SymType::Tls as u8 } else { 0 };
        Entry { name: strings.add(name), value: offset, size: 0, info, other: 0, section: number[n] }
    }

    /// Whether a symbol is a local one of the table. Those that begin with `.L` are only for the assembler.
    fn local(&self, sym: SymId, symbol: &Symbol, needed: bool) -> bool {
        let name = self.program.symbols.name(sym);
        symbol.binding == Binding::Local
            && !symbol.stands_for
            && match symbol.def {
                Def::Undefined | Def::Common { .. } => false,
                Def::Section(_) => true,
                _ => needed || !name.is_empty() && !name.starts_with(b".L"),
            }
    }

    /// Whether a symbol is a global one of the table: what is undefined is, if something refers to it.
    fn global(&self, _: SymId, symbol: &Symbol, needed: bool) -> bool {
        match symbol.def {
            Def::Undefined => needed || symbol.used,
            Def::Common { .. } => true,
            _ => symbol.binding != Binding::Local,
        }
    }

    fn entry(
        &self,
        sym: SymId,
        symbol: &Symbol,
        thread_local: bool,
        number: &[u16],
        strings: &mut Strings,
    ) -> Entry {
        let name = match symbol.def {
            Def::Section(_) => strings.add(b""),
            _ => strings.add(self.program.symbols.name(sym)),
        };
        let (mut value, section) = match symbol.def {
            Def::Common { align, .. } => (align, SHN_COMMON),
            Def::Group(n) => (0, 1 + n as u16),
            _ => {
                let value = self.resolver.eval(Expr::Sym(sym, 0), 0);
                match value.map(|value| (value.add, value.number)) {
                    Some((Some(Target::At(_, section, offset)), n)) => {
                        ((offset + n) as u32, number[section.0 as usize])
                    }
                    Some((None, n)) => (n as u32, SHN_ABS),
                    _ => (0, 0),
                }
            }
        };
        let function = matches!(symbol.ty, SymType::Func | SymType::IFunc) || symbol.thumb_func;
        if section != 0 && function && (symbol.thumb_func || symbol.thumb) && section != SHN_ABS {
            value |= 1;
        }
        let tls = match self.resolver.eval(Expr::Sym(sym, 0), 0).and_then(|value| value.add) {
            Some(Target::At(_, section, _)) => self.program.section(section).flags & elf::SHF_TLS != 0,
            _ => thread_local,
        };
        let ty = match symbol.ty {
            SymType::Section => SymType::Section,
            _ if tls => SymType::Tls,
            SymType::None if symbol.thumb_func => SymType::Func,
            SymType::None if section == SHN_COMMON => SymType::Object,
            SymType::Common => SymType::Object,
            ty => ty,
        };
        let binding = match (symbol.binding, symbol.def) {
            _ if symbol.unique => 10,
            (Binding::Weak, _) => 2,
            (Binding::Global, _) | (_, Def::Undefined | Def::Common { .. }) => 1,
            (Binding::Local, _) => 0,
        };
        let size = match (symbol.size, symbol.def) {
            (Some(size), _) => self.resolver.number(size).unwrap_or(0) as u32,
            (None, Def::Common { size, .. }) => size,
            _ => 0,
        };
        Entry { name, value, size, info: binding << 4 | ty as u8, other: symbol.visibility, section }
    }
}

/// Whether a relocation says that its symbol is thread-local: R_ARM_TLS_GOTDESC to THM_TLS_CALL, TLS_GD32 to TLS_IE12GP,
/// THM_TLS_DESCSEQ (ELF for the Arm architecture, 5.6.1).
fn is_tls(ty: u8) -> bool {
    matches!(ty, 90..=93 | 104..=111 | 129)
}

fn pad(out: &mut Vec<u8>, align: usize) {
    out.resize(out.len().next_multiple_of(align), 0);
}
