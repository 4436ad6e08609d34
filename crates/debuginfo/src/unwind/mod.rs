//! Call stacks: from the registers of a stopped processor to those of each caller.
//!
//! In this order, for each frame: the kernel's signal frame if PC is at the code that returns from one; call frame
//! information of DWARF; the exception handling tables of the ABI (EHABI32), which hold where something is called;
//! what the code itself does to the stack ([`crate::flow`]); at last LR.

mod cfi;
mod code;
mod exidx;
mod signal;

use crate::memory::ReadMemory;
use crate::module::Module;
use crate::program::{Line, Program};
use skink_machine::Cpu;

pub(crate) use exidx::Tables;

/// How a frame was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It is where the processor stands.
    Processor,
    /// By call frame information of DWARF.
    Dwarf,
    /// By the exception handling tables of the ABI.
    Tables,
    /// By what the code does to the stack.
    Code,
    /// By LR alone: the function called was one that saves nothing.
    LinkRegister,
    /// It was interrupted by a signal.
    Signal,
    /// It is a function that was inlined into the next frame.
    Inlined,
}

/// The registers of a frame, as far as they could be recovered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registers {
    /// R0-R15.
    pub core: [Option<u32>; 16],
    /// D0-D31.
    pub d: [Option<u64>; 32],
    /// Whether the code is Thumb.
    pub thumb: bool,
}

impl Registers {
    /// Those of a processor, all known.
    pub fn of(cpu: &Cpu) -> Registers {
        Registers { core: cpu.r.map(Some), d: cpu.d.0.map(Some), thumb: cpu.thumb }
    }

    /// PC; 0 where it is not known, which is where a stack ends.
    pub fn pc(&self) -> u32 {
        self.core[15].unwrap_or(0)
    }
}

/// A function that has been called and not yet returned.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The next instruction of it; in a caller, the one behind the call.
    pub pc: u32,
    /// SP as it was before the call of this function (the canonical frame address), if it is known.
    pub cfa: Option<u32>,
    /// The registers as this function sees them.
    pub registers: Registers,
    /// How it was found.
    pub found: Found,
    /// Its name.
    pub function: Option<String>,
    /// The source line.
    pub line: Option<Line>,
    /// Whether `pc` is behind a call, so that the address before it says where the frame is.
    pub(crate) after_call: bool,
    /// How many functions were inlined around this one: its place among [`Program::functions_at`].
    pub(crate) level: usize,
}

impl Frame {
    /// The address to look up: inside the call, for a caller.
    pub fn lookup(&self) -> u32 {
        if self.after_call { self.pc.wrapping_sub(1) } else { self.pc }
    }
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// No more frames than this.
    pub frames: usize,
    /// Whether to go on past `main`.
    pub past_main: bool,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { frames: 10_000, past_main: false }
    }
}

/// A caller, as one of the ways found it.
struct Caller {
    registers: Registers,
    cfa: Option<u32>,
    found: Found,
}

/// What all ways look at.
struct Place<'a> {
    module: Option<&'a Module>,
    memory: &'a dyn ReadMemory,
    registers: &'a Registers,
    /// Inside the function, also if a call is its last instruction.
    lookup: u32,
    after_call: bool,
}

impl Program {
    /// The call stack of a processor, the innermost frame first: at least one. It ends at `main`, where nothing is
    /// known, or where it would not come nearer to the bottom of the stack.
    pub fn unwind(&self, cpu: &Cpu, memory: &dyn ReadMemory) -> Vec<Frame> {
        self.unwind_to(cpu, memory, Limits::default())
    }

    /// The call stack as far as `limits` allow.
    pub fn unwind_to(&self, cpu: &Cpu, memory: &dyn ReadMemory, limits: Limits) -> Vec<Frame> {
        let mut frames = Vec::new();
        let mut registers = Registers::of(cpu);
        let (mut found, mut after_call) = (Found::Processor, false);
        while frames.len() < limits.frames {
            let lookup = registers.pc().wrapping_sub(after_call.into());
            let first = frames.len();
            if signal::returning(memory, registers.pc(), registers.thumb).is_some() {
                let (pc, registers, name) = (registers.pc(), registers.clone(), signal::NAME.to_owned());
                let (function, line, cfa) = (Some(name), None, None);
                frames.push(Frame { pc, cfa, registers, found, function, line, after_call, level: 0 });
            } else {
                self.push_frames(&mut frames, &registers, found, after_call);
            }
            let module = self.module_at(lookup);
            let place = Place { module, memory, registers: &registers, lookup, after_call };
            let Some(caller) = caller(&place) else { break };
            for frame in &mut frames[first..] {
                frame.cfa = caller.cfa;
            }
            let name = frames.last().and_then(|frame| frame.function.as_deref());
            if !limits.past_main && name == Some("main") || !goes_on(&registers, &caller, memory) {
                break;
            }
            let to = &caller.registers;
            let in_trampoline = signal::returning(memory, to.pc(), to.thumb).is_some();
            after_call = caller.found != Found::Signal && !in_trampoline;
            (registers, found) = (caller.registers, caller.found);
        }
        frames
    }

    /// One frame for each function that was inlined at the place, and one for that which is called.
    fn push_frames(&self, frames: &mut Vec<Frame>, registers: &Registers, found: Found, after_call: bool) {
        let pc = registers.pc();
        let lookup = pc.wrapping_sub(after_call.into());
        let mut line = self.line_at(lookup);
        let functions = self.functions_at(lookup);
        let mut frame = |function: Option<String>, line: Option<Line>, found, level| {
            let registers = registers.clone();
            frames.push(Frame { pc, cfa: None, registers, found, function, line, after_call, level });
        };
        for (level, function) in functions.iter().enumerate().skip(1).rev() {
            frame(Some(function.name.clone()), line.clone(), Found::Inlined, level);
            // The function around it is at the call.
            if let (Some((file, number)), Some(line)) = (&function.inlined_at, &mut line) {
                (line.file, line.line) = (file.clone(), *number);
            }
        }
        frame(functions.first().map(|function| function.name.clone()), line, found, 0);
    }
}

/// The first way that finds a caller.
fn caller(place: &Place<'_>) -> Option<Caller> {
    if let Some(caller) = signal::caller(place) {
        return Some(caller);
    }
    match cfi::caller(place) {
        // gcc forgets to describe an epilogue in two steps: what leads nowhere is not believed.
        cfi::Answer::Caller(caller) if place.after_call || code::returns_to(place, &caller) => {
            return Some(*caller);
        }
        cfi::Answer::Caller(caller) => return code::caller(place).or(Some(*caller)),
        cfi::Answer::Outermost => return None,
        cfi::Answer::Unknown => {}
    }
    // The tables hold at calls only: elsewhere the prologue may not be over, or the epilogue have begun.
    if place.after_call {
        exidx::caller(place).or_else(|| code::caller(place))
    } else {
        code::caller(place).or_else(|| exidx::caller(place)).or_else(|| code::by_link_register(place))
    }
}

/// Whether a caller is one: its code exists, and the stack has become smaller or the place another.
fn goes_on(from: &Registers, to: &Caller, memory: &dyn ReadMemory) -> bool {
    let pc = to.registers.pc();
    if pc < 2 || memory.half(pc & !1).is_err() {
        return false;
    }
    let (Some(now), Some(then)) = (from.core[13], to.registers.core[13]) else { return false };
    // A signal handler may run on another stack.
    to.found == Found::Signal || then > now || then == now && pc != from.pc()
}

impl Caller {
    /// A caller whose PC is a return address: bit 0 says which instruction set it is in.
    fn returned_to(mut registers: Registers, cfa: u32, found: Found) -> Option<Caller> {
        let pc = registers.core[15]?;
        registers.thumb = pc & 1 != 0;
        registers.core[15] = Some(pc & !1);
        registers.core[13] = Some(cfa);
        Some(Caller { registers, cfa: Some(cfa), found })
    }
}

/// Whether a return address is that of the code which returns from a signal handler.
pub(crate) fn is_sigreturn(memory: &dyn ReadMemory, link: u32) -> bool {
    signal::returning(memory, link & !1, link & 1 != 0).is_some()
}

/// What a call does not keep (AAPCS32 6.1.1, 6.1.2.1): R0-R3, R12, LR, D0-D7 and D16-D31.
fn forget_scratch(registers: &mut Registers) {
    for reg in [0, 1, 2, 3, 12, 14] {
        registers.core[reg] = None;
    }
    for reg in (0..8).chain(16..32) {
        registers.d[reg] = None;
    }
}
