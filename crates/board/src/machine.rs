//! The machine: its memory, its processor, and the loop that drives them.

use crate::console::{Input, Output};
use crate::image::{Image, RAM_BYTES};
use crate::registers::Registers;
use crate::svc;
use crate::trouble::{Kind, Place, Trouble};
use skink_engine::{Controlled, Event, Stop, Vcpu};
use skink_machine::memory::PAGE;
use skink_machine::{Access, Backing, Cpu, FaultKind, Mapping, Memory, Prot, fixup};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Blocks between two looks at the clock: a few milliseconds.
const CHUNK: u64 = 1 << 15;

/// No block is longer than this many instructions.
const LONGEST_BLOCK: u64 = 64;

/// How far a run may go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Instructions since the machine was started, exactly.
    pub instructions: Option<u64>,
    /// Time of this run, up to a few milliseconds.
    pub time: Option<Duration>,
}

/// Why a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// SVC 2.
    Halted,
    /// The program did something that the machine cannot go on from.
    Trouble(Box<Trouble>),
    /// The limit of instructions was reached before the program halted.
    InstructionLimit,
    /// So was the limit of time.
    TimeLimit,
    /// SVC 1, and the console has nothing yet. PC is at the SVC; running again asks again.
    Waiting,
}

/// What is to be done after a stop of the processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Continue,
    /// End the run so.
    End(Outcome),
}

/// Why a program cannot be started.
#[derive(Debug)]
pub enum StartError {
    /// A segment reaches past the end of the address space.
    TooFar {
        /// Its first address.
        addr: u32,
        /// Its length in bytes.
        len: usize,
    },
    /// The host gave no memory.
    Memory(std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::TooFar { addr, len } => {
                write!(f, "the program's {len} bytes at {addr:#010x} do not fit below 4 GiB")
            }
            StartError::Memory(error) => write!(f, "no memory for the program: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// A supervisor call that waits for input: where to go on once there is some.
#[derive(Debug, Clone, Copy)]
struct Stalled {
    number: u32,
    at: u32,
    next: u32,
    next_it: u8,
}

/// The teaching machine with a program in it.
pub struct Board {
    vcpu: Vcpu,
    image: Image,
    stalled: Option<Stalled>,
}

impl Board {
    /// A machine with `image` in its memory and all registers zero but PC.
    ///
    /// # Errors
    ///
    /// If the program does not fit into the address space, or the host has no memory.
    pub fn new(image: Image) -> Result<Board, StartError> {
        fixup::install();
        let memory = Memory::new().map_err(StartError::Memory)?;
        map(&memory, 0, RAM_BYTES as u64, Prot::RW)?;
        for segment in image.segments.iter().filter(|segment| !segment.data.is_empty()) {
            let range = segment.range();
            if range.end > 1 << 32 {
                return Err(StartError::TooFar { addr: segment.addr, len: segment.data.len() });
            }
            // What the program brings can be executed; running into the rest of RAM is an error
            // that is better seen at once than after a million ANDEQ R0, R0, R0. A page already
            // mapped is not mapped again: another segment's bytes may be in it.
            let pages = (range.start / PAGE as u64)..range.end.div_ceil(PAGE as u64);
            for page in pages {
                let addr = (page * PAGE as u64) as u32;
                if memory.is_free(addr, PAGE as u64) {
                    map(&memory, addr, PAGE as u64, Prot::RW)?;
                }
                memory.protect(addr, PAGE as u64, Prot::RW | Prot::EXEC).map_err(StartError::Memory)?;
            }
            memory
                .write(segment.addr, &segment.data)
                .map_err(|fault| StartError::Memory(std::io::Error::other(fault)))?;
        }
        let mut vcpu = Vcpu::new(Arc::new(memory));
        vcpu.repair_alignment = false;
        vcpu.strict_alignment = true;
        vcpu.cpu.bx_write_pc(image.start());
        Ok(Board { vcpu, image, stalled: None })
    }

    /// The program.
    pub fn image(&self) -> &Image {
        &self.image
    }

    /// The registers.
    pub fn cpu(&self) -> &Cpu {
        &self.vcpu.cpu
    }

    /// The registers, for a debugger to change.
    pub fn cpu_mut(&mut self) -> &mut Cpu {
        &mut self.vcpu.cpu
    }

    /// The memory.
    pub fn memory(&self) -> &Arc<Memory> {
        self.vcpu.memory()
    }

    /// The processor, for a debugger that runs it itself and shows its stops to [`Board::service`].
    pub fn vcpu_mut(&mut self) -> &mut Vcpu {
        &mut self.vcpu
    }

    /// Instructions executed so far, those whose condition failed included.
    pub fn instructions(&self) -> u64 {
        self.vcpu.stats().instructions
    }

    /// The registers as a report shows them.
    pub fn registers(&self) -> Registers {
        Registers::of(&self.vcpu.cpu)
    }

    /// Where the program is.
    pub fn place(&self) -> Place {
        Place::of(&self.image, self.vcpu.cpu.r[15])
    }

    /// Runs the program until it halts, is in trouble, waits for input or reaches a limit.
    pub fn run(&mut self, input: &mut dyn Input, output: &mut dyn Output, limits: &Limits) -> Outcome {
        let outcome = self.run_loop(input, output, limits);
        match output.flush() {
            Err(error) if outcome == Outcome::Halted => {
                self.trouble(Kind::Console, format!("the console failed: {error}"))
            }
            _ => outcome,
        }
    }

    fn run_loop(&mut self, input: &mut dyn Input, output: &mut dyn Output, limits: &Limits) -> Outcome {
        let deadline = limits.time.map(|time| Instant::now() + time);
        if let Some(verdict) = self.resume(input, output)
            && let Verdict::End(outcome) = verdict
        {
            return outcome;
        }
        loop {
            let left =
                limits.instructions.map_or(u64::MAX, |limit| limit.saturating_sub(self.instructions()));
            let stop = match left {
                0 => return Outcome::InstructionLimit,
                1..=LONGEST_BLOCK => match self.vcpu.run_to(self.vcpu.retired() + left) {
                    Some(stop) => Some(stop),
                    None => return Outcome::InstructionLimit,
                },
                _ => self.vcpu.run_limited((left / LONGEST_BLOCK).min(CHUNK)),
            };
            if let Some(stop) = stop
                && let Verdict::End(outcome) = self.service(stop, input, output)
            {
                return outcome;
            }
            // A program that writes much spends its time in service, so the clock is looked at here.
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Outcome::TimeLimit;
            }
        }
    }

    /// Runs the program under a debugger until it halts (`true`) or is killed. Trouble and want of input hold it.
    pub fn run_controlled(
        &mut self,
        controlled: &mut Controlled,
        input: &mut dyn Input,
        output: &mut dyn Output,
    ) -> bool {
        while let Some(stop) = controlled.run(&mut self.vcpu) {
            if let Stop::Svc(number) = stop
                && !controlled.calling(&mut self.vcpu, number)
            {
                return false;
            }
            let verdict = self.service(stop, input, output);
            if let Stop::Svc(number) = stop {
                controlled.called(&self.vcpu, number);
            }
            // What the program has written is seen before the debugger says anything.
            let _ = output.flush();
            match verdict {
                Verdict::Continue => {}
                Verdict::End(Outcome::Trouble(trouble)) => {
                    controlled.note(Event::Trouble(trouble.to_string()))
                }
                // PC is at the SVC, which asks again.
                Verdict::End(Outcome::Waiting) => controlled.note(Event::Waiting),
                Verdict::End(_) => return true,
            }
        }
        false
    }

    /// Asks again for the input that the program waits for; `None` if it does not wait.
    fn resume(&mut self, input: &mut dyn Input, output: &mut dyn Output) -> Option<Verdict> {
        let stalled = self.stalled.take()?;
        // A debugger may have moved PC meanwhile.
        if self.vcpu.cpu.r[15] != stalled.at {
            return None;
        }
        self.vcpu.cpu.r[15] = stalled.next;
        self.vcpu.cpu.it = stalled.next_it;
        Some(self.service(Stop::Svc(stalled.number), input, output))
    }

    /// Does what a stop of the processor asks for: a supervisor call, or the end with a message.
    pub fn service(&mut self, stop: Stop, input: &mut dyn Input, output: &mut dyn Output) -> Verdict {
        let trouble = match stop {
            Stop::Svc(number) => match svc::call(&mut self.vcpu, number, input, output) {
                svc::Result::Done => return Verdict::Continue,
                svc::Result::Halt => return Verdict::End(Outcome::Halted),
                svc::Result::Stall => return self.stall(number),
                svc::Result::Trouble(kind, message) => {
                    self.vcpu.cpu.r[15] = self.svc_address();
                    self.trouble(kind, message)
                }
            },
            // A debugger's marks are dealt with by whoever set them.
            Stop::Interrupted | Stop::Trap | Stop::Watch => return Verdict::Continue,
            Stop::Undefined => self.trouble(Kind::Undefined, String::new()),
            Stop::Breakpoint(number) => {
                self.trouble(Kind::Breakpoint, format!("breakpoint instruction BKPT {number}"))
            }
            Stop::Fault(fault) => {
                let kind = match (fault.kind, fault.access) {
                    (FaultKind::Alignment, Access::Fetch) => Kind::UnalignedFetch,
                    (FaultKind::Alignment, Access::Read) => Kind::UnalignedRead,
                    (FaultKind::Alignment, Access::Write) => Kind::UnalignedWrite,
                    (_, Access::Fetch) => Kind::UnmappedFetch,
                    (_, Access::Read) => Kind::UnmappedRead,
                    (_, Access::Write) => Kind::UnmappedWrite,
                };
                let trouble = Trouble::access(kind, fault.addr, &self.image, &self.vcpu);
                Outcome::Trouble(Box::new(trouble))
            }
        };
        Verdict::End(trouble)
    }

    fn trouble(&self, kind: Kind, message: String) -> Outcome {
        Outcome::Trouble(Box::new(Trouble::new(kind, message, &self.image, &self.vcpu)))
    }

    /// The address of the SVC that PC is behind.
    fn svc_address(&self) -> u32 {
        self.vcpu.cpu.r[15].wrapping_sub(if self.vcpu.cpu.thumb { 2 } else { 4 })
    }

    fn stall(&mut self, number: u32) -> Verdict {
        let cpu = &self.vcpu.cpu;
        let at = self.svc_address();
        self.stalled = Some(Stalled { number, at, next: cpu.r[15], next_it: cpu.it });
        self.vcpu.cpu.r[15] = at;
        Verdict::End(Outcome::Waiting)
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board")
            .field("cpu", &self.vcpu.cpu)
            .field("instructions", &self.instructions())
            .finish_non_exhaustive()
    }
}

fn map(memory: &Memory, addr: u32, len: u64, prot: Prot) -> Result<(), StartError> {
    let backing = Backing::Anonymous;
    let mapping = Mapping { addr, len, prot, shared: false, backing, host_flags: 0, name: "".into() };
    memory.map(&mapping).map_err(StartError::Memory)
}
