//! What is known of the code in the buffer: where it begins for which guest address, which direct branches
//! lead from trace to trace, and what its faults mean. Some hundred thousand traces must fit, so rows are small.

use crate::buffer::Buffer;
use crate::emit::{Exit, Fault as FaultSite};
use crate::ir::{Source, Step, Trace};
use crate::translator::{Mode, key, without_arrival};
use skink_interp::{Decoded, decode_word};
use skink_machine::{AddressMap, Memory};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

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

/// What there is for a guest address.
#[derive(Debug, Clone, Copy)]
enum Code {
    /// Nothing yet.
    Nothing,
    /// Code, so far into the buffer.
    At(u32),
    /// This piece, if the guest's code is what it was: some of it has changed since.
    Asleep(u32),
    /// Nothing can be translated there.
    Never,
}

/// What is known of a guest address. There is one for each way out too, so it is small.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// See [`Place::code`].
    code: u32,
    /// The first of the links that wait for code.
    waiting: u32,
}

/// Set in what stands for a piece that is asleep: a buffer is smaller (`buffer::MAX_SIZE`).
const ASLEEP: u32 = 1 << 31;

impl Place {
    fn code(self) -> Code {
        match self.code {
            // The buffer begins with the code that all traces share.
            0 => Code::Nothing,
            u32::MAX => Code::Never,
            piece if piece & ASLEEP != 0 => Code::Asleep(piece ^ ASLEEP),
            offset => Code::At(offset),
        }
    }

    fn set(&mut self, code: Code) {
        self.code = match code {
            Code::Nothing => 0,
            Code::Never => u32::MAX,
            Code::Asleep(piece) => piece | ASLEEP,
            Code::At(offset) => offset,
        }
    }
}

impl Default for Place {
    fn default() -> Place {
        Place { code: 0, waiting: NONE }
    }
}

/// What a processor finds for what it wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// It has to be translated.
    Nothing,
    /// Code at this host address.
    At(usize),
    /// It cannot be translated.
    Never,
}

/// Guest addresses that may have code: what is not among them has none. Asked without a lock.
pub(crate) struct Hints(Box<[AtomicU64; HINTS / 64]>);

/// Addresses that [`Hints`] tell apart.
const HINTS: usize = 1 << 16;

impl Hints {
    fn of(&self, pc: u32) -> (&AtomicU64, u64) {
        let i = (pc ^ pc >> 16) as usize >> 1 & (HINTS - 1);
        (&self.0[i / 64], 1 << (i % 64))
    }

    /// There is code for an address.
    pub(crate) fn add(&self, pc: u32) {
        let (word, bit) = self.of(pc);
        word.fetch_or(bit, Ordering::Relaxed);
    }

    /// Whether there may be some.
    pub(crate) fn has(&self, pc: u32) -> bool {
        let (word, bit) = self.of(pc);
        word.load(Ordering::Relaxed) & bit != 0
    }
}

impl Default for Hints {
    fn default() -> Hints {
        Hints(Box::new([const { AtomicU64::new(0) }; HINTS / 64]))
    }
}

#[derive(Default)]
pub(crate) struct Known {
    /// The state of the guest's code that all this is about.
    pub(crate) epoch: u64,
    /// Whether the buffer is to be emptied before anything is put there.
    pub(crate) full: bool,
    /// By guest addresses, with the instruction set in bit 0, modes and arrivals.
    places: AddressMap<Place>,
    /// Whether any of them is [`Code::Never`].
    refused: bool,
    /// How many pieces of code there are for each address and mode, by the key of [`Arrival::Memory`].
    addresses: AddressMap<u8>,
    /// Bytes of host code that is asleep or has been translated anew since.
    pub(crate) idle: usize,
    links: Vec<Link>,
    /// Instructions that code has interpreted, by their addresses: kept for as long as the code.
    interpreted: Vec<Box<[Decoded]>>,
    /// In the order of their host addresses, since the buffer is filled from its start.
    pieces: Vec<Piece>,
}

impl Known {
    /// What there is for a guest address. A piece that is asleep wakes if its guest code is what it was.
    pub(crate) fn find(&mut self, memory: &Memory, buffer: &Buffer, key: u64, link: bool) -> Found {
        match self.places.get(&key).map_or(Code::Nothing, |place| place.code()) {
            Code::Nothing => Found::Nothing,
            Code::Never => Found::Never,
            Code::At(offset) => Found::At(buffer.at(offset)),
            Code::Asleep(piece) => {
                let piece = &self.pieces[piece as usize];
                let (there, start, len) =
                    (piece.source.is_there(memory), piece.start, piece.end - piece.start);
                self.set(key, Code::Nothing);
                if !there {
                    return Found::Nothing;
                }
                self.idle -= len;
                let waiting = self.insert(buffer, key, start);
                if link {
                    self.link_waiting(buffer, start, waiting);
                }
                Found::At(start)
            }
        }
    }

    /// Whether there is code for a guest address, given by the key of [`Arrival::Memory`], wherever flags are.
    pub(crate) fn has_any(&self, key: u64) -> bool {
        self.addresses.contains_key(&key)
    }

    /// There can be no code for a guest address.
    pub(crate) fn never(&mut self, key: u64) {
        self.set(key, Code::Never);
        self.refused = true;
    }

    fn set(&mut self, key: u64, code: Code) {
        self.places.entry(key).or_default().set(code);
    }

    /// Notes code for a guest address, and takes the links that have waited for it.
    fn insert(&mut self, buffer: &Buffer, key: u64, at: usize) -> u32 {
        let place = self.places.entry(key).or_default();
        debug_assert!(!matches!(place.code(), Code::At(_)));
        place.set(Code::At(buffer.offset(at)));
        let waiting = std::mem::replace(&mut place.waiting, NONE);
        *self.addresses.entry(without_arrival(key)).or_insert(0) += 1;
        waiting
    }

    fn lose(&mut self, key: u64) {
        let address = without_arrival(key);
        if let Some(count) = self.addresses.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.addresses.remove(&address);
            }
        }
    }

    /// Adds a trace whose code is in `place`, and may have its instructions interpreted. The links that have waited for
    /// it are for [`Known::link_waiting`].
    pub(crate) fn add(
        &mut self,
        buffer: &Buffer,
        key: u64,
        place: Range<usize>,
        trace: &Trace,
        all: Option<Box<[Decoded]>>,
        faults: Vec<FaultSite>,
    ) -> u32 {
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
        self.pieces.push(Piece { key, source, start, end, faults: faults.into(), insns: insns.into() });
        self.interpreted.extend(all);
        self.insert(buffer, key, start)
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

    /// Links the exits of new code at `at`.
    pub(crate) fn link(&mut self, buffer: &Buffer, at: usize, mode: Mode, exits: &[Exit]) {
        for exit in exits {
            let (distance_at, unlinked_at) = (at + exit.distance_at, at + exit.unlinked_at);
            let target = key(exit.target, mode, exit.arrival);
            let place = self.places.entry(target).or_default();
            let next = match place.code() {
                Code::At(code) => {
                    buffer.link(distance_at, buffer.at(code));
                    NONE
                }
                _ => std::mem::replace(&mut place.waiting, self.links.len() as u32),
            };
            let (distance_at, unlinked_at) = (buffer.offset(distance_at), buffer.offset(unlinked_at));
            self.links.push(Link { distance_at, unlinked_at, next, target });
        }
    }

    /// Links what has waited for code.
    pub(crate) fn link_waiting(&mut self, buffer: &Buffer, at: usize, mut waiting: u32) {
        while let Some(link) = self.links.get(waiting as usize) {
            buffer.link(buffer.at(link.distance_at), at);
            waiting = link.next;
        }
    }

    /// Unlinks what comes from a range of guest addresses: it is not reached any more.
    pub(crate) fn put_to_sleep(&mut self, buffer: &Buffer, range: &Range<u64>) {
        let mut slept: AddressMap<()> = AddressMap::default();
        for (i, piece) in self.pieces.iter().enumerate().filter(|(_, piece)| piece.source.touches(range)) {
            if let Some(place) = self.places.get_mut(&piece.key)
                && matches!(place.code(), Code::At(at) if at == buffer.offset(piece.start))
            {
                place.set(Code::Asleep(i as u32));
                self.idle += piece.end - piece.start;
                slept.insert(piece.key, ());
            }
        }
        slept.keys().for_each(|&key| self.lose(key));
        // What could not be fetched may be there now.
        if std::mem::take(&mut self.refused) {
            let places = self.places.values_mut().filter(|place| matches!(place.code(), Code::Never));
            places.for_each(|place| place.set(Code::Nothing));
        }
        // All links to these are linked, and wait now.
        for (i, link) in self.links.iter_mut().enumerate() {
            if slept.contains_key(&link.target) {
                buffer.link(buffer.at(link.distance_at), buffer.at(link.unlinked_at));
                let place = self.places.entry(link.target).or_default();
                link.next = std::mem::replace(&mut place.waiting, i as u32);
            }
        }
    }

    /// Unlinks everything: no code is reached any more that was translated before.
    pub(crate) fn forget(&mut self, buffer: &Buffer) {
        for link in self.links.drain(..) {
            buffer.link(buffer.at(link.distance_at), buffer.at(link.unlinked_at));
        }
        self.places.clear();
        self.addresses.clear();
    }

    /// Gives back the room of all code, which has been forgotten, and which nobody is in.
    pub(crate) fn empty(&mut self, buffer: &Buffer) {
        debug_assert!(self.places.is_empty() && self.links.is_empty());
        crate::census::forget_places();
        self.pieces.clear();
        self.interpreted.clear();
        self.idle = 0;
        buffer.empty();
        self.full = false;
    }
}
