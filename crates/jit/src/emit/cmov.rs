//! Conditional instructions without a branch: their value is computed in any case, and moved on condition.

use super::Emitter;
use super::host::{Cc, Host, pin, reg_at};
use super::value::Loc;
use crate::ir::{Bin, By, Node, Step, Val};
use dynasmrt::{DynasmApi, dynasm};
use skink_isa::Cond;
use skink_isa::operand::Reg;

/// CMOVcc by the number of the condition, from a register or from [`Core`](skink_machine::Core).
macro_rules! cmov {
    ($e:ident, $when:expr, $to:expr, [$at:expr]) => {
        cmov!(@ $e, $when, $to, [rbp + $at])
    };
    ($e:ident, $when:expr, $to:expr, $from:expr) => {
        cmov!(@ $e, $when, $to, Rd($from))
    };
    (@ $e:ident, $when:expr, $to:expr, $($from:tt)*) => {
        match $when {
            0 => dynasm!($e.ops; .arch x64; cmovo Rd($to), $($from)*),
            1 => dynasm!($e.ops; .arch x64; cmovno Rd($to), $($from)*),
            2 => dynasm!($e.ops; .arch x64; cmovb Rd($to), $($from)*),
            3 => dynasm!($e.ops; .arch x64; cmovae Rd($to), $($from)*),
            4 => dynasm!($e.ops; .arch x64; cmove Rd($to), $($from)*),
            5 => dynasm!($e.ops; .arch x64; cmovne Rd($to), $($from)*),
            6 => dynasm!($e.ops; .arch x64; cmovbe Rd($to), $($from)*),
            7 => dynasm!($e.ops; .arch x64; cmova Rd($to), $($from)*),
            8 => dynasm!($e.ops; .arch x64; cmovs Rd($to), $($from)*),
            9 => dynasm!($e.ops; .arch x64; cmovns Rd($to), $($from)*),
            10 => dynasm!($e.ops; .arch x64; cmovp Rd($to), $($from)*),
            11 => dynasm!($e.ops; .arch x64; cmovnp Rd($to), $($from)*),
            12 => dynasm!($e.ops; .arch x64; cmovl Rd($to), $($from)*),
            13 => dynasm!($e.ops; .arch x64; cmovge Rd($to), $($from)*),
            14 => dynasm!($e.ops; .arch x64; cmovle Rd($to), $($from)*),
            _ => dynasm!($e.ops; .arch x64; cmovg Rd($to), $($from)*),
        }
    };
}

/// As many operations are cheaper than a branch that may be predicted wrongly.
const MAX_OPERATIONS: usize = 2;

impl Emitter<'_> {
    /// Whether the instruction has been emitted so.
    pub(super) fn conditional_move(&mut self, step: Step, cond: Cond) -> bool {
        let Some((r, value)) = self.moved(step) else { return false };
        // With others on the same condition behind it, or a branch, one branch for all is better.
        let next = self.trace.steps.get(self.step + 1);
        if next.is_some_and(|next| next.insn.cond == cond && self.moved(*next).is_none()) {
            return false;
        }
        let when = self.condition(cond);
        if when >= 16 {
            return false;
        }
        self.keep_flags = true;
        for i in step.start..step.end {
            if let Node::SetReg(..) = self.nodes[i as usize] {
                self.now = i;
                self.move_if(when, r, value);
                self.locked = [false; 2];
                self.free(i);
            } else {
                self.one_node(i);
            }
        }
        self.keep_flags = false;
        true
    }

    /// The register and the value, if the instruction is to do nothing but write it, and the value can be
    /// computed without the host's flags.
    fn moved(&self, step: Step) -> Option<(Reg, Val)> {
        if step.interpreted {
            return None;
        }
        let (mut result, mut operations) = (None, 0);
        for i in step.start..step.end {
            match self.nodes[i as usize] {
                Node::Dead | Node::Word(_) | Node::Reg(_) => {}
                Node::SetReg(r, value) if result.is_none() => result = Some((r, value)),
                node if result.is_none() && self.leaves_flags(node) => operations += 1,
                _ => return None,
            }
        }
        result.filter(|_| operations <= MAX_OPERATIONS)
    }

    fn leaves_flags(&self, node: Node) -> bool {
        match node {
            Node::Bin(Bin::Add | Bin::Sub, ..) | Node::Not(_) | Node::Bswap(_) | Node::Extend(..) => true,
            Node::Bin(Bin::And, _, mask) => matches!(self.node_of(mask), Node::Word(0xff | 0xffff)),
            Node::Shift(..) => std::arch::is_x86_feature_detected!("bmi2"),
            _ => false,
        }
    }

    fn move_if(&mut self, when: Cc, r: Reg, value: Val) {
        self.put_aside(r);
        match (pin(r), self.loc(value)) {
            (_, Loc::Guest(same)) if same == r => {}
            (Some(to), Loc::Guest(from)) if pin(from).is_none() => {
                let at = reg_at(from);
                cmov!(self, when, to, [at]);
            }
            (Some(to), _) => {
                let from = self.read(value);
                cmov!(self, when, to, from);
            }
            (None, _) => {
                let from = self.read(value);
                self.lock(from);
                let to = self.scratch();
                dynasm!(self.ops; .arch x64; mov Rd(to), [BYTE rbp + reg_at(r) as i8]);
                cmov!(self, when, to, from);
                dynasm!(self.ops; .arch x64; mov [BYTE rbp + reg_at(r) as i8], Rd(to));
            }
        }
    }

    /// RAX or RCX, the one that is not locked; what it holds is not needed any more.
    fn scratch(&mut self) -> Host {
        let host = if self.locked[0] { 1 } else { 0 };
        if self.locked[host as usize] {
            self.failed = true;
        }
        host
    }

    /// A shift that leaves the host's flags alone.
    pub(super) fn flagless_shift(&mut self, i: u32, by: By, a: Val, n: u8) {
        let from = self.read(a);
        self.lock(from);
        let d = self.temp(Val(i));
        if by == By::Ror {
            dynasm!(self.ops; .arch x64; rorx Rd(d), Rd(from), n as i8);
            return;
        }
        dynasm!(self.ops; .arch x64; mov Rd(d), n as i32);
        match by {
            By::Shl => dynasm!(self.ops; .arch x64; shlx Rd(d), Rd(from), Rd(d)),
            By::Shr => dynasm!(self.ops; .arch x64; shrx Rd(d), Rd(from), Rd(d)),
            _ => dynasm!(self.ops; .arch x64; sarx Rd(d), Rd(from), Rd(d)),
        }
    }

    /// A difference that leaves the host's flags alone: a + NOT(b) + 1.
    pub(super) fn flagless_sub(&mut self, i: u32, a: Val, b: Val) {
        let d = self.temp(Val(i));
        self.copy_to(d, b);
        self.lock(d);
        match self.constant(a) {
            Some(a) => dynasm!(self.ops; .arch x64; not Rd(d); lea Rd(d), [Rq(d) + a.wrapping_add(1) as i32]),
            None => {
                let a = self.read(a);
                dynasm!(self.ops; .arch x64; not Rd(d); lea Rd(d), [Rq(a) + Rq(d) + 1]);
            }
        }
    }
}
