//! Going back, and forwards again in what has been.
//!
//! The thread waits in [`Controlled::rest`] while the debugger moves it about in its past; whatever personality is
//! further up the stack notices nothing. When it arrives at the present again, all is as it was, and live.

use super::guard::Touches;
use super::replay::Told;
use super::{History, LEAST, MOST, SPACING, Snapshot};
use crate::control::{Controlled, Controller, Event, Order};
use crate::vcpu::{Stop, Vcpu};
use crate::watch::Around;
use skink_machine::Cpu;
use std::io;
use std::sync::Arc;
use std::time::Instant;

/// So many instructions before a place that was asked for a snapshot is made.
const NEAR: u64 = 20_000;
/// Translated code is interrupted by the clock only. What it may do until then at first is interpreted, so that no
/// place is overrun: the debugger asks for a stop about each millisecond.
const MARGIN: u64 = 8_000_000;

/// How a movement ended.
enum Moved {
    /// At the count asked for, or after one step.
    There,
    /// At the present.
    Present,
    /// Somebody wants the thread held.
    Paused,
    /// At something to report.
    At(Event),
}

/// Why one failed.
enum Lost {
    /// The thread went too far; to be tried again with a larger margin.
    Overrun,
    /// For good.
    Because(String),
}

impl From<io::Error> for Lost {
    fn from(error: io::Error) -> Lost {
        Lost::Because(error.to_string())
    }
}

type Way = Result<Moved, Lost>;

impl Controlled {
    /// Carries out orders in the past until the thread is in the present and is to go on there. Returns as
    /// [`Controller::rest`] does.
    pub(crate) fn travel(&mut self, vcpu: &mut Vcpu, mut order: Order) -> (Order, bool) {
        let (thread, controller) = (self.thread(), self.controller().clone());
        let Some(mut history) = self.history.take() else {
            return self.stays(vcpu, "there is no past to go to");
        };
        let end = history.effects.len();
        let layout = history.layout;
        let present = match history.snapshot(vcpu, end) {
            Ok(present) => present,
            Err(error) => {
                history.layout = layout;
                self.history = Some(history);
                return self.stays(vcpu, &error.to_string());
            }
        };
        history.at = end;
        let expected = history.given.as_ref().map_or(&present.cpu, |given| &given.cpu).clone();
        let present = Present {
            retired: present.retired,
            effects: present.effects,
            expected: Some(expected),
            state: Some(present),
            ends: String::new(),
        };
        let mut travel = Travel {
            history,
            present,
            controller: controller.clone(),
            touches: Touches::default(),
            told: None,
        };
        // What looks at instructions has seen these.
        let tracer = vcpu.tracer.take();
        let answer = loop {
            let (event, arrived) = travel.obey(vcpu, &order);
            let past = travel.history.past((!arrived).then_some(travel.present.retired));
            controller.past(past);
            let retired = vcpu.retired();
            let (next, held) = controller.rest(thread, event, &mut vcpu.cpu, retired);
            let goes_live = arrived && !matches!(next, Order::Travel(_));
            if goes_live || next == Order::End {
                break (next, held);
            }
            order = next;
        };
        self.history = Some(travel.history);
        vcpu.tracer = tracer;
        // What came for the personality meanwhile is looked at.
        vcpu.interrupter().request();
        answer
    }

    /// Says why it cannot travel, until it is to do something else.
    fn stays(&mut self, vcpu: &mut Vcpu, why: &str) -> (Order, bool) {
        let retired = vcpu.retired();
        loop {
            let event = Some(Event::Lost(why.to_owned()));
            let (order, held) = self.controller().rest(self.thread(), event, &mut vcpu.cpu, retired);
            if !matches!(order, Order::Travel(_)) {
                return (order, held);
            }
        }
    }
}

/// What the past leads to.
pub(super) struct Present {
    pub(super) retired: u64,
    /// How many effects there had been.
    pub(super) effects: usize,
    /// The registers that a replay arrives with, if they are known: as they were when the personality was given the
    /// stop that it is busy with.
    pub(super) expected: Option<Cpu>,
    /// The state that is live; none if it is the end of a recording.
    pub(super) state: Option<Snapshot>,
    /// What is to be said at the end of a recording.
    pub(super) ends: String,
}

/// A thread under way in its past.
pub(super) struct Travel {
    pub(super) history: Box<History>,
    pub(super) present: Present,
    pub(super) controller: Arc<dyn Controller>,
    pub(super) touches: Touches,
    /// Of a recording: who hears what it comes to. The live program has done its calls itself.
    pub(super) told: Option<Told>,
}

impl Travel {
    /// Carries an order out; what is to be reported, and whether the thread is in the present.
    pub(super) fn obey(&mut self, vcpu: &mut Vcpu, order: &Order) -> (Option<Event>, bool) {
        self.history.margin = MARGIN;
        if let Order::Travel(_) = order {
            let past = self.history.past(Some(self.present.retired));
            self.controller.past(past);
        }
        let (way, done) = match order {
            Order::Travel(count) => (self.seek(vcpu, *count), Event::Reached),
            Order::Step => (self.step(vcpu, true), Event::Stepped),
            Order::StepWithin(range) => (self.step_within(vcpu, range), Event::Stepped),
            Order::RunTo(count) => (self.run_safely(vcpu, *count), Event::Reached),
            Order::Go | Order::End => (self.run_safely(vcpu, u64::MAX), Event::Present),
        };
        let as_recorded = self.present.expected.as_ref().is_none_or(|expected| *expected == vcpu.cpu);
        match way {
            Ok(Moved::There) => (Some(done), false),
            Ok(Moved::Paused) => (None, false),
            Ok(Moved::At(event)) => (Some(event), false),
            Ok(Moved::Present) if as_recorded => {
                let ends = self.present.state.is_none() && !matches!(order, Order::Travel(_));
                let event = if ends { Event::Ends(self.present.ends.clone()) } else { done };
                self.arrive(vcpu, event)
            }
            Ok(Moved::Present) => {
                let text = "the program did otherwise than before on the way to the present".to_owned();
                self.arrive(vcpu, Event::Lost(text))
            }
            Err(Lost::Because(text)) => self.arrive(vcpu, Event::Lost(text)),
            Err(Lost::Overrun) => self.arrive(vcpu, Event::Lost("the place could not be hit".to_owned())),
        }
    }

    /// Back in the present, whatever happened before. The end of a recording is only come to by running.
    fn arrive(&mut self, vcpu: &mut Vcpu, event: Event) -> (Option<Event>, bool) {
        let Some(state) = &self.present.state else { return (Some(event), false) };
        let failed = self.history.restore(vcpu, state);
        match failed {
            Ok(()) => (Some(event), true),
            Err(error) => (Some(Event::Lost(error.to_string())), true),
        }
    }

    fn is_present(&self, vcpu: &Vcpu) -> bool {
        vcpu.retired() >= self.present.retired && self.history.at == self.present.effects
    }

    /// To the first moment with so many instructions done.
    fn seek(&mut self, vcpu: &mut Vcpu, count: u64) -> Way {
        loop {
            match self.try_seek(vcpu, count) {
                Err(Lost::Overrun) if self.history.margin < u64::MAX => self.widen(),
                way => return way,
            }
        }
    }

    fn widen(&mut self) {
        let margin = self.history.margin;
        self.history.margin = if margin > 1 << 40 { u64::MAX } else { margin * 16 };
    }

    fn try_seek(&mut self, vcpu: &mut Vcpu, count: u64) -> Way {
        let to_the_end = count >= self.present.retired;
        if let (true, Some(_), Some(expected)) = (to_the_end, &self.present.state, &self.present.expected) {
            // Checked against the replay only when it comes by itself.
            vcpu.cpu.clone_from(expected);
            return Ok(Moved::Present);
        }
        let history = &mut self.history;
        let count =
            count.min(self.present.retired).max(history.snapshots.first().map_or(0, |first| first.retired));
        let all = history.snapshots.iter().chain(&history.near);
        // One at the place itself may be later than its first moment.
        let before = all.filter(|snapshot| snapshot.retired < count);
        let first = history.snapshots.first();
        let Some(best) = before.max_by_key(|snapshot| snapshot.retired).or(first).cloned() else {
            return Err(Lost::Because("there is no snapshot".to_owned()));
        };
        history.restore(vcpu, &best)?;
        if count - vcpu.retired() > 2 * NEAR {
            match self.run(vcpu, count - NEAR, false)? {
                Moved::There => {}
                other => return Ok(other),
            }
            let at = self.history.at;
            let snapshot = self.history.snapshot(vcpu, at)?;
            self.history.keep_near(snapshot);
        }
        self.run(vcpu, if to_the_end { u64::MAX } else { count }, false)
    }

    fn step_within(&mut self, vcpu: &mut Vcpu, range: &std::ops::Range<u32>) -> Way {
        loop {
            match self.step(vcpu, true)? {
                Moved::There => {}
                other => return Ok(other),
            }
            if !range.contains(&vcpu.cpu.r[15]) {
                return Ok(Moved::There);
            }
            if vcpu.memory().marks().is_trap(vcpu.cpu.r[15], vcpu.cpu.thumb) {
                return Ok(Moved::At(Event::Trap));
            }
        }
    }

    /// One instruction, or what the personality did in front of it.
    fn step(&mut self, vcpu: &mut Vcpu, shown: bool) -> Way {
        if self.is_present(vcpu) {
            return Ok(Moved::Present);
        }
        if self.history.is_telling() || self.outside(vcpu) {
            return self.happen(vcpu, shown);
        }
        let stop = vcpu.step();
        match self.answer(vcpu, stop, shown)? {
            Moved::There if self.is_present(vcpu) => Ok(Moved::Present),
            moved => Ok(moved),
        }
    }

    /// Whether the next effect is not an instruction's own, and due now.
    fn outside(&self, vcpu: &Vcpu) -> bool {
        let next = self.history.effects.get(self.history.at);
        next.is_some_and(|effect| !effect.sync && effect.retired == vcpu.retired())
    }

    /// On, until so many instructions are done, tried again where it went too far.
    fn run_safely(&mut self, vcpu: &mut Vcpu, count: u64) -> Way {
        if vcpu.memory().marks().is_trap(vcpu.cpu.r[15], vcpu.cpu.thumb) {
            match self.step(vcpu, true)? {
                Moved::There => {}
                other => return Ok(other),
            }
        }
        loop {
            let from = vcpu.retired();
            match self.run(vcpu, count, true) {
                Err(Lost::Overrun) if self.history.margin < u64::MAX => {
                    self.widen();
                    self.seek(vcpu, from)?;
                }
                way => return way,
            }
        }
    }

    fn run(&mut self, vcpu: &mut Vcpu, count: u64, shown: bool) -> Way {
        loop {
            if self.is_present(vcpu) {
                return Ok(Moved::Present);
            }
            let done = vcpu.retired();
            if done >= count && !self.history.is_telling() {
                return Ok(Moved::There);
            }
            if self.history.is_telling() || self.outside(vcpu) {
                match self.happen(vcpu, shown)? {
                    Moved::There => continue,
                    other => return Ok(other),
                }
            }
            let next = self.history.effects.get(self.history.at).filter(|effect| !effect.sync);
            let limit = count.min(self.present.retired).min(next.map_or(u64::MAX, |effect| effect.retired));
            let stop = match limit.saturating_sub(done) {
                0 => vcpu.step(),
                left if left > self.history.margin => self.go(vcpu, None)?,
                _ => self.go(vcpu, Some(limit))?,
            };
            if vcpu.retired() > limit {
                return Err(Lost::Overrun);
            }
            if stop == Some(Stop::Interrupted) {
                let slice = (vcpu.retired() - done).saturating_mul(3);
                self.history.margin = self.history.margin.max(slice);
                if self.controller.presses() {
                    return Ok(Moved::Paused);
                }
                self.keep(vcpu)?;
                continue;
            }
            match self.answer(vcpu, stop, shown)? {
                Moved::There => {}
                other => return Ok(other),
            }
        }
    }

    /// What a stop of the processor means in the past.
    fn answer(&mut self, vcpu: &mut Vcpu, stop: Option<Stop>, shown: bool) -> Way {
        match stop {
            None | Some(Stop::Interrupted) => Ok(Moved::There),
            Some(Stop::Watch) => {
                let hits = vcpu.take_hits();
                Ok(if shown { Moved::At(Event::watch_of_last(hits, vcpu)) } else { Moved::There })
            }
            Some(Stop::Trap) if shown => Ok(Moved::At(Event::Trap)),
            Some(Stop::Trap) => {
                let stop = vcpu.step();
                self.answer(vcpu, stop, shown)
            }
            Some(_) => self.stopped(vcpu, shown),
        }
    }

    /// The processor has stopped by itself: the personality did something then.
    fn stopped(&mut self, vcpu: &mut Vcpu, shown: bool) -> Way {
        let next = self.history.effects.get(self.history.at);
        match next {
            Some(effect) if effect.sync && effect.retired == vcpu.retired() => {
                if let Some(call) = effect.call.filter(|call| shown && self.controller.catches(*call)) {
                    self.history.calling = true;
                    return Ok(Moved::At(Event::Call(call)));
                }
                self.happen(vcpu, shown)
            }
            None if vcpu.retired() == self.present.retired => Ok(Moved::Present),
            _ => Err(Lost::Because(format!(
                "the program did otherwise than before, at instruction {}: something that is not recorded has \
                 an influence on it",
                vcpu.retired()
            ))),
        }
    }

    /// Of a recording nothing but the start is there at first: snapshots are taken where nobody has been.
    fn keep(&mut self, vcpu: &mut Vcpu) -> io::Result<()> {
        let history = &mut self.history;
        let furthest = history.snapshots.last().map_or(0, |snapshot| snapshot.retired);
        let due = history.taken.is_none_or(|taken| taken.elapsed() >= SPACING * (1 << history.doubled));
        if self.present.state.is_some() || !due || vcpu.retired() < furthest + LEAST {
            return Ok(());
        }
        let at = history.at;
        let snapshot = history.snapshot(vcpu, at)?;
        history.bytes += snapshot.image.fresh();
        history.snapshots.push(Arc::new(snapshot));
        history.taken = Some(Instant::now());
        if history.snapshots.len() > MOST || history.bytes > super::BUDGET {
            history.thin_recorded();
        }
        Ok(())
    }

    /// The next effect happens.
    fn happen(&mut self, vcpu: &mut Vcpu, shown: bool) -> Way {
        let memory = vcpu.memory().clone();
        let Some(effect) = self.history.effects.get(self.history.at) else { return Ok(Moved::Present) };
        if let Some(signal) = effect.signal.filter(|_| shown && !self.history.signalled) {
            self.history.signalled = true;
            let (number, code, addr) = (signal.number, signal.code, signal.addr);
            return Ok(Moved::At(Event::Signal { number, code, addr }));
        }
        let called = std::mem::take(&mut self.history.calling);
        self.history.signalled = false;
        if let Some(told) = &mut self.told {
            told.of(self.history.at, effect, &vcpu.cpu, &memory);
        }
        let around = Around::before(&memory);
        effect.apply(&memory, &mut vcpu.cpu)?;
        self.history.at += 1;
        let hits = around.map(|around| around.after(&memory)).unwrap_or_default();
        match effect.call {
            _ if shown && !hits.is_empty() && effect.call.is_none() => {
                Ok(Moved::At(Event::Watch { hits, before: vcpu.retired() }))
            }
            _ if shown && !hits.is_empty() => Ok(Moved::At(Event::watch_of_last(hits, vcpu))),
            _ if self.is_present(vcpu) => Ok(Moved::Present),
            Some(call) if called => Ok(Moved::At(Event::Called(call))),
            _ => Ok(Moved::There),
        }
    }
}

impl History {
    /// Whether something has been shown to the debugger of which the effect is still to come.
    fn is_telling(&self) -> bool {
        self.calling || self.signalled
    }

    pub(super) fn restore(&mut self, vcpu: &mut Vcpu, snapshot: &Snapshot) -> io::Result<()> {
        snapshot.image.restore(vcpu.memory())?;
        vcpu.cpu.clone_from(&snapshot.cpu);
        vcpu.set_retired(snapshot.retired);
        if let Some(counts) = &mut vcpu.interp.counts {
            counts.next = snapshot.counts;
        }
        vcpu.take_hits();
        (self.at, self.calling, self.signalled) = (snapshot.effects, false, false);
        self.layout = vcpu.memory().layout();
        Ok(())
    }
}
