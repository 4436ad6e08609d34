//! Translation beside the guest: processors leave here what they want, and go on interpreting; a helper, on a host
//! thread of its own, translates it.
//!
//! The room makes no threads. Whoever owns the process lends one when it is asked to ([`Translator::set_help`]), has it
//! call [`Translator::help`], and sends it away where the process must have no thread that the guest does not know of
//! ([`Translator::send_away`]). Without a helper everything is translated when it is wanted.

use crate::emit::Arrival;
use crate::translator::{Mode, Translator, key};
use skink_machine::AddressMap;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// What is translated before a helper is asked for: a program that does little does not need one.
const FEW: u32 = 100;

/// More than that is not left: to interpret hot code until its turn comes takes longer than to translate it.
const MANY: usize = 8;

/// The helper looks so often whether there is something to do, so long apart, before it waits to be woken: that costs
/// who wakes it more than a look.
const LOOKS: u32 = 40;
const BREAK: Duration = Duration::from_micros(50);

/// A helper that has taken nothing for so long has no processor to run on. Then nothing is left to it for a while: others
/// want the machine, and translating here takes less of it.
const PATIENCE: Duration = Duration::from_micros(300);

/// Has a thread call [`Translator::help`]; whether there will be one.
pub type Hire = Box<dyn Fn() -> bool + Send + Sync>;

/// Code that is to be translated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) pc: u32,
    pub(crate) thumb: bool,
    pub(crate) mode: Mode,
    pub(crate) arrival: Arrival,
}

impl Wanted {
    /// What the code will be known by.
    pub(crate) fn key(self) -> u64 {
        key(self.pc | self.thumb as u32, self.mode, self.arrival)
    }
}

/// Where processors leave what they want.
#[derive(Default)]
pub(crate) struct Desk {
    hire: OnceLock<Hire>,
    /// Translated since there has been no helper.
    alone: AtomicU32,
    /// As in `state`, to be asked soon.
    helped: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// And how many the helper had taken when each was left.
    wanted: VecDeque<(Wanted, u64)>,
    /// How many the helper has taken.
    taken: u64,
    /// The keys of `wanted`.
    keys: AddressMap<()>,
    /// There is a helper.
    helped: bool,
    /// It is to go.
    enough: bool,
    /// It waits to be woken.
    asleep: bool,
    /// When it last took something, or found nothing to take.
    moved: Instant,
    /// Until then nothing is left: it had no processor to run on.
    busy_until: Instant,
    /// How often in a row that was so.
    waits: u32,
}

impl Default for State {
    fn default() -> State {
        let (wanted, keys, now) = (VecDeque::new(), AddressMap::default(), Instant::now());
        let (helped, enough, asleep) = (false, false, false);
        State { wanted, keys, taken: 0, helped, enough, asleep, moved: now, busy_until: now, waits: 0 }
    }
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        for _ in 0..1000 {
            if let Ok(state) = self.state.try_lock() {
                return state;
            }
            std::hint::spin_loop();
        }
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is a helper, or was a moment ago.
    pub(crate) fn is_helped(&self) -> bool {
        self.helped.load(Ordering::Relaxed)
    }

    /// Leaves it to the helper to translate some code; `false` if there is none, or it has enough to do.
    pub(crate) fn leave(&self, wanted: Wanted) -> bool {
        if !self.helped.load(Ordering::Relaxed) && !self.ask_for_help() {
            return false;
        }
        let mut state = self.state();
        let now = Instant::now();
        if !state.helped || state.wanted.len() >= MANY || now < state.busy_until {
            return false;
        }
        if state.wanted.is_empty() {
            state.moved = now;
        } else if now.duration_since(state.moved) > PATIENCE {
            state.wanted.clear();
            state.keys.clear();
            state.busy_until = now + PATIENCE * (16 << state.waits.min(6));
            state.waits += 1;
            return false;
        }
        if state.keys.insert(wanted.key(), ()).is_none() {
            let taken = state.taken;
            state.wanted.push_back((wanted, taken));
            if std::mem::take(&mut state.asleep) {
                drop(state);
                self.changed.notify_one();
            }
        }
        true
    }

    /// Asks for a helper if one is worth it; whether there is one.
    #[cold]
    fn ask_for_help(&self) -> bool {
        let Some(hire) = self.hire.get() else { return false };
        if self.alone.fetch_add(1, Ordering::Relaxed) < FEW {
            return false;
        }
        self.alone.store(0, Ordering::Relaxed);
        let mut state = self.state();
        if !state.helped {
            // Said before it is so: it may begin at once.
            state.helped = true;
            drop(state);
            if hire() {
                self.helped.store(true, Ordering::Relaxed);
            } else {
                *self.state() = State::default();
                self.changed.notify_all();
            }
        }
        self.helped.load(Ordering::Relaxed)
    }

    /// The next that is wanted, as soon as there is one; `None` for the helper to go.
    fn next(&self, covered: &Covered) -> Option<(Wanted, u64)> {
        let (mut state, mut looks) = (self.state(), 0);
        loop {
            if state.enough {
                *state = State::default();
                self.helped.store(false, Ordering::Relaxed);
                self.changed.notify_all();
                return None;
            }
            if let Some((wanted, left)) = state.wanted.pop_front() {
                state.keys.remove(&wanted.key());
                if covered.has(wanted.pc, left) {
                    continue;
                }
                state.taken += 1;
                (state.moved, state.waits) = (Instant::now(), 0);
                return Some((wanted, state.taken));
            }
            looks += 1;
            if looks < LOOKS {
                drop(state);
                std::thread::sleep(BREAK);
                state = self.state();
                continue;
            }
            state.asleep = true;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Has the helper go, if there is one, and waits until it has nothing to do with this room any more.
    fn send_away(&self) -> bool {
        let mut state = self.state();
        let helped = state.helped;
        state.enough = helped;
        self.changed.notify_all();
        while state.enough {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        helped
    }

    /// Does something while nobody leaves anything: a fork, in whose child, if this is `alone`, there is no helper.
    pub(crate) fn quiesced<R>(&self, f: impl FnOnce() -> R, alone: impl FnOnce(&R) -> bool) -> R {
        let mut state = self.state();
        let result = f();
        if alone(&result) {
            *state = State::default();
            self.helped.store(false, Ordering::Relaxed);
            self.alone.store(0, Ordering::Relaxed);
        }
        result
    }
}

/// Which instructions have been translated as part of a trace that begins before them. While its beginning waits to be
/// translated, they become hot too, and would all be translated once more for nothing: the next time they are come to
/// by way of the beginning.
struct Covered(Box<[(u32, u64); COVERED]>);

/// Rows of the table, a power of two.
const COVERED: usize = 1 << 12;

impl Default for Covered {
    fn default() -> Covered {
        Covered(Box::new([(0, 0); COVERED]))
    }
}

impl Covered {
    /// An instruction is part of what was taken as this number.
    fn add(&mut self, pc: u32, number: u64) {
        self.0[(pc >> 1) as usize % COVERED] = (pc, number);
    }

    /// Whether one that was wanted when so many had been taken has been translated since.
    fn has(&self, pc: u32, left: u64) -> bool {
        let (covered, number) = self.0[(pc >> 1) as usize % COVERED];
        covered == pc && number > left
    }
}

impl Translator {
    /// Has somebody else translate, beside the guest, as soon as that is worth a thread. The first who offers is heard.
    pub fn set_help(&self, hire: Hire) {
        let _ = self.desk.hire.set(hire);
    }

    /// Translates what processors want until it is sent away.
    pub fn help(&self) {
        let mut covered = Covered::default();
        while let Some((wanted, number)) = self.desk.next(&covered) {
            self.translate(wanted, |pc| covered.add(pc, number));
        }
    }

    /// Has the helper return from [`Translator::help`], if there is one, and says whether there was. Another one may be
    /// asked for later.
    pub fn send_away(&self) -> bool {
        self.desk.send_away()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::translator::{Entry, Options};
    use skink_machine::{Backing, Mapping, Memory, Prot};
    use std::sync::Arc;

    const CODE: u32 = 0x1_0000;

    /// A translator for `count` traces, each of MOV R0, #1 and BX LR.
    fn translator(count: u32) -> Arc<Translator> {
        let memory = Memory::new().unwrap();
        let (prot, backing) = (Prot::RW | Prot::EXEC, Backing::Anonymous);
        let name = "".into();
        let len = u64::from(count * 8).next_multiple_of(4096);
        memory.map(&Mapping { addr: CODE, len, prot, shared: false, backing, host_flags: 0, name }).unwrap();
        let words = [0xe3a0_0001u32.to_le_bytes(), 0xe12f_ff1eu32.to_le_bytes()].concat();
        memory.write(CODE, &words.repeat(count as usize)).unwrap();
        Translator::new(Arc::new(memory), Options::default()).unwrap()
    }

    fn entry(translator: &Translator, number: u32) -> Entry {
        translator.entry(CODE + 8 * number, false, Mode::Plain, Arrival::Memory)
    }

    /// Asks until there is an answer.
    fn entry_at_last(translator: &Translator, number: u32) -> Entry {
        loop {
            match entry(translator, number) {
                Entry::Later => std::thread::yield_now(),
                found => return found,
            }
        }
    }

    #[test]
    fn what_is_left_is_translated_by_the_helper() {
        let translator = translator(FEW + 20);
        let weak = Arc::downgrade(&translator);
        translator.set_help(Box::new(move || {
            let Some(translator) = weak.upgrade() else { return false };
            std::thread::spawn(move || translator.help());
            true
        }));
        for number in 0..FEW {
            assert!(matches!(entry(&translator, number), Entry::At(..)), "{number} is worth no helper");
        }
        for number in FEW..FEW + 20 {
            assert!(matches!(entry_at_last(&translator, number), Entry::At(..)));
        }
        assert_eq!(translator.counts().traces, (FEW + 20).into());
        assert!(translator.send_away());
        assert!(!translator.send_away(), "it has gone");
    }

    #[test]
    fn without_help_everything_is_translated_at_once() {
        let translator = translator(FEW + 20);
        translator.set_help(Box::new(|| false));
        for number in 0..FEW + 20 {
            assert!(matches!(entry(&translator, number), Entry::At(..)), "{number}");
        }
        assert!(!translator.send_away());
    }

    #[test]
    fn a_helper_that_does_nothing_is_not_waited_for() {
        let translator = translator(FEW + 20);
        translator.set_help(Box::new(|| true));
        for number in 0..FEW + 20 {
            assert!(matches!(entry_at_last(&translator, number), Entry::At(..)));
        }
        assert_eq!(translator.counts().traces, (FEW + 20).into());
    }

    #[test]
    fn what_has_been_translated_since_it_was_left_is_covered() {
        let mut covered = Covered::default();
        covered.add(0x1000, 5);
        assert!(covered.has(0x1000, 4) && !covered.has(0x1000, 5) && !covered.has(0x1004, 0));
    }
}
