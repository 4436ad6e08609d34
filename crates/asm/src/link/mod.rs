//! A linker for one object: a program that needs nothing else, for Linux (what `skink run FILE.s` runs) or for a
//! bare machine.
//!
//! Sections are put behind each other by what may be done with them, or where the source says (ORG); references
//! between them are resolved (`relocate`); symbols and debugging information come along (`file`). Common blocks get
//! places and the global offset table is made (`extras`), so that what is compiled for shared libraries links too.
//! Thread-local variables have their offsets (ELF for the Arm architecture, addenda), and the program has to set up
//! its thread pointer. What needs more (shared libraries, indirect functions) is refused by name.

mod extras;
mod file;
mod relocate;

use crate::diag::{Diagnostic, Diagnostics};
use crate::expr::Expr;
use crate::hir::{Program, elf};
use crate::layout::resolve::{Resolver, Target as Meaning};
use crate::lir::{self, Object, Reloc, relocation};
use crate::source::Span;
use crate::symbol::{Binding, Def, SectionId, SymId, SymType};
use extras::{Entry, Table};

/// Where programs for Linux are put, as GNU ld puts them.
const BASE: u32 = 0x1_0000;
const PAGE: u32 = 0x1000;
/// The headers of the file are part of a program for Linux: they and program headers for two segments.
const HEADERS: u32 = 52 + 2 * 32;
/// Where thread-local data begins behind the thread pointer, at least.
const THREAD_BLOCK: u32 = 8;

/// Of so many missing symbols it is looked for what was meant.
const MAX_EXPLAINED: usize = 50;

/// What a program is linked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Linux: code, and from another page on what may be written.
    Linux,
    /// A machine without an operating system: all behind each other from an address on.
    Bare {
        /// The address.
        base: u32,
    },
}

/// A program whose sections have addresses and whose references are resolved.
#[derive(Debug)]
pub struct Linked<'a> {
    program: &'a Program,
    object: &'a Object,
    target: Target,
    /// Each section's address; 0 for what is not loaded, `None` for what is not there.
    addresses: Vec<Option<u32>>,
    /// Each section's bytes.
    contents: Vec<Vec<u8>>,
    segments: Vec<Segment>,
    table: Table,
    threads: Option<Threads>,
    entry: u32,
    bss_end: u32,
}

/// Where thread-local data is: what a thread's copy is made of.
#[derive(Debug, Clone, Copy)]
struct Threads {
    start: u32,
    /// The end of what the file has of it, and of all.
    data_end: u32,
    end: u32,
    align: u32,
}

/// What is loaded together.
#[derive(Debug)]
struct Segment {
    addr: u32,
    /// `PF_...`
    flags: u32,
    /// Whether the file's headers are at its start.
    headers: bool,
    /// Sections, ascending by address.
    sections: Vec<usize>,
}

/// Links the object; `None` if something is missing, which is said. What the linker makes itself is added to program
/// and object.
pub fn link<'a>(
    program: &'a mut Program,
    object: &'a mut Object,
    target: Target,
    diags: &mut Diagnostics,
) -> Option<Linked<'a>> {
    let table = extras::add(program, object);
    let (program, object) = (&*program, &*object);
    let contents = object.sections.iter().map(|section| section.bytes.clone()).collect();
    let mut linked = Linked {
        program,
        object,
        target,
        addresses: vec![None; program.sections.len()],
        contents,
        segments: Vec::new(),
        table,
        threads: None,
        entry: 0,
        bss_end: 0,
    };
    linked.place(diags)?;
    linked.fill_table(diags)?;
    linked.relocate(diags)?;
    linked.entry = linked.find_entry(diags)?;
    Some(linked)
}

/// How a section is loaded: what is only read first, then what threads have copies of, what may be written, and what
/// begins as zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Read,
    Thread,
    /// Zeros in each thread, and nowhere else.
    ThreadZero,
    Write,
    Zero,
    NotLoaded,
}

impl Linked<'_> {
    fn kind(&self, n: usize) -> Kind {
        let section = &self.program.sections[n];
        match (section.flags & elf::SHF_ALLOC, section.flags & elf::SHF_WRITE, section.ty) {
            (0, ..) => Kind::NotLoaded,
            (_, _, elf::SHT_NOBITS) if section.flags & elf::SHF_TLS != 0 => Kind::ThreadZero,
            _ if section.flags & elf::SHF_TLS != 0 => Kind::Thread,
            (_, _, elf::SHT_NOBITS) => Kind::Zero,
            (_, 0, _) => Kind::Read,
            _ => Kind::Write,
        }
    }

    /// Gives all sections their addresses.
    fn place(&mut self, diags: &mut Diagnostics) -> Option<()> {
        let count = self.program.sections.len();
        let mut order: Vec<usize> = (0..count).filter(|&n| self.kind(n) != Kind::NotLoaded).collect();
        let executable = |n: usize| self.program.sections[n].flags & elf::SHF_EXECINSTR != 0;
        order.sort_by_key(|&n| (self.kind(n), !executable(n)));
        let linux = self.target == Target::Linux;
        let mut address = match self.target {
            Target::Linux => BASE + self.headers(),
            Target::Bare { base } => base,
        };
        let mut split = false;
        for n in order {
            let (section, laid) = (&self.program.sections[n], &self.object.sections[n]);
            if let Some(fixed) = section.address {
                self.addresses[n] = Some(fixed);
                self.load_fixed(n, fixed);
                continue;
            }
            if linux && self.kind(n) > Kind::Read && laid.size > 0 && !split {
                // The next page, at the same place in it as in the file.
                address = address.next_multiple_of(PAGE) + address % PAGE;
                split = true;
            }
            if self.kind(n) == Kind::ThreadZero {
                let start = self.threads.map_or(address, |threads| threads.end);
                let aligned = start.next_multiple_of(section.align.max(1));
                self.addresses[n] = Some(aligned);
                if laid.size > 0 {
                    self.threads_have(aligned, laid.size, section.align, false);
                }
                continue;
            }
            let aligned = address.next_multiple_of(section.align.max(1));
            self.addresses[n] = Some(aligned);
            if self.kind(n) == Kind::Thread && laid.size > 0 {
                self.threads_have(aligned, laid.size, section.align, true);
            }
            // The address space of a process ends below the kernel's; a bare machine has all of it.
            let limit = if linux { 0xbf00_0000 } else { u32::MAX };
            address = aligned.checked_add(laid.size).filter(|end| *end <= limit).or_else(|| {
                diags.push(Diagnostic::global("the program does not fit into memory"));
                None
            })?;
            self.load(n, aligned, split);
        }
        self.bss_end = address;
        for n in 0..count {
            if self.kind(n) == Kind::NotLoaded && !self.contents[n].is_empty() {
                self.addresses[n] = Some(0);
            }
        }
        self.segments.iter_mut().for_each(|s| s.sections.sort_by_key(|&n| self.addresses[n]));
        self.segments.sort_by_key(|segment| segment.addr);
        Some(())
    }

    /// The size of the file's headers where they are loaded.
    fn headers(&self) -> u32 {
        let threads = |n: usize| {
            matches!(self.kind(n), Kind::Thread | Kind::ThreadZero) && self.object.sections[n].size > 0
        };
        HEADERS + 32 * u32::from((0..self.program.sections.len()).any(threads))
    }

    /// Adds a section to the data of threads.
    fn threads_have(&mut self, start: u32, size: u32, align: u32, data: bool) {
        let first = Threads { start, data_end: start, end: start, align: 1 };
        let threads = self.threads.get_or_insert(first);
        threads.end = start.saturating_add(size);
        if data {
            threads.data_end = threads.end;
        }
        threads.align = threads.align.max(align);
    }

    /// Adds a section to the segment of those before it.
    fn load(&mut self, n: usize, addr: u32, split: bool) {
        if self.object.sections[n].size == 0 {
            return;
        }
        let linux = self.target == Target::Linux;
        // Linux parts what is executed from what is written; elsewhere there is no protection.
        let (headers, flags) = (linux && !split, if !linux { 7 } else { 5 + split as u32 });
        if self.segments.last().is_none_or(|last| last.flags != flags) {
            let addr = if headers { BASE } else { addr };
            self.segments.push(Segment { addr, flags, headers, sections: Vec::new() });
        }
        self.segments.last_mut().into_iter().for_each(|last| last.sections.push(n));
    }

    /// Adds a section that the source put somewhere. What shares a page is loaded together.
    fn load_fixed(&mut self, n: usize, addr: u32) {
        let size = self.object.sections[n].size;
        if size == 0 {
            return;
        }
        let page = |at: u32| at / PAGE;
        let (first, last) = (page(addr), page(addr.saturating_add(size - 1)));
        let mut joined = Segment { addr, flags: 7, headers: false, sections: vec![n] };
        let object = self.object;
        let addresses = &self.addresses;
        self.segments.retain_mut(|segment| {
            let end = |n: usize| addresses[n].unwrap_or(0).saturating_add(object.sections[n].size - 1);
            let to = segment.sections.iter().map(|&n| end(n)).max().map_or(0, page);
            let apart = to < first || page(segment.addr) > last;
            if !apart {
                joined.addr = joined.addr.min(segment.addr);
                joined.sections.append(&mut segment.sections);
            }
            apart
        });
        self.segments.push(joined);
    }

    /// The address of a symbol, bit 0 set for Thumb functions.
    fn address(&self, sym: SymId) -> Option<u32> {
        let value = Resolver { program: self.program }.eval(Expr::Sym(sym, 0), 0)?;
        let symbol = &self.program.symbols[sym];
        let thumb = symbol.thumb_func || symbol.thumb && symbol.ty == SymType::Func;
        match (value.add, value.sub) {
            (None, None) => Some(value.number as u32),
            (Some(Meaning::At(_, SectionId(section), offset)), None) => {
                let address = self.addresses[section as usize]?;
                Some(address.wrapping_add((offset + value.number) as u32) | thumb as u32)
            }
            (Some(Meaning::Undefined(sym)), None) => match self.program.symbols[sym].binding {
                Binding::Weak => Some(0),
                _ => self.provided(sym),
            },
            _ => None,
        }
    }

    /// Symbols that GNU ld provides.
    fn provided(&self, sym: SymId) -> Option<u32> {
        match self.program.symbols.name(sym) {
            b"_end" | b"end" | b"__bss_end__" | b"__end__" => Some(self.bss_end),
            b"_GLOBAL_OFFSET_TABLE_" => self.table.section.and_then(|n| self.addresses[n]),
            _ => None,
        }
    }

    fn find_entry(&self, diags: &mut Diagnostics) -> Option<u32> {
        let start = self.program.entry.or_else(|| self.program.symbols.find(b"_start"));
        if let Some(address) = start.and_then(|sym| self.address(sym)) {
            let thumb = start.is_some_and(|sym| self.program.symbols[sym].thumb);
            return Some(address | thumb as u32);
        }
        let code = self.segments.iter().flat_map(|segment| &segment.sections).find(|&&n| {
            self.program.sections[n].flags & elf::SHF_EXECINSTR != 0 && self.object.sections[n].size > 0
        });
        let Some(&section) = code else {
            diags.push(Diagnostic::global("there is no code to start at"));
            return None;
        };
        if self.target == Target::Linux && self.program.sections[section].address.is_none() {
            let message = "there is no `_start`; the program starts at the first instruction";
            let d = Diagnostic::global(message).help("put `.global _start` and the label `_start:` there");
            diags.push(Diagnostic { severity: crate::Severity::Warning, ..d });
        }
        let laid = &self.object.sections[section];
        let thumb = laid.marks.first().is_some_and(|mark| *mark == (0, crate::hir::Contents::Thumb));
        self.addresses[section].map(|address| address | thumb as u32)
    }

    fn relocate(&mut self, diags: &mut Diagnostics) -> Option<()> {
        let mut missing: Vec<SymId> = Vec::new();
        let mut whole = true;
        for n in 0..self.addresses.len() {
            let Some(address) = self.addresses[n] else { continue };
            let laid = &self.object.sections[n];
            let mut contents = std::mem::take(&mut self.contents[n]);
            for reloc in &laid.relocs {
                // R_ARM_NONE keeps what it names, and there is nothing to keep here.
                if reloc.ty == 0 {
                    continue;
                }
                let span = statement(laid, reloc.offset);
                let target = match self.meaning(reloc) {
                    Ok(Some(target)) => target,
                    Ok(None) => {
                        let new = reloc.symbol.filter(|sym| !missing.contains(sym));
                        let explained = missing.len() < MAX_EXPLAINED;
                        diags.extend(new.map(|sym| self.not_there(sym, span, explained)));
                        missing.extend(new);
                        continue;
                    }
                    Err(message) => {
                        diags.push(self.refused(reloc, n, span, message));
                        whole = false;
                        continue;
                    }
                };
                let here = address.wrapping_add(reloc.offset);
                let done = relocate::apply(&mut contents, reloc.offset as usize, reloc, target, here);
                if let Err(message) = done {
                    diags.push(self.refused(reloc, n, span, message));
                    whole = false;
                }
            }
            self.contents[n] = contents;
        }
        (missing.is_empty() && whole).then_some(())
    }

    /// What a relocation is about: a symbol's address, a place in the table, an offset; `None` if that is not there.
    fn meaning(&self, reloc: &Reloc) -> Result<Option<u32>, &'static str> {
        let table = self.table.section.and_then(|n| self.addresses[n]);
        if let Some(entry) = extras::entry_of(reloc.ty, reloc.symbol) {
            if let Some(sym) = reloc.symbol
                && self.address(sym).is_none()
            {
                return Ok(None);
            }
            let offset = self.table.offset(entry);
            // GOT_BREL is counted from the table.
            let base = if reloc.ty == 26 { Some(0) } else { table };
            return Ok(offset.zip(base).map(|(offset, base)| base.wrapping_add(offset)));
        }
        let Some(sym) = reloc.symbol else { return Ok(Some(0)) };
        if self.program.symbols[sym].ty == SymType::IFunc {
            return Err("is to an indirect function, which needs a C library's start");
        }
        let address = self.address(sym);
        Ok(match reloc.ty {
            // GOTOFF32 of a symbol, the table itself, LDO32, LE32.
            24 => address.zip(table).map(|(address, table)| address.wrapping_sub(table)),
            25 => table,
            106 => address.map(|address| self.in_thread(address)).transpose()?,
            108 => address.map(|address| self.past_thread_pointer(address)).transpose()?,
            _ => address,
        })
    }

    /// The offset of thread-local data in its block.
    fn in_thread(&self, address: u32) -> Result<u32, &'static str> {
        let threads = self.threads.filter(|threads| (threads.start..=threads.end).contains(&address));
        threads.map(|threads| address - threads.start).ok_or("wants thread-local data, and this is none")
    }

    /// Its offset from the thread pointer.
    fn past_thread_pointer(&self, address: u32) -> Result<u32, &'static str> {
        let first = self.threads.map_or(0, |threads| THREAD_BLOCK.next_multiple_of(threads.align));
        Ok(self.in_thread(address)? + first)
    }

    /// Fills the global offset table.
    fn fill_table(&mut self, diags: &mut Diagnostics) -> Option<()> {
        let Some(n) = self.table.section else { return Some(()) };
        let mut contents = std::mem::take(&mut self.contents[n]);
        let mut whole = true;
        for (entry, offset) in self.table.entries() {
            let sym = match entry {
                Entry::Address(sym) | Entry::FromThread(sym) | Entry::Dynamic(Some(sym)) => Some(sym),
                Entry::Dynamic(None) => None,
            };
            // What is missing is said where it is referred to.
            let Some(address) = sym.map_or(Some(0), |sym| self.address(sym)) else { continue };
            let words = match entry {
                Entry::Address(_) => Ok([Some(address), None]),
                Entry::FromThread(_) => self.past_thread_pointer(address).map(|offset| [Some(offset), None]),
                Entry::Dynamic(None) => Ok([Some(1), Some(0)]),
                // The program is module 1.
                Entry::Dynamic(Some(_)) => self.in_thread(address).map(|offset| [Some(1), Some(offset)]),
            };
            match words {
                Ok(words) => {
                    for (k, word) in words.into_iter().flatten().enumerate() {
                        let at = offset as usize + 4 * k;
                        contents[at..at + 4].copy_from_slice(&word.to_le_bytes());
                    }
                }
                Err(message) => {
                    let name = sym.map(|sym| self.program.symbols.name(sym)).unwrap_or_default();
                    let name = String::from_utf8_lossy(name);
                    diags.push(Diagnostic::global(format!("a reference to `{name}` {message}")));
                    whole = false;
                }
            }
        }
        self.contents[n] = contents;
        whole.then_some(())
    }

    /// Says what is wrong with a reference: to what, where.
    fn refused(&self, reloc: &Reloc, section: usize, span: Option<Span>, message: &str) -> Diagnostic {
        let name = reloc.symbol.map(|sym| self.program.symbols.name(sym)).unwrap_or_default();
        let name = String::from_utf8_lossy(name);
        let d = Diagnostic::global(format!("the reference to `{name}` {message}"));
        let section = &self.program.sections[section].name;
        let note = format!("it is {} at {:#x} of `{section}`", relocation(reloc.ty), reloc.offset);
        Diagnostic { span, ..d }.note(note)
    }

    /// Says that a symbol is missing, and which name was meant if that is to be looked for.
    fn not_there(&self, sym: SymId, span: Option<Span>, look: bool) -> Diagnostic {
        let name = String::from_utf8_lossy(self.program.symbols.name(sym)).into_owned();
        let mut d = Diagnostic { span, ..Diagnostic::global(format!("`{name}` is not defined")) };
        let defined = self.program.symbols.iter().filter(|(_, symbol)| symbol.def != Def::Undefined);
        let names = defined.filter_map(|(id, _)| std::str::from_utf8(self.program.symbols.name(id)).ok());
        let names = names.filter(|name| look && !name.is_empty() && !name.starts_with('.'));
        if let Some(near) = crate::near::nearest(&name, names) {
            d = d.help(format!("did you mean `{near}`?"));
        }
        d.note("programs are linked here without any library")
    }

    // What there is, for the outputs.

    /// Where it starts, bit 0 set for Thumb.
    pub fn entry(&self) -> u32 {
        self.entry
    }

    /// The sections that are loaded and have contents: number, address, bytes.
    pub(crate) fn loaded(&self) -> impl Iterator<Item = (usize, u32, &[u8])> {
        let sections = self.segments.iter().flat_map(|segment| &segment.sections);
        sections
            .filter(|&&n| self.kind(n) != Kind::Zero)
            .filter_map(|&n| Some((n, self.addresses[n]?, &self.contents[n][..])))
    }

    /// The program that was linked.
    pub(crate) fn parts(&self) -> (&Program, &Object) {
        (self.program, self.object)
    }

    /// A symbol's address without the bit for Thumb, if it is the name of a place.
    pub(crate) fn place_of(&self, sym: SymId) -> Option<u32> {
        let in_section = match self.program.symbols[sym].def {
            Def::Place(_) => true,
            Def::Equ(_) => {
                let value = Resolver { program: self.program }.eval(Expr::Sym(sym, 0), 0)?;
                matches!(value.add, Some(Meaning::At(..)))
            }
            _ => false,
        };
        let symbol = &self.program.symbols[sym];
        let thumb = symbol.thumb_func || symbol.thumb && symbol.ty == SymType::Func;
        self.address(sym).filter(|_| in_section).map(|address| if thumb { address & !1 } else { address })
    }
}

/// The statement whose bytes are at an offset.
fn statement(section: &lir::Section, offset: u32) -> Option<Span> {
    let behind = section.items.partition_point(|item| item.offset <= offset);
    section.items[..behind].last().map(|item| item.span)
}
