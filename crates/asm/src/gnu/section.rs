//! Sections: `.section`, `.text`, `.previous`, groups, `.ident`.

use super::Gnu;
use super::scan::Scan;
use crate::hir::{Group, elf};
use crate::symbol::{Def, SectionId, SymType};

/// Type and flags that a name brings with it (System V ABI, "special sections"; the first that fits).
const SPECIAL: &[(&str, u32, u32)] = &[
    (".text", elf::SHT_PROGBITS, elf::SHF_ALLOC | elf::SHF_EXECINSTR),
    (".init_array", elf::SHT_INIT_ARRAY, elf::SHF_ALLOC | elf::SHF_WRITE),
    (".fini_array", elf::SHT_FINI_ARRAY, elf::SHF_ALLOC | elf::SHF_WRITE),
    (".preinit_array", elf::SHT_PREINIT_ARRAY, elf::SHF_ALLOC | elf::SHF_WRITE),
    (".init", elf::SHT_PROGBITS, elf::SHF_ALLOC | elf::SHF_EXECINSTR),
    (".fini", elf::SHT_PROGBITS, elf::SHF_ALLOC | elf::SHF_EXECINSTR),
    (".data", elf::SHT_PROGBITS, elf::SHF_ALLOC | elf::SHF_WRITE),
    (".bss", elf::SHT_NOBITS, elf::SHF_ALLOC | elf::SHF_WRITE),
    (".tdata", elf::SHT_PROGBITS, elf::SHF_ALLOC | elf::SHF_WRITE | elf::SHF_TLS),
    (".tbss", elf::SHT_NOBITS, elf::SHF_ALLOC | elf::SHF_WRITE | elf::SHF_TLS),
    (".rodata", elf::SHT_PROGBITS, elf::SHF_ALLOC),
    (".note", elf::SHT_NOTE, 0),
    (".ARM.exidx", elf::SHT_ARM_EXIDX, elf::SHF_ALLOC | elf::SHF_LINK_ORDER),
    (".ARM.extab", elf::SHT_PROGBITS, elf::SHF_ALLOC),
    (".eh_frame", elf::SHT_PROGBITS, elf::SHF_ALLOC),
];

/// The greatest number of a subsection (the manual of GNU as, "Sub-Sections").
const MOST_PARTS: u32 = 8192;

fn special(name: &str) -> (u32, u32) {
    let fits =
        |prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let found =
        SPECIAL.iter().find(|(prefix, ..)| fits(prefix) || *prefix == ".note" && name.starts_with(prefix));
    found.map_or((elf::SHT_PROGBITS, 0), |&(_, ty, flags)| (ty, flags))
}

impl Gnu<'_> {
    /// Whether it was a directive about sections.
    pub(super) fn section_directive(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) -> bool {
        match word {
            b".text" | b".data" | b".bss" => {
                let number = if scan.at_end() { Some(0) } else { self.part_number(start, scan) };
                let section = self.builder.subsection(self.sections[word], number.unwrap_or(0));
                self.enter(section);
            }
            b".section" | b".pushsection" => {
                if word == b".pushsection" {
                    self.stack.push((self.builder.current(), self.previous));
                }
                if let Some(section) = self.section(scan) {
                    let section = self.builder.subsection(section.0, section.1);
                    self.enter(section);
                }
            }
            b".popsection" => match self.stack.pop() {
                Some((section, previous)) => {
                    self.enter(section);
                    self.previous = previous;
                }
                None => self.error(start, scan.at, "there is no `.pushsection` for this"),
            },
            b".previous" => match self.previous {
                Some(section) => self.enter(section),
                None => self.error(start, scan.at, "there is no section before this one"),
            },
            b".subsection" => {
                if let Some(number) = self.part_number(start, scan) {
                    let section = self.builder.subsection(self.builder.current(), number);
                    self.enter(section);
                }
            }
            b".ident" => self.ident(scan),
            _ => return false,
        }
        true
    }

    fn enter(&mut self, section: SectionId) {
        self.previous = Some(self.builder.current());
        if section != self.builder.current() {
            self.builder.close_block();
            self.builder.switch(section);
        }
    }

    /// The number of a subsection.
    fn part_number(&mut self, start: usize, scan: &mut Scan<'_>) -> Option<u32> {
        let number = self.absolute(scan)?;
        let known = u32::try_from(number).ok().filter(|n| *n <= MOST_PARTS);
        if known.is_none() {
            self.error(
                start,
                scan.at,
                format!("a subsection's number is from 0 to {MOST_PARTS}, not {number}"),
            );
        }
        known
    }

    /// The section that `.section` names, made if there is none, and the number of a subsection.
    fn section(&mut self, scan: &mut Scan<'_>) -> Option<(SectionId, u32)> {
        scan.blanks();
        let start = scan.at;
        let name: Vec<u8> = if scan.peek() == b'"' {
            scan.string()?
        } else {
            while !scan.at_end() && !matches!(scan.peek(), b',' | b' ' | b'\t') {
                scan.at += 1;
            }
            scan.text[start..scan.at].to_vec()
        };
        let Ok(text) = String::from_utf8(name.clone()) else {
            self.error(start, scan.at, "a section is not named so");
            return None;
        };
        let (mut ty, mut flags) = special(&text);
        let (mut entsize, mut group, mut link) = (None, None, None);
        let mut part = 0;
        let mut more = scan.eat(b',');
        scan.blanks();
        if more && scan.peek() != b'"' {
            part = self.part_number(start, scan)?;
            more = scan.eat(b',');
        }
        if more {
            let at = scan.at;
            let Some(letters) = scan.string() else {
                scan.skip_statement();
                self.error(at, scan.at, "expected the section's flags as a string");
                return None;
            };
            let mut given = 0;
            let mut grouped = false;
            for letter in letters {
                given |= match letter {
                    b'a' => elf::SHF_ALLOC,
                    b'w' => elf::SHF_WRITE,
                    b'x' => elf::SHF_EXECINSTR,
                    b'M' => elf::SHF_MERGE,
                    b'S' => elf::SHF_STRINGS,
                    b'T' => elf::SHF_TLS,
                    b'o' => elf::SHF_LINK_ORDER,
                    b'e' => elf::SHF_EXCLUDE,
                    b'R' => elf::SHF_GNU_RETAIN,
                    b'y' => 0x2000_0000,
                    b'G' => {
                        grouped = true;
                        elf::SHF_GROUP
                    }
                    // That of the section before it, if it is in one.
                    b'?' => {
                        let program = &self.builder.program;
                        let index = program.section(self.builder.whole(self.builder.current())).group;
                        let same = index.map(|index| &program.groups[index as usize]);
                        group = same.map(|same| (same.name.clone(), same.comdat));
                        if group.is_some() { elf::SHF_GROUP } else { 0 }
                    }
                    _ => {
                        self.error(at, scan.at, format!("there is no section flag `{}`", letter as char));
                        0
                    }
                };
            }
            // What the name brings stays.
            flags |= given;
            if scan.eat(b',') {
                scan.blanks();
                if matches!(scan.peek(), b'%' | b'@' | b'#') {
                    scan.at += 1;
                    let at = scan.at;
                    ty = match scan.word() {
                        b"progbits" => elf::SHT_PROGBITS,
                        b"nobits" => elf::SHT_NOBITS,
                        b"note" => elf::SHT_NOTE,
                        b"init_array" => elf::SHT_INIT_ARRAY,
                        b"fini_array" => elf::SHT_FINI_ARRAY,
                        b"preinit_array" => elf::SHT_PREINIT_ARRAY,
                        b"" => self.absolute(scan)? as u32,
                        _ => {
                            self.error(at, scan.at, "expected a section type such as `%progbits`");
                            ty
                        }
                    };
                }
                if flags & elf::SHF_MERGE != 0 && scan.eat(b',') {
                    entsize = Some(self.absolute(scan)? as u32);
                }
                if flags & elf::SHF_LINK_ORDER != 0 && scan.eat(b',') {
                    let other = scan.symbol_name()?;
                    let sym = self.builder.symbol(&other);
                    link = match self.builder.program.symbols[sym].def {
                        Def::Place(place) => Some(place.section),
                        _ => self.sections.get(&other[..]).copied(),
                    };
                }
                if grouped && scan.eat(b',') {
                    let signature = scan.symbol_name()?.into_owned();
                    let mut comdat = false;
                    if scan.eat(b',') {
                        scan.blanks();
                        comdat = scan.word() == b"comdat";
                    }
                    group = Some((signature, comdat));
                }
            }
        }
        let mut key = name;
        if let Some((signature, _)) = &group {
            key.push(0);
            key.extend_from_slice(signature);
        }
        if let Some(&known) = self.sections.get(&key) {
            return Some((known, part));
        }
        let id = self.builder.add_section(&text, ty, flags);
        self.sections.insert(key, id);
        if let Some((signature, comdat)) = group {
            let groups = &mut self.builder.program.groups;
            let known = groups.iter().position(|g| g.name == signature);
            let index = known.unwrap_or_else(|| {
                groups.push(Group { name: signature, signature: None, comdat, members: Vec::new() });
                groups.len() - 1
            });
            groups[index].members.push(id);
            self.builder.program.sections[id.0 as usize].group = Some(index as u32);
        }
        let pointers = matches!(ty, elf::SHT_INIT_ARRAY | elf::SHT_FINI_ARRAY | elf::SHT_PREINIT_ARRAY);
        let section = &mut self.builder.program.sections[id.0 as usize];
        section.entsize = entsize.unwrap_or(if pointers { 4 } else { 0 });
        section.link = link;
        Some((id, part))
    }

    /// `.ident`: a string in `.comment`, which begins with an empty one.
    fn ident(&mut self, scan: &mut Scan<'_>) {
        let start = scan.at;
        let Some(mut text) = scan.string() else {
            return self.error(start, scan.at.max(start + 1), "expected a string");
        };
        text.push(0);
        let span = self.span(start, scan.at);
        let current = self.builder.current();
        let section = *self.comment.get_or_insert_with(|| {
            let flags = elf::SHF_MERGE | elf::SHF_STRINGS;
            let id = self.builder.add_section(".comment", elf::SHT_PROGBITS, flags);
            self.builder.program.sections[id.0 as usize].entsize = 1;
            self.builder.switch(id);
            self.builder.bytes_unmarked(&[0], span);
            id
        });
        self.builder.switch(section);
        self.builder.bytes_unmarked(&text, span);
        self.builder.switch(current);
    }

    /// Groups get the symbols that name them: local ones, if nothing else has that name. `.comment`'s symbol is made
    /// last.
    pub(super) fn finish_sections(&mut self) {
        let program = &mut self.builder.program;
        for (n, group) in program.groups.iter_mut().enumerate() {
            let signature = program.symbols.find(&group.name).unwrap_or_else(|| {
                let made = program.symbols.get(&group.name);
                program.symbols[made].def = Def::Group(n as u32);
                made
            });
            group.signature = Some(signature);
        }
        if let Some(id) = self.comment {
            let program = &mut self.builder.program;
            let old = program.section(id).symbol;
            let new = program.symbols.make(b".comment");
            program.symbols[old].def = Def::Undefined;
            program.symbols[old].ty = SymType::None;
            program.symbols[new].def = Def::Section(id);
            program.symbols[new].ty = SymType::Section;
            program.sections[id.0 as usize].symbol = new;
        }
    }
}
