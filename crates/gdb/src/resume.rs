//! How gdb has the program go on, and what it is told when that has stopped.

use crate::points::Mark;
use crate::signals::to_gdb;
use crate::target::{Back, Debugged, number};
use gdbstub::common::{Signal, Tid};
use gdbstub::stub::MultiThreadStopReason;
use gdbstub::target::ext::base::multithread::{
    MultiThreadRangeStepping, MultiThreadRangeSteppingOps, MultiThreadResume, MultiThreadSchedulerLocking,
    MultiThreadSchedulerLockingOps, MultiThreadSingleStep, MultiThreadSingleStepOps,
};
use gdbstub::target::ext::base::reverse_exec::{
    ReplayLogPosition, ReverseCont, ReverseContOps, ReverseStep, ReverseStepOps,
};
use gdbstub::target::ext::catch_syscalls::CatchSyscallPosition;
use skink_debug::{Reason, Stop};
use skink_engine::{Exit, Order};

/// What gdb is told.
pub(crate) type Told = MultiThreadStopReason<u32>;

impl Debugged {
    fn order(&mut self, tid: Tid, signal: Option<Signal>, order: Order) {
        let number = number(tid);
        self.orders.insert(number, order);
        let Some(signal) = signal.filter(|signal| *signal != Signal::SIGZERO) else { return };
        if self.signalled.get(&number) == Some(&signal.0) {
            self.signalled.remove(&number);
            let _ = self.session().deliver(number, true);
        } else {
            self.notes.push(format!(
                "gdb sends signal {signal} to thread {number}, which was not stopped for it; only such a signal can be \
                 delivered, so this one is not"
            ));
        }
    }

    /// What a stop is to gdb, and which thread it is about.
    pub(crate) fn told(&mut self, stop: &Stop) -> Told {
        let tid = self.tid(stop.thread);
        let signal = |signal| Told::SignalWithThread { tid, signal };
        match &stop.reason {
            Reason::Breakpoint(ids) => self.broken(tid, ids),
            Reason::Watch { point, addr, .. } => match self.marks.of(*point) {
                // An access may begin before the range; gdb looks for an address in it.
                Some(Mark::Watch { addr: start, kind, .. }) => {
                    Told::Watch { tid, kind: kind.to_gdb(), addr: start.max(*addr) }
                }
                _ => signal(Signal::SIGTRAP),
            },
            Reason::Signal { number, .. } | Reason::Caught { number, .. } => {
                let gdb = to_gdb(self.session().signals(), *number);
                self.signalled.insert(stop.thread, gdb.0);
                // Not delivered unless gdb says so.
                let _ = self.session().deliver(stop.thread, false);
                signal(gdb)
            }
            Reason::Call { number, .. } => {
                let position = CatchSyscallPosition::Entry;
                Told::CatchSyscall { tid: Some(tid), number: *number, position }
            }
            Reason::Called { number, .. } => {
                let position = CatchSyscallPosition::Return;
                Told::CatchSyscall { tid: Some(tid), number: *number, position }
            }
            Reason::Executing(path) => {
                self.notes.push(format!(
                    "the program is about to execute {path}, in its own place and in the debugger's: the session \
                     ends when it goes on"
                ));
                signal(Signal::SIGTRAP)
            }
            Reason::Trouble(text) => {
                self.notes.push(text.trim_end().to_owned());
                signal(Signal::SIGABRT)
            }
            Reason::Waiting => {
                self.notes.push("the program waits for input that is not there".to_owned());
                signal(Signal::SIGTTIN)
            }
            Reason::Paused => signal(Signal::SIGINT),
            Reason::Beginning => Told::ReplayLog { tid: Some(tid), pos: ReplayLogPosition::Begin },
            Reason::Present => Told::ReplayLog { tid: Some(tid), pos: ReplayLogPosition::End },
            Reason::Ends(text) => {
                self.notes.push(text.clone());
                Told::ReplayLog { tid: Some(tid), pos: ReplayLogPosition::End }
            }
            Reason::Lost(text) => {
                self.notes.push(format!("the past cannot be had: {text}; this is the present"));
                Told::ReplayLog { tid: Some(tid), pos: ReplayLogPosition::End }
            }
            Reason::Exited(Exit::Status(status)) => Told::Exited(*status as u8),
            Reason::Exited(Exit::Signal(number)) => {
                Told::Terminated(to_gdb(self.session().signals(), *number as u32))
            }
            _ => signal(Signal::SIGTRAP),
        }
    }

    /// Goes back as gdb wants; the end of the history, and the reason, if there is none.
    pub(crate) fn go_back(&mut self, back: Back) -> (Stop, Option<String>) {
        let session = self.session();
        let gone = match back {
            Back::Step => session.reverse_instructions(1),
            Back::Go => session.reverse_go().and_then(|stop| match stop.reason {
                // gdb takes another step in the direction it goes, over the access, and compares what was there.
                Reason::Watch { .. } => Ok(Stop { reason: stop.reason, ..session.goto(stop.retired + 1)? }),
                _ => Ok(stop),
            }),
        };
        gone.map_or_else(
            |error| {
                let thread = self.session().thread().map_or(0, |thread| thread.number);
                let stop = Stop { reason: Reason::Beginning, thread, pc: 0, retired: 0, notes: Vec::new() };
                (stop, Some(error.to_string()))
            },
            |stop| (stop, None),
        )
    }

    /// What an interrupt is to gdb.
    pub(crate) fn interrupted(&self, thread: u32) -> Told {
        Told::SignalWithThread { tid: self.tid(thread), signal: Signal::SIGINT }
    }

    /// A program that is let go gets what it was stopped for.
    pub(crate) fn deliver_all(&mut self) {
        for number in std::mem::take(&mut self.signalled).into_keys() {
            let _ = self.session().deliver(number, true);
        }
    }

    /// gdb ignores a breakpoint's stop where it has none itself.
    fn broken(&self, tid: Tid, ids: &[u32]) -> Told {
        let marks: Vec<Mark> = ids.iter().filter_map(|id| self.marks.of(*id)).collect();
        if marks.iter().any(|mark| matches!(mark, Mark::Software(_))) {
            Told::SwBreak(tid)
        } else if marks.iter().any(|mark| matches!(mark, Mark::Hardware(_))) {
            Told::HwBreak(tid)
        } else {
            Told::SignalWithThread { tid, signal: Signal::SIGTRAP }
        }
    }

    /// A thread for gdb; one that is gone is the first.
    fn tid(&self, thread: u32) -> Tid {
        let first = || self.interpreter.session.threads().first().map(|thread| thread.number);
        let number = if thread == 0 { first().unwrap_or(1) } else { thread };
        Tid::new(number as usize).unwrap_or(Tid::MIN)
    }
}

impl MultiThreadResume for Debugged {
    fn resume(&mut self) -> Result<(), String> {
        let (orders, others) = (std::mem::take(&mut self.orders), self.others);
        if !self.session().is_alive() {
            return Ok(());
        }
        // A thread that gdb names may have ended.
        let threads: Vec<u32> = self.session().threads().iter().map(|thread| thread.number).collect();
        let orders = orders.into_iter().filter(|(number, _)| threads.contains(number)).collect();
        self.session().set_off(&orders, others).map_err(|error| error.to_string())
    }

    fn clear_resume_actions(&mut self) -> Result<(), String> {
        self.orders.clear();
        (self.others, self.backwards) = (true, None);
        Ok(())
    }

    fn set_resume_action_continue(&mut self, tid: Tid, signal: Option<Signal>) -> Result<(), String> {
        self.order(tid, signal, Order::Go);
        Ok(())
    }

    fn support_single_step(&mut self) -> Option<MultiThreadSingleStepOps<'_, Self>> {
        Some(self)
    }

    fn support_range_step(&mut self) -> Option<MultiThreadRangeSteppingOps<'_, Self>> {
        Some(self)
    }

    fn support_reverse_step(&mut self) -> Option<ReverseStepOps<'_, Tid, Self>> {
        Some(self)
    }

    fn support_reverse_cont(&mut self) -> Option<ReverseContOps<'_, Tid, Self>> {
        Some(self)
    }

    fn support_scheduler_locking(&mut self) -> Option<MultiThreadSchedulerLockingOps<'_, Self>> {
        Some(self)
    }
}

impl MultiThreadSingleStep for Debugged {
    fn set_resume_action_step(&mut self, tid: Tid, signal: Option<Signal>) -> Result<(), String> {
        self.order(tid, signal, Order::Step);
        Ok(())
    }
}

/// Which thread goes back is no question: only one that is alone has a past.
impl ReverseStep<Tid> for Debugged {
    fn reverse_step(&mut self, _: Tid) -> Result<(), String> {
        self.backwards = Some(Back::Step);
        Ok(())
    }
}

impl ReverseCont<Tid> for Debugged {
    fn reverse_cont(&mut self) -> Result<(), String> {
        self.backwards = Some(Back::Go);
        Ok(())
    }
}

impl MultiThreadRangeStepping for Debugged {
    fn set_resume_action_range_step(&mut self, tid: Tid, start: u32, end: u32) -> Result<(), String> {
        self.order(tid, None, Order::StepWithin(start..end));
        Ok(())
    }
}

impl MultiThreadSchedulerLocking for Debugged {
    fn set_resume_action_scheduler_lock(&mut self) -> Result<(), String> {
        self.others = false;
        Ok(())
    }
}
