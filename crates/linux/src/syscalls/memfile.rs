//! /proc/self/mem: the host's, whose positions are host addresses.
//!
//! An open file's position is kept by the host, as the host address of the guest's position, so
//! that reading and writing move it. What the guest has not mapped is mapped on the host all the
//! same, without access rights, which this file ignores: so each access is cut to what is mapped.

use super::wire::iovecs;
use super::{SysResult, buffer};
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;
use std::sync::atomic::Ordering;

/// Opens it. `flags` are the host's.
pub(super) fn open(t: &Thread, flags: i32) -> SysResult {
    let path = c"/proc/self/mem";
    let fd = host::call(libc::SYS_openat, &[libc::AT_FDCWD.into(), Arg::input(path), flags.into()])?;
    t.process.shared().memory_files.insert(fd as i32);
    t.process.has_memory_files.store(true, Ordering::Release);
    seek(t, fd as i32, 0, libc::SEEK_SET as u32)?;
    Ok(fd as u32)
}

/// Whether a descriptor is one of these files.
#[inline]
pub(super) fn is(t: &Thread, fd: u32) -> bool {
    t.process.has_memory_files.load(Ordering::Acquire)
        && t.process.shared().memory_files.contains(&(fd as i32))
}

/// The host's position for a guest's: like the kernel, which takes as much of it as an address has.
fn host_position(t: &Thread, position: i64) -> i64 {
    t.memory().host(position as u32) as i64
}

/// fs/proc/base.c mem_lseek: no SEEK_END, and any position will do.
pub(super) fn seek(t: &Thread, fd: i32, offset: i64, whence: u32) -> Result<i64, Errno> {
    let base: i64 = match whence as i32 {
        libc::SEEK_SET => 0,
        libc::SEEK_CUR => position(t, fd)?.into(),
        _ => return Err(Errno(libc::EINVAL)),
    };
    let target = host_position(t, base.wrapping_add(offset));
    host::call(libc::SYS_lseek, &[fd.into(), Arg::int(target), libc::SEEK_SET.into()])?;
    Ok(base.wrapping_add(offset))
}

fn position(t: &Thread, fd: i32) -> Result<u32, Errno> {
    let at = host::call(libc::SYS_lseek, &[fd.into(), 0.into(), libc::SEEK_CUR.into()])?;
    // An access that ended at the very top has moved it to 2^32.
    Ok(at.wrapping_sub(host_position(t, 0)) as u32)
}

/// How many of `len` bytes are mapped from an address on, without a hole.
fn mapped(t: &Thread, addr: u32, len: u32) -> u32 {
    let mut end = addr as u64;
    for region in t.memory().regions_in(addr, len.into()) {
        if region.start as u64 > end {
            break;
        }
        end = region.end;
    }
    (end - addr as u64).min(len.into()) as u32
}

/// read, write, pread64 and pwrite64, by the host's number for the calls with a position.
fn transfer(t: &Thread, nr: i64, fd: u32, addr: u32, len: u32, at: Option<i64>) -> SysResult {
    let from = match at {
        Some(at) => at as u32,
        None => position(t, fd as i32)?,
    };
    let room = mapped(t, from, len);
    // Asks the host even for nothing: it knows whether the file is open for it.
    let args =
        [Arg::from(fd as i32), buffer(t, addr, len)?, room.into(), Arg::int(host_position(t, from.into()))];
    let done = host::blocking(nr, &args)? as u32;
    if room == 0 && len != 0 {
        return Err(Errno(libc::EIO));
    }
    if nr == libc::SYS_pwrite64 {
        t.memory().code_changed(from, done.into());
    }
    if at.is_none() {
        seek(t, fd as i32, from as i64 + done as i64, libc::SEEK_SET as u32)?;
    }
    Ok(done)
}

pub(super) fn read(t: &Thread, fd: u32, addr: u32, len: u32, at: Option<i64>) -> SysResult {
    transfer(t, libc::SYS_pread64, fd, addr, len, at)
}

pub(super) fn write(t: &Thread, fd: u32, addr: u32, len: u32, at: Option<i64>) -> SysResult {
    transfer(t, libc::SYS_pwrite64, fd, addr, len, at)
}

/// The vectored calls: a buffer at a time, until one is not filled.
pub(super) fn vectored(t: &Thread, a: &[u32; 7], writes: bool, at: Option<i64>) -> SysResult {
    let mut total = 0u32;
    for vector in iovecs(t.memory(), a[1], a[2])? {
        let addr = t.memory().guest(vector.iov_base as u64).unwrap_or(0);
        let len = vector.iov_len as u32;
        let here = at.map(|at| at + total as i64);
        let one = if writes { write } else { read };
        match one(t, a[0], addr, len, here) {
            Ok(done) => {
                total += done;
                if done < len {
                    break;
                }
            }
            Err(errno) if total == 0 => return Err(errno),
            Err(_) => break,
        }
    }
    Ok(total)
}
