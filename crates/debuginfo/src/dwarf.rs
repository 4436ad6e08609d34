//! The DWARF sections of a file, read as late as possible: first only where units begin and which addresses they
//! speak of, then of each unit what is asked for.

use crate::elf::{Bytes, Elf};
use crate::functions::{self, FunctionInfo};
use crate::lines::{self, LineTable};
use crate::variables::Globals;
use gimli::{DebugInfoOffset, UnitOffset};
use std::ops::Range;
use std::sync::OnceLock;

pub(crate) type Dwarf = gimli::Dwarf<Bytes>;
pub(crate) type Unit = gimli::Unit<Bytes>;
pub(crate) type Entry = gimli::DebuggingInformationEntry<Bytes>;
pub(crate) type Attr = gimli::AttributeValue<Bytes>;

/// All units of a file.
pub(crate) struct Debug {
    pub(crate) dwarf: Dwarf,
    pub(crate) units: Vec<UnitInfo>,
    /// Whether code may lie at address 0, where linkers leave what they discard.
    pub(crate) zero: bool,
    /// Addresses of units: start, end, index; ascending by start.
    ranges: Vec<(u32, u32, usize)>,
    globals: OnceLock<Globals>,
}

/// One unit.
pub(crate) struct UnitInfo {
    pub(crate) unit: Unit,
    /// Its place in `.debug_info`, its end not included.
    offsets: Range<usize>,
    lines: OnceLock<LineTable>,
    functions: OnceLock<Vec<FunctionInfo>>,
    follows: OnceLock<bool>,
}

/// An entry anywhere in `.debug_info`: the unit's index, and the place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct EntryRef {
    pub(crate) unit: usize,
    pub(crate) offset: UnitOffset,
}

impl Debug {
    /// `None` if the file has no debugging information that can be read.
    pub(crate) fn new(elf: &Elf) -> Option<Debug> {
        if !elf.has(".debug_info") {
            return None;
        }
        let dwarf = Dwarf::load(|id| Ok::<_, ()>(elf.section(id.name()))).ok()?;
        let mut units = Vec::new();
        let mut headers = dwarf.units();
        // A header that cannot be read ends the list: where the next one begins is not known.
        while let Ok(Some(header)) = headers.next() {
            let Some(DebugInfoOffset(start)) = header.debug_info_offset() else { continue };
            let end = start.saturating_add(header.length_including_self());
            if let Ok(unit) = dwarf.unit(header) {
                units.push(UnitInfo {
                    unit,
                    offsets: start..end,
                    lines: OnceLock::new(),
                    functions: OnceLock::new(),
                    follows: OnceLock::new(),
                });
            }
        }
        let zero = elf.segments.iter().any(|segment| segment.executable && segment.range.start == 0);
        let mut debug = Debug { dwarf, units, zero, ranges: Vec::new(), globals: OnceLock::new() };
        debug.ranges = debug.all_ranges();
        Some(debug)
    }

    fn all_ranges(&self) -> Vec<(u32, u32, usize)> {
        let mut all = Vec::new();
        for (index, info) in self.units.iter().enumerate() {
            let Ok(mut ranges) = self.dwarf.unit_ranges(&info.unit) else { continue };
            let mut said = false;
            while let Ok(Some(range)) = ranges.next() {
                said = true;
                if range.begin < range.end && (range.begin != 0 || self.zero) {
                    all.push((range.begin as u32, range.end as u32, index));
                }
            }
            // Assemblers' units may leave it to the line table.
            if !said || all.last().is_none_or(|(_, _, last)| *last != index) {
                all.extend(self.lines(index).spans().map(|span| (span.start, span.end, index)));
            }
        }
        all.sort_unstable();
        all
    }

    /// The units that may know an address, given in the file's terms.
    pub(crate) fn units_at(&self, addr: u32) -> impl Iterator<Item = usize> + '_ {
        let behind = self.ranges.partition_point(|(start, ..)| *start <= addr);
        let holds = move |(_, end, unit): &(u32, u32, usize)| (addr < *end).then_some(*unit);
        self.ranges[..behind].iter().rev().filter_map(holds)
    }

    pub(crate) fn lines(&self, unit: usize) -> &LineTable {
        self.units[unit].lines.get_or_init(|| lines::read(&self.dwarf, &self.units[unit].unit, self.zero))
    }

    pub(crate) fn functions(&self, unit: usize) -> &[FunctionInfo] {
        self.units[unit].functions.get_or_init(|| functions::read(self, unit))
    }

    /// Whether the locations of a unit hold from the first instruction of a function on, so that no prologue needs
    /// to be passed before they are looked at. As gdb decides it: gcc writes location lists when it optimizes.
    pub(crate) fn locations_follow(&self, unit: usize) -> bool {
        let find = || {
            let root = EntryRef { unit, offset: self.units[unit].unit.header.root_offset() };
            let producer =
                self.entry(root).and_then(|root| self.text(unit, root.attr_value(gimli::DW_AT_producer)));
            let mut entries = self.units[unit].unit.entries();
            let by_gcc = producer.is_some_and(|producer| producer.starts_with("GNU "));
            while by_gcc && let Ok(Some(entry)) = entries.next_dfs() {
                let location = entry.attr_value(gimli::DW_AT_location);
                if location.is_some_and(|location| location.exprloc_value().is_none()) {
                    return true;
                }
            }
            false
        };
        *self.units[unit].follows.get_or_init(find)
    }

    pub(crate) fn globals(&self) -> &Globals {
        self.globals.get_or_init(|| Globals::of(self))
    }

    /// The type that has a name.
    pub(crate) fn definition(&self, name: &str) -> Option<EntryRef> {
        self.globals().type_named(name)
    }

    pub(crate) fn entry(&self, at: EntryRef) -> Option<Entry> {
        self.units.get(at.unit)?.unit.entry(at.offset).ok()
    }

    /// What an attribute refers to.
    pub(crate) fn refers(&self, unit: usize, value: Option<Attr>) -> Option<EntryRef> {
        match value? {
            Attr::UnitRef(offset) => Some(EntryRef { unit, offset }),
            Attr::DebugInfoRef(DebugInfoOffset(offset)) => {
                let index = self.units.partition_point(|info| info.offsets.start <= offset).checked_sub(1)?;
                let info = &self.units[index];
                let within = info.offsets.contains(&offset);
                within.then(|| EntryRef { unit: index, offset: UnitOffset(offset - info.offsets.start) })
            }
            _ => None,
        }
    }

    pub(crate) fn text(&self, unit: usize, value: Option<Attr>) -> Option<String> {
        let string = self.dwarf.attr_string(&self.units.get(unit)?.unit, value?).ok()?;
        Some(String::from_utf8_lossy(string.bytes()).into_owned())
    }

    /// An attribute of an entry or, if it has none, of the one that it completes or is a copy of.
    pub(crate) fn inherited(&self, at: EntryRef, name: gimli::DwAt) -> Option<(usize, Attr)> {
        let mut at = at;
        // A chain of references that comes back to itself ends too.
        for _ in 0..8 {
            let entry = self.entry(at)?;
            if let Some(value) = entry.attr_value(name) {
                return Some((at.unit, value));
            }
            let next = [gimli::DW_AT_abstract_origin, gimli::DW_AT_specification]
                .into_iter()
                .find_map(|link| self.refers(at.unit, entry.attr_value(link)))?;
            at = next;
        }
        None
    }

    /// The name of an entry, inherited if need be.
    pub(crate) fn name(&self, at: EntryRef) -> Option<String> {
        let (unit, value) = self.inherited(at, gimli::DW_AT_name)?;
        self.text(unit, Some(value))
    }
}
