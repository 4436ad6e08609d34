//! One loaded file, or what an assembler made.

use crate::assembled::Assembled;
use crate::dwarf::Debug;
use crate::elf::{Elf, NotElf};
use crate::functions::FunctionInfo;
use crate::lines::LineTable;
use crate::symbols::Symbols;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A file that is loaded somewhere. What is in it is read when it is first asked for.
pub struct Module {
    name: String,
    bias: u32,
    ranges: Vec<Range<u32>>,
    pub(crate) kind: Kind,
    debug_dirs: Vec<PathBuf>,
    symbols: OnceLock<Symbols>,
    separate: OnceLock<Option<Elf>>,
    debug: OnceLock<Option<Debug>>,
    pub(crate) unwind: OnceLock<crate::unwind::Tables>,
}

pub(crate) enum Kind {
    Elf(Elf),
    Assembled(Assembled, LineTable),
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module").field("name", &self.name).field("bias", &self.bias).finish_non_exhaustive()
    }
}

impl Module {
    /// An ELF file, loaded so that its addresses are `bias` higher than it says; 0 for one that is not
    /// position-independent.
    ///
    /// # Errors
    ///
    /// [`NotElf`] if it is none, or none for ARM.
    pub fn elf(name: &str, bytes: impl Into<Arc<[u8]>>, bias: u32) -> Result<Module, NotElf> {
        let elf = Elf::new(bytes.into())?;
        let shifted = |segment: &crate::elf::Segment| {
            segment.range.start.wrapping_add(bias)..segment.range.end.wrapping_add(bias)
        };
        let ranges = elf.segments.iter().map(shifted).collect();
        Ok(Module::of(name, bias, ranges, Kind::Elf(elf)))
    }

    /// What an assembler made, at the addresses that it says.
    pub fn assembled(assembled: Assembled) -> Module {
        let lines = assembled.line_table();
        let (name, ranges) = (assembled.name.clone(), assembled.ranges.clone());
        Module::of(&name, 0, ranges, Kind::Assembled(assembled, lines))
    }

    fn of(name: &str, bias: u32, ranges: Vec<Range<u32>>, kind: Kind) -> Module {
        Module {
            name: name.to_owned(),
            bias,
            ranges,
            kind,
            debug_dirs: Vec::new(),
            symbols: OnceLock::new(),
            separate: OnceLock::new(),
            debug: OnceLock::new(),
            unwind: OnceLock::new(),
        }
    }

    /// Where files with debugging information are looked for: `/usr/lib/debug` of the host or of a sysroot.
    pub fn with_debug_dirs(mut self, dirs: impl IntoIterator<Item = PathBuf>) -> Module {
        self.debug_dirs.extend(dirs);
        self
    }

    /// Its name, a path for a file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How much higher its addresses are than it says.
    pub fn bias(&self) -> u32 {
        self.bias
    }

    /// The addresses where it is loaded.
    pub fn ranges(&self) -> &[Range<u32>] {
        &self.ranges
    }

    /// Whether it is loaded at an address.
    pub fn holds(&self, addr: u32) -> bool {
        self.ranges.iter().any(|range| range.contains(&addr))
    }

    /// Whether it has source lines.
    pub fn has_lines(&self) -> bool {
        matches!(self.kind, Kind::Assembled(..)) || self.debug().is_some()
    }

    pub(crate) fn file(&self) -> Option<&Elf> {
        match &self.kind {
            Kind::Elf(elf) => Some(elf),
            Kind::Assembled(..) => None,
        }
    }

    /// The file with the debugging information, where that is another.
    pub(crate) fn separate(&self) -> Option<&Elf> {
        let find = || {
            let elf = self.file()?;
            if elf.has(".debug_info") || self.debug_dirs.is_empty() {
                return None;
            }
            elf.separate(Path::new(&self.name), &self.debug_dirs)
        };
        self.separate.get_or_init(find).as_ref()
    }

    pub(crate) fn symbols(&self) -> &Symbols {
        self.symbols.get_or_init(|| match &self.kind {
            Kind::Elf(elf) => Symbols::of(elf, self.separate()),
            Kind::Assembled(assembled, _) => assembled.symbols(),
        })
    }

    pub(crate) fn debug(&self) -> Option<&Debug> {
        self.debug.get_or_init(|| Debug::new(self.separate().or(self.file())?)).as_ref()
    }

    /// The line tables that may know an address in the file's terms.
    pub(crate) fn lines_at(&self, addr: u32) -> Vec<&LineTable> {
        match &self.kind {
            Kind::Assembled(_, lines) => vec![lines],
            Kind::Elf(_) => match self.debug() {
                Some(debug) => debug.units_at(addr).map(|unit| debug.lines(unit)).collect(),
                None => Vec::new(),
            },
        }
    }

    /// All line tables.
    pub(crate) fn lines(&self) -> Vec<&LineTable> {
        match &self.kind {
            Kind::Assembled(_, lines) => vec![lines],
            Kind::Elf(_) => match self.debug() {
                Some(debug) => (0..debug.units.len()).map(|unit| debug.lines(unit)).collect(),
                None => Vec::new(),
            },
        }
    }

    /// The functions that hold an address in the file's terms, the outermost first.
    pub(crate) fn functions_at(&self, addr: u32) -> Vec<&FunctionInfo> {
        let Some(debug) = self.debug() else { return Vec::new() };
        for unit in debug.units_at(addr) {
            let mut found: Vec<&FunctionInfo> =
                debug.functions(unit).iter().filter(|function| function.holds(addr)).collect();
            if !found.is_empty() {
                found.sort_by_key(|function| function.depth);
                return found;
            }
        }
        Vec::new()
    }

    /// From an address in memory to the file's terms.
    pub(crate) fn to_file(&self, addr: u32) -> u32 {
        addr.wrapping_sub(self.bias)
    }

    pub(crate) fn to_memory(&self, addr: u32) -> u32 {
        addr.wrapping_add(self.bias)
    }
}
