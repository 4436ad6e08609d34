//! What is to happen when a signal comes: gdb's `handle`.

use crate::Error;
use crate::hub::Wishes;
use crate::personality::Signal;

/// A signal and what happens when the guest gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handling {
    /// Which.
    pub signal: Signal,
    /// Whether it holds the program.
    pub stop: bool,
    /// Whether it is mentioned.
    pub print: bool,
    /// Whether the guest gets it.
    pub pass: bool,
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table(Vec<Handling>);

impl Table {
    pub(crate) fn new(signals: &[Signal]) -> Table {
        let handling = |signal: &Signal| {
            // The debugger's own, as in gdb: an interrupt from the terminal and a trap are not the program's.
            let own = matches!(signal.name, "SIGINT" | "SIGTRAP");
            Handling { signal: *signal, stop: !signal.quiet, print: !signal.quiet, pass: !own }
        };
        Table(signals.iter().map(handling).collect())
    }

    pub(crate) fn all(&self) -> &[Handling] {
        &self.0
    }

    pub(crate) fn of(&self, number: u32) -> Option<&Handling> {
        self.0.iter().find(|handling| handling.signal.number == number)
    }

    /// The signals of a word: a name with or without SIG, a number, `all`, which leaves out the debugger's own.
    pub(crate) fn named(&self, word: &str) -> Result<Vec<u32>, Error> {
        if word == "all" {
            let others = self.0.iter().filter(|h| !matches!(h.signal.name, "SIGINT" | "SIGTRAP"));
            return Ok(others.map(|h| h.signal.number).collect());
        }
        let upper = word.to_ascii_uppercase();
        let matches = |h: &&Handling| {
            h.signal.name == upper
                || h.signal.name.strip_prefix("SIG") == Some(&upper)
                || word.parse() == Ok(h.signal.number)
        };
        match self.0.iter().find(matches) {
            Some(handling) => Ok(vec![handling.signal.number]),
            None => Err(Error::new(format!("Unrecognized or ambiguous signal \"{word}\"."))),
        }
    }

    pub(crate) fn change(&mut self, number: u32, change: impl Fn(&mut Handling)) {
        self.0.iter_mut().filter(|h| h.signal.number == number).for_each(change);
    }

    pub(crate) fn wishes(&self, wishes: &mut Wishes) {
        let numbers = |wanted: fn(&Handling) -> bool| -> std::collections::BTreeSet<u32> {
            self.0.iter().filter(|h| wanted(h)).map(|h| h.signal.number).collect()
        };
        wishes.unheld = numbers(|h| !h.stop);
        wishes.undelivered = numbers(|h| !h.pass);
    }
}
