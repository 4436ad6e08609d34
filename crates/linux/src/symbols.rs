//! Names for guest addresses: what perf and the flame graph show.
//!
//! A mapped file's symbols are kept by their place in the file, so that it does not matter where it is mapped. A
//! stripped file still has the addresses where functions begin, for unwinding (.ARM.exidx, EHABI32 chapter 6).

use object::elf::PT_ARM_EXIDX;
use object::read::elf::{ElfFile32, FileHeader, ProgramHeader};
use object::{Endianness, Object, ObjectSegment, ObjectSymbol, SymbolKind};
use skink_machine::{Memory, Region};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Where functions begin in a file: by offset, the name and, if it is known, the length.
type Table = BTreeMap<u64, (Arc<str>, u64)>;

/// The files that have been looked at.
#[derive(Default)]
pub(crate) struct Symbols(Mutex<HashMap<Arc<str>, Arc<Table>>>);

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: Arc<str>,
    /// Its first address.
    pub(crate) start: u32,
}

impl Symbols {
    /// The function that an address belongs to; one of its own if nothing is known.
    pub(crate) fn function(&self, memory: &Memory, addr: u32) -> Function {
        let Some(region) = memory.region_at(addr) else {
            return Function { name: format!("{addr:#x}").into(), start: addr };
        };
        let file = region.name.rsplit('/').next().unwrap_or_default().to_owned();
        let offset = region.offset + (addr - region.start) as u64;
        let unknown = || Function { name: format!("{file}+{offset:#x}").into(), start: addr };
        if region.file == (0, 0) {
            let file = if file.is_empty() { "anonymous".to_owned() } else { file };
            return Function { name: format!("{file} {addr:#x}").into(), start: addr };
        }
        let table = self.table(&region);
        let Some((&start, (name, len))) = table.range(..=offset).next_back() else { return unknown() };
        if *len != 0 && offset >= start + len {
            return unknown();
        }
        let start = addr.wrapping_sub((offset - start) as u32);
        Function { name: name.clone(), start }
    }

    fn table(&self, region: &Region) -> Arc<Table> {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(region.name.clone()).or_insert_with(|| Arc::new(read(&region.name))).clone()
    }
}

/// The functions of a file; none if it cannot be read.
fn read(path: &str) -> Table {
    let bytes = std::fs::read(path).unwrap_or_default();
    let Ok(elf) = ElfFile32::<Endianness>::parse(&*bytes) else { return Table::new() };
    let file = path.rsplit('/').next().unwrap_or_default();
    let offset_of = |addr: u64| {
        elf.segments().find_map(|segment| {
            let (offset, len) = segment.file_range();
            let into = addr.checked_sub(segment.address())?;
            (into < len).then_some(offset + into)
        })
    };
    let mut table = Table::new();
    for start in unwinding(&elf, &bytes) {
        if let Some(offset) = offset_of(start) {
            table.insert(offset, (format!("{file}+{start:#x}").into(), 0));
        }
    }
    for symbol in elf.dynamic_symbols().chain(elf.symbols()) {
        let addr = symbol.address() & !1;
        if let (true, SymbolKind::Text, Ok(name)) = (symbol.is_definition(), symbol.kind(), symbol.name())
            && !name.starts_with('$')
            && let Some(offset) = offset_of(addr)
        {
            table.insert(offset, (name.into(), symbol.size()));
        }
    }
    table
}

/// The addresses of the functions that the index table of exception handling names: pairs of words, the first the
/// distance to the function in 31 bits.
fn unwinding(elf: &ElfFile32<'_, Endianness>, bytes: &[u8]) -> Vec<u64> {
    let endian = elf.endian();
    let Ok(headers) = elf.elf_header().program_headers(endian, bytes) else { return Vec::new() };
    let Some(index) = headers.iter().find(|header| header.p_type(endian) == PT_ARM_EXIDX) else {
        return Vec::new();
    };
    let from = index.p_offset(endian) as usize;
    let rows = bytes.get(from..from.saturating_add(index.p_filesz(endian) as usize)).unwrap_or_default();
    rows.chunks_exact(8)
        .enumerate()
        .map(|(i, row)| {
            let distance = u32::from_le_bytes([row[0], row[1], row[2], row[3]]) << 1;
            let at = index.p_vaddr(endian).wrapping_add(8 * i as u32);
            (at.wrapping_add((distance as i32 >> 1) as u32) & !1).into()
        })
        .collect()
}
