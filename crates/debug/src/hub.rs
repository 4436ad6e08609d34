//! Where the guest's threads and the session meet.
//!
//! All-stop: when one thread has something to report, the others are held as well, each between two instructions or
//! in a system call. A held thread's registers lie here, for the session to read and change.

use crate::handover::{Handover, Handovers};
use skink_engine::{Controller, Event, Exit, Interrupter, Kick, Observer, Order, Past, ThreadId};
use skink_machine::Cpu;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Where a thread is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// On its way.
    Running,
    /// Between two instructions, until it is resumed.
    Held,
    /// In a system call; it will be held when that returns.
    Calling,
}

struct Slot {
    number: u32,
    interrupter: Interrupter,
    kick: Kick,
    whereabouts: Whereabouts,
    cpu: Cpu,
    retired: u64,
    order: Order,
    delivers: bool,
    /// It stays where it is while others go on.
    frozen: bool,
}

/// Something that happened, for the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum News {
    /// The program is held: a thread has reported this.
    Event(ThreadId, Event),
    /// The program is held because somebody asked.
    Paused,
    /// It is gone.
    Exited(Exit),
}

/// What the session wants to hear of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wishes {
    /// System calls; `all_calls` for every one.
    pub(crate) calls: BTreeSet<u32>,
    pub(crate) all_calls: bool,
    /// Signals that do not hold the program.
    pub(crate) unheld: BTreeSet<u32>,
    /// Signals that the guest does not get.
    pub(crate) undelivered: BTreeSet<u32>,
    pub(crate) forks: bool,
}

#[derive(Default)]
struct State {
    /// Everybody is to come to rest.
    held: bool,
    /// Somebody has asked for that, and has not been told yet.
    asked: bool,
    /// Somebody has asked for that since the session last looked.
    wanted: bool,
    /// Nobody is to go on ever.
    killed: bool,
    threads: BTreeMap<ThreadId, Slot>,
    numbered: u32,
    events: VecDeque<(ThreadId, Event)>,
    /// What happened without anybody being held.
    notes: Vec<(u32, Event)>,
    exit: Option<Exit>,
    wishes: Wishes,
    past: Past,
    /// What has been written to memory and nobody has asked for yet.
    edits: Vec<(u32, u32)>,
    /// Who looks at each instruction.
    observer: Option<Arc<dyn Observer>>,
    handovers: Handovers,
}

/// The controller of one run of a program.
#[derive(Default)]
pub(crate) struct Hub {
    state: Mutex<State>,
    changed: Condvar,
}

/// A thread as the session shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// By which the user knows it: 1 is the first of the run.
    pub number: u32,
    /// By which the personality does.
    pub id: ThreadId,
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// Its next instruction, or the one behind the system call that it is in.
    pub pc: u32,
}

impl Hub {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the program is held or gone, at most so long; `None` if it still runs then.
    pub(crate) fn wait(&self, limit: Option<Duration>) -> Option<News> {
        let deadline = limit.map(|limit| Instant::now() + limit);
        let mut state = self.state();
        loop {
            if let Some(news) = state.news() {
                return Some(news);
            }
            let pace = state.pace();
            let left = match deadline {
                None => pace,
                Some(deadline) => {
                    deadline.checked_duration_since(Instant::now()).filter(|d| !d.is_zero())?.min(pace)
                }
            };
            let (guard, out) = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
            state = guard;
            if out.timed_out() {
                state.interrupt();
            }
        }
    }

    /// Brings everybody to rest.
    pub(crate) fn pause(&self) {
        let mut state = self.state();
        (state.asked, state.wanted) = (true, true);
        state.hold();
        drop(state);
        self.changed.notify_all();
    }

    /// Whether a pause has been asked for since this was last called: work that takes several resumptions looks
    /// between them.
    pub(crate) fn take_wanted(&self) -> bool {
        std::mem::take(&mut self.state().wanted)
    }

    /// Lets everybody go on: one thread as ordered, the others freely. What else has been reported meanwhile comes
    /// first: then nobody moves.
    pub(crate) fn resume(&self, thread: ThreadId, order: Order) {
        self.resume_each(&BTreeMap::from([(thread, order)]), true);
    }

    /// As [`Hub::resume`], each thread as ordered; the others freely or not at all.
    pub(crate) fn resume_each(&self, orders: &BTreeMap<ThreadId, Order>, others: bool) {
        let mut state = self.state();
        state.asked = false;
        // The orders hold whatever comes first: it may turn out to be no reason to stop.
        for (id, slot) in &mut state.threads {
            slot.order = orders.get(id).cloned().unwrap_or(Order::Go);
            slot.frozen = !others && !orders.contains_key(id);
        }
        if state.exit.is_some() || !state.events.is_empty() {
            return;
        }
        state.held = false;
        state.let_go();
        drop(state);
        self.changed.notify_all();
    }

    /// Lets everybody go on as they were told.
    pub(crate) fn go_on(&self) {
        let mut state = self.state();
        if state.exit.is_some() || state.asked || !state.events.is_empty() {
            return;
        }
        state.held = false;
        state.let_go();
        drop(state);
        self.changed.notify_all();
    }

    /// Lets everybody go, whatever has been reported.
    pub(crate) fn release(&self) {
        let mut state = self.state();
        state.events.clear();
        state.asked = false;
        state.threads.values_mut().for_each(|slot| slot.frozen = false);
        drop(state);
        self.go_on();
    }

    /// Whether the signal that a thread was held for is to be delivered.
    pub(crate) fn set_delivers(&self, thread: ThreadId, delivers: bool) {
        if let Some(slot) = self.state().threads.get_mut(&thread) {
            slot.delivers = delivers;
        }
    }

    /// Ends all threads, and waits a moment until they are gone; `false` if some are not.
    pub(crate) fn kill(&self) -> bool {
        let mut state = self.state();
        state.kill();
        self.changed.notify_all();
        let deadline = Instant::now() + Duration::from_secs(2);
        while !state.threads.is_empty() {
            let Some(left) = deadline.checked_duration_since(Instant::now()).filter(|d| !d.is_zero()) else {
                return false;
            };
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// What is known of the past.
    pub(crate) fn known_past(&self) -> Past {
        self.state().past.clone()
    }

    /// Has each instruction looked at, or none any more, from the next resumption on.
    pub(crate) fn set_observer(&self, observer: Option<Arc<dyn Observer>>) {
        self.state().observer = observer;
    }

    pub(crate) fn set_handover(&self, told: Option<Arc<dyn Handover>>) {
        self.state().handovers.set(told);
    }

    /// Memory has been written to by the debugger.
    pub(crate) fn edited(&self, addr: u32, len: u32) {
        self.state().edits.push((addr, len));
    }

    pub(crate) fn set_wishes(&self, wishes: Wishes) {
        self.state().wishes = wishes;
    }

    pub(crate) fn threads(&self) -> Vec<Thread> {
        let thread = |(id, slot): (&ThreadId, &Slot)| Thread {
            number: slot.number,
            id: *id,
            whereabouts: slot.whereabouts,
            pc: slot.cpu.r[15],
        };
        let mut threads: Vec<Thread> = self.state().threads.iter().map(thread).collect();
        threads.sort_by_key(|thread| thread.number);
        threads
    }

    /// A thread's registers and how many instructions it has done.
    pub(crate) fn registers(&self, thread: ThreadId) -> Option<(Cpu, u64)> {
        self.state().threads.get(&thread).map(|slot| (slot.cpu.clone(), slot.retired))
    }

    /// Whether the system call that a thread has made completes what it was ordered: the event that says so.
    pub(crate) fn completed(&self, thread: ThreadId) -> Option<Event> {
        let state = self.state();
        let slot = state.threads.get(&thread)?;
        match slot.order {
            Order::Step | Order::StepWithin(_) => Some(Event::Stepped),
            Order::RunTo(count) if slot.retired >= count => Some(Event::Reached),
            _ => None,
        }
    }

    /// Changes the registers of a thread that is held; `false` if it is not.
    pub(crate) fn change(&self, thread: ThreadId, change: impl FnOnce(&mut Cpu)) -> bool {
        match self.state().threads.get_mut(&thread) {
            Some(slot) if slot.whereabouts == Whereabouts::Held => {
                change(&mut slot.cpu);
                true
            }
            _ => false,
        }
    }

    /// A thread comes to rest, and stays while the program is held.
    fn hold_if_held(
        &self,
        thread: ThreadId,
        event: Option<Event>,
        cpu: &mut Cpu,
        retired: u64,
    ) -> (Order, bool) {
        let mut state = self.state();
        if state.killed {
            return (Order::End, false);
        }
        let Some(slot) = state.threads.get_mut(&thread) else { return (Order::End, false) };
        slot.retired = retired;
        slot.whereabouts = Whereabouts::Running;
        let reported = event.filter(|event| {
            if let Event::Signal { number, .. } = event {
                let delivers = !state.wishes.undelivered.contains(number);
                state.threads.get_mut(&thread).into_iter().for_each(|slot| slot.delivers = delivers);
            }
            state.holds(thread, event)
        });
        let told = reported.is_some();
        if let Some(event) = reported {
            state.events.push_back((thread, event));
            state.hold();
        }
        let held = state.held || state.threads.get(&thread).is_some_and(|slot| slot.frozen);
        if held {
            if let Some(slot) = state.threads.get_mut(&thread) {
                slot.whereabouts = Whereabouts::Held;
                slot.cpu = cpu.clone();
            }
            self.changed.notify_all();
            let waits = |state: &mut State| {
                let held = |slot: &Slot| slot.whereabouts == Whereabouts::Held;
                !state.killed && state.threads.get(&thread).is_some_and(held)
            };
            state = self.changed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        }
        match state.threads.get(&thread) {
            Some(slot) if !state.killed => {
                if held {
                    cpu.clone_from(&slot.cpu);
                }
                (slot.order.clone(), told)
            }
            _ => (Order::End, false),
        }
    }

    /// What has happened without anybody being held: the number of the thread, and what.
    pub(crate) fn take_notes(&self) -> Vec<(u32, Event)> {
        std::mem::take(&mut self.state().notes)
    }
}

impl State {
    /// How often threads that run have to look up from their work: for snapshots now and then, and in the past so
    /// that they do not go too far.
    fn pace(&self) -> Duration {
        match self.past.present {
            Some(_) => Duration::from_millis(1),
            None if self.past.refused.is_none() => Duration::from_millis(50),
            // Nothing is missed: the time only bounds a sleep.
            None => Duration::from_secs(3600),
        }
    }

    fn hold(&mut self) {
        self.held = true;
        self.interrupt();
    }

    fn interrupt(&self) {
        for slot in self.threads.values().filter(|slot| slot.whereabouts == Whereabouts::Running) {
            slot.interrupter.request();
        }
    }

    /// Those that are held go on, unless they are frozen.
    fn let_go(&mut self) {
        let goes = |slot: &&mut Slot| slot.whereabouts == Whereabouts::Held && !slot.frozen;
        self.threads.values_mut().filter(goes).for_each(|slot| slot.whereabouts = Whereabouts::Running);
    }

    fn kill(&mut self) {
        self.killed = true;
        for slot in self.threads.values() {
            slot.interrupter.request();
            if slot.whereabouts == Whereabouts::Calling {
                (slot.kick)();
            }
        }
    }

    fn news(&mut self) -> Option<News> {
        if let Some(exit) = &self.exit {
            return Some(News::Exited(exit.clone()));
        }
        if !self.held || self.threads.values().any(|slot| slot.whereabouts == Whereabouts::Running) {
            return None;
        }
        Some(match self.events.pop_front() {
            Some((thread, event)) => News::Event(thread, event),
            None => {
                self.asked = false;
                News::Paused
            }
        })
    }

    /// Whether the program is held for an event.
    fn holds(&mut self, thread: ThreadId, event: &Event) -> bool {
        let number = self.threads.get(&thread).map_or(0, |slot| slot.number);
        let holds = match event {
            // The session wants to see the first thread at its first instruction, to set breakpoints.
            Event::Began => return number == 1,
            Event::Signal { number, .. } => !self.wishes.unheld.contains(number),
            Event::Forked(_) => self.wishes.forks,
            _ => true,
        };
        if !holds {
            self.notes.push((number, event.clone()));
        }
        holds
    }
}

impl Controller for Hub {
    fn began(&self, thread: ThreadId, interrupter: Interrupter, kick: Kick) {
        let mut state = self.state();
        state.numbered += 1;
        if state.held || state.killed {
            interrupter.request();
        }
        let slot = Slot {
            number: state.numbered,
            interrupter,
            kick,
            whereabouts: Whereabouts::Running,
            cpu: Cpu::default(),
            retired: 0,
            order: Order::Go,
            delivers: true,
            frozen: false,
        };
        state.threads.insert(thread, slot);
        if state.numbered > 1 {
            let number = state.numbered;
            state.notes.push((number, Event::Began));
        }
    }

    fn rest(&self, thread: ThreadId, event: Option<Event>, cpu: &mut Cpu, retired: u64) -> (Order, bool) {
        let back = self.state().handovers.arrives(thread, event.as_ref());
        if let Some(told) = back {
            told.take_again();
        }
        let (order, told) = self.hold_if_held(thread, event, cpu, retired);
        let mut state = self.state();
        let is_past = state.past.present.is_some();
        let goes = state.handovers.leaves(thread, &order, is_past);
        drop(state);
        if let Some(told) = goes {
            told.give_back();
        }
        (order, told)
    }

    fn delivers(&self, thread: ThreadId) -> bool {
        let state = self.state();
        !state.killed && state.threads.get(&thread).is_some_and(|slot| slot.delivers)
    }

    fn catches(&self, call: u32) -> bool {
        let state = self.state();
        state.wishes.all_calls || state.wishes.calls.contains(&call)
    }

    fn calling(&self, thread: ThreadId, cpu: &Cpu, retired: u64) {
        let mut state = self.state();
        if let Some(slot) = state.threads.get_mut(&thread) {
            slot.whereabouts = Whereabouts::Calling;
            slot.cpu.clone_from(cpu);
            slot.retired = retired;
        }
        drop(state);
        self.changed.notify_all();
    }

    fn past(&self, past: Past) {
        self.state().past = past;
        self.changed.notify_all();
    }

    fn presses(&self) -> bool {
        let state = self.state();
        state.held || state.killed
    }

    fn observer(&self) -> Option<Arc<dyn Observer>> {
        self.state().observer.clone()
    }

    fn edits(&self) -> Vec<(u32, u32)> {
        std::mem::take(&mut self.state().edits)
    }

    fn ended(&self, thread: ThreadId) {
        let mut state = self.state();
        state.threads.remove(&thread);
        // The last that could move has gone: nothing would ever happen.
        if !state.threads.is_empty() && state.threads.values().all(|slot| slot.frozen) {
            state.hold();
        }
        drop(state);
        self.changed.notify_all();
    }

    fn exited(&self, how: Exit) {
        let mut state = self.state();
        state.exit.get_or_insert(how);
        state.kill();
        drop(state);
        self.changed.notify_all();
    }
}
