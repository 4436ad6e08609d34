//! The hooks of a debugger in the loop of a guest thread.
//!
//! A personality that is debugged runs its processors through [`Controlled`], which reports to a [`Controller`] on
//! the guest thread's own host thread. The call blocks for as long as the debugger holds the program; meanwhile the
//! debugger may read and change the registers. The personality sees only the stops that are its own.

use crate::history::{Ending, History, Past, Tape};
use crate::vcpu::{Interrupter, Stop, Tracer, Vcpu};
use crate::watch::{Around, Hit};
use skink_machine::Cpu;
use std::ops::Range;
use std::sync::Arc;

/// What the personality calls a thread (Linux: its thread ID).
pub type ThreadId = u32;

/// Has a thread come back from a system call that blocks.
pub type Kick = Box<dyn Fn() + Send + Sync>;

/// What happened to a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It is about to do its first instruction.
    Began,
    /// A trap of the debugger's; PC is at it.
    Trap,
    /// What [`Order::Step`] or [`Order::StepWithin`] asked for has been done.
    Stepped,
    /// What [`Order::RunTo`] asked for has been done.
    Reached,
    /// A watched range was accessed.
    Watch {
        /// How.
        hits: Vec<Hit>,
        /// How many instructions had been done before: one less than now if it was the last instruction or the system
        /// call, as many as now if it was something else (a signal's frame, the debugger).
        before: u64,
    },
    /// A signal is about to be delivered, or an exception that the personality has no other word for. It may be
    /// suppressed.
    Signal {
        /// Its number as the guest's.
        number: u32,
        /// si_code.
        code: i32,
        /// The address of a fault.
        addr: Option<u32>,
    },
    /// A system call that the debugger wants to know of is about to be made; PC is behind the SVC.
    Call(u32),
    /// Such a call has been made; R0 has its result.
    Called(u32),
    /// It has forked; the child is not debugged.
    Forked(u32),
    /// It is about to execute another program, which takes the place of the host process and of the debugger in it.
    Executing(String),
    /// The personality stops it for good, with a message (the teaching board).
    Trouble(String),
    /// It waits for console input that has not come yet; running on asks again.
    Waiting,
    /// It was in its past and has arrived at the present.
    Present,
    /// It could not go where it was to go in its past, and is in the present; this says why.
    Lost(String),
    /// It is at the end of a recording; this says how that ends.
    Ends(String),
}

impl Event {
    /// Hits of the instruction or system call that a thread has done last.
    pub(crate) fn watch_of_last(hits: Vec<Hit>, vcpu: &Vcpu) -> Event {
        Event::Watch { hits, before: vcpu.retired().saturating_sub(1) }
    }
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// With this status.
    Status(i32),
    /// By this signal.
    Signal(i32),
}

/// How a thread is to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Until something happens.
    Go,
    /// By one instruction.
    Step,
    /// By instructions until PC is outside these addresses; at least one.
    StepWithin(Range<u32>),
    /// Until so many instructions are [retired](Vcpu::retired).
    RunTo(u64),
    /// In the past, to the first moment with so many instructions [retired](Vcpu::retired); in the present if that
    /// is not past.
    Travel(u64),
    /// Not at all: the program was killed.
    End,
}

/// A debugger as the guest's threads see it.
pub trait Controller: Send + Sync {
    /// A thread exists and will soon report [`Event::Began`]. `kick` has a system call that it is in return, for a
    /// program that is killed.
    fn began(&self, thread: ThreadId, interrupter: Interrupter, kick: Kick);

    /// A thread is between two instructions, where it may be held: always if there is an `event` that the debugger
    /// wants to see. Returns how it goes on, and whether it has been held on account of the event.
    fn rest(&self, thread: ThreadId, event: Option<Event>, cpu: &mut Cpu, retired: u64) -> (Order, bool);

    /// Whether a signal is still to be delivered after the debugger has seen it: asked after each
    /// [`Event::Signal`].
    fn delivers(&self, thread: ThreadId) -> bool;

    /// Whether the debugger wants to see a system call.
    fn catches(&self, call: u32) -> bool;

    /// A thread makes a system call, in which it may block for long; these are its registers. The next `rest` ends it.
    fn calling(&self, thread: ThreadId, cpu: &Cpu, retired: u64);

    /// Says what is known of the past of the program's first thread, whenever that changes.
    fn past(&self, past: Past);

    /// Whether somebody waits for threads to come to rest.
    fn presses(&self) -> bool;

    /// Where the past of the program's first thread is written to, if it is not kept for going back. Asked once.
    fn tape(&self) -> Option<Tape> {
        None
    }

    /// Who looks at each instruction, if anybody does. Asked whenever a thread goes on.
    fn observer(&self) -> Option<Arc<dyn Observer>> {
        None
    }

    /// What the debugger has written to memory since it was last asked: address and length.
    fn edits(&self) -> Vec<(u32, u32)>;

    /// A thread has ended.
    fn ended(&self, thread: ThreadId);

    /// The program has ended; every thread that is left gets [`Order::End`].
    fn exited(&self, how: Exit);
}

/// Somebody who looks at each instruction before it is done.
pub trait Observer: Send + Sync {
    /// A thread is about to do the instruction at PC.
    fn instruction(&self, thread: ThreadId, cpu: &Cpu);

    /// The personality, or the host's kernel, may write these bytes.
    fn filled(&self, addr: u32, len: u32);
}

/// A thread that a debugger controls.
pub struct Controlled {
    thread: ThreadId,
    controller: Arc<dyn Controller>,
    /// What is to be reported when the thread is next at rest.
    due: Option<Event>,
    /// What the debugger said last.
    order: Order,
    around: Option<Around>,
    observer: Option<Arc<dyn Observer>>,
    /// Who looked on before there was an observer.
    tracer: Option<Tracer>,
    /// If its past is kept.
    pub(crate) history: Option<Box<History>>,
}

impl Controlled {
    /// For a thread that is about to begin.
    pub fn new(thread: ThreadId, controller: Arc<dyn Controller>) -> Controlled {
        Controlled {
            thread,
            controller,
            due: Some(Event::Began),
            order: Order::Go,
            around: None,
            observer: None,
            tracer: None,
            history: None,
        }
    }

    /// Keeps the past of this thread from now on: it must be alone in its memory for as long as nobody says
    /// [`Controlled::forget`].
    pub fn remember(&mut self) {
        self.history = Some(Box::new(History::new(self.controller.tape())));
    }

    /// Whether it is kept.
    pub fn remembers(&self) -> bool {
        self.history.is_some()
    }

    /// Whether somebody looks at each instruction.
    pub fn is_observed(&self) -> bool {
        self.observer.is_some()
    }

    /// From here on there is no past to go to, for this reason.
    pub fn forget(&mut self, vcpu: &Vcpu, why: &str) {
        self.recorded_to(vcpu, &Ending::Because(why.to_owned()));
        if self.history.take().is_some() {
            self.controller.past(Past { refused: Some(why.to_owned()), ..Past::default() });
        }
    }

    /// Before a system call: it may change these ranges of memory, by address and length.
    pub fn may_change(&mut self, vcpu: &Vcpu, ranges: &[(u32, u32)]) {
        self.filled(ranges);
        if let Some(history) = &mut self.history {
            history.may_change(vcpu, ranges);
        }
    }

    /// The personality has written these bytes of memory.
    pub fn wrote(&mut self, vcpu: &Vcpu, addr: u32, len: u32) {
        self.filled(&[(addr, len)]);
        if let Some(history) = &mut self.history {
            history.wrote(vcpu, addr, len);
        }
    }

    /// The personality has mapped these pages, or changed what they hold altogether.
    pub fn mapped(&mut self, vcpu: &Vcpu, addr: u32, len: u32) {
        self.filled(&[(addr, len)]);
        if let Some(history) = &mut self.history {
            history.mapped(vcpu, addr, len);
        }
    }

    fn filled(&self, ranges: &[(u32, u32)]) {
        if let Some(observer) = &self.observer {
            ranges.iter().for_each(|(addr, len)| observer.filled(*addr, *len));
        }
    }

    /// Has each instruction shown to whoever wants to see it now.
    fn show(&mut self, vcpu: &mut Vcpu) {
        match (self.controller.observer(), self.observer.is_some()) {
            (Some(observer), false) => {
                self.tracer = vcpu.tracer.take();
                let (seen, thread) = (observer.clone(), self.thread);
                vcpu.set_tracer(Some(Box::new(move |cpu| seen.instruction(thread, cpu))));
                self.observer = Some(observer);
            }
            (None, true) => {
                vcpu.set_tracer(self.tracer.take());
                self.observer = None;
            }
            _ => {}
        }
    }

    pub(crate) fn thread(&self) -> ThreadId {
        self.thread
    }

    /// Who controls it.
    pub fn controller(&self) -> &Arc<dyn Controller> {
        &self.controller
    }

    /// Runs until something happens that is the personality's business; `None` if the thread is to end.
    pub fn run(&mut self, vcpu: &mut Vcpu) -> Option<Stop> {
        loop {
            let due = self.due.take();
            self.settle(vcpu);
            let held = self.rest(vcpu, due);
            if self.order == Order::End {
                return None;
            }
            // What the debugger has changed happens before whatever comes now.
            self.settle(vcpu);
            self.show(vcpu);
            let stop = self.go(vcpu, held);
            if let (Some(history), Some(stop)) = (&mut self.history, &stop) {
                history.gives(vcpu, stop);
            }
            match stop {
                None if matches!(self.order, Order::RunTo(_)) => self.due = Some(Event::Reached),
                None => self.due = Some(Event::Stepped),
                Some(Stop::Trap) => self.due = Some(Event::Trap),
                Some(Stop::Watch) => self.due = Some(Event::watch_of_last(vcpu.take_hits(), vcpu)),
                Some(stop) => {
                    // A call completes a step; a fault is reported as itself.
                    let done = match self.order {
                        Order::RunTo(count) => vcpu.retired() >= count,
                        Order::Step | Order::StepWithin(_) => matches!(stop, Stop::Svc(_)),
                        Order::Go | Order::Travel(_) | Order::End => false,
                    };
                    self.due = done.then(|| self.done());
                    return Some(stop);
                }
            }
        }
    }

    /// The event that says that the order has been carried out.
    fn done(&self) -> Event {
        if matches!(self.order, Order::RunTo(_)) { Event::Reached } else { Event::Stepped }
    }

    fn rest(&mut self, vcpu: &mut Vcpu, event: Option<Event>) -> bool {
        let retired = vcpu.retired();
        let before = self.history.is_some().then(|| vcpu.cpu.clone());
        let (order, held) = self.controller.rest(self.thread, event, &mut vcpu.cpu, retired);
        let (order, held) = match order {
            Order::Travel(_) => self.travel(vcpu, order),
            order => (order, held),
        };
        self.order = order;
        if let (Some(history), Some(before)) = (&mut self.history, before) {
            history.edited(vcpu, before);
            self.controller.edits().into_iter().for_each(|(addr, len)| history.wrote(vcpu, addr, len));
        }
        held
    }

    /// Puts down in the history what the personality has done.
    fn settle(&mut self, vcpu: &mut Vcpu) {
        let Some(history) = &mut self.history else { return };
        match history.settle(vcpu) {
            Ok(false) => {}
            Ok(true) => self.controller.past(history.past(None)),
            Err(error) => self.forget(vcpu, &format!("The past is lost: {error}.")),
        }
    }

    /// Carries the order out. A trap is passed only by a thread that was held there: another, which happens to be
    /// at one when the program is held, has still to report it.
    fn go(&self, vcpu: &mut Vcpu, held: bool) -> Option<Stop> {
        let at_trap = vcpu.memory().marks().is_trap(vcpu.cpu.r[15], vcpu.cpu.thumb);
        if at_trap && !held {
            return Some(Stop::Trap);
        }
        match &self.order {
            Order::Step => vcpu.step(),
            Order::StepWithin(range) => step_within(vcpu, range),
            Order::Go | Order::Travel(_) | Order::End => {
                if at_trap && let Some(stop) = vcpu.step() {
                    return Some(stop);
                }
                Some(vcpu.run())
            }
            Order::RunTo(count) => {
                if at_trap && let Some(stop) = vcpu.step() {
                    return Some(stop);
                }
                vcpu.run_to(*count)
            }
        }
    }

    /// Before a system call: reports it if it is caught, and says that the thread may be away for long. `false` if
    /// the thread is to end instead.
    pub fn calling(&mut self, vcpu: &mut Vcpu, call: u32) -> bool {
        if self.controller.catches(call) {
            let held = self.rest(vcpu, Some(Event::Call(call)));
            match self.order {
                Order::End => return false,
                Order::Go | Order::RunTo(_) if held => self.due = None,
                Order::Step | Order::StepWithin(_) => self.due = Some(Event::Stepped),
                _ => {}
            }
        }
        if let Some(history) = &mut self.history {
            history.announce(call);
        }
        self.around = Around::before(vcpu.memory());
        self.controller.calling(self.thread, &vcpu.cpu, vcpu.retired());
        true
    }

    /// After it, with R0 set.
    pub fn called(&mut self, vcpu: &Vcpu, call: u32) {
        let hits = self.around.take().map(|around| around.after(vcpu.memory())).unwrap_or_default();
        if !hits.is_empty() {
            self.due = Some(Event::watch_of_last(hits, vcpu));
        } else if self.controller.catches(call) {
            self.due = Some(Event::Called(call));
        }
    }

    /// Before a signal is delivered; `false` if the debugger has suppressed it.
    pub fn signal(&mut self, vcpu: &mut Vcpu, number: u32, code: i32, addr: Option<u32>) -> bool {
        let due = self.due.take();
        let held = self.rest(vcpu, Some(Event::Signal { number, code, addr }));
        if !held {
            self.due = due;
        } else if matches!(self.order, Order::Step | Order::StepWithin(_)) {
            // A step from here goes to the first instruction of the handler, if there is one.
            self.due = Some(Event::Stepped);
        }
        let delivers = self.controller.delivers(self.thread);
        if let Some(history) = self.history.as_mut().filter(|_| delivers) {
            history.signals(vcpu, number, code, addr);
        }
        delivers
    }

    /// Something to report in the middle of a system call; `false` if the thread is to end.
    pub fn tell(&mut self, vcpu: &mut Vcpu, event: Event) -> bool {
        if let Event::Executing(path) = &event {
            let why = format!("The program executed {path}, which is not recorded.");
            self.recorded_to(vcpu, &Ending::Because(why));
        }
        self.rest(vcpu, Some(event));
        self.order != Order::End
    }

    /// Something to report when the thread is next at rest.
    pub fn note(&mut self, event: Event) {
        self.due = Some(event);
    }
}

fn step_within(vcpu: &mut Vcpu, range: &Range<u32>) -> Option<Stop> {
    let interrupter = vcpu.interrupter();
    loop {
        if let Some(stop) = vcpu.step() {
            return Some(stop);
        }
        let pc = vcpu.cpu.r[15];
        if !range.contains(&pc) {
            return None;
        }
        if interrupter.take() {
            return Some(Stop::Interrupted);
        }
        if vcpu.memory().marks().is_trap(pc, vcpu.cpu.thumb) {
            return Some(Stop::Trap);
        }
    }
}
