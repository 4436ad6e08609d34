//! Translates on demand, and knows what has been translated.
//!
//! One translator serves all threads of a guest process. When guest code may have changed, everything
//! becomes invalid at once: direct branches are unlinked, so that the old code is left at the next exit.
//! The code itself and what is known of its faults stay: a thread may still be in the middle of it.

use crate::buffer::{Buffer, buffer, left};
use crate::build::Vectors;
use crate::emit::host::cc;
use crate::emit::{self, Exit, Fault as FaultSite};
use crate::ir::{Node, Trace};
use crate::{pass, trace};
use skink_interp::{Decoded, Interp, Left, next_it};
use skink_machine::Memory;
use skink_semantics::VectorBuilder;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How code was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// For the address in R15, which has not been translated, or since the processor is asked to stop.
    Dispatch,
    /// By an interpreted instruction: [`Interp::left`] says how. `r[15]` is for the caller to set.
    Interpreted,
}

/// How to translate.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether code goes from one trace to another without the engine.
    pub link: bool,
    /// Whether unaligned multiple accesses work, see [`Interp::repair_alignment`].
    pub repair_alignment: bool,
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

fn key(target: u32, mode: Mode) -> u64 {
    (mode as u64) << 32 | target as u64
}

/// What vector code may use.
fn vectors(mode: Mode) -> Vectors {
    let simd = std::arch::is_x86_feature_detected!("avx2");
    let fma = simd && std::arch::is_x86_feature_detected!("fma");
    Vectors { simd, fma, vfp: simd && mode == Mode::Plain }
}

/// Translations of one guest process.
pub struct Translator {
    memory: Arc<Memory>,
    buffer: &'static Buffer,
    options: Options,
    known: Mutex<Known>,
}

/// A direct branch that has been emitted.
struct Link {
    distance_at: usize,
    unlinked_at: usize,
    target: u64,
}

/// What is known of a piece of translated code.
struct Piece {
    end: usize,
    faults: Vec<FaultSite>,
    insns: Arc<[Decoded]>,
}

#[derive(Default)]
struct Known {
    epoch: u64,
    /// From guest addresses, with the instruction set in bit 0, and modes to code.
    entries: HashMap<u64, usize>,
    links: Vec<Link>,
    /// Links that wait for their target to be translated.
    waiting: HashMap<u64, Vec<usize>>,
    /// By their host address.
    pieces: BTreeMap<usize, Piece>,
}

/// What a translation looks like, for who wants to see it.
#[derive(Debug)]
pub struct Shown {
    /// As the Builder made it.
    pub built: Trace,
    /// After the passes.
    pub optimised: Trace,
    /// Host code for address 0.
    pub bytes: Vec<u8>,
}

impl Translator {
    /// A translator for code in this memory.
    ///
    /// # Errors
    ///
    /// The host's, if it gives no executable memory.
    pub fn new(memory: Arc<Memory>, options: Options) -> io::Result<Arc<Translator>> {
        let buffer = buffer()?;
        Ok(Arc::new(Translator { memory, buffer, options, known: Mutex::default() }))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The entry of the code for an address outside an IT block, translated now if need be; `None` if it
    /// cannot be.
    pub fn entry(&self, pc: u32, thumb: bool, mode: Mode) -> Option<usize> {
        let mut known = self.known();
        let epoch = self.memory.code_epoch();
        if known.epoch != epoch {
            known.forget(self.buffer);
            known.epoch = epoch;
        }
        let key = key(pc | thumb as u32, mode);
        if let Some(&entry) = known.entries.get(&key) {
            return Some(entry);
        }
        let (trace, facts) = self.optimised(pc, thumb, mode)?;
        let insns: Arc<[Decoded]> = trace.steps.iter().map(|step| step.insn).collect();
        let at = self.buffer.next();
        let code = emit::emit(&trace, &facts, self.buffer.stubs, insns.as_ptr(), at)?;
        if !self.buffer.put(&code.bytes) {
            return None;
        }
        known.pieces.insert(at, Piece { end: at + code.bytes.len(), faults: code.faults, insns });
        known.entries.insert(key, at);
        if self.options.link {
            known.link(self.buffer, at, key, mode, &code.exits);
        }
        Some(at)
    }

    fn optimised(&self, pc: u32, thumb: bool, mode: Mode) -> Option<(Trace, pass::Facts)> {
        let mut trace = trace::form(&self.memory, pc, thumb, self.options.repair_alignment, vectors(mode))?;
        debug_assert_eq!(trace.verify(), Ok(()));
        let mut facts = pass::run(&mut trace);
        if trace.nodes.iter().any(|node| matches!(node, Node::ShiftCarry(..))) {
            trace.interpret_steps_with(|node| matches!(node, Node::ShiftCarry(..)));
            facts = pass::run(&mut trace);
        }
        Some((trace, facts))
    }

    /// Does something while nobody translates: a fork, whose child must find the lock free.
    pub fn quiesced<R>(&self, f: impl FnOnce() -> R) -> R {
        let guard = self.known();
        let result = f();
        drop(guard);
        result
    }

    /// How the code for an address would look.
    pub fn show(&self, pc: u32, thumb: bool, mode: Mode) -> Option<Shown> {
        let built = trace::form(&self.memory, pc, thumb, self.options.repair_alignment, vectors(mode))?;
        let (optimised, facts) = self.optimised(pc, thumb, mode)?;
        let insns: Vec<Decoded> = optimised.steps.iter().map(|step| step.insn).collect();
        let code = emit::emit(&optimised, &facts, self.buffer.stubs, insns.as_ptr(), 0)?;
        Some(Shown { built, optimised, bytes: code.bytes })
    }

    /// Runs code from an entry on.
    pub fn run(&self, interp: &mut Interp, entry: usize) -> Outcome {
        match self.buffer.enter(interp, entry) {
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
        let piece = known.pieces.range(..=rip).next_back().filter(|(_, piece)| rip < piece.end);
        let site = piece.and_then(|(start, piece)| {
            let i = piece.faults.binary_search_by_key(&(rip - start), |site| site.at).ok()?;
            let site = &piece.faults[i];
            Some((site.flags, site.vectors.clone(), piece.insns[site.step]))
        });
        let Some((flags, vectors, insn)) = site else {
            // The emitter notes every access that it emits.
            unreachable!("a fault at {rip:#x}, where translated code has no access to guest memory");
        };
        let cpu = &mut interp.core.cpu;
        (cpu.r[15], cpu.thumb, cpu.it) = (insn.site.addr, insn.site.thumb, insn.it);
        let said = said.map(|byte| byte != 0);
        for (flag, when) in [&mut cpu.n, &mut cpu.z, &mut cpu.c, &mut cpu.v].into_iter().zip(flags) {
            if let Some(when) = when {
                *flag = cc::holds(when, said);
            }
        }
        for (host, view) in vectors {
            let value = interp.core.links.vectors[host as usize];
            interp.set_ext_reg(view, value);
        }
        drop(known);
        interp.perform(&insn);
        if interp.left != Left::No {
            return Outcome::Interpreted;
        }
        // Another thread has mapped the memory meanwhile.
        (interp.core.cpu.r[15], interp.core.cpu.it) = (insn.site.next(), next_it(&insn));
        Outcome::Dispatch
    }
}

impl Known {
    /// Links the exits of new code at `at`, and what has waited for it.
    fn link(&mut self, buffer: &Buffer, at: usize, entry: u64, mode: Mode, exits: &[Exit]) {
        for exit in exits {
            let link = Link {
                distance_at: at + exit.distance_at,
                unlinked_at: at + exit.unlinked_at,
                target: key(exit.target, mode),
            };
            match self.entries.get(&link.target) {
                Some(&code) => buffer.link(link.distance_at, code),
                None => self.waiting.entry(link.target).or_default().push(self.links.len()),
            }
            self.links.push(link);
        }
        for waiting in self.waiting.remove(&entry).unwrap_or_default() {
            buffer.link(self.links[waiting].distance_at, at);
        }
    }

    /// Unlinks everything: no code is reached any more that was translated before.
    fn forget(&mut self, buffer: &Buffer) {
        for link in self.links.drain(..) {
            buffer.link(link.distance_at, link.unlinked_at);
        }
        self.waiting.clear();
        self.entries.clear();
    }
}

impl std::fmt::Debug for Translator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Translator").field("options", &self.options).finish_non_exhaustive()
    }
}
