//! The intermediate representation: what a run of guest instructions does, node by node.
//!
//! Guest registers and flags are storage that nodes read and write; what a node computes is a value,
//! named by the node's number and used by later nodes of the same guest instruction only. So every
//! guest instruction is a tree of its own, the state between two of them is exact, and the passes are
//! linear.

mod node;

pub use node::{Bin, By, Node, Traits, Type, Val, Vec1, Vec2, Vec3, WideBin};

use skink_interp::{Decoded, Site};
use skink_machine::Memory;
use std::ops::Range;

/// One guest instruction.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The instruction.
    pub insn: Decoded,
    /// As it was fetched, see [`skink_interp::decode_word`].
    pub word: u32,
    /// Its first node.
    pub start: u32,
    /// Behind its last node.
    pub end: u32,
    /// Whether it is handed to the interpreter instead: the Builder had no nodes for it.
    pub interpreted: bool,
    /// Whether the next step is at the target of this one, a branch.
    pub followed: bool,
    /// Whether it calls: the next step is where the call returns to.
    pub calls: bool,
    /// Whether this is the branch from the end of the trace's second pass to its head.
    pub loops: bool,
}

/// Guest code: where it lies, and a hash of its bytes.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// First addresses and those behind the last, in the order of decoding.
    pub(crate) spans: Vec<(u32, u32)>,
    hash: u64,
}

impl Source {
    /// That of no code.
    pub(crate) fn clear(&mut self) {
        self.spans.clear();
        self.hash = 0;
    }

    /// Adds an instruction, as it was fetched.
    pub(crate) fn add(&mut self, site: Site, word: u32) {
        let (low, high) = (word as u16, (word >> 16) as u16);
        match (site.thumb, site.size) {
            (true, 2) => self.mix(low),
            (true, _) => [high, low].into_iter().for_each(|half| self.mix(half)),
            (false, _) => [low, high].into_iter().for_each(|half| self.mix(half)),
        }
        match self.spans.last_mut() {
            Some((_, end)) if *end == site.addr => *end = site.next(),
            _ => self.spans.push((site.addr, site.next())),
        }
    }

    fn mix(&mut self, half: u16) {
        self.hash = (self.hash ^ half as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }

    /// Whether the same bytes are still there, and may be executed.
    pub(crate) fn is_there(&self, memory: &Memory) -> bool {
        let (mut now, mut code) = (Source::default(), memory.code());
        for &(start, end) in &self.spans {
            let mut at = start;
            while at != end {
                let Ok(half) = code.fetch16(at) else { return false };
                now.mix(half);
                at = at.wrapping_add(2);
            }
        }
        now.hash == self.hash
    }

    /// Whether some of it lies in the range.
    pub(crate) fn touches(&self, range: &Range<u64>) -> bool {
        self.spans.iter().any(|&(start, end)| (start as u64) < range.end && end as u64 > range.start)
    }
}

/// A run of guest instructions, entered at its start only.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// The instructions.
    pub steps: Vec<Step>,
    /// The nodes of all.
    pub nodes: Vec<Node>,
    /// The constants of 128 bits that they name.
    pub constants: Vec<u128>,
    /// The guest code that it comes from.
    pub source: Source,
    /// The step that begins a second pass of a loop.
    pub head: Option<usize>,
    /// The address behind the last instruction.
    pub end: u32,
    /// ITSTATE there.
    pub end_it: u8,
}

impl Trace {
    /// What is wrong with the trace: a use of another instruction's value, or of a wrong type.
    ///
    /// # Errors
    ///
    /// A sentence that names the node.
    pub fn verify(&self) -> Result<(), String> {
        let mut start = 0;
        for step in &self.steps {
            if step.start != start || step.end < start || step.end as usize > self.nodes.len() {
                return Err(format!(
                    "{:#x}: nodes {}..{} follow {start}",
                    step.insn.site.addr, step.start, step.end
                ));
            }
            start = step.end;
            for i in step.start..step.end {
                let node = &self.nodes[i as usize];
                for (val, ty) in node.uses() {
                    if !(step.start..i).contains(&val.0) {
                        return Err(format!("v{i} = {node:?} uses v{}, which is not before it here", val.0));
                    }
                    let found = self.nodes[val.index()].ty();
                    if found != ty {
                        return Err(format!(
                            "v{i} = {node:?} wants v{} to be {ty:?}, found {found:?}",
                            val.0
                        ));
                    }
                }
                if let Node::Carry(of) | Node::Overflow(of) = node
                    && !matches!(self.nodes[of.index()], Node::AddCarry(..))
                {
                    return Err(format!("v{i} = {node:?} is not of an AddCarry"));
                }
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for step in &self.steps {
            let how = if step.interpreted { "interpreted" } else { "" };
            writeln!(f, "{:08x} {} {:?} {how}", step.insn.site.addr, step.insn.op.name(), step.insn.cond)?;
            for i in step.start..step.end {
                match &self.nodes[i as usize] {
                    Node::Dead => {}
                    node => writeln!(f, "    v{i} = {node:?}")?,
                }
            }
        }
        writeln!(f, "{:08x} end", self.end)
    }
}
