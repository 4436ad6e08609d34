//! Guest flags that stay in the host's from one trace to the next.
//!
//! Storing four flags at each way out costs as much as the instructions of a short block, and the next comparison makes
//! them worthless. So a trace is emitted for what the host's flags hold when it is entered, and a way out says which of
//! these it leads to. The engine, which has all flags in memory, loads them first where need be.

use super::Emitter;
use super::host::{Cc, FLAG_AT, cc};
use super::lazy::{LazyOp, Origins};

/// Which guest flags the host's hold when a trace is entered; the others are in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrival {
    /// None.
    #[default]
    Memory,
    /// All, as after a subtraction: C is the host's inverted.
    Sub,
    /// All, as after an addition.
    Add,
    /// N and Z.
    Result,
}

impl Arrival {
    /// By its number.
    pub fn from_number(n: u8) -> Arrival {
        [Arrival::Memory, Arrival::Sub, Arrival::Add, Arrival::Result][n as usize & 3]
    }

    /// The host's condition for each flag.
    pub(crate) fn mirror(self) -> [Option<Cc>; 4] {
        match self {
            Arrival::Memory => [None; 4],
            Arrival::Sub => [Some(cc::S), Some(cc::E), Some(cc::AE), Some(cc::O)],
            Arrival::Add => [Some(cc::S), Some(cc::E), Some(cc::B), Some(cc::O)],
            Arrival::Result => [Some(cc::S), Some(cc::E), None, None],
        }
    }
}

/// The guest's flags at a way out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    mirror: [Option<Cc>; 4],
    /// Those that only the host's flags hold.
    dirty: [bool; 4],
    /// What set those that are nowhere.
    nowhere: Origins,
}

impl Held {
    /// An arrival whose flags the host's hold, and the flags that must be stored before it.
    fn fits(&self) -> (Arrival, [bool; 4]) {
        for arrival in [Arrival::Sub, Arrival::Add, Arrival::Result] {
            let mirror = arrival.mirror();
            if (0..4).all(|f| mirror[f].is_none() || mirror[f] == self.mirror[f]) {
                return (arrival, std::array::from_fn(|f| self.dirty[f] && mirror[f].is_none()));
            }
        }
        (Arrival::Memory, self.dirty)
    }

    /// The arrival, if nothing is to be done for it.
    pub(super) fn is_brought(&self) -> Option<Arrival> {
        if self.nowhere.iter().any(Option::is_some) {
            return None;
        }
        if self.dirty == [false; 4] {
            return Some(Arrival::Memory);
        }
        let (arrival, store) = self.fits();
        (store == [false; 4]).then_some(arrival)
    }
}

impl Emitter<'_> {
    /// The flags as they are now.
    pub(super) fn flags_held(&self) -> Held {
        let dirty = std::array::from_fn(|f| self.dirty[f] && self.mirror[f].is_some());
        Held { mirror: self.mirror, dirty, nowhere: self.nowhere() }
    }

    /// At a way out: stores flags, or makes the host's hold them. RAX is changed.
    pub(super) fn bring(&mut self, held: Held) -> Arrival {
        let nowhere = held.nowhere;
        let Some(first) = nowhere.iter().flatten().next().copied() else {
            if !held.dirty.contains(&true) {
                return Arrival::Memory;
            }
            let (arrival, store) = held.fits();
            self.store_held(&held, store);
            return arrival;
        };
        self.store_held(&held, held.dirty);
        let all = nowhere.iter().all(|lazy| *lazy == Some(first));
        let result = nowhere[2..] == [None; 2] && nowhere[0] == nowhere[1];
        let arrival = match first.op() {
            LazyOp::Sub if all => Arrival::Sub,
            LazyOp::Add if all => Arrival::Add,
            _ if result => Arrival::Result,
            _ => {
                self.store_again(nowhere);
                return Arrival::Memory;
            }
        };
        self.again(first);
        arrival
    }

    fn store_held(&mut self, held: &Held, which: [bool; 4]) {
        for f in 0..4 {
            if let (true, Some(when)) = (which[f], held.mirror[f]) {
                self.set_byte_if(when, FLAG_AT[f]);
            }
        }
    }

    /// Stores what the host's flags hold for an arrival, on the way to the engine.
    pub(super) fn store_arrival(&mut self, arrival: Arrival) {
        let mirror = arrival.mirror();
        self.store_held(&Held { mirror, dirty: [true; 4], nowhere: [None; 4] }, [true; 4]);
    }
}
