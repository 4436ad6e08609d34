//! From checked headers to a laid-out address space: segments, interpreter, heap, stack, vectors.
//!
//! The layout is that of a 32-bit process on an arm64 kernel, without randomisation: programs that
//! are not position-independent where they want to be, others at 4 MiB, libraries downwards from
//! below the stack, the stack just below the vectors page at 0xffff0000.

mod stack;
pub(crate) mod vectors;

pub(crate) use stack::HWCAP;

use crate::elf::{ET_DYN, Elf, FileSource, PF_R, PF_W, PF_X, PT_PHDR, Phdr};
use crate::host::Errno;
use crate::process::{Brk, Image};
use skink_machine::{Backing, Mapping, Memory, Prot};
use std::fs::File;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const PAGE: u32 = skink_machine::memory::PAGE;
/// ELF_ET_DYN_BASE of ARM (arch/arm/include/asm/elf.h).
const PIE_BASE: u32 = 0x0040_0000;
/// The stack's end. The pages from here to the vectors stay free, so that running off the end
/// of the stack is noticed.
pub(crate) const STACK_TOP: u32 = 0xfffe_0000;
/// Linux keeps this much free below a stack (stack_guard_gap: 256 pages).
pub(crate) const STACK_GAP: u32 = 1 << 20;
/// Nothing is placed below (vm.mmap_min_addr of ARM distributions is 32 KiB or 64 KiB).
pub(crate) const MMAP_MIN: u32 = 0x1_0000;

/// A file that has been opened and whose headers have been checked.
pub(crate) struct Checked {
    pub(crate) file: File,
    pub(crate) elf: Elf,
    pub(crate) path: PathBuf,
}

/// Why a program cannot be started: a line of text, the exit status for it, and what execve(2)
/// would say.
#[derive(Debug)]
pub struct StartError {
    /// One line.
    pub message: String,
    /// 127 if the program was not found, 126 if it cannot be run.
    pub status: i32,
    pub(crate) errno: Errno,
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for StartError {}

impl StartError {
    pub(crate) fn new(path: &Path, what: impl std::fmt::Display, errno: i32) -> StartError {
        let status = if matches!(errno, libc::ENOENT | libc::ENOTDIR) { 127 } else { 126 };
        StartError { message: format!("{}: {what}", path.display()), status, errno: Errno(errno) }
    }

    pub(crate) fn io(path: &Path, error: &std::io::Error) -> StartError {
        let errno = Errno::of(error).0;
        let text = crate::abi::errno_text(errno);
        StartError::new(path, text, errno)
    }
}

/// Opens an executable and checks its headers; nothing is mapped.
pub(crate) fn check(path: &Path) -> Result<Checked, StartError> {
    use std::os::unix::fs::PermissionsExt;
    let file = File::open(path).map_err(|e| StartError::io(path, &e))?;
    let metadata = file.metadata().map_err(|e| StartError::io(path, &e))?;
    if metadata.is_dir() {
        return Err(StartError::new(path, "is a directory", libc::EACCES));
    }
    if !metadata.is_file() {
        return Err(StartError::new(path, "is not a regular file", libc::EACCES));
    }
    if metadata.permissions().mode() & 0o111 == 0 {
        return Err(StartError::new(path, "permission denied: the file is not executable", libc::EACCES));
    }
    let source = FileSource::new(&file).map_err(|e| StartError::io(path, &e))?;
    let elf = Elf::parse(&source).map_err(|e| StartError::new(path, e, libc::ENOEXEC))?;
    Ok(Checked { file, elf, path: path.to_path_buf() })
}

/// Opens and checks the interpreter of a program, if it has one.
pub(crate) fn check_interpreter(
    program: &Checked,
    sysroot: Option<&Path>,
) -> Result<Option<Checked>, StartError> {
    use std::os::unix::ffi::OsStrExt;
    let Some(name) = &program.elf.interp else { return Ok(None) };
    let name = Path::new(std::ffi::OsStr::from_bytes(name));
    let path = crate::paths::translate(sysroot, name);
    let fail = |error: StartError| {
        let hint = match (error.errno.0, sysroot) {
            (libc::ENOENT, None) => "; -L DIR names the directory with the ARM libraries",
            _ => "",
        };
        let errno = if error.errno.0 == libc::ENOEXEC { libc::ELIBBAD } else { error.errno.0 };
        let mut error = StartError::new(&program.path, format!("interpreter {}{hint}", error.message), errno);
        // The program itself was found; it is its interpreter that was not.
        error.status = 126;
        error
    };
    let checked = check(&path).map_err(fail)?;
    if checked.elf.interp.is_some() {
        return Err(StartError::new(&program.path, "the interpreter has a PT_INTERP itself", libc::ELIBBAD));
    }
    Ok(Some(checked))
}

/// Where an ELF file was mapped.
pub(crate) struct LoadedImage {
    entry: u32,
    bias: u32,
    phdr: u32,
    phnum: u32,
    end: u32,
}

/// What to start.
pub(crate) struct Request<'a> {
    pub(crate) program: Checked,
    pub(crate) interpreter: Option<Checked>,
    pub(crate) argv: &'a [Vec<u8>],
    pub(crate) env: &'a [Vec<u8>],
    /// The name that AT_EXECFN points to: as the caller gave it.
    pub(crate) execfn: &'a [u8],
    pub(crate) stack_size: u32,
}

/// The program in memory, ready to go.
pub(crate) struct Loaded {
    pub(crate) entry: u32,
    pub(crate) sp: u32,
    pub(crate) brk: Brk,
    pub(crate) image: Image,
}

/// Maps everything.
pub(crate) fn load(memory: &Memory, request: &Request<'_>) -> Result<Loaded, StartError> {
    let path = &request.program.path;
    let host = |e: std::io::Error| StartError::io(path, &e);
    let stack_size = request.stack_size.next_multiple_of(PAGE);
    let stack_low = STACK_TOP - stack_size;
    let mmap_top = stack_low - STACK_GAP;
    vectors::map(memory).map_err(host)?;

    let position_independent = request.program.elf.header.e_type == ET_DYN;
    let program_base = if !position_independent {
        None
    } else if request.interpreter.is_some() {
        Some(PIE_BASE)
    } else {
        // A dynamic loader run by hand, or a static PIE: out of the way of what it may load.
        Some(place(memory, &request.program.elf, mmap_top).ok_or_else(|| no_room(path))?)
    };
    let program = map_image(memory, &request.program, program_base, mmap_top)?;
    let interpreter = match &request.interpreter {
        Some(file) => {
            let base = match file.elf.header.e_type {
                ET_DYN => Some(place(memory, &file.elf, mmap_top).ok_or_else(|| no_room(path))?),
                _ => None,
            };
            Some(map_image(memory, file, base, mmap_top)?)
        }
        None => None,
    };
    let brk = if position_independent && interpreter.is_none() { PIE_BASE } else { program.end };

    let executable = request.program.elf.executable_stack();
    memory
        .map(&Mapping {
            addr: stack_low,
            len: stack_size.into(),
            prot: if executable { Prot(7) } else { Prot::RW },
            shared: false,
            backing: Backing::Anonymous,
            host_flags: libc::MAP_NORESERVE,
            name: "[stack]".into(),
        })
        .map_err(host)?;
    let base = interpreter.as_ref().map_or(0, |i| i.bias);
    let contents = stack::Contents {
        argv: request.argv,
        env: request.env,
        execfn: request.execfn,
        program: &program,
        base,
    };
    let too_long =
        || StartError::new(path, "argument list and environment too long for the stack", libc::E2BIG);
    if !stack::fits(&contents, stack_size) {
        return Err(too_long());
    }
    let built = stack::build(memory, STACK_TOP, &contents).map_err(|_| too_long())?;

    let joined = |list: &[Vec<u8>]| list.iter().flat_map(|s| s.iter().copied().chain([0])).collect();
    use std::os::unix::ffi::OsStrExt;
    Ok(Loaded {
        entry: interpreter.as_ref().map_or(program.entry, |i| i.entry),
        sp: built.sp,
        brk: Brk { start: brk, end: brk },
        image: Image {
            exe: path.as_os_str().as_bytes().to_vec(),
            cmdline: joined(request.argv),
            environ: joined(request.env),
            auxv: built.auxv,
            mmap_top,
            start_stack: built.sp,
        },
    })
}

fn no_room(path: &Path) -> StartError {
    StartError::new(path, "the address space has no room for its segments", libc::ENOMEM)
}

/// The largest alignment that a segment asks for, at least a page.
fn alignment(elf: &Elf) -> u32 {
    elf.loads().map(|p| p.align).filter(|a| a.is_power_of_two()).max().unwrap_or(PAGE).max(PAGE)
}

/// The highest free place for all segments of a position-independent file.
fn place(memory: &Memory, elf: &Elf, top: u32) -> Option<u32> {
    let low = elf.loads().map(|p| p.vaddr & !(PAGE - 1)).min()?;
    let high = elf.loads().map(|p| p.vaddr as u64 + p.memsz as u64).max()?;
    let align = alignment(elf);
    let len = high - low as u64;
    let slack = if align > PAGE { align as u64 } else { 0 };
    let found = memory.find_free(len + slack, MMAP_MIN, top.into())?;
    found.checked_next_multiple_of(align)
}

/// Maps the segments, the first at `base` if the file is position-independent.
fn map_image(
    memory: &Memory,
    file: &Checked,
    base: Option<u32>,
    limit: u32,
) -> Result<LoadedImage, StartError> {
    let elf = &file.elf;
    let host = |e: std::io::Error| StartError::io(&file.path, &e);
    let low = elf.loads().map(|p| p.vaddr).min().unwrap_or(0) & !(PAGE - 1);
    let bias = base.map_or(0, |b| b.next_multiple_of(alignment(elf)).wrapping_sub(low));
    let name: Arc<str> = file.path.to_string_lossy().into();
    let mut end = 0u64;
    // All or nothing: whether it fits is known before the first segment is mapped.
    for p in elf.loads() {
        let start = p.vaddr.wrapping_add(bias) & !(PAGE - 1);
        let segment_end = p.vaddr.wrapping_add(bias) as u64 + p.memsz as u64;
        if segment_end > limit as u64 || start < PAGE {
            return Err(no_room(&file.path));
        }
        end = end.max(segment_end);
    }
    if base.is_some() && !memory.is_free(low.wrapping_add(bias), end - low.wrapping_add(bias) as u64) {
        return Err(no_room(&file.path));
    }
    for p in elf.loads() {
        map_segment(memory, file, p, bias, &name).map_err(host)?;
    }
    Ok(LoadedImage {
        entry: elf.header.entry.wrapping_add(bias),
        bias,
        phdr: phdr_address(elf).wrapping_add(bias),
        phnum: elf.header.phnum.into(),
        end: end.next_multiple_of(PAGE as u64) as u32,
    })
}

/// Where the program headers are in memory: PT_PHDR says, or the segment that contains them.
fn phdr_address(elf: &Elf) -> u32 {
    if let Some(p) = elf.phdrs.iter().find(|p| p.p_type == PT_PHDR) {
        return p.vaddr;
    }
    let phoff = elf.header.phoff;
    let holder = elf.loads().find(|p| phoff >= p.offset && phoff - p.offset < p.filesz);
    holder.map_or(phoff, |p| p.vaddr.wrapping_add(phoff - p.offset))
}

fn protection(flags: u32) -> Prot {
    let bit = |flag, prot| if flags & flag != 0 { prot } else { Prot::NONE };
    bit(PF_R, Prot::READ) | bit(PF_W, Prot::WRITE) | bit(PF_X, Prot::EXEC)
}

fn map_segment(memory: &Memory, file: &Checked, p: &Phdr, bias: u32, name: &Arc<str>) -> std::io::Result<()> {
    let prot = protection(p.flags);
    let vaddr = p.vaddr.wrapping_add(bias);
    let start = vaddr & !(PAGE - 1);
    let lead = vaddr - start;
    let file_end = vaddr as u64 + p.filesz as u64;
    let memory_end = (vaddr as u64 + p.memsz as u64).next_multiple_of(PAGE as u64);
    // Pages can be mapped from the file where offset and address agree modulo the page size.
    let congruent = p.filesz > 0 && p.offset % PAGE == lead;
    let mapped_end = if congruent { file_end.next_multiple_of(PAGE as u64) } else { start as u64 };
    let has_bss = p.memsz > p.filesz;
    let anonymous = |addr: u64, end: u64, prot: Prot| {
        memory.map(&Mapping {
            addr: addr as u32,
            len: end - addr,
            prot,
            shared: false,
            backing: Backing::Anonymous,
            host_flags: 0,
            name: "".into(),
        })
    };
    if congruent {
        let tail = has_bss && !file_end.is_multiple_of(PAGE as u64);
        memory.map(&Mapping {
            addr: start,
            len: mapped_end - start as u64,
            prot: if tail { prot | Prot::RW } else { prot },
            shared: false,
            backing: Backing::File { fd: file.file.as_fd(), offset: (p.offset - lead).into() },
            host_flags: 0,
            name: name.clone(),
        })?;
        if tail {
            let zeros = vec![0; (mapped_end - file_end) as usize];
            memory.write(file_end as u32, &zeros).map_err(std::io::Error::other)?;
            if !prot.contains(Prot::RW) {
                memory.protect(start, mapped_end - start as u64, prot)?;
            }
        }
        if memory_end > mapped_end {
            anonymous(mapped_end, memory_end, prot)?;
        }
        return Ok(());
    }
    anonymous(start as u64, memory_end, prot | Prot::RW)?;
    if p.filesz > 0 {
        let mut bytes = vec![0; p.filesz as usize];
        std::os::unix::fs::FileExt::read_exact_at(&file.file, &mut bytes, p.offset.into())?;
        memory.write(vaddr, &bytes).map_err(std::io::Error::other)?;
    }
    memory.protect(start, memory_end - start as u64, prot)
}
