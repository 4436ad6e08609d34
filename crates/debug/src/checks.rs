//! Checks while the program runs, as warnings: who makes them and of what.
//!
//! What is wrong is said by `debuginfo`; here is where it looks from. While any check is on, each instruction is
//! interpreted and explained before it is done, which takes some microseconds. Off, they cost nothing.

use crate::Error;
use crate::session::{Note, Session};
use skink_debuginfo::checks::{Checker, Checks, Warning};
use skink_debuginfo::{Contents, Program, Rules, explain_by};
use skink_engine::{Observer, ThreadId};
use skink_machine::{Cpu, Memory, Prot};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// More warnings than this are not kept.
const MOST: usize = 1000;

/// The checks by their names, with what each is about.
pub const CHECKS: &[(&str, &str)] = &[
    ("preserved", "R4-R11 and D8-D15 are at a return what they were at the call"),
    ("stack", "SP is at a return what it was at the call"),
    ("returns", "a return goes behind a call"),
    ("reads", "memory is written before it is read: the stack, the rest of a board"),
    ("code", "code is not written to"),
];

/// A check by its place in [`CHECKS`].
pub(crate) fn flag(checks: &mut Checks, index: usize) -> &mut bool {
    match index {
        0 => &mut checks.preserved,
        1 => &mut checks.stack,
        2 => &mut checks.returns,
        3 => &mut checks.reads,
        _ => &mut checks.code,
    }
}

/// None of them.
pub(crate) const NONE: Checks =
    Checks { preserved: false, stack: false, returns: false, reads: false, code: false };

/// Looks at each instruction of a run.
pub(crate) struct Watcher {
    memory: Arc<Memory>,
    rules: Rules,
    seen: Mutex<Seen>,
}

struct Seen {
    checker: Checker,
    /// What has been said, by instruction, kind and register: a loop says it once.
    said: HashSet<(u32, std::mem::Discriminant<Warning>, Option<String>)>,
    fresh: Vec<(ThreadId, Note)>,
}

impl Watcher {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has been found since this was last asked.
    pub(crate) fn take(&self) -> Vec<(ThreadId, Note)> {
        std::mem::take(&mut self.seen().fresh)
    }
}

impl Observer for Watcher {
    fn instruction(&self, thread: ThreadId, cpu: &Cpu) {
        let explanation = explain_by(cpu, &*self.memory, cpu.r[15], self.rules);
        let mut seen = self.seen();
        for warning in seen.checker.observe(thread, cpu, &*self.memory, &explanation) {
            let register = match &warning {
                Warning::NotPreserved { register, .. } => Some(register.to_string()),
                _ => None,
            };
            let kind = (warning.at(), std::mem::discriminant(&warning), register);
            if seen.said.len() < MOST && seen.said.insert(kind) {
                let note = Note::Warning { at: warning.at(), text: warning.to_string() };
                seen.fresh.push((thread, note));
            }
        }
    }

    fn filled(&self, addr: u32, len: u32) {
        self.seen().checker.filled(addr..addr.saturating_add(len));
    }
}

impl Session {
    /// Which checks are made.
    pub fn checks(&self) -> Checks {
        self.checks
    }

    /// Makes checks, by their names in [`CHECKS`], from now on or no longer.
    ///
    /// # Errors
    ///
    /// If there is no such check, or nothing but the past: what was done then is not looked at again.
    pub fn set_check<'a>(&mut self, names: impl IntoIterator<Item = &'a str>, on: bool) -> Result<(), Error> {
        let mut checks = self.checks;
        for name in names {
            let index = CHECKS.iter().position(|(known, _)| *known == name).ok_or_else(|| {
                let known: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
                Error::new(format!("No check is called `{name}': there are {}.", known.join(", ")))
            })?;
            *flag(&mut checks, index) = on;
        }
        if checks == self.checks {
            return Ok(());
        }
        if on && self.is_recording() {
            return Err(Error::new(
                "A recording is not checked: checks are made while a program runs, with `check on` in skink debug PROGRAM.",
            ));
        }
        self.set_checks(checks);
        Ok(())
    }

    /// Makes these checks from now on. What a program has done before they were turned on they do not know: its
    /// calls, and what it has written below its stack pointer.
    fn set_checks(&mut self, checks: Checks) {
        self.checks = checks;
        match &self.watcher {
            Some(watcher) if checks != NONE => watcher.seen().checker.checks = checks,
            _ => self.begin_checks(),
        }
    }

    /// For a program that has been started, or checks that have just been turned on or off.
    pub(crate) fn begin_checks(&mut self) {
        self.watcher = None;
        if let Some(memory) = self.memory.clone().filter(|_| self.checks != NONE) {
            let linux = self.personality.is_linux();
            let rules = Rules { repair_alignment: linux, strict_alignment: !linux };
            let mut checker = Checker::new(self.checks);
            self.unknown(&memory).into_iter().for_each(|range| checker.unknown(range));
            code(&self.program, &memory).into_iter().for_each(|range| checker.code(range));
            let seen = Mutex::new(Seen { checker, said: HashSet::new(), fresh: Vec::new() });
            self.watcher = Some(Arc::new(Watcher { memory, rules, seen }));
        }
        let observer = self.watcher.clone().map(|watcher| watcher as Arc<dyn Observer>);
        self.hub.set_observer(observer);
    }

    /// The memory that nobody has written: below the stack pointer, and on a board that has just been loaded all that
    /// is no part of the program.
    fn unknown(&self, memory: &Memory) -> Vec<Range<u32>> {
        let Ok(cpu) = self.cpu() else { return Vec::new() };
        if self.personality.is_linux() {
            let stack = memory.region_at(cpu.r[13].wrapping_sub(4));
            return stack.map(|region| region.start..cpu.r[13]).into_iter().collect();
        }
        if !self.is_fresh() {
            return Vec::new();
        }
        let mut loaded: Vec<Range<u32>> =
            self.program.modules().flat_map(|module| module.ranges().iter().cloned()).collect();
        loaded.sort_by_key(|range| range.start);
        let mut unknown = Vec::new();
        for region in memory.snapshot() {
            let (mut at, end) = (region.start, region.end.min(u32::MAX.into()) as u32);
            for range in loaded.iter().filter(|range| range.start < end) {
                if range.end <= at {
                    continue;
                }
                if range.start > at {
                    unknown.push(at..range.start);
                }
                at = range.end;
            }
            if at < end {
                unknown.push(at..end);
            }
        }
        unknown
    }
}

/// The code that can be written to, and that of the program itself: it may become so.
fn code(program: &Program, memory: &Memory) -> Vec<Range<u32>> {
    let is_code = |addr: &u32| matches!(program.contents_at(*addr), Some(Contents::Arm | Contents::Thumb));
    let mut found = Vec::new();
    let own = program.modules().next().map(|module| module.ranges().to_vec()).unwrap_or_default();
    for range in program.modules().flat_map(|module| module.ranges().iter().cloned()) {
        let may_become = own.contains(&range);
        let len = u64::from(range.end.saturating_sub(range.start));
        for region in memory.regions_in(range.start, len) {
            if region.prot.contains(Prot::WRITE) || may_become && region.prot.contains(Prot::EXEC) {
                let end = region.end.min(u32::MAX.into()) as u32;
                found.extend((region.start..end).step_by(2).filter(is_code).map(|addr| addr..addr + 2));
            }
        }
    }
    found
}
