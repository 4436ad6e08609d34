//! System calls: from a SVC to its row in the table, through the policy, to a handler, and back.
//!
//! One file per topic holds the handlers; they have the signature [`table::Handler`], take the raw
//! registers R0-R6, and return the value for R0 or an errno.

mod aio;
pub mod compat;
pub(crate) mod dir;
pub(crate) mod exec;
mod fcntl;
mod fs;
pub(crate) mod futex;
mod ioctl;
mod ipc;
mod keys;
mod limits;
pub(crate) mod mem;
mod memfile;
mod misc;
mod names;
mod outputs;
mod poll;
mod process;
mod procfs;
mod sched;
pub(crate) mod signal;
mod signature;
mod smaps;
mod socket;
mod stat;
pub mod table;
mod thread;
mod time;
mod timers;
mod trace;
mod wire;

pub(crate) use thread::{end_debugged, end_leader};

use crate::host::{self, Arg, Errno};
use crate::options::Policy;
use crate::signal::Interrupted;
use crate::thread::Thread;
use signature::{Argument, Kind};
use std::ffi::CString;
use std::sync::atomic::Ordering;
use table::{Class, How, Row};

/// The value for R0, or an error number.
pub(crate) type SysResult = Result<u32, Errno>;

/// Handles the system call that the thread's registers ask for.
pub(crate) fn dispatch(thread: &mut Thread) {
    if thread.before_call() {
        let r = thread.vcpu.cpu.r;
        let followed = thread.is_followed();
        if followed {
            outputs::before(thread);
        }
        answer(thread);
        if followed {
            outputs::after(thread, r[7], [r[0], r[1], r[2], r[3], r[4], r[5], r[6]]);
        }
        thread.after_call(r[7]);
    }
}

fn answer(thread: &mut Thread) {
    let regs = thread.vcpu.cpu.r;
    let args = [regs[0], regs[1], regs[2], regs[3], regs[4], regs[5], regs[6]];
    thread.process.totals.syscalls.fetch_add(1, Ordering::Relaxed);
    let Some(row) = table::lookup(regs[7]) else {
        trace::unknown(thread, regs[7]);
        return unknown(thread, regs[7]);
    };
    let log = thread.process.options.log.syscalls;
    let traced = log.then(|| trace::before(thread, row, args));
    let result = match permitted(&thread.process.options.policy, row, args) {
        Ok(()) => perform(thread, row, &args),
        Err(errno) => Err(errno),
    };
    if let Some(traced) = traced {
        trace::after(thread, row, args, traced, result);
    }
    finish(thread, row, regs[0], result);
}

/// A number that the kernel does not know either: ENOSYS, but for the private ones of ARM, which
/// raise SIGILL (arch/arm/kernel/traps.c, arm_syscall).
fn unknown(thread: &mut Thread, nr: u32) {
    if nr >= 0x0f_0000 && nr & 0xffff > 0x7ff {
        let pc = thread.vcpu.cpu.r[15];
        let at = pc.wrapping_sub(if thread.vcpu.cpu.thumb { 2 } else { 4 });
        const ILL_ILLTRP: i32 = 4;
        thread.force(&crate::signal::info::GuestInfo::fault(libc::SIGILL, ILL_ILLTRP, at));
        return;
    }
    thread.vcpu.cpu.r[0] = -libc::ENOSYS as u32;
}

fn finish(thread: &mut Thread, row: &Row, r0: u32, result: SysResult) {
    if std::mem::take(&mut thread.registers_set) {
        return;
    }
    match result {
        Err(Errno::RESTART) => {
            // The signal came under the mask that held before the call.
            if let Some(mask) = thread.saved_mask.take() {
                thread.mask = mask;
            }
            thread.repeat_call(r0);
            return;
        }
        Err(Errno(libc::EINTR)) if thread.slot.is_pending() => {
            thread.vcpu.cpu.r[0] = -libc::EINTR as u32;
            let restartable = row.restart
                && !std::mem::take(&mut thread.no_restart)
                && !socket::has_time_limit(row.name, r0);
            thread.deliver_after(Some(Interrupted { r0, restartable, resume: true }));
            return;
        }
        Ok(value) => thread.vcpu.cpu.r[0] = value,
        Err(Errno(errno)) => thread.vcpu.cpu.r[0] = -errno as u32,
    }
    if !thread.slot.is_pending()
        && let Some(mask) = thread.saved_mask.take()
    {
        thread.mask = mask;
        host::set_mask(mask);
    }
}

/// What `--syscalls` says to a call.
fn permitted(policy: &Policy, row: &Row, args: [u32; 7]) -> Result<(), Errno> {
    let only_standard = || {
        signature::arguments(row.args, args).all(|a| match a.kind {
            Kind::Fd => a.value <= 2,
            Kind::MapFd => a.value <= 2 || a.value as u32 == u32::MAX,
            _ => true,
        })
    };
    // A thread is the process's own; CLONE_THREAD is what makes one.
    let makes_thread = row.name == "clone" && args[0] & libc::CLONE_THREAD as u32 != 0;
    // A signal to oneself is how abort() and raise() work.
    let to_self = matches!(row.name, "kill" | "tgkill") && args[0] == std::process::id()
        || row.name == "tkill" && args[0] == host::gettid() as u32;
    match policy {
        Policy::Forward => Ok(()),
        Policy::Sandbox => match row.class {
            Class::Exit => Ok(()),
            Class::Process if to_self => Ok(()),
            // C libraries fall back on clone, whose flags are in a register.
            Class::Harmless if row.name == "clone3" => Err(Errno(libc::ENOSYS)),
            Class::Harmless if row.name == "clone" && !makes_thread => Err(Errno(libc::EPERM)),
            Class::Harmless | Class::Fd if only_standard() => Ok(()),
            _ => Err(Errno(libc::EPERM)),
        },
        Policy::Deny if row.class == Class::Exit => Ok(()),
        Policy::Deny => Err(Errno(libc::ENOSYS)),
    }
}

fn perform(thread: &mut Thread, row: &'static Row, args: &[u32; 7]) -> SysResult {
    match row.how {
        How::Own(handler) => handler(thread, args),
        How::Host(nr) => forward(thread, row, nr, args),
        How::Missing(errno) => Err(Errno(errno)),
    }
}

/// Makes the host's call with the arguments converted as the signature says.
fn forward(thread: &Thread, row: &'static Row, nr: i64, args: &[u32; 7]) -> SysResult {
    let memory = thread.memory();
    let mut paths: [Option<CString>; 2] = [None, None];
    let mut list = [Argument { name: "", kind: Kind::Int, value: 0 }; 6];
    let mut count = 0;
    for argument in signature::arguments(row.args, *args).take(6) {
        list[count] = argument;
        count += 1;
    }
    let list = &list[..count];
    let mut used = 0;
    for argument in list {
        if matches!(argument.kind, Kind::Path | Kind::LinkPath) && used < 2 {
            let follow = argument.kind == Kind::Path;
            paths[used] = Some(fs::guest_path(thread, argument.value as u32, follow)?);
            used += 1;
        }
    }
    let mut host_args = [Arg::NULL; 6];
    let mut next_path = paths.iter().flatten();
    for (i, argument) in list.iter().enumerate() {
        let value = argument.value as u32;
        host_args[i] = match argument.kind {
            Kind::Int | Kind::Fd | Kind::MapFd | Kind::DirFd | Kind::Signal | Kind::Whence | Kind::Clock => {
                Arg::int((value as i32).into())
            }
            Kind::Ptr => Arg::guest_or_null(memory, value),
            Kind::MustPtr | Kind::Str => Arg::guest(memory, value),
            Kind::Buf => {
                let len = list.get(i + 1).map_or(0, |l| l.value as u32);
                buffer(thread, value, len)?
            }
            Kind::Path | Kind::LinkPath => {
                next_path.next().map_or(Arg::NULL, |path| Arg::input(path.as_c_str()))
            }
            Kind::Uid16 => Arg::int(uid16(value)),
            Kind::Off64 => Arg::int(argument.value as i64),
            Kind::OpenFlags => Arg::int(fs::open_flags_to_host(value).into()),
            _ => Arg::int(value.into()),
        };
    }
    host::blocking(nr, &host_args[..count]).map(|value| value as u32)
}

/// A guest buffer for the host: its range must not wrap (the kernel's access_ok).
pub(crate) fn buffer<'a>(thread: &'a Thread, addr: u32, len: u32) -> Result<Arg<'a>, Errno> {
    if addr as u64 + len as u64 > 1 << 32 {
        return Err(Errno(libc::EFAULT));
    }
    Ok(Arg::guest(thread.memory(), addr))
}

/// A user or group ID of the 16-bit calls: 65535 means "leave it".
fn uid16(value: u32) -> i64 {
    if value as u16 == u16::MAX { -1 } else { (value as u16).into() }
}
