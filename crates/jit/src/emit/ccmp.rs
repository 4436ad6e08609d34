//! Comparisons on a condition, as compilers chain them: whichever was done last, the host's flags have its outcome.

use super::Emitter;
use super::arrival::Arrival;
use super::flags::Said;
use super::host::{Cc, cc, direct};
use crate::ir::{Node, Step, Traits};
use crate::pass::{ALL, Flags, index};
use dynasmrt::{DynasmLabelApi, dynasm};
use skink_isa::Cond;

impl Emitter<'_> {
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
        let dirty = std::mem::replace(&mut self.dirty, [false; 4]);
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
