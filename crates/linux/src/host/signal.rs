//! Host signals on their way to the guest.
//!
//! A signal that the guest catches gets a host handler. The handler does three things, all
//! async-signal-safe: it notes the siginfo in the thread's [`Slot`], asks the virtual processor to
//! stop, and leaves the thread with every signal blocked, so that the host's kernel keeps the next
//! one until the guest has been given this one. The thread's host mask is otherwise the guest's,
//! which leaves to the kernel what is the kernel's: which thread gets a signal of the process,
//! what is pending, signalfd, sigtimedwait.
//!
//! SIGSEGV and SIGBUS stay unblocked always, since accesses to guest memory fault on purpose.
//! No host signal is reserved: `rt_sigaction` is called directly, so that 32 and 33, which the
//! host's C library keeps to itself, are the guest's too.

use skink_engine::Interrupter;
use std::arch::global_asm;
use std::cell::{Cell, UnsafeCell};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The host's siginfo_t.
pub(crate) type SigInfo = libc::siginfo_t;

/// A bit per signal, as in the kernel's sigset_t of 64 bits.
const ALWAYS_OPEN: u64 = 1 << (libc::SIGSEGV - 1) | 1 << (libc::SIGBUS - 1);

/// Bits of `Slot::pending`, and indices of `Slot::infos`.
const GENERAL: usize = 0;
const SEGV: usize = 1;
const BUS: usize = 2;

/// A thread's signals on their way from the host's handler to the guest.
pub(crate) struct Slot {
    /// A bit for each of `infos` that is filled.
    pending: AtomicU32,
    infos: UnsafeCell<[SigInfo; 3]>,
    interrupter: Interrupter,
}

// SAFETY: what keeps a slot to one thread is not the pointers inside a siginfo_t, which are never
// followed; it is made before its thread starts and moves there.
unsafe impl Send for Slot {}

thread_local! {
    static CURRENT: Cell<*const Slot> = const { Cell::new(std::ptr::null()) };
}

static NEVER: AtomicU32 = AtomicU32::new(0);

/// A debugger waits for its user, and signals that ask for the end are meant for it.
static UNATTENDED: AtomicBool = AtomicBool::new(false);

/// Whether signals that ask for the end are the guest's.
pub(crate) fn set_attended(attended: bool) {
    UNATTENDED.store(!attended, Ordering::SeqCst);
}

impl Slot {
    /// A slot whose signals stop the processor behind `interrupter`.
    pub(crate) fn new(interrupter: Interrupter) -> Box<Slot> {
        // SAFETY: an all-zero siginfo_t is a value.
        let infos = UnsafeCell::new(unsafe { std::mem::zeroed() });
        Box::new(Slot { pending: AtomicU32::new(0), infos, interrupter })
    }

    /// Makes this the slot of the calling host thread. All signals must be blocked.
    pub(crate) fn activate(&self) {
        CURRENT.set(self);
    }

    /// Whether a signal waits to be delivered.
    #[inline]
    pub(crate) fn is_pending(&self) -> bool {
        self.pending.load(Ordering::Relaxed) != 0
    }

    /// Takes one waiting signal.
    pub(crate) fn take(&self) -> Option<SigInfo> {
        let bits = self.pending.load(Ordering::Acquire);
        if bits == 0 {
            return None;
        }
        let index = bits.trailing_zeros() as usize;
        // SAFETY: the bit is set, and until it is cleared the handler does not write this entry.
        let info = unsafe { (*self.infos.get())[index] };
        self.pending.fetch_and(!(1 << index), Ordering::AcqRel);
        Some(info)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if std::ptr::eq(CURRENT.get(), self) {
            CURRENT.set(std::ptr::null());
        }
    }
}

/// What a blocking call watches: the calling thread's pending word.
pub(super) fn pending_flag() -> *const AtomicU32 {
    let slot = CURRENT.get();
    // SAFETY: a slot stays alive while it is current (`Drop` takes it out).
    if slot.is_null() { &NEVER } else { unsafe { &raw const (*slot).pending } }
}

global_asm!(
    // The kernel wants to be told how to return from a handler on x86-64 (SA_RESTORER).
    ".pushsection .text.skink_restorer,\"ax\",@progbits",
    ".globl skink_restorer",
    "skink_restorer:",
    "mov eax, 15",
    "syscall",
    "ud2",
    ".popsection",
);

unsafe extern "C" {
    fn skink_restorer();
}

/// struct sigaction of the x86-64 kernel (not the C library's).
#[repr(C)]
struct KernelSigaction {
    handler: usize,
    flags: u64,
    restorer: usize,
    mask: u64,
}

const SA_RESTORER: u64 = 0x0400_0000;

/// How the host is to treat a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Catch {
    /// SIG_DFL.
    Default,
    /// SIG_IGN.
    Ignore,
    /// By the handler here, with the guest's SA_NOCLDSTOP and SA_NOCLDWAIT.
    Handle(u32),
}

/// Sets the host's disposition of a signal. SIGSEGV and SIGBUS are always handled.
pub(crate) fn install(signal: i32, catch: Catch) {
    let catch = if 1u64.checked_shl(signal as u32 - 1).is_some_and(|bit| bit & ALWAYS_OPEN != 0) {
        Catch::Handle(0)
    } else {
        catch
    };
    let (handler, flags) = match catch {
        Catch::Default => (libc::SIG_DFL, 0),
        Catch::Ignore => (libc::SIG_IGN, 0),
        Catch::Handle(flags) => (on_signal as *const () as usize, flags),
    };
    let both = (libc::SA_SIGINFO | libc::SA_ONSTACK) as u64 | SA_RESTORER;
    let keep = flags as u64 & (libc::SA_NOCLDSTOP | libc::SA_NOCLDWAIT) as u64;
    let action = KernelSigaction {
        handler,
        flags: both | keep,
        restorer: skink_restorer as *const () as usize,
        mask: !ALWAYS_OPEN,
    };
    sigaction(signal, Some(&action));
}

fn sigaction(signal: i32, action: Option<&KernelSigaction>) -> Option<usize> {
    let mut old = KernelSigaction { handler: 0, flags: 0, restorer: 0, mask: 0 };
    let new = action.map_or(0, |a| a as *const KernelSigaction as u64);
    let args = [signal as u64, new, &raw mut old as u64, 8, 0, 0];
    // SAFETY: structures in the kernel's layout; the handler that it may install is `on_signal`,
    // which is made for being one.
    let value = unsafe { super::raw(libc::SYS_rt_sigaction, args) };
    (value == 0).then_some(old.handler)
}

/// Has a thread come back from a blocking call, by a signal that is always caught and never blocked. Only for a
/// guest that is to end: it counts as sent by kill(2).
pub(crate) fn kick(thread: u32) {
    // SAFETY: sends a signal whose handler is `on_signal`.
    unsafe {
        let args = [std::process::id().into(), thread.into(), libc::SIGBUS as u64, 0, 0, 0];
        super::raw(libc::SYS_tgkill, args);
    }
}

/// The signals that are ignored now.
pub(super) fn ignored_now() -> u64 {
    (1..=64).filter(|&s| sigaction(s, None) == Some(libc::SIG_IGN)).fold(0, |set, s| set | 1 << (s - 1))
}

/// Installs what must be caught for skink's own sake.
pub(crate) fn start_signals() {
    install(libc::SIGSEGV, Catch::Handle(0));
    install(libc::SIGBUS, Catch::Handle(0));
}

fn procmask(how: i32, set: Option<u64>) -> u64 {
    let mut old = 0u64;
    let new = set.as_ref().map_or(0, |s| s as *const u64 as u64);
    // SAFETY: two 64-bit sets in the kernel's layout.
    unsafe { super::raw(libc::SYS_rt_sigprocmask, [how as u64, new, &raw mut old as u64, 8, 0, 0]) };
    old
}

/// Blocks every signal in this thread, SIGSEGV and SIGBUS excepted.
pub(crate) fn mask_all() {
    procmask(libc::SIG_SETMASK, Some(!ALWAYS_OPEN));
}

/// Does something while every signal is blocked in this thread, SIGSEGV and SIGBUS excepted: threads begin with the
/// mask of who makes them.
pub(crate) fn with_signals_blocked<R>(f: impl FnOnce() -> R) -> R {
    let mask = procmask(libc::SIG_SETMASK, Some(!ALWAYS_OPEN));
    let result = f();
    procmask(libc::SIG_SETMASK, Some(mask));
    result
}

/// Blocks every signal in this thread.
pub(super) fn mask_everything() {
    procmask(libc::SIG_SETMASK, Some(!0));
}

/// Gives this thread the guest's mask.
pub(crate) fn set_mask(mask: u64) {
    procmask(libc::SIG_SETMASK, Some(mask & !ALWAYS_OPEN));
}

/// The mask of this thread.
pub(crate) fn current_mask() -> u64 {
    procmask(libc::SIG_BLOCK, None)
}

extern "C" fn on_signal(signal: i32, info: *mut SigInfo, context: *mut libc::c_void) {
    // SAFETY: the arguments of an SA_SIGINFO handler.
    let code = unsafe { (*info).si_code };
    let index = match signal {
        libc::SIGSEGV => SEGV,
        libc::SIGBUS => BUS,
        _ => GENERAL,
    };
    // A code above 0 on SIGSEGV or SIGBUS: the kernel reports on an instruction of ours.
    // (BUS_MCEERR_AO, a memory error noticed elsewhere, cannot be told apart and ends here too.)
    if index != GENERAL && code > 0 {
        // SAFETY: as above.
        if unsafe { skink_machine::fixup::recover(info, context) } {
            return;
        }
        crash(signal, info, context);
        return;
    }
    let ends = matches!(signal, libc::SIGINT | libc::SIGTERM | libc::SIGHUP | libc::SIGQUIT);
    if ends && UNATTENDED.load(Ordering::SeqCst) {
        die_by(signal);
    }
    let slot = CURRENT.get();
    if slot.is_null() {
        pass_on(signal, info);
        return;
    }
    // SAFETY: a slot stays alive while it is current.
    let slot = unsafe { &*slot };
    if slot.pending.load(Ordering::Acquire) >> index & 1 == 0 {
        // SAFETY: the bit is clear, so nobody reads the entry, and this handler is not nested for
        // the same entry: signals of the general one block each other.
        unsafe { (*slot.infos.get())[index] = *info };
        slot.pending.fetch_or(1 << index, Ordering::AcqRel);
    }
    slot.interrupter.request();
    // SAFETY: on x86-64 Linux the third argument is a ucontext_t. Of its uc_sigmask only the first
    // 64 bits exist in the kernel's frame.
    unsafe {
        let context = context.cast::<libc::ucontext_t>();
        let rip = &mut (*context).uc_mcontext.gregs[libc::REG_RIP as usize];
        let (window, done) =
            (super::skink_syscall_window as *const (), super::skink_syscall_done as *const ());
        if (window as i64..done as i64).contains(rip) {
            *rip = super::skink_syscall_interrupted as *const () as i64;
        }
        if index == GENERAL {
            *(&raw mut (*context).uc_sigmask).cast::<u64>() = !ALWAYS_OPEN;
        }
    }
}

/// The host's kernel has chosen a thread that the guest knows nothing of: gives the signal to the first one, which
/// takes it but in its last moments.
fn pass_on(signal: i32, info: *mut SigInfo) {
    let (pid, thread) = (std::process::id(), super::gettid() as u32);
    if thread != pid {
        // SAFETY: sends a signal; the siginfo is that of a handler, in the kernel's layout.
        unsafe {
            let args = [pid.into(), pid.into(), signal as u64, info as u64, 0, 0];
            super::raw(libc::SYS_rt_tgsigqueueinfo, args);
        }
    }
}

/// A fault of skink itself: says so and dies by the signal at once, for a hang helps nobody.
fn crash(signal: i32, info: *mut SigInfo, context: *mut libc::c_void) {
    let hex = |value: u64, out: &mut [u8; 16]| {
        for (i, digit) in out.iter_mut().enumerate() {
            *digit = b"0123456789abcdef"[(value >> (60 - 4 * i) & 15) as usize];
        }
    };
    let (mut at, mut rip) = ([0; 16], [0; 16]);
    // SAFETY: the arguments of an SA_SIGINFO handler.
    unsafe {
        hex((*info).si_addr() as u64, &mut at);
        hex((*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs[libc::REG_RIP as usize] as u64, &mut rip);
    }
    for part in
        [&b"skink: internal error: host fault at 0x"[..], &at, b", host instruction at 0x", &rip, b"\n"]
    {
        super::write_all(2, part);
    }
    die_by(signal);
}

/// Ends the process as if by the signal's default action, without a core dump of skink.
pub(crate) fn die_by(signal: i32) -> ! {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: libc::RLIM_INFINITY };
    let (pid, tid, set) = (std::process::id() as u64, super::gettid() as u64, 1u64 << (signal - 1));
    let default = KernelSigaction { handler: libc::SIG_DFL, flags: SA_RESTORER, restorer: 0, mask: 0 };
    // SAFETY: sets a limit, a default disposition and a mask of this process, which is about to end.
    unsafe {
        let mut old: libc::rlimit = none;
        libc::getrlimit(libc::RLIMIT_CORE, &mut old);
        libc::setrlimit(libc::RLIMIT_CORE, &libc::rlimit { rlim_cur: 0, ..old });
        super::raw(libc::SYS_rt_sigaction, [signal as u64, &raw const default as u64, 0, 8, 0, 0]);
        super::raw(libc::SYS_tgkill, [pid, tid, signal as u64, 0, 0, 0]);
        super::raw(libc::SYS_rt_sigprocmask, [libc::SIG_UNBLOCK as u64, &raw const set as u64, 0, 8, 0, 0]);
    }
    super::exit_group(128 + signal)
}
