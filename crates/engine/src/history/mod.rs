//! The past of a thread: what a debugger needs to go back in it.
//!
//! Between two stops a thread that is alone in its memory does the same each time. So it is enough to know what the
//! personality did at each stop ([`log`]), and the state at some moments ([`image`]): any other moment is reached by
//! restoring the last one before it and running on, with the personality's doings taken from the log
//! ([`travel`]). Nothing here knows what the personality is: an effect is the difference that it made.

mod guard;
mod image;
mod log;
mod replay;
mod tape;
mod travel;
mod wire;

pub use replay::{Recalled, Witness};
pub use tape::{Ending, Finder, Recording, Tape};

use crate::vcpu::{Stop, Vcpu};
use image::Image;
use log::{Before, Effect, Signalled};
use skink_interp::Counts;
use skink_machine::Cpu;
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Snapshots are taken so far apart at first; replaying takes about as long as running did.
const SPACING: Duration = Duration::from_millis(200);
/// And not before so many instructions have been done: a thread that sleeps has no history.
const LEAST: u64 = 1_000_000;
/// With more of them every second one goes.
const MOST: usize = 64;
/// So many snapshots are kept near places that were asked for.
const MOST_NEAR: usize = 8;
/// What snapshots and log may take in memory, in bytes.
const BUDGET: usize = 400 << 20;

/// What is known of the past, for a debugger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// The counts of the snapshots, ascending; the first is the earliest moment that can be reached.
    pub marks: Vec<u64>,
    /// If the thread is in the past now: how many instructions it has done in the present.
    pub present: Option<u64>,
    /// Why there is no past.
    pub refused: Option<String>,
    /// Whether there is nothing but the past: it comes from a recording.
    pub recorded: bool,
}

/// The registers at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Moment {
    retired: u64,
    cpu: Cpu,
}

/// The state at a moment.
#[derive(Debug, Clone)]
struct Snapshot {
    retired: u64,
    cpu: Cpu,
    image: Image,
    /// How many effects there had been.
    effects: usize,
    /// How often the counter had been read.
    counts: usize,
}

/// A stop that the personality has been given, until it is known what it did.
#[derive(Debug, Default)]
struct Given {
    retired: u64,
    sync: bool,
    call: Option<u32>,
    signal: Option<Signalled>,
    cpu: Cpu,
    before: Before,
    written: Vec<(u32, u32)>,
    cleared: Vec<(u32, u32)>,
}

/// The recorded past of one thread.
#[derive(Debug, Default)]
pub(crate) struct History {
    snapshots: Vec<Arc<Snapshot>>,
    /// Made on the way to places that were asked for: others near them will be.
    near: Vec<Arc<Snapshot>>,
    effects: Vec<Arc<Effect>>,
    /// What snapshots and log take.
    bytes: usize,
    given: Option<Given>,
    /// The state of the mappings that the log knows.
    layout: u64,
    taken: Option<Instant>,
    /// How many times the distance of snapshots has been doubled.
    doubled: u32,
    /// In the past: the effects that have happened.
    at: usize,
    /// In the past: a call has been shown to the debugger, and its effect is still to come.
    calling: bool,
    /// The same for a signal.
    signalled: bool,
    /// If it is not kept here but written to a file: nobody goes back while it happens.
    tape: Option<Tape>,
    margin: u64,
}

impl History {
    /// One that is written to a file, if there is one.
    pub(crate) fn new(tape: Option<Tape>) -> History {
        History { tape, ..History::default() }
    }

    /// The end of what is written to a file.
    pub(crate) fn end(&mut self, vcpu: &Vcpu, ending: &Ending) -> io::Result<()> {
        let Some(tape) = self.tape.as_mut().filter(|tape| tape.has_begun()) else { return Ok(()) };
        let moment = match &self.given {
            Some(given) => Moment { retired: given.retired, cpu: given.cpu.clone() },
            None => Moment { retired: vcpu.retired(), cpu: vcpu.cpu.clone() },
        };
        tape.end(&moment, ending)
    }

    /// The personality delivers a signal.
    pub(crate) fn signals(&mut self, vcpu: &Vcpu, number: u32, code: i32, addr: Option<u32>) {
        self.given_now(vcpu).signal.get_or_insert(Signalled { number, code, addr });
    }

    /// Before the personality acts on a stop.
    pub(crate) fn gives(&mut self, vcpu: &Vcpu, stop: &Stop) {
        let sync = !matches!(stop, Stop::Interrupted | Stop::Trap | Stop::Watch);
        self.given = Some(Given { sync, cpu: vcpu.cpu.clone(), retired: vcpu.retired(), ..Given::default() });
    }

    /// It is about to make this call.
    pub(crate) fn announce(&mut self, call: u32) {
        if let Some(given) = &mut self.given {
            given.call = Some(call);
        }
    }

    /// It may change these ranges.
    pub(crate) fn may_change(&mut self, vcpu: &Vcpu, ranges: &[(u32, u32)]) {
        if let Some(given) = &mut self.given {
            given.before = Before::of(vcpu.memory(), ranges);
        }
    }

    /// It, or the debugger, has written these bytes.
    pub(crate) fn wrote(&mut self, vcpu: &Vcpu, addr: u32, len: u32) {
        self.given_now(vcpu).written.push((addr, len));
    }

    /// It has mapped these pages anew.
    pub(crate) fn mapped(&mut self, vcpu: &Vcpu, addr: u32, len: u32) {
        self.given_now(vcpu).cleared.push((addr, len));
    }

    fn given_now(&mut self, vcpu: &Vcpu) -> &mut Given {
        let now = || Given { cpu: vcpu.cpu.clone(), retired: vcpu.retired(), ..Given::default() };
        self.given.get_or_insert_with(now)
    }

    /// The debugger has had the registers, which were these before.
    pub(crate) fn edited(&mut self, vcpu: &Vcpu, before: Cpu) {
        if self.given.is_none() && before != vcpu.cpu {
            self.given = Some(Given { cpu: before, retired: vcpu.retired(), ..Given::default() });
        }
    }

    /// Before the thread goes on: puts down what the personality did, and takes a snapshot now and then. Whether one
    /// was taken.
    pub(crate) fn settle(&mut self, vcpu: &mut Vcpu) -> io::Result<bool> {
        if let Some(given) = self.given.take() {
            self.put_down(vcpu, given)?;
        }
        if let Some(tape) = &self.tape {
            if !tape.has_begun() {
                let snapshot = self.snapshot(vcpu, 0)?;
                self.tape.iter_mut().try_for_each(|tape| tape.begin(&snapshot))?;
            }
            return Ok(false);
        }
        let due = match (self.snapshots.last(), self.taken) {
            (Some(last), Some(taken)) => {
                vcpu.retired() >= last.retired + LEAST && taken.elapsed() >= SPACING * (1 << self.doubled)
            }
            _ => true,
        };
        if due || self.bytes > BUDGET {
            self.take(vcpu)?;
        }
        Ok(due)
    }

    fn put_down(&mut self, vcpu: &Vcpu, given: Given) -> io::Result<()> {
        let memory = vcpu.memory();
        let mut written = Vec::new();
        given.before.changes(memory, &mut written);
        written.extend(Before::of(memory, &given.written).into_parts());
        for (start, len) in &given.cleared {
            log::contents(memory, *start, *len, &mut written)?;
        }
        let layout = (memory.layout() != self.layout).then(|| memory.snapshot().into());
        self.layout = memory.layout();
        let same = written.is_empty()
            && given.cleared.is_empty()
            && layout.is_none()
            && given.signal.is_none()
            && given.cpu == vcpu.cpu;
        if let (Some(tape), Some(counts)) = (&mut self.tape, &vcpu.interp.counts) {
            tape.counts(&counts.seen)?;
        }
        if same && !given.sync {
            let moment = Moment { retired: given.retired, cpu: given.cpu };
            return self.tape.as_mut().map_or(Ok(()), |tape| tape.tick(&moment));
        }
        let r0 = vcpu.cpu.r[0];
        let mut expected = given.cpu;
        expected.r[0] = r0;
        let cpu = (expected != vcpu.cpu).then(|| Box::new(vcpu.cpu.clone()));
        let effect = Effect {
            retired: given.retired,
            sync: given.sync,
            call: given.call,
            signal: given.signal,
            r0,
            cpu,
            layout,
            cleared: given.cleared.into(),
            written: written.into(),
        };
        if let Some(tape) = &mut self.tape {
            return tape.effect(&effect);
        }
        self.bytes += effect.bytes();
        self.effects.push(Arc::new(effect));
        Ok(())
    }

    fn take(&mut self, vcpu: &mut Vcpu) -> io::Result<()> {
        let snapshot = self.snapshot(vcpu, self.effects.len())?;
        self.bytes += snapshot.image.fresh();
        self.snapshots.push(Arc::new(snapshot));
        self.taken = Some(Instant::now());
        if self.snapshots.len() > MOST || self.bytes > BUDGET {
            self.thin()?;
        }
        Ok(())
    }

    /// The state now, after so many effects.
    fn snapshot(&mut self, vcpu: &mut Vcpu, effects: usize) -> io::Result<Snapshot> {
        let counts = vcpu.interp.counts.get_or_insert_with(Box::<Counts>::default).next;
        let before = self.snapshots.partition_point(|snapshot| snapshot.retired <= vcpu.retired());
        let previous = before.checked_sub(1).and_then(|i| self.snapshots.get(i));
        let image = Image::take(vcpu.memory(), previous.map(|snapshot| &snapshot.image))?;
        self.layout = vcpu.memory().layout();
        Ok(Snapshot { retired: vcpu.retired(), cpu: vcpu.cpu.clone(), image, effects, counts })
    }

    /// Drops every second snapshot, but for the first and the last.
    fn halve(&mut self) {
        self.near.clear();
        let last = self.snapshots.len() - 1;
        let mut index = 0..;
        self.snapshots.retain(|_| index.next().is_some_and(|i| i % 2 == 0 || i == last));
        self.doubled = (self.doubled + 1).min(16);
    }

    /// Drops every second snapshot, and the oldest ones, with the log up to there, if that is not enough.
    fn thin(&mut self) -> io::Result<()> {
        self.halve();
        self.bytes = self.images() + self.log();
        while self.bytes > BUDGET {
            if self.snapshots.len() < 2 {
                return Err(io::Error::other("the program has more memory than can be kept for going back"));
            }
            self.snapshots.remove(0);
            let gone = self.snapshots.first().map_or(0, |snapshot| snapshot.effects);
            self.effects.drain(..gone);
            self.snapshots.iter_mut().for_each(|snapshot| Arc::make_mut(snapshot).effects -= gone);
            self.bytes = self.images() + self.log();
        }
        Ok(())
    }

    /// The same for a recording, of which nothing may go: its log is not counted, and the first snapshot stays.
    fn thin_recorded(&mut self) {
        loop {
            self.halve();
            self.bytes = self.images();
            if self.bytes <= BUDGET || self.snapshots.len() <= 2 {
                return;
            }
        }
    }

    /// Keeps a snapshot near a place that was asked for.
    fn keep_near(&mut self, snapshot: Snapshot) {
        self.near.push(Arc::new(snapshot));
        let taken =
            |near: &[Arc<Snapshot>]| near.iter().map(|snapshot| snapshot.image.fresh()).sum::<usize>();
        while self.near.len() > MOST_NEAR || !self.near.is_empty() && self.bytes + taken(&self.near) > BUDGET
        {
            self.near.remove(0);
        }
    }

    fn images(&self) -> usize {
        let mut seen = HashSet::new();
        self.snapshots.iter().map(|snapshot| snapshot.image.bytes(&mut seen)).sum()
    }

    fn log(&self) -> usize {
        self.effects.iter().map(|effect| effect.bytes()).sum()
    }

    /// What a debugger is told of it.
    pub(crate) fn past(&self, present: Option<u64>) -> Past {
        let marks = self.snapshots.iter().map(|snapshot| snapshot.retired).collect();
        Past { marks, present, refused: None, recorded: false }
    }
}
