//! What is claimed of instructions is what the interpreter then does: random words of every row, random registers.

use skink_debuginfo::{Explanation, Register, Rules, explain_by};
use skink_interp::{Care, Interp, Left, decode_at};
use skink_isa::{ROWS, Row, Set, t32_of_a32};
use skink_machine::{Backing, Cpu, Mapping, Memory, Prot};
use std::sync::Arc;

const CODE: u32 = 0x1_0000;
const DATA: u32 = 0x2_0000;
const PAGE: usize = 4096;
const DRAWS: usize = 60;

/// xorshift64*.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn word(&mut self) -> u32 {
        (self.next() >> 32) as u32
    }

    fn below(&mut self, n: u32) -> u32 {
        self.word() % n
    }

    fn value(&mut self) -> u32 {
        match self.below(6) {
            0 => self.below(64),
            1..=3 => DATA + 0x400 + self.below(256) * 8,
            4 => DATA + self.below(4096),
            _ => self.word(),
        }
    }
}

fn memory() -> Arc<Memory> {
    skink_machine::fixup::install();
    let memory = Memory::new().expect("address space");
    for addr in [CODE, DATA] {
        let name = "".into();
        let (backing, shared, host_flags) = (Backing::Anonymous, false, 0);
        let mapping = Mapping { addr, len: PAGE as u64, prot: Prot(7), shared, backing, host_flags, name };
        memory.map(&mapping).expect("a page");
    }
    Arc::new(memory)
}

/// A random word of a row with the bytes that it is in memory.
fn draw(rng: &mut Rng, row: &Row, thumb: bool) -> Vec<u8> {
    let p = &row.pattern;
    let mut word = p.value | p.should | rng.word() & p.fields;
    if p.cond < 32 && !matches!(row.set, Set::T16 | Set::T32) {
        let cond = if thumb || rng.below(3) > 0 { 14 } else { rng.below(15) };
        word = word & !(15 << p.cond) | cond << p.cond;
    }
    if row.set == Set::A32T32 && thumb {
        word = t32_of_a32(word);
    }
    match (row.set, thumb) {
        (Set::T16, _) => word.to_le_bytes()[..2].to_vec(),
        (_, true) => word.rotate_left(16).to_le_bytes().to_vec(),
        _ => word.to_le_bytes().to_vec(),
    }
}

fn state(rng: &mut Rng, thumb: bool) -> Cpu {
    let mut cpu = Cpu { r: std::array::from_fn(|_| rng.value()), ..Cpu::default() };
    cpu.r[15] = CODE;
    cpu.set_cpsr(rng.word() & 0xf80f_0000 | 0x10);
    cpu.thumb = thumb;
    cpu.it = if thumb && rng.below(5) == 0 { (rng.below(14) << 4 | 8) as u8 } else { 0 };
    cpu.fpscr = if rng.below(2) == 0 { 0 } else { rng.word() & 0xffc0_009f };
    cpu.d.0 = std::array::from_fn(|_| match rng.below(3) {
        0 => f64::from(rng.below(1000)).to_bits(),
        1 => u64::from((rng.below(1000) as f32).to_bits()) * 0x1_0000_0001,
        _ => rng.next(),
    });
    if rng.below(2) == 0 {
        let bytes = 1 << rng.below(4);
        let addr = cpu.r[rng.below(13) as usize];
        cpu.exclusive = skink_machine::ExclusiveMonitor { addr, size: bytes, value: rng.next() };
    }
    cpu
}

/// The state after what an explanation claims.
fn claimed(before: &Cpu, page: &[u8], explanation: &Explanation) -> (Cpu, Vec<u8>) {
    let (mut cpu, mut page) = (before.clone(), page.to_vec());
    for write in &explanation.writes {
        let new = write.new;
        match write.register {
            Register::Core(n) => cpu.r[n as usize] = new as u32,
            Register::Flag('N') => cpu.n = new != 0,
            Register::Flag('Z') => cpu.z = new != 0,
            Register::Flag('C') => cpu.c = new != 0,
            Register::Flag(_) => cpu.v = new != 0,
            Register::Q => cpu.q = new != 0,
            Register::Ge => cpu.set_cpsr(cpu.cpsr() & !(15 << 16) | (new as u32) << 16),
            Register::S(n) => cpu.set_s(n as usize, new as u32),
            Register::D(n) => cpu.d.0[n as usize] = new as u64,
            Register::Quad(n) => {
                cpu.d.0[2 * n as usize] = new as u64;
                cpu.d.0[2 * n as usize + 1] = (new >> 64) as u64;
            }
            Register::Fpscr => cpu.fpscr = new as u32,
            Register::Tpidrurw => cpu.tpidrurw = new as u32,
            Register::Tpidruro | Register::Cntfrq => panic!("{:?} is written", write.register),
        }
    }
    for access in explanation.memory.iter().filter(|access| access.write) {
        for i in 0..access.bytes {
            let at = access.addr.wrapping_add(i).wrapping_sub(DATA) as usize;
            if let Some(byte) = page.get_mut(at) {
                *byte = access.new.to_le_bytes()[i as usize];
            }
        }
    }
    if let Some(branch) = &explanation.branch {
        cpu.thumb = branch.thumb;
    }
    (cpu, page)
}

fn check(rng: &mut Rng, memory: &Arc<Memory>, row: &Row, thumb: bool) -> Result<(), String> {
    let bytes = draw(rng, row, thumb);
    let before = state(rng, thumb);
    let page: Vec<u8> = (0..PAGE / 8).flat_map(|_| rng.next().to_le_bytes()).collect();
    memory.write(CODE, &[0; 8]).expect("code");
    memory.write(CODE, &bytes).expect("code");
    memory.write(DATA, &page).expect("data");
    // The exclusive mark holds half of the time.
    let mut before = before;
    if rng.below(2) == 0 && before.exclusive.size != 0 {
        let mut value = [0; 8];
        if memory.read(before.exclusive.addr, &mut value[..before.exclusive.size as usize]).is_ok() {
            before.exclusive.value = u64::from_le_bytes(value);
        }
    }
    let rules = Rules { repair_alignment: rng.below(2) == 0, strict_alignment: rng.below(4) == 0 };
    let explanation = explain_by(&before, memory, CODE, rules);
    let said = explanation.to_string();
    let mut interp = Interp::new(memory.clone());
    interp.core.cpu = before.clone();
    let care = Care::default().with(Care::STRICT_ALIGNMENT, rules.strict_alignment);
    interp.set_care(care, rules.repair_alignment);
    let decoded = decode_at(memory, CODE, thumb, before.it).expect("the code page");
    interp.perform(&decoded);
    let describe =
        |what: &str| Err(format!("{what}: {} {bytes:02x?} `{}`\n  {said}", row.name, explanation.text));
    let control = match interp.left {
        Left::Trap => unreachable!("no traps are set"),
        Left::No => {
            explanation.branch.is_none() && explanation.fault.is_none() && explanation.exception.is_none()
        }
        Left::Branch(to) => explanation.branch.as_ref().is_some_and(|branch| branch.target == to),
        Left::Fault(fault) => explanation.fault == Some(fault),
        Left::Exception(exception) => explanation.exception == Some(exception),
    };
    if !control {
        return describe(&format!("control {:?}", interp.left));
    }
    let (mut expected, expected_page) = claimed(&before, &page, &explanation);
    let mut after = interp.core.cpu.clone();
    // PC is control's, and the mark is no register.
    (after.r[15], expected.r[15]) = (0, 0);
    (after.exclusive, expected.exclusive) = (Default::default(), Default::default());
    let mut after_page = vec![0; PAGE];
    memory.read(DATA, &mut after_page).expect("data");
    // The timer counts on.
    let timer = row.name.starts_with("MRRC");
    if after != expected && !timer {
        return describe(&format!("registers\n  {after:x?}\n  {expected:x?}"));
    }
    let stopped = explanation.fault.is_some();
    if after_page != expected_page && !stopped {
        return describe("memory");
    }
    Ok(())
}

#[test]
fn claims_are_what_happens() {
    let memory = memory();
    let mut rng = Rng(0x5eed_1234);
    let (mut wrong, mut drawn) = (Vec::new(), 0);
    for row in &ROWS {
        let sets: &[bool] = match row.set {
            Set::A32 => &[false],
            Set::T16 | Set::T32 => &[true],
            Set::A32T32 => &[false, true],
        };
        for &thumb in sets {
            for _ in 0..DRAWS {
                drawn += 1;
                wrong.extend(check(&mut rng, &memory, row, thumb).err());
            }
        }
    }
    assert!(drawn > 40_000, "only {drawn}");
    assert!(wrong.is_empty(), "{} of {drawn}\n{}", wrong.len(), wrong[..wrong.len().min(12)].join("\n"));
}

/// The words that learners read.
#[test]
fn in_words() {
    let memory = memory();
    let mut cpu = Cpu::default();
    for (i, r) in cpu.r.iter_mut().enumerate() {
        *r = i as u32;
    }
    (cpu.r[4], cpu.r[13], cpu.r[14]) = (DATA + 16, DATA + 64, CODE + 0x40);
    cpu.c = true;
    for i in 0..64 {
        memory.store32(DATA + 4 * i, 0x100 + i).expect("data");
    }
    for (word, text) in [
        (0xe081_1002_u32, "r1 = r1 + r2 = 1 + 2 = 3; flags unchanged"),
        (0xe051_1002, "r1 = r1 - r2 = 1 - 2 = 0xffffffff; N = 1, Z = 0, C = 0, V = 0"),
        (0xe3a0_0005, "r0 = 5; flags unchanged"),
        (0xe0a1_0102, "r0 = r1 + (r2 << 2) + C = 1 + (2 << 2) + 1 = 0xa; flags unchanged"),
        (0xe594_0008, "address r4 + 8 = 0x20018; r0 = [0x20018] = 0x106; flags unchanged"),
        (
            0xe5b4_0004,
            "address r4 + 4 = 0x20014, r4 goes from 0x20010 to 0x20014; r0 = [0x20014] = 0x105; flags unchanged",
        ),
        (
            0xe494_0004,
            "address r4 = 0x20010, r4 goes from 0x20010 to 0x20014; r0 = [0x20010] = 0x104; flags unchanged",
        ),
        (0xe794_0102, "address r4 + (r2 << 2) = 0x20018; r0 = [0x20018] = 0x106; flags unchanged"),
        (0xe5c4_3001, "address r4 + 1 = 0x20011; byte[0x20011] = r3 = 3; flags unchanged"),
        (
            0xe92d_4030,
            "address sp - 0xc = 0x20034, sp goes from 0x20040 to 0x20034; [0x20034] = r4 = 0x20010; \
             [0x20038] = r5 = 5; [0x2003c] = lr = 0x10040; flags unchanged",
        ),
        (0x0a00_0002, "Z is 0, and EQ wants Z to be 1: nothing is done"),
        (0xeb00_0006, "lr = 0x10004; calls 0x10020; flags unchanged"),
        (0xe12f_ff1e, "returns to 0x10040; flags unchanged"),
        (0xef00_0003, "calls the supervisor, number 3"),
        (0xe155_0006, "N = 1, Z = 0, C = 0, V = 0"),
        (0xe590_0000, "it fails: read from 0x00000000: nothing is mapped there"),
    ] {
        memory.store32(CODE, word).expect("code");
        let explanation = explain_by(&cpu, &memory, CODE, Rules::default());
        let said = explanation.to_string();
        assert_eq!(said, text, "{}", explanation.text);
    }
}
