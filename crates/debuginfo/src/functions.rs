//! Functions of a unit, and the copies of them that were inlined.

use crate::dwarf::{Debug, Entry, EntryRef};
use std::ops::Range;

/// A function, or a copy of one inside another.
#[derive(Debug, Clone)]
pub(crate) struct FunctionInfo {
    /// As it is written in the source.
    pub(crate) name: String,
    /// Addresses in the file's terms.
    pub(crate) ranges: Vec<Range<u32>>,
    /// Where it is entered.
    pub(crate) entry: u32,
    pub(crate) at: EntryRef,
    /// For a copy: where it was called, as index into the unit's files and line.
    pub(crate) inlined_at: Option<(u32, u32)>,
    /// The depth of the entry: of two that hold an address the deeper one is the inner one.
    pub(crate) depth: isize,
}

impl FunctionInfo {
    pub(crate) fn holds(&self, addr: u32) -> bool {
        self.ranges.iter().any(|range| range.contains(&addr))
    }
}

/// All functions of a unit that have code.
pub(crate) fn read(debug: &Debug, unit: usize) -> Vec<FunctionInfo> {
    let mut functions = Vec::new();
    let mut entries = debug.units[unit].unit.entries();
    while let Ok(Some(entry)) = entries.next_dfs() {
        let inlined = match entry.tag() {
            gimli::DW_TAG_subprogram => false,
            gimli::DW_TAG_inlined_subroutine => true,
            _ => continue,
        };
        let ranges = ranges(debug, unit, entry);
        let Some(first) = ranges.first().map(|range| range.start) else { continue };
        let at = EntryRef { unit, offset: entry.offset() };
        let number = |name| entry.attr_value(name).and_then(|value| value.udata_value()).unwrap_or(0) as u32;
        let file = match entry.attr_value(gimli::DW_AT_call_file) {
            Some(crate::dwarf::Attr::FileIndex(index)) => index as u32,
            other => other.and_then(|value| value.udata_value()).unwrap_or(0) as u32,
        };
        functions.push(FunctionInfo {
            name: name(debug, at).unwrap_or_else(|| format!("{first:#x}")),
            entry: low_pc(debug, unit, entry).unwrap_or(first),
            ranges,
            at,
            inlined_at: inlined.then(|| (file, number(gimli::DW_AT_call_line))),
            depth: entry.depth(),
        });
    }
    functions
}

/// The addresses of an entry; none at 0, where linkers leave what they discard.
pub(crate) fn ranges(debug: &Debug, unit: usize, entry: &Entry) -> Vec<Range<u32>> {
    let info = &debug.units[unit].unit;
    let mut found = Vec::new();
    let Ok(mut ranges) = debug.dwarf.die_ranges(info, entry) else { return found };
    while let Ok(Some(range)) = ranges.next() {
        if range.begin < range.end && (range.begin != 0 || debug.zero) {
            found.push(range.begin as u32..range.end as u32);
        }
    }
    found
}

fn low_pc(debug: &Debug, unit: usize, entry: &Entry) -> Option<u32> {
    let value = entry.attr_value(gimli::DW_AT_low_pc)?;
    Some(debug.dwarf.attr_address(&debug.units[unit].unit, value).ok()?? as u32)
}

/// The name as gdb shows it: C++ names whole, from the linkage name.
fn name(debug: &Debug, at: EntryRef) -> Option<String> {
    let linkage = [gimli::DW_AT_linkage_name, gimli::DW_AT_MIPS_linkage_name]
        .into_iter()
        .find_map(|attr| debug.inherited(at, attr))
        .and_then(|(unit, value)| debug.text(unit, Some(value)));
    linkage.and_then(|name| crate::symbols::demangle(&name)).or_else(|| debug.name(at))
}
