//! Runs guest code until something happens that is not the processor's business.
//!
//! The engine knows no operating system: a supervisor call, a fault or an undefined instruction is
//! a [`Stop`] that [`Vcpu::run`] returns to the personality above.

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
}

/// Makes a running [`Vcpu`] stop at its next block boundary. May be used from a signal handler.
#[derive(Debug, Clone, Default)]
pub struct Interrupter(Arc<AtomicU32>);

impl Interrupter {
    /// Asks for a stop; stays asked until `run` has returned [`Stop::Interrupted`].
    pub fn request(&self) {
        self.0.store(1, Ordering::SeqCst);
    }
}

/// How much work a [`Vcpu`] has done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stats {
    /// Guest instructions executed, those whose condition failed included.
    pub instructions: u64,
    /// Blocks decoded.
    pub blocks: u64,
}

/// One virtual processor: its registers, and the engine that runs them on a shared memory.
pub struct Vcpu {
    /// The registers, exact whenever `run` is not running.
    pub cpu: Cpu,
    memory: Arc<Memory>,
    interrupt: Interrupter,
    stats: Stats,
}

impl Vcpu {
    /// A processor with all registers zero.
    pub fn new(memory: Arc<Memory>) -> Vcpu {
        Vcpu { cpu: Cpu::default(), memory, interrupt: Interrupter::default(), stats: Stats::default() }
    }

    /// The memory it runs on.
    pub fn memory(&self) -> &Arc<Memory> {
        &self.memory
    }

    /// A handle to interrupt it with.
    pub fn interrupter(&self) -> Interrupter {
        self.interrupt.clone()
    }

    /// What it has done so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Runs until something happens.
    pub fn run(&mut self) -> Stop {
        Stop::Undefined
    }
}
