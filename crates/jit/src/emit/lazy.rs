//! Guest flags that are nowhere: what set them is known, and can be done once more.
//!
//! A comparison whose flags the host needs for something else is not saved, but compared again for whoever asks:
//! a condition, a way out, or the translator after a fault, which has the registers. An operand that is about
//! to be overwritten is put aside before, where anybody may still ask.

use super::Emitter;
use super::compact::Alu;
use super::host::{Cc, FLAG_AT, Host, LAZY_AT, RAX, cc, pin, reg_at};
use super::vector::T0;
use crate::ir::{Bin, Node, Val};
use crate::pass;
use dynasmrt::{DynasmApi, dynasm};
use skink_isa::Cond;
use skink_isa::operand::Reg;

/// Places for operands in [`Links`](skink_machine::Links).
const SLOTS: u8 = 8;

/// Where an operand is found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Src {
    /// In a guest register, with a constant added.
    Reg(Reg, u32),
    /// It is a constant.
    Imm(u32),
    /// In a place of its own, with a constant added.
    Slot(u8, u32),
}

/// What is done with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LazyOp {
    Sub,
    Add,
    /// N and Z only.
    And,
}

/// What set flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lazy {
    op: LazyOp,
    a: Src,
    b: Src,
}

/// For each flag, what set it if it is nowhere.
pub(crate) type Origins = [Option<Lazy>; 4];

impl Lazy {
    pub(super) fn op(&self) -> LazyOp {
        self.op
    }

    fn mentions(&self, r: Reg) -> bool {
        [self.a, self.b].iter().any(|src| matches!(src, Src::Reg(of, _) if *of == r))
    }

    /// The registers that it depends on, a bit each.
    fn registers(&self) -> u16 {
        let bit = |src| match src {
            Src::Reg(of, _) => 1 << of.index(),
            Src::Imm(_) | Src::Slot(..) => 0,
        };
        bit(self.a) | bit(self.b)
    }

    /// The host's condition for a flag, after it has been done.
    fn cc(&self, flag: usize) -> Cc {
        match flag {
            0 => cc::S,
            1 => cc::E,
            2 if self.op == LazyOp::Sub => cc::AE,
            2 => cc::B,
            _ => cc::O,
        }
    }

    /// A flag, from the guest's registers and the places of operands.
    pub(crate) fn evaluate(&self, flag: usize, r: &[u32; 16], slots: &[u32; 8]) -> bool {
        let value = |src| match src {
            Src::Reg(of, plus) => r[of.index()].wrapping_add(plus),
            Src::Imm(value) => value,
            Src::Slot(slot, plus) => slots[slot as usize & 7].wrapping_add(plus),
        };
        let (a, b) = (value(self.a), value(self.b));
        let (result, carry, overflow) = match self.op {
            LazyOp::Sub => (a.wrapping_sub(b), a >= b, (a as i32).overflowing_sub(b as i32).1),
            LazyOp::Add => {
                (a.wrapping_add(b), a.checked_add(b).is_none(), (a as i32).overflowing_add(b as i32).1)
            }
            LazyOp::And => (a & b, false, false),
        };
        match flag {
            0 => (result as i32) < 0,
            1 => result == 0,
            2 => carry,
            _ => overflow,
        }
    }
}

impl Emitter<'_> {
    /// Whether a flag is nowhere.
    pub(super) fn is_nowhere(&self, f: usize) -> bool {
        self.dirty[f] && self.mirror[f].is_none() && self.origin[f].is_some()
    }

    /// What set those that are nowhere.
    pub(super) fn nowhere(&self) -> Origins {
        std::array::from_fn(|f| self.origin[f].filter(|_| self.is_nowhere(f)))
    }

    /// At the end of an instruction: how the flags that it has set can be found again.
    pub(super) fn note_origins(&mut self) {
        let step = self.trace.steps[self.step];
        if !self.dirty.contains(&true) {
            return;
        }
        // Most often one sum sets all four.
        let mut last = None;
        for i in step.start..step.end {
            let Node::SetFlag(flag, v) = self.nodes[i as usize] else { continue };
            let f = pass::index(flag);
            self.origin[f] = match self.dirty[f] {
                true => self.origin_of(v, &mut last),
                false => None,
            };
        }
        self.mentioned |= self.origin.iter().flatten().fold(0, |all, lazy| all | lazy.registers());
    }

    pub(super) fn origin_of(&self, v: Val, last: &mut Option<(Val, Option<Lazy>)>) -> Option<Lazy> {
        let mut sum = |of| match *last {
            Some((same, lazy)) if same == of => lazy,
            _ => last.insert((of, self.sum(of))).1,
        };
        match self.node_of(v) {
            Node::Carry(of) | Node::Overflow(of) => sum(of),
            Node::Negative(of) | Node::Zero(of) => match self.node_of(of) {
                Node::AddCarry(..) => sum(of).or_else(|| self.written_result(of)),
                Node::Bin(Bin::And, a, b) => self
                    .written_result(of)
                    .or_else(|| Some(Lazy { op: LazyOp::And, a: self.kept(a)?, b: self.kept(b)? })),
                Node::Reg(_) | Node::Word(_) => {
                    Some(Lazy { op: LazyOp::And, a: self.kept(of)?, b: Src::Imm(u32::MAX) })
                }
                _ => self.written_result(of),
            },
            _ => None,
        }
    }

    /// The present instruction's write of a register.
    fn written(&self, r: Reg) -> Option<Val> {
        let step = self.trace.steps[self.step];
        self.nodes[step.start as usize..step.end as usize].iter().rev().find_map(|node| match *node {
            Node::SetReg(to, value) if to == r => Some(value),
            _ => None,
        })
    }

    /// An operand that is there after the instruction.
    fn kept(&self, v: Val) -> Option<Src> {
        match self.node_of(v) {
            Node::Word(value) => Some(Src::Imm(value)),
            Node::Reg(r) if self.written(r).is_none() => Some(Src::Reg(r, 0)),
            _ => None,
        }
    }

    /// A result that has been written to a register.
    fn written_result(&self, v: Val) -> Option<Lazy> {
        let step = self.trace.steps[self.step];
        let nodes = &self.nodes[step.start as usize..step.end as usize];
        let r = nodes.iter().find_map(|node| match *node {
            Node::SetReg(r, value) if value == v && self.written(r) == Some(v) => Some(r),
            _ => None,
        })?;
        Some(Lazy { op: LazyOp::And, a: Src::Reg(r, 0), b: Src::Imm(u32::MAX) })
    }

    fn sum(&self, sum: Val) -> Option<Lazy> {
        let Node::AddCarry(a, b, carry) = self.node_of(sum) else { return None };
        let Node::Bool(carry) = self.node_of(carry) else { return None };
        // Rn - x is Rn + NOT(x) + 1 (ARM ARM A2.2.1).
        let (op, b) = match (carry, self.node_of(b)) {
            (true, Node::Not(x)) => (LazyOp::Sub, self.kept(x)?),
            (true, Node::Word(x)) => (LazyOp::Sub, Src::Imm(!x)),
            (false, _) => (LazyOp::Add, self.kept(b)?),
            _ => return None,
        };
        let a = match (self.node_of(a), b) {
            // The operand was where the result is now.
            (Node::Reg(r), Src::Imm(by)) if self.written(r) == Some(sum) => {
                Src::Reg(r, if op == LazyOp::Sub { by } else { by.wrapping_neg() })
            }
            _ => self.kept(a)?,
        };
        Some(Lazy { op, a, b })
    }

    /// Before a guest register is written: puts it aside if a flag depends on it that somebody may ask for.
    #[inline]
    pub(super) fn put_aside(&mut self, r: Reg) {
        if self.mentioned >> r.index() & 1 != 0 {
            self.put_operand_aside(r);
        }
    }

    fn put_operand_aside(&mut self, r: Reg) {
        if !self.origin.iter().flatten().any(|lazy| lazy.mentions(r)) {
            return;
        }
        let needed = self.facts.needed[self.step];
        let mut place = None;
        for (f, needed) in needed.into_iter().enumerate() {
            let Some(lazy) = self.origin[f].filter(|lazy| lazy.mentions(r)) else { continue };
            if !self.dirty[f] {
                self.origin[f] = None;
                continue;
            }
            if !needed {
                self.origin[f] = None;
                self.dirty[f] &= self.mirror[f].is_some();
                continue;
            }
            let slot = match place {
                Some(slot) => slot,
                None => {
                    let Some(slot) = (0..SLOTS).find(|&slot| !self.is_taken(slot)) else {
                        // There are two operands for each of four flags.
                        self.failed = true;
                        return;
                    };
                    self.save(r, slot);
                    place = Some(slot);
                    slot
                }
            };
            let moved = |src| match src {
                Src::Reg(of, plus) if of == r => Src::Slot(slot, plus),
                src => src,
            };
            self.origin[f] = Some(Lazy { a: moved(lazy.a), b: moved(lazy.b), ..lazy });
        }
    }

    fn is_taken(&self, slot: u8) -> bool {
        self.origin
            .iter()
            .flatten()
            .any(|lazy| [lazy.a, lazy.b].iter().any(|src| matches!(src, Src::Slot(of, _) if *of == slot)))
    }

    /// Copies a register to a slot, by way of a vector register if it is in memory.
    fn save(&mut self, r: Reg, slot: u8) {
        let at = slot_at(slot);
        match pin(r) {
            Some(host) => dynasm!(self.ops; .arch x64; mov [BYTE rbp + at as i8], Rd(host)),
            // RAX and RCX may hold values.
            None => {
                dynasm!(self.ops; .arch x64; movd Rx(T0), DWORD [BYTE rbp + reg_at(r) as i8]; movd DWORD [BYTE rbp + at as i8], Rx(T0))
            }
        }
    }

    /// Makes the host's flags say what an origin says, by way of RAX.
    pub(super) fn again(&mut self, lazy: Lazy) {
        let a = match lazy.a {
            Src::Reg(r, 0) if pin(r).is_some() && lazy.op != LazyOp::Add => pin(r).unwrap_or(RAX),
            src => {
                self.in_rax(src);
                RAX
            }
        };
        match lazy.b {
            Src::Imm(u32::MAX) if lazy.op == LazyOp::And => dynasm!(self.ops; .arch x64; test Rd(a), Rd(a)),
            Src::Imm(imm) => self.op_imm(lazy.op, a, imm as i32),
            Src::Reg(r, _) => match pin(r) {
                Some(b) => match lazy.op {
                    LazyOp::Sub => dynasm!(self.ops; .arch x64; cmp Rd(a), Rd(b)),
                    LazyOp::Add => dynasm!(self.ops; .arch x64; add Rd(a), Rd(b)),
                    LazyOp::And => dynasm!(self.ops; .arch x64; test Rd(a), Rd(b)),
                },
                None => self.op_at(lazy.op, a, reg_at(r)),
            },
            Src::Slot(slot, _) => self.op_at(lazy.op, a, slot_at(slot)),
        }
    }

    fn op_imm(&mut self, op: LazyOp, a: Host, imm: i32) {
        match op {
            LazyOp::Sub => self.alu(Alu::Cmp, a, imm),
            LazyOp::Add => self.alu(Alu::Add, a, imm),
            LazyOp::And => dynasm!(self.ops; .arch x64; test Rd(a), imm),
        }
    }

    fn op_at(&mut self, op: LazyOp, a: Host, at: i32) {
        match op {
            LazyOp::Sub => dynasm!(self.ops; .arch x64; cmp Rd(a), [BYTE rbp + at as i8]),
            LazyOp::Add => dynasm!(self.ops; .arch x64; add Rd(a), [BYTE rbp + at as i8]),
            LazyOp::And => dynasm!(self.ops; .arch x64; test [BYTE rbp + at as i8], Rd(a)),
        }
    }

    fn in_rax(&mut self, src: Src) {
        match src {
            Src::Imm(value) => dynasm!(self.ops; .arch x64; mov eax, value as i32),
            Src::Slot(slot, plus) => {
                dynasm!(self.ops; .arch x64; mov eax, [BYTE rbp + slot_at(slot) as i8]);
                if plus != 0 {
                    dynasm!(self.ops; .arch x64; add eax, plus as i32);
                }
            }
            Src::Reg(r, plus) => match (pin(r), plus) {
                (Some(host), 0) => dynasm!(self.ops; .arch x64; mov eax, Rd(host)),
                (Some(host), plus) => dynasm!(self.ops; .arch x64; lea eax, [Rq(host) + plus as i32]),
                (None, plus) => {
                    dynasm!(self.ops; .arch x64; mov eax, [BYTE rbp + reg_at(r) as i8]);
                    if plus != 0 {
                        dynasm!(self.ops; .arch x64; add eax, plus as i32);
                    }
                }
            },
        }
    }

    /// Stores flags that are nowhere. The host's flags and RAX are changed.
    pub(super) fn store_again(&mut self, origins: Origins) {
        let mut left = origins;
        for f in 0..4 {
            let Some(lazy) = left[f] else { continue };
            if let (Src::Imm(_), Src::Imm(_)) = (lazy.a, lazy.b) {
                let value = lazy.evaluate(f, &[0; 16], &[0; 8]);
                dynasm!(self.ops; .arch x64; mov BYTE [BYTE rbp + FLAG_AT[f] as i8], value as i8);
                continue;
            }
            self.again(lazy);
            for g in f..4 {
                if left[g] == Some(lazy) {
                    self.set_byte_if(lazy.cc(g), FLAG_AT[g]);
                    left[g] = None;
                }
            }
        }
    }

    /// Has the host's flags say those of the guest that a condition looks at, if they are nowhere and of one
    /// origin. At the beginning of an instruction.
    pub(super) fn revive(&mut self, cond: Cond) -> bool {
        let wanted = pass::looked_at(cond);
        let Some(first) = (0..4).find(|&f| wanted[f]) else { return false };
        let Some(lazy) = self.origin[first] else { return false };
        if (0..4).any(|f| wanted[f] && !(self.is_nowhere(f) && self.origin[f] == Some(lazy))) {
            return false;
        }
        // What else the host's flags alone hold is stored, unless it can be found again too.
        let needed = self.facts.live_before[self.step];
        self.save_flags(needed);
        self.forget_host_flags();
        self.again(lazy);
        for f in 0..4 {
            if self.is_nowhere(f) && self.origin[f] == Some(lazy) {
                self.mirror[f] = Some(lazy.cc(f));
            }
        }
        true
    }
}

fn slot_at(slot: u8) -> i32 {
    LAZY_AT + 4 * slot as i32
}
