//! A guest thread: one virtual processor on one host thread, and the loop that drives it.

use crate::host::{self, Slot};
use crate::insnlog::InstructionLog;
use crate::process::Process;
use crate::profile::{Profile, Watched};
use crate::signal::info::GuestInfo;
use crate::signal::{AltStack, fault};
use crate::syscalls;
use skink_engine::{Stop, Vcpu};
use skink_machine::Memory;
use std::sync::Arc;

/// A guest thread.
pub(crate) struct Thread {
    pub(crate) process: Arc<Process>,
    pub(crate) vcpu: Vcpu,
    log: Option<InstructionLog>,
    /// Signals from the host's handler.
    pub(crate) slot: Box<Slot>,
    /// The process's samples, and this thread's part in them.
    pub(crate) sampled: Option<(Arc<Profile>, Arc<Watched>)>,
    /// The guest's signal mask, bit 0 for signal 1.
    pub(crate) mask: u64,
    /// The mask to go back to after sigsuspend, ppoll and their like.
    pub(crate) saved_mask: Option<u64>,
    /// Signals that came although the guest blocks them (SIGSEGV and SIGBUS sent by kill).
    pub(crate) held: Vec<GuestInfo>,
    pub(crate) alt: AltStack,
    /// Where to store 0 and wake a futex at the end (CLONE_CHILD_CLEARTID).
    pub(crate) clear_tid: u32,
    /// The list of robust futexes (set_robust_list).
    pub(crate) robust: u32,
    /// Set when the thread is to end.
    pub(crate) exit: Option<i32>,
    /// The system call set the registers itself (sigreturn).
    pub(crate) registers_set: bool,
    /// The system call that was interrupted must not be made again (a futex wait with a time limit).
    pub(crate) no_restart: bool,
    /// An execve(2) that is under way.
    pub(crate) exec: Option<host::ExecCall>,
    /// What the last fault left for the signal frame.
    pub(crate) trap: fault::Trap,
    /// The process's first thread, whose end does not end the process either.
    pub(crate) leader: bool,
    /// All that remains to be done is the host's call that ends the thread.
    pub(crate) ended: bool,
}

impl Thread {
    /// A thread on a fresh processor. Signals must be blocked, and stay so until `start`.
    pub(crate) fn new(process: Arc<Process>) -> Thread {
        let mut vcpu = Vcpu::new(process.memory.clone());
        let log = InstructionLog::new(&process.options, &process.memory);
        vcpu.set_tracer(log.as_ref().map(InstructionLog::tracer));
        if let (Some(translator), Some(after)) =
            (&process.translator, process.options.engine.translates_after())
        {
            vcpu.set_translator(translator.clone(), after);
        }
        let slot = Slot::new(vcpu.interrupter());
        let sampled =
            process.profile().as_ref().map(|profile| (profile.clone(), profile.watch(vcpu.interrupter())));
        Thread {
            process,
            vcpu,
            log,
            slot,
            sampled,
            mask: 0,
            saved_mask: None,
            held: Vec::new(),
            alt: AltStack::default(),
            clear_tid: 0,
            robust: 0,
            exit: None,
            registers_set: false,
            no_restart: false,
            exec: None,
            trap: fault::Trap::default(),
            leader: false,
            ended: false,
        }
    }

    /// The guest's memory.
    pub(crate) fn memory(&self) -> &Arc<Memory> {
        &self.process.memory
    }

    /// Makes the calling host thread this guest thread: its slot, its mask.
    pub(crate) fn start(&mut self) {
        self.slot.activate();
        host::set_mask(self.mask);
    }

    /// Runs the thread to its end and returns its exit status.
    pub(crate) fn run(&mut self) -> i32 {
        loop {
            if self.slot.is_pending() || !self.held.is_empty() {
                self.deliver_signals();
            }
            if let Some(status) = self.exit {
                return status;
            }
            let stop = match &self.sampled {
                None => self.vcpu.run(),
                Some((profile, watched)) => {
                    watched.set_running(true);
                    let stop = self.vcpu.run();
                    watched.set_running(false);
                    profile.sample(watched, &self.process.memory, &self.vcpu.cpu);
                    stop
                }
            };
            if let Some(log) = &self.log {
                log.stopped(&self.vcpu.cpu);
            }
            match stop {
                Stop::Svc(_) => syscalls::dispatch(self),
                Stop::Interrupted => {}
                Stop::Fault(fault) => self.memory_fault(fault),
                Stop::Undefined => self.undefined_instruction(),
                Stop::Breakpoint(_) => self.breakpoint(),
            }
        }
    }

    /// What the kernel does for a thread that ends: robust futexes, then the joiner's futex.
    pub(crate) fn release(&mut self) {
        host::mask_all();
        syscalls::futex::exit_robust_list(self);
        if self.clear_tid != 0 {
            syscalls::futex::clear_and_wake(self.memory(), self.clear_tid);
            self.clear_tid = 0;
        }
        self.process.totals.add(self.vcpu.stats());
    }
}
