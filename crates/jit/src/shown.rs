//! What has been translated, for who wants to see it.

use crate::emit::{self, Arrival, How, Stubs};
use crate::ir::Trace;
use crate::translator::{Mode, Scratch, Translator, vectors};
use crate::{census, trace};
use skink_machine::Memory;
use std::sync::PoisonError;
use std::time::Duration;

/// How much has been translated since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Traces, those that have been thrown away since included.
    pub traces: u64,
    /// Guest instructions in them.
    pub instructions: u64,
    /// Of them, those that are left to the interpreter.
    pub interpreted: u64,
    /// Bytes of host code.
    pub bytes: u64,
    /// What it took.
    pub time: Duration,
}

/// A translation that has just been made.
#[derive(Debug)]
pub struct Made<'a> {
    /// Where the guest's code is.
    pub memory: &'a Memory,
    /// The guest instructions, as nodes, after the passes.
    pub trace: &'a Trace,
    /// The host address of the code.
    pub at: usize,
    /// The code.
    pub bytes: &'a [u8],
    /// Where in the code each instruction's begins.
    pub steps: &'a [usize],
}

/// Is shown every translation, while nobody else translates.
pub type Observer = Box<dyn Fn(&Made<'_>) + Send + Sync>;

/// What a translation looks like, for who wants to see it.
#[derive(Debug)]
pub struct Shown {
    /// As the Builder made it.
    pub built: Trace,
    /// After the passes.
    pub optimised: Trace,
    /// Host code for address 0.
    pub bytes: Vec<u8>,
    /// Where in it each instruction's begins.
    pub steps: Vec<usize>,
}

impl Translator {
    /// Has every translation shown to somebody from now on; the first who asks is heard.
    pub fn observe(&self, observer: Observer) {
        let _ = self.observer.set(observer);
    }

    /// How much has been translated.
    pub fn counts(&self) -> Counts {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has been interpreted from within translated code, by operation, the most frequent first. Of all
    /// translators of the process, if their options ask for it.
    pub fn interpreted_within(&self) -> Vec<(String, u64)> {
        census::take()
    }

    /// How the code for an address would look at address 0. Addresses of what it shares with other code are made up.
    pub fn show(&self, pc: u32, thumb: bool, mode: Mode) -> Option<Shown> {
        let (repair, vectors) = (self.options.repair_alignment, vectors(mode));
        let (mut scratch, known) = (Scratch::default(), |_| false);
        let decoder = &mut scratch.decoder;
        let built =
            trace::form(&self.memory, (pc, thumb), repair, vectors, known, Trace::default(), decoder)?;
        self.optimised((pc, thumb), mode, |_| false, &mut scratch)?;
        let Scratch { trace: optimised, facts, mut room, .. } = scratch;
        let how = How { arrival: Arrival::Memory, count: self.options.count, shown: true };
        // Nobody runs it: what depends on where things are is made up, to be the same each time.
        let stubs = Stubs {
            leave: 0x1000_0000,
            missed: [0x2000_0000, 0x2100_0000, 0x2200_0000, 0x2300_0000],
            interpret: 0x3000_0000,
            unmatched: 0x3100_0000,
        };
        let code = emit::emit(&optimised, &facts, stubs, how, &mut room)?;
        Some(Shown { built, optimised, bytes: code.bytes, steps: code.steps })
    }
}
