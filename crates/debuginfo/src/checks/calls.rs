//! The calls of a thread that have not returned, and what its functions must leave as it was.

use super::{Checks, Warning};
use crate::explain::{Explanation, Register};
use crate::flow;
use crate::memory::ReadMemory;
use crate::unwind;
use skink_isa::operand::Operand2;
use skink_isa::{Op, Reg};
use skink_machine::Cpu;
use skink_semantics::BranchKind;

/// More calls than this are not remembered, the outermost ones first: a recursion without end needs no exactness.
const DEEPEST: usize = 1 << 16;

#[derive(Debug)]
struct Call {
    /// Where it returns to, bit 0 clear.
    back: u32,
    function: u32,
    sp: u32,
    /// R4-R11.
    core: [u32; 8],
    /// D8-D15.
    d: [u64; 8],
    /// A signal handler's, which the kernel calls: nothing is compared.
    by_kernel: bool,
}

#[derive(Debug, Default)]
pub(super) struct Calls {
    open: Vec<Call>,
    /// The address that should come next.
    expected: Option<u32>,
}

impl Calls {
    pub(super) fn observe(
        &mut self,
        checks: Checks,
        before: &Cpu,
        memory: &dyn ReadMemory,
        explanation: &Explanation,
        warnings: &mut Vec<Warning>,
    ) {
        let at = explanation.addr;
        // The kernel has come between: to a signal handler, if what it is to return to says so.
        let elsewhere = self.expected.is_some_and(|expected| expected != at);
        let link = before.r[14];
        if elsewhere && unwind::is_sigreturn(memory, link) {
            self.push(Call { by_kernel: true, ..call(before, at, link & !1) });
        }
        self.expected = Some(explanation.next());
        let Some(branch) = &explanation.branch else { return };
        let after = After { before, explanation };
        let back = self.open.iter().rposition(|call| call.back == branch.target);
        // Of the calls that are open one returns, whatever instruction does it; it may leave others behind.
        let returns = branch.kind == BranchKind::Return || branch.formula.as_deref() == Some("lr");
        match (branch.kind, back) {
            (BranchKind::Call, _) => self.push(after.call(branch.target)),
            (_, Some(index)) if returns || index + 1 == self.open.len() => {
                let direct = index + 1 == self.open.len();
                let call = self.open.drain(index..).next();
                if let Some(call) = call.filter(|call| direct && !call.by_kernel) {
                    after.compare(checks, &call, warnings);
                }
            }
            // `mov lr, pc` before a jump is a call from before BLX.
            (BranchKind::Jump, None) if !returns && after.links() => self.push(after.call(branch.target)),
            _ if returns && checks.returns => {
                let to = branch.target;
                if !is_call_site(memory, to, branch.thumb)
                    && !unwind::is_sigreturn(memory, to | u32::from(branch.thumb))
                {
                    warnings.push(Warning::Astray { at, to });
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, call: Call) {
        if self.open.len() >= DEEPEST {
            self.open.drain(..DEEPEST / 2);
        }
        self.open.push(call);
    }
}

/// A call as the registers are.
fn call(cpu: &Cpu, function: u32, back: u32) -> Call {
    Call {
        back,
        function,
        sp: cpu.r[13],
        core: std::array::from_fn(|i| cpu.r[4 + i]),
        d: std::array::from_fn(|i| cpu.d.0[8 + i]),
        by_kernel: false,
    }
}

/// The registers after an instruction.
struct After<'a> {
    before: &'a Cpu,
    explanation: &'a Explanation,
}

impl After<'_> {
    fn written(&self, register: Register) -> Option<u128> {
        self.explanation.writes.iter().find(|write| write.register == register).map(|write| write.new)
    }

    fn core(&self, n: u8) -> u32 {
        self.written(Register::Core(n)).map_or(self.before.r[n as usize], |value| value as u32)
    }

    fn call(&self, function: u32) -> Call {
        call(self.before, function, self.core(14) & !1)
    }

    /// Whether LR is the address behind this instruction.
    fn links(&self) -> bool {
        let next = self.explanation.addr.wrapping_add(self.explanation.size.into());
        self.before.r[14] & !1 == next
    }

    fn compare(&self, checks: Checks, call: &Call, warnings: &mut Vec<Warning>) {
        let (at, function) = (self.explanation.addr, call.function);
        let mut changed = |register, was: u64, now: u64| {
            if was != now && checks.preserved {
                warnings.push(Warning::NotPreserved { at, function, register, was, now });
            }
        };
        for (n, &was) in (4..).zip(&call.core) {
            changed(Register::Core(n), was.into(), self.core(n).into());
        }
        for (n, &was) in (8..).zip(&call.d) {
            changed(Register::D(n), was, self.before.d.0[n as usize]);
        }
        let now = self.core(13);
        if now != call.sp && checks.stack {
            warnings.push(Warning::Unbalanced { at, function, was: call.sp, now });
        }
    }
}

/// Whether an address is behind a call: BL, BLX, or a jump for which LR was set from PC.
fn is_call_site(memory: &dyn ReadMemory, to: u32, thumb: bool) -> bool {
    let before = |back: u32| flow::decode(memory, to.wrapping_sub(back), thumb, false);
    let calls = |back: u32| {
        before(back).is_some_and(|insn| {
            u32::from(insn.size) == back && matches!(insn.op, Op::Bl(_) | Op::BlxImm(_) | Op::BlxReg(_))
        })
    };
    let from_pc = || {
        before(8).is_some_and(|insn| match insn.op {
            Op::Mov(x) => x.rd == Reg::LR && matches!(x.op2, Operand2::Reg { rm: Reg::PC, .. }),
            _ => false,
        })
    };
    calls(4) || thumb && calls(2) || !thumb && from_pc()
}
