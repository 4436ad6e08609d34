//! One virtual processor and its loop.

use crate::cache::{Cache, Counters};
use crate::watch::Hit;
use skink_interp::{Care, Exception, Interp, Left, Site, it_advance};
use skink_jit::{Arrival, Entry, Lookup, Mode, Outcome, Seat, Shadow, Translator};
use skink_machine::{Cpu, Fault, Memory};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Why [`Vcpu::run`] came back. `cpu.r[15]` is where execution is to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// SVC with its immediate; PC is behind it.
    Svc(u32),
    /// An UNDEFINED instruction; PC is at it.
    Undefined,
    /// BKPT with its immediate; PC is at it.
    Breakpoint(u32),
    /// A memory access or instruction fetch that failed; PC is at the instruction, and nothing of
    /// it has happened (ARM ARM B1.9.8: the base register is restored).
    Fault(Fault),
    /// Somebody asked, see [`Interrupter`]; PC is at the next instruction.
    Interrupted,
    /// A debugger's trap (`Memory::set_traps`); PC is at it, and nothing of its instruction has happened.
    Trap,
    /// The last instruction accessed a watched range (`Memory::set_watches`), see [`Vcpu::take_hits`]; PC is at the
    /// next.
    Watch,
}

impl Stop {
    /// Whether the instruction that it is about has been done.
    pub(crate) fn is_behind(self) -> bool {
        matches!(self, Stop::Svc(_))
    }
}

/// Makes a running [`Vcpu`] stop at its next block boundary. May be used from a signal handler.
#[derive(Debug, Clone, Default)]
pub struct Interrupter(Arc<AtomicU32>);

impl Interrupter {
    /// Asks for a stop; stays asked until `run` has returned [`Stop::Interrupted`].
    pub fn request(&self) {
        self.0.store(1, Ordering::SeqCst);
    }

    /// Whether somebody has asked; then it is as if nobody had.
    pub(crate) fn take(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0 && self.0.swap(0, Ordering::SeqCst) != 0
    }
}

/// How much work a [`Vcpu`] has done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stats {
    /// Guest instructions interpreted, those whose condition failed included.
    pub instructions: u64,
    /// Blocks decoded.
    pub blocks: u64,
}

/// Called before each instruction with the registers as it finds them: `r[15]` is its address.
pub type Tracer = Box<dyn FnMut(&Cpu) + Send>;

/// Code that has been asked for so often is worth translating: that takes about as long as interpreting it as often.
pub const HOT: u32 = 24;

/// As many times as often, code is wanted for where flags are.
const ARRIVALS: u32 = 2;

/// One virtual processor: its registers, and the engine that runs them on a shared memory.
pub struct Vcpu {
    /// The registers, exact whenever `run` is not running.
    pub cpu: Cpu,
    /// Whether a multiple or dual access to an address that is not a multiple of 4 works, as Linux
    /// makes it (arch/arm/mm/alignment.c), or faults, as the processor has it. On by default.
    pub repair_alignment: bool,
    /// Whether every access of a core register must be aligned to its size (SCTLR.A set, ARM ARM
    /// A3.2.1). Code is only
    /// interpreted then. Off by default.
    pub strict_alignment: bool,
    /// Runs with `cpu`, which is taken for as long as `run` runs.
    pub(crate) interp: Interp,
    pub(crate) interrupt: Interrupter,
    cache: Cache,
    pub(crate) instructions: u64,
    /// Of them, those that were not done: they faulted, or are no instructions.
    pub(crate) undone: u64,
    /// What is to be added to the instructions done since the processor was made: it has been set back.
    set_back: u64,
    pub(crate) tracer: Option<Tracer>,
    gear: Option<Gear>,
    pub(crate) hits: Vec<Hit>,
    /// Watched ranges are guarded by the host: nobody has to look at accesses that do not fault.
    pub(crate) guarded: bool,
}

/// The second gear: translated code.
struct Gear {
    translator: Arc<Translator>,
    seat: Seat,
    shadow: Shadow,
    lookup: Lookup,
    /// The state of the code that `lookup` is for.
    epoch: u64,
    /// And of FPSCR.
    mode: Mode,
    counters: Counters,
    /// [`Translator::floods`] when the counters began.
    floods: u64,
    /// How often a block is interpreted before it is translated, at most 255.
    after: u32,
}

impl Gear {
    /// Code for an address that has flags where `arrival` says, or in memory, where they are too; `None` if there is
    /// none yet.
    #[inline]
    fn look_up(&mut self, pc: u32, thumb: bool, arrival: Arrival) -> Option<(usize, Arrival)> {
        let found = self.lookup.get(pc, thumb).map(|at| (at, Arrival::Memory));
        if found.is_some() && arrival == Arrival::Memory {
            return found;
        }
        // Where there is code, that for another arrival saves a moment each time: it must be wanted more often.
        let (counted, after) = match found {
            Some(_) => (pc ^ (arrival as u32) << 14, (self.after * ARRIVALS).min(255)),
            None => (pc, self.after),
        };
        if self.counters.count(counted) < after {
            return found;
        }
        match self.translator.entry(pc, thumb, self.mode, arrival) {
            Entry::At(entry, Arrival::Memory) => {
                self.lookup.insert(pc, thumb, entry);
                Some((entry, Arrival::Memory))
            }
            Entry::At(entry, arrival) => Some((entry, arrival)),
            Entry::Later => {
                self.counters.ask_later(counted);
                found
            }
            Entry::Never => None,
        }
    }
}

impl Vcpu {
    /// A processor with all registers zero.
    pub fn new(memory: Arc<Memory>) -> Vcpu {
        Vcpu {
            cpu: Cpu::default(),
            repair_alignment: true,
            strict_alignment: false,
            interp: Interp::new(memory),
            interrupt: Interrupter::default(),
            cache: Cache::new(),
            instructions: 0,
            undone: 0,
            set_back: 0,
            tracer: None,
            gear: None,
            hits: Vec::new(),
            guarded: false,
        }
    }

    /// The memory it runs on.
    pub fn memory(&self) -> &Arc<Memory> {
        &self.interp.memory
    }

    /// A handle to interrupt it with.
    pub fn interrupter(&self) -> Interrupter {
        self.interrupt.clone()
    }

    /// What it has done so far.
    pub fn stats(&self) -> Stats {
        Stats { instructions: self.instructions, blocks: self.cache.decoded }
    }

    /// How many instructions have been done, those whose condition failed and supervisor calls included. Exact
    /// when `run` is not running, if there is no translator or one that counts
    /// ([`TranslatorOptions::count`](crate::TranslatorOptions)).
    pub fn retired(&self) -> u64 {
        (self.instructions - self.undone + self.interp.core.links.retired).wrapping_add(self.set_back)
    }

    /// Has so many instructions count as done: the registers and the memory of that moment are back.
    pub(crate) fn set_retired(&mut self, count: u64) {
        self.set_back = count.wrapping_sub(self.instructions - self.undone + self.interp.core.links.retired);
    }

    /// Has code translated that has been asked for `after` times, 255 at the most.
    pub fn set_translator(&mut self, translator: Arc<Translator>, after: u32) {
        self.interp.memory.watch_code(&self.interrupt.0);
        // Without memory for it the interpreter does all.
        let Ok(shadow) = translator.shadow() else { return };
        let seat = translator.seat();
        self.cache.serves_translator();
        let (lookup, counters, floods) = (Lookup::default(), Counters::new(), translator.floods());
        let (epoch, after) = (u64::MAX, after.min(255));
        self.gear = Some(Gear {
            translator,
            seat,
            shadow,
            lookup,
            epoch,
            mode: Mode::Plain,
            counters,
            floods,
            after,
        });
    }

    /// For a processor that will never go on and may have been in the middle of translated code: its process
    /// was killed. Without this, that code could never be replaced.
    pub fn abandon(&self) {
        if let Some(gear) = &self.gear {
            gear.seat.abandon();
        }
    }

    /// Has every instruction shown to somebody before it runs, or to nobody any more.
    pub fn set_tracer(&mut self, tracer: Option<Tracer>) {
        self.tracer = tracer;
    }

    /// Runs until something happens.
    pub fn run(&mut self) -> Stop {
        self.enter();
        let stop = match self.tracer.take() {
            tracer if self.looks() => {
                self.tracer = tracer;
                self.run_watched()
            }
            None if self.gear.is_some() && !self.strict_alignment => self.run_geared(),
            None => self.run_blocks::<false>(&mut |_| {}),
            Some(mut tracer) => {
                let stop = self.run_blocks::<true>(&mut tracer);
                self.tracer = Some(tracer);
                stop
            }
        };
        self.leave();
        stop
    }

    /// Runs at most `blocks` blocks; `None` if nothing happened in them.
    pub fn run_limited(&mut self, blocks: u64) -> Option<Stop> {
        self.enter();
        let stop = (0..blocks).find_map(|_| match self.gear {
            Some(_) if !self.strict_alignment => self.run_piece(),
            _ => self.run_block::<false>(&mut |_| {}),
        });
        self.leave();
        stop
    }

    /// Whether each access is looked at.
    pub(crate) fn looks(&self) -> bool {
        self.interp.memory.marks().is_watching() && !self.guarded
    }

    pub(crate) fn enter(&mut self) {
        std::mem::swap(&mut self.cpu, &mut self.interp.core.cpu);
        let watching = self.looks();
        let care = Care::default().with(Care::STRICT_ALIGNMENT, self.strict_alignment);
        self.interp.set_care(care.with(Care::RECORD, watching), self.repair_alignment);
        self.interp.core.links.interrupt = Arc::as_ptr(&self.interrupt.0) as usize;
    }

    pub(crate) fn leave(&mut self) {
        std::mem::swap(&mut self.cpu, &mut self.interp.core.cpu);
    }

    fn run_blocks<const TRACE: bool>(&mut self, trace: &mut dyn FnMut(&Cpu)) -> Stop {
        loop {
            if self.interrupt.0.load(Ordering::Relaxed) != 0 {
                self.interrupt.0.store(0, Ordering::SeqCst);
                return Stop::Interrupted;
            }
            if let Some(stop) = self.run_block::<TRACE>(trace) {
                return stop;
            }
        }
    }

    fn run_geared(&mut self) -> Stop {
        loop {
            if self.interrupt.0.load(Ordering::Relaxed) != 0 {
                self.interrupt.0.store(0, Ordering::SeqCst);
                return Stop::Interrupted;
            }
            if let Some(stop) = self.run_piece() {
                return stop;
            }
        }
    }

    /// Runs translated code until it is left, or one block.
    fn run_piece(&mut self) -> Option<Stop> {
        let (b, Some(gear)) = (&mut self.interp, &mut self.gear) else { return None };
        let (pc, thumb, it) = (b.core.cpu.r[15], b.core.cpu.thumb, b.core.cpu.it);
        if it != 0 {
            return self.run_block::<false>(&mut |_| {});
        }
        let epoch = b.memory.code_epoch();
        let mode = Mode::of(b.core.cpu.fpscr);
        if epoch != gear.epoch || mode != gear.mode {
            gear.lookup.clear();
            // Where calls made before return to is code for what was before.
            (b.core.links.shadow, b.core.links.shadow_top) = (gear.shadow.top(), gear.shadow.top());
            (gear.epoch, gear.mode) = (epoch, mode);
            // Not all that is hot has room: what is hottest will be so again first.
            if gear.floods != gear.translator.floods() {
                gear.floods = gear.translator.floods();
                gear.counters.clear();
            }
        }
        // Code that was left for what is not translated yet wants to be linked to it.
        let arrival = Arrival::from_number(std::mem::take(&mut b.core.links.wanted));
        let entry = match gear.look_up(pc, thumb, arrival) {
            Some(entry) => entry,
            None => return self.run_block::<false>(&mut |_| {}),
        };
        b.core.links.lookup = gear.lookup.address();
        match gear.translator.run(b, entry, &gear.seat, epoch) {
            Outcome::Dispatch => None,
            Outcome::Interpreted => match b.left {
                Left::Branch(target) => {
                    b.core.links.retired += 1;
                    b.core.cpu.r[15] = target;
                    b.core.cpu.it = 0;
                    b.left = Left::No;
                    None
                }
                _ => {
                    let (site, it) = (b.site, b.core.cpu.it);
                    let stop = stop(b, site, it);
                    b.core.links.retired += stop.is_behind() as u64;
                    Some(stop)
                }
            },
        }
    }

    #[inline(always)]
    pub(crate) fn run_block<const TRACE: bool>(&mut self, trace: &mut dyn FnMut(&Cpu)) -> Option<Stop> {
        let b = &mut self.interp;
        let thumb = b.core.cpu.thumb;
        let (block, insns) = match self.cache.get(&b.memory, b.core.cpu.r[15], thumb, b.core.cpu.it) {
            Ok(found) => found,
            Err(fault) => return Some(Stop::Fault(fault)),
        };
        for (done, insn) in insns.iter().enumerate() {
            if TRACE {
                (b.core.cpu.r[15], b.core.cpu.it) = (insn.site.addr, insn.it);
                trace(&b.core.cpu);
            }
            b.perform(insn);
            // One comparison for each instruction; the rest of the question is for each block.
            if matches!(b.left, Left::No) {
                continue;
            }
            match b.left {
                Left::No => {}
                Left::Branch(target) => {
                    b.core.cpu.r[15] = target;
                    b.core.cpu.it = 0;
                    b.left = Left::No;
                    self.instructions += done as u64 + 1;
                    return None;
                }
                Left::Fault(_) | Left::Exception(_) => {
                    self.instructions += done as u64 + 1;
                    let stop = stop(b, insn.site, insn.it);
                    self.undone += !stop.is_behind() as u64;
                    return Some(stop);
                }
                Left::Trap => {
                    self.instructions += done as u64;
                    return Some(stop(b, insn.site, insn.it));
                }
            }
        }
        b.core.cpu.r[15] = block.end;
        b.core.cpu.it = block.end_it;
        self.instructions += insns.len() as u64;
        None
    }
}

/// What became of an instruction that stopped; the processor stands at it, or behind a call.
#[cold]
pub(crate) fn stop(b: &mut Interp, site: Site, it: u8) -> Stop {
    b.core.cpu.r[15] = site.addr;
    b.core.cpu.it = it;
    match std::mem::replace(&mut b.left, Left::No) {
        Left::Fault(fault) => Stop::Fault(fault),
        Left::Trap => Stop::Trap,
        Left::Exception(Exception::Breakpoint(imm)) => Stop::Breakpoint(imm),
        Left::Exception(Exception::Svc(imm)) => {
            b.core.cpu.r[15] = site.next();
            b.core.cpu.it = it_advance(it);
            Stop::Svc(imm)
        }
        Left::Exception(Exception::Undefined) | Left::No | Left::Branch(_) => Stop::Undefined,
    }
}
