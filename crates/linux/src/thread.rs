//! A guest thread: one virtual processor on one host thread, and the loop that drives it.

use crate::host::{self, Slot};
use crate::insnlog::InstructionLog;
use crate::process::Process;
use crate::profile::{Profile, Watched};
use crate::signal::info::GuestInfo;
use crate::signal::{AltStack, fault};
use crate::syscalls;
use skink_engine::{Controlled, Ending, Event, Stop, Vcpu};
use skink_machine::Memory;
use std::sync::Arc;

/// A guest thread.
pub(crate) struct Thread {
    pub(crate) process: Arc<Process>,
    pub(crate) vcpu: Vcpu,
    log: Option<InstructionLog>,
    /// If a debugger has it.
    pub(crate) controlled: Option<Controlled>,
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
            controlled: None,
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
            let stop = match (&mut self.controlled, &self.sampled) {
                (Some(controlled), _) => match controlled.run(&mut self.vcpu) {
                    Some(stop) => stop,
                    None => return 0,
                },
                (None, None) => self.vcpu.run(),
                (None, Some((profile, watched))) => {
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
                Stop::Trap | Stop::Watch => self.pass_mark(),
            }
        }
    }

    /// A child that shares its parent's memory, or has a copy of it, meets the marks of a debugger that is none of
    /// its business.
    fn pass_mark(&mut self) {
        self.vcpu.take_hits();
        // What stops this one instruction stops it again where it is dealt with.
        if self.vcpu.memory().marks().is_trap(self.vcpu.cpu.r[15], self.vcpu.cpu.thumb)
            && let Some(Stop::Svc(_)) = self.vcpu.step()
        {
            syscalls::dispatch(self);
        }
    }

    /// Puts the thread, which runs on the calling host thread, under the debugger of its process.
    pub(crate) fn submit(&mut self) {
        if let Some(controller) = self.process.controller() {
            let thread = host::gettid() as u32;
            let kick = Box::new(move || host::kick(thread));
            controller.began(thread, self.vcpu.interrupter(), kick);
            self.controlled = Some(Controlled::new(thread, controller));
        }
    }

    /// Whether somebody wants to know what system calls write.
    pub(crate) fn is_followed(&self) -> bool {
        self.controlled.as_ref().is_some_and(|c| c.remembers() || c.is_observed())
    }

    /// Says how the process ends, if that is recorded.
    pub(crate) fn recorded_to(&mut self, how: skink_engine::Exit) {
        if let Some(controlled) = &mut self.controlled {
            controlled.recorded_to(&self.vcpu, &Ending::Exited(how));
        }
    }

    /// Before a system call; `false` if a debugger ends the thread instead.
    pub(crate) fn before_call(&mut self) -> bool {
        let call = self.vcpu.cpu.r[7];
        let goes_on = self.controlled.as_mut().is_none_or(|c| c.calling(&mut self.vcpu, call));
        if !goes_on {
            self.exit = Some(0);
        }
        goes_on
    }

    /// After it.
    pub(crate) fn after_call(&mut self, call: u32) {
        if let Some(controlled) = &mut self.controlled {
            controlled.called(&self.vcpu, call);
        }
    }

    /// Before another program takes the place of this one; `false` if a debugger ends the thread instead.
    pub(crate) fn before_exec(&mut self, path: &[u8]) -> bool {
        let event = || Event::Executing(String::from_utf8_lossy(path).into_owned());
        let goes_on = self.controlled.as_mut().is_none_or(|c| c.tell(&mut self.vcpu, event()));
        if !goes_on {
            self.exit = Some(0);
        }
        goes_on
    }

    /// Tells the debugger, if there is one.
    pub(crate) fn note(&mut self, event: Event) {
        if let Some(controlled) = &mut self.controlled {
            controlled.note(event);
        }
    }

    /// Ends the process for a debugger, which goes on: the thread ends, and the others do when they are next at rest.
    /// `false` if there is no debugger.
    pub(crate) fn ends_for_debugger(&mut self, how: skink_engine::Exit) -> bool {
        self.recorded_to(how.clone());
        let Some(controlled) = &self.controlled else { return false };
        self.process.report(self.vcpu.stats());
        controlled.controller().exited(how);
        self.exit = Some(0);
        true
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
