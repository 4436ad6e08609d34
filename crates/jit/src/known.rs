//! What is known of the code in the buffer: where it begins for which guest address, which direct branches
//! lead from trace to trace, and what its faults mean. Some hundred thousand traces must fit, so rows are small.

use crate::buffer::Buffer;
use crate::emit::{Exit, Fault as FaultSite};
use crate::ir::Source;
use crate::translator::{Entry, Mode, key};
use skink_interp::Decoded;
use skink_machine::Memory;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

/// Multiplies by 2^64 over the golden ratio: guest addresses need no more, and nobody gains by choosing bad ones.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }
    fn write_u32(&mut self, key: u32) {
        self.write_u64(key.into());
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = (self.0 ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    fn finish(&self) -> u64 {
        // The map takes its buckets from the low bits and its tags from the high ones.
        self.0 ^ self.0 >> 32
    }
}

type AddressMap<T> = HashMap<u64, T, BuildHasherDefault<AddressHasher>>;

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
    insns: Insns,
}

/// The guest instructions of a piece, as far as they are needed.
enum Insns {
    /// All of them: the code has the addresses of some, for the interpreter.
    All(Box<[Decoded]>),
    /// Those that may fault, with their numbers, ascending.
    Some(Box<[(u32, Decoded)]>),
}

#[derive(Default)]
pub(crate) struct Known {
    /// The state of the guest's code that all this is about.
    pub(crate) epoch: u64,
    /// Whether the buffer is to be emptied before anything is put there.
    pub(crate) full: bool,
    /// From guest addresses, with the instruction set in bit 0, and modes to code.
    entries: AddressMap<usize>,
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

    /// Whether it is known that there can be no code for a guest address.
    pub(crate) fn is_never(&self, key: u64) -> bool {
        self.never.contains_key(&key)
    }

    /// There can be no code for a guest address.
    pub(crate) fn never(&mut self, key: u64) -> Entry {
        self.never.insert(key, ());
        Entry::Never
    }

    /// Adds a trace whose code is at `at`, and may have its instructions interpreted.
    pub(crate) fn add(
        &mut self,
        key: u64,
        at: usize,
        end: usize,
        (source, all): (Source, Box<[Decoded]>),
        interprets: bool,
        faults: Vec<FaultSite>,
    ) {
        let insns = if interprets {
            Insns::All(all)
        } else {
            let mut steps: Vec<usize> = faults.iter().map(|site| site.step).collect();
            steps.sort_unstable();
            steps.dedup();
            Insns::Some(steps.into_iter().map(|step| (step as u32, all[step])).collect())
        };
        debug_assert!(self.pieces.last().is_none_or(|last| last.end <= at));
        self.pieces.push(Piece { key, source, start: at, end, faults: faults.into(), insns });
        self.entries.insert(key, at);
    }

    /// The note about the access at `rip`, and its instruction.
    pub(crate) fn fault(&self, rip: usize) -> Option<(&FaultSite, Decoded)> {
        let behind = self.pieces.partition_point(|piece| piece.start <= rip);
        let piece = self.pieces[..behind].last().filter(|piece| rip < piece.end)?;
        let i = piece.faults.binary_search_by_key(&(rip - piece.start), |site| site.at).ok()?;
        let site = &piece.faults[i];
        let insn = match &piece.insns {
            Insns::All(insns) => *insns.get(site.step)?,
            Insns::Some(insns) => {
                insns[insns.binary_search_by_key(&(site.step as u32), |&(step, _)| step).ok()?].1
            }
        };
        Some((site, insn))
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
        self.entries.insert(key, at);
        if link {
            self.link_waiting(buffer, at, key);
        }
        Some(at)
    }

    /// Unlinks what comes from a range of guest addresses: it is not reached any more.
    pub(crate) fn put_to_sleep(&mut self, buffer: &Buffer, range: &Range<u64>) {
        self.never.clear();
        let mut slept: AddressMap<()> = AddressMap::default();
        for (i, piece) in self.pieces.iter().enumerate().filter(|(_, piece)| piece.source.touches(range)) {
            if self.entries.get(&piece.key) == Some(&piece.start) {
                self.entries.remove(&piece.key);
                self.dormant.insert(piece.key, i as u32);
                self.idle += piece.end - piece.start;
                slept.insert(piece.key, ());
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
