//! Running by single instructions: a debugger's steps, exact counts, watched ranges.

use crate::vcpu::{Stop, Vcpu, stop};
use crate::watch::{self, Hit};
use skink_interp::{Left, decode_at, next_it};

/// No block is longer, in instructions.
const LONGEST_BLOCK: u64 = 64;

impl Vcpu {
    /// Does one instruction, traps at it notwithstanding; `None` if nothing stopped it. One of an IT block whose
    /// condition fails counts as one.
    pub fn step(&mut self) -> Option<Stop> {
        self.enter();
        let stop = self.one();
        self.leave();
        stop
    }

    /// Runs until exactly `count` instructions are [retired](Vcpu::retired), or something happens before; `None` in
    /// the first case. A trap at PC stops it at once.
    pub fn run_to(&mut self, count: u64) -> Option<Stop> {
        self.enter();
        let stop = self.count_up(count);
        self.leave();
        stop
    }

    /// The accesses that [`Stop::Watch`] told of.
    pub fn take_hits(&mut self) -> Vec<Hit> {
        std::mem::take(&mut self.hits)
    }

    fn count_up(&mut self, count: u64) -> Option<Stop> {
        loop {
            let left = count.saturating_sub(self.retired());
            if left == 0 {
                return None;
            }
            if self.interrupt.take() {
                return Some(Stop::Interrupted);
            }
            let single = left < LONGEST_BLOCK || self.looks() || self.tracer.is_some();
            let stop = if single { self.one_unless_trap() } else { self.run_block::<false>(&mut |_| {}) };
            if stop.is_some() {
                return stop;
            }
        }
    }

    /// As `run`, with the accesses of each instruction looked at.
    pub(crate) fn run_watched(&mut self) -> Stop {
        loop {
            if self.interrupt.take() {
                return Stop::Interrupted;
            }
            if let Some(stop) = self.one_unless_trap() {
                return stop;
            }
        }
    }

    fn one_unless_trap(&mut self) -> Option<Stop> {
        let cpu = &self.interp.core.cpu;
        if self.interp.memory.marks().is_trap(cpu.r[15], cpu.thumb) {
            return Some(Stop::Trap);
        }
        self.one()
    }

    fn one(&mut self) -> Option<Stop> {
        let b = &mut self.interp;
        let cpu = &b.core.cpu;
        let insn = match decode_at(&b.memory, cpu.r[15], cpu.thumb, cpu.it) {
            Ok(insn) => insn,
            Err(fault) => return Some(Stop::Fault(fault)),
        };
        if let Some(tracer) = &mut self.tracer {
            tracer(&b.core.cpu);
        }
        b.perform(&insn);
        match std::mem::replace(&mut b.left, Left::No) {
            Left::No => (b.core.cpu.r[15], b.core.cpu.it) = (insn.site.next(), next_it(&insn)),
            Left::Branch(target) => (b.core.cpu.r[15], b.core.cpu.it) = (target, 0),
            left => {
                b.left = left;
                b.touched();
                let stop = stop(b, insn.site, insn.it);
                self.instructions += 1;
                self.undone += !stop.is_behind() as u64;
                return Some(stop);
            }
        }
        self.instructions += 1;
        let memory = b.memory.clone();
        watch::hits(&memory, b.touched(), &mut self.hits);
        (!self.hits.is_empty()).then_some(Stop::Watch)
    }
}
