//! Signals as the guest sees them: dispositions, delivery, and the way back.
//!
//! Signals arrive in a thread's [`Slot`](crate::host::Slot) and are delivered here, between guest
//! instructions, so that every register in the frame is exact. [`frame`] lays out the frame as
//! the ARM kernel does (arch/arm/kernel/signal.c), [`info`] converts siginfo, [`fault`] turns
//! faults of the processor into signals.

pub(crate) mod fault;
pub(crate) mod frame;
pub(crate) mod info;

use crate::host::{self, Catch};
use crate::thread::Thread;
use info::GuestInfo;

/// The number of signals.
pub(crate) const SIGNALS: usize = 64;

pub(crate) const SIG_DFL: u32 = 0;
pub(crate) const SIG_IGN: u32 = 1;

// sa_flags of ARM (asm/signal.h).
pub(crate) const SA_NOCLDSTOP: u32 = 1;
pub(crate) const SA_NOCLDWAIT: u32 = 2;
pub(crate) const SA_SIGINFO: u32 = 4;
pub(crate) const SA_RESTORER: u32 = 0x0400_0000;
pub(crate) const SA_ONSTACK: u32 = 0x0800_0000;
pub(crate) const SA_RESTART: u32 = 0x1000_0000;
pub(crate) const SA_NODEFER: u32 = 0x4000_0000;
pub(crate) const SA_RESETHAND: u32 = 0x8000_0000;

pub(crate) const SS_ONSTACK: u32 = 1;
pub(crate) const SS_DISABLE: u32 = 2;
pub(crate) const SS_AUTODISARM: u32 = 1 << 31;

/// What the guest wants done with a signal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) handler: u32,
    pub(crate) flags: u32,
    pub(crate) restorer: u32,
    pub(crate) mask: u64,
}

impl Action {
    /// How the host is to treat the signal, so that this happens.
    pub(crate) fn catch(&self) -> Catch {
        match self.handler {
            SIG_DFL => Catch::Default,
            SIG_IGN => Catch::Ignore,
            _ => Catch::Handle(self.flags & (SA_NOCLDSTOP | SA_NOCLDWAIT)),
        }
    }
}

/// The alternate signal stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AltStack {
    pub(crate) sp: u32,
    pub(crate) flags: u32,
    pub(crate) size: u32,
}

impl Default for AltStack {
    fn default() -> Self {
        AltStack { sp: 0, flags: SS_DISABLE, size: 0 }
    }
}

impl AltStack {
    /// Whether `sp` is on it (Linux on_sig_stack: an armed-once stack counts as left).
    pub(crate) fn contains(&self, sp: u32) -> bool {
        self.flags & SS_AUTODISARM == 0 && sp > self.sp && sp.wrapping_sub(self.sp) <= self.size
    }

    /// ss_flags as the guest reads them.
    pub(crate) fn status(&self, sp: u32) -> u32 {
        if self.size == 0 {
            SS_DISABLE
        } else if self.contains(sp) {
            SS_ONSTACK | self.flags & SS_AUTODISARM
        } else {
            self.flags & SS_AUTODISARM
        }
    }
}

/// The bit of a signal in a mask.
pub(crate) fn bit(signal: i32) -> u64 {
    1u64.checked_shl(signal.wrapping_sub(1) as u32).unwrap_or(0)
}

/// Signals that no mask blocks.
pub(crate) const UNBLOCKABLE: u64 = 1 << (libc::SIGKILL - 1) | 1 << (libc::SIGSTOP - 1);

/// What happens by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DefaultAction {
    Ignore,
    Stop,
    Terminate,
}

/// Whether a signal ends a process that does nothing about it. SIGKILL is nobody's to catch.
pub(crate) fn ends_process(signal: i32) -> bool {
    signal != libc::SIGKILL && default_action(signal) == DefaultAction::Terminate
}

fn default_action(signal: i32) -> DefaultAction {
    match signal {
        libc::SIGCHLD | libc::SIGURG | libc::SIGWINCH | libc::SIGCONT => DefaultAction::Ignore,
        libc::SIGSTOP | libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU => DefaultAction::Stop,
        _ => DefaultAction::Terminate,
    }
}

/// What became of the system call that a signal interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interrupted {
    /// r0 before the call, for making it again.
    pub(crate) r0: u32,
    /// Whether SA_RESTART makes the call again rather than EINTR.
    pub(crate) restartable: bool,
    /// Whether it is made again if no handler runs after all.
    pub(crate) resume: bool,
}

impl Thread {
    /// Delivers what waits, then opens the host's mask again.
    pub(crate) fn deliver_signals(&mut self) {
        self.deliver_after(None);
    }

    /// As [`Thread::deliver_signals`], after a system call that returned EINTR.
    pub(crate) fn deliver_after(&mut self, mut call: Option<Interrupted>) {
        while let Some(signal) = self.slot.take() {
            let info = GuestInfo::from_host(&signal);
            if self.mask & bit(info.signal()) != 0 && is_held_kind(info.signal()) {
                self.held.push(info);
            } else {
                self.deliver(&info, &mut call);
            }
        }
        let open = self.held.iter().position(|s| self.mask & bit(s.signal()) == 0);
        if let Some(index) = open {
            let info = self.held.remove(index);
            self.deliver(&info, &mut call);
        }
        // Nothing ran a handler: the call goes on as if nothing had happened.
        if let Some(call) = call.filter(|c| c.resume) {
            self.repeat_call(call.r0);
        }
        if let Some(mask) = self.saved_mask.take() {
            self.mask = mask;
        }
        host::set_mask(self.mask);
    }

    /// Goes back to the SVC, to make the same call again.
    pub(crate) fn repeat_call(&mut self, r0: u32) {
        let cpu = &mut self.vcpu.cpu;
        cpu.r[0] = r0;
        cpu.r[15] = cpu.r[15].wrapping_sub(if cpu.thumb { 2 } else { 4 });
    }

    fn deliver(&mut self, info: &GuestInfo, call: &mut Option<Interrupted>) {
        let signal = info.signal();
        if !self.passes_debugger(info) {
            return;
        }
        let action = self.take_action(signal);
        match action.handler {
            SIG_IGN => {}
            SIG_DFL => match default_action(signal) {
                DefaultAction::Ignore => {}
                DefaultAction::Stop => {
                    let _ = host::call(
                        libc::SYS_kill,
                        &[(std::process::id() as i32).into(), libc::SIGSTOP.into()],
                    );
                }
                DefaultAction::Terminate => self.die(signal),
            },
            _ => {
                if let Some(call) = call.take()
                    && call.restartable
                    && action.flags & SA_RESTART != 0
                {
                    self.repeat_call(call.r0);
                }
                self.enter_handler(&action, info);
            }
        }
    }

    /// The action for a signal that is about to be delivered; SA_RESETHAND takes effect.
    fn take_action(&self, signal: i32) -> Action {
        let mut actions = self.process.actions();
        let Some(slot) = actions.get_mut(signal as usize) else { return Action::default() };
        let action = *slot;
        if action.flags & SA_RESETHAND != 0 && action.handler > SIG_IGN {
            slot.handler = SIG_DFL;
            self.process.install(signal, &Action::default());
        }
        action
    }

    /// A signal that the thread's own instruction raised: it cannot be blocked or ignored.
    pub(crate) fn force(&mut self, info: &GuestInfo) {
        let signal = info.signal();
        if !self.passes_debugger(info) {
            return;
        }
        let action = self.take_action(signal);
        if action.handler <= SIG_IGN || self.mask & bit(signal) != 0 {
            self.explain(info);
            return self.die(signal);
        }
        host::mask_all();
        self.enter_handler(&action, info);
        host::set_mask(self.mask);
    }

    /// With `-v`, says what the guest died of.
    fn explain(&self, info: &GuestInfo) {
        if self.process.options.verbose == 0 {
            return;
        }
        let cpu = &self.vcpu.cpu;
        let name = crate::abi::signal_name(info.signal());
        let text = format!(
            "skink: guest thread {} gets {name} (si_code {}, si_addr {:#010x}) at pc {:#010x} lr {:#010x} sp {:#010x}\n",
            host::gettid(),
            info.code(),
            info.addr(),
            cpu.r[15],
            cpu.r[14],
            cpu.r[13]
        );
        host::write_all(2, text.as_bytes());
    }

    /// Whether a signal is delivered, for all that a debugger says.
    fn passes_debugger(&mut self, info: &GuestInfo) -> bool {
        let Some(controlled) = &mut self.controlled else { return true };
        // siginfo has an address only from the kernel, for what an instruction did (sigaction(2)).
        let fault = matches!(
            info.signal(),
            libc::SIGSEGV | libc::SIGBUS | libc::SIGILL | libc::SIGTRAP | libc::SIGFPE
        );
        let addr = (fault && info.code() > 0).then(|| info.addr());
        controlled.signal(&mut self.vcpu, info.signal() as u32, info.code(), addr)
    }

    /// The end of the process by a signal; comes back only if there is a debugger, with `exit` set.
    fn die(&mut self, signal: i32) {
        if self.ends_for_debugger(skink_engine::Exit::Signal(signal)) {
            return;
        }
        self.process.report(self.vcpu.stats());
        host::die_by(signal)
    }

    fn enter_handler(&mut self, action: &Action, info: &GuestInfo) {
        let restore = self.saved_mask.take().unwrap_or(self.mask);
        if frame::push(self, action, info, restore).is_err() {
            // Linux force_sigsegv: no room for the frame is a SIGSEGV, and the end if it was that.
            self.mask = restore;
            let segv = self.take_action(libc::SIGSEGV);
            let fault = GuestInfo::kernel(libc::SIGSEGV);
            let fatal = info.signal() == libc::SIGSEGV || segv.handler <= SIG_IGN;
            if fatal
                || self.mask & bit(libc::SIGSEGV) != 0
                || frame::push(self, &segv, &fault, restore).is_err()
            {
                self.explain(&fault);
                return self.die(libc::SIGSEGV);
            }
            self.mask |= (segv.mask | bit(libc::SIGSEGV)) & !UNBLOCKABLE;
            return;
        }
        self.mask |= action.mask;
        if action.flags & SA_NODEFER == 0 {
            self.mask |= bit(info.signal());
        }
        self.mask &= !UNBLOCKABLE;
    }
}

/// Whether the host cannot hold the signal back for us.
fn is_held_kind(signal: i32) -> bool {
    matches!(signal, libc::SIGSEGV | libc::SIGBUS)
}
