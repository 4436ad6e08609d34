//! ELF32 executables for ARM: reading and checking the headers, before anything is mapped.
//!
//! Only what the kernel's loader looks at is read: the ELF header, the program headers and the
//! interpreter's name. Every field is checked, and an error names the field, its value and what
//! was expected, because "cannot execute" helps nobody.
//!
//! Facts: System V gABI chapters 4 and 5; ELF for the Arm Architecture (IHI 0044); Linux
//! fs/binfmt_elf.c and arch/arm/kernel/elf.c for what Linux accepts.

mod check;
mod listing;
#[cfg(test)]
mod tests;

pub use check::Error;
pub(crate) use check::TASK_SIZE;
pub use listing::listing;

/// Size of the ELF header.
pub const EHDR_SIZE: usize = 52;
/// Size of one program header.
pub const PHDR_SIZE: usize = 32;
/// Linux reads at most this many bytes of program headers (fs/binfmt_elf.c, load_elf_phdrs).
const MAX_PHDR_BYTES: usize = 65536;

/// e_type: an executable at fixed addresses.
pub const ET_EXEC: u16 = 2;
/// e_type: position-independent.
pub const ET_DYN: u16 = 3;

/// p_type: mapped into memory.
pub const PT_LOAD: u32 = 1;
/// p_type: the path of the program interpreter.
pub const PT_INTERP: u32 = 3;
/// p_type: where the program headers themselves are.
pub const PT_PHDR: u32 = 6;
/// p_type: whether the stack is to be executable.
pub const PT_GNU_STACK: u32 = 0x6474_e551;

/// p_flags: executable.
pub const PF_X: u32 = 1;
/// p_flags: writable.
pub const PF_W: u32 = 2;
/// p_flags: readable.
pub const PF_R: u32 = 4;

/// The ELF header, fields as in the gABI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the field names are the specification's")]
pub struct Header {
    pub ident: [u8; 16],
    pub e_type: u16,
    pub machine: u16,
    pub version: u32,
    pub entry: u32,
    pub phoff: u32,
    pub shoff: u32,
    pub flags: u32,
    pub ehsize: u16,
    pub phentsize: u16,
    pub phnum: u16,
    pub shentsize: u16,
    pub shnum: u16,
    pub shstrndx: u16,
}

/// A program header, fields as in the gABI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the field names are the specification's")]
pub struct Phdr {
    pub p_type: u32,
    pub offset: u32,
    pub vaddr: u32,
    pub paddr: u32,
    pub filesz: u32,
    pub memsz: u32,
    pub flags: u32,
    pub align: u32,
}

/// The headers of a file that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elf {
    /// The ELF header.
    pub header: Header,
    /// The program headers, in file order.
    pub phdrs: Vec<Phdr>,
    /// PT_INTERP's path, without its NUL.
    pub interp: Option<Vec<u8>>,
}

/// Where the bytes of an ELF file come from: a file, or a buffer in tests and fuzzers.
pub trait Source {
    /// The length of the file.
    fn len(&self) -> u64;
    /// Fills `buf` from `offset`; an error is a host I/O error, or the file ending early.
    ///
    /// # Errors
    ///
    /// The host's.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> std::io::Result<()>;
    /// Whether the file is empty.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Source for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> std::io::Result<()> {
        let start = usize::try_from(offset).ok();
        let bytes = start.and_then(|start| self.get(start..start.checked_add(buf.len())?));
        buf.copy_from_slice(bytes.ok_or(std::io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// An open file with the length it had when it was opened.
#[derive(Debug)]
pub struct FileSource<'f> {
    file: &'f std::fs::File,
    len: u64,
}

impl<'f> FileSource<'f> {
    /// Wraps an open file.
    ///
    /// # Errors
    ///
    /// The host's, if the file's length cannot be read.
    pub fn new(file: &'f std::fs::File) -> std::io::Result<FileSource<'f>> {
        Ok(FileSource { file, len: file.metadata()?.len() })
    }
}

impl Source for FileSource<'_> {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> std::io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self.file, buf, offset)
    }
}

impl Elf {
    /// Reads and checks the headers.
    ///
    /// # Errors
    ///
    /// The first thing wrong with them.
    pub fn parse<S: Source + ?Sized>(source: &S) -> Result<Elf, Error> {
        let header = Header::read(source)?;
        header.check(source.len())?;
        let phdrs = read_phdrs(&header, source)?;
        let interp = check::segments(&header, &phdrs, source)?;
        Ok(Elf { header, phdrs, interp })
    }

    /// The PT_LOAD headers that occupy memory.
    pub fn loads(&self) -> impl Iterator<Item = &Phdr> {
        self.phdrs.iter().filter(|p| p.p_type == PT_LOAD && p.memsz > 0)
    }

    /// Whether PT_GNU_STACK, or its absence, asks for an executable stack
    /// (arch/arm/kernel/elf.c, arm_elf_read_implies_exec).
    pub fn executable_stack(&self) -> bool {
        self.phdrs.iter().find(|p| p.p_type == PT_GNU_STACK).is_none_or(|p| p.flags & PF_X != 0)
    }
}

impl Header {
    fn read<S: Source + ?Sized>(source: &S) -> Result<Header, Error> {
        if source.is_empty() {
            return Err(Error::Empty);
        }
        // The magic first: a short text file is "not ELF", not "a truncated ELF file".
        let mut bytes = [0u8; EHDR_SIZE];
        let available = source.len().min(EHDR_SIZE as u64) as usize;
        source.read_at(0, &mut bytes[..available]).map_err(Error::Read)?;
        if bytes[..4] != *b"\x7fELF" {
            return Err(Error::NotElf(bytes[..available.min(4)].to_vec()));
        }
        if available < EHDR_SIZE {
            return Err(Error::Truncated { what: "ELF header", need: EHDR_SIZE as u64, len: source.len() });
        }
        let half = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let word = |at: usize| half(at) as u32 | (half(at + 2) as u32) << 16;
        let mut ident = [0; 16];
        ident.copy_from_slice(&bytes[..16]);
        Ok(Header {
            ident,
            e_type: half(16),
            machine: half(18),
            version: word(20),
            entry: word(24),
            phoff: word(28),
            shoff: word(32),
            flags: word(36),
            ehsize: half(40),
            phentsize: half(42),
            phnum: half(44),
            shentsize: half(46),
            shnum: half(48),
            shstrndx: half(50),
        })
    }
}

fn read_phdrs<S: Source + ?Sized>(header: &Header, source: &S) -> Result<Vec<Phdr>, Error> {
    let mut bytes = vec![0u8; header.phnum as usize * PHDR_SIZE];
    source.read_at(header.phoff as u64, &mut bytes).map_err(Error::Read)?;
    let phdr = |row: &[u8]| {
        let word =
            |i: usize| u32::from_le_bytes([row[4 * i], row[4 * i + 1], row[4 * i + 2], row[4 * i + 3]]);
        Phdr {
            p_type: word(0),
            offset: word(1),
            vaddr: word(2),
            paddr: word(3),
            filesz: word(4),
            memsz: word(5),
            flags: word(6),
            align: word(7),
        }
    };
    Ok(bytes.chunks_exact(PHDR_SIZE).map(phdr).collect())
}
