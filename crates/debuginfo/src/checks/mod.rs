//! Checks while a program runs: habits of the procedure call standard that it breaks, memory that it reads before
//! anybody wrote it, code that it overwrites.
//!
//! A [`Checker`] only looks on: it is given the state before each instruction and what the instruction will do, and
//! answers what is to be said. Each check can be turned off.

mod bytes;
mod calls;

use crate::explain::{Explanation, Register};
use crate::memory::ReadMemory;
use bytes::ByteSet;
use calls::Calls;
use skink_machine::Cpu;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

/// Which checks are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checks {
    /// Registers that a function must leave as they were (AAPCS32 6.1.1, 6.1.2.1): R4-R11 and D8-D15.
    pub preserved: bool,
    /// SP is the same before a call and after the return (AAPCS32 6.2.1.2).
    pub stack: bool,
    /// A return goes behind a call.
    pub returns: bool,
    /// Memory is written before it is read.
    pub reads: bool,
    /// Code is not written to.
    pub code: bool,
}

impl Default for Checks {
    /// All.
    fn default() -> Checks {
        Checks { preserved: true, stack: true, returns: true, reads: true, code: true }
    }
}

/// Something that is likely to be a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A function returns with a register changed that it must keep.
    NotPreserved {
        /// The return.
        at: u32,
        /// The function, by its first address.
        function: u32,
        /// The register.
        register: Register,
        /// Its value at the call.
        was: u64,
        /// Its value at the return.
        now: u64,
    },
    /// A function returns with another stack pointer.
    Unbalanced {
        /// The return.
        at: u32,
        /// The function, by its first address.
        function: u32,
        /// SP at the call.
        was: u32,
        /// SP after the return.
        now: u32,
    },
    /// A return goes somewhere that is behind no call.
    Astray {
        /// The return.
        at: u32,
        /// Where it goes.
        to: u32,
    },
    /// Memory is read that nobody has written.
    Unwritten {
        /// The instruction.
        at: u32,
        /// The first byte that nobody has written.
        addr: u32,
    },
    /// Code is overwritten.
    CodeWritten {
        /// The instruction that writes.
        at: u32,
        /// The first byte of code that it writes to.
        addr: u32,
    },
}

impl Warning {
    /// The instruction that is to blame.
    pub fn at(&self) -> u32 {
        match *self {
            Warning::NotPreserved { at, .. }
            | Warning::Unbalanced { at, .. }
            | Warning::Astray { at, .. }
            | Warning::Unwritten { at, .. }
            | Warning::CodeWritten { at, .. } => at,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::NotPreserved { function, register, was, now, .. } => write!(
                f,
                "the function at {function:#x} returns with {register} = {now:#x}, which was {was:#x} when it was called; \
                 save it at the start and restore it before the return"
            ),
            Warning::Unbalanced { function, was, now, .. } => write!(
                f,
                "the function at {function:#x} returns with sp = {now:#x}, which was {was:#x} when it was called: \
                 it {} {} bytes more than it {}",
                if now < was { "pushes" } else { "pops" },
                was.abs_diff(*now),
                if now < was { "pops" } else { "pushes" },
            ),
            Warning::Astray { to, .. } => write!(
                f,
                "a return to {to:#x}, which is behind no call: the return address was changed or not saved"
            ),
            Warning::Unwritten { addr, .. } => {
                write!(f, "a read of {addr:#x}, where nothing has been written: its value is chance")
            }
            Warning::CodeWritten { addr, .. } => write!(f, "a write to {addr:#x}, where code is"),
        }
    }
}

/// Looks on while a program runs.
#[derive(Debug, Default)]
pub struct Checker {
    /// What is checked.
    pub checks: Checks,
    threads: HashMap<u32, Calls>,
    /// Memory whose contents are chance until they are written.
    unknown: Vec<Range<u32>>,
    written: ByteSet,
    code: ByteSet,
}

impl Checker {
    /// One that makes these checks.
    pub fn new(checks: Checks) -> Checker {
        Checker { checks, ..Checker::default() }
    }

    /// Memory that has no contents yet: a stack, the rest of a board's RAM. Elsewhere reads are not checked.
    pub fn unknown(&mut self, range: Range<u32>) {
        self.unknown.push(range);
    }

    /// Memory that somebody else than the program writes: what is loaded, what a system call stores.
    pub fn filled(&mut self, range: Range<u32>) {
        // Only what is of interest is kept: a call may fill gigabytes.
        for unknown in &self.unknown {
            let (start, end) = (range.start.max(unknown.start), range.end.min(unknown.end));
            if start < end {
                self.written.insert(start..end);
            }
        }
    }

    /// Memory that is code. What has been executed is known to be.
    pub fn code(&mut self, range: Range<u32>) {
        self.code.insert(range);
    }

    /// Looks at an instruction of a thread before it is done, and says what is wrong with it.
    pub fn observe(
        &mut self,
        thread: u32,
        before: &Cpu,
        memory: &dyn ReadMemory,
        explanation: &Explanation,
    ) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let at = explanation.addr;
        if explanation.insn.is_some() {
            self.code.insert(at..at.wrapping_add(explanation.size.into()));
        }
        self.memory(explanation, &mut warnings);
        let calls = self.threads.entry(thread).or_default();
        calls.observe(self.checks, before, memory, explanation, &mut warnings);
        warnings
    }

    fn memory(&mut self, explanation: &Explanation, warnings: &mut Vec<Warning>) {
        let at = explanation.addr;
        for access in &explanation.memory {
            let range = access.addr..access.addr.saturating_add(access.bytes);
            if access.write {
                let hit = range.clone().find(|&byte| self.code.contains(byte));
                if let (Some(addr), true) = (hit, self.checks.code) {
                    warnings.push(Warning::CodeWritten { at, addr });
                    // Once is enough for a place.
                    self.code.remove(range.clone());
                }
                self.filled(range);
                continue;
            }
            if !self.checks.reads {
                continue;
            }
            let unknown = |byte: &u32| self.unknown.iter().any(|range| range.contains(byte));
            let chance = range.clone().find(|byte| unknown(byte) && !self.written.contains(*byte));
            if let Some(addr) = chance {
                warnings.push(Warning::Unwritten { at, addr });
                self.written.insert(range);
            }
        }
    }
}
