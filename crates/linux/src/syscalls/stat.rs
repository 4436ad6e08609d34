//! File status in ARM's layouts (asm/stat.h, asm-generic/statfs.h, linux/stat.h).

use super::wire::{Out, path_bytes};
use super::{SysResult, fs, procfs};
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;
use std::ffi::CString;

/// The path for a stat call: /proc/self/exe is the guest's program where links are followed.
fn stat_path(t: &Thread, addr: u32, follow: bool) -> Result<CString, Errno> {
    let bytes = path_bytes(t.memory(), addr)?;
    if follow && procfs::is_exe(&bytes) {
        return Ok(CString::new(t.process.image.exe.clone()).unwrap_or_default());
    }
    Ok(fs::host_path(t, bytes, follow))
}

fn by_path(t: &Thread, dir: i32, path: u32, flags: u32) -> Result<libc::stat, Errno> {
    let follow = flags & libc::AT_SYMLINK_NOFOLLOW as u32 == 0;
    let path = stat_path(t, path, follow)?;
    let mut stat: libc::stat = host::zeroed();
    let args = [Arg::from(dir), Arg::input(path.as_c_str()), Arg::output(&mut stat), flags.into()];
    host::blocking(libc::SYS_newfstatat, &args)?;
    Ok(stat)
}

fn by_fd(fd: u32) -> Result<libc::stat, Errno> {
    let mut stat: libc::stat = host::zeroed();
    host::blocking(libc::SYS_fstat, &[Arg::from(fd as i32), Arg::output(&mut stat)])?;
    Ok(stat)
}

/// A device number as the 32-bit kernel encodes it into 64 bits (huge_encode_dev is new_encode_dev).
fn device(dev: u64) -> u64 {
    let (major, minor) = (libc::major(dev), libc::minor(dev));
    (minor & 0xff | major << 8 | (minor & !0xff) << 12).into()
}

fn put64(t: &Thread, addr: u32, s: &libc::stat) -> SysResult {
    Out::new()
        .u64(device(s.st_dev))
        .pad(4)
        .u32(s.st_ino as u32)
        .u32(s.st_mode)
        .u32(s.st_nlink as u32)
        .u32(s.st_uid)
        .u32(s.st_gid)
        .u64(device(s.st_rdev))
        .pad(8)
        .u64(s.st_size as u64)
        .u32(s.st_blksize as u32)
        .pad(4)
        .u64(s.st_blocks as u64)
        .u32(s.st_atime as u32)
        .u32(s.st_atime_nsec as u32)
        .u32(s.st_mtime as u32)
        .u32(s.st_mtime_nsec as u32)
        .u32(s.st_ctime as u32)
        .u32(s.st_ctime_nsec as u32)
        .u64(s.st_ino)
        .write(t.memory(), addr)?;
    Ok(0)
}

/// The older structure: what does not fit is EOVERFLOW (fs/stat.c, cp_new_stat).
fn put32(t: &Thread, addr: u32, s: &libc::stat) -> SysResult {
    let fits = s.st_size <= i32::MAX.into() && s.st_nlink <= u16::MAX.into() && s.st_ino <= u32::MAX.into();
    if !fits {
        return Err(Errno(libc::EOVERFLOW));
    }
    let id = |id: u32| u16::try_from(id).unwrap_or(65534);
    Out::new()
        .u32(device(s.st_dev) as u32)
        .u32(s.st_ino as u32)
        .u16(s.st_mode as u16)
        .u16(s.st_nlink as u16)
        .u16(id(s.st_uid))
        .u16(id(s.st_gid))
        .u32(device(s.st_rdev) as u32)
        .u32(s.st_size as u32)
        .u32(s.st_blksize as u32)
        .u32(s.st_blocks as u32)
        .u32(s.st_atime as u32)
        .u32(s.st_atime_nsec as u32)
        .u32(s.st_mtime as u32)
        .u32(s.st_mtime_nsec as u32)
        .u32(s.st_ctime as u32)
        .u32(s.st_ctime_nsec as u32)
        .pad(8)
        .write(t.memory(), addr)?;
    Ok(0)
}

const NOFOLLOW: u32 = libc::AT_SYMLINK_NOFOLLOW as u32;

pub(super) fn stat(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    put32(t, a[1], &by_path(t, libc::AT_FDCWD, a[0], 0)?)
}

pub(super) fn lstat(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    put32(t, a[1], &by_path(t, libc::AT_FDCWD, a[0], NOFOLLOW)?)
}

pub(super) fn fstat(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    put32(t, a[1], &by_fd(a[0])?)
}

pub(super) fn stat64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    put64(t, a[1], &by_path(t, libc::AT_FDCWD, a[0], 0)?)
}

pub(super) fn lstat64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    put64(t, a[1], &by_path(t, libc::AT_FDCWD, a[0], NOFOLLOW)?)
}

pub(super) fn fstat64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    put64(t, a[1], &by_fd(a[0])?)
}

pub(super) fn fstatat64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    put64(t, a[2], &by_path(t, a[0] as i32, a[1], a[3])?)
}

/// struct statx is the same everywhere; only the path needs looking at.
pub(super) fn statx(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let path = if a[1] == 0 { None } else { Some(stat_path(t, a[1], a[2] & NOFOLLOW == 0)?) };
    let path = path.as_ref().map_or(Arg::NULL, |p| Arg::input(p.as_c_str()));
    let args = [Arg::from(a[0] as i32), path, a[2].into(), a[3].into(), Arg::guest(t.memory(), a[4])];
    Ok(host::blocking(libc::SYS_statx, &args)? as u32)
}

fn statfs_of(t: &Thread, path: u32) -> Result<libc::statfs64, Errno> {
    let path = fs::guest_path(t, path, true)?;
    let mut buf: libc::statfs64 = host::zeroed();
    host::blocking(libc::SYS_statfs, &[Arg::input(path.as_c_str()), Arg::output(&mut buf)])?;
    Ok(buf)
}

fn fstatfs_of(fd: u32) -> Result<libc::statfs64, Errno> {
    let mut buf: libc::statfs64 = host::zeroed();
    host::blocking(libc::SYS_fstatfs, &[Arg::from(fd as i32), Arg::output(&mut buf)])?;
    Ok(buf)
}

fn put_statfs(t: &Thread, addr: u32, s: &libc::statfs64) -> SysResult {
    // fs/statfs.c do_statfs_native: EOVERFLOW where a count does not fit 32 bits.
    let all = [s.f_blocks, s.f_bfree, s.f_bavail];
    if all.iter().any(|&n| n > u32::MAX as u64)
        || [s.f_files, s.f_ffree].iter().any(|&n| n > u32::MAX as u64 && n != u64::MAX)
    {
        return Err(Errno(libc::EOVERFLOW));
    }
    let [id0, id1] = host::fsid_words(s);
    Out::new()
        .u32(s.f_type as u32)
        .u32(s.f_bsize as u32)
        .u32(s.f_blocks as u32)
        .u32(s.f_bfree as u32)
        .u32(s.f_bavail as u32)
        .u32(s.f_files as u32)
        .u32(s.f_ffree as u32)
        .u32(id0)
        .u32(id1)
        .u32(s.f_namelen as u32)
        .u32(s.f_frsize as u32)
        .u32(s.f_flags as u32)
        .pad(16)
        .write(t.memory(), addr)?;
    Ok(0)
}

fn put_statfs64(t: &Thread, size: u32, addr: u32, s: &libc::statfs64) -> SysResult {
    // 84 bytes as ARM packs it; EABI programs may say 88 (arch/arm/kernel/sys_arm.c).
    if size != 84 && size != 88 {
        return Err(Errno(libc::EINVAL));
    }
    let [id0, id1] = host::fsid_words(s);
    Out::new()
        .u32(s.f_type as u32)
        .u32(s.f_bsize as u32)
        .u64(s.f_blocks)
        .u64(s.f_bfree)
        .u64(s.f_bavail)
        .u64(s.f_files)
        .u64(s.f_ffree)
        .u32(id0)
        .u32(id1)
        .u32(s.f_namelen as u32)
        .u32(s.f_frsize as u32)
        .u32(s.f_flags as u32)
        .pad(16)
        .write(t.memory(), addr)?;
    Ok(0)
}

pub(super) fn statfs(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    put_statfs(t, a[1], &statfs_of(t, a[0])?)
}

pub(super) fn fstatfs(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    put_statfs(t, a[1], &fstatfs_of(a[0])?)
}

pub(super) fn statfs64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    put_statfs64(t, a[1], a[2], &statfs_of(t, a[0])?)
}

pub(super) fn fstatfs64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    put_statfs64(t, a[1], a[2], &fstatfs_of(a[0])?)
}
