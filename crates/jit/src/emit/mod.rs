//! From a trace to x86-64 code, in one pass over its nodes.
//!
//! Pinned guest registers live in host registers throughout; the values of one instruction live in RAX and
//! RCX, or wait in [`Core`](skink_machine::Core). Guest flags stay in the host's flags until those are
//! needed for something else. Node functions are in `node`, `word` and `vector`; the rest of the room serves them.

mod arrival;
mod call;
mod ccmp;
mod cmov;
mod compact;
mod exclusive;
mod exit;
mod flags;
pub(crate) mod host;
mod lazy;
mod looping;
mod node;
mod value;
mod vector;
mod word;

pub use arrival::Arrival;
pub(crate) use exit::LOOKUP_ENTRIES;
pub(crate) use exit::{Elsewhere, Exit, Fault};
pub(crate) use lazy::Lazy;
pub(crate) use vector::SLOTS;

use crate::ir::{Node, Trace, Traits, Val};
use crate::pass::Facts;
use dynasmrt::x64::X64Relocation;
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, VecAssembler, dynasm};
use host::{BACK_AT, Cc, Host};
use skink_interp::Decoded;
use skink_isa::Cond;
use value::Loc;

/// Where the instructions for the interpreter would be, in code that is only looked at.
const SHOWN_INSNS: usize = 0x4000_0000;

/// The addresses of the code that all traces share.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stubs {
    /// Saves the pinned registers and returns to the engine.
    pub(crate) leave: usize,
    /// Goes to the guest address in EAX, its bit 0 the instruction set, by way of the engine, for each [`Arrival`].
    pub(crate) missed: [usize; 4],
    /// Has the instruction whose address is in RAX interpreted, and goes on where [`Links::back`] says.
    ///
    /// [`Links::back`]: skink_machine::Links
    pub(crate) interpret: usize,
    /// Goes to the guest address in EAX, to which a return leads that is not that of the last call.
    pub(crate) unmatched: usize,
}

/// Room that one translation leaves to the next.
#[derive(Debug, Default)]
pub(crate) struct Room {
    locs: Vec<Loc>,
    cold: Vec<exit::Cold>,
}

/// Translated code, not yet in its place.
#[derive(Debug)]
pub(crate) struct Code {
    /// For host address 0, see [`Code::place`].
    pub(crate) bytes: Vec<u8>,
    /// Where the 32-bit distances to code outside lie in it.
    far: Vec<u32>,
    /// Its direct branches to other traces.
    pub(crate) exits: Vec<Exit>,
    /// Where it may fault.
    pub(crate) faults: Vec<Fault>,
    /// All instructions, if it has some of them interpreted, by their addresses.
    pub(crate) insns: Option<Box<[Decoded]>>,
    /// Where the code of each instruction begins.
    pub(crate) steps: Vec<usize>,
}

pub(crate) struct Emitter<'a> {
    pub(crate) ops: VecAssembler<X64Relocation>,
    trace: &'a Trace,
    nodes: &'a [Node],
    facts: &'a Facts,
    stubs: Stubs,
    /// The instructions, as soon as one of them is for the interpreter.
    insns: Option<Box<[Decoded]>>,
    shown: bool,
    locs: Vec<Loc>,
    /// Which value each of RAX and RCX holds.
    owners: [Option<Val>; 2],
    spills: [Option<Val>; 8],
    /// Whether any of them is in use.
    spilled: bool,
    /// Which of RAX and RCX the present node reads from.
    locked: [bool; 2],
    /// The guest flags that the host's flags hold.
    mirror: [Option<Cc>; 4],
    /// Those of them that have not been stored.
    dirty: [bool; 4],
    /// For each flag, what has set it, as long as that can be done once more.
    origin: lazy::Origins,
    /// Registers that these depend on or have depended on, a bit each.
    mentioned: u16,
    /// Something could not be emitted.
    failed: bool,
    /// What the host's flags say of a value, while they do.
    said: flags::Said,
    /// Loads whose page a load before them has touched.
    safe_loads: bool,
    exits: Vec<Exit>,
    faults: Vec<Fault>,
    cold: Vec<exit::Cold>,
    /// What the host's vector registers hold.
    slots: vector::Slots,
    /// The node that is being emitted.
    now: u32,
    slow: Vec<vector::Slow>,
    saturations: Vec<vector::Saturation>,
    /// Constants that stand behind the code.
    pool: Vec<(u128, DynamicLabel)>,
    /// How the operands of the last VCMP were given to the host.
    compared: Option<host::Order>,
    /// The present instruction is executed by a conditional move: nothing may change the host's flags.
    keep_flags: bool,
    /// The guest's carry, which the present node finds in the host's.
    carry_taken: Option<Val>,
    /// Where the code of each instruction begins.
    begins: Vec<usize>,
    /// The steps before this one have been counted; `None` if nothing is to be counted.
    counted: Option<usize>,
    head: Option<looping::Head>,
    step: usize,
    /// Where distances to code outside lie.
    far: Vec<u32>,
}

/// What code is emitted for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct How {
    pub(crate) arrival: Arrival,
    /// Whether it counts the instructions that it does, see [`skink_machine::Links`].
    pub(crate) count: bool,
    /// It is only to be looked at: the instructions for the interpreter have an address that is made up.
    pub(crate) shown: bool,
}

impl Code {
    /// Makes it code for the host address `at`, a multiple of [`ALIGN`], if it is code for address 0 yet.
    pub(crate) fn place(&mut self, at: usize) {
        for &far in &self.far {
            let distance = &mut self.bytes[far as usize..far as usize + 4];
            let there = u32::from_le_bytes([distance[0], distance[1], distance[2], distance[3]]);
            distance.copy_from_slice(&there.wrapping_sub(at as u32).to_le_bytes());
        }
    }
}

/// What the host addresses of traces are multiples of.
pub(crate) const ALIGN: usize = 32;

/// Emits a trace for the host address 0.
pub(crate) fn emit(trace: &Trace, facts: &Facts, stubs: Stubs, how: How, room: &mut Room) -> Option<Code> {
    let Room { mut locs, mut cold } = std::mem::take(room);
    locs.clear();
    locs.resize(trace.nodes.len(), Loc::Nowhere);
    cold.clear();
    // Rarely more than 40 bytes and a label for an instruction.
    let (bytes, labels) = (256 + 40 * trace.steps.len(), 16 + trace.steps.len());
    let mut e = Emitter {
        ops: VecAssembler::new_with_capacity(0, bytes, 0, 0, labels, 0, labels),
        trace,
        nodes: &trace.nodes,
        facts,
        stubs,
        insns: None,
        shown: how.shown,
        locs,
        owners: [None; 2],
        spills: [None; 8],
        spilled: false,
        locked: [false; 2],
        mirror: how.arrival.mirror(),
        dirty: how.arrival.mirror().map(|when| when.is_some()),
        origin: [None; 4],
        mentioned: 0,
        failed: false,
        said: flags::Said::default(),
        safe_loads: false,
        exits: Vec::with_capacity(8),
        faults: Vec::with_capacity(trace.steps.len()),
        cold,
        slots: vector::Slots::default(),
        now: 0,
        slow: Vec::new(),
        saturations: Vec::new(),
        pool: Vec::new(),
        compared: None,
        keep_flags: false,
        carry_taken: None,
        begins: vec![0; trace.steps.len()],
        counted: how.count.then_some(0),
        head: None,
        step: 0,
        far: Vec::with_capacity(8),
    };
    let mut open = true;
    while e.step < trace.steps.len() {
        open = e.one_step();
        e.step += 1;
    }
    e.step = trace.steps.len() - 1;
    if open {
        let thumb = trace.steps.last()?.insn.site.thumb;
        e.exit(trace.end, thumb, trace.end_it);
    }
    e.slow_code();
    e.cold_code();
    e.emit_pool();
    *room = Room { locs: e.locs, cold: e.cold };
    if e.failed {
        return None;
    }
    let bytes = e.ops.finalize().ok()?;
    Some(Code { bytes, far: e.far, exits: e.exits, faults: e.faults, insns: e.insns, steps: e.begins })
}

impl Emitter<'_> {
    /// Emits one instruction; whether the next one may follow.
    fn one_step(&mut self) -> bool {
        let step = self.trace.steps[self.step];
        if self.trace.head == Some(self.step) {
            self.mark_head();
        }
        self.begins[self.step] = self.ops.offset().0;
        for (dirty, live) in self.dirty.iter_mut().zip(self.facts.live_before[self.step]) {
            *dirty &= live;
        }
        let nodes = &self.nodes[step.start as usize..step.end as usize];
        let kinds = self.facts.kinds[self.step];
        // What reads flags must not change the host's for it.
        let asked = kinds.has(Traits::READS_FLAGS);
        if asked && (0..4).any(|f| self.is_nowhere(f)) {
            self.store_flags();
        }
        for f in 0..4 {
            if !self.dirty[f] || asked {
                self.origin[f] = None;
            }
        }
        if step.interpreted {
            self.store_flags();
            self.drop_vectors();
            self.count_before(self.step);
            self.call_interpreter(self.step);
            self.forget_host_flags();
            return true;
        }
        let cond = step.insn.cond;
        if let ([Node::Goto(target, thumb)], true) = (nodes, step.loops) {
            self.loop_back(cond, *target, *thumb);
            return cond != Cond::Al;
        }
        if cond == Cond::Al {
            self.nodes(step.start, step.end);
            return step.followed || step.calls || !kinds.has(Traits::LEAVES);
        }
        if let [Node::Goto(target, thumb)] = *nodes {
            let when = self.condition(cond);
            if step.followed {
                self.exit_if(when ^ 1, step.insn.site.next(), thumb);
                return true;
            }
            self.exit_if(when, target, thumb);
            return true;
        }
        if !kinds.has(Traits::ANY) {
            return true;
        }
        if self.conditional_move(step, cond)
            || self.conditional_compare(step, cond)
            || self.conditional_run(cond)
        {
            return true;
        }
        // What is not stored must be on both ways.
        self.store_flags();
        let last = self.last_of_run(cond);
        let of_run = || self.facts.kinds[self.step..=last].iter().zip(&self.trace.steps[self.step..]);
        let vectors = of_run().any(|(kinds, step)| kinds.has(Traits::VECTORS) || step.calls);
        if vectors {
            self.drop_vectors();
        }
        // A call counts itself, and who skips it has the same count.
        if self.trace.steps[last].calls {
            self.count_before(last + 1);
        }
        let when = self.condition(cond);
        let skip = self.ops.new_dynamic_label();
        self.jump_if(when ^ 1, skip);
        self.steps_to(last);
        self.store_flags();
        if vectors {
            self.drop_vectors();
        }
        dynasm!(self.ops; .arch x64; =>skip);
        self.forget_host_flags();
        true
    }

    /// Emits the instructions from the present one to this, as if they had no condition.
    fn steps_to(&mut self, last: usize) {
        for s in self.step..=last {
            self.step = s;
            self.begins[s] = self.ops.offset().0;
            let step = self.trace.steps[s];
            self.nodes(step.start, step.end);
        }
    }

    /// The last of the instructions that are executed on the present one's condition and do not change it.
    fn last_of_run(&self, cond: Cond) -> usize {
        let sets_flags = |s: usize| self.facts.kinds[s].has(Traits::SETS_FLAGS | Traits::BRANCHES);
        let mut last = self.step;
        while let Some(next) = self.trace.steps.get(last + 1)
            && next.insn.cond == cond
            && !(next.interpreted || next.followed || next.loops)
            && !sets_flags(last)
        {
            last += 1;
        }
        last
    }

    fn nodes(&mut self, start: u32, end: u32) {
        let kinds = self.facts.kinds[self.step];
        if kinds.loads_several() {
            self.probe(start, end);
        }
        for i in start..end {
            self.one_node(i);
        }
        self.safe_loads = false;
        if kinds.has(Traits::SETS_FLAGS) {
            self.note_origins();
        }
        self.join();
    }

    /// Emits node `i`, if there is anything to emit.
    #[inline]
    fn one_node(&mut self, i: u32) {
        // Half of all nodes only say where a value is. Nothing is read for them, and nothing becomes free.
        self.locs[i as usize] = match self.nodes[i as usize] {
            Node::Dead => return,
            Node::Word(value) => Loc::Word(value),
            Node::Bool(value) => Loc::Bool(value),
            Node::Reg(r) => Loc::Guest(r),
            Node::Flag(flag) => Loc::GuestFlag(flag),
            node => {
                self.now = i;
                if !self.facts.of[i as usize].fused {
                    self.node(i, node);
                }
                self.locked = [false; 2];
                self.free(i);
                return;
            }
        };
    }

    fn call_interpreter(&mut self, step: usize) {
        let all = || self.trace.steps.iter().map(|step| step.insn).collect();
        let insns = match self.shown {
            true => std::ptr::without_provenance(SHOWN_INSNS),
            false => self.insns.get_or_insert_with(all).as_ptr(),
        };
        let insn = insns.wrapping_add(step) as i64;
        let stub = self.stubs.interpret;
        let back = self.ops.new_dynamic_label();
        dynasm!(self.ops; .arch x64; mov rax, QWORD insn; lea rcx, [=>back]; mov [rbp + BACK_AT], rcx);
        self.far(&[0xe9], stub);
        dynasm!(self.ops; .arch x64; =>back);
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
            15 => dynasm!(self.ops; .arch x64; jg =>to),
            _ => {
                // One flag and not the other, or the opposite (see `host::cc`).
                let both = when & 1 == 0;
                let unordered = self.ops.new_dynamic_label();
                match both {
                    true => dynasm!(self.ops; .arch x64; jp =>unordered),
                    false => dynasm!(self.ops; .arch x64; jp =>to),
                }
                self.jump_if(host::cc::first_of(when), to);
                dynasm!(self.ops; .arch x64; =>unordered);
            }
        }
    }

    /// A jump, call or conditional jump, by its opcode, to a stub.
    pub(crate) fn far(&mut self, opcode: &[u8], to: usize) {
        self.ops.extend(opcode);
        let at = self.ops.offset().0;
        self.far.push(at as u32);
        self.ops.push_i32(to.wrapping_sub(at + 4) as i32);
    }

    /// So many bytes that do nothing, in as few instructions as there are (Intel SDM vol. 2B, NOP).
    fn nops(&mut self, bytes: usize) {
        const LONGEST: &[u8] = &[0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0];
        const BY_LENGTH: [&[u8]; 10] = [
            &[],
            &[0x90],
            &[0x66, 0x90],
            &[0x0f, 0x1f, 0x00],
            &[0x0f, 0x1f, 0x40, 0],
            &[0x0f, 0x1f, 0x44, 0, 0],
            &[0x66, 0x0f, 0x1f, 0x44, 0, 0],
            &[0x0f, 0x1f, 0x80, 0, 0, 0, 0],
            &[0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0],
            LONGEST,
        ];
        for _ in 0..bytes / LONGEST.len() {
            self.ops.extend(LONGEST);
        }
        self.ops.extend(BY_LENGTH[bytes % LONGEST.len()]);
    }

    fn mov(&mut self, to: Host, from: Host) {
        if to != from {
            dynasm!(self.ops; .arch x64; mov Rd(to), Rd(from));
        }
    }
}
