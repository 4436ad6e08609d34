//! Clocks, sleeping, file times, CPU time.

use super::wire::{Out, Width, put_timespec, timespec, timespec_size, timeval, words};
use super::{SysResult, fs};
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;

fn gettime(t: &Thread, nr: i64, a: &[u32; 7], width: Width) -> SysResult {
    let mut time: libc::timespec = host::zeroed();
    host::call(nr, &[Arg::from(a[0] as i32), Arg::output(&mut time)])?;
    if a[1] != 0 || nr != libc::SYS_clock_getres {
        put_timespec(t.memory(), a[1], time, width)?;
    }
    Ok(0)
}

pub(super) fn clock_gettime(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    gettime(t, libc::SYS_clock_gettime, a, Width::T32)
}

pub(super) fn clock_gettime64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    gettime(t, libc::SYS_clock_gettime, a, Width::T64)
}

pub(super) fn clock_getres(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    gettime(t, libc::SYS_clock_getres, a, Width::T32)
}

pub(super) fn clock_getres64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    gettime(t, libc::SYS_clock_getres, a, Width::T64)
}

fn settime(t: &Thread, a: &[u32; 7], width: Width) -> SysResult {
    let time = timespec(t.memory(), a[1], width)?;
    Ok(host::call(libc::SYS_clock_settime, &[Arg::from(a[0] as i32), Arg::input(&time)])? as u32)
}

pub(super) fn clock_settime(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    settime(t, a, Width::T32)
}

pub(super) fn clock_settime64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    settime(t, a, Width::T64)
}

fn sleep(t: &Thread, clock: u32, flags: u32, request: u32, remain: u32, width: Width) -> SysResult {
    const TIMER_ABSTIME: u32 = 1;
    let time = timespec(t.memory(), request, width)?;
    let mut rest: libc::timespec = host::zeroed();
    let args = [Arg::from(clock as i32), flags.into(), Arg::input(&time), Arg::output(&mut rest)];
    let result = host::blocking(libc::SYS_clock_nanosleep, &args);
    if result == Err(Errno(libc::EINTR)) && remain != 0 && flags & TIMER_ABSTIME == 0 {
        put_timespec(t.memory(), remain, rest, width)?;
    }
    Ok(result? as u32)
}

pub(super) fn nanosleep(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    sleep(t, libc::CLOCK_MONOTONIC as u32, 0, a[0], a[1], Width::T32)
}

pub(super) fn clock_nanosleep(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    sleep(t, a[0], a[1], a[2], a[3], Width::T32)
}

pub(super) fn clock_nanosleep64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    sleep(t, a[0], a[1], a[2], a[3], Width::T64)
}

pub(super) fn gettimeofday(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut time: libc::timespec = host::zeroed();
    host::call(libc::SYS_clock_gettime, &[libc::CLOCK_REALTIME.into(), Arg::output(&mut time)])?;
    if a[0] != 0 {
        Out::new().u32(time.tv_sec as u32).u32((time.tv_nsec / 1000) as u32).write(t.memory(), a[0])?;
    }
    if a[1] != 0 {
        // struct timezone: two ints on both sides.
        host::call(libc::SYS_gettimeofday, &[Arg::NULL, Arg::guest(t.memory(), a[1])])?;
    }
    Ok(0)
}

pub(super) fn settimeofday(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let time = if a[0] == 0 { None } else { Some(timeval(t.memory(), a[0])?) };
    let time = time.as_ref().map_or(Arg::NULL, Arg::input);
    Ok(host::call(libc::SYS_settimeofday, &[time, Arg::guest_or_null(t.memory(), a[1])])? as u32)
}

pub(super) fn times(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut tms: libc::tms = host::zeroed();
    let ticks = host::call(libc::SYS_times, &[Arg::output(&mut tms)])?;
    if a[0] != 0 {
        let out = Out::new().u32(tms.tms_utime as u32).u32(tms.tms_stime as u32);
        out.u32(tms.tms_cutime as u32).u32(tms.tms_cstime as u32).write(t.memory(), a[0])?;
    }
    Ok(ticks as u32)
}

pub(super) fn getrusage(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut usage: libc::rusage = host::zeroed();
    host::call(libc::SYS_getrusage, &[Arg::from(a[0] as i32), Arg::output(&mut usage)])?;
    super::process::put_rusage(t, a[1], &usage)?;
    Ok(0)
}

/// struct timex of 32 bits: modes, offset, freq, maxerror, esterror, status, constant, precision,
/// tolerance, time, tick, ppsfreq, jitter, shift, stabil, jitcnt, calcnt, errcnt, stbcnt, tai, and
/// eleven reserved words (linux/time32.h, struct old_timex32).
fn adjust(t: &Thread, clock: i32, addr: u32) -> SysResult {
    const RESERVED: usize = 44;
    let w: [u32; 21] = words(t.memory(), addr)?;
    let long = |i: usize| -> i64 { (w[i] as i32).into() };
    let mut x: libc::timex = host::zeroed();
    x.modes = w[0];
    (x.offset, x.freq, x.maxerror, x.esterror) = (long(1), long(2), long(3), long(4));
    x.status = w[5] as i32;
    (x.constant, x.precision, x.tolerance) = (long(6), long(7), long(8));
    x.time = libc::timeval { tv_sec: long(9), tv_usec: long(10) };
    (x.tick, x.ppsfreq, x.jitter) = (long(11), long(12), long(13));
    x.shift = w[14] as i32;
    (x.stabil, x.jitcnt, x.calcnt, x.errcnt, x.stbcnt) = (long(15), long(16), long(17), long(18), long(19));
    x.tai = w[20] as i32;
    let state = host::call(libc::SYS_clock_adjtime, &[clock.into(), Arg::output(&mut x)])? as u32;
    let mut out = Out::new().u32(x.modes);
    for value in [x.offset, x.freq, x.maxerror, x.esterror] {
        out = out.u32(value as u32);
    }
    out = out.u32(x.status as u32);
    for value in [x.constant, x.precision, x.tolerance, x.time.tv_sec, x.time.tv_usec, x.tick] {
        out = out.u32(value as u32);
    }
    out = out.u32(x.ppsfreq as u32).u32(x.jitter as u32).u32(x.shift as u32);
    for value in [x.stabil, x.jitcnt, x.calcnt, x.errcnt, x.stbcnt] {
        out = out.u32(value as u32);
    }
    out.u32(x.tai as u32).pad(RESERVED).write(t.memory(), addr)?;
    Ok(state)
}

pub(super) fn adjtimex(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    adjust(t, libc::CLOCK_REALTIME, a[0])
}

pub(super) fn clock_adjtime(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    adjust(t, a[0] as i32, a[1])
}

/// Sets file times; `path` 0 means the descriptor itself.
fn set_times(t: &Thread, dir: u32, path: u32, times: Option<[libc::timespec; 2]>, flags: u32) -> SysResult {
    let follow = flags & libc::AT_SYMLINK_NOFOLLOW as u32 == 0;
    let path = if path == 0 { None } else { Some(fs::guest_path(t, path, follow)?) };
    let path = path.as_ref().map_or(Arg::NULL, |p| Arg::input(p.as_c_str()));
    let times = times.as_ref().map_or(Arg::NULL, Arg::input);
    Ok(host::blocking(libc::SYS_utimensat, &[Arg::from(dir as i32), path, times, flags.into()])? as u32)
}

fn two_timespecs(t: &Thread, addr: u32, width: Width) -> Result<Option<[libc::timespec; 2]>, Errno> {
    if addr == 0 {
        return Ok(None);
    }
    let second = addr.wrapping_add(timespec_size(width));
    Ok(Some([timespec(t.memory(), addr, width)?, timespec(t.memory(), second, width)?]))
}

pub(super) fn utimensat(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let times = two_timespecs(t, a[2], Width::T32)?;
    set_times(t, a[0], a[1], times, a[3])
}

pub(super) fn utimensat64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let times = two_timespecs(t, a[2], Width::T64)?;
    set_times(t, a[0], a[1], times, a[3])
}

pub(super) fn futimesat(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let times = match a[2] {
        0 => None,
        addr => {
            let both = [timeval(t.memory(), addr)?, timeval(t.memory(), addr.wrapping_add(8))?];
            if both.iter().any(|v| !(0..1_000_000).contains(&v.tv_usec)) {
                return Err(Errno(libc::EINVAL));
            }
            Some(both.map(|v| libc::timespec { tv_sec: v.tv_sec, tv_nsec: v.tv_usec * 1000 }))
        }
    };
    set_times(t, a[0], a[1], times, 0)
}

pub(super) fn utimes(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    futimesat(t, &[libc::AT_FDCWD as u32, a[0], a[1], 0, 0, 0, 0])
}
