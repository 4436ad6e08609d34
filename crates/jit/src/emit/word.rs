//! Host instructions for arithmetic on words.

use super::Emitter;
use super::compact::Alu;
use super::flags::Said;
use super::host::{Cc, FLAG_AT, Host, RAX, RCX, cc, pin, reg_at};
use super::value::{Loc, spill_at};
use crate::ir::{Bin, By, Node, Val};
use crate::pass;
use dynasmrt::{DynasmApi, DynasmLabelApi, dynasm};
use skink_isa::operand::Shift;
use skink_semantics::FlagName;

/// The second operand of a host instruction.
#[derive(Clone, Copy)]
enum Source {
    Imm(i32),
    Host(Host),
    /// In [`Core`](skink_machine::Core).
    At(i32),
}

/// `op` with a register and a [`Source`].
macro_rules! with_source {
    ($e:ident, $op:ident, $alu:ident, $d:expr, $source:expr) => {
        match $source {
            Source::Imm(imm) => $e.alu(Alu::$alu, $d, imm),
            Source::Host(host) => dynasm!($e.ops; .arch x64; $op Rd($d), Rd(host)),
            Source::At(at) => dynasm!($e.ops; .arch x64; $op Rd($d), [BYTE rbp + at as i8]),
        }
    };
}

impl Emitter<'_> {
    fn source(&mut self, v: Val) -> Source {
        match self.loc(v) {
            Loc::Word(value) => Source::Imm(value as i32),
            Loc::Guest(r) if pin(r).is_none() => Source::At(reg_at(r)),
            Loc::Spill(slot) => Source::At(spill_at(slot)),
            _ => {
                let host = self.read(v);
                self.lock(host);
                Source::Host(host)
            }
        }
    }

    pub(super) fn bin(&mut self, i: u32, op: Bin, a: Val, b: Val) {
        if op == Bin::Add {
            return self.add(i, a, b);
        }
        if op == Bin::And
            && let Some(mask @ (0xff | 0xffff)) = self.constant(b)
            && !self.flags_wanted(i)
        {
            let from = self.read(a);
            let d = self.dest_over(i, a);
            match mask {
                0xff => dynasm!(self.ops; .arch x64; movzx Rd(d), Rb(from)),
                _ => dynasm!(self.ops; .arch x64; movzx Rd(d), Rw(from)),
            }
            return;
        }
        if op == Bin::Sub && self.keep_flags {
            return self.flagless_sub(i, a, b);
        }
        self.clobber(i);
        // What is in RAX or RCX anyway is better computed there.
        let (a, b) = match (op, self.loc(a), self.loc(b)) {
            (Bin::Sub, ..) | (_, _, Loc::Word(_)) => (a, b),
            (_, Loc::Host(_), _) => (a, b),
            (_, _, Loc::Host(_)) => (b, a),
            _ => (a, b),
        };
        let mut source = self.source(b);
        let mut d = self.dest_over(i, a);
        let mut first = a;
        if matches!(source, Source::Host(host) if host == d) && self.loc(a) != Loc::Host(d) {
            if op == Bin::Sub {
                let home = d;
                d = self.temp(Val(i));
                self.copy_to(d, a);
                with_source!(self, sub, Sub, d, source);
                self.mov(home, d);
                self.owners[d as usize] = None;
                self.locs[i as usize] = Loc::Host(home);
                self.said.result = Some(Val(i));
                return;
            }
            first = b;
            source = self.source(a);
        }
        self.copy_to(d, first);
        match op {
            Bin::Sub => with_source!(self, sub, Sub, d, source),
            Bin::And => with_source!(self, and, And, d, source),
            Bin::Or => with_source!(self, or, Or, d, source),
            Bin::Xor => with_source!(self, xor, Xor, d, source),
            Bin::Mul | Bin::Add => match source {
                Source::Imm(imm) => dynasm!(self.ops; .arch x64; imul Rd(d), Rd(d), imm),
                Source::Host(host) => dynasm!(self.ops; .arch x64; imul Rd(d), Rd(host)),
                Source::At(at) => dynasm!(self.ops; .arch x64; imul Rd(d), [BYTE rbp + at as i8]),
            },
        }
        if op != Bin::Mul {
            self.said.result = Some(Val(i));
        }
    }

    /// Whether the host's flags are to say something of the result.
    fn flags_wanted(&self, i: u32) -> bool {
        let end = self.trace.steps[self.step].end;
        (i + 1..end).any(|j| match self.nodes[j as usize] {
            Node::Negative(v) | Node::Zero(v) => v == Val(i),
            Node::Bit(..) => self.facts.of[j as usize].carry,
            _ => false,
        })
    }

    /// Addition by LEA, which leaves the flags alone.
    fn add(&mut self, i: u32, a: Val, b: Val) {
        if let (true, Node::Shift(_, of, n)) = (self.facts.of[b.index()].fused, self.node_of(b)) {
            let first = self.read(a);
            self.lock(first);
            let second = self.read(of);
            self.lock(second);
            let d = self.dest_for_sum(i, a, of);
            match n {
                1 => dynasm!(self.ops; .arch x64; lea Rd(d), [Rq(first) + 2 * Rq(second)]),
                2 => dynasm!(self.ops; .arch x64; lea Rd(d), [Rq(first) + 4 * Rq(second)]),
                _ => dynasm!(self.ops; .arch x64; lea Rd(d), [Rq(first) + 8 * Rq(second)]),
            }
            return;
        }
        let first = self.read(a);
        self.lock(first);
        match self.constant(b) {
            Some(value) => {
                let d = self.dest_over(i, a);
                self.lea(d, first, value as i32);
            }
            None => {
                let second = self.read(b);
                self.lock(second);
                let d = self.dest_for_sum(i, a, b);
                dynasm!(self.ops; .arch x64; lea Rd(d), [Rq(first) + Rq(second)]);
            }
        }
    }

    /// As [`Emitter::dest`], over one of two values that are not needed any more.
    fn dest_for_sum(&mut self, i: u32, a: Val, b: Val) -> Host {
        match self.loc(b) {
            Loc::Host(host) if host <= RCX && !self.is_needed_after(b, i) => self.dest_over(i, b),
            _ => self.dest_over(i, a),
        }
    }

    pub(super) fn add_carry(&mut self, i: u32, a: Val, b: Val, carry: Val) {
        let end = self.trace.steps[self.step].end;
        let only_flags = !(i + 1..end).any(|j| {
            let node = &self.nodes[j as usize];
            !matches!(node, Node::Carry(_) | Node::Overflow(_) | Node::Negative(_) | Node::Zero(_))
                && node.uses().any(|(v, _)| v == Val(i))
        });
        // The carry may be where the host wants it.
        let host_carry = match (self.node_of(carry), self.mirror[2]) {
            (Node::Flag(FlagName::C), Some(c)) if c & !1 == cc::B => Some(c),
            _ => None,
        };
        match host_carry {
            Some(_) => self.carry_taken = Some(carry),
            None if matches!(self.node_of(carry), Node::Flag(_)) => self.store_flags(),
            None => {}
        }
        self.clobber(i);
        self.carry_taken = None;
        // Rn - x is Rn + NOT(x) + 1 (ARM ARM A2.2.1).
        let (x, subtract) = match (self.facts.of[b.index()].fused, self.node_of(b)) {
            (true, Node::Not(x)) => (x, true),
            _ => (b, false),
        };
        let (mut source, subtract) = match (self.source(x), self.loc(carry)) {
            (Source::Imm(imm), Loc::Bool(true)) if !subtract => (Source::Imm(!imm), true),
            (source, _) => (source, subtract),
        };
        let with_carry = match (self.loc(carry), subtract) {
            (Loc::Bool(true), true) | (Loc::Bool(false), false) => false,
            (Loc::GuestFlag(_), _) => true,
            _ => {
                self.failed = true;
                return;
            }
        };
        if only_flags && subtract && !with_carry {
            let first = self.read(a);
            with_source!(self, cmp, Cmp, first, source);
            self.said = Said { result: Some(Val(i)), sum: Some((Val(i), true)), ..Said::default() };
            return;
        }
        let mut d = self.dest_over(i, a);
        let home = d;
        if matches!(source, Source::Host(host) if host == d) && self.loc(a) != Loc::Host(d) {
            if self.loc(a) == self.loc(x) {
                source = Source::Host(d);
            } else {
                d = self.temp(Val(i));
            }
        }
        self.copy_to(d, a);
        match host_carry {
            // SBB wants the inverse.
            Some(c) if with_carry && (c == cc::B) == subtract => dynasm!(self.ops; .arch x64; cmc),
            None if with_carry => self.carry_in(subtract),
            _ => {}
        }
        match (subtract, with_carry) {
            (false, false) => with_source!(self, add, Add, d, source),
            (false, true) => with_source!(self, adc, Adc, d, source),
            (true, false) => with_source!(self, sub, Sub, d, source),
            (true, true) => with_source!(self, sbb, Sbb, d, source),
        }
        if d != home {
            self.mov(home, d);
            self.owners[d as usize] = None;
            self.locs[i as usize] = Loc::Host(home);
        }
        self.said = Said { result: Some(Val(i)), sum: Some((Val(i), subtract)), ..Said::default() };
    }

    pub(super) fn shift(&mut self, i: u32, by: By, a: Val, n: u8) {
        if by == By::Shl && n == 1 && !self.flags_wanted(i) {
            let from = self.read(a);
            let d = self.dest_over(i, a);
            dynasm!(self.ops; .arch x64; lea Rd(d), [Rq(from) + Rq(from)]);
            return;
        }
        if self.keep_flags {
            return self.flagless_shift(i, by, a, n);
        }
        self.clobber(i);
        let d = self.dest_over(i, a);
        self.copy_to(d, a);
        match by {
            By::Shl => dynasm!(self.ops; .arch x64; shl Rd(d), n as i8),
            By::Shr => dynasm!(self.ops; .arch x64; shr Rd(d), n as i8),
            By::Sar => dynasm!(self.ops; .arch x64; sar Rd(d), n as i8),
            By::Ror => dynasm!(self.ops; .arch x64; ror Rd(d), n as i8),
        }
        // A rotation leaves S and Z as they were.
        if by != By::Ror {
            self.said.result = Some(Val(i));
            self.said.carry = Some((a, by.carry(n)));
        }
    }

    /// The host takes 5 bits of CL, the guest 8 (ARM ARM A8.4.3).
    pub(super) fn shift_by(&mut self, i: u32, kind: Shift, a: Val, amount: Val) {
        let end = self.trace.steps[self.step].end;
        let is_carry = |j| matches!(self.nodes[j as usize], Node::ShiftCarry(of, _) if of == Val(i));
        let carries = (i + 1..end).any(is_carry);
        if carries {
            // Where the carry is to be left as it is, it must be.
            self.store_flags();
        }
        self.clobber(i);
        let count_was = self.loc(amount);
        if count_was != Loc::Host(RCX) {
            if let Some(other) = self.owners[RCX as usize] {
                self.lock(RAX);
                self.evict(RCX, other);
                self.locked = [false; 2];
                self.owners[RCX as usize] = None;
            }
            self.copy_to(RCX, amount);
        } else if self.is_needed_after(amount, i) {
            self.failed = true;
        }
        self.lock(RCX);
        let d = self.dest_over(i, a);
        self.copy_to(d, a);
        if carries {
            self.shift_with_carry(kind, d);
            self.owners[RCX as usize] = None;
            return;
        }
        match kind {
            Shift::Lsl => dynasm!(self.ops; .arch x64; shl Rd(d), cl),
            Shift::Lsr => dynasm!(self.ops; .arch x64; shr Rd(d), cl),
            Shift::Asr => {
                let small = self.ops.new_dynamic_label();
                dynasm!(self.ops; .arch x64; cmp cl, 31; jbe =>small; mov cl, 31; =>small; sar Rd(d), cl);
            }
            Shift::Ror | Shift::Rrx => dynasm!(self.ops; .arch x64; ror Rd(d), cl),
        }
        if matches!(kind, Shift::Lsl | Shift::Lsr) {
            // All ones for amounts up to 31, else nothing.
            dynasm!(self.ops; .arch x64; cmp cl, 32; sbb ecx, ecx; and Rd(d), ecx);
        }
        self.owners[RCX as usize] = None;
    }

    /// Shifts by CL and stores the carry, unless CL is 0 (ARM ARM A2.2.1: Shift_C). In 64 bits the carry is next
    /// to the result.
    fn shift_with_carry(&mut self, kind: Shift, d: Host) {
        let (done, small) = (self.ops.new_dynamic_label(), self.ops.new_dynamic_label());
        let at = FLAG_AT[pass::index(FlagName::C)];
        dynasm!(self.ops; .arch x64; test cl, cl; je =>done);
        if kind != Shift::Ror {
            dynasm!(self.ops; .arch x64; cmp cl, 63; jbe =>small; mov cl, 63);
        }
        dynasm!(self.ops; .arch x64; =>small);
        match kind {
            Shift::Lsl => dynasm!(self.ops; .arch x64; shl Rq(d), cl; bt Rq(d), 32),
            Shift::Lsr => dynasm!(self.ops; .arch x64; add Rq(d), Rq(d); shr Rq(d), cl; shr Rq(d), 1),
            Shift::Asr => {
                dynasm!(self.ops; .arch x64
                    ; movsxd Rq(d), Rd(d)
                    ; add Rq(d), Rq(d)
                    ; sar Rq(d), cl
                    ; sar Rq(d), 1)
            }
            Shift::Ror | Shift::Rrx => dynasm!(self.ops; .arch x64; ror Rd(d), cl; bt Rd(d), 31),
        }
        dynasm!(self.ops; .arch x64; setb BYTE [BYTE rbp + at as i8]; mov Rd(d), Rd(d); =>done);
        let c = pass::index(FlagName::C);
        (self.mirror[c], self.dirty[c], self.origin[c]) = (None, false, None);
    }

    pub(super) fn of_result(&mut self, i: u32, a: Val, when: Cc) {
        if let Some(value) = self.constant(a) {
            self.locs[i as usize] = Loc::Bool(if when == cc::S { (value as i32) < 0 } else { value == 0 });
            return;
        }
        if self.said.result != Some(a) {
            self.clobber(i);
            let from = self.read(a);
            dynasm!(self.ops; .arch x64; test Rd(from), Rd(from));
            self.said.result = Some(a);
        }
        self.locs[i as usize] = Loc::Cc(when);
    }
}
