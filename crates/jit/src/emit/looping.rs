//! Loops within a trace: a trace that comes back to its start goes on into a second pass, whose end jumps to
//! its beginning. What the host's registers hold is the same at both ends, so nothing is stored on the way.

use super::exit::Cold;
use super::host::{Cc, FLAG_AT, INTERRUPT_AT};
use super::lazy::Origins;
use super::vector::Slots;
use super::{ALIGN, Emitter};
use crate::pass::Flags;
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};
use skink_isa::Cond;

/// The state at the beginning of the second pass.
#[derive(Debug, Clone)]
pub(super) struct Head {
    label: DynamicLabel,
    /// The flags that somebody may ask for; the others are what they were before.
    live: Flags,
    origins: Origins,
    slots: Slots,
    compared: Option<super::host::Order>,
}

/// The emitter's picture of the host, to be restored behind a way that leaves.
struct Picture {
    mirror: [Option<Cc>; 4],
    dirty: [bool; 4],
    origin: Origins,
    slots: Slots,
}

impl Emitter<'_> {
    /// The second pass begins here. Flags are in memory or can be found again; the host's say nothing.
    pub(super) fn mark_head(&mut self) {
        self.save_flags(self.facts.live_before[self.step]);
        self.forget_host_flags();
        self.settle_slots();
        self.count_before(self.step);
        // Decoders and branch predictors of the host work on lines of 32 bytes.
        let behind = self.ops.offset().0 % ALIGN;
        self.nops((32 - behind) % 32);
        let label = self.ops.new_dynamic_label();
        dynasm!(self.ops; .arch x64; =>label);
        let (origins, slots) = (self.nowhere(), self.slots);
        let live = self.facts.live_before[self.step];
        self.head = Some(Head { label, live, origins, slots, compared: self.compared });
    }

    /// The branch at the end of the second pass.
    pub(super) fn loop_back(&mut self, cond: Cond, target: u32, thumb: bool) {
        if cond == Cond::Al {
            self.go_round(target, thumb);
            return;
        }
        let when = self.condition(cond);
        let out = self.ops.new_dynamic_label();
        self.jump_if(when ^ 1, out);
        let picture =
            Picture { mirror: self.mirror, dirty: self.dirty, origin: self.origin, slots: self.slots };
        let said = self.said;
        self.go_round(target, thumb);
        Picture { mirror: self.mirror, dirty: self.dirty, origin: self.origin, slots: self.slots } = picture;
        self.said = said;
        dynasm!(self.ops; .arch x64; =>out);
    }

    fn go_round(&mut self, target: u32, thumb: bool) {
        let Some(head) = self.head.clone().filter(|head| self.can_go_to(head)) else {
            self.exit(target, thumb, 0);
            return;
        };
        // What is in memory at the beginning is stored; all if the host's flags are needed for some of it.
        let nowhere = self.nowhere();
        let in_memory = |f: usize| head.live[f] && head.origins[f].is_none();
        let again: Origins = std::array::from_fn(|f| nowhere[f].filter(|_| in_memory(f)));
        let all = again.iter().any(Option::is_some);
        for (f, at) in FLAG_AT.into_iter().enumerate() {
            if let (true, Some(when), true) = (self.dirty[f], self.mirror[f], all || in_memory(f)) {
                self.set_byte_if(when, at);
                self.dirty[f] = head.origins[f].is_some();
                self.mirror[f] = None;
            }
        }
        if all {
            self.store_again(again);
            self.forget_host_flags();
        }
        self.conform_vectors(&head.slots);
        self.count(self.uncounted(self.step + 1));
        let asked = self.ops.new_dynamic_label();
        let start = head.label;
        dynasm!(self.ops; .arch x64; mov rcx, [BYTE rbp + INTERRUPT_AT as i8]);
        // Flags that only the host's hold, and that nobody asks for but who looks at the whole state.
        if (0..4).any(|f| self.dirty[f] && self.mirror[f].is_some() && self.origin[f].is_none()) {
            // JRCXZ over the jump behind it, of 5 bytes: the flags stay.
            dynasm!(self.ops; .arch x64; mov ecx, [rcx]; .bytes [0xe3, 0x05]; jmp =>asked; jmp =>start);
        } else {
            dynasm!(self.ops; .arch x64; cmp DWORD [rcx], 0; jne =>asked; jmp =>start);
            self.mirror = [None; 4];
        }
        self.slots = head.slots;
        let (held, vectors) = (self.flags_held(), self.dirty_views());
        self.cold.push(Cold::Asked { label: asked, held, vectors, target, thumb });
    }

    fn can_go_to(&self, head: &Head) -> bool {
        let found = |f: usize| self.dirty[f] && self.origin[f] == head.origins[f];
        self.compared == head.compared && (0..4).all(|f| head.origins[f].is_none() || found(f))
    }
}
