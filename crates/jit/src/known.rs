//! What is known of the code in the buffer: where it begins for which guest address, which direct branches
//! lead from trace to trace, and what its faults mean. Some hundred thousand traces must fit, so rows are small.

use crate::buffer::Buffer;
use crate::emit::{Exit, Fault as FaultSite};
use crate::ir::{Source, Step, Trace};
use crate::translator::{Entry, Mode, Scratch, key, without_arrival};
use skink_interp::{Decoded, decode_word};
use skink_machine::{AddressMap, Memory};
use std::ops::Range;

/// A direct branch that has been emitted.
struct Link {
    /// Where its distance lies in the buffer.
    distance_at: u32,
    /// Where it leads while it is not linked.
    unlinked_at: u32,
    /// The next link that waits for the same target.
    next: u32,
    /// What it leads to.
    target: u64,
}

/// The end of a list of links.
const NONE: u32 = u32::MAX;

/// What is known of a piece of translated code.
struct Piece {
    key: u64,
    source: Source,
    start: usize,
    end: usize,
    faults: Box<[FaultSite]>,
    /// The guest instructions that may fault, ascending.
    insns: Box<[Kept]>,
    /// All of them, where the code has the addresses of some, for the interpreter: kept for as long as the code.
    #[expect(dead_code, reason = "read by way of its address")]
    all: Option<Box<[Decoded]>>,
}

/// A guest instruction as it was fetched.
#[derive(Clone, Copy)]
struct Kept {
    addr: u32,
    word: u32,
    step: u16,
    it: u8,
    thumb: bool,
}

#[derive(Default)]
pub(crate) struct Known {
    /// The state of the guest's code that all this is about.
    pub(crate) epoch: u64,
    /// Whether the buffer is to be emptied before anything is put there.
    pub(crate) full: bool,
    /// From guest addresses, with the instruction set in bit 0, modes and arrivals to code.
    entries: AddressMap<usize>,
    /// How many of these there are for each address and mode, by the key of [`Arrival::Memory`].
    addresses: AddressMap<u8>,
    /// Room for the next translation.
    pub(crate) scratch: Scratch,
    /// Pieces whose guest code may have changed since: if it has not, they are good again.
    dormant: AddressMap<u32>,
    /// Bytes of host code that is asleep or has been translated anew since.
    pub(crate) idle: usize,
    /// Where nothing can be translated.
    never: AddressMap<()>,
    links: Vec<Link>,
    /// The first of the links that wait for an address to be translated.
    waiting: AddressMap<u32>,
    /// In the order of their host addresses, since the buffer is filled from its start.
    pieces: Vec<Piece>,
}

impl Known {
    /// The code for a guest address.
    pub(crate) fn entry(&self, key: u64) -> Option<usize> {
        self.entries.get(&key).copied()
    }

    /// Whether there is code for a guest address, given by the key of [`Arrival::Memory`], wherever flags are.
    pub(crate) fn has_any(&self, key: u64) -> bool {
        self.addresses.contains_key(&key)
    }

    fn insert_entry(&mut self, key: u64, at: usize) {
        if self.entries.insert(key, at).is_none() {
            *self.addresses.entry(without_arrival(key)).or_insert(0) += 1;
        }
    }

    fn remove_entry(&mut self, key: u64) {
        let address = without_arrival(key);
        if self.entries.remove(&key).is_some()
            && let Some(count) = self.addresses.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                self.addresses.remove(&address);
            }
        }
    }

    /// Whether it is known that there can be no code for a guest address.
    pub(crate) fn is_never(&self, key: u64) -> bool {
        self.never.contains_key(&key)
    }

    /// There can be no code for a guest address.
    pub(crate) fn never(&mut self, key: u64) -> Entry {
        self.never.insert(key, ());
        Entry::Never
    }

    /// Adds a trace whose code is in `place`, and may have its instructions interpreted.
    pub(crate) fn add(
        &mut self,
        key: u64,
        place: Range<usize>,
        trace: &Trace,
        all: Option<Box<[Decoded]>>,
        faults: Vec<FaultSite>,
    ) {
        let mut insns: Vec<Kept> = Vec::with_capacity(faults.len());
        // Sites are noted as they are emitted, so their instructions ascend.
        for site in &faults {
            if insns.last().is_none_or(|last| last.step < site.step) {
                let Step { insn, word, .. } = trace.steps[site.step as usize];
                let skink_interp::Site { addr, thumb, .. } = insn.site;
                insns.push(Kept { addr, word, step: site.step, it: insn.it, thumb });
            }
        }
        debug_assert!(self.pieces.last().is_none_or(|last| last.end <= place.start));
        let Range { start, end } = place;
        let source = trace.source.clone();
        self.pieces.push(Piece { key, source, start, end, faults: faults.into(), insns: insns.into(), all });
        self.insert_entry(key, start);
    }

    /// The note about the access at `rip`, and its instruction.
    pub(crate) fn fault(&self, rip: usize) -> Option<(&FaultSite, Decoded)> {
        let behind = self.pieces.partition_point(|piece| piece.start <= rip);
        let piece = self.pieces[..behind].last().filter(|piece| rip < piece.end)?;
        let i = piece.faults.binary_search_by_key(&((rip - piece.start) as u32), |site| site.at).ok()?;
        let site = &piece.faults[i];
        let Kept { addr, word, it, thumb, .. } =
            piece.insns[piece.insns.binary_search_by_key(&site.step, |kept| kept.step).ok()?];
        Some((site, decode_word(word, addr, thumb, it)))
    }

    /// Links the exits of new code at `at`, and what has waited for it.
    pub(crate) fn link(&mut self, buffer: &Buffer, at: usize, entry: u64, mode: Mode, exits: &[Exit]) {
        for exit in exits {
            let (distance_at, unlinked_at) = (at + exit.distance_at, at + exit.unlinked_at);
            let mut link = Link {
                distance_at: buffer.offset(distance_at),
                unlinked_at: buffer.offset(unlinked_at),
                next: NONE,
                target: key(exit.target, mode, exit.arrival),
            };
            let target = link.target;
            match self.entries.get(&target) {
                Some(&code) => buffer.link(distance_at, code),
                None => {
                    let first = self.waiting.entry(target).or_insert(NONE);
                    link.next = std::mem::replace(first, self.links.len() as u32);
                }
            }
            self.links.push(link);
        }
        self.link_waiting(buffer, at, entry);
    }

    /// Links what has waited for an address to code.
    fn link_waiting(&mut self, buffer: &Buffer, at: usize, entry: u64) {
        let mut waiting = self.waiting.remove(&entry).unwrap_or(NONE);
        while let Some(link) = self.links.get(waiting as usize) {
            buffer.link(buffer.at(link.distance_at), at);
            waiting = link.next;
        }
    }

    /// Makes a piece reachable again whose guest code is what it was.
    pub(crate) fn wake(&mut self, memory: &Memory, buffer: &Buffer, key: u64, link: bool) -> Option<usize> {
        let piece = &self.pieces[self.dormant.remove(&key)? as usize];
        if !piece.source.is_there(memory) {
            return None;
        }
        let at = piece.start;
        self.idle -= piece.end - piece.start;
        self.insert_entry(key, at);
        if link {
            self.link_waiting(buffer, at, key);
        }
        Some(at)
    }

    /// Unlinks what comes from a range of guest addresses: it is not reached any more.
    pub(crate) fn put_to_sleep(&mut self, buffer: &Buffer, range: &Range<u64>) {
        self.never.clear();
        let mut slept: AddressMap<()> = AddressMap::default();
        for i in 0..self.pieces.len() {
            let piece = &self.pieces[i];
            let (key, start, len) = (piece.key, piece.start, piece.end - piece.start);
            if piece.source.touches(range) && self.entries.get(&key) == Some(&start) {
                self.remove_entry(key);
                self.dormant.insert(key, i as u32);
                self.idle += len;
                slept.insert(key, ());
            }
        }
        // All links to these are linked, and wait now.
        for (i, link) in self.links.iter_mut().enumerate() {
            if slept.contains_key(&link.target) {
                buffer.link(buffer.at(link.distance_at), buffer.at(link.unlinked_at));
                link.next = self.waiting.insert(link.target, i as u32).unwrap_or(NONE);
            }
        }
    }

    /// Unlinks everything: no code is reached any more that was translated before.
    pub(crate) fn forget(&mut self, buffer: &Buffer) {
        for link in self.links.drain(..) {
            buffer.link(buffer.at(link.distance_at), buffer.at(link.unlinked_at));
        }
        self.waiting.clear();
        self.entries.clear();
        self.addresses.clear();
        self.dormant.clear();
        self.never.clear();
    }

    /// Gives back the room of all code, which has been forgotten, and which nobody is in.
    pub(crate) fn empty(&mut self, buffer: &Buffer) {
        debug_assert!(self.entries.is_empty() && self.links.is_empty());
        crate::census::forget_places();
        self.pieces.clear();
        self.idle = 0;
        buffer.empty();
        self.full = false;
    }
}
