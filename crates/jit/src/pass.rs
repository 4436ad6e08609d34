//! The passes over a trace: which flags are dead, which values nobody uses.

use crate::ir::{Node, Trace, Val};
use skink_isa::Cond;
use skink_semantics::FlagName;

/// N, Z, C and V, in that order: which of them.
pub(crate) type Flags = [bool; 4];

/// All four.
pub(crate) const ALL: Flags = [true; 4];

/// What the passes found out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// For each step, the flags whose values before it may still be asked for.
    pub(crate) live_before: Vec<Flags>,
    /// For each step, those of them that somebody may ask for while it is done or after it.
    pub(crate) needed: Vec<Flags>,
    /// For each node, how many nodes use its value.
    pub(crate) uses: Vec<u32>,
    /// For each node, the last one that uses its value.
    pub(crate) last_use: Vec<u32>,
}

/// The flags that a condition looks at (ARM ARM table A8-1).
pub(crate) fn looked_at(cond: Cond) -> Flags {
    match cond {
        Cond::Eq | Cond::Ne => [false, true, false, false],
        Cond::Cs | Cond::Cc => [false, false, true, false],
        Cond::Mi | Cond::Pl => [true, false, false, false],
        Cond::Vs | Cond::Vc => [false, false, false, true],
        Cond::Hi | Cond::Ls => [false, true, true, false],
        Cond::Ge | Cond::Lt => [true, false, false, true],
        Cond::Gt | Cond::Le => [true, true, false, true],
        Cond::Al => [false; 4],
    }
}

pub(crate) fn index(flag: FlagName) -> usize {
    match flag {
        FlagName::N => 0,
        FlagName::Z => 1,
        FlagName::C => 2,
        FlagName::V => 3,
    }
}

/// Takes out writes of flags that are written again before anybody can see them, then all values
/// that nobody uses.
pub(crate) fn run(trace: &mut Trace) -> Facts {
    let count = trace.nodes.len();
    let mut facts = Facts {
        live_before: vec![ALL; trace.steps.len()],
        needed: vec![ALL; trace.steps.len()],
        uses: vec![0; count],
        last_use: vec![0; count],
    };
    let mut live = ALL;
    for (s, step) in trace.steps.iter().enumerate().rev() {
        let always = step.insn.cond == Cond::Al;
        if step.interpreted {
            live = ALL;
        }
        facts.needed[s] = live;
        let mut seen = step.interpreted;
        for i in (step.start..step.end).rev() {
            let node = trace.nodes[i as usize];
            match node {
                // Whoever handles a fault, or goes on elsewhere, may look at every flag.
                _ if node.may_fault() => live = ALL,
                Node::Goto(..) if step.followed => {}
                _ if node.is_branch() => live = ALL,
                Node::Flag(flag) if facts.uses[i as usize] > 0 => live[index(flag)] = true,
                Node::SetFlag(flag, _) if !live[index(flag)] => trace.nodes[i as usize] = Node::Dead,
                Node::SetFlag(flag, _) if always => live[index(flag)] = false,
                _ => {}
            }
            let node = trace.nodes[i as usize];
            seen |= node.may_fault() || node.is_branch();
            if !node.has_effect() && facts.uses[i as usize] == 0 {
                trace.nodes[i as usize] = Node::Dead;
            }
            let (operands, count) = trace.nodes[i as usize].operands();
            for &Val(used) in &operands[..count] {
                facts.uses[used as usize] += 1;
                let last = &mut facts.last_use[used as usize];
                *last = (*last).max(i);
            }
        }
        for (live, look) in live.iter_mut().zip(looked_at(step.insn.cond)) {
            *live |= look;
        }
        facts.live_before[s] = live;
        if seen {
            facts.needed[s] = ALL;
        }
    }
    facts
}
