//! Processes: fork, vfork, clone, waiting, ending.

use super::wire::{Out, words};
use super::{SysResult, thread as threads};
use crate::host::{self, Arg, Child, Errno};
use crate::signal::info::GuestInfo;
use crate::thread::Thread;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const CSIGNAL: u32 = 0xff;
const CLONE_VM: u32 = libc::CLONE_VM as u32;
const CLONE_FS: u32 = libc::CLONE_FS as u32;
const CLONE_FILES: u32 = libc::CLONE_FILES as u32;
const CLONE_SIGHAND: u32 = libc::CLONE_SIGHAND as u32;
const CLONE_PIDFD: u32 = libc::CLONE_PIDFD as u32;
const CLONE_VFORK: u32 = libc::CLONE_VFORK as u32;
const CLONE_PARENT: u32 = libc::CLONE_PARENT as u32;
const CLONE_THREAD: u32 = libc::CLONE_THREAD as u32;
const CLONE_SYSVSEM: u32 = libc::CLONE_SYSVSEM as u32;
const CLONE_SETTLS: u32 = libc::CLONE_SETTLS as u32;
const CLONE_PARENT_SETTID: u32 = libc::CLONE_PARENT_SETTID as u32;
const CLONE_CHILD_CLEARTID: u32 = libc::CLONE_CHILD_CLEARTID as u32;
const CLONE_DETACHED: u32 = 0x0040_0000;
const CLONE_UNTRACED: u32 = libc::CLONE_UNTRACED as u32;
const CLONE_CHILD_SETTID: u32 = libc::CLONE_CHILD_SETTID as u32;
const CLONE_IO: u32 = libc::CLONE_IO as u32;

/// Flags that a thread may have; CLONE_VM to CLONE_SIGHAND and CLONE_THREAD it must have.
const THREAD_MUST: u32 = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
const COMMON: u32 = CLONE_SETTLS
    | CLONE_PARENT_SETTID
    | CLONE_CHILD_CLEARTID
    | CLONE_CHILD_SETTID
    | CLONE_DETACHED
    | CLONE_UNTRACED
    | CLONE_SYSVSEM
    | CLONE_IO;
const THREAD_MAY: u32 = THREAD_MUST | COMMON;
/// Flags that a forked process may have.
const FORK_MAY: u32 = COMMON | CLONE_VFORK | CLONE_PIDFD | CSIGNAL;
/// Flags that a process in its parent's memory may have.
const SHARED_MAY: u32 = FORK_MAY | CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_PARENT;

/// What clone and clone3 ask for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Request {
    pub(super) flags: u32,
    /// The new stack pointer, 0 to keep it.
    pub(super) stack: u32,
    pub(super) parent_tid: u32,
    pub(super) child_tid: u32,
    pub(super) tls: u32,
    /// Where CLONE_PIDFD stores; clone uses parent_tid for it.
    pub(super) pidfd: u32,
}

pub(super) fn fork(t: &mut Thread, _: &[u32; 7]) -> SysResult {
    perform(t, Request { flags: libc::SIGCHLD as u32, ..Request::default() })
}

pub(super) fn vfork(t: &mut Thread, _: &[u32; 7]) -> SysResult {
    perform(t, Request { flags: CLONE_VM | CLONE_VFORK | libc::SIGCHLD as u32, ..Request::default() })
}

pub(super) fn clone(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [flags, stack, parent_tid, tls, child_tid, ..] = *a;
    if flags & CLONE_PIDFD != 0 && flags & CLONE_PARENT_SETTID != 0 {
        return Err(Errno(libc::EINVAL));
    }
    perform(t, Request { flags, stack, parent_tid, child_tid, tls, pidfd: parent_tid })
}

/// struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, and
/// set_tid, set_tid_size, cgroup in later versions; each of 64 bits.
pub(super) fn clone3(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    const VERSION0: u32 = 64;
    let size = a[1];
    if size > 4096 {
        return Err(Errno(libc::E2BIG));
    }
    if size < VERSION0 {
        return Err(Errno(libc::EINVAL));
    }
    let w: [u32; 16] = words(t.memory(), a[0])?;
    for at in (VERSION0..size).step_by(4) {
        if t.memory().load32(a[0].wrapping_add(at))? != 0 {
            // Chosen thread IDs and control groups.
            return Err(Errno(if at < 88 { libc::EPERM } else { libc::E2BIG }));
        }
    }
    // Upper halves: no flag and no address has any.
    if (0..8).any(|i| w[2 * i + 1] != 0) || w[8] & !CSIGNAL != 0 || w[0] & CSIGNAL != 0 {
        return Err(Errno(libc::EINVAL));
    }
    let (stack, stack_size) = (w[10], w[12]);
    if (stack == 0) != (stack_size == 0) {
        return Err(Errno(libc::EINVAL));
    }
    let flags = w[0] | w[8];
    if w[0] & CLONE_THREAD != 0 && w[8] != 0 {
        return Err(Errno(libc::EINVAL));
    }
    let stack = stack.wrapping_add(stack_size);
    perform(t, Request { flags, stack, parent_tid: w[6], child_tid: w[4], tls: w[14], pidfd: w[2] })
}

fn perform(t: &mut Thread, request: Request) -> SysResult {
    let flags = request.flags;
    // kernel/fork.c copy_process: the combinations that make no sense.
    let senseless = flags & CLONE_THREAD != 0 && flags & CLONE_SIGHAND == 0
        || flags & CLONE_SIGHAND != 0 && flags & CLONE_VM == 0
        || flags & CSIGNAL > 64;
    if senseless {
        return Err(Errno(libc::EINVAL));
    }
    if flags & CLONE_THREAD != 0 {
        let may = flags & !(THREAD_MAY | CSIGNAL) == 0 && flags & THREAD_MUST == THREAD_MUST;
        return if may { threads::spawn(t, &request) } else { Err(Errno(libc::EINVAL)) };
    }
    // New namespaces need rights that few have; the rest cannot be had here.
    let shared = flags & CLONE_VM != 0;
    if flags & !(if shared { SHARED_MAY } else { FORK_MAY }) != 0 {
        return Err(Errno(libc::EINVAL));
    }
    host::mask_all();
    if t.slot.is_pending() {
        return Err(Errno::RESTART);
    }
    let result = if shared { shared_child(t, &request) } else { forked_child(t, &request) };
    host::set_mask(t.mask);
    result
}

/// What a child does first: its registers, its thread ID, its TLS.
fn become_child(t: &mut Thread, request: &Request) {
    let cpu = &mut t.vcpu.cpu;
    cpu.r[0] = 0;
    if request.stack != 0 {
        cpu.r[13] = request.stack;
    }
    if request.flags & CLONE_SETTLS != 0 {
        cpu.tpidruro = request.tls;
    }
    if request.flags & CLONE_CHILD_SETTID != 0 {
        // kernel/fork.c schedule_tail ignores a bad address.
        let _ = t.memory().store32(request.child_tid, host::gettid() as u32);
    }
    t.clear_tid = if request.flags & CLONE_CHILD_CLEARTID != 0 { request.child_tid } else { 0 };
    t.robust = 0;
    t.held.clear();
    t.leader = true;
}

fn forked_child(t: &mut Thread, request: &Request) -> SysResult {
    match t.process.fork((request.flags & CSIGNAL) as i32)? {
        Child::Here => {
            t.process.threads.store(1, Ordering::Relaxed);
            t.process.stats.store(false, Ordering::Relaxed);
            // The thread that takes samples has stayed with the parent.
            t.process.profile().take();
            t.sampled = None;
            t.process.leave_debugger();
            t.controlled = None;
            become_child(t, request);
            Ok(0)
        }
        Child::Parent(pid) => {
            if request.flags & CLONE_PARENT_SETTID != 0 {
                let _ = t.memory().store32(request.parent_tid, pid as u32);
            }
            if request.flags & CLONE_PIDFD != 0 {
                let fd = host::call(libc::SYS_pidfd_open, &[pid.into(), 0.into()])?;
                let _ = t.memory().store32(request.pidfd, fd as u32);
            }
            t.note(skink_engine::Event::Forked(pid as u32));
            Ok(pid as u32)
        }
    }
}

/// A child in the parent's memory: it gets a process and a processor of its own. With CLONE_VFORK
/// the parent's thread waits until it has executed a program or ended; without, both run.
fn shared_child(t: &mut Thread, request: &Request) -> SysResult {
    let mut child = Thread::new(Arc::new(t.process.twin(request.flags & CLONE_SIGHAND != 0)));
    child.vcpu.cpu = t.vcpu.cpu.clone();
    child.mask = t.mask;
    let vfork = request.flags & CLONE_VFORK != 0;
    if vfork {
        // Without, two would run on one alternate stack (kernel/fork.c copy_process drops it).
        child.alt = t.alt;
    }
    const SEEN_BY_HOST: u32 =
        CLONE_PIDFD | CLONE_PARENT_SETTID | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_PARENT | CSIGNAL;
    let flags = request.flags & SEEN_BY_HOST;
    let address = if flags & CLONE_PIDFD != 0 { request.pidfd } else { request.parent_tid };
    let address = t.memory().host(address);
    let body = SharedChild { thread: child, request: *request };
    let pid = if vfork {
        host::vfork(flags as i32, address, &mut { body })
    } else {
        t.process.share_memory();
        host::spawn_process(flags as i32, address, body)
    };
    t.slot.activate();
    Ok(pid? as u32)
}

/// What runs in a child that shares its parent's memory.
struct SharedChild {
    thread: Thread,
    request: Request,
}

impl host::Body for SharedChild {
    fn run(&mut self) -> ! {
        become_child(&mut self.thread, &self.request);
        self.thread.start();
        let status = self.thread.run();
        threads::end_leader(&mut self.thread, status)
    }

    fn is_settled(&self) -> bool {
        // An execve(2) that failed has taken its arguments back.
        self.thread.ended || self.thread.exec.is_some()
    }

    fn gone(&self) {
        self.thread.vcpu.abandon();
        if self.request.flags & CLONE_SIGHAND == 0 {
            return;
        }
        // A child that died of a signal has made the host's action for it the default, and the
        // host's actions are this process's too.
        if let Some(actions) = self.thread.process.try_actions() {
            for (signal, action) in (1..).zip(&actions[1..]) {
                if !matches!(signal, libc::SIGKILL | libc::SIGSTOP) {
                    host::install(signal, action.catch());
                }
            }
        }
    }
}

/// unshare(2): some of it is refused to a process of several threads.
pub(super) fn unshare(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    t.process.be_alone();
    Ok(host::call(libc::SYS_unshare, &[a[0].into()])? as u32)
}

/// setns(2), for which the same holds.
pub(super) fn setns(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    t.process.be_alone();
    Ok(host::call(libc::SYS_setns, &[a[0].into(), a[1].into()])? as u32)
}

pub(super) fn exit_group(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    // The host shows eight bits of the status (wait(2)).
    if t.ends_for_debugger(skink_engine::Exit::Status((a[0] & 0xff) as i32)) {
        t.registers_set = true;
        return Ok(0);
    }
    t.process.report(t.vcpu.stats());
    host::exit_group(a[0] as i32)
}

pub(super) fn wait4(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut usage: libc::rusage = host::zeroed();
    let usage_arg = if a[3] == 0 { Arg::NULL } else { Arg::output(&mut usage) };
    let status = Arg::guest_or_null(t.memory(), a[1]);
    let pid = host::blocking(
        libc::SYS_wait4,
        &[Arg::from(a[0] as i32), status, Arg::from(a[2] as i32), usage_arg],
    )?;
    if a[3] != 0 && pid != 0 {
        put_rusage(t, a[3], &usage)?;
    }
    Ok(pid as u32)
}

pub(super) fn waitid(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut usage: libc::rusage = host::zeroed();
    let mut info: libc::siginfo_t = host::zeroed();
    let usage_arg = if a[4] == 0 { Arg::NULL } else { Arg::output(&mut usage) };
    let args = [
        Arg::from(a[0] as i32),
        Arg::from(a[1] as i32),
        Arg::output(&mut info),
        Arg::from(a[3] as i32),
        usage_arg,
    ];
    let result = host::blocking(libc::SYS_waitid, &args)?;
    if a[4] != 0 && info.si_signo != 0 {
        put_rusage(t, a[4], &usage)?;
    }
    if a[2] != 0 {
        t.memory().write(a[2], &GuestInfo::from_host(&info).0)?;
    }
    Ok(result as u32)
}

/// struct rusage: two timevals and fourteen longs.
pub(super) fn put_rusage(t: &Thread, addr: u32, u: &libc::rusage) -> Result<(), Errno> {
    let mut out = Out::new();
    for time in [u.ru_utime, u.ru_stime] {
        out = out.long(time.tv_sec).long(time.tv_usec);
    }
    let counts = [
        u.ru_maxrss,
        u.ru_ixrss,
        u.ru_idrss,
        u.ru_isrss,
        u.ru_minflt,
        u.ru_majflt,
        u.ru_nswap,
        u.ru_inblock,
        u.ru_oublock,
        u.ru_msgsnd,
        u.ru_msgrcv,
        u.ru_nsignals,
        u.ru_nvcsw,
        u.ru_nivcsw,
    ];
    for count in counts {
        out = out.long(count);
    }
    out.write(t.memory(), addr)
}
