//! Ways to the interpreter and back, for operands on which the host's arithmetic is not the guest's.
//!
//! A check comes before its instruction has changed anything, so that the interpreter can do the whole of
//! it; afterwards every guest register is again where the code behind expects it.

use super::super::Emitter;
use super::super::host::{Cc, FPSCR_AT};
use super::super::lazy::Origins;
use super::View;
use super::cache::Slot;
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};

/// Such a way.
#[derive(Debug)]
pub(crate) struct Slow {
    label: DynamicLabel,
    step: usize,
    stores: Vec<View>,
    /// How many instructions before it have not been counted.
    uncounted: isize,
    /// Flags that are nowhere, if the interpreter may find a fault.
    origins: Origins,
    /// It does not come back: what the code behind knows of operands is not so.
    leaves: bool,
    /// Where it comes back, and what must be held there.
    back: Option<DynamicLabel>,
    loads: Vec<View>,
    constants: Vec<(u8, u16)>,
}

impl Emitter<'_> {
    /// Has the present instruction interpreted if the host's condition holds.
    pub(super) fn slow_if(&mut self, when: Cc) {
        self.slow_way(when, false);
    }

    /// Has it interpreted and leaves the trace.
    pub(super) fn leave_slowly_if(&mut self, when: Cc) {
        self.slow_way(when, true);
    }

    fn slow_way(&mut self, when: Cc, leaves: bool) {
        let label = self.ops.new_dynamic_label();
        self.jump_if(when, label);
        let stores = self.dirty_views();
        let (step, constants) = (self.step, Vec::new());
        let origins = match leaves || self.nodes[self.now as usize].may_fault() {
            true => self.nowhere(),
            false => [None; 4],
        };
        self.slow.push(Slow {
            label,
            step,
            stores,
            uncounted: self.uncounted(step),
            origins,
            leaves,
            back: None,
            loads: Vec::new(),
            constants,
        });
    }

    /// The end of an instruction: such ways come back here.
    pub(in super::super) fn join(&mut self) {
        if self.slow.last().is_none_or(|slow| slow.back.is_some()) {
            return;
        }
        let back = self.ops.new_dynamic_label();
        dynasm!(self.ops; .arch x64; =>back);
        let (views, held) = (self.views(), self.constants());
        for slow in self.slow.iter_mut().rev().take_while(|slow| slow.back.is_none()) {
            slow.back = Some(back);
            slow.loads.clone_from(&views);
            slow.constants.clone_from(&held);
        }
        self.forget_host_flags();
    }

    /// Emits them.
    pub(in super::super) fn slow_code(&mut self) {
        for slow in std::mem::take(&mut self.slow) {
            let Slow { label, step, stores, uncounted, origins, leaves, back, loads, constants } = slow;
            let Some(back) = back else {
                self.failed = true;
                return;
            };
            dynasm!(self.ops; .arch x64; =>label);
            for (s, r) in stores {
                self.store_ext(s, r);
            }
            self.store_again(origins);
            self.count(uncounted);
            self.call_interpreter(step);
            if leaves {
                self.count(self.counted.is_some() as isize);
                self.leave_behind(step);
                continue;
            }
            // It will be counted on the way on.
            self.count(-uncounted);
            for (s, r) in loads {
                self.load_ext(s, r);
            }
            for (s, n) in constants {
                let bits = self.trace.constants[n as usize];
                let label = self.pool(bits);
                dynasm!(self.ops; .arch x64; vmovdqa Rx(s), OWORD [=>label]);
            }
            dynasm!(self.ops; .arch x64; jmp =>back);
        }
        for (out, back) in std::mem::take(&mut self.saturations) {
            dynasm!(self.ops; .arch x64
                ; =>out
                ; or BYTE [rbp + FPSCR_AT + 3], QC
                ; jmp =>back);
        }
    }
}

/// FPSCR.QC, in the register's highest byte.
const QC: i8 = 8;

impl Slot {
    /// Keeps it as it is until the present node is done.
    pub(super) fn hold(&mut self, now: u32) {
        self.until = self.until.max(now + 1);
    }

    /// As a copy of another.
    pub(super) fn like(&mut self, other: Slot) {
        self.high_clear = other.high_clear;
        self.no_denormals = other.no_denormals;
    }
}
