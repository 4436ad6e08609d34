//! Scheduling calls that are not the host's as they are.

use super::SysResult;
use super::wire::{Width, put_timespec};
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;

/// Bytes of the largest affinity mask that is passed on.
const MASK: u32 = 1024;

/// The kernel works in longs: lengths must be multiples of 4 here, of 8 on the host.
pub(super) fn getaffinity(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if !a[1].is_multiple_of(4) {
        return Err(Errno(libc::EINVAL));
    }
    let mut mask = [0u8; MASK as usize];
    let wanted = a[1].min(MASK);
    let size = host::call(
        libc::SYS_sched_getaffinity,
        &[Arg::from(a[0] as i32), MASK.into(), Arg::output(&mut mask)],
    )?;
    // EINVAL if the guest's mask is too small for the processors there are.
    let used = mask[..size as usize].iter().rposition(|&b| b != 0).map_or(0, |last| last + 1);
    if used > wanted as usize {
        return Err(Errno(libc::EINVAL));
    }
    let len = wanted.min(size as u32) as usize;
    t.memory().write(a[2], &mask[..len])?;
    Ok(len as u32)
}

pub(super) fn setaffinity(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut mask = [0u8; MASK as usize];
    let len = a[1].min(MASK) as usize;
    t.memory().read(a[2], &mut mask[..len])?;
    let args = [Arg::from(a[0] as i32), MASK.into(), Arg::input(&mask)];
    Ok(host::call(libc::SYS_sched_setaffinity, &args)? as u32)
}

fn interval(t: &Thread, a: &[u32; 7], width: Width) -> SysResult {
    let mut time: libc::timespec = host::zeroed();
    host::call(libc::SYS_sched_rr_get_interval, &[Arg::from(a[0] as i32), Arg::output(&mut time)])?;
    put_timespec(t.memory(), a[1], time, width)?;
    Ok(0)
}

pub(super) fn rr_get_interval(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    interval(t, a, Width::T32)
}

pub(super) fn rr_get_interval64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    interval(t, a, Width::T64)
}

/// The host has no nice: it is getpriority and setpriority (kernel/sched/syscalls.c, sys_nice).
pub(super) fn nice(_: &mut Thread, a: &[u32; 7]) -> SysResult {
    let increment = (a[0] as i32).clamp(-40, 40);
    // getpriority returns 20 - nice, so that it is never negative.
    let now = 20 - host::call(libc::SYS_getpriority, &[0.into(), 0.into()])? as i32;
    let wanted = (now + increment).clamp(-20, 19);
    let result = host::call(libc::SYS_setpriority, &[0.into(), 0.into(), wanted.into()]);
    result.map(|v| v as u32).map_err(|e| if e.0 == libc::EACCES { Errno(libc::EPERM) } else { e })
}
