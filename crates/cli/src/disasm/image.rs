//! What there is to disassemble in an ELF file: regions of bytes, symbols, and where the instruction
//! set changes.
//!
//! Reading is the `object` crate's. A symbol or section that makes no sense is left out; a file that
//! makes none is an error.

use object::SymbolFlags;
use object::elf::{EM_ARM, PF_X, SHF_ALLOC, SHF_EXECINSTR};
use object::elf::{STB_GLOBAL, STB_LOCAL, STB_WEAK, STT_FILE, STT_FUNC, STT_GNU_IFUNC, STT_SECTION};
use object::read::elf::{ElfFile32, FileHeader};
use object::{Endianness, Object, ObjectSection, ObjectSegment, ObjectSymbol, SectionFlags, SegmentFlags};
use std::collections::BTreeMap;

/// How bytes are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Arm,
    Thumb,
    Data,
}

/// A section, or a segment of a file without sections.
#[derive(Debug)]
pub(crate) struct Region<'a> {
    pub(crate) name: String,
    pub(crate) addr: u32,
    pub(crate) bytes: &'a [u8],
    /// The symbols in it, by address, the best for each; `Display` of a target looks them up too.
    pub(crate) symbols: BTreeMap<u32, Symbol>,
    /// From which address on how to read.
    pub(crate) states: BTreeMap<u32, State>,
}

/// A name for an address. Smaller is better.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Symbol {
    not_function: bool,
    binding: u8,
    pub(crate) name: String,
}

impl Symbol {
    /// A name that the symbol table does not have.
    pub(crate) fn made_up(name: String) -> Symbol {
        Symbol { not_function: false, binding: 0, name }
    }
}

/// The file.
#[derive(Debug)]
pub(crate) struct Image<'a> {
    pub(crate) regions: Vec<Region<'a>>,
}

impl<'a> Image<'a> {
    /// Reads an ELF file; `all` takes what is not executable too.
    pub(crate) fn parse(bytes: &'a [u8], all: bool) -> Result<Image<'a>, String> {
        let elf =
            ElfFile32::<Endianness>::parse(bytes).map_err(|e| format!("not an ELF file to be read: {e}"))?;
        let (header, endian) = (elf.elf_header(), elf.endian());
        if header.e_machine(endian) != EM_ARM || endian != Endianness::Little {
            return Err(format!(
                "machine {} ({endian:?}-endian), expected {EM_ARM} (ARM, little-endian)",
                header.e_machine(endian).0
            ));
        }
        let mut regions = sections(&elf, all);
        if elf.sections().next().is_none() {
            regions = segments(&elf, all);
        }
        if regions.is_empty() {
            return Err("nothing executable in it".into());
        }
        let mut image = Image { regions };
        image.place_symbols(&elf);
        for entry in skink_debuginfo::plt_entries(&elf) {
            if let Some(region) = image.region_mut(entry.addr) {
                region.symbols.entry(entry.addr).or_insert_with(|| Symbol::made_up(entry.name));
            }
        }
        image.place_states(&elf);
        Ok(image)
    }

    /// The region that holds an address.
    pub(crate) fn region_mut(&mut self, addr: u32) -> Option<&mut Region<'a>> {
        self.regions.iter_mut().find(|region| region.holds(addr))
    }

    fn place_symbols(&mut self, elf: &ElfFile32<'a, Endianness>) {
        for symbol in elf.symbols().chain(elf.dynamic_symbols()) {
            let SymbolFlags::Elf { st_info, .. } = symbol.flags() else { continue };
            let kind = st_info.st_type();
            let Ok(name) = symbol.name() else { continue };
            if name.is_empty() || name.starts_with('$') || kind == STT_FILE || kind == STT_SECTION {
                continue;
            }
            let function = kind == STT_FUNC || kind == STT_GNU_IFUNC;
            let value = symbol.address() as u32;
            // Bit 0 of a function symbol is the instruction set (ELF for the ARM Architecture, 5.5.3).
            let addr = if function { value & !1 } else { value };
            let order = [STB_GLOBAL, STB_WEAK, STB_LOCAL];
            let binding = order.iter().position(|b| *b == st_info.st_bind()).unwrap_or(order.len()) as u8;
            if symbol.is_undefined() {
                continue;
            }
            let named = Symbol { not_function: !function, binding, name: name.to_owned() };
            if let Some(region) = self.region_mut(addr) {
                let best = region.symbols.entry(addr).or_insert_with(|| named.clone());
                if named < *best {
                    *best = named;
                }
            }
        }
    }

    /// Mapping symbols decide (ELF for the ARM Architecture, 5.5.5); a region without any goes by its
    /// function symbols and the entry point, and begins as ARM, which PLT and .init are.
    fn place_states(&mut self, elf: &ElfFile32<'a, Endianness>) {
        for region in &mut self.regions {
            region.states.insert(region.addr, State::Arm);
        }
        let mut mapped = vec![false; self.regions.len()];
        for symbol in elf.symbols().chain(elf.dynamic_symbols()) {
            let Ok(name) = symbol.name() else { continue };
            let state = match name.get(..2) {
                Some("$a") => State::Arm,
                Some("$t") => State::Thumb,
                Some("$d") => State::Data,
                _ => continue,
            };
            // `$a` or `$a.anything`.
            if !matches!(name.as_bytes().get(2), None | Some(b'.')) || symbol.is_undefined() {
                continue;
            }
            let addr = symbol.address() as u32;
            if let Some(index) = self.regions.iter().position(|region| region.holds(addr)) {
                mapped[index] = true;
                self.regions[index].states.insert(addr, state);
            }
        }
        let state_of = |value: u32| if value & 1 != 0 { State::Thumb } else { State::Arm };
        let functions = elf.symbols().chain(elf.dynamic_symbols()).filter(|symbol| {
            let SymbolFlags::Elf { st_info, .. } = symbol.flags() else { return false };
            !symbol.is_undefined() && [STT_FUNC, STT_GNU_IFUNC].contains(&st_info.st_type())
        });
        let entry = elf.elf_header().e_entry.get(elf.endian());
        // The symbols after the entry point, which may be one of them.
        let values = std::iter::once(entry).filter(|&e| e != 0).chain(functions.map(|f| f.address() as u32));
        for value in values {
            if let Some(index) = self.regions.iter().position(|region| region.holds(value & !1))
                && !mapped[index]
            {
                self.regions[index].states.insert(value & !1, state_of(value));
            }
        }
    }
}

impl Region<'_> {
    /// The address behind the last byte.
    pub(crate) fn end(&self) -> u64 {
        self.addr as u64 + self.bytes.len() as u64
    }

    fn holds(&self, addr: u32) -> bool {
        self.addr <= addr && (addr as u64) < self.end()
    }
}

fn region<'a>(name: String, addr: u64, bytes: &'a [u8]) -> Option<Region<'a>> {
    let addr = u32::try_from(addr).ok()?;
    if bytes.is_empty() || addr as u64 + bytes.len() as u64 > 1 << 32 {
        return None;
    }
    Some(Region { name, addr, bytes, symbols: BTreeMap::new(), states: BTreeMap::new() })
}

fn sections<'a>(elf: &ElfFile32<'a, Endianness>, all: bool) -> Vec<Region<'a>> {
    let wanted = if all { SHF_ALLOC } else { SHF_EXECINSTR };
    elf.sections()
        .filter(|s| matches!(s.flags(), SectionFlags::Elf { sh_flags, .. } if sh_flags.0 & wanted.0 != 0))
        .filter_map(|s| region(s.name().unwrap_or("?").to_owned(), s.address(), s.data().ok()?))
        .collect()
}

fn segments<'a>(elf: &ElfFile32<'a, Endianness>, all: bool) -> Vec<Region<'a>> {
    elf.segments()
        .enumerate()
        .filter(|(_, s)| {
            all || matches!(s.flags(), SegmentFlags::Elf { p_flags, .. } if p_flags.0 & PF_X.0 != 0)
        })
        .filter_map(|(i, s)| region(format!("LOAD{i}"), s.address(), s.data().ok()?))
        .collect()
}
