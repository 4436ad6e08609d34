//! Interval timers, POSIX timers, timerfd.

use super::SysResult;
use super::wire::{Out, Width, put_timespec, timespec, timespec_size, timeval, words};
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;

fn itimerspec(t: &Thread, addr: u32, width: Width) -> Result<libc::itimerspec, Errno> {
    let value = addr.wrapping_add(timespec_size(width));
    Ok(libc::itimerspec {
        it_interval: timespec(t.memory(), addr, width)?,
        it_value: timespec(t.memory(), value, width)?,
    })
}

fn put_itimerspec(t: &Thread, addr: u32, spec: &libc::itimerspec, width: Width) -> Result<(), Errno> {
    put_timespec(t.memory(), addr, spec.it_interval, width)?;
    put_timespec(t.memory(), addr.wrapping_add(timespec_size(width)), spec.it_value, width)
}

/// timer_settime and timerfd_settime.
fn settime(t: &Thread, nr: i64, a: &[u32; 7], width: Width) -> SysResult {
    if a[2] == 0 {
        // The kernel tells a missing structure (EINVAL) from a bad one only for POSIX timers.
        return Err(Errno(if nr == libc::SYS_timer_settime { libc::EINVAL } else { libc::EFAULT }));
    }
    let new = itimerspec(t, a[2], width)?;
    let mut old: libc::itimerspec = host::zeroed();
    host::call(nr, &[Arg::from(a[0] as i32), a[1].into(), Arg::input(&new), Arg::output(&mut old)])?;
    if a[3] != 0 {
        put_itimerspec(t, a[3], &old, width)?;
    }
    Ok(0)
}

fn gettime(t: &Thread, nr: i64, a: &[u32; 7], width: Width) -> SysResult {
    let mut value: libc::itimerspec = host::zeroed();
    host::call(nr, &[Arg::from(a[0] as i32), Arg::output(&mut value)])?;
    put_itimerspec(t, a[1], &value, width)?;
    Ok(0)
}

pub(super) fn timer_settime(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    settime(t, libc::SYS_timer_settime, a, Width::T32)
}

pub(super) fn timer_settime64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    settime(t, libc::SYS_timer_settime, a, Width::T64)
}

pub(super) fn timer_gettime(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    gettime(t, libc::SYS_timer_gettime, a, Width::T32)
}

pub(super) fn timer_gettime64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    gettime(t, libc::SYS_timer_gettime, a, Width::T64)
}

pub(super) fn timerfd_settime(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    settime(t, libc::SYS_timerfd_settime, a, Width::T32)
}

pub(super) fn timerfd_settime64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    settime(t, libc::SYS_timerfd_settime, a, Width::T64)
}

pub(super) fn timerfd_gettime(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    gettime(t, libc::SYS_timerfd_gettime, a, Width::T32)
}

pub(super) fn timerfd_gettime64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    gettime(t, libc::SYS_timerfd_gettime, a, Width::T64)
}

/// struct sigevent: sigev_value, sigev_signo, sigev_notify, and a thread ID.
pub(super) fn sigevent(t: &Thread, addr: u32) -> Result<libc::sigevent, Errno> {
    let [value, signo, notify, tid] = words(t.memory(), addr)?;
    let mut event: libc::sigevent = host::zeroed();
    event.sigev_value.sival_ptr = std::ptr::without_provenance_mut(value as usize);
    event.sigev_signo = signo as i32;
    event.sigev_notify = notify as i32;
    event.sigev_notify_thread_id = tid as i32;
    Ok(event)
}

pub(super) fn timer_create(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut id = 0i32;
    let mut event = match a[1] {
        0 => None,
        addr => Some(sigevent(t, addr)?),
    };
    let event = event.as_mut().map_or(Arg::NULL, |e| Arg::input(&*e));
    host::call(libc::SYS_timer_create, &[Arg::from(a[0] as i32), event, Arg::output(&mut id)])?;
    if let Err(fault) = t.memory().store32(a[2], id as u32) {
        let _ = host::call(libc::SYS_timer_delete, &[id.into()]);
        return Err(fault.into());
    }
    Ok(0)
}

fn put_itimerval(t: &Thread, addr: u32, value: &libc::itimerval) -> Result<(), Errno> {
    let parts = [value.it_interval, value.it_value];
    let out = parts.iter().fold(Out::new(), |out, v| out.u32(v.tv_sec as u32).u32(v.tv_usec as u32));
    out.write(t.memory(), addr)
}

pub(super) fn setitimer(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let new = match a[1] {
        0 => host::zeroed(),
        addr => libc::itimerval {
            it_interval: timeval(t.memory(), addr)?,
            it_value: timeval(t.memory(), addr.wrapping_add(8))?,
        },
    };
    let mut old: libc::itimerval = host::zeroed();
    host::call(libc::SYS_setitimer, &[Arg::from(a[0] as i32), Arg::input(&new), Arg::output(&mut old)])?;
    if a[2] != 0 {
        put_itimerval(t, a[2], &old)?;
    }
    Ok(0)
}

pub(super) fn getitimer(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut value: libc::itimerval = host::zeroed();
    host::call(libc::SYS_getitimer, &[Arg::from(a[0] as i32), Arg::output(&mut value)])?;
    put_itimerval(t, a[1], &value)?;
    Ok(0)
}
