//! Calls and returns, by the host's.
//!
//! A guest call is a host CALL, and a guest return is a host RET with the guest address in EAX, so that the host's
//! processor foresees where returns go. RSP points into a stack of their own (see `shadow`). Where a call returns to, the
//! guest address is compared with that of the call: a guest may return wherever it likes, and then the code for that
//! address is looked up, and what is on the stack forgotten.
//!
//! Returns do not look whether the processor is asked to stop. Calls to lower addresses do, as all branches there, and
//! between a call and its return addresses only rise, so code comes to such a branch or to an end.

use super::Emitter;
use super::exit::Cold;
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};

impl Emitter<'_> {
    /// Calls code at a constant address, and goes on behind the call.
    pub(super) fn call(&mut self, target: u32, thumb: bool) {
        let held = self.flags_held();
        let arrival = self.bring(held);
        self.drop_vectors();
        self.count_at(self.uncounted(self.step + 1), arrival);
        let unlinked = self.ops.new_dynamic_label();
        if target <= self.trace.steps[self.step].insn.site.addr {
            self.poll(arrival, unlinked);
        }
        self.align_distance(1);
        let distance_at = self.ops.offset().0 + 1;
        dynasm!(self.ops; .arch x64; call =>unlinked);
        self.exit_at(distance_at, unlinked, target, thumb, arrival);
        self.land();
    }

    /// Calls code whose row in the table RCX is, if the host's Z says that it is the right one.
    pub(super) fn call_found(&mut self) {
        let [label, call]: [DynamicLabel; 2] = std::array::from_fn(|_| self.ops.new_dynamic_label());
        dynasm!(self.ops; .arch x64; jne =>label; =>call);
        self.cold.push(Cold::Missed { label, call });
        dynasm!(self.ops; .arch x64; call QWORD [rcx + 8]);
        self.land();
    }

    /// Where a call returns to.
    fn land(&mut self) {
        let site = self.trace.steps[self.step].insn.site;
        let expected = site.next() | site.thumb as u32;
        dynasm!(self.ops; .arch x64; cmp eax, expected as i32);
        let unmatched = self.stubs.unmatched;
        self.far(&[0x0f, 0x85], unmatched);
        // Everything is where the engine has it.
        self.counted = self.counted.map(|_| self.step + 1);
        (self.dirty, self.origin) = ([false; 4], [None; 4]);
        self.forget_host_flags();
        self.compared = None;
    }
}
