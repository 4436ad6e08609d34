//! The passes over a trace: which flags are dead, which values nobody uses.

use crate::ir::{Bin, By, Node, Trace, Traits, Val};
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
    /// For each step, what kinds of nodes it has.
    pub(crate) kinds: Vec<Kinds>,
    /// For each node, who uses its value.
    pub(crate) of: Vec<Uses>,
}

/// Who uses a node's value.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Uses {
    /// How many nodes.
    pub(crate) count: u16,
    /// Whether it is one that makes this node part of itself.
    pub(crate) fused: bool,
    /// Of a bit: whether it is what a shift by the same instruction leaves in the host's carry.
    pub(crate) carry: bool,
    /// The last of them; where that is part of another, the other.
    pub(crate) last: u32,
    /// The first that writes it to a guest register; 0 if there is none.
    pub(crate) written_at: u32,
}

impl Facts {
    fn clear(&mut self, steps: usize, nodes: usize) {
        let Facts { live_before, needed, kinds, of } = self;
        for flags in [live_before, needed] {
            flags.clear();
            flags.resize(steps, ALL);
        }
        kinds.clear();
        kinds.resize(steps, Kinds::default());
        of.clear();
        of.resize(nodes, Uses::default());
    }
}

/// What kinds of nodes an instruction has, so that nobody need look for those that it has not.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kinds {
    of: Traits,
    loads: u8,
}

impl Kinds {
    /// Takes note of a node.
    #[inline]
    fn note(&mut self, of: Traits) {
        self.of = self.of | of | Traits::ANY;
        self.loads = self.loads.saturating_add(of.has(Traits::LOAD) as u8);
    }

    /// Whether there are such nodes.
    #[inline]
    pub(crate) fn has(self, of: Traits) -> bool {
        self.of.has(of)
    }

    /// Whether there are several loads of words.
    pub(crate) fn loads_several(self) -> bool {
        self.loads > 1
    }
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
pub(crate) fn run(trace: &mut Trace, facts: &mut Facts) {
    facts.clear(trace.steps.len(), trace.nodes.len());
    let mut live = ALL;
    for (s, step) in trace.steps.iter().enumerate().rev() {
        let always = step.insn.cond == Cond::Al;
        if step.interpreted {
            live = ALL;
        }
        facts.needed[s] = live;
        let mut seen = step.interpreted;
        let mut kinds = Kinds::default();
        let start = step.start as usize;
        let nodes = &mut trace.nodes[start..step.end as usize];
        let of = &mut facts.of[start..step.end as usize];
        let mut here = nodes.len();
        while here > 0 {
            here -= 1;
            let (node, i, uses) = (&nodes[here], step.start + here as u32, of[here]);
            match *node {
                Node::Dead => continue,
                // Half of all nodes are these, and have no traits.
                Node::Word(_) | Node::Bool(_) | Node::Reg(_) => {
                    if uses.count == 0 {
                        nodes[here] = Node::Dead;
                    } else {
                        kinds.note(Traits::NONE);
                    }
                    continue;
                }
                _ => {}
            }
            let traits = node.traits();
            match *node {
                Node::SetFlag(flag, _) => {
                    let flag = &mut live[index(flag)];
                    if !*flag {
                        nodes[here] = Node::Dead;
                        continue;
                    }
                    *flag = !always;
                }
                Node::SetReg(_, v) => of[v.index() - start].written_at = i,
                Node::Goto(..) if step.followed && always => {}
                // Whoever handles a fault, or goes on elsewhere, may look at every flag.
                _ if traits.has(Traits::FAULTS | Traits::BRANCHES) => (live, seen) = (ALL, true),
                _ if uses.count == 0 && !traits.has(Traits::EFFECT) => {
                    nodes[here] = Node::Dead;
                    continue;
                }
                Node::Flag(flag) => live[index(flag)] = true,
                _ => {}
            }
            let node = &nodes[here];
            kinds.note(traits);
            let mut user = i;
            if traits.has(Traits::MAY_FUSE)
                && uses.count == 1
                && is_part_of(node, Val(i), &nodes[uses.last as usize - start], |v| nodes[v.index() - start])
            {
                of[here].fused = true;
                user = uses.last;
                if let Some(shift) = shifted_out(nodes, start, here, user as usize - start) {
                    of[here].carry = true;
                    user = step.start + shift as u32;
                }
            }
            node.each_operand(|used| {
                let uses = &mut of[used.index() - start];
                uses.count += 1;
                uses.last = uses.last.max(user);
            });
        }
        facts.kinds[s] = kinds;
        for (live, look) in live.iter_mut().zip(looked_at(step.insn.cond)) {
            *live |= look;
        }
        facts.live_before[s] = live;
        if seen {
            facts.needed[s] = ALL;
        }
    }
}

/// Whether a node, whose value is `v`, is best made part of the only one that uses it: an offset of an address, a
/// complement that makes a difference of a sum, a shift that an index has, a bit that is tested.
fn is_part_of(node: &Node, v: Val, user: &Node, node_of: impl Fn(Val) -> Node) -> bool {
    match (*node, *user) {
        (
            Node::Bin(Bin::Add, _, by),
            Node::Load(_, _, addr)
            | Node::Store(_, addr, _)
            | Node::VecLoad(_, addr)
            | Node::VecStore(_, addr, _),
        ) => addr == v && is_small(node_of(by)),
        (Node::Not(_), Node::AddCarry(_, b, _))
        | (Node::Shift(By::Shl, _, 1..=3), Node::Bin(Bin::Add, _, b)) => b == v,
        (Node::Bit(..), Node::SetFlag(_, flag)) => flag == v,
        _ => false,
    }
}

/// The shift that leaves bit `bit` of the instruction's nodes in the host's carry until node `set` writes the flag.
fn shifted_out(nodes: &[Node], start: usize, bit: usize, set: usize) -> Option<usize> {
    let Node::Bit(of, n) = nodes[bit] else { return None };
    let is_it =
        |node: &Node| matches!(*node, Node::Shift(by, a, m) if a == of && by != By::Ror && by.carry(m) == n);
    let shift = nodes[..bit].iter().rposition(is_it)?;
    let leaves_flags = |(at, node): (usize, &Node)| match *node {
        Node::Dead | Node::Word(_) | Node::Reg(_) | Node::SetReg(..) | Node::SetFlag(..) => true,
        Node::Negative(v) | Node::Zero(v) => v.index() - start == shift,
        _ => at == bit,
    };
    let mut between = nodes.iter().enumerate().take(set).skip(shift + 1);
    between.all(leaves_flags).then_some(shift)
}

/// What the guard zones around guest memory allow for.
fn is_small(by: Node) -> bool {
    matches!(by, Node::Word(value) if (value as i32).unsigned_abs() < 4096)
}
