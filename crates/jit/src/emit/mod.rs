//! From a trace to x86-64 code, in one pass over its nodes.
//!
//! Pinned guest registers live in host registers throughout; the values of one instruction live in RAX and
//! RCX, or wait in [`Core`](skink_machine::Core). Guest flags stay in the host's flags until those are
//! needed for something else. Node functions are in `node`, `word`; the rest of the room serves them.

mod exit;
mod flags;
pub(crate) mod host;
mod node;
mod value;
mod word;

pub(crate) use exit::LOOKUP_ENTRIES;
pub(crate) use exit::{Exit, Fault};

use crate::ir::{Node, Trace, Val};
use crate::pass::Facts;
use dynasmrt::x64::X64Relocation;
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, VecAssembler, dynasm};
use host::{Cc, Host};
use skink_isa::Cond;
use value::Loc;

/// The addresses of the code that all traces share.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stubs {
    /// Saves the pinned registers and returns to the engine.
    pub(crate) leave: usize,
    /// Goes to the guest address in EAX, its bit 0 the instruction set, by way of the engine.
    pub(crate) missed: usize,
    /// Has the instruction whose address is in RAX interpreted.
    pub(crate) interpret: usize,
}

/// Translated code, not yet in its place.
#[derive(Debug)]
pub(crate) struct Code {
    /// For the address that it was emitted for.
    pub(crate) bytes: Vec<u8>,
    /// Its direct branches to other traces.
    pub(crate) exits: Vec<Exit>,
    /// Where it may fault.
    pub(crate) faults: Vec<Fault>,
    /// Where the code of each instruction begins.
    pub(crate) steps: Vec<usize>,
}

pub(crate) struct Emitter<'a> {
    pub(crate) ops: VecAssembler<X64Relocation>,
    trace: &'a Trace,
    facts: &'a Facts,
    stubs: Stubs,
    /// The instructions for the interpreter, at their final address.
    insns: *const skink_interp::Decoded,
    locs: Vec<Loc>,
    /// Which value each of RAX and RCX holds.
    owners: [Option<Val>; 2],
    spills: [Option<Val>; 8],
    /// Which of RAX and RCX the present node reads from.
    locked: [bool; 2],
    /// The facts' last uses, fused nodes considered.
    last_use: Vec<u32>,
    /// The guest flags that the host's flags hold.
    mirror: [Option<Cc>; 4],
    /// Those of them that have not been stored.
    dirty: [bool; 4],
    /// Something could not be emitted.
    failed: bool,
    /// What the host's flags say of a value, while they do.
    said: flags::Said,
    /// Nodes that are made part of the one that uses them.
    fused: Vec<bool>,
    /// Loads whose page a load before them has touched.
    safe_loads: bool,
    exits: Vec<Exit>,
    faults: Vec<Fault>,
    cold: Vec<exit::Cold>,
    step: usize,
    at: usize,
}

/// Emits a trace for the host address `at`. `insns` is where its instructions will be kept for the
/// interpreter.
pub(crate) fn emit(
    trace: &Trace,
    facts: &Facts,
    stubs: Stubs,
    insns: *const skink_interp::Decoded,
    at: usize,
) -> Option<Code> {
    let mut e = Emitter {
        ops: VecAssembler::new(at),
        trace,
        facts,
        stubs,
        insns,
        locs: vec![Loc::Nowhere; trace.nodes.len()],
        owners: [None; 2],
        spills: [None; 8],
        locked: [false; 2],
        last_use: facts.last_use.clone(),
        mirror: [None; 4],
        dirty: [false; 4],
        failed: false,
        said: flags::Said::default(),
        fused: vec![false; trace.nodes.len()],
        safe_loads: false,
        exits: Vec::new(),
        faults: Vec::new(),
        cold: Vec::new(),
        step: 0,
        at,
    };
    e.fuse();
    let mut open = true;
    let mut steps = Vec::with_capacity(trace.steps.len());
    for s in 0..trace.steps.len() {
        e.step = s;
        steps.push(e.ops.offset().0);
        open = e.one_step();
    }
    if open {
        let thumb = trace.steps.last()?.insn.site.thumb;
        e.exit(trace.end, thumb, trace.end_it);
    }
    e.cold_code();
    if e.failed {
        return None;
    }
    let bytes = e.ops.finalize().ok()?;
    Some(Code { bytes, exits: e.exits, faults: e.faults, steps })
}

impl Emitter<'_> {
    /// Emits one instruction; whether the next one may follow.
    fn one_step(&mut self) -> bool {
        let step = self.trace.steps[self.step];
        for (dirty, live) in self.dirty.iter_mut().zip(self.facts.live_before[self.step]) {
            *dirty &= live;
        }
        if step.interpreted {
            self.interpret();
            return true;
        }
        let nodes = &self.trace.nodes[step.start as usize..step.end as usize];
        let cond = step.insn.cond;
        if cond == Cond::Al {
            self.nodes(step.start, step.end);
            return step.followed || !nodes.iter().any(|n| n.is_branch() && !matches!(n, Node::GotoIf(..)));
        }
        if let [Node::Goto(target, thumb)] = *nodes {
            let when = self.condition(cond);
            self.exit_if(when, target, thumb);
            return true;
        }
        if nodes.iter().all(|n| *n == Node::Dead) {
            return true;
        }
        // What is not stored must be on both ways.
        self.store_flags();
        let when = self.condition(cond);
        let skip = self.ops.new_dynamic_label();
        self.jump_if(when ^ 1, skip);
        self.nodes(step.start, step.end);
        self.store_flags();
        dynasm!(self.ops; .arch x64; =>skip);
        self.forget_host_flags();
        true
    }

    fn nodes(&mut self, start: u32, end: u32) {
        self.probe(start, end);
        for i in start..end {
            if !self.fused[i as usize] {
                self.node(i);
            }
            self.locked = [false; 2];
            self.free(i);
        }
        self.safe_loads = false;
    }

    fn interpret(&mut self) {
        self.store_flags();
        // SAFETY is not asked for: the address is only computed here.
        let insn = self.insns.wrapping_add(self.step) as i64;
        let stub = self.stubs.interpret;
        dynasm!(self.ops; .arch x64; mov rax, QWORD insn);
        self.far(&[0xe8], stub);
        self.forget_host_flags();
    }

    pub(crate) fn jump_if(&mut self, when: Cc, to: DynamicLabel) {
        match when {
            0 => dynasm!(self.ops; .arch x64; jo =>to),
            1 => dynasm!(self.ops; .arch x64; jno =>to),
            2 => dynasm!(self.ops; .arch x64; jb =>to),
            3 => dynasm!(self.ops; .arch x64; jae =>to),
            4 => dynasm!(self.ops; .arch x64; je =>to),
            5 => dynasm!(self.ops; .arch x64; jne =>to),
            6 => dynasm!(self.ops; .arch x64; jbe =>to),
            7 => dynasm!(self.ops; .arch x64; ja =>to),
            8 => dynasm!(self.ops; .arch x64; js =>to),
            9 => dynasm!(self.ops; .arch x64; jns =>to),
            10 => dynasm!(self.ops; .arch x64; jp =>to),
            11 => dynasm!(self.ops; .arch x64; jnp =>to),
            12 => dynasm!(self.ops; .arch x64; jl =>to),
            13 => dynasm!(self.ops; .arch x64; jge =>to),
            14 => dynasm!(self.ops; .arch x64; jle =>to),
            _ => dynasm!(self.ops; .arch x64; jg =>to),
        }
    }

    /// A jump, call or conditional jump, by its opcode, to a stub.
    pub(crate) fn far(&mut self, opcode: &[u8], to: usize) {
        self.ops.extend(opcode);
        let next = self.at + self.ops.offset().0 + 4;
        self.ops.push_i32(to.wrapping_sub(next) as i32);
    }

    fn mov(&mut self, to: Host, from: Host) {
        if to != from {
            dynasm!(self.ops; .arch x64; mov Rd(to), Rd(from));
        }
    }
}
