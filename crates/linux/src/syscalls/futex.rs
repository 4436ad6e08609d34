//! Futexes: the host's, on host addresses of guest memory; robust lists, which are skink's to walk.

use super::SysResult;
use super::wire::{Width, timespec};
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
