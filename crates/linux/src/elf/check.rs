//! What makes an ELF file acceptable, field by field.

use super::{
    EHDR_SIZE, ET_DYN, ET_EXEC, Header, MAX_PHDR_BYTES, PF_X, PHDR_SIZE, PT_INTERP, PT_LOAD, PT_PHDR, Phdr,
    Source,
};
use std::fmt;

const EM_ARM: u16 = 40;
/// EF_ARM_EABIMASK: the top byte of e_flags is the EABI version.
const EABI_SHIFT: u32 = 24;
/// EF_ARM_BE8: big-endian data, little-endian code.
const EF_ARM_BE8: u32 = 0x0080_0000;
const PAGE: u32 = skink_machine::memory::PAGE;
/// User addresses end where the vectors page begins, as for 32-bit programs on an arm64 kernel.
pub(crate) const TASK_SIZE: u64 = 0xffff_0000;
/// The longest path, its NUL included.
const PATH_MAX: u32 = 4096;

/// Why a file is not an executable that skink can run. Displays as one line.
#[derive(Debug)]
pub enum Error {
    /// The file has no bytes.
    Empty,
    /// The first bytes are not ELF's magic.
    NotElf(Vec<u8>),
    /// The file ends before a structure does.
    Truncated {
        /// Which structure.
        what: &'static str,
        /// The offset that it ends at.
        need: u64,
        /// The length of the file.
        len: u64,
    },
    /// A field of the ELF header.
    Field {
        /// Its name in the gABI.
        field: &'static str,
        /// Its value.
        value: u64,
        /// What was expected.
        expected: String,
    },
    /// A field of a program header.
    Phdr {
        /// Which one, counted from 0.
        index: usize,
        /// The field's name in the gABI.
        field: &'static str,
        /// Its value.
        value: u64,
        /// What was expected.
        expected: String,
    },
    /// The host could not read the file.
    Read(std::io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Empty => write!(f, "the file is empty"),
            Error::NotElf(bytes) => {
                write!(f, "not an ELF file: e_ident magic is {bytes:02x?}, expected [7f, 45, 4c, 46]")
            }
            Error::Truncated { what, need, len } => {
                write!(f, "truncated: the {what} ends at offset {need}, the file at {len}")
            }
            Error::Field { field, value, expected } => {
                write!(f, "{field} is {value:#x}, expected {expected}")
            }
            Error::Phdr { index, field, value, expected } => {
                write!(f, "program header {index}: {field} is {value:#x}, expected {expected}")
            }
            Error::Read(error) => write!(f, "cannot read: {error}"),
        }
    }
}

impl std::error::Error for Error {}

fn expect(ok: bool, field: &'static str, value: impl Into<u64>, expected: &str) -> Result<(), Error> {
    if ok { Ok(()) } else { Err(Error::Field { field, value: value.into(), expected: expected.to_string() }) }
}

impl Header {
    pub(super) fn check(&self, file_len: u64) -> Result<(), Error> {
        expect(self.ident[4] == 1, "e_ident[EI_CLASS]", self.ident[4], "1 (ELFCLASS32)")?;
        expect(self.ident[5] == 1, "e_ident[EI_DATA]", self.ident[5], "1 (ELFDATA2LSB, little-endian)")?;
        expect(self.ident[6] == 1, "e_ident[EI_VERSION]", self.ident[6], "1 (EV_CURRENT)")?;
        // 0 is System V, 3 GNU/Linux, 97 the old ARM ABI's mark, which no EABI tool sets.
        let osabi = self.ident[7];
        expect(matches!(osabi, 0 | 3 | 97), "e_ident[EI_OSABI]", osabi, "0 (System V) or 3 (GNU/Linux)")?;
        expect(self.machine == EM_ARM, "e_machine", self.machine, &machine_hint(self.machine))?;
        expect(matches!(self.e_type, ET_EXEC | ET_DYN), "e_type", self.e_type, "2 (ET_EXEC) or 3 (ET_DYN)")?;
        expect(self.version == 1, "e_version", self.version, "1 (EV_CURRENT)")?;
        let eabi = self.flags >> EABI_SHIFT;
        expect(matches!(eabi, 0 | 4 | 5), "e_flags", self.flags, "EABI version 5 (0x05......), 4 or none")?;
        expect(
            self.flags & EF_ARM_BE8 == 0,
            "e_flags",
            self.flags,
            "no EF_ARM_BE8 (0x00800000, big-endian data)",
        )?;
        expect(self.ehsize as usize == EHDR_SIZE, "e_ehsize", self.ehsize, "52")?;
        expect(self.phentsize as usize == PHDR_SIZE, "e_phentsize", self.phentsize, "32")?;
        expect(self.phnum > 0, "e_phnum", self.phnum, "at least 1")?;
        let bytes = self.phnum as usize * PHDR_SIZE;
        expect(bytes <= MAX_PHDR_BYTES, "e_phnum", self.phnum, "at most 2048 (64 KiB of program headers)")?;
        let end = self.phoff as u64 + bytes as u64;
        let room = format!("room for {} program headers before the file's end at {file_len:#x}", self.phnum);
        expect(
            self.phoff as usize >= EHDR_SIZE,
            "e_phoff",
            self.phoff,
            "at least 52, behind the ELF header",
        )?;
        expect(self.phoff.is_multiple_of(4), "e_phoff", self.phoff, "a multiple of 4")?;
        expect(end <= file_len, "e_phoff", self.phoff, &room)?;
        expect(self.entry != 0, "e_entry", self.entry, "an address, not 0")?;
        let thumb = self.entry & 1 != 0;
        expect(thumb || self.entry & 2 == 0, "e_entry", self.entry, "a multiple of 4, or bit 0 set for Thumb")
    }
}

fn machine_hint(machine: u16) -> String {
    let other = match machine {
        3 => " (this is a 32-bit x86 program)",
        8 => " (this is a MIPS program)",
        62 => " (this is an x86-64 program)",
        183 => " (this is a 64-bit ARM program)",
        243 => " (this is a RISC-V program)",
        _ => "",
    };
    format!("40 (EM_ARM){other}")
}

/// Checks the program headers against each other and the file; returns the interpreter's path.
pub(super) fn segments<S: Source + ?Sized>(
    header: &Header,
    phdrs: &[Phdr],
    source: &S,
) -> Result<Option<Vec<u8>>, Error> {
    let mut interp = None;
    let mut loads: Vec<(usize, &Phdr)> = Vec::new();
    for (index, phdr) in phdrs.iter().enumerate() {
        match phdr.p_type {
            PT_LOAD => {
                load(header, index, phdr, source.len())?;
                // Linux skips a segment without memory in its bookkeeping, and so does the loader.
                if phdr.memsz > 0 {
                    loads.push((index, phdr));
                }
            }
            PT_INTERP if interp.is_none() => interp = Some(interpreter(index, phdr, source)?),
            PT_INTERP => return Err(bad(index, "p_type", phdr.p_type, "only one PT_INTERP")),
            PT_PHDR if phdr.vaddr as u64 + phdr.memsz as u64 > TASK_SIZE => {
                return Err(bad(index, "p_vaddr", phdr.vaddr, "program headers inside the address space"));
            }
            _ => {}
        }
    }
    if loads.is_empty() {
        return Err(Error::Field {
            field: "e_phnum",
            value: phdrs.len() as u64,
            expected: "a PT_LOAD program header that is not empty".into(),
        });
    }
    for (a, b) in loads.iter().zip(loads.iter().skip(1)) {
        // The gABI wants ascending addresses; that also makes overlap a matter of neighbours.
        if (b.1.vaddr as u64) < a.1.vaddr as u64 + a.1.memsz as u64 {
            let end = a.1.vaddr as u64 + a.1.memsz as u64;
            let expected = format!(
                "at least {end:#x}, the end of segment {}: segments must ascend without overlap",
                a.0
            );
            return Err(bad(b.0, "p_vaddr", b.1.vaddr, &expected));
        }
    }
    let entry = header.entry & !1;
    let inside =
        |p: &Phdr| entry >= p.vaddr && ((entry - p.vaddr) as u64) < p.memsz as u64 && p.flags & PF_X != 0;
    expect(
        loads.iter().any(|(_, p)| inside(p)),
        "e_entry",
        header.entry,
        "an address inside an executable PT_LOAD segment",
    )?;
    Ok(interp)
}

fn bad(index: usize, field: &'static str, value: u32, expected: &str) -> Error {
    Error::Phdr { index, field, value: value.into(), expected: expected.to_string() }
}

fn load(header: &Header, index: usize, p: &Phdr, file_len: u64) -> Result<(), Error> {
    let fail = |field, value, expected: String| Err(bad(index, field, value, &expected));
    if p.filesz > p.memsz {
        return fail("p_filesz", p.filesz, format!("at most p_memsz, {:#x}", p.memsz));
    }
    if p.offset as u64 + p.filesz as u64 > file_len {
        return fail(
            "p_offset",
            p.offset,
            format!("p_filesz ({:#x}) bytes before the file's end at {file_len:#x}", p.filesz),
        );
    }
    if p.memsz == 0 {
        return Ok(());
    }
    if p.vaddr as u64 + p.memsz as u64 > TASK_SIZE {
        return fail("p_vaddr", p.vaddr, format!("p_memsz ({:#x}) bytes below {TASK_SIZE:#x}", p.memsz));
    }
    if header.e_type == ET_EXEC && p.vaddr < PAGE {
        return fail("p_vaddr", p.vaddr, format!("at least {PAGE:#x} in an ET_EXEC file"));
    }
    if p.align > 1 && !p.align.is_power_of_two() {
        return fail("p_align", p.align, "a power of two, 0 or 1".into());
    }
    // gABI: congruent modulo p_align. Linux needs it modulo the page size, for it maps pages.
    let modulus = p.align.clamp(1, PAGE);
    if p.filesz > 0 && p.vaddr % modulus != p.offset % modulus {
        return fail("p_offset", p.offset, format!("p_vaddr ({:#x}) modulo {modulus:#x}", p.vaddr));
    }
    if p.flags & !(7 | 0xfff0_0000) != 0 {
        return fail("p_flags", p.flags, "only PF_R, PF_W, PF_X and processor-specific bits".into());
    }
    Ok(())
}

fn interpreter<S: Source + ?Sized>(index: usize, p: &Phdr, source: &S) -> Result<Vec<u8>, Error> {
    if p.filesz < 2 || p.filesz > PATH_MAX {
        return Err(bad(index, "p_filesz", p.filesz, "the length of an interpreter's path, 2 to 4096"));
    }
    if p.offset as u64 + p.filesz as u64 > source.len() {
        let expected =
            format!("p_filesz ({:#x}) bytes before the file's end at {:#x}", p.filesz, source.len());
        return Err(bad(index, "p_offset", p.offset, &expected));
    }
    let mut path = vec![0; p.filesz as usize];
    source.read_at(p.offset as u64, &mut path).map_err(Error::Read)?;
    let last = path.last().copied().unwrap_or(0xff);
    let nul = path.iter().position(|&b| b == 0);
    match nul {
        Some(end) if last == 0 && end > 0 => {
            path.truncate(end);
            Ok(path)
        }
        _ => Err(bad(index, "p_offset", p.offset, "a path that ends in NUL and is not empty")),
    }
}
