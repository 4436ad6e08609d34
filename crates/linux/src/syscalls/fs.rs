//! Opening, reading, writing and naming files.

use super::wire::{iovecs, path_bytes, words};
use super::{SysResult, buffer, memfile, procfs};
use crate::host::{self, Arg, Errno};
use crate::paths;
use crate::thread::Thread;
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

const AT_FDCWD: u32 = libc::AT_FDCWD as u32;

// O_* values in which ARM differs from x86 (asm/fcntl.h): DIRECTORY, NOFOLLOW, DIRECT, LARGEFILE.
const FLAG_PAIRS: [(u32, i32); 4] =
    [(0o40000, 0o200000), (0o100000, 0o400000), (0o200000, 0o40000), (0o400000, 0o100000)];
const DIFFERENT: u32 = 0o740000;

/// O_* flags of ARM to the host's. The host is told O_LARGEFILE always: sizes are checked by skink.
pub(crate) fn open_flags_to_host(flags: u32) -> i32 {
    let same = (flags & !DIFFERENT) as i32;
    FLAG_PAIRS.iter().filter(|(arm, _)| flags & arm != 0).fold(same, |set, (_, host)| set | host)
}

/// O_* flags of the host to ARM's, as F_GETFL returns them.
pub(crate) fn open_flags_from_host(flags: i32) -> u32 {
    let same = flags as u32 & !DIFFERENT;
    FLAG_PAIRS.iter().filter(|(_, host)| flags & host != 0).fold(same, |set, (arm, _)| set | arm)
}

/// The host path for the path at a guest address.
pub(super) fn guest_path(thread: &Thread, addr: u32, follow: bool) -> Result<CString, Errno> {
    let bytes = path_bytes(thread.memory(), addr)?;
    Ok(host_path(thread, bytes, follow))
}

/// The host path for a guest path.
pub(super) fn host_path(thread: &Thread, bytes: Vec<u8>, follow: bool) -> CString {
    let bytes = match &thread.process.options.sysroot {
        Some(root) if bytes.starts_with(b"/") => {
            let path = Path::new(OsStr::from_bytes(&bytes));
            let translate = if follow { paths::translate } else { paths::translate_nofollow };
            translate(Some(root), path).into_os_string().into_vec()
        }
        _ => bytes,
    };
    // It came from a NUL-terminated string, so there is none inside.
    CString::new(bytes).unwrap_or_default()
}

pub(super) fn open(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    open_at(t, AT_FDCWD, a[0], a[1], a[2])
}

pub(super) fn creat(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    open_at(t, AT_FDCWD, a[0], (libc::O_CREAT | libc::O_WRONLY | libc::O_TRUNC) as u32, a[1])
}

pub(super) fn openat(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    open_at(t, a[0], a[1], a[2], a[3])
}

fn open_at(t: &mut Thread, dir: u32, path: u32, flags: u32, mode: u32) -> SysResult {
    let bytes = procfs::absolute(dir, path_bytes(t.memory(), path)?);
    if let Some(result) = procfs::open(t, &bytes, flags) {
        return result;
    }
    let follow = flags & 0o100000 == 0;
    let path = host_path(t, bytes, follow);
    let args =
        [Arg::from(dir as i32), Arg::input(path.as_c_str()), open_flags_to_host(flags).into(), mode.into()];
    let fd = host::blocking(libc::SYS_openat, &args)? as u32;
    check_size(fd, flags)?;
    Ok(fd)
}

/// Without O_LARGEFILE a file of 2 GiB or more cannot be opened (open(2), EOVERFLOW).
fn check_size(fd: u32, flags: u32) -> Result<(), Errno> {
    const O_LARGEFILE: u32 = 0o400000;
    if flags & O_LARGEFILE != 0 || flags & libc::O_PATH as u32 != 0 {
        return Ok(());
    }
    let mut stat: libc::stat = host::zeroed();
    host::call(libc::SYS_fstat, &[fd.into(), Arg::output(&mut stat)])?;
    if stat.st_mode & libc::S_IFMT == libc::S_IFREG && stat.st_size > i32::MAX as i64 {
        let _ = host::call(libc::SYS_close, &[fd.into()]);
        return Err(Errno(libc::EOVERFLOW));
    }
    Ok(())
}

pub(super) fn openat2(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    const SIZE: u32 = 24;
    if a[3] < SIZE {
        return Err(Errno(libc::EINVAL));
    }
    // Bytes beyond the structure that we know must be zero (copy_struct_from_user).
    for at in SIZE..a[3].min(4096) {
        if t.memory().load8(a[2].wrapping_add(at))? != 0 {
            return Err(Errno(libc::E2BIG));
        }
    }
    let [flags, flags_high, mode, mode_high, resolve, resolve_high] = words(t.memory(), a[2])?;
    let wide = |low: u32, high: u32| low as u64 | (high as u64) << 32;
    let mut how: libc::open_how = host::zeroed();
    how.flags = (flags_high as u64) << 32 | open_flags_to_host(flags) as u64;
    how.mode = wide(mode, mode_high);
    how.resolve = wide(resolve, resolve_high);
    let bytes = path_bytes(t.memory(), a[1])?;
    // What is made up has no links and crosses nothing, but the host knows better what an absolute
    // path is below a directory, and refuses flags that there are not.
    const BENEATH_OR_IN_ROOT: u32 = 0x18;
    let confined = resolve & BENEATH_OR_IN_ROOT != 0;
    let known = flags_high == 0 && mode_high == 0 && resolve_high == 0 && resolve & !0x3f == 0;
    if known && !(confined && bytes.starts_with(b"/")) {
        let whole = procfs::absolute(a[0], bytes.clone());
        let is_link = procfs::is_exe(&whole);
        let no_links = resolve & (libc::RESOLVE_NO_SYMLINKS | libc::RESOLVE_NO_MAGICLINKS) as u32 != 0;
        if !(is_link && (no_links || confined))
            && let Some(result) = procfs::open(t, &whole, flags)
        {
            return result;
        }
    }
    let path = host_path(t, bytes, flags & 0o100000 == 0);
    let args = [Arg::from(a[0] as i32), Arg::input(path.as_c_str()), Arg::input(&how), SIZE.into()];
    Ok(host::blocking(libc::SYS_openat2, &args)? as u32)
}

/// Whether a descriptor is skink's own, and not there for the guest.
fn is_own(t: &Thread, fd: u32) -> bool {
    fd > 2 && fd == t.process.options.log_fd as u32
}

pub(super) fn close(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if is_own(t, a[0]) {
        return Err(Errno(libc::EBADF));
    }
    let mut shared = t.process.shared();
    shared.cookies.remove(&(a[0] as i32));
    shared.memory_files.remove(&(a[0] as i32));
    drop(shared);
    Ok(host::blocking(libc::SYS_close, &[Arg::from(a[0] as i32)])? as u32)
}

pub(super) fn close_range(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let (first, last, flags) = (a[0], a[1], a[2]);
    if flags & !6 != 0 || first > last {
        return Err(Errno(libc::EINVAL));
    }
    if flags & 4 == 0 {
        let closed = |fd: i32| (first..=last).contains(&(fd as u32));
        let mut shared = t.process.shared();
        shared.cookies.retain(|&fd, _| !closed(fd));
        shared.memory_files.retain(|&fd| !closed(fd));
    }
    let close =
        |from: u32, to: u32| host::call(libc::SYS_close_range, &[from.into(), to.into(), flags.into()]);
    let own = t.process.options.log_fd as u32;
    if own > 2 && (first..=last).contains(&own) {
        if first < own {
            close(first, own - 1)?;
        }
        if own < last {
            close(own + 1, last)?;
        }
        return Ok(0);
    }
    close(first, last).map(|v| v as u32)
}

/// Carries over to a duplicate descriptor what is known of the first: a directory's cookies, or
/// that it is /proc/self/mem.
fn duplicated(t: &Thread, old: u32, new: i64) -> u32 {
    let mut shared = t.process.shared();
    if shared.memory_files.contains(&(old as i32)) {
        shared.memory_files.insert(new as i32);
    } else {
        shared.memory_files.remove(&(new as i32));
    }
    match shared.cookies.get(&(old as i32)).cloned() {
        Some(cookies) => shared.cookies.insert(new as i32, cookies),
        None => shared.cookies.remove(&(new as i32)),
    };
    new as u32
}

pub(super) fn dup(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let new = host::call(libc::SYS_dup, &[Arg::from(a[0] as i32)])?;
    Ok(duplicated(t, a[0], new))
}

pub(super) fn dup2(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if is_own(t, a[1]) {
        return Err(Errno(libc::EBADF));
    }
    let new = host::blocking(libc::SYS_dup2, &[Arg::from(a[0] as i32), Arg::from(a[1] as i32)])?;
    Ok(duplicated(t, a[0], new))
}

pub(super) fn dup3(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if is_own(t, a[1]) {
        return Err(Errno(libc::EBADF));
    }
    let args = [Arg::from(a[0] as i32), Arg::from(a[1] as i32), open_flags_to_host(a[2]).into()];
    let new = host::blocking(libc::SYS_dup3, &args)?;
    Ok(duplicated(t, a[0], new))
}

/// fcntl(F_DUPFD) and F_DUPFD_CLOEXEC.
pub(super) fn dup_from(t: &mut Thread, fd: u32, cmd: u32, least: u32) -> SysResult {
    let new = host::call(libc::SYS_fcntl, &[Arg::from(fd as i32), cmd.into(), least.into()])?;
    Ok(duplicated(t, fd, new))
}

pub(super) fn pipe(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    pipe2(t, &[a[0], 0, 0, 0, 0, 0, 0])
}

pub(super) fn pipe2(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let flags = open_flags_to_host(a[1]);
    Ok(host::call(libc::SYS_pipe2, &[Arg::guest(t.memory(), a[0]), flags.into()])? as u32)
}

fn rw(t: &Thread, nr: i64, fd: u32, addr: u32, len: u32, rest: &[Arg<'_>]) -> SysResult {
    let mut args = vec![Arg::from(fd as i32), buffer(t, addr, len)?, len.into()];
    args.extend_from_slice(rest);
    // ssize_t has 32 bits here (rw_verify_area).
    if len > i32::MAX as u32 {
        return Err(Errno(libc::EINVAL));
    }
    Ok(host::blocking(nr, &args)? as u32)
}

pub(super) fn read(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if memfile::is(t, a[0]) {
        return memfile::read(t, a[0], a[1], a[2], None);
    }
    if a[2] > i32::MAX as u32 {
        return rw(t, libc::SYS_read, a[0], a[1], a[2], &[]);
    }
    Ok(host::blocking(libc::SYS_read, &[Arg::from(a[0] as i32), buffer(t, a[1], a[2])?, a[2].into()])? as u32)
}

pub(super) fn write(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if memfile::is(t, a[0]) {
        return memfile::write(t, a[0], a[1], a[2], None);
    }
    if a[2] > i32::MAX as u32 {
        return rw(t, libc::SYS_write, a[0], a[1], a[2], &[]);
    }
    Ok(host::blocking(libc::SYS_write, &[Arg::from(a[0] as i32), buffer(t, a[1], a[2])?, a[2].into()])?
        as u32)
}

pub(super) fn pread64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let offset = super::signature::low_high(a, 4) as i64;
    if memfile::is(t, a[0]) {
        return memfile::read(t, a[0], a[1], a[2], Some(offset));
    }
    rw(t, libc::SYS_pread64, a[0], a[1], a[2], &[Arg::int(offset)])
}

pub(super) fn pwrite64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let offset = super::signature::low_high(a, 4) as i64;
    if memfile::is(t, a[0]) {
        return memfile::write(t, a[0], a[1], a[2], Some(offset));
    }
    rw(t, libc::SYS_pwrite64, a[0], a[1], a[2], &[Arg::int(offset)])
}

fn vectored(t: &Thread, nr: i64, a: &[u32; 7], rest: &[Arg<'_>]) -> SysResult {
    if nr != libc::SYS_vmsplice && memfile::is(t, a[0]) {
        let writes = matches!(nr, libc::SYS_writev | libc::SYS_pwritev | libc::SYS_pwritev2);
        let at = rest.first().map(|at| at.raw() as i64);
        return memfile::vectored(t, a, writes, at);
    }
    let list = iovecs(t.memory(), a[1], a[2])?;
    let mut args = vec![Arg::from(a[0] as i32), Arg::input(list.as_slice()), a[2].into()];
    args.extend_from_slice(rest);
    Ok(host::blocking(nr, &args)? as u32)
}

pub(super) fn readv(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    vectored(t, libc::SYS_readv, a, &[])
}

pub(super) fn writev(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    vectored(t, libc::SYS_writev, a, &[])
}

/// preadv and its kin take the position as two longs, low and high; the host's low is all of it.
fn position(a: &[u32; 7]) -> Arg<'static> {
    Arg::int((a[3] as u64 | (a[4] as u64) << 32) as i64)
}

pub(super) fn preadv(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    vectored(t, libc::SYS_preadv, a, &[position(a), 0.into()])
}

pub(super) fn pwritev(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    vectored(t, libc::SYS_pwritev, a, &[position(a), 0.into()])
}

pub(super) fn preadv2(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    vectored(t, libc::SYS_preadv2, a, &[position(a), 0.into(), a[5].into()])
}

pub(super) fn pwritev2(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    vectored(t, libc::SYS_pwritev2, a, &[position(a), 0.into(), a[5].into()])
}

pub(super) fn vmsplice(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    vectored(t, libc::SYS_vmsplice, a, &[a[3].into()])
}

pub(super) fn sync_file_range(_: &mut Thread, a: &[u32; 7]) -> SysResult {
    let wide = |at| Arg::int(super::signature::low_high(a, at) as i64);
    Ok(host::blocking(libc::SYS_sync_file_range, &[Arg::from(a[0] as i32), wide(2), wide(4), a[1].into()])?
        as u32)
}

/// ARM has the advice second, so that the offsets lie in aligned pairs (arch/arm/kernel/sys_arm.c).
pub(super) fn fadvise(_: &mut Thread, a: &[u32; 7]) -> SysResult {
    let wide = |at| Arg::int(super::signature::low_high(a, at) as i64);
    Ok(host::call(libc::SYS_fadvise64, &[Arg::from(a[0] as i32), wide(2), wide(4), Arg::from(a[1] as i32)])?
        as u32)
}

pub(super) fn sendfile(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let (out, input) = (Arg::from(a[0] as i32), Arg::from(a[1] as i32));
    if a[2] == 0 {
        return Ok(host::blocking(libc::SYS_sendfile, &[out, input, Arg::NULL, a[3].into()])? as u32);
    }
    let mut offset: i64 = (t.memory().load32(a[2])? as i32).into();
    let sent = host::blocking(libc::SYS_sendfile, &[out, input, Arg::output(&mut offset), a[3].into()]);
    t.memory().store32(a[2], offset as u32)?;
    Ok(sent? as u32)
}

pub(super) fn access(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    faccessat(t, &[AT_FDCWD, a[0], a[1], 0, 0, 0, 0])
}

pub(super) fn faccessat(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let path = guest_path(t, a[1], true)?;
    let args = [Arg::from(a[0] as i32), Arg::input(path.as_c_str()), Arg::from(a[2] as i32)];
    Ok(host::blocking(libc::SYS_faccessat, &args)? as u32)
}

pub(super) fn faccessat2(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let follow = a[3] & libc::AT_SYMLINK_NOFOLLOW as u32 == 0;
    let path = guest_path(t, a[1], follow)?;
    let args = [Arg::from(a[0] as i32), Arg::input(path.as_c_str()), Arg::from(a[2] as i32), a[3].into()];
    Ok(host::blocking(libc::SYS_faccessat2, &args)? as u32)
}

pub(super) fn readlink(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    readlinkat(t, &[AT_FDCWD, a[0], a[1], a[2], 0, 0, 0])
}

pub(super) fn readlinkat(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let len = a[3];
    if len as i32 <= 0 {
        return Err(Errno(libc::EINVAL));
    }
    let bytes = procfs::absolute(a[0], path_bytes(t.memory(), a[1])?);
    if procfs::is_exe(&bytes) {
        let exe = &t.process.image.exe;
        let part = &exe[..exe.len().min(len as usize)];
        t.memory().write(a[2], part)?;
        return Ok(part.len() as u32);
    }
    let path = host_path(t, bytes, false);
    let args = [Arg::from(a[0] as i32), Arg::input(path.as_c_str()), buffer(t, a[2], len)?, len.into()];
    Ok(host::blocking(libc::SYS_readlinkat, &args)? as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_flags_convert_both_ways() {
        let arm = 0o40000 | 0o400000 | libc::O_CREAT as u32 | libc::O_CLOEXEC as u32;
        let host = open_flags_to_host(arm);
        assert_eq!(host, libc::O_DIRECTORY | 0o100000 | libc::O_CREAT | libc::O_CLOEXEC);
        assert_eq!(open_flags_from_host(host), arm);
        assert_eq!(open_flags_to_host(0o200000), libc::O_DIRECT);
        assert_eq!(open_flags_to_host(0o100000), libc::O_NOFOLLOW);
    }
}
