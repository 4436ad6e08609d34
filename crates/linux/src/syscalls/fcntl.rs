//! fcntl and fcntl64: locks in two layouts, flags with ARM's values.

use super::wire::{Out, words};
use super::{SysResult, fs};
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;

// Commands of the 32-bit ABI that fcntl64 adds (asm-generic/fcntl.h).
const F_GETLK: u32 = 5;
const F_SETLK: u32 = 6;
const F_SETLKW: u32 = 7;
const F_GETLK64: u32 = 12;
const F_SETLK64: u32 = 13;
const F_SETLKW64: u32 = 14;
const F_SETOWN_EX: u32 = 15;
const F_GETOWN_EX: u32 = 16;
const F_GETOWNER_UIDS: u32 = 17;
const F_OFD_GETLK: u32 = 36;
const F_OFD_SETLKW: u32 = 38;
const F_GET_RW_HINT: u32 = 1035;
const F_SET_FILE_RW_HINT: u32 = 1038;

/// Which struct flock the guest passes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// l_type, l_whence, l_start (32), l_len (32), l_pid.
    Flock,
    /// l_type, l_whence, padding, l_start (64), l_len (64), l_pid.
    Flock64,
}

fn read_lock(t: &Thread, addr: u32, layout: Layout) -> Result<libc::flock64, Errno> {
    let mut lock: libc::flock64 = host::zeroed();
    let kind;
    match layout {
        Layout::Flock => {
            let [w0, start, len, pid] = words(t.memory(), addr)?;
            kind = w0;
            lock.l_start = (start as i32).into();
            lock.l_len = (len as i32).into();
            lock.l_pid = pid as i32;
        }
        Layout::Flock64 => {
            let [w0, _, start, start_high, len, len_high, pid] = words(t.memory(), addr)?;
            kind = w0;
            lock.l_start = (start as u64 | (start_high as u64) << 32) as i64;
            lock.l_len = (len as u64 | (len_high as u64) << 32) as i64;
            lock.l_pid = pid as i32;
        }
    }
    lock.l_type = kind as i16;
    lock.l_whence = (kind >> 16) as i16;
    Ok(lock)
}

fn write_lock(t: &Thread, addr: u32, lock: &libc::flock64, layout: Layout) -> Result<(), Errno> {
    let head = Out::new().u16(lock.l_type as u16).u16(lock.l_whence as u16);
    let out = match layout {
        Layout::Flock => {
            let fits = |n: i64| i32::try_from(n).is_ok();
            if !fits(lock.l_start) || !fits(lock.l_len) {
                return Err(Errno(libc::EOVERFLOW));
            }
            head.u32(lock.l_start as u32).u32(lock.l_len as u32).u32(lock.l_pid as u32)
        }
        Layout::Flock64 => {
            head.pad(4).u64(lock.l_start as u64).u64(lock.l_len as u64).u32(lock.l_pid as u32).pad(4)
        }
    };
    out.write(t.memory(), addr)
}

fn lock(t: &Thread, fd: u32, host_cmd: i32, addr: u32, layout: Layout) -> SysResult {
    let mut lock = read_lock(t, addr, layout)?;
    let result =
        host::blocking(libc::SYS_fcntl, &[Arg::from(fd as i32), host_cmd.into(), Arg::output(&mut lock)])?;
    if matches!(host_cmd, libc::F_GETLK | libc::F_OFD_GETLK) {
        write_lock(t, addr, &lock, layout)?;
    }
    Ok(result as u32)
}

/// The old call: no commands with 64-bit locks.
pub(super) fn fcntl(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    match a[1] {
        F_GETLK64..=F_SETLKW64 | F_OFD_GETLK..=F_OFD_SETLKW => Err(Errno(libc::EINVAL)),
        _ => fcntl64(t, a),
    }
}

pub(super) fn fcntl64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [fd, cmd, arg, ..] = *a;
    let call = |arg: Arg<'_>| host::blocking(libc::SYS_fcntl, &[Arg::from(fd as i32), cmd.into(), arg]);
    match cmd as i32 {
        libc::F_DUPFD | libc::F_DUPFD_CLOEXEC => return fs::dup_from(t, fd, cmd, arg),
        libc::F_GETFL => return Ok(fs::open_flags_from_host(call(Arg::NULL)? as i32)),
        libc::F_SETFL => return Ok(call(fs::open_flags_to_host(arg).into())? as u32),
        _ => {}
    }
    match cmd {
        F_GETLK => lock(t, fd, libc::F_GETLK, arg, Layout::Flock),
        F_SETLK => lock(t, fd, libc::F_SETLK, arg, Layout::Flock),
        F_SETLKW => lock(t, fd, libc::F_SETLKW, arg, Layout::Flock),
        F_GETLK64 => lock(t, fd, libc::F_GETLK, arg, Layout::Flock64),
        F_SETLK64 => lock(t, fd, libc::F_SETLK, arg, Layout::Flock64),
        F_SETLKW64 => lock(t, fd, libc::F_SETLKW, arg, Layout::Flock64),
        F_OFD_GETLK..=F_OFD_SETLKW => lock(t, fd, cmd as i32, arg, Layout::Flock64),
        // struct f_owner_ex is two ints, the UIDs are two ints, the hints are 64-bit.
        F_SETOWN_EX | F_GETOWN_EX | F_GETOWNER_UIDS | F_GET_RW_HINT..=F_SET_FILE_RW_HINT => {
            Ok(call(Arg::guest(t.memory(), arg))? as u32)
        }
        _ => Ok(call(Arg::int((arg as i32).into()))? as u32),
    }
}
