//! What an instruction will do, before it does it: which registers, flags and memory it reads and writes, with values,
//! how its address is made, where it branches to and why its condition passes.
//!
//! Nothing here knows what any instruction means: [`skink_semantics`] says it to a Builder that records.

mod condition;
mod formula;
mod recorder;
mod render;
mod vector;

pub use condition::Condition;
pub use formula::Register;

use crate::memory::ReadMemory;
use formula::{Formulas, Kind, SUM};
use recorder::{End, Recorder};
use skink_isa::operand::{Address, Index, PrintContext};
use skink_isa::{Cond, Context, Insn, Op, decode_a32, decode_t16, decode_t32, is_t32};
use skink_machine::{Access, Cpu, Fault};
use skink_semantics::{BranchKind, Exception, Site, execute};

/// A register that is read, and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Which.
    pub register: Register,
    /// Its value; PC as the instruction reads it.
    pub value: u128,
}

/// A register that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Which.
    pub register: Register,
    /// Its value before.
    pub old: u128,
    /// Its value afterwards.
    pub new: u128,
    /// How that is made, with the names of registers: `r2 + (r3 << 2)`. None if it is too long to help.
    pub formula: Option<String>,
    /// The same with their values, if that says more than the result.
    pub values: Option<String>,
}

/// Memory that is read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryAccess {
    /// The address of the first byte.
    pub addr: u32,
    /// How many bytes: 1, 2, 4 or 8.
    pub bytes: u32,
    /// Whether it is written.
    pub write: bool,
    /// What is there before, little-endian.
    pub old: u64,
    /// What is there afterwards: for a read the same.
    pub new: u64,
    /// The register that it comes from or goes to, if it is one alone.
    pub register: Option<Register>,
}

/// How the address of an access is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressing {
    /// The base register and its value.
    pub base: (Register, u32),
    /// What is added to it for the access, modulo 2^32; 0 if the offset applies afterwards.
    pub offset: u32,
    /// Where the access is.
    pub address: u32,
    /// What is written back to the base.
    pub write_back: Option<u32>,
    /// The formula of the address: `r2 + (r3 << 2)`.
    pub formula: String,
}

/// Where the instruction goes instead of on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The address.
    pub target: u32,
    /// Whether Thumb code is there.
    pub thumb: bool,
    /// Whether it is a call or a return.
    pub kind: BranchKind,
    /// What the target is computed from, if it is no constant.
    pub formula: Option<String>,
}

/// All that an instruction will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Its address.
    pub addr: u32,
    /// In bytes.
    pub size: u8,
    /// Whether it is Thumb.
    pub thumb: bool,
    /// The instruction; none if the word is UNDEFINED or cannot be fetched.
    pub insn: Option<Insn>,
    /// Its text in UAL.
    pub text: String,
    /// What its condition says; none if it has none.
    pub condition: Option<Condition>,
    /// The registers that what it does depends on.
    pub reads: Vec<Read>,
    /// The registers that it writes, PC aside.
    pub writes: Vec<Written>,
    /// The memory that it reads and writes, in order.
    pub memory: Vec<MemoryAccess>,
    /// How the address of its first access is made, if from a register.
    pub addressing: Option<Addressing>,
    /// Where it branches to.
    pub branch: Option<Branch>,
    /// The exception that it raises; nothing else happens then.
    pub exception: Option<Exception>,
    /// The access that fails; nothing else happens then.
    pub fault: Option<Fault>,
}

impl Explanation {
    /// Whether it is done at all.
    pub fn is_done(&self) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.passed)
    }

    /// The address of the instruction after it.
    pub fn next(&self) -> u32 {
        match &self.branch {
            Some(branch) => branch.target,
            None => self.addr.wrapping_add(self.size.into()),
        }
    }
}

/// Where the machine differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Whether accesses of several words that are not aligned are repaired, as Linux does.
    pub repair_alignment: bool,
    /// Whether every access must be aligned to its size, as on the teaching board.
    pub strict_alignment: bool,
}

impl Default for Rules {
    /// Linux's.
    fn default() -> Rules {
        Rules { repair_alignment: true, strict_alignment: false }
    }
}

/// Explains the instruction at an address for a processor that stands before it.
///
/// ```
/// use skink_debuginfo::{ReadMemory, explain};
/// use skink_machine::{Cpu, Fault};
///
/// struct Code;
/// impl ReadMemory for Code {
///     fn read(&self, _: u32, buf: &mut [u8]) -> Result<(), Fault> {
///         // add r1, r2, r3, lsl #2
///         buf.copy_from_slice(&0xe082_1103u32.to_le_bytes()[..buf.len()]);
///         Ok(())
///     }
/// }
/// let mut cpu = Cpu::default();
/// (cpu.r[2], cpu.r[3]) = (0x10, 8);
/// let explanation = explain(&cpu, &Code, 0x8000);
/// assert_eq!(explanation.to_string(), "r1 = r2 + (r3 << 2) = 0x10 + (8 << 2) = 0x30; flags unchanged");
/// ```
pub fn explain(cpu: &Cpu, memory: &dyn ReadMemory, addr: u32) -> Explanation {
    explain_by(cpu, memory, addr, Rules::default())
}

/// [`explain`] for a machine with other rules than Linux's.
pub fn explain_by(cpu: &Cpu, memory: &dyn ReadMemory, addr: u32, rules: Rules) -> Explanation {
    let mut explanation = Explanation::nothing(addr, cpu.thumb);
    let (insn, size, own_cond) = match fetch(cpu, memory, addr) {
        Ok(fetched) => fetched,
        Err(fault) => {
            explanation.text = "nothing that can be fetched".into();
            explanation.fault = Some(fault);
            return explanation;
        }
    };
    explanation.size = size;
    let in_it = cpu.thumb && cpu.it != 0;
    let it_cond = if in_it { Cond::from_bits(u32::from(cpu.it) >> 4) } else { Cond::Al };
    let Some(insn) = insn else {
        explanation.text = "UNDEFINED".into();
        // What is UNDEFINED is so only if its condition passes.
        let cond = if own_cond == Cond::Al { it_cond } else { own_cond };
        explanation.condition = Condition::of(cpu, cond, in_it && own_cond == Cond::Al);
        explanation.exception = explanation.is_done().then_some(Exception::Undefined);
        return explanation;
    };
    explanation.text = text(&insn, addr);
    explanation.insn = Some(insn);
    // B has a condition of its own, and BKPT is done whatever the block says (ARM ARM A8.8.24).
    let cond = match insn.op {
        _ if insn.cond != Cond::Al => insn.cond,
        Op::Bkpt(_) => Cond::Al,
        _ => it_cond,
    };
    explanation.condition = Condition::of(cpu, cond, in_it && cond == it_cond);
    if explanation.is_done() {
        explanation.record(cpu, memory, &insn, rules);
    }
    explanation
}

fn text(insn: &Insn, addr: u32) -> String {
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = skink_isa::print::print(&mut text, insn, &PrintContext::new(addr, insn.thumb));
    text.replace('\t', " ")
}

/// The instruction at an address, none where it is UNDEFINED; its size, and the condition that the word has itself.
fn fetch(cpu: &Cpu, memory: &dyn ReadMemory, addr: u32) -> Result<(Option<Insn>, u8, Cond), Fault> {
    let fetched = |fault: Fault| Fault { access: Access::Fetch, ..fault };
    let defined = |insn: &Insn| !skink_isa::unpredictable::undefined_here(insn);
    if !cpu.thumb {
        let word = memory.word(addr).map_err(fetched)?;
        return Ok((decode_a32(word).filter(defined), 4, Cond::from_bits(word >> 28)));
    }
    let cx = Context { in_it: cpu.it != 0 };
    let first = memory.half(addr).map_err(fetched)?;
    if !is_t32(first) {
        let insn = decode_t16(first, cx);
        return Ok((insn.filter(defined), 2, insn.map_or(Cond::Al, |insn| insn.cond)));
    }
    let second = memory.half(addr.wrapping_add(2)).map_err(fetched)?;
    let insn = decode_t32(u32::from(first) << 16 | u32::from(second), cx);
    Ok((insn.filter(defined), 4, insn.map_or(Cond::Al, |insn| insn.cond)))
}

impl Explanation {
    fn nothing(addr: u32, thumb: bool) -> Explanation {
        Explanation {
            addr,
            size: if thumb { 2 } else { 4 },
            thumb,
            insn: None,
            text: String::new(),
            condition: None,
            reads: Vec::new(),
            writes: Vec::new(),
            memory: Vec::new(),
            addressing: None,
            branch: None,
            exception: None,
            fault: None,
        }
    }

    fn record(&mut self, cpu: &Cpu, memory: &dyn ReadMemory, insn: &Insn, rules: Rules) {
        let site = Site { addr: self.addr, size: self.size, thumb: self.thumb };
        let Some(mut recorder) = Recorder::new(cpu, memory, site) else { return };
        recorder.repair = rules.repair_alignment;
        recorder.strict = rules.strict_alignment;
        // How it ended early is in `end`.
        let _ = execute(&mut recorder, &insn.op);
        match recorder.end {
            Some(End::Fault(fault)) => self.fault = Some(fault),
            Some(End::Exception(exception)) => self.exception = Some(exception),
            None => {}
        }
        self.collect_reads(&recorder);
        if recorder.end.is_none() {
            self.collect_effects(cpu, &recorder);
        }
        self.addressing = addressing(cpu, insn, &recorder);
    }

    /// What the results, addresses and conditions depend on.
    fn collect_reads(&mut self, recorder: &Recorder<'_>) {
        let formulas = &recorder.formulas;
        let mut leaves = Vec::new();
        for touch in &recorder.touches {
            formulas.leaves(touch.addr.id, &mut leaves);
            formulas.leaves(touch.id, &mut leaves);
        }
        recorder.writes.iter().for_each(|write| formulas.leaves(write.id, &mut leaves));
        if let Some((.., Some(id))) = recorder.branch {
            formulas.leaves(id, &mut leaves);
        }
        self.reads = leaves.into_iter().map(|(register, value)| Read { register, value }).collect();
        self.reads.sort_by_key(|read| read.register.rank());
    }

    fn collect_effects(&mut self, cpu: &Cpu, recorder: &Recorder<'_>) {
        let formulas = &recorder.formulas;
        for write in &recorder.writes {
            let (formula, values) = formulas.text(write.id).unzip();
            let old = current(cpu, write.register);
            let (register, new) = (write.register, write.value);
            self.writes.push(Written { register, old, new, formula, values: values.flatten() });
        }
        // Floating-point and saturating operations add to FPSCR beside their results.
        let fpscr = recorder.inner.core.cpu.fpscr;
        if fpscr != cpu.fpscr && !recorder.writes.iter().any(|write| write.register == Register::Fpscr) {
            let (register, old, new) = (Register::Fpscr, cpu.fpscr.into(), fpscr.into());
            self.writes.push(Written { register, old, new, formula: None, values: None });
        }
        self.writes.sort_by_key(|write| write.register.rank());
        self.memory = recorder.touches.iter().map(|touch| access(recorder, touch)).collect();
        self.branch = recorder.branch.map(|(target, thumb, kind, id)| {
            let formula = id.and_then(|id| formulas.text(id)).map(|(formula, _)| formula);
            Branch { target, thumb, kind, formula }
        });
    }
}

/// An access, with the register at its other end.
fn access(recorder: &Recorder<'_>, touch: &recorder::Touch) -> MemoryAccess {
    let mut bytes = [0; 8];
    let old = match recorder.memory.read(touch.addr.value, &mut bytes[..touch.bytes as usize & 15]) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(_) => 0,
    };
    let register = match touch.write {
        true => match recorder.formulas.kind(touch.id) {
            Kind::Leaf(register) => Some(*register),
            _ => None,
        },
        false => {
            let branch = recorder.branch.is_some_and(|(.., id)| id == Some(touch.id));
            let written = recorder.writes.iter().find(|write| from(&recorder.formulas, write.id, touch.id));
            written.map(|write| write.register).or(branch.then_some(Register::Core(15)))
        }
    };
    let (addr, bytes, write, new) = (touch.addr.value, touch.bytes, touch.write, touch.value);
    MemoryAccess { addr, bytes, write, old: if write { old } else { new }, new, register }
}

/// Whether a formula is what was loaded, extended or taken from a pair at most.
fn from(formulas: &Formulas, id: formula::Id, load: formula::Id) -> bool {
    id == load
        || match formulas.kind(id) {
            Kind::Call("signed" | "low" | "high", args) => args.first() == Some(&load),
            _ => false,
        }
}

fn addressing(cpu: &Cpu, insn: &Insn, recorder: &Recorder<'_>) -> Option<Addressing> {
    let touch = recorder.touches.first()?;
    let (base, index) = base_of(insn)?;
    let pc = recorder.inner.site.pc();
    let value = if base == 15 { pc & !3 } else { cpu.r[base as usize & 15] };
    let register = Register::Core(base);
    // What is loaded into the base is no write-back.
    let written = recorder.writes.iter().find(|write| write.register == register);
    let back = written.filter(|write| matches!(recorder.formulas.kind(write.id), Kind::Infix(_, SUM, ..)));
    let write_back = back.filter(|_| index != Index::Offset).map(|write| write.value as u32);
    let formula = recorder.formulas.text(touch.addr.id).map(|(formula, _)| formula);
    Some(Addressing {
        base: (register, value),
        offset: touch.addr.value.wrapping_sub(value),
        address: touch.addr.value,
        write_back,
        formula: formula.unwrap_or_else(|| format!("{:#x}", touch.addr.value)),
    })
}

/// The base register of a load or store, and whether it changes.
fn base_of(insn: &Insn) -> Option<(u8, Index)> {
    let multi = |rn: skink_isa::Reg, wback| Some((rn.0 & 15, if wback { Index::Pre } else { Index::Offset }));
    let single = |addr: Address| Some((addr.rn.0 & 15, addr.index));
    match insn.op {
        Op::Ldr(x) | Op::Ldrb(x) | Op::Ldrh(x) | Op::Ldrsb(x) | Op::Ldrsh(x) => single(x.addr),
        Op::Str(x) | Op::Strb(x) | Op::Strh(x) => single(x.addr),
        Op::Ldrd(x) | Op::Strd(x) => single(x.addr),
        Op::Vldr(x) | Op::Vstr(x) => single(x.addr),
        Op::Ldm(x) | Op::Stm(x) => multi(x.rn, x.wback),
        Op::Vldm(x) | Op::Vstm(x) => multi(x.rn, x.wback),
        Op::Push(_) | Op::Pop(_) => multi(skink_isa::Reg::SP, true),
        Op::LdrLit(_)
        | Op::LdrbLit(_)
        | Op::LdrhLit(_)
        | Op::LdrsbLit(_)
        | Op::LdrshLit(_)
        | Op::LdrdLit(_) => Some((15, Index::Offset)),
        Op::VectorLoad(x) | Op::VectorStore(x) => Some((x.access.addr.rn.0 & 15, Index::Post)),
        _ => None,
    }
}

/// The value of a register before the instruction.
fn current(cpu: &Cpu, register: Register) -> u128 {
    match register {
        Register::Core(n) => cpu.r[n as usize & 15].into(),
        Register::Flag('N') => cpu.n.into(),
        Register::Flag('Z') => cpu.z.into(),
        Register::Flag('C') => cpu.c.into(),
        Register::Flag(_) => cpu.v.into(),
        Register::Q => cpu.q.into(),
        Register::Ge => cpu.ge_bits().into(),
        Register::S(n) => cpu.s(n as usize & 31).into(),
        Register::D(n) => cpu.d.0[n as usize & 31].into(),
        Register::Quad(n) => {
            let n = 2 * (n as usize & 15);
            u128::from(cpu.d.0[n]) | u128::from(cpu.d.0[n + 1]) << 64
        }
        Register::Fpscr => cpu.fpscr.into(),
        Register::Tpidrurw => cpu.tpidrurw.into(),
        Register::Tpidruro => cpu.tpidruro.into(),
        Register::Cntfrq => 0,
    }
}
