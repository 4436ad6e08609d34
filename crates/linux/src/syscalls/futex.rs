//! Futexes: the host's, on host addresses of guest memory; robust lists, which are skink's to walk.

use super::SysResult;
use super::wire::{Width, optional_timespec, timespec, words};
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;
use skink_machine::Memory;

const FUTEX_OWNER_DIED: u32 = 0x4000_0000;
const FUTEX_WAITERS: u32 = 0x8000_0000;
const FUTEX_TID_MASK: u32 = 0x3fff_ffff;

// Operations without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME.
const WAIT: u32 = 0;
const WAKE: u32 = 1;
const LOCK_PI: u32 = 6;
const WAIT_BITSET: u32 = 9;
const WAIT_REQUEUE_PI: u32 = 11;
const LOCK_PI2: u32 = 13;

pub(super) fn futex(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    perform(t, a, Width::T32)
}

pub(super) fn futex64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    perform(t, a, Width::T64)
}

fn perform(t: &mut Thread, a: &[u32; 7], width: Width) -> SysResult {
    let op = a[1] & 0x7f;
    let waits = matches!(op, WAIT | LOCK_PI | WAIT_BITSET | WAIT_REQUEUE_PI | LOCK_PI2);
    let memory = t.memory();
    let time = if waits && a[3] != 0 { Some(timespec(memory, a[3], width)?) } else { None };
    // For the others the fourth argument is a number.
    let fourth = match &time {
        Some(time) => Arg::input(time),
        None if waits => Arg::NULL,
        None => a[3].into(),
    };
    let args = [
        Arg::guest(memory, a[0]),
        Arg::from(a[1] as i32),
        Arg::from(a[2]),
        fourth,
        Arg::guest(memory, a[4]),
        Arg::from(a[5]),
    ];
    let result = host::blocking(libc::SYS_futex, &args).map(|v| v as u32);
    // kernel/futex/waitwake.c: a wait with a time limit is not made again after a handler.
    if result == Err(Errno(libc::EINTR)) && time.is_some() {
        t.no_restart = true;
    }
    result
}

/// An array of struct futex_waitv, with host addresses: value, address, flags, reserved.
fn waiters(memory: &Memory, addr: u32, count: u32) -> Result<Vec<[u64; 3]>, Errno> {
    const SIZE: u32 = 24;
    (0..count)
        .map(|i| {
            let [value, value_high, uaddr, _, flags, reserved] = words(memory, addr.wrapping_add(SIZE * i))?;
            // A kernel of 32 bits takes the lower half of the address (u64_to_user_ptr).
            let wide = |low: u32, high: u32| low as u64 | (high as u64) << 32;
            Ok([wide(value, value_high), Arg::guest(memory, uaddr).raw(), wide(flags, reserved)])
        })
        .collect()
}

pub(super) fn futex_waitv(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    const MOST: u32 = 128;
    let [list, count, flags, time, clock, ..] = *a;
    if flags != 0 || count == 0 || count > MOST || list == 0 {
        return Err(Errno(libc::EINVAL));
    }
    // kernel/futex/syscalls.c looks at the time first.
    let time = optional_timespec(t.memory(), time, Width::T64)?;
    let list = waiters(t.memory(), list, count)?;
    let args = [
        Arg::input(list.as_slice()),
        count.into(),
        flags.into(),
        time.as_ref().map_or(Arg::NULL, Arg::input),
        Arg::from(clock as i32),
    ];
    host::blocking(libc::SYS_futex_waitv, &args).map(|v| v as u32)
}

// The calls that Linux 6.7 added, by their numbers, which are the same everywhere.
const FUTEX_WAIT: i64 = 455;
const FUTEX_REQUEUE: i64 = 456;

pub(super) fn futex_wait(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [uaddr, value, mask, flags, time, clock, _] = *a;
    let time = optional_timespec(t.memory(), time, Width::T64)?;
    let args = [
        Arg::guest(t.memory(), uaddr),
        value.into(),
        mask.into(),
        flags.into(),
        time.as_ref().map_or(Arg::NULL, Arg::input),
        Arg::from(clock as i32),
    ];
    let result = host::blocking(FUTEX_WAIT, &args).map(|v| v as u32);
    if result == Err(Errno(libc::EINTR)) && time.is_some() {
        t.no_restart = true;
    }
    result
}

pub(super) fn futex_requeue(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [list, flags, wake, requeue, ..] = *a;
    if flags != 0 || list == 0 {
        return Err(Errno(libc::EINVAL));
    }
    let list = waiters(t.memory(), list, 2)?;
    let args = [Arg::input(list.as_slice()), flags.into(), Arg::from(wake as i32), Arg::from(requeue as i32)];
    host::call(FUTEX_REQUEUE, &args).map(|v| v as u32)
}

pub(super) fn set_robust_list(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    const HEAD_SIZE: u32 = 12;
    if a[1] != HEAD_SIZE {
        return Err(Errno(libc::EINVAL));
    }
    t.robust = a[0];
    Ok(0)
}

pub(super) fn get_robust_list(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if a[0] != 0 && a[0] != host::gettid() as u32 {
        return Err(Errno(libc::EPERM));
    }
    t.memory().store32(a[2], 12)?;
    t.memory().store32(a[1], t.robust)?;
    Ok(0)
}

/// Stores 0 where CLONE_CHILD_CLEARTID says and wakes who joins.
pub(crate) fn clear_and_wake(memory: &Memory, addr: u32) {
    if memory.store32(addr, 0).is_ok() {
        let args = [Arg::guest(memory, addr), Arg::from(WAKE), 1.into(), Arg::NULL, Arg::NULL, 0.into()];
        let _ = host::call(libc::SYS_futex, &args);
    }
}

/// kernel/futex/core.c exit_robust_list: marks the futexes that the thread still holds.
pub(crate) fn exit_robust_list(t: &mut Thread) {
    // A list may be circular or garbage: the kernel stops after so many, too.
    const LIMIT: usize = 2048;
    let head = std::mem::take(&mut t.robust);
    if head == 0 {
        return;
    }
    let memory = t.memory();
    let fetch = |addr: u32| memory.load32(addr).ok();
    let (Some(first), Some(offset), Some(pending)) =
        (fetch(head), fetch(head.wrapping_add(4)), fetch(head.wrapping_add(8)))
    else {
        return;
    };
    let tid = host::gettid() as u32;
    let mut entry = first;
    for _ in 0..LIMIT {
        // Bit 0 marks a priority-inheriting futex.
        let node = entry & !1;
        if node == head {
            break;
        }
        let next = fetch(node);
        if node != pending & !1 {
            owner_died(memory, node.wrapping_add(offset), tid, entry & 1 != 0, false);
        }
        match next {
            Some(next) => entry = next,
            None => break,
        }
    }
    if pending & !1 != 0 {
        owner_died(memory, (pending & !1).wrapping_add(offset), tid, pending & 1 != 0, true);
    }
}

fn owner_died(memory: &Memory, addr: u32, tid: u32, pi: bool, pending: bool) {
    if !addr.is_multiple_of(4) {
        return;
    }
    let wake = || {
        let args = [Arg::guest(memory, addr), Arg::from(WAKE), 1.into(), Arg::NULL, Arg::NULL, 0.into()];
        let _ = host::call(libc::SYS_futex, &args);
    };
    loop {
        let Ok(value) = memory.load32(addr) else { return };
        // Unlocked already but for the wake-up, when death came between the two.
        if pending && !pi && value & FUTEX_TID_MASK == 0 {
            return wake();
        }
        if value & FUTEX_TID_MASK != tid {
            return;
        }
        match memory.cas32(addr, value, value & FUTEX_WAITERS | FUTEX_OWNER_DIED) {
            Ok(true) if !pi && value & FUTEX_WAITERS != 0 => return wake(),
            Ok(true) | Err(_) => return,
            Ok(false) => {}
        }
    }
}
