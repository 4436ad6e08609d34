//! Line tables (DWARF 5, 6.2).

use crate::dwarf::{Dwarf, Unit};
use std::ops::Range;

/// A row: from its address on to the next row's, code belongs to its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) addr: u32,
    /// Into [`LineTable::files`].
    pub(crate) file: u32,
    pub(crate) line: u32,
    /// 0 if it is not known.
    pub(crate) column: u32,
    /// A place for a breakpoint.
    pub(crate) is_stmt: bool,
    pub(crate) prologue_end: bool,
    /// The first address behind a sequence; no line.
    pub(crate) end: bool,
}

/// The line table of a unit.
#[derive(Debug, Default)]
pub(crate) struct LineTable {
    /// Paths, as complete as the table has them.
    pub(crate) files: Vec<String>,
    /// Ascending by address; where a sequence ends another may begin, which then comes later.
    pub(crate) rows: Vec<Row>,
}

impl LineTable {
    pub(crate) fn new(files: Vec<String>, mut rows: Vec<Row>) -> LineTable {
        rows.sort_by_key(|row| (row.addr, !row.end));
        LineTable { files, rows }
    }

    /// The index of the row that an address belongs to: of several with one address the last statement, as gdb has
    /// it.
    pub(crate) fn index_at(&self, addr: u32) -> Option<usize> {
        let behind = self.rows.partition_point(|row| row.addr <= addr);
        let last = behind.checked_sub(1).filter(|&i| !self.rows[i].end)?;
        let alike = |&i: &usize| self.rows[i].addr == self.rows[last].addr && !self.rows[i].end;
        let statement =
            (0..=last).rev().take_while(alike).find(|&i| self.rows[i].is_stmt && self.rows[i].line != 0);
        Some(statement.unwrap_or(last))
    }

    /// The address behind a row.
    pub(crate) fn end_of(&self, index: usize) -> u32 {
        let start = self.rows[index].addr;
        self.rows[index..].iter().map(|row| row.addr).find(|&addr| addr > start).unwrap_or(start)
    }

    /// The addresses of the sequences.
    pub(crate) fn spans(&self) -> impl Iterator<Item = Range<u32>> + '_ {
        let mut start = None;
        self.rows.iter().filter_map(move |row| {
            if !row.end {
                start.get_or_insert(row.addr);
                return None;
            }
            start.take().map(|from| from..row.addr)
        })
    }

    /// Which of the files are the one that somebody means: by its whole path or the last parts of it.
    pub(crate) fn files_named(&self, name: &str) -> Vec<u32> {
        let matches = |path: &str| path == name || is_suffix(path, name);
        (0..self.files.len() as u32).filter(|&i| matches(&self.files[i as usize])).collect()
    }
}

/// Whether the last components of a path are those of `name`.
pub(crate) fn is_suffix(path: &str, name: &str) -> bool {
    let name = name.trim_start_matches("./");
    path.strip_suffix(name).is_some_and(|front| front.is_empty() || front.ends_with('/')) && !name.is_empty()
}

/// Reads a unit's table; what cannot be read is left out.
pub(crate) fn read(dwarf: &Dwarf, unit: &Unit, zero: bool) -> LineTable {
    let Some(program) = unit.line_program.clone() else { return LineTable::default() };
    let header = program.header().clone();
    // Before DWARF 5 files count from 1; index 0 is kept so that indices stay as they are.
    let count = header.file_names().len() as u64 + u64::from(header.version() < 5);
    let files = (0..count).map(|index| path(dwarf, unit, &header, index).unwrap_or_default()).collect();
    let mut rows = Vec::new();
    let mut sequence: Vec<Row> = Vec::new();
    let mut all = program.rows();
    while let Ok(Some((_, row))) = all.next_row() {
        sequence.push(Row {
            addr: row.address() as u32,
            file: row.file_index() as u32,
            line: row.line().map_or(0, |line| line.get() as u32),
            column: match row.column() {
                gimli::ColumnType::LeftEdge => 0,
                gimli::ColumnType::Column(column) => column.get() as u32,
            },
            is_stmt: row.is_stmt(),
            prologue_end: row.prologue_end(),
            end: row.end_sequence(),
        });
        if row.end_sequence() {
            if sequence[0].addr != 0 || zero {
                rows.append(&mut sequence);
            }
            sequence.clear();
        }
    }
    LineTable::new(files, rows)
}

/// A file's path: its name behind its directory behind the directory of compilation.
fn path(
    dwarf: &Dwarf,
    unit: &Unit,
    header: &gimli::LineProgramHeader<crate::elf::Bytes>,
    index: u64,
) -> Option<String> {
    let text = |value| {
        let string = dwarf.attr_string(unit, value).ok()?;
        Some(String::from_utf8_lossy(string.bytes()).into_owned())
    };
    let file = header.file(index)?;
    let mut path = text(file.path_name())?;
    let join = |dir: String, path: String| match path.starts_with('/') || dir.is_empty() {
        true => path,
        false => format!("{}/{path}", dir.trim_end_matches('/')),
    };
    // Directory 0 is that of compilation; DWARF 5 lists it as well.
    if let Some(dir) = file.directory(header).and_then(text) {
        path = join(dir, path);
    }
    if let Some(dir) = &unit.comp_dir {
        path = join(String::from_utf8_lossy(dir.bytes()).into_owned(), path);
    }
    Some(tidy(&path))
}

/// Takes `.` and `..` out of a path.
fn tidy(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !last.is_empty() && *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_by_their_ends() {
        assert!(is_suffix("/src/a/main.c", "main.c") && is_suffix("/src/a/main.c", "a/main.c"));
        assert!(!is_suffix("/src/a/domain.c", "main.c") && !is_suffix("/src/main.c", ""));
        assert_eq!(tidy("/a/./b/../c.c"), "/a/c.c");
        assert_eq!(tidy("../c.c"), "../c.c");
    }

    #[test]
    fn a_row_reaches_to_the_next_and_not_over_a_gap() {
        let row =
            |addr, line, end| Row { addr, file: 0, line, column: 0, is_stmt: true, prologue_end: false, end };
        let rows =
            vec![row(16, 3, false), row(20, 0, true), row(0, 1, false), row(8, 2, false), row(12, 0, true)];
        let table = LineTable::new(vec!["a.s".into()], rows);
        let at = |addr| table.index_at(addr).map(|i| table.rows[i].line);
        assert_eq!(
            [at(0), at(7), at(8), at(12), at(15), at(19), at(20)],
            [Some(1), Some(1), Some(2), None, None, Some(3), None]
        );
        assert_eq!(table.spans().collect::<Vec<_>>(), [0..12, 16..20]);
    }
}
