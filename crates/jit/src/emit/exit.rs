//! Ways out of a trace, and the notes by which faults are understood.

use super::Emitter;
use super::arrival::{Arrival, Held};
use super::host::*;
use super::lazy::Origins;
use super::vector::View;
use crate::ir::Val;
use crate::trace::returns;
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};
use skink_interp::next_it;
use skink_isa::Op;
use skink_isa::operand::Reg;

/// A direct branch to another trace, by way of the engine until it is linked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exit {
    /// Where the 32-bit distance of its jump lies in the code, within 8 aligned bytes.
    pub(crate) distance_at: usize,
    /// Where its way to the engine begins.
    pub(crate) unlinked_at: usize,
    /// The guest address, with the instruction set in bit 0.
    pub(crate) target: u32,
    /// What the host's flags hold there.
    pub(crate) arrival: Arrival,
}

/// An access that may fault. There is one for each of the guest's in translated code: small.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// Where the access is in the code.
    pub(crate) at: u32,
    /// Which instruction of the trace it belongs to.
    pub(crate) step: u16,
    /// How many instructions before it have not been counted; below 0 if others have been already.
    pub(crate) uncounted: i16,
    /// The guest flags that the host's flags hold there.
    pub(crate) flags: [Option<Cc>; 4],
    /// What is neither there nor in its place, if anything is.
    pub(crate) elsewhere: Option<Box<Elsewhere>>,
}

/// Parts of the guest's state that are not where they belong.
#[derive(Debug, Clone, Default)]
pub(crate) struct Elsewhere {
    /// What has set the flags that are nowhere.
    pub(crate) origins: Origins,
    /// The guest's vector registers that only the host's hold.
    pub(crate) vectors: Vec<View>,
}

/// Code that is to stand behind the trace.
#[derive(Debug)]
pub(super) enum Cold {
    /// A side exit.
    Side {
        label: DynamicLabel,
        held: Held,
        vectors: Vec<View>,
        count: isize,
        target: u32,
        thumb: bool,
        back: bool,
    },
    /// A loop that must stop at its beginning.
    Asked { label: DynamicLabel, held: Held, vectors: Vec<View>, target: u32, thumb: bool },
    /// A call for a computed address without code: `call` is to call the way to the engine.
    Missed { label: DynamicLabel, call: DynamicLabel },
    /// The way of an exit to the engine; `number` is that of the exit, if it may be linked.
    Unlinked {
        label: DynamicLabel,
        target: u32,
        thumb: bool,
        it: u8,
        number: Option<usize>,
        arrival: Arrival,
    },
}

/// Entries of the table from guest addresses to code, each of 16 bytes.
pub(crate) const LOOKUP_ENTRIES: usize = 1 << 12;

impl Emitter<'_> {
    /// Leaves for a constant address.
    pub(super) fn exit(&mut self, target: u32, thumb: bool, it: u8) {
        let held = self.flags_held();
        let arrival = self.bring(held);
        self.store_vectors();
        self.count_at(self.uncounted(self.step + 1), arrival);
        let from = self.trace.steps[self.step].insn.site.addr;
        self.leave(target, thumb, it, target <= from, arrival);
    }

    /// Leaves for a constant address if a host condition holds.
    pub(super) fn exit_if(&mut self, when: Cc, target: u32, thumb: bool) {
        let label = self.ops.new_dynamic_label();
        let back = target <= self.trace.steps[self.step].insn.site.addr;
        let (held, vectors) = (self.flags_held(), self.dirty_views());
        let count = self.uncounted(self.step + 1);
        let nothing_to_do = !back && vectors.is_empty() && count == 0 && !self.sets_fpscr();
        if let (true, true, Some(arrival)) = (nothing_to_do, cc::is_one(when), held.is_brought()) {
            // Jcc rel32, which may be linked itself.
            self.align_distance(2);
            let distance_at = self.ops.offset().0 + 2;
            self.jump_if(when, label);
            self.exit_at(distance_at, label, target, thumb, arrival);
            return;
        }
        self.jump_if(when, label);
        self.cold.push(Cold::Side { label, held, vectors, count, target, thumb, back });
    }

    /// Has a distance so many bytes from here lie within 8 bytes that are written at once: it is changed while other
    /// threads run.
    pub(super) fn align_distance(&mut self, opcode: usize) {
        let within = (self.ops.offset().0 + opcode) % 8;
        self.nops(if within > 4 { 8 - within } else { 0 });
    }

    /// Notes an exit, whose jump to its way to the engine has been emitted.
    pub(super) fn exit_at(
        &mut self,
        distance_at: usize,
        label: DynamicLabel,
        target: u32,
        thumb: bool,
        arrival: Arrival,
    ) {
        let number = Some(self.exits.len());
        self.exits.push(Exit { distance_at, unlinked_at: 0, target: target | thumb as u32, arrival });
        self.cold.push(Cold::Unlinked { label, target, thumb, it: 0, number, arrival });
    }

    /// Whether the code behind depends on what the last instruction does: the engine chooses it.
    fn sets_fpscr(&self) -> bool {
        self.trace.steps.last().is_some_and(|step| matches!(step.insn.op, Op::Vmsr(_)))
    }

    fn unstored(&self) -> [Option<Cc>; 4] {
        std::array::from_fn(|f| self.mirror[f].filter(|_| self.dirty[f]))
    }

    fn leave(&mut self, target: u32, thumb: bool, it: u8, back: bool, arrival: Arrival) {
        let unlinked = self.ops.new_dynamic_label();
        if back {
            self.poll(arrival, unlinked);
        }
        if it != 0 || self.sets_fpscr() {
            dynasm!(self.ops; .arch x64; jmp =>unlinked);
            self.cold.push(Cold::Unlinked { label: unlinked, target, thumb, it, number: None, arrival });
            return;
        }
        self.align_distance(1);
        let distance_at = self.ops.offset().0 + 1;
        dynasm!(self.ops; .arch x64; jmp =>unlinked);
        self.exit_at(distance_at, unlinked, target, thumb, arrival);
    }

    /// Goes to the engine if the processor is asked to stop: a loop must see that.
    pub(super) fn poll(&mut self, arrival: Arrival, to: DynamicLabel) {
        dynasm!(self.ops; .arch x64; mov rcx, [BYTE rbp + INTERRUPT_AT as i8]);
        if arrival == Arrival::Memory {
            dynasm!(self.ops; .arch x64; cmp DWORD [rcx], 0; jne =>to);
        } else {
            // JRCXZ over the jump behind it, of 5 bytes: the flags stay.
            dynasm!(self.ops; .arch x64; mov ecx, [rcx]; .bytes [0xe3, 0x05]; jmp =>to);
        }
    }

    /// Leaves for what is behind an instruction, by way of the engine.
    pub(super) fn leave_behind(&mut self, step: usize) {
        let insn = self.trace.steps[step].insn;
        let label = self.ops.new_dynamic_label();
        dynasm!(self.ops; .arch x64; jmp =>label);
        let (target, thumb, it) = (insn.site.next(), insn.site.thumb, next_it(&insn));
        let arrival = Arrival::Memory;
        self.cold.push(Cold::Unlinked { label, target, thumb, it, number: None, arrival });
    }

    /// Leaves for a computed address; with `exchange` its bit 0 chooses the instruction set.
    pub(super) fn exit_to(&mut self, target: Val, exchange: bool) {
        let step = self.trace.steps[self.step];
        self.store_flags();
        match step.calls {
            true => self.drop_vectors(),
            false => self.store_vectors(),
        }
        self.forget_host_flags();
        self.copy_to(RAX, target);
        self.count_freely(self.uncounted(self.step + 1));
        match (exchange, step.insn.site.thumb) {
            (true, _) => {}
            (false, true) => dynasm!(self.ops; .arch x64; or eax, 1),
            (false, false) => dynasm!(self.ops; .arch x64; and eax, !3),
        }
        if returns(&step.insn) {
            dynasm!(self.ops; .arch x64; ret);
            return;
        }
        let missed = self.stubs.missed[Arrival::Memory as usize];
        let mask = (LOOKUP_ENTRIES as i32 - 1) << 1;
        dynasm!(self.ops; .arch x64
            ; mov rcx, [BYTE rbp + INTERRUPT_AT as i8]
            ; cmp DWORD [rcx], 0);
        self.far(&[0x0f, 0x85], missed);
        dynasm!(self.ops; .arch x64
            ; mov ecx, eax
            ; and ecx, mask
            ; shl ecx, 3
            ; add rcx, [BYTE rbp + LOOKUP_AT as i8]
            ; cmp [rcx], eax);
        if step.calls {
            self.call_found();
            return;
        }
        self.far(&[0x0f, 0x85], missed);
        dynasm!(self.ops; .arch x64; jmp QWORD [rcx + 8]);
    }

    /// Notes that the next host instruction may fault.
    pub(super) fn may_fault(&mut self) {
        let flags = self.unstored();
        let vectors = self.dirty_views();
        let any = !vectors.is_empty() || (0..4).any(|f| self.is_nowhere(f));
        let elsewhere = any.then(|| Box::new(Elsewhere { origins: self.nowhere(), vectors }));
        // A trace is far shorter than 2^16 instructions.
        let (at, step) = (self.ops.offset().0 as u32, self.step as u16);
        let uncounted = self.uncounted(self.step) as i16;
        self.faults.push(Fault { at, step, uncounted, flags, elsewhere });
    }

    /// How many of the instructions before a step have not been counted; below 0 if others have been already.
    pub(super) fn uncounted(&self, step: usize) -> isize {
        self.counted.map_or(0, |counted| step as isize - counted as isize)
    }

    /// Counts the instructions before a step, which may be where the trace is left.
    pub(super) fn count_before(&mut self, step: usize) {
        self.count(self.uncounted(step));
        self.counted = self.counted.map(|_| step);
    }

    /// Adds to the count of instructions, where the host's flags hold nothing any more.
    pub(super) fn count_freely(&mut self, n: isize) {
        if n != 0 {
            dynasm!(self.ops; .arch x64; add QWORD [BYTE rbp + RETIRED_AT as i8], n as i32);
        }
    }

    /// The same at a way out, where the host's flags may be what it arrives with.
    pub(super) fn count_at(&mut self, n: isize, arrival: Arrival) {
        match arrival {
            Arrival::Memory => self.count_freely(n),
            _ => self.count(n),
        }
    }

    /// Adds to the count of instructions. The host's flags stay, RCX does not.
    pub(super) fn count(&mut self, n: isize) {
        if n != 0 {
            dynasm!(self.ops; .arch x64
                ; mov rcx, [BYTE rbp + RETIRED_AT as i8]
                ; lea rcx, [rcx + n as i32]
                ; mov [BYTE rbp + RETIRED_AT as i8], rcx);
        }
    }

    /// Emits what stands behind the trace.
    pub(super) fn cold_code(&mut self) {
        while let Some(cold) = self.cold.pop() {
            match cold {
                Cold::Side { label, held, vectors, count, target, thumb, back } => {
                    dynasm!(self.ops; .arch x64; =>label);
                    let arrival = self.bring(held);
                    for (s, r) in vectors {
                        self.store_ext(s, r);
                    }
                    self.count_at(count, arrival);
                    self.leave(target, thumb, 0, back, arrival);
                }
                Cold::Asked { label, held, vectors, target, thumb } => {
                    dynasm!(self.ops; .arch x64; =>label);
                    let arrival = self.bring(held);
                    for (s, r) in vectors {
                        self.store_ext(s, r);
                    }
                    let label = self.ops.new_dynamic_label();
                    dynasm!(self.ops; .arch x64; jmp =>label);
                    self.cold.push(Cold::Unlinked { label, target, thumb, it: 0, number: None, arrival });
                }
                Cold::Missed { label, call } => {
                    dynasm!(self.ops; .arch x64; =>label; lea rcx, [rbp + MISSED_AT - 8]; jmp =>call);
                }
                Cold::Unlinked { label, target, thumb, it, number, arrival } => {
                    if let Some(number) = number {
                        self.exits[number].unlinked_at = self.ops.offset().0;
                    }
                    dynasm!(self.ops; .arch x64; =>label);
                    if it == 0 {
                        let to = self.stubs.missed[arrival as usize];
                        dynasm!(self.ops; .arch x64; mov eax, (target | thumb as u32) as i32);
                        self.far(&[0xe9], to);
                        continue;
                    }
                    if arrival != Arrival::Memory {
                        self.store_arrival(arrival);
                        dynasm!(self.ops; .arch x64; mov BYTE [rbp + WANTED_AT], arrival as i8);
                    }
                    dynasm!(self.ops; .arch x64
                        ; mov DWORD [BYTE rbp + reg_at(Reg::PC) as i8], target as i32
                        ; mov BYTE [BYTE rbp + THUMB_AT as i8], thumb as i8
                        ; mov BYTE [BYTE rbp + IT_AT as i8], it as i8);
                    let leave = self.stubs.leave;
                    self.far(&[0xe9], leave);
                }
            }
        }
    }
}
