//! The literal pool: words that `LDR Rd, =expr` loads. Equal words are kept once.

use crate::source::Span;
use std::collections::HashMap;

/// What is to be put into the next pool, and where earlier ones were put.
#[derive(Debug, Default)]
pub(super) struct Literals {
    waiting: Vec<Waiting>,
    /// Where each statement's literal is, as of the pass before or this one.
    places: HashMap<usize, u32>,
}

/// A word that waits for the pool.
#[derive(Debug)]
pub(super) struct Waiting {
    /// `None` while it is not known; such a word is shared with no other.
    pub(super) value: Option<u32>,
    /// How it changes when the program is put elsewhere: an address is not shared with a number that it happens to
    /// be equal to.
    pub(super) moves: Option<i32>,
    /// The statements that load it, and what they wrote.
    pub(super) users: Vec<(usize, Span)>,
}

impl Literals {
    pub(super) fn start_pass(&mut self) {
        self.waiting.clear();
    }

    /// Asks for a word for a statement; says where it was in the pass before.
    pub(super) fn ask(
        &mut self,
        stmt: usize,
        value: Option<u32>,
        moves: Option<i32>,
        span: Span,
    ) -> Option<u32> {
        match self.waiting.iter_mut().find(|w| value.is_some() && (w.value, w.moves) == (value, moves)) {
            Some(same) => same.users.push((stmt, span)),
            None => self.waiting.push(Waiting { value, moves, users: vec![(stmt, span)] }),
        }
        self.places.get(&stmt).copied()
    }

    /// The words that wait, which go into the pool now.
    pub(super) fn take(&mut self) -> Vec<Waiting> {
        std::mem::take(&mut self.waiting)
    }

    /// Notes where a statement's word is; whether it was elsewhere before.
    pub(super) fn put(&mut self, stmt: usize, address: u32) -> bool {
        self.places.insert(stmt, address) != Some(address)
    }
}
