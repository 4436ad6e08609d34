//! ioctl: requests whose arguments are the same on both sides go to the host, a few are converted,
//! and the rest is not a typewriter.

use super::SysResult;
use super::wire::words;
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;

/// What a request's third argument is.
enum Argument {
    /// A number, or nothing.
    Number,
    /// A pointer to a structure that is the same on both sides.
    Same,
    /// A pointer to a long.
    Long,
    /// A pointer to struct ifconf.
    Ifconf,
}

/// Terminals (asm-generic/ioctls.h), by number. struct termios, termios2, winsize and the ints
/// are the same on ARM and x86-64.
fn terminal(request: u32) -> Option<Argument> {
    Some(match request {
        // TCGETS..TCSETAF, TIOCGPGRP..TIOCMSET and so on: pointers
        0x5401..=0x5408
        | 0x540f..=0x5413
        | 0x5415..=0x541b
        | 0x541e
        | 0x541f
        | 0x5420..=0x5421
        | 0x5423
        | 0x5424 => Argument::Same,
        // TCSBRK TCXONC TCFLSH TIOCEXCL TIOCNXCL TIOCSCTTY
        0x5409..=0x540e => Argument::Number,
        // TIOCSTI
        0x5414 => Argument::Same,
        // TIOCCONS TIOCNOTTY TCSBRKP TIOCSBRK TIOCCBRK
        0x541d | 0x5422 | 0x5425 | 0x5427 | 0x5428 => Argument::Number,
        // TIOCGSID
        0x5429 => Argument::Same,
        // FIONCLEX FIOCLEX
        0x5450 | 0x5451 => Argument::Number,
        // FIOASYNC
        0x5452 => Argument::Same,
        // TIOCSERGETLSR, TIOCMIWAIT
        0x5459 => Argument::Same,
        0x545c => Argument::Number,
        _ => return None,
    })
}

/// Requests that carry size and direction in the number (asm-generic/ioctl.h).
fn encoded(request: u32) -> Option<Argument> {
    let (group, nr, size) = ((request >> 8 & 0xff) as u8, request & 0xff, request >> 16 & 0x3fff);
    Some(match (group, nr) {
        // TCGETS2..TCSETSF2, TIOCGPTN, TIOCSPTLCK, TIOCGDEV, TIOCSIG, TIOCGPKT.. : ints and termios2
        (b'T', 0x2a..=0x2d | 0x30..=0x32 | 0x38..=0x40) => Argument::Same,
        // TIOCSIG and TIOCGPTPEER take a number.
        (b'T', 0x36 | 0x41) => Argument::Number,
        // FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, *VERSION: "long" in the number, int in truth. The
        // 32-bit numbers say 4 and the host's say 8.
        (b'f', 1 | 2) | (b'v', 1 | 2) if size == 4 => Argument::Long,
        // FS_IOC_FIEMAP, FS_IOC_FSGETXATTR, FS_IOC_FSSETXATTR
        (b'f', 11) | (b'X', 31 | 32) => Argument::Same,
        // FICLONE takes a descriptor; FICLONERANGE, FIDEDUPERANGE and FITRIM structures
        (0x94, 9) => Argument::Number,
        (0x94, 13 | 54) | (b'X', 121) => Argument::Same,
        // BLK*: sizes of 64 bits and ints
        (0x12, 114) if size == 4 => Argument::Long,
        (0x12, 114..=127) => Argument::Same,
        // random devices, RTC, loop devices' flags, TUN/TAP, evdev, DRM's version are as they are
        (b'R', 0..=7) | (b'p', 1..=16) | (b'E', _) => Argument::Same,
        _ => return None,
    })
}

/// Sockets and files by number.
fn plain(request: u32) -> Option<Argument> {
    Some(match request {
        // FIGETBSZ and FIBMAP are encoded with group 0
        1 | 2 => Argument::Same,
        // BLKROSET BLKROGET BLKRRPART BLKFLSBUF BLKSSZGET
        0x125d | 0x125e | 0x1268 => Argument::Same,
        0x125f | 0x1261 => Argument::Number,
        // BLKGETSIZE stores a long
        0x1260 => Argument::Long,
        // FIOSETOWN SIOCSPGRP FIOGETOWN SIOCGPGRP SIOCATMARK
        0x8901..=0x8905 => Argument::Same,
        0x8912 => Argument::Ifconf,
        // SIOCGIFNAME..SIOCGIFHWADDR and their like: struct ifreq has 32 bytes here, 40 there, of
        // which these use the first 32.
        0x8910 | 0x8913..=0x8937 | 0x8942 => Argument::Same,
        _ => return None,
    })
}

pub(super) fn ioctl(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [fd, request, arg, ..] = *a;
    let kind = terminal(request).or_else(|| plain(request)).or_else(|| encoded(request));
    let call = |request: u32, arg: Arg<'_>| {
        host::blocking(libc::SYS_ioctl, &[Arg::from(fd as i32), request.into(), arg]).map(|v| v as u32)
    };
    match kind {
        Some(Argument::Number) => call(request, Arg::int((arg as i32).into())),
        Some(Argument::Same) if (0x8910..0x8943).contains(&request) => interface(t, request, arg, &call),
        Some(Argument::Same) => call(request, Arg::guest(t.memory(), arg)),
        Some(Argument::Long) => long(t, request, arg, &call),
        Some(Argument::Ifconf) => interfaces(t, request, arg, &call),
        None => {
            // A bad descriptor is worth telling from an unknown request.
            host::call(libc::SYS_fcntl, &[Arg::from(fd as i32), libc::F_GETFD.into()])?;
            Err(Errno(libc::ENOTTY))
        }
    }
}

type Call<'c> = dyn Fn(u32, Arg<'_>) -> SysResult + 'c;

fn long(t: &Thread, request: u32, arg: u32, call: &Call<'_>) -> SysResult {
    // The encoded ones name the size of a long in the number.
    let host_request =
        if request >> 16 & 0x3fff == 4 { request & !(0x3fff << 16) | 8 << 16 } else { request };
    let mut value = t.memory().load32(arg).unwrap_or(0) as i64;
    let result = call(host_request, Arg::output(&mut value))?;
    const WRITE_ONLY: u32 = 1;
    if request >> 30 != WRITE_ONLY {
        t.memory().store32(arg, value as u32)?;
    }
    Ok(result)
}

const IFREQ: usize = 32;
const HOST_IFREQ: usize = 40;

fn interface(t: &Thread, request: u32, arg: u32, call: &Call<'_>) -> SysResult {
    let mut ifreq = [0u8; HOST_IFREQ];
    t.memory().read(arg, &mut ifreq[..IFREQ])?;
    let result = call(request, Arg::output(&mut ifreq))?;
    t.memory().write(arg, &ifreq[..IFREQ])?;
    Ok(result)
}

/// struct ifconf: a length and a pointer to an array of ifreq, or null to ask for the length.
fn interfaces(t: &Thread, request: u32, arg: u32, call: &Call<'_>) -> SysResult {
    let [len, array] = words(t.memory(), arg)?;
    let count = (len as usize / IFREQ).min(1 << 12);
    let mut list = vec![0u8; count * HOST_IFREQ];
    let pointer = if array == 0 { 0 } else { Arg::output(list.as_mut_slice()).raw() };
    let mut ifconf = [(count * HOST_IFREQ) as u64, pointer];
    let result = call(request, Arg::output(&mut ifconf))?;
    let filled = ifconf[0] as u32 as usize / HOST_IFREQ;
    if array != 0 {
        for (i, ifreq) in list.chunks_exact(HOST_IFREQ).take(filled).enumerate() {
            t.memory().write(array.wrapping_add((i * IFREQ) as u32), &ifreq[..IFREQ])?;
        }
    }
    t.memory().store32(arg, (filled * IFREQ) as u32)?;
    Ok(result)
}
