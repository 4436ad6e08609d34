//! Memory mappings: the argument checks, errnos and placement of Linux's mm/mmap.c and
//! mm/mremap.c, on top of [`Memory`].

use super::SysResult;
use crate::host::{self, Arg, Errno};
use crate::load::MMAP_MIN;
use crate::thread::Thread;
use skink_machine::{Backing, Mapping, Memory, Prot, Region};

const PAGE: u32 = skink_machine::memory::PAGE;
const TASK_SIZE: u64 = crate::elf::TASK_SIZE;

const MAP_TYPE: u32 = 3;
const MAP_FIXED: u32 = libc::MAP_FIXED as u32;
const MAP_ANONYMOUS: u32 = libc::MAP_ANONYMOUS as u32;
const MAP_NOREPLACE: u32 = libc::MAP_FIXED_NOREPLACE as u32;
/// Flags that only say how pages are provided, which the host may know.
const PASSED_ON: u32 =
    (libc::MAP_NORESERVE | libc::MAP_POPULATE | libc::MAP_LOCKED | libc::MAP_NONBLOCK) as u32;

/// personality(2): readable means executable, for programs without a PT_GNU_STACK header.
pub(crate) const READ_IMPLIES_EXEC: u32 = 0x0040_0000;

fn err<T>(errno: i32) -> Result<T, Errno> {
    Err(Errno(errno))
}

fn page_up(len: u32) -> u64 {
    (len as u64).next_multiple_of(PAGE as u64)
}

fn aligned(addr: u32) -> bool {
    addr.is_multiple_of(PAGE)
}

/// The guest's PROT_* bits as a protection.
fn protection(t: &Thread, prot: u32) -> Prot {
    let mut bits = (prot & 7) as u8;
    if bits & 1 != 0 && t.process.shared().personality & READ_IMPLIES_EXEC != 0 {
        bits |= 4;
    }
    Prot(bits)
}

/// RLIMIT_AS: whether `len` bytes more are allowed.
fn within_limit(t: &Thread, len: u64) -> Result<(), Errno> {
    let Some(limit) = t.process.limit(libc::RLIMIT_AS) else { return Ok(()) };
    if limit.soft == libc::RLIM64_INFINITY {
        return Ok(());
    }
    let used: u64 = t.memory().snapshot().iter().map(|r| r.end - r.start as u64).sum();
    if used + len > limit.soft { err(libc::ENOMEM) } else { Ok(()) }
}

/// Where a mapping without a fixed address goes: the hint if it is free, else top-down.
fn place(t: &Thread, hint: u32, len: u64) -> Result<u32, Errno> {
    let memory = t.memory();
    let hint = (hint as u64).next_multiple_of(PAGE as u64);
    if hint >= MMAP_MIN as u64 && hint + len <= TASK_SIZE && memory.is_free(hint as u32, len) {
        return Ok(hint as u32);
    }
    let top = t.process.image.mmap_top;
    memory
        .find_free(len, MMAP_MIN, top.into())
        .or_else(|| memory.find_free(len, top, TASK_SIZE))
        .ok_or(Errno(libc::ENOMEM))
}

pub(super) fn mmap2(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [addr, len, prot, flags, fd, pgoff, _] = *a;
    let anonymous = flags & MAP_ANONYMOUS != 0;
    let file = if anonymous { None } else { Some(host::guest_fd(fd as i32)?) };
    if len == 0 {
        return err(libc::EINVAL);
    }
    let size = page_up(len);
    if size > TASK_SIZE {
        return err(libc::ENOMEM);
    }
    if pgoff as u64 + (size >> 12) > 1 << 32 {
        return err(libc::EOVERFLOW);
    }
    let shared = match flags & MAP_TYPE {
        1 | 3 => true,
        2 => false,
        _ => return err(libc::EINVAL),
    };
    within_limit(t, size)?;
    let _lock = t.process.map_lock();
    let at = if flags & (MAP_FIXED | MAP_NOREPLACE) != 0 {
        if !aligned(addr) {
            return err(libc::EINVAL);
        }
        if addr as u64 + size > TASK_SIZE {
            return err(libc::ENOMEM);
        }
        if addr < PAGE {
            return err(libc::EPERM);
        }
        if flags & MAP_NOREPLACE != 0 && !t.memory().is_free(addr, size) {
            return err(libc::EEXIST);
        }
        addr
    } else {
        place(t, addr, size)?
    };
    let prot = protection(t, prot);
    let (backing, name) = match &file {
        Some(fd) => (Backing::File { fd: *fd, offset: (pgoff as u64) << 12 }, file_name(a[4] as i32)),
        None => (Backing::Anonymous, String::new()),
    };
    let mapping = Mapping {
        addr: at,
        len: size,
        prot,
        shared,
        backing,
        host_flags: (flags & PASSED_ON) as i32,
        name: name.into(),
    };
    t.memory().map(&mapping)?;
    t.process
        .options
        .log_memory(|| format!("map {} {}", range(at, size), describe(prot, shared, &mapping.name)));
    Ok(at)
}

/// The path of an open file as /proc shows it.
fn file_name(fd: i32) -> String {
    std::fs::read_link(format!("/proc/self/fd/{fd}"))
        .map(|p| p.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn range(at: u32, len: u64) -> String {
    format!("{at:08x}-{:08x}", at as u64 + len)
}

fn describe(prot: Prot, shared: bool, name: &str) -> String {
    let bit = |flag, letter| if prot.contains(flag) { letter } else { '-' };
    let kind = if shared { 's' } else { 'p' };
    let name = if name.is_empty() { "anonymous" } else { name };
    format!("{}{}{}{kind} {name}", bit(Prot::READ, 'r'), bit(Prot::WRITE, 'w'), bit(Prot::EXEC, 'x'))
}

/// A page of zeros that the guest may read, where mmap would put it: for the kernel's own use.
pub(super) fn name_page(t: &Thread, name: &str) -> Result<u32, Errno> {
    let _lock = t.process.map_lock();
    let addr = place(t, 0, PAGE.into())?;
    t.memory().map(&Mapping {
        addr,
        len: PAGE.into(),
        prot: Prot::READ,
        shared: false,
        backing: Backing::Anonymous,
        host_flags: 0,
        name: name.into(),
    })?;
    Ok(addr)
}

/// Unmaps a page of [`name_page`].
pub(super) fn drop_page(t: &Thread, addr: u32) {
    let _lock = t.process.map_lock();
    let _ = t.memory().unmap(addr, PAGE.into());
}

pub(super) fn munmap(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let size = page_up(a[1]);
    if !aligned(a[0]) || size == 0 || a[0] as u64 + size > TASK_SIZE {
        return err(libc::EINVAL);
    }
    let _lock = t.process.map_lock();
    t.memory().unmap(a[0], size)?;
    t.process.options.log_memory(|| format!("unmap {}", range(a[0], size)));
    Ok(0)
}

pub(super) fn mprotect(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    // PROT_SEM is accepted and PROT_GROWSDOWN and PROT_GROWSUP exclude each other.
    const SEM: u32 = 8;
    const GROWS: u32 = 0x0300_0000;
    if a[2] & GROWS == GROWS || a[2] & !(7 | SEM | GROWS) != 0 || !aligned(a[0]) {
        return err(libc::EINVAL);
    }
    let size = page_up(a[1]);
    if size == 0 {
        return Ok(0);
    }
    if a[0] as u64 + size > TASK_SIZE {
        return err(libc::ENOMEM);
    }
    let prot = protection(t, a[2]);
    let _lock = t.process.map_lock();
    t.memory().protect(a[0], size, prot)?;
    t.process.options.log_memory(|| format!("protect {} {}", range(a[0], size), describe(prot, false, "")));
    Ok(0)
}

pub(super) fn pkey_mprotect(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if a[3] != u32::MAX {
        return err(libc::EINVAL);
    }
    mprotect(t, a)
}

const MAYMOVE: u32 = libc::MREMAP_MAYMOVE as u32;
const FIXED: u32 = libc::MREMAP_FIXED as u32;
const DONTUNMAP: u32 = libc::MREMAP_DONTUNMAP as u32;

pub(super) fn mremap(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [addr, old_len, new_len, flags, to, ..] = *a;
    let (old, new) = (page_up(old_len), page_up(new_len));
    let wrong = flags & !(MAYMOVE | FIXED | DONTUNMAP) != 0
        || flags & (FIXED | DONTUNMAP) != 0 && flags & MAYMOVE == 0
        || flags & DONTUNMAP != 0 && old != new
        || !aligned(addr)
        || new == 0
        || old == 0;
    if wrong {
        return err(libc::EINVAL);
    }
    let _lock = t.process.map_lock();
    let memory = t.memory();
    // An unmapped start is EFAULT; stack probes of C libraries rely on the difference to ENOMEM.
    let region = memory.region_at(addr).filter(|_| (addr as u64) < TASK_SIZE).ok_or(Errno(libc::EFAULT))?;
    let at = if flags & FIXED != 0 {
        let apart = to as u64 + new <= addr as u64 || addr as u64 + old <= to as u64;
        if !aligned(to) || to as u64 + new > TASK_SIZE || !apart {
            return err(libc::EINVAL);
        }
        // Linux unmaps the tail first, so only the part that moves has to be one mapping.
        let moved = old.min(new);
        one_region(&region, addr, moved)?;
        if old > new {
            memory.unmap((addr as u64 + new) as u32, old - new)?;
        }
        memory.remap(addr, moved, to, new, flags & DONTUNMAP != 0)?;
        to
    } else if new <= old && flags & DONTUNMAP == 0 {
        if new < old {
            if addr as u64 + old > TASK_SIZE {
                return err(libc::EINVAL);
            }
            memory.unmap((addr as u64 + new) as u32, old - new)?;
        }
        addr
    } else {
        one_region(&region, addr, old)?;
        within_limit(t, new - old)?;
        grow(t, memory, &region, addr, old, new, flags)?
    };
    t.process.options.log_memory(|| format!("remap {} to {}", range(addr, old), range(at, new)));
    Ok(at)
}

/// mm/mremap.c vma_to_resize: the old range must lie in one mapping.
fn one_region(region: &Region, addr: u32, len: u64) -> Result<(), Errno> {
    if addr as u64 + len > region.end { err(libc::EFAULT) } else { Ok(()) }
}

fn grow(
    t: &Thread,
    memory: &Memory,
    region: &Region,
    addr: u32,
    old: u64,
    new: u64,
    flags: u32,
) -> SysResult {
    let end = addr as u64 + old;
    // A private file mapping cannot be extended on the host without a moment in which other
    // threads see its pages missing, so it moves.
    let extensible = region.shared || region.file == (0, 0);
    let room = end == region.end && addr as u64 + new <= TASK_SIZE && memory.is_free(end as u32, new - old);
    if flags & DONTUNMAP == 0 && extensible && room {
        memory.remap(addr, old, addr, new, false)?;
        return Ok(addr);
    }
    if flags & MAYMOVE == 0 {
        return err(libc::ENOMEM);
    }
    let to = place(t, 0, new)?;
    memory.remap(addr, old, to, new, flags & DONTUNMAP != 0)?;
    Ok(to)
}

/// Whether all of a range is mapped; calls that walk mappings answer ENOMEM if not.
fn covered(memory: &Memory, addr: u32, len: u64) -> bool {
    let mut at = addr as u64;
    for region in memory.regions_in(addr, len) {
        if region.start as u64 != at {
            return false;
        }
        at = region.end;
    }
    at == addr as u64 + len
}

fn walk(t: &Thread, nr: i64, addr: u32, len: u32, rest: Arg<'_>) -> SysResult {
    if !aligned(addr) {
        return err(libc::EINVAL);
    }
    let size = page_up(len);
    if size == 0 {
        return Ok(0);
    }
    if addr as u64 + size > TASK_SIZE {
        return err(libc::ENOMEM);
    }
    for region in t.memory().regions_in(addr, size) {
        let bytes = region.end - region.start as u64;
        host::blocking(nr, &[Arg::guest(t.memory(), region.start), Arg::int(bytes as i64), rest])?;
    }
    if covered(t.memory(), addr, size) { Ok(0) } else { err(libc::ENOMEM) }
}

pub(super) fn madvise(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    // MADV_HWPOISON, MADV_SOFT_OFFLINE damage real memory; MADV_DONTFORK would take pages away
    // from skink's own child.
    if matches!(a[2], 100 | 101) {
        return err(libc::EPERM);
    }
    let size = page_up(a[1]);
    if a[2] == libc::MADV_DONTNEED as u32 && a[0] as u64 + size > TASK_SIZE {
        return err(libc::EINVAL);
    }
    let result = walk(t, libc::SYS_madvise, a[0], a[1], Arg::from(a[2] as i32));
    // Code that was read again from its file, or is zeros now.
    if matches!(a[2] as i32, libc::MADV_DONTNEED | libc::MADV_REMOVE | libc::MADV_FREE) {
        t.memory().code_changed(a[0] & !(PAGE - 1), size);
    }
    result
}

pub(super) fn msync(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    // MS_ASYNC and MS_SYNC exclude each other.
    if a[2] & !7 != 0 || a[2] & 5 == 5 {
        return err(libc::EINVAL);
    }
    walk(t, libc::SYS_msync, a[0], a[1], a[2].into())
}

fn lock(t: &Thread, nr: i64, a: &[u32; 7], flags: Arg<'_>) -> SysResult {
    let start = a[0] & !(PAGE - 1);
    let Some(len) = (a[0] - start).checked_add(a[1]) else { return err(libc::EINVAL) };
    walk(t, nr, start, len, flags)
}

pub(super) fn mlock(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    lock(t, libc::SYS_mlock, a, 0.into())
}

pub(super) fn mlock2(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if a[2] & !1 != 0 {
        return err(libc::EINVAL);
    }
    lock(t, libc::SYS_mlock2, a, a[2].into())
}

pub(super) fn munlock(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    lock(t, libc::SYS_munlock, a, 0.into())
}

pub(super) fn mlockall(_: &mut Thread, a: &[u32; 7]) -> SysResult {
    if a[0] == 0 || a[0] & !7 != 0 || a[0] == 4 { err(libc::EINVAL) } else { Ok(0) }
}

pub(super) fn munlockall(_: &mut Thread, _: &[u32; 7]) -> SysResult {
    Ok(0)
}

pub(super) fn mseal(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if a[2] != 0 || !aligned(a[0]) {
        return err(libc::EINVAL);
    }
    if covered(t.memory(), a[0], page_up(a[1])) { Ok(0) } else { err(libc::ENOMEM) }
}

pub(super) fn mincore(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if !aligned(a[0]) {
        return err(libc::EINVAL);
    }
    let size = page_up(a[1]);
    if a[0] as u64 + size > TASK_SIZE {
        return err(libc::ENOMEM);
    }
    if !covered(t.memory(), a[0], size) {
        return err(libc::ENOMEM);
    }
    let args = [Arg::guest(t.memory(), a[0]), Arg::int(size as i64), Arg::guest(t.memory(), a[2])];
    Ok(host::call(libc::SYS_mincore, &args)? as u32)
}

pub(super) fn brk(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut brk = t.process.map_lock();
    if set_brk(t, brk.start, brk.end, a[0]).is_ok() {
        brk.end = a[0];
    }
    Ok(brk.end)
}

fn set_brk(t: &Thread, start: u32, end: u32, wanted: u32) -> Result<(), Errno> {
    if wanted < start {
        return err(libc::ENOMEM);
    }
    let (old, new) = (page_up(end), page_up(wanted));
    if new > old {
        if new > TASK_SIZE || !t.memory().is_free(old as u32, new - old) {
            return err(libc::ENOMEM);
        }
        let data = t.process.limit(libc::RLIMIT_DATA).map_or(u64::MAX, |l| l.soft);
        if (wanted - start) as u64 > data {
            return err(libc::ENOMEM);
        }
        within_limit(t, new - old)?;
        t.memory().map(&Mapping {
            addr: old as u32,
            len: new - old,
            prot: protection(t, 3),
            shared: false,
            backing: Backing::Anonymous,
            host_flags: 0,
            name: "[heap]".into(),
        })?;
    } else if new < old {
        t.memory().unmap(new as u32, old - new)?;
    }
    t.process.options.log_memory(|| format!("brk {wanted:08x}"));
    Ok(())
}

/// ARM's private call: makes what was written visible to instruction fetches.
pub(super) fn cacheflush(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if a[1] < a[0] || a[2] != 0 {
        return err(libc::EINVAL);
    }
    t.memory().code_changed(a[0], (a[1] - a[0]).into());
    Ok(0)
}
