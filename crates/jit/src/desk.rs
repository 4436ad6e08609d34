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
use std::time::Duration;

/// What is translated before a helper is asked for: a program that does little does not need one.
const FEW: u32 = 100;

/// More than that is not left: to interpret hot code until its turn comes takes longer than to translate it.
const MANY: usize = 8;

/// The helper looks so often whether there is something to do, so long apart, before it waits to be woken: that costs
/// who wakes it more than a look.
const LOOKS: u32 = 40;
const BREAK: Duration = Duration::from_micros(50);

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

#[derive(Default)]
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
        if !state.helped {
            return false;
        }
        if state.wanted.len() >= MANY {
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
