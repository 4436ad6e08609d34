//! Guest flags in the host's flags, and out of them.

use super::Emitter;
use super::host::{Cc, FLAG_AT, Host, Order, RAX, cc, direct};
use super::value::Loc;
use crate::ir::{Node, Traits, Val};
use crate::pass;
use dynasmrt::{DynasmApi, DynasmLabelApi, dynasm};
use skink_isa::Cond;
use skink_semantics::FlagName;

/// What the host's flags say, until an instruction changes them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    /// S and Z are those of this value.
    pub(super) result: Option<Val>,
    /// C and O are those of this AddCarry; C is inverted if it was a subtraction.
    pub(super) sum: Option<(Val, bool)>,
    /// C is this bit of this value, which has been shifted.
    pub(super) carry: Option<(Val, u8)>,
    /// They are those of a comparison of floating-point numbers.
    pub(super) compared: Option<Order>,
}

impl Emitter<'_> {
    /// Stores the guest flags that are in the host's flags only, which stay as they are, and those that are
    /// nowhere, for which the host's flags are changed.
    pub(super) fn store_flags(&mut self) {
        for (f, at) in FLAG_AT.into_iter().enumerate() {
            if let (true, Some(when)) = (self.dirty[f], self.mirror[f]) {
                self.set_byte_if(when, at);
            }
        }
        let any = (0..4).any(|f| self.is_nowhere(f));
        let nowhere = if any { self.nowhere() } else { [None; 4] };
        self.dirty = [false; 4];
        self.origin = [None; 4];
        if any {
            if let Some(v) = self.owners[RAX as usize].take() {
                self.evict(RAX, v);
            }
            self.store_again(nowhere);
            self.forget_host_flags();
        }
    }

    /// Called before node `i` changes the host's flags: what they alone hold is saved, if it is wanted.
    pub(super) fn clobber(&mut self, i: u32) {
        let step = self.trace.steps[self.step];
        let kinds = self.facts.kinds[self.step];
        if self.dirty.contains(&true) {
            let mut wanted = self.facts.needed[self.step];
            if kinds.has(Traits::FLAG_VALUES) {
                let still =
                    |e: &Self, j: u32| e.facts.of[j as usize].last >= i && e.carry_taken != Some(Val(j));
                for j in step.start..step.end {
                    let flag = match (self.nodes[j as usize], self.locs[j as usize]) {
                        (Node::Flag(flag), _) => flag,
                        (_, Loc::GuestFlag(flag)) if j < i => flag,
                        _ => continue,
                    };
                    wanted[pass::index(flag)] |= still(self, j);
                }
            }
            self.save_flags(wanted);
        }
        if kinds.has(Traits::CONDITIONS) {
            for j in step.start..i {
                if let Loc::Cc(when) = self.locs[j as usize]
                    && self.facts.of[j as usize].last >= i
                {
                    let host = self.temp(Val(j));
                    self.set_if(when, host);
                }
            }
        }
        self.forget_host_flags();
    }

    /// Stores what only the host's flags hold and cannot be found again; they stay as they are.
    pub(super) fn save_flags(&mut self, wanted: pass::Flags) {
        for f in 0..4 {
            self.dirty[f] &= wanted[f];
            if let (true, Some(when), None) = (self.dirty[f], self.mirror[f], self.origin[f]) {
                self.set_byte_if(when, FLAG_AT[f]);
                self.dirty[f] = false;
            }
        }
    }

    /// The host's flags say nothing any more.
    pub(super) fn forget_host_flags(&mut self) {
        self.mirror = [None; 4];
        self.said = Said::default();
    }

    /// Before a guest flag is written: values that are what it holds are copied.
    pub(super) fn rescue_flag(&mut self, flag: FlagName, i: u32) {
        if !self.facts.kinds[self.step].has(Traits::FLAG_VALUES) {
            return;
        }
        for j in self.trace.steps[self.step].start..i {
            if self.locs[j as usize] == Loc::GuestFlag(flag) && self.is_needed_after(Val(j), i) {
                let host = self.temp(Val(j));
                self.store_flags();
                dynasm!(self.ops; .arch x64; movzx Rd(host), BYTE [BYTE rbp + FLAG_AT[pass::index(flag)] as i8]);
            }
        }
    }

    /// Makes the host's flags say whether a guest condition passes, at the beginning of an instruction.
    pub(super) fn condition(&mut self, cond: Cond) -> Cc {
        if let Some(when) = direct(cond, &self.mirror) {
            return when;
        }
        if self.revive(cond)
            && let Some(when) = direct(cond, &self.mirror)
        {
            return when;
        }
        self.store_flags();
        self.forget_host_flags();
        let [n, z, c, v] = FLAG_AT;
        let is_set = |ops: &mut _, at: i32| {
            test_byte(ops, at);
            cc::NE
        };
        match cond {
            Cond::Eq => is_set(&mut self.ops, z),
            Cond::Ne => is_set(&mut self.ops, z) ^ 1,
            Cond::Cs => is_set(&mut self.ops, c),
            Cond::Cc => is_set(&mut self.ops, c) ^ 1,
            Cond::Mi => is_set(&mut self.ops, n),
            Cond::Pl => is_set(&mut self.ops, n) ^ 1,
            Cond::Vs => is_set(&mut self.ops, v),
            Cond::Vc => is_set(&mut self.ops, v) ^ 1,
            Cond::Hi | Cond::Ls => {
                // C and not Z: C is above Z.
                dynasm!(self.ops; .arch x64; movzx eax, BYTE [BYTE rbp + c as i8]; cmp al, [BYTE rbp + z as i8]);
                if cond == Cond::Hi { cc::A } else { cc::BE }
            }
            Cond::Ge | Cond::Lt => {
                dynasm!(self.ops; .arch x64; movzx eax, BYTE [BYTE rbp + n as i8]; cmp al, [BYTE rbp + v as i8]);
                if cond == Cond::Ge { cc::E } else { cc::NE }
            }
            Cond::Gt | Cond::Le => {
                dynasm!(self.ops; .arch x64
                    ; movzx eax, BYTE [BYTE rbp + n as i8]
                    ; xor al, [BYTE rbp + v as i8]
                    ; or al, [BYTE rbp + z as i8]);
                if cond == Cond::Gt { cc::E } else { cc::NE }
            }
            Cond::Al => {
                // Always equal to itself.
                dynasm!(self.ops; .arch x64; cmp eax, eax);
                cc::E
            }
        }
    }

    /// Sets a register to 1 or 0.
    pub(super) fn set_if(&mut self, when: Cc, host: Host) {
        match when {
            0 => dynasm!(self.ops; .arch x64; seto Rb(host)),
            1 => dynasm!(self.ops; .arch x64; setno Rb(host)),
            2 => dynasm!(self.ops; .arch x64; setb Rb(host)),
            3 => dynasm!(self.ops; .arch x64; setae Rb(host)),
            4 => dynasm!(self.ops; .arch x64; sete Rb(host)),
            5 => dynasm!(self.ops; .arch x64; setne Rb(host)),
            8 => dynasm!(self.ops; .arch x64; sets Rb(host)),
            6 => dynasm!(self.ops; .arch x64; setbe Rb(host)),
            7 => dynasm!(self.ops; .arch x64; seta Rb(host)),
            9 => dynasm!(self.ops; .arch x64; setns Rb(host)),
            10 => dynasm!(self.ops; .arch x64; setp Rb(host)),
            11 => dynasm!(self.ops; .arch x64; setnp Rb(host)),
            16.. => {
                let ordered = self.ops.new_dynamic_label();
                self.set_if(cc::first_of(when), host);
                dynasm!(self.ops; .arch x64; jnp =>ordered; mov Rd(host), (when & 1) as i32; =>ordered);
                return;
            }
            _ => self.failed = true,
        }
        dynasm!(self.ops; .arch x64; movzx Rd(host), Rb(host));
    }

    pub(super) fn set_byte_if(&mut self, when: Cc, at: i32) {
        match when {
            0 => dynasm!(self.ops; .arch x64; seto BYTE [BYTE rbp + at as i8]),
            1 => dynasm!(self.ops; .arch x64; setno BYTE [BYTE rbp + at as i8]),
            2 => dynasm!(self.ops; .arch x64; setb BYTE [BYTE rbp + at as i8]),
            3 => dynasm!(self.ops; .arch x64; setae BYTE [BYTE rbp + at as i8]),
            4 => dynasm!(self.ops; .arch x64; sete BYTE [BYTE rbp + at as i8]),
            5 => dynasm!(self.ops; .arch x64; setne BYTE [BYTE rbp + at as i8]),
            8 => dynasm!(self.ops; .arch x64; sets BYTE [BYTE rbp + at as i8]),
            6 => dynasm!(self.ops; .arch x64; setbe BYTE [BYTE rbp + at as i8]),
            7 => dynasm!(self.ops; .arch x64; seta BYTE [BYTE rbp + at as i8]),
            9 => dynasm!(self.ops; .arch x64; setns BYTE [BYTE rbp + at as i8]),
            10 => dynasm!(self.ops; .arch x64; setp BYTE [BYTE rbp + at as i8]),
            11 => dynasm!(self.ops; .arch x64; setnp BYTE [BYTE rbp + at as i8]),
            16.. => {
                let ordered = self.ops.new_dynamic_label();
                self.set_byte_if(cc::first_of(when), at);
                dynasm!(self.ops; .arch x64; jnp =>ordered; mov BYTE [BYTE rbp + at as i8], (when & 1) as i8; =>ordered);
            }
            _ => self.failed = true,
        }
    }

    /// The order in which the host is best given the operands of the present VCMP: by the first condition
    /// behind the VMRS behind it.
    pub(super) fn wanted_order(&self) -> Order {
        const AHEAD: usize = 8;
        let steps = self.trace.steps[self.step + 1..].iter().take(AHEAD);
        let asked = |step: &&crate::ir::Step| {
            let nodes = &self.nodes[step.start as usize..step.end as usize];
            !nodes.iter().any(|node| matches!(node, Node::FpFlag(_)))
        };
        let mut behind = steps.skip_while(asked).skip(1);
        match behind.find(|step| step.insn.cond != Cond::Al).map(|step| step.insn.cond) {
            Some(Cond::Mi | Cond::Pl | Cond::Ls | Cond::Hi | Cond::Cs | Cond::Cc) => Order::Swapped,
            _ => Order::Given,
        }
    }

    /// SetFlag.
    pub(super) fn set_flag(&mut self, i: u32, flag: FlagName, v: Val) {
        self.rescue_flag(flag, i);
        let f = pass::index(flag);
        self.origin[f] = None;
        if self.facts.of[v.index()].fused
            && let Node::Bit(of, n) = self.node_of(v)
        {
            if self.said.carry == Some((of, n)) {
                self.mirror[f] = Some(cc::B);
                self.dirty[f] = true;
                return;
            }
            // The value need not be there any more.
            self.failed |= self.facts.of[v.index()].carry;
            let host = self.read(of);
            self.clobber(i);
            dynasm!(self.ops; .arch x64; bt Rd(host), n as i8; setb BYTE [BYTE rbp + FLAG_AT[f] as i8]);
            return;
        }
        match self.loc(v) {
            Loc::Cc(when) => {
                self.mirror[f] = Some(when);
                self.dirty[f] = true;
                return;
            }
            Loc::GuestFlag(same) if same == flag => return,
            // Of a constant: nothing is done unless somebody asks.
            Loc::Bool(_) if matches!(self.node_of(v), Node::Negative(_) | Node::Zero(_)) => {
                (self.mirror[f], self.dirty[f], self.origin[f]) = (None, true, self.origin_of(v, &mut None));
                return;
            }
            Loc::Bool(value) => {
                dynasm!(self.ops; .arch x64; mov BYTE [BYTE rbp + FLAG_AT[f] as i8], value as i8)
            }
            _ => {
                let host = self.read(v);
                dynasm!(self.ops; .arch x64; mov [BYTE rbp + FLAG_AT[f] as i8], Rb(host));
            }
        }
        self.mirror[f] = None;
        self.dirty[f] = false;
    }

    /// The carry into ADC or SBB: the guest's, or for SBB its inverse.
    pub(super) fn carry_in(&mut self, inverted: bool) {
        let c = pass::index(FlagName::C);
        self.store_flags();
        // CF = (C < 1), which is the inverse.
        dynasm!(self.ops; .arch x64; cmp BYTE [BYTE rbp + FLAG_AT[c] as i8], 1);
        if !inverted {
            dynasm!(self.ops; .arch x64; cmc);
        }
        self.forget_host_flags();
    }
}

fn test_byte(ops: &mut dynasmrt::VecAssembler<dynasmrt::x64::X64Relocation>, at: i32) {
    dynasm!(ops; .arch x64; cmp BYTE [BYTE rbp + at as i8], 0);
}
