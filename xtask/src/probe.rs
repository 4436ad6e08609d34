//! What skink does with an encoding, found by running random words of it.

use crate::util::Outcome;
use skink_engine::{Stop, Vcpu};
use skink_isa::unpredictable::undefined_here;
use skink_isa::{Context, Insn, Op, ROWS, Set, decode_a32, decode_t16, decode_t32, t32_of_a32};
use skink_machine::{Backing, Mapping, Memory, Prot};
use std::sync::Arc;

const CODE: u32 = 0x10_0000;
const CODE_BYTES: u32 = 0x1000;
const DATA: u32 = 0x20_0000;
const DATA_BYTES: usize = 0x4000;
const DRAWS: usize = 100;

/// How far a row is supported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Support {
    Yes,
    NoEffect,
    Partly,
    Undefined,
}

/// What one instruction did.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Undefined,
    Nothing,
    Something,
}

/// Vector loads and stores, which are UNDEFINED only where the manual has them UNPREDICTABLE: a list beyond
/// the last register, PC as the base (A8.8.320, A8.8.332).
fn list_of_registers(op: &Op) -> bool {
    matches!(op, Op::VectorLoad(_) | Op::VectorStore(_) | Op::Vldm(_) | Op::Vstm(_))
}

/// An engine with a page of code and some of data.
pub(crate) struct Probe {
    vcpu: Vcpu,
    seed: u64,
}

fn text(err: impl std::fmt::Display) -> String {
    format!("running instructions: {err}")
}

impl Probe {
    pub(crate) fn new() -> Outcome<Probe> {
        skink_machine::fixup::install();
        let memory = Memory::new().map_err(text)?;
        for (addr, len) in [(CODE, CODE_BYTES as u64), (DATA, DATA_BYTES as u64)] {
            let mapping = Mapping {
                addr,
                len,
                prot: Prot::RW,
                shared: false,
                backing: Backing::Anonymous,
                host_flags: 0,
                name: "".into(),
            };
            memory.map(&mapping).map_err(text)?;
        }
        Ok(Probe { vcpu: Vcpu::new(Arc::new(memory)), seed: 1 })
    }

    fn random(&mut self) -> u32 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 32) as u32
    }

    /// The support of a row: always the same for the same row.
    pub(crate) fn row(&mut self, index: usize) -> Outcome<Support> {
        let row = &ROWS[index];
        self.seed = 1;
        let thumb = matches!(row.set, Set::T16 | Set::T32);
        let mut draws = Vec::new();
        for _ in 0..20 * DRAWS {
            let (insn, word) = match self.draw(index, thumb) {
                Some(found) => found,
                None => continue,
            };
            draws.push((insn, word));
            if row.set == Set::A32T32 {
                let word = t32_of_a32(word);
                draws.extend(decode_t32(word, Context::default()).map(|insn| (insn, word)));
            }
            if draws.len() >= DRAWS {
                break;
            }
        }
        if draws.is_empty() {
            return Err(format!("{}: expected some random word to be of this row, found none", row.name));
        }
        let (mut nothing, mut something, mut refused) = (0, 0, 0);
        for (insn, word) in draws {
            match self.run(&insn, word)? {
                Effect::Nothing => nothing += 1,
                Effect::Something => something += 1,
                // UNPREDICTABLE operands do not count.
                Effect::Undefined if undefined_here(&insn) || list_of_registers(&insn.op) => {}
                Effect::Undefined => refused += 1,
            }
        }
        Ok(match (nothing, something, refused) {
            (0, 0, _) => Support::Undefined,
            (_, _, 1..) => Support::Partly,
            (_, 0, 0) => Support::NoEffect,
            _ => Support::Yes,
        })
    }

    /// Whether an A32 word is executed.
    pub(crate) fn a32_executes(&mut self, word: u32) -> Outcome<bool> {
        match decode_a32(word) {
            Some(insn) => Ok(self.run(&insn, word)? != Effect::Undefined),
            None => Ok(false),
        }
    }

    fn draw(&mut self, index: usize, thumb: bool) -> Option<(Insn, u32)> {
        let row = &ROWS[index];
        let p = &row.pattern;
        let mut word = p.value | p.should | self.random() & p.fields;
        if p.cond < 32 && !thumb {
            word = word & !(15 << p.cond) | 14 << p.cond;
        }
        let cx = Context::default();
        let insn = match row.set {
            Set::T16 => decode_t16(word as u16, cx),
            Set::T32 => decode_t32(word, cx),
            _ => decode_a32(word),
        };
        insn.filter(|insn| insn.row as usize == index).map(|insn| (insn, word))
    }

    /// Runs one instruction, with registers that point to data.
    fn run(&mut self, insn: &Insn, word: u32) -> Outcome<Effect> {
        let memory = self.vcpu.memory().clone();
        let mut code = match (insn.thumb, insn.size) {
            (true, 2) => (word as u16).to_le_bytes().to_vec(),
            (true, _) => word.rotate_left(16).to_le_bytes().to_vec(),
            _ => word.to_le_bytes().to_vec(),
        };
        // UDF after it: 0xde.. in Thumb, 0xe7f000f0 in A32.
        let fill: u32 = if insn.thumb { 0xdede_dede } else { 0xe7f0_00f0 };
        (0..4).for_each(|_| code.extend(fill.to_le_bytes()));
        memory.protect(CODE, CODE_BYTES.into(), Prot::RW).map_err(text)?;
        memory.write(CODE, &code).map_err(|err| text(format!("{err:?}")))?;
        memory.protect(CODE, CODE_BYTES.into(), Prot::RX).map_err(text)?;
        let data: Vec<u8> = (0..DATA_BYTES / 4).flat_map(|_| self.random().to_le_bytes()).collect();
        memory.write(DATA, &data).map_err(|err| text(format!("{err:?}")))?;
        let registers: [u32; 15] =
            std::array::from_fn(|_| DATA + DATA_BYTES as u32 / 2 + self.random() % 64 * 16);
        let vectors: [u64; 32] = std::array::from_fn(|_| (self.random() as u64) << 32 | self.random() as u64);
        let flags = self.random() & 0xf80f_0000 | 0x10 | (insn.thumb as u32) << 5;
        let cpu = &mut self.vcpu.cpu;
        cpu.r[..15].copy_from_slice(&registers);
        cpu.r[15] = CODE;
        cpu.set_cpsr(flags);
        cpu.fpscr = 0;
        cpu.d.0 = vectors;
        cpu.tpidrurw = 0;
        cpu.exclusive = Default::default();
        // A conditional Thumb branch may not be taken: that is something.
        let conditional = insn.thumb && insn.row().pattern.cond < 32 && insn.row().set != Set::A32T32;
        let Some(stop) = self.vcpu.run_limited(64) else { return Ok(Effect::Something) };
        let cpu = &self.vcpu.cpu;
        let after = CODE + insn.size as u32;
        Ok(match stop {
            Stop::Undefined if cpu.r[15] == CODE && !matches!(insn.op, Op::Udf(_)) => Effect::Undefined,
            Stop::Undefined if cpu.r[15] == after && !conditional => {
                let mut now = vec![0; DATA_BYTES];
                memory.read(DATA, &mut now).map_err(|err| text(format!("{err:?}")))?;
                let same = cpu.r[..15] == registers && cpu.cpsr() == flags && cpu.fpscr == 0;
                if same && cpu.d.0 == vectors && cpu.tpidrurw == 0 && now == data {
                    Effect::Nothing
                } else {
                    Effect::Something
                }
            }
            _ => Effect::Something,
        })
    }
}
