//! Signal system calls.

use super::SysResult;
use super::fs::open_flags_to_host;
use super::wire::{Out, Width, optional_timespec, words};
use crate::host::{self, Arg, Errno};
use crate::signal::info::GuestInfo;
use crate::signal::{Action, AltStack, SS_AUTODISARM, SS_DISABLE, SS_ONSTACK, UNBLOCKABLE, bit, frame};
use crate::thread::Thread;

const SIGSET: u32 = 8;
const MINSIGSTKSZ: u32 = 2048;

fn check_size(size: u32) -> Result<(), Errno> {
    if size == SIGSET { Ok(()) } else { Err(Errno(libc::EINVAL)) }
}

/// The guest's 64-bit set at an address.
pub(super) fn sigset(t: &Thread, addr: u32) -> Result<u64, Errno> {
    // Two words, since the guest need not align it to 8.
    let [low, high] = words(t.memory(), addr)?;
    Ok(low as u64 | (high as u64) << 32)
}

fn set_action(t: &mut Thread, signal: u32, new: Option<Action>) -> Result<Action, Errno> {
    let changes_fixed = new.is_some() && matches!(signal as i32, libc::SIGKILL | libc::SIGSTOP);
    if !(1..=64).contains(&signal) || changes_fixed {
        return Err(Errno(libc::EINVAL));
    }
    let mut actions = t.process.actions();
    let old = actions[signal as usize];
    if let Some(mut new) = new {
        new.mask &= !UNBLOCKABLE;
        actions[signal as usize] = new;
        // Under the lock, so that host and table change in the same order in all threads.
        t.process.install(signal as i32, &new);
    }
    Ok(old)
}

pub(super) fn rt_sigaction(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    check_size(a[3])?;
    let new = match a[1] {
        0 => None,
        addr => {
            let [handler, flags, restorer, low, high] = words(t.memory(), addr)?;
            Some(Action { handler, flags, restorer, mask: low as u64 | (high as u64) << 32 })
        }
    };
    let old = set_action(t, a[0], new)?;
    if a[2] != 0 {
        Out::new().u32(old.handler).u32(old.flags).u32(old.restorer).u64(old.mask).write(t.memory(), a[2])?;
    }
    Ok(0)
}

/// The old call: handler, 32-bit mask, flags, restorer.
pub(super) fn sigaction(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let new = match a[1] {
        0 => None,
        addr => {
            let [handler, mask, flags, restorer] = words(t.memory(), addr)?;
            Some(Action { handler, flags, restorer, mask: mask.into() })
        }
    };
    let old = set_action(t, a[0], new)?;
    if a[2] != 0 {
        Out::new()
            .u32(old.handler)
            .u32(old.mask as u32)
            .u32(old.flags)
            .u32(old.restorer)
            .write(t.memory(), a[2])?;
    }
    Ok(0)
}

fn change_mask(t: &mut Thread, how: u32, set: u64, keep: u64) -> Result<(), Errno> {
    let new = match how as i32 {
        libc::SIG_BLOCK => t.mask | set,
        libc::SIG_UNBLOCK => t.mask & !set,
        libc::SIG_SETMASK => t.mask & keep | set,
        _ => return Err(Errno(libc::EINVAL)),
    };
    // What came under the old mask is delivered under it.
    host::mask_all();
    if t.slot.is_pending() {
        return Err(Errno::RESTART);
    }
    t.mask = new & !UNBLOCKABLE;
    host::set_mask(t.mask);
    Ok(())
}

pub(super) fn rt_sigprocmask(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    check_size(a[3])?;
    let old = t.mask;
    if a[1] != 0 {
        let set = sigset(t, a[1])?;
        change_mask(t, a[0], set, 0)?;
    }
    if a[2] != 0 {
        Out::new().u64(old).write(t.memory(), a[2])?;
    }
    Ok(0)
}

/// The old call changes the first 32 signals only.
pub(super) fn sigprocmask(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let old = t.mask;
    if a[1] != 0 {
        let set = t.memory().load32(a[1])?;
        change_mask(t, a[0], set.into(), !0xffff_ffff)?;
    }
    if a[2] != 0 {
        t.memory().store32(a[2], old as u32)?;
    }
    Ok(0)
}

fn pending(t: &Thread) -> Result<u64, Errno> {
    let mut set = 0u64;
    host::call(libc::SYS_rt_sigpending, &[Arg::output(&mut set), SIGSET.into()])?;
    Ok(t.held.iter().fold(set, |set, s| set | bit(s.signal())) & t.mask)
}

pub(super) fn rt_sigpending(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if a[1] > SIGSET {
        return Err(Errno(libc::EINVAL));
    }
    let set = pending(t)?;
    t.memory().write(a[0], &set.to_le_bytes()[..a[1] as usize])?;
    Ok(0)
}

pub(super) fn sigpending(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let set = pending(t)?;
    t.memory().store32(a[0], set as u32)?;
    Ok(0)
}

fn suspend(t: &mut Thread, mask: u64) -> SysResult {
    with_mask(t, Some(mask), |mask| {
        let set = mask.unwrap_or(0);
        host::blocking(libc::SYS_rt_sigsuspend, &[Arg::input(&set), SIGSET.into()]).map(|v| v as u32)
    })
}

pub(super) fn rt_sigsuspend(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    check_size(a[1])?;
    let mask = sigset(t, a[0])?;
    suspend(t, mask)
}

pub(super) fn sigsuspend(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    suspend(t, a[2].into())
}

/// Runs a host call that waits under another mask. `call` gets the mask for the host, which leaves
/// SIGSEGV and SIGBUS open; the guest's mask goes back when the call is over, or when the handler
/// that interrupted it returns.
pub(super) fn with_mask(
    t: &mut Thread,
    mask: Option<u64>,
    call: impl FnOnce(Option<u64>) -> SysResult,
) -> SysResult {
    let Some(mask) = mask else { return call(None) };
    let mask = mask & !UNBLOCKABLE;
    t.saved_mask = Some(t.mask);
    t.mask = mask;
    let open = bit(libc::SIGSEGV) | bit(libc::SIGBUS);
    call(Some(mask & !open))
}

fn timed_wait(t: &mut Thread, a: &[u32; 7], width: Width) -> SysResult {
    check_size(a[3])?;
    let set = sigset(t, a[0])?;
    let time = optional_timespec(t.memory(), a[2], width)?;
    if let Some(index) = t.held.iter().position(|s| set & bit(s.signal()) != 0) {
        let info = t.held.remove(index);
        return put_info(t, a[1], info);
    }
    let mut info: host::SigInfo = host::zeroed();
    let time = time.as_ref().map_or(Arg::NULL, Arg::input);
    let args = [Arg::input(&set), Arg::output(&mut info), time, SIGSET.into()];
    host::blocking(libc::SYS_rt_sigtimedwait, &args)?;
    put_info(t, a[1], GuestInfo::from_host(&info))
}

fn put_info(t: &Thread, addr: u32, info: GuestInfo) -> SysResult {
    if addr != 0 {
        t.memory().write(addr, &info.0)?;
    }
    Ok(info.signal() as u32)
}

pub(super) fn rt_sigtimedwait(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    timed_wait(t, a, Width::T32)
}

pub(super) fn rt_sigtimedwait64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    timed_wait(t, a, Width::T64)
}

fn guest_info(t: &Thread, addr: u32) -> Result<host::SigInfo, Errno> {
    let mut bytes = [0; 128];
    t.memory().read(addr, &mut bytes)?;
    Ok(GuestInfo(bytes).to_host())
}

pub(super) fn rt_sigqueueinfo(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let info = guest_info(t, a[2])?;
    let args = [Arg::from(a[0] as i32), Arg::from(a[1] as i32), Arg::input(&info)];
    Ok(host::blocking(libc::SYS_rt_sigqueueinfo, &args)? as u32)
}

pub(super) fn rt_tgsigqueueinfo(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let info = guest_info(t, a[3])?;
    let args = [Arg::from(a[0] as i32), Arg::from(a[1] as i32), Arg::from(a[2] as i32), Arg::input(&info)];
    Ok(host::blocking(libc::SYS_rt_tgsigqueueinfo, &args)? as u32)
}

pub(super) fn pidfd_send_signal(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let info = if a[2] == 0 { None } else { Some(guest_info(t, a[2])?) };
    let info = info.as_ref().map_or(Arg::NULL, Arg::input);
    Ok(host::blocking(
        libc::SYS_pidfd_send_signal,
        &[Arg::from(a[0] as i32), Arg::from(a[1] as i32), info, a[3].into()],
    )? as u32)
}

pub(super) fn kill(_: &mut Thread, a: &[u32; 7]) -> SysResult {
    Ok(host::blocking(libc::SYS_kill, &[Arg::from(a[0] as i32), Arg::from(a[1] as i32)])? as u32)
}

pub(super) fn tgkill(_: &mut Thread, a: &[u32; 7]) -> SysResult {
    let args = [Arg::from(a[0] as i32), Arg::from(a[1] as i32), Arg::from(a[2] as i32)];
    Ok(host::blocking(libc::SYS_tgkill, &args)? as u32)
}

pub(super) fn signalfd(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    signalfd4(t, &[a[0], a[1], a[2], 0, 0, 0, 0])
}

/// What signalfd delivers (struct signalfd_siginfo) has the same layout everywhere.
pub(super) fn signalfd4(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    check_size(a[2])?;
    let set = sigset(t, a[1])?;
    let args = [Arg::from(a[0] as i32), Arg::input(&set), SIGSET.into(), open_flags_to_host(a[3]).into()];
    Ok(host::call(libc::SYS_signalfd4, &args)? as u32)
}

/// kernel/signal.c do_sigaltstack.
pub(crate) fn set_altstack(t: &mut Thread, new: AltStack) -> Result<(), Errno> {
    if t.alt.size != 0 && t.alt.contains(t.vcpu.cpu.r[13]) {
        return Err(Errno(libc::EPERM));
    }
    match new.flags & !SS_AUTODISARM {
        SS_DISABLE => t.alt = AltStack { sp: 0, flags: new.flags, size: 0 },
        0 | SS_ONSTACK if new.size < MINSIGSTKSZ => return Err(Errno(libc::ENOMEM)),
        0 | SS_ONSTACK => t.alt = new,
        _ => return Err(Errno(libc::EINVAL)),
    }
    Ok(())
}

pub(super) fn sigaltstack(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let old = t.alt;
    let status = old.status(t.vcpu.cpu.r[13]);
    if a[0] != 0 {
        let [sp, flags, size] = words(t.memory(), a[0])?;
        set_altstack(t, AltStack { sp, flags, size })?;
    }
    if a[1] != 0 {
        Out::new().u32(old.sp).u32(status).u32(old.size).write(t.memory(), a[1])?;
    }
    Ok(0)
}

fn go_back(t: &mut Thread, rt: bool) -> SysResult {
    // The mask changes, so what came under the old one goes first.
    host::mask_all();
    if t.slot.is_pending() {
        return Err(Errno::RESTART);
    }
    let result = frame::pop(t, rt);
    host::set_mask(t.mask);
    t.registers_set = true;
    if result.is_err() {
        t.force(&GuestInfo::kernel(libc::SIGSEGV));
    }
    Ok(0)
}

pub(super) fn sigreturn(t: &mut Thread, _: &[u32; 7]) -> SysResult {
    go_back(t, false)
}

pub(super) fn rt_sigreturn(t: &mut Thread, _: &[u32; 7]) -> SysResult {
    go_back(t, true)
}
