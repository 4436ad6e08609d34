//! Instructions on a condition around which the host's flags stay what they are: those that leave them alone, and
//! comparisons, as compilers chain them; whichever was done last, the host's flags have its outcome.

use super::Emitter;
use super::arrival::Arrival;
use super::flags::Said;
use super::host::{Cc, cc, direct};
use crate::ir::{Bin, By, Node, Step, Traits};
use crate::pass::{ALL, Flags, index};
use dynasmrt::{DynasmLabelApi, dynasm};
use skink_isa::Cond;

impl Emitter<'_> {
    /// Whether the instruction and those behind it that share its condition have been emitted so: they leave the flags
    /// alone, which are the host's.
    pub(super) fn conditional_run(&mut self, cond: Cond) -> bool {
        let last = self.last_of_run(cond);
        if !(self.step..=last).all(|s| self.leaves_all_flags(s)) {
            return false;
        }
        let when = direct(cond, &self.mirror).filter(|when| cc::is_one(*when));
        let Some(when) = when.filter(|_| !(0..4).any(|f| self.is_nowhere(f))) else { return false };
        // An operand that is put aside would be so on one way only.
        self.origin = [None; 4];
        let skip = self.ops.new_dynamic_label();
        self.jump_if(when ^ 1, skip);
        self.steps_to(last);
        dynasm!(self.ops; .arch x64; =>skip);
        self.said = Said::default();
        true
    }

    /// Whether nothing that is emitted for an instruction changes the host's flags.
    fn leaves_all_flags(&self, s: usize) -> bool {
        let step = self.trace.steps[s];
        let leaves = |node: &Node| match *node {
            Node::Dead
            | Node::Word(_)
            | Node::Reg(_)
            | Node::SetReg(..)
            | Node::Load(..)
            | Node::Store(..) => true,
            Node::Bin(Bin::Add, ..) | Node::Not(_) | Node::Extend(..) | Node::Bswap(_) => true,
            Node::Bin(Bin::And, _, mask) => matches!(self.node_of(mask), Node::Word(0xff | 0xffff)),
            Node::Shift(By::Shl, _, n) => n == 1,
            _ => false,
        };
        // The shift that an index has is part of the addition.
        let fused = |i: u32| self.facts.of[i as usize].fused;
        !step.interpreted && (step.start..step.end).all(|i| fused(i) || leaves(&self.nodes[i as usize]))
    }

    /// Whether the instruction has been emitted so: it only writes flags, all that anybody may ask for after it, and those
    /// before it are the host's.
    pub(super) fn conditional_compare(&mut self, step: Step, cond: Cond) -> bool {
        let live = self.facts.live_before.get(self.step + 1).copied().unwrap_or(ALL);
        if !self.only_compares(step, live) {
            return false;
        }
        let mut when = direct(cond, &self.mirror);
        if when.is_none() && self.revive(cond) {
            when = direct(cond, &self.mirror);
        }
        let Some(when) = when.filter(|when| cc::is_one(*when)) else { return false };
        let before = self.mirror;
        if ![Arrival::Sub, Arrival::Add].iter().any(|arrival| arrival.mirror() == before) {
            return false;
        }
        let skip = self.ops.new_dynamic_label();
        self.jump_if(when ^ 1, skip);
        // On this way nobody asks for the old ones any more.
        let dirty = std::mem::take(&mut self.dirty);
        self.origin = [None; 4];
        self.nodes(step.start, step.end);
        self.origin = [None; 4];
        let same = |f: usize| !live[f] || self.dirty[f] && self.mirror[f] == before[f];
        if (0..4).all(same) {
            self.mirror = std::array::from_fn(|f| before[f].filter(|_| live[f]));
            self.dirty = live;
        } else {
            self.store_on_both_ways(skip, (before, dirty));
            return true;
        }
        dynasm!(self.ops; .arch x64; =>skip);
        self.said = Said::default();
        true
    }

    /// The two ways have left the flags in different places.
    fn store_on_both_ways(
        &mut self,
        skip: dynasmrt::DynamicLabel,
        (mirror, dirty): ([Option<Cc>; 4], Flags),
    ) {
        let done = self.ops.new_dynamic_label();
        self.store_flags();
        dynasm!(self.ops; .arch x64; jmp =>done; =>skip);
        (self.mirror, self.dirty) = (mirror, dirty);
        self.store_flags();
        dynasm!(self.ops; .arch x64; =>done);
        self.forget_host_flags();
    }

    fn only_compares(&self, step: Step, live: Flags) -> bool {
        let not = Traits::FAULTS | Traits::BRANCHES | Traits::VECTORS | Traits::READS_FLAGS;
        let kinds = self.facts.kinds[self.step];
        if step.interpreted || kinds.has(not) || !kinds.has(Traits::SETS_FLAGS) {
            return false;
        }
        let mut written = [false; 4];
        for node in &self.nodes[step.start as usize..step.end as usize] {
            match *node {
                Node::SetReg(..) => return false,
                Node::SetFlag(flag, _) => written[index(flag)] = true,
                _ => {}
            }
        }
        (0..4).all(|f| written[f] || !live[f])
    }
}
