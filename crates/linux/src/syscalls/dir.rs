//! Directories and file positions: getdents with offsets that fit the guest.
//!
//! A host file system may number directory entries with 64 bits (ext4 hashes names), which a
//! 32-bit program's off_t cannot hold: its C library fails with EOVERFLOW. Where a host offset
//! needs more than 31 bits the guest gets a cookie instead, and lseek turns it back.

use super::{SysResult, buffer, memfile};
use crate::host::{self, Arg, Errno, HostResult};
use crate::thread::Thread;
use std::sync::{Arc, Mutex, PoisonError};

/// The cookies of one open directory.
#[derive(Debug, Default)]
pub(crate) struct Cookies {
    offsets: Vec<i64>,
}

/// The first cookie; real offsets that are smaller than 2^31 are passed as they are, and those of
/// file systems that number entries from 0 stay below this.
const FIRST: i64 = 0x4000_0000;

impl Cookies {
    /// A cookie for an offset that getdents has met. Entries come in order, so only the last one
    /// given is compared: a directory may have a million.
    fn cookie(&mut self, offset: i64) -> i64 {
        if self.offsets.last() != Some(&offset) {
            self.offsets.push(offset);
        }
        FIRST + self.offsets.len() as i64 - 1
    }

    /// The cookie given for an offset before, or a new one.
    fn known_cookie(&mut self, offset: i64) -> i64 {
        match self.offsets.iter().rposition(|&o| o == offset) {
            Some(index) => FIRST + index as i64,
            None => self.cookie(offset),
        }
    }

    fn offset(&self, cookie: i64) -> Option<i64> {
        self.offsets.get(usize::try_from(cookie.checked_sub(FIRST)?).ok()?).copied()
    }
}

fn cookies(t: &Thread, fd: i32) -> Option<Arc<Mutex<Cookies>>> {
    t.process.shared().cookies.get(&fd).cloned()
}

fn to_guest(t: &Thread, fd: i32, offset: i64) -> i64 {
    if (0..=i32::MAX.into()).contains(&offset) {
        return offset;
    }
    let cookies = t.process.shared().cookies.entry(fd).or_default().clone();
    let mut cookies = cookies.lock().unwrap_or_else(PoisonError::into_inner);
    cookies.cookie(offset)
}

/// The header of struct linux_dirent64 (both sides): d_ino, d_off, d_reclen, d_type.
const HEADER64: usize = 19;

struct Entry<'a> {
    ino: u64,
    off: i64,
    kind: u8,
    name: &'a [u8],
}

fn parse(bytes: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let header = rest.get(..HEADER64)?;
        let wide = |at: usize| header[at..at + 8].iter().rev().fold(0u64, |n, &b| n << 8 | b as u64);
        let reclen = u16::from_le_bytes([header[16], header[17]]) as usize;
        let record = rest.get(..reclen)?;
        let name = record.get(HEADER64..)?;
        let name = &name[..name.iter().position(|&b| b == 0).unwrap_or(name.len())];
        rest = &rest[reclen..];
        Some(Entry { ino: wide(0), off: wide(8) as i64, kind: header[18], name })
    })
}

/// Reads host entries that will fit into `room` bytes of the guest's format.
fn read_entries(fd: i32, room: u32) -> Result<Vec<u8>, Errno> {
    // The host's records are no smaller than the guest's in either format, so what it fits into
    // the room fits again.
    let mut bytes = vec![0; (room as usize).min(1 << 16)];
    let len = bytes.len() as u32;
    let count =
        host::blocking(libc::SYS_getdents64, &[fd.into(), Arg::output(bytes.as_mut_slice()), len.into()])?;
    bytes.truncate(count as usize);
    Ok(bytes)
}

fn position(fd: i32) -> HostResult {
    host::call(libc::SYS_lseek, &[fd.into(), 0.into(), libc::SEEK_CUR.into()])
}

/// Hands entries to the guest. If it cannot take them they are not read: the host's position, which
/// was `start`, goes back.
fn deliver(t: &Thread, fd: i32, start: HostResult, addr: u32, entries: &[u8]) -> SysResult {
    if let Err(fault) = t.memory().write(addr, entries) {
        let start = start?;
        host::call(libc::SYS_lseek, &[fd.into(), Arg::int(start), libc::SEEK_SET.into()])?;
        return Err(fault.into());
    }
    Ok(entries.len() as u32)
}

pub(super) fn getdents64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let fd = a[0] as i32;
    buffer(t, a[1], a[2])?;
    let start = position(fd);
    let bytes = read_entries(fd, a[2])?;
    let mut out = Vec::with_capacity(bytes.len());
    for entry in parse(&bytes) {
        let reclen = (HEADER64 + entry.name.len() + 1).next_multiple_of(8);
        let begin = out.len();
        out.extend(entry.ino.to_le_bytes());
        out.extend(to_guest(t, fd, entry.off).to_le_bytes());
        out.extend((reclen as u16).to_le_bytes());
        out.push(entry.kind);
        out.extend(entry.name);
        out.resize(begin + reclen, 0);
    }
    deliver(t, fd, start, a[1], &out)
}

/// struct linux_dirent: d_ino and d_off of 32 bits, d_reclen, the name, and d_type in the last byte.
pub(super) fn getdents(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let fd = a[0] as i32;
    buffer(t, a[1], a[2])?;
    let start = position(fd);
    let bytes = read_entries(fd, a[2])?;
    let mut out = Vec::with_capacity(bytes.len());
    for entry in parse(&bytes) {
        let reclen = (10 + entry.name.len() + 2).next_multiple_of(4);
        let begin = out.len();
        // An inode number that does not fit is cut, not refused: nobody could read the directory.
        out.extend((entry.ino as u32).to_le_bytes());
        out.extend((to_guest(t, fd, entry.off) as u32).to_le_bytes());
        out.extend((reclen as u16).to_le_bytes());
        out.extend(entry.name);
        out.resize(begin + reclen, 0);
        out[begin + reclen - 1] = entry.kind;
    }
    deliver(t, fd, start, a[1], &out)
}

fn seek(t: &Thread, fd: i32, offset: i64, whence: u32) -> Result<i64, Errno> {
    if memfile::is(t, fd as u32) {
        return memfile::seek(t, fd, offset, whence);
    }
    let mut target = offset;
    if let Some(cookies) = cookies(t, fd) {
        let mut cookies = cookies.lock().unwrap_or_else(PoisonError::into_inner);
        if whence == libc::SEEK_SET as u32 {
            if offset == 0 {
                cookies.offsets.clear();
            }
            target = cookies.offset(offset).unwrap_or(offset);
        }
    }
    let at = host::blocking(libc::SYS_lseek, &[fd.into(), Arg::int(target), whence.into()])?;
    match cookies(t, fd) {
        Some(cookies) if at > i32::MAX.into() => {
            Ok(cookies.lock().unwrap_or_else(PoisonError::into_inner).known_cookie(at))
        }
        _ => Ok(at),
    }
}

pub(super) fn lseek(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let at = seek(t, a[0] as i32, (a[1] as i32).into(), a[2])?;
    if memfile::is(t, a[0]) {
        // Its positions are addresses, negative ones the upper half.
        return Ok(at as u32);
    }
    // fs/read_write.c ksys_lseek: the position moves even if it cannot be told.
    i32::try_from(at).map(|at| at as u32).map_err(|_| Errno(libc::EOVERFLOW))
}

pub(super) fn llseek(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let offset = (a[2] as u64 | (a[1] as u64) << 32) as i64;
    let at = seek(t, a[0] as i32, offset, a[4])?;
    t.memory().store64(a[3], at as u64)?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_fit_and_lead_back() {
        let mut cookies = Cookies::default();
        let offsets = [0x1234_5678_9abc_def0, i64::MAX, 1 << 40];
        let given: Vec<i64> = offsets.iter().map(|&o| cookies.cookie(o)).collect();
        assert!(given.iter().all(|&c| c <= i32::MAX as i64));
        assert_eq!(given.iter().map(|&c| cookies.offset(c)).collect::<Vec<_>>(), offsets.map(Some));
        assert_eq!(cookies.known_cookie(i64::MAX), given[1]);
        assert_eq!(cookies.offset(5), None);
    }

    #[test]
    fn host_records_are_read_to_the_end() {
        let mut bytes = Vec::new();
        for name in [&b"a"[..], b"longer-name"] {
            let reclen = (HEADER64 + name.len() + 1).next_multiple_of(8);
            let start = bytes.len();
            bytes.extend(7u64.to_le_bytes());
            bytes.extend((-1i64).to_le_bytes());
            bytes.extend((reclen as u16).to_le_bytes());
            bytes.push(4);
            bytes.extend(name);
            bytes.resize(start + reclen, 0);
        }
        let names: Vec<&[u8]> = parse(&bytes).map(|e| e.name).collect();
        assert_eq!(names, [&b"a"[..], b"longer-name"]);
        assert!(parse(&bytes[..20]).next().is_none());
    }
}
