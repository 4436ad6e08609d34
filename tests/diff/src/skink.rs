//! Runs cases on skink's engine.

use crate::case::{BATCH, CODE, CODE_BYTES, Case, DATA, Outcome, SLOT, State};
use skink_engine::{Stop, Translator, TranslatorOptions, Vcpu};
use skink_machine::{Backing, Cpu, FaultKind, Mapping, Memory, Prot};
use std::sync::Arc;
use std::time::{Duration, Instant};

const SIGILL: u32 = 4;
const SIGTRAP: u32 = 5;
const SIGBUS: u32 = 7;
const SIGSEGV: u32 = 11;

/// What runs the cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// The interpreter.
    Interpreted,
    /// The translator, each piece of code entered by the engine: a limit on pieces is one on time.
    Unlinked,
    /// The translator as it is used; for cases that are known to end.
    Linked,
}

/// A case that is known to end is given so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// The engine with the oracle's memory layout.
pub(crate) struct Skink {
    vcpu: Vcpu,
    how: How,
    filled: [u32; BATCH],
    /// How many instructions the last case took, by the interpreter or by a translator that counts.
    pub(crate) retired: u64,
}

impl Skink {
    pub(crate) fn new(how: How, count: bool) -> std::io::Result<Skink> {
        skink_machine::fixup::install();
        let memory = Memory::new()?;
        for (addr, len) in [(CODE, BATCH as u64 * SLOT as u64), (DATA, 4096)] {
            memory.map(&Mapping {
                addr,
                len,
                prot: Prot::RW,
                shared: false,
                backing: Backing::Anonymous,
                host_flags: 0,
                name: "".into(),
            })?;
        }
        let mut vcpu = Vcpu::new(Arc::new(memory));
        // The oracle, qemu-arm, does not repair unaligned multiple accesses as Linux does.
        vcpu.repair_alignment = false;
        if how != How::Interpreted {
            let link = how == How::Linked;
            let options = TranslatorOptions { link, count, repair_alignment: false, ..Default::default() };
            vcpu.set_translator(Translator::new(vcpu.memory().clone(), options)?, 1);
        }
        if how == How::Linked {
            // A loop that never ends is left now and then, and seen to have taken too long.
            let interrupter = vcpu.interrupter();
            std::thread::spawn(move || {
                loop {
                    std::thread::sleep(PATIENCE);
                    interrupter.request();
                }
            });
        }
        Ok(Skink { vcpu, how, filled: [0; BATCH], retired: 0 })
    }

    /// Puts a batch's code in place.
    pub(crate) fn load(&mut self, cases: &[Case]) -> Result<(), Box<dyn std::error::Error>> {
        let memory = self.vcpu.memory().clone();
        let len = BATCH as u64 * SLOT as u64;
        memory.protect(CODE, len, Prot::RW)?;
        for (i, case) in cases.iter().enumerate() {
            let slot = CODE + i as u32 * SLOT;
            if self.filled[i] != case.fill {
                let page: Vec<u8> = case.fill.to_le_bytes().repeat(SLOT as usize / 4);
                memory.write(slot, &page)?;
                self.filled[i] = case.fill;
            }
            memory.write(slot, &case.code[..CODE_BYTES])?;
        }
        memory.protect(CODE, len, Prot::RX)?;
        Ok(())
    }

    /// Runs one case of the loaded batch; `None` if it does not end soon.
    pub(crate) fn run(&mut self, case: &Case) -> Result<Option<Outcome>, Box<dyn std::error::Error>> {
        let memory = self.vcpu.memory().clone();
        let mut page = Vec::with_capacity(4096);
        fill_data(case.data_seed, &mut page);
        memory.write(DATA, &page)?;
        set_state(&mut self.vcpu.cpu, &case.state);
        let before = self.vcpu.retired();
        let stop = match self.how {
            How::Linked => {
                let start = Instant::now();
                std::iter::repeat_with(|| self.vcpu.run())
                    .find(|stop| *stop != Stop::Interrupted || start.elapsed() > PATIENCE)
            }
            _ => self.vcpu.run_limited(4096),
        };
        self.retired = self.vcpu.retired() - before;
        let Some(stop) = stop else { return Ok(None) };
        let pc = self.vcpu.cpu.r[15];
        let (signal, address) = match stop {
            Stop::Undefined => (SIGILL, pc),
            Stop::Breakpoint(_) => (SIGTRAP, pc),
            Stop::Fault(fault) => match fault.kind {
                FaultKind::Alignment | FaultKind::Bus => (SIGBUS, fault.addr),
                FaultKind::Unmapped | FaultKind::Permission => (SIGSEGV, fault.addr),
            },
            Stop::Svc(_) | Stop::Interrupted | Stop::Trap | Stop::Watch => return Ok(None),
        };
        // The oracle has its own program and stack where skink has nothing, and qemu-arm ends when
        // the kernel's page is executed.
        if [pc, address]
            .iter()
            .any(|a| matches!(a, 0x1_0000..0x20_0000 | 0x3ff0_0000..0x4100_0000 | 0xffff_0000..))
        {
            return Ok(None);
        }
        memory.read(DATA, &mut page)?;
        let data = page.chunks_exact(4).fold(0u64, |h, w| {
            let w = u32::from_le_bytes([w[0], w[1], w[2], w[3]]);
            (h ^ w as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        let cpu = &self.vcpu.cpu;
        let state = State { r: cpu.r, cpsr: cpu.cpsr(), fpscr: cpu.fpscr, d: cpu.d.0 };
        Ok(Some(Outcome { state, signal, address, data }))
    }
}

/// What the data page holds at the start of a case.
pub(crate) fn fill_data(mut seed: u32, page: &mut Vec<u8>) {
    for _ in 0..1024 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        page.extend(seed.to_le_bytes());
    }
}

/// Makes a processor's state a case's.
pub(crate) fn set_state(cpu: &mut Cpu, state: &State) {
    cpu.r = state.r;
    cpu.set_cpsr(state.cpsr);
    cpu.fpscr = state.fpscr;
    cpu.d.0 = state.d;
    cpu.exclusive = Default::default();
}
