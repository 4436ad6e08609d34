//! The files and directories of a line table, and its header: in version 3 of DWARF (6.2.4 of its standard), or in
//! version 5 (the same section there) once the source names a file 0. Numbers are given as GNU as gives them
//! (binutils 2.40: allocate_filename_to_slot and out_dir_and_file_list in gas/dwarf2dbg.c).

use super::Gnu;
use super::scan::Scan;
use crate::expr::Expr;
use crate::hir::elf;
use crate::layout::dwarf::{LINE_BASE, LINE_RANGE, OPCODE_BASE, leb};
use crate::source::Span;
use crate::symbol::{Def, SectionId, SymId, SymType};

const DW_LNCT_PATH: u8 = 1;
const DW_LNCT_DIRECTORY_INDEX: u8 = 2;
const DW_LNCT_MD5: u8 = 5;
const DW_FORM_UDATA: u8 = 0x0f;
const DW_FORM_DATA16: u8 = 0x1e;
const DW_FORM_LINE_STRP: u8 = 0x1f;
/// The greatest number of a file.
const MOST: usize = 1 << 20;

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct File {
    directory: usize,
    name: Vec<u8>,
    md5: [u8; 16],
}

/// The table.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Whether it is one of DWARF 5, which has a file 0.
    pub(super) five: bool,
    files: Vec<Option<File>>,
    /// Number 0 is where the compiler ran.
    directories: Vec<Option<Vec<u8>>>,
}

/// Where a path's last name begins; a file right at the root is all name.
fn base(path: &[u8]) -> usize {
    match path.iter().rposition(|&b| b == b'/') {
        None | Some(0) => 0,
        Some(slash) => slash + 1,
    }
}

impl Files {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether there is one of this number.
    pub(super) fn has(&self, number: u32) -> bool {
        self.files.get(number as usize).is_some_and(Option::is_some)
    }

    /// Names a file; false if the number has another one.
    fn add(
        &mut self,
        number: usize,
        directory: Option<Vec<u8>>,
        name: Vec<u8>,
        md5: [u8; 16],
        pwd: &str,
    ) -> bool {
        let start = base(&name);
        let below = || (name[..start].to_vec(), name[start..].to_vec());
        let main = directory.clone().unwrap_or_else(|| pwd.as_bytes().to_vec());
        let (path, last) = match directory {
            // File 0 may be in a directory below the one that is named.
            Some(_) if number == 0 && start > 0 => below(),
            Some(directory) => (directory, name.clone()),
            None => below(),
        };
        // GNU as compares the whole of what was named.
        let elsewhere = if start > 0 { name != main } else { path != main };
        let directory = self.directory(&path, (number == 0).then_some((&main, elsewhere)));
        let name = last;
        let file = File { directory, name, md5 };
        if self.files.len() <= number {
            self.files.resize(number + 1, None);
        }
        let slot = &mut self.files[number];
        let free = slot.as_ref().is_none_or(|known| *known == file);
        slot.get_or_insert(file);
        free
    }

    /// The number of a directory. With `main`, where the compiler ran, it may be 0, unless the file is elsewhere.
    fn directory(&mut self, path: &[u8], main: Option<(&[u8], bool)>) -> usize {
        let path = path.strip_suffix(b"/").unwrap_or(path);
        if path.is_empty() {
            return 0;
        }
        let known = |d: &Option<Vec<u8>>| d.as_deref() == Some(path);
        if let Some(number) = self.directories.iter().position(known) {
            return number;
        }
        let mut number = self.directories.len();
        if let Some((main, elsewhere)) = main {
            if !self.directories.first().is_some_and(Option::is_some) {
                number = 0;
                if self.five && elsewhere {
                    self.directory(main, Some((main, false)));
                    number = 1;
                }
            }
        } else {
            number = number.max(1);
        }
        if self.directories.len() <= number {
            self.directories.resize(number + 1, None);
        }
        self.directories[number] = Some(path.to_vec());
        number
    }
}

impl Gnu<'_> {
    /// `.file "name"`, or `.file number ["directory"] "name" [md5 number]`.
    pub(super) fn file_directive(&mut self, start: usize, scan: &mut Scan<'_>) {
        scan.blanks();
        if scan.peek() == b'"' {
            let name = scan.string().unwrap_or_default();
            let program = &mut self.builder.program;
            if program.file.is_none() {
                program.file = Some(name);
            } else {
                // Only the first stands before all symbols.
                let sym = program.symbols.make(&name);
                program.symbols[sym].def = Def::Equ(Expr::Num(0));
                program.symbols[sym].ty = SymType::File;
            }
            return;
        }
        let number = self.absolute(scan).and_then(|n| usize::try_from(n).ok()).filter(|n| *n < MOST);
        let Some(number) = number else {
            return self.error(start, scan.at, format!("expected a file's number, from 0 to {}", MOST - 1));
        };
        self.lines.files.five |= number == 0;
        let Some(mut name) = scan.string() else {
            scan.skip_statement();
            return self.error(start, scan.at, "expected a file's name as a string");
        };
        let mut directory = None;
        if let Some(more) = scan.string() {
            directory = Some(std::mem::replace(&mut name, more));
        }
        scan.blanks();
        let mut md5 = [0; 16];
        if scan.text[scan.at..].starts_with(b"md5") {
            scan.at += 3;
            match scan.hexadecimal() {
                Some(number) => md5 = number.to_le_bytes(),
                None => {
                    let at = scan.at;
                    scan.skip_statement();
                    return self.error(
                        at,
                        scan.at,
                        "expected an MD5 sum, as in 0x0123456789abcdef0123456789abcdef",
                    );
                }
            }
        }
        let pwd = self.loader.directory();
        if !self.lines.files.add(number, directory, name, md5, &pwd) {
            self.error(start, scan.at, format!("`.file {number}` named another file before"));
        }
    }

    /// The header of the table behind its length, and the strings that it refers to.
    pub(super) fn line_header(&mut self, section: SectionId, span: Span) {
        let five = self.lines.files.five;
        let version: &[u8] = if five { &[5, 0, 4, 0] } else { &[3, 0] };
        self.builder.bytes_unmarked(version, span);
        let (begin, end) = (self.builder.program.symbols.make(b""), self.builder.program.symbols.make(b""));
        let length = crate::expr::BinOp::Sub;
        let length = self.builder.program.exprs.binary(length, Expr::Sym(end, 0), Expr::Sym(begin, 0));
        self.builder.data(4, length, span);
        self.here_is(begin);
        let least_length: &[u8] = if five { &[2, 1] } else { &[2] };
        self.builder.bytes_unmarked(least_length, span);
        let machine =
            [1, LINE_BASE as u8, LINE_RANGE as u8, OPCODE_BASE as u8, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
        self.builder.bytes_unmarked(&machine, span);
        if five {
            self.tables_of_five(section, span);
        } else {
            let tables = self.tables_of_three();
            self.builder.bytes_unmarked(&tables, span);
        }
        self.here_is(end);
    }

    fn here_is(&mut self, sym: SymId) {
        let place = self.builder.place();
        self.builder.program.symbols[sym].def = Def::Place(place);
    }

    fn tables_of_three(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for directory in self.lines.files.directories.iter().skip(1) {
            out.extend_from_slice(directory.as_deref().unwrap_or_default());
            out.push(0);
        }
        out.push(0);
        for file in self.lines.files.files.iter().skip(1) {
            let (directory, name) = file.as_ref().map_or((0, &b""[..]), |file| (file.directory, &file.name));
            out.extend_from_slice(name);
            out.push(0);
            out.extend(leb(directory as i64, false));
            // Neither time nor size.
            out.extend([0, 0]);
        }
        out.push(0);
        out
    }

    fn tables_of_five(&mut self, section: SectionId, span: Span) {
        let Files { mut files, mut directories, .. } = std::mem::take(&mut self.lines.files);
        if directories.is_empty() {
            directories.push(None);
        }
        let strings =
            self.builder.add_section(".debug_line_str", elf::SHT_PROGBITS, elf::SHF_MERGE | elf::SHF_STRINGS);
        self.builder.program.sections[strings.0 as usize].entsize = 1;
        let mut out = vec![1, DW_LNCT_PATH, DW_FORM_LINE_STRP];
        out.extend(leb(directories.len() as i64, false));
        self.builder.bytes_unmarked(&out, span);
        for (number, directory) in directories.into_iter().enumerate() {
            let path = match directory {
                None if number == 0 => self.loader.directory().into_bytes(),
                directory => directory.unwrap_or_default(),
            };
            let string = self.line_string(section, strings, &path, span);
            self.builder.data(4, Expr::Sym(string, 0), span);
        }
        // File 1 is the main one where no other is.
        let first = files.get(1).cloned().flatten();
        let same = files[0].is_none() && first.is_some();
        if files[0].is_none() {
            files[0] = first.or(Some(File { directory: 0, name: Vec::new(), md5: [0; 16] }));
        }
        // GNU as looks at the first byte only.
        let md5 = files.iter().flatten().any(|file| file.md5[0] != 0);
        let mut out =
            vec![2 + md5 as u8, DW_LNCT_PATH, DW_FORM_LINE_STRP, DW_LNCT_DIRECTORY_INDEX, DW_FORM_UDATA];
        if md5 {
            out.extend([DW_LNCT_MD5, DW_FORM_DATA16]);
        }
        out.extend(leb(files.len() as i64, false));
        self.builder.bytes_unmarked(&out, span);
        let mut last = None;
        for (number, file) in files.into_iter().enumerate() {
            let Some(file) = file else {
                self.builder
                    .diags
                    .error(span, format!("there is no `.file {number}`, and one of a higher number"));
                continue;
            };
            let string = match last {
                Some(string) if number == 1 && same => string,
                _ => self.line_string(section, strings, &file.name, span),
            };
            last = Some(string);
            self.builder.data(4, Expr::Sym(string, 0), span);
            self.builder.bytes_unmarked(&leb(file.directory as i64, false), span);
            if md5 {
                self.builder.bytes_unmarked(&file.md5, span);
            }
        }
    }

    /// Puts a string where those of line tables are.
    fn line_string(&mut self, section: SectionId, strings: SectionId, text: &[u8], span: Span) -> SymId {
        self.builder.switch(strings);
        let sym = self.builder.program.symbols.make(b"");
        self.here_is(sym);
        self.builder.bytes_unmarked(&[text, &[0]].concat(), span);
        self.builder.switch(section);
        sym
    }
}
