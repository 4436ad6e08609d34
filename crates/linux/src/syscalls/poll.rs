//! Waiting for descriptors: select, poll, epoll.

use super::SysResult;
use super::signal::{sigset, with_mask};
use super::wire::{Width, optional_timespec, put_timespec, timeval, words};
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;

const SIGSET: u32 = 8;

/// An fd_set. The guest's has 32-bit words: as many bytes as the host's, but perhaps four fewer, so
/// it is copied.
fn fd_set(t: &Thread, addr: u32, count: u32) -> Result<Vec<u8>, Errno> {
    let mut bytes = vec![0; (count as usize).div_ceil(64) * 8];
    let len = (count as usize).div_ceil(32) * 4;
    t.memory().read(addr, &mut bytes[..len])?;
    Ok(bytes)
}

/// The core of select and pselect6: the three sets are at `a[1..4]`. Returns the count and the time
/// that was left.
fn select_with(
    t: &mut Thread,
    a: &[u32; 7],
    time: Option<libc::timespec>,
    mask: Option<u64>,
) -> Result<(u32, Option<libc::timespec>), Errno> {
    let count = a[0] as i32;
    if count < 0 {
        return Err(Errno(libc::EINVAL));
    }
    // No process has more; the host clamps the count to its table anyway.
    let count = (count as u32).min(1 << 20);
    let mut sets = Vec::new();
    for &addr in &a[1..4] {
        sets.push(if addr == 0 { None } else { Some(fd_set(t, addr, count)?) });
    }
    let mut time = time;
    let result = with_mask(t, mask, |mask| {
        let packed = mask.as_ref().map(|mask| [Arg::input(mask).raw(), SIGSET as u64]);
        let mut args = vec![Arg::from(count as i32)];
        args.extend(sets.iter_mut().map(|s| s.as_mut().map_or(Arg::NULL, |s| Arg::output(s.as_mut_slice()))));
        args.push(time.as_mut().map_or(Arg::NULL, Arg::output));
        args.push(packed.as_ref().map_or(Arg::NULL, Arg::input));
        host::blocking(libc::SYS_pselect6, &args).map(|v| v as u32)
    })?;
    let len = (count as usize).div_ceil(32) * 4;
    for (&addr, set) in a[1..4].iter().zip(&sets) {
        if let Some(set) = set {
            t.memory().write(addr, &set[..len])?;
        }
    }
    Ok((result, time))
}

pub(super) fn select(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let time = match a[4] {
        0 => None,
        addr => {
            let time = timeval(t.memory(), addr)?;
            // Microseconds beyond a second carry over (fs/select.c, kern_select).
            let sec = time.tv_sec + time.tv_usec / 1_000_000;
            Some(libc::timespec { tv_sec: sec, tv_nsec: time.tv_usec % 1_000_000 * 1000 })
        }
    };
    let (result, left) = select_with(t, a, time, None)?;
    if let Some(left) = left {
        // Not written where it cannot be: select has always tolerated constant timeouts.
        let _ = t.memory().store32(a[4], left.tv_sec as u32);
        let _ = t.memory().store32(a[4].wrapping_add(4), (left.tv_nsec / 1000) as u32);
    }
    Ok(result)
}

fn pselect(t: &mut Thread, a: &[u32; 7], width: Width) -> SysResult {
    let time = optional_timespec(t.memory(), a[4], width)?;
    // The sixth argument points to a pointer to the mask, and its size.
    let mask = match a[5] {
        0 => None,
        addr => match words(t.memory(), addr)? {
            [0, _] => None,
            [set, SIGSET] => Some(sigset(t, set)?),
            _ => return Err(Errno(libc::EINVAL)),
        },
    };
    let (result, left) = select_with(t, a, time, mask)?;
    if let Some(left) = left {
        let _ = put_timespec(t.memory(), a[4], left, width);
    }
    Ok(result)
}

pub(super) fn pselect6(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    pselect(t, a, Width::T32)
}

pub(super) fn pselect6_64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    pselect(t, a, Width::T64)
}

fn optional_mask(t: &Thread, addr: u32, size: u32) -> Result<Option<u64>, Errno> {
    match (addr, size) {
        (0, _) => Ok(None),
        (_, SIGSET) => sigset(t, addr).map(Some),
        _ => Err(Errno(libc::EINVAL)),
    }
}

/// struct pollfd is the same on both sides.
fn ppoll_with(t: &mut Thread, a: &[u32; 7], width: Width) -> SysResult {
    let mut time = optional_timespec(t.memory(), a[2], width)?;
    let mask = optional_mask(t, a[3], a[4])?;
    let memory = t.memory().clone();
    let result = with_mask(t, mask, |mask| {
        let time = time.as_mut().map_or(Arg::NULL, Arg::output);
        let mask = mask.as_ref().map_or(Arg::NULL, Arg::input);
        let args = [Arg::guest(&memory, a[0]), a[1].into(), time, mask, SIGSET.into()];
        host::blocking(libc::SYS_ppoll, &args).map(|v| v as u32)
    })?;
    if let Some(left) = time {
        let _ = put_timespec(&memory, a[2], left, width);
    }
    Ok(result)
}

pub(super) fn ppoll(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    ppoll_with(t, a, Width::T32)
}

pub(super) fn ppoll64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    ppoll_with(t, a, Width::T64)
}

/// struct epoll_event of ARM: events, padding, data; on x86-64 it is packed.
const EVENT: u32 = 16;

pub(super) fn epoll_ctl(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut event: libc::epoll_event = host::zeroed();
    if a[1] as i32 != libc::EPOLL_CTL_DEL {
        let [events, _, low, high] = words(t.memory(), a[3])?;
        event.events = events;
        event.u64 = low as u64 | (high as u64) << 32;
    }
    let args = [Arg::from(a[0] as i32), Arg::from(a[1] as i32), Arg::from(a[2] as i32), Arg::input(&event)];
    Ok(host::call(libc::SYS_epoll_ctl, &args)? as u32)
}

fn event_room(a: &[u32; 7]) -> Result<Vec<libc::epoll_event>, Errno> {
    let max = a[2] as i32;
    if max <= 0 || max as u32 > i32::MAX as u32 / EVENT {
        return Err(Errno(libc::EINVAL));
    }
    // More than this at once nobody has ready; what remains comes with the next call.
    Ok(vec![host::zeroed(); (max as usize).min(4096)])
}

fn put_events(t: &Thread, addr: u32, events: &[libc::epoll_event]) -> Result<(), Errno> {
    for (i, event) in events.iter().enumerate() {
        let at = addr.wrapping_add(EVENT * i as u32);
        t.memory().store32(at, event.events)?;
        t.memory().store64(at.wrapping_add(8), event.u64)?;
    }
    Ok(())
}

pub(super) fn epoll_wait(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    epoll_pwait(t, &[a[0], a[1], a[2], a[3], 0, 0, 0])
}

pub(super) fn epoll_pwait(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut events = event_room(a)?;
    let mask = optional_mask(t, a[4], a[5])?;
    let count = with_mask(t, mask, |mask| {
        let mask = mask.as_ref().map_or(Arg::NULL, Arg::input);
        let max = events.len() as i32;
        let args = [
            Arg::from(a[0] as i32),
            Arg::output(events.as_mut_slice()),
            max.into(),
            Arg::from(a[3] as i32),
            mask,
            SIGSET.into(),
        ];
        host::blocking(libc::SYS_epoll_pwait, &args).map(|v| v as u32)
    })?;
    put_events(t, a[1], &events[..count as usize])?;
    Ok(count)
}

pub(super) fn epoll_pwait2(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut events = event_room(a)?;
    let time = optional_timespec(t.memory(), a[3], Width::T64)?;
    let mask = optional_mask(t, a[4], a[5])?;
    let count = with_mask(t, mask, |mask| {
        let mask = mask.as_ref().map_or(Arg::NULL, Arg::input);
        let max = events.len() as i32;
        let time = time.as_ref().map_or(Arg::NULL, Arg::input);
        let buf = Arg::output(events.as_mut_slice());
        let args = [Arg::from(a[0] as i32), buf, max.into(), time, mask, SIGSET.into()];
        host::blocking(libc::SYS_epoll_pwait2, &args).map(|v| v as u32)
    })?;
    put_events(t, a[1], &events[..count as usize])?;
    Ok(count)
}
