//! The initial stack: strings, auxiliary vector, environment, arguments
//! (Linux fs/binfmt_elf.c, create_elf_tables).

use super::{LoadedImage, PAGE};
use crate::host::{self, Errno};
use skink_machine::Memory;

// Auxiliary vector entry types (uapi/linux/auxvec.h).
const AT_NULL: u32 = 0;
const AT_PHDR: u32 = 3;
const AT_PHENT: u32 = 4;
const AT_PHNUM: u32 = 5;
const AT_PAGESZ: u32 = 6;
const AT_BASE: u32 = 7;
const AT_FLAGS: u32 = 8;
const AT_ENTRY: u32 = 9;
const AT_UID: u32 = 11;
const AT_EUID: u32 = 12;
const AT_GID: u32 = 13;
const AT_EGID: u32 = 14;
const AT_PLATFORM: u32 = 15;
const AT_HWCAP: u32 = 16;
const AT_CLKTCK: u32 = 17;
const AT_SECURE: u32 = 23;
const AT_RANDOM: u32 = 25;
const AT_HWCAP2: u32 = 26;
const AT_EXECFN: u32 = 31;

/// A Cortex-A15's (asm/hwcap.h): swp half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt
/// vfpd32 lpae evtstrm.
pub(crate) const HWCAP: u32 = 1 << 0
    | 1 << 1
    | 1 << 2
    | 1 << 4
    | 1 << 6
    | 1 << 7
    | 1 << 12
    | 1 << 13
    | 1 << 15
    | 1 << 16
    | 1 << 17
    | 1 << 18
    | 1 << 19
    | 1 << 20
    | 1 << 21;

/// What goes onto the stack.
pub(super) struct Contents<'a> {
    pub(super) argv: &'a [Vec<u8>],
    pub(super) env: &'a [Vec<u8>],
    pub(super) execfn: &'a [u8],
    pub(super) program: &'a LoadedImage,
    /// The interpreter's load address, 0 without one.
    pub(super) base: u32,
}

/// Where things ended up.
pub(super) struct Built {
    pub(super) sp: u32,
    pub(super) auxv: Vec<u8>,
}

/// Bytes that arguments and environment take, pointers included; Linux refuses more than a quarter
/// of the stack (fs/exec.c, bprm_stack_limits), and never refuses 128 KiB.
pub(super) fn fits(contents: &Contents<'_>, stack_size: u32) -> bool {
    let strings: usize = contents.argv.iter().chain(contents.env).map(|s| s.len() + 1 + 4).sum();
    let limit = (stack_size as usize / 4).clamp(131_072, 6 << 20);
    strings + contents.execfn.len() <= limit
}

/// Builds the stack downwards from `top`.
pub(super) fn build(memory: &Memory, top: u32, contents: &Contents<'_>) -> Result<Built, Errno> {
    let mut at = top - 4;
    let mut push = |bytes: &[u8]| -> Result<u32, Errno> {
        at -= bytes.len() as u32 + 1;
        memory.write(at, bytes)?;
        memory.store8(at + bytes.len() as u32, 0)?;
        Ok(at)
    };
    // From the top: the file name, then environment and arguments so that argv[0] is the lowest.
    let execfn = push(contents.execfn)?;
    let mut env = contents.env.iter().rev().map(|s| push(s)).collect::<Result<Vec<u32>, Errno>>()?;
    let mut argv = contents.argv.iter().rev().map(|s| push(s)).collect::<Result<Vec<u32>, Errno>>()?;
    env.reverse();
    argv.reverse();
    let platform = push(b"v7l")?;
    let mut random = [0u8; 16];
    host::call(libc::SYS_getrandom, &[host::Arg::output(&mut random), 16.into(), 0.into()])?;
    // One byte more than needed is pushed, which keeps it a string; nobody minds.
    let random = push(&random)?;

    let id = |nr| host::call(nr, &[]).unwrap_or(0) as u32;
    let program = contents.program;
    let auxv: [(u32, u32); 19] = [
        (AT_HWCAP, HWCAP),
        (AT_PAGESZ, PAGE),
        (AT_CLKTCK, 100),
        (AT_PHDR, program.phdr),
        (AT_PHENT, 32),
        (AT_PHNUM, program.phnum),
        (AT_BASE, contents.base),
        (AT_FLAGS, 0),
        (AT_ENTRY, program.entry),
        (AT_UID, id(libc::SYS_getuid)),
        (AT_EUID, id(libc::SYS_geteuid)),
        (AT_GID, id(libc::SYS_getgid)),
        (AT_EGID, id(libc::SYS_getegid)),
        (AT_SECURE, 0),
        (AT_RANDOM, random),
        (AT_HWCAP2, 0),
        (AT_EXECFN, execfn),
        (AT_PLATFORM, platform),
        (AT_NULL, 0),
    ];
    let auxv: Vec<u8> = auxv.iter().flat_map(|(k, v)| [k.to_le_bytes(), v.to_le_bytes()].concat()).collect();

    let mut table = Vec::new();
    table.extend((argv.len() as u32).to_le_bytes());
    for pointer in argv.iter().chain([&0]).chain(&env).chain([&0]) {
        table.extend(pointer.to_le_bytes());
    }
    table.extend(&auxv);
    let sp = (at - table.len() as u32) & !15;
    memory.write(sp, &table)?;
    Ok(Built { sp, auxv })
}
