//! Translates on demand, and knows what has been translated.
//!
//! One translator serves all threads of a guest process. When guest code may have changed, everything
//! becomes invalid at once: direct branches are unlinked, so that the old code is left at the next exit.
//! The code itself and what is known of its faults stay for as long as a thread may be in the middle of it:
//! the buffer is emptied when none is (see `seats`). A full buffer makes all code invalid too, and until
//! it can be emptied the interpreter does what has no translation.

use crate::buffer::{Buffer, left};
use crate::build::Vectors;
use crate::desk::{Desk, Wanted};
use crate::emit;
use crate::emit::host::cc;
use crate::emit::{Arrival, Code, Elsewhere, How, Lazy};
use crate::ir::Trace;
use crate::known::{Found, Hints, Known};
use crate::seats::{Seat, Seats};
use crate::shadow::Shadow;
use crate::shown::{Counts, Made, Observer};
use crate::{census, pass, trace};
use skink_interp::{Decoder, Interp, Left, next_it};
use skink_machine::Memory;
use skink_semantics::VectorBuilder;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

/// How code was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// For the address in R15, which has not been translated, or since the processor is asked to stop.
    Dispatch,
    /// By an interpreted instruction: [`Interp::left`] says how. `r[15]` is for the caller to set.
    Interpreted,
}

/// Attempts to get what somebody else has for a moment, before sleeping.
const SPINS: u32 = 2000;

/// How to translate.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether code goes from one trace to another without the engine.
    pub link: bool,
    /// Whether unaligned multiple accesses work, see [`Interp::repair_alignment`].
    pub repair_alignment: bool,
    /// Bytes of translated code at the most, between 64 KiB and 1 GiB.
    pub code_cache: usize,
    /// Whether to count what is interpreted from within translated code: slows that down.
    pub count_interpreted: bool,
    /// Whether code counts the instructions that it does, in [`Links::retired`](skink_machine::Links).
    pub count: bool,
}

impl Default for Options {
    fn default() -> Options {
        let code_cache = 64 << 20;
        Options { link: true, repair_alignment: true, code_cache, count_interpreted: false, count: false }
    }
}

/// The code for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// It begins here, and finds flags where this says.
    At(usize, Arrival),
    /// There is none, and will be none as long as the guest's code does not change.
    Never,
    /// There is no room until every thread has left the old code, or somebody else is about to translate it: ask again.
    Later,
}

/// What of FPSCR code is translated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The control bits are all clear: rounding to nearest, nothing flushed, NaNs kept, no short vectors.
    Plain,
    /// They are not: VFP arithmetic is interpreted.
    Other,
}

impl Mode {
    /// That of a value of FPSCR (ARM ARM B4.1.58: DN, FZ, RMode, Stride, Len).
    pub fn of(fpscr: u32) -> Mode {
        if fpscr & 0x03f7_0000 == 0 { Mode::Plain } else { Mode::Other }
    }
}

/// What code is known by: a guest address, with the instruction set in bit 0, the mode, and where flags are.
pub(crate) fn key(target: u32, mode: Mode, arrival: Arrival) -> u64 {
    (arrival as u64) << 40 | (mode as u64) << 32 | target as u64
}

/// The key of the same address and mode with [`Arrival::Memory`].
pub(crate) fn without_arrival(key: u64) -> u64 {
    key & ((1 << 40) - 1)
}

/// What vector code may use.
pub(crate) fn vectors(mode: Mode) -> Vectors {
    let simd = std::arch::is_x86_feature_detected!("avx2");
    let fma = simd && std::arch::is_x86_feature_detected!("fma");
    Vectors { simd, fma, vfp: simd && mode == Mode::Plain }
}

/// What a translation needs, left to the next one.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) trace: Trace,
    pub(crate) facts: pass::Facts,
    pub(crate) room: emit::Room,
    pub(crate) decoder: Decoder,
}

/// Translations of one guest process.
pub struct Translator {
    pub(crate) memory: Arc<Memory>,
    buffer: Buffer,
    pub(crate) options: Options,
    known: Mutex<Known>,
    /// Of those who do not translate at the moment.
    scratches: Mutex<Vec<Scratch>>,
    pub(crate) desk: Desk,
    hints: Hints,
    seats: Seats,
    /// How often the buffer has been full.
    floods: AtomicU64,
    pub(crate) counts: Mutex<Counts>,
    pub(crate) observer: OnceLock<Observer>,
}

impl Translator {
    /// A translator for code in this memory.
    ///
    /// # Errors
    ///
    /// The host's, if it gives no executable memory.
    pub fn new(memory: Arc<Memory>, options: Options) -> io::Result<Arc<Translator>> {
        let buffer = Buffer::new(options.code_cache)?;
        if options.count_interpreted {
            census::begin();
        }
        Ok(Arc::new(Translator {
            memory,
            buffer,
            options,
            known: Mutex::default(),
            scratches: Mutex::default(),
            desk: Desk::default(),
            hints: Hints::default(),
            seats: Seats::default(),
            floods: AtomicU64::new(0),
            counts: Mutex::default(),
            observer: OnceLock::new(),
        }))
    }

    /// A stack for the return addresses of a processor that is to run translated code.
    ///
    /// # Errors
    ///
    /// The host's, if it gives no memory.
    pub fn shadow(&self) -> io::Result<Shadow> {
        Shadow::new(self.buffer.stubs.unmatched)
    }

    /// A place for a processor that is to run translated code.
    pub fn seat(&self) -> Seat {
        self.seats.take()
    }

    /// How often the buffer has been full. If that is often, less should be translated.
    pub fn floods(&self) -> u64 {
        self.floods.load(Ordering::Relaxed)
    }

    /// What is known, for a moment. So somebody who has to wait for it does not sleep, which takes longer.
    fn known(&self) -> MutexGuard<'_, Known> {
        for _ in 0..SPINS {
            if let Ok(known) = self.known.try_lock() {
                return known;
            }
            std::hint::spin_loop();
        }
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn scratches(&self) -> MutexGuard<'_, Vec<Scratch>> {
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The code for an address outside an IT block that finds flags where `arrival` says, or in memory. If there is
    /// none it is translated now, or by who helps.
    pub fn entry(&self, pc: u32, thumb: bool, mode: Mode, arrival: Arrival) -> Entry {
        let wanted = Wanted { pc, thumb, mode, arrival };
        let mut known = match self.known.try_lock() {
            Ok(known) => known,
            // There is something to interpret meanwhile.
            Err(_) if self.desk.is_helped() => return Entry::Later,
            Err(_) => self.known(),
        };
        if let Some(entry) = self.ready(&mut known, wanted) {
            return entry;
        }
        drop(known);
        if self.desk.leave(wanted) {
            return Entry::Later;
        }
        self.translate(wanted, |_| {})
    }

    /// What is known of some code; `None` if it is to be translated.
    fn ready(&self, known: &mut Known, wanted: Wanted) -> Option<Entry> {
        if known.epoch != self.memory.code_epoch() {
            self.catch_up(known);
        }
        match known.find(&self.memory, &self.buffer, wanted.key(), self.options.link) {
            Found::At(at) => return Some(Entry::At(at, wanted.arrival)),
            Found::Never => return Some(Entry::Never),
            Found::Nothing => {}
        }
        if known.full && !self.seats.all_out() {
            return Some(Entry::Later);
        }
        if known.full {
            known.empty(&self.buffer);
        }
        None
    }

    /// Forgets code that may be stale.
    fn catch_up(&self, known: &mut Known) {
        let (epoch, changes) = self.memory.changes_since(known.epoch);
        known.epoch = epoch;
        if changes.iter().all(|range| range.end != u64::MAX) {
            changes.iter().for_each(|range| known.put_to_sleep(&self.buffer, range));
            if known.idle < self.options.code_cache / 2 {
                return;
            }
        }
        known.forget(&self.buffer);
        // What is in the buffer is of no use any more, but need not go before it is full.
        if self.seats.all_out() {
            known.empty(&self.buffer);
        }
    }

    /// Translates some code, if nobody has meanwhile. `each` is told the addresses of the instructions.
    pub(crate) fn translate(&self, wanted: Wanted, each: impl FnMut(u32)) -> Entry {
        let epoch = {
            let mut known = self.known();
            if let Some(entry) = self.ready(&mut known, wanted) {
                return entry;
            }
            known.epoch
        };
        let start = Instant::now();
        let mut scratch = self.scratches().pop().unwrap_or_default();
        let entry = self.translate_with(&mut scratch, epoch, wanted);
        scratch.trace.steps.iter().map(|step| step.insn.site.addr).for_each(each);
        self.scratches().push(scratch);
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).time += start.elapsed();
        entry
    }

    fn translate_with(&self, scratch: &mut Scratch, epoch: u64, wanted: Wanted) -> Entry {
        let Wanted { pc, thumb, mode, arrival } = wanted;
        let key = |pc: u32| key(pc | thumb as u32, mode, Arrival::Memory);
        let there = |pc: u32| self.hints.has(pc) && self.known().has_any(key(pc));
        let how = How { arrival, count: self.options.count, shown: false };
        let code = self.optimised((pc, thumb), mode, there, scratch).and_then(|()| {
            let Scratch { trace, facts, room, .. } = scratch;
            emit::emit(trace, facts, self.buffer.stubs, how, room)
        });
        let mut known = self.known();
        if known.epoch != epoch || self.memory.code_epoch() != epoch {
            return Entry::Later;
        }
        // Somebody else may have been faster.
        if let Some(entry) = self.ready(&mut known, wanted) {
            return entry;
        }
        let at_last = code.and_then(|code| self.place_at_last(&mut known, wanted, &scratch.trace, code));
        at_last.unwrap_or_else(|| {
            known.never(wanted.key());
            Entry::Never
        })
    }

    /// Places code, if need be after the buffer has been emptied; `None` if that is not enough.
    fn place_at_last(&self, known: &mut Known, wanted: Wanted, trace: &Trace, code: Code) -> Option<Entry> {
        if !self.buffer.has_room(code.bytes.len()) {
            if self.buffer.used() == 0 {
                return None;
            }
            // Every processor is asked to stop, and finds that what it knew is not valid any more.
            self.floods.fetch_add(1, Ordering::Relaxed);
            self.memory.invalidate_code();
            known.forget(&self.buffer);
            known.epoch = self.memory.code_epoch();
            known.full = true;
            if !self.seats.all_out() {
                return Some(Entry::Later);
            }
            known.empty(&self.buffer);
            if !self.buffer.has_room(code.bytes.len()) {
                return None;
            }
        }
        Some(self.place(known, wanted, trace, code))
    }

    /// Puts code into the buffer, where there is room for it.
    fn place(&self, known: &mut Known, wanted: Wanted, trace: &Trace, mut code: Code) -> Entry {
        let at = self.buffer.next();
        code.place(at);
        self.buffer.put(&code.bytes);
        {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.traces += 1;
            counts.instructions += trace.steps.len() as u64;
            counts.interpreted += trace.steps.iter().filter(|step| step.interpreted).count() as u64;
            counts.bytes += code.bytes.len() as u64;
        }
        if let Some(observer) = self.observer.get() {
            observer(&Made { memory: &self.memory, trace, at, bytes: &code.bytes, steps: &code.steps });
        }
        let (key, end) = (wanted.key(), at + code.bytes.len());
        let waiting = known.add(&self.buffer, key, at..end, trace, code.insns, code.faults);
        self.hints.add(wanted.pc);
        if self.options.link {
            known.link(&self.buffer, at, wanted.mode, &code.exits);
            known.link_waiting(&self.buffer, at, waiting);
        }
        Entry::At(at, wanted.arrival)
    }

    /// Forms the trace for an address and has the passes run over it.
    pub(crate) fn optimised(
        &self,
        at: (u32, bool),
        mode: Mode,
        known: impl Fn(u32) -> bool,
        scratch: &mut Scratch,
    ) -> Option<()> {
        let (repair, earlier) = (self.options.repair_alignment, std::mem::take(&mut scratch.trace));
        let decoder = &mut scratch.decoder;
        scratch.trace = trace::form(&self.memory, at, repair, vectors(mode), known, earlier, decoder)?;
        debug_assert_eq!(scratch.trace.verify(), Ok(()));
        pass::run(&mut scratch.trace, &mut scratch.facts);
        Some(())
    }

    /// Does something while nobody translates: a fork, whose child must find the locks free. `alone` says of
    /// the result that this is the child now, in which no thread but the caller's goes on.
    pub fn quiesced<R>(&self, f: impl FnOnce() -> R, alone: impl Fn(&R) -> bool) -> R {
        let guards = (self.scratches(), self.known(), self.counts.lock());
        let result = self.desk.quiesced(|| self.seats.quiesced(f, &alone), &alone);
        drop(guards);
        result
    }

    /// Runs code from an entry on, if it still is what [`Translator::entry`] said at that `epoch` of the
    /// memory's code; if not, it is left as it was entered.
    pub fn run(
        &self,
        interp: &mut Interp,
        (entry, arrival): (usize, Arrival),
        seat: &Seat,
        epoch: u64,
    ) -> Outcome {
        let _inside = seat.go_in();
        if self.memory.code_epoch() != epoch {
            return Outcome::Dispatch;
        }
        match self.buffer.enter(interp, entry, arrival) {
            left::FAULT => self.fault(interp),
            left::INTERPRETED => Outcome::Interpreted,
            _ => Outcome::Dispatch,
        }
    }

    /// After an access failed: makes the registers those before its instruction, and has the interpreter do
    /// that once more. It knows what fault it is; what the code has stored for it already is stored again.
    fn fault(&self, interp: &mut Interp) -> Outcome {
        let links = &interp.core.links;
        let (rip, said) = (links.fault_rip as usize, links.fault_flags);
        let known = self.known();
        let site = known.fault(rip).map(|(site, insn)| {
            (site.flags, site.elsewhere.as_deref().cloned().unwrap_or_default(), site.uncounted, insn)
        });
        let Some((flags, Elsewhere { origins, vectors }, uncounted, insn)) = site else {
            // The emitter notes every access that it emits.
            unreachable!("a fault at {rip:#x}, where translated code has no access to guest memory");
        };
        let cpu = &mut interp.core.cpu;
        let said = said.map(|byte| byte != 0);
        let found: [Option<bool>; 4] = std::array::from_fn(|f| {
            let again = |lazy: Lazy| lazy.evaluate(f, &cpu.r, &interp.core.links.lazy);
            flags[f].map(|when| cc::holds(when, said)).or(origins[f].map(again))
        });
        for (flag, found) in [&mut cpu.n, &mut cpu.z, &mut cpu.c, &mut cpu.v].into_iter().zip(found) {
            *flag = found.unwrap_or(*flag);
        }
        (cpu.r[15], cpu.thumb, cpu.it) = (insn.site.addr, insn.site.thumb, insn.it);
        for (host, view) in vectors {
            let value = interp.core.links.vectors[host as usize];
            interp.set_ext_reg(view, value);
        }
        drop(known);
        interp.core.links.retired = interp.core.links.retired.wrapping_add_signed(uncounted.into());
        interp.perform(&insn);
        if interp.left != Left::No {
            return Outcome::Interpreted;
        }
        // Another thread has mapped the memory meanwhile.
        interp.core.links.retired += self.options.count as u64;
        (interp.core.cpu.r[15], interp.core.cpu.it) = (insn.site.next(), next_it(&insn));
        Outcome::Dispatch
    }
}

impl std::fmt::Debug for Translator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Translator").field("options", &self.options).finish_non_exhaustive()
    }
}
