//! Random cases, drawn from the instruction table.

use crate::case::{CODE, Case, DATA, SLOT, State};
use crate::exclude;
use skink_isa::{Cond, Context, Insn, Op, ROWS, Row, Set, decode_a32, decode_t16, decode_t32};

/// A small generator (xorshift64*): reproducible from its seed on every host.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn word(&mut self) -> u32 {
        (self.next() >> 32) as u32
    }

    pub(crate) fn below(&mut self, n: u32) -> u32 {
        ((self.word() as u64 * n as u64) >> 32) as u32
    }

    pub(crate) fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u32) as usize]
    }
}

/// An encoding under test: a row, in one of the instruction sets it serves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) row: usize,
    pub(crate) thumb: bool,
}

/// Everything the table can encode, less what is excluded as a whole.
pub(crate) fn targets(filter: &str) -> Vec<Target> {
    let mut targets = Vec::new();
    for (row, r) in ROWS.iter().enumerate() {
        if exclude::row(r).is_some() || !r.name.contains(filter) {
            continue;
        }
        let sets: &[bool] = match r.set {
            Set::A32 => &[false],
            Set::T16 | Set::T32 => &[true],
            Set::A32T32 => &[false, true],
        };
        targets.extend(sets.iter().map(|&thumb| Target { row, thumb }));
    }
    targets
}

/// A random word near a row: most are of the row, some have other should-be bits, some any one bit
/// wrong. `None` where this draw is of a row that is excluded.
pub(crate) fn draw(rng: &mut Rng, target: Target, cx: Context) -> Option<(Option<Insn>, u32)> {
    let row: &Row = &ROWS[target.row];
    let p = row.pattern;
    let mut word = p.value | p.should | rng.word() & p.fields;
    if p.cond < 32 && row.set != Set::T16 && row.set != Set::T32 {
        let cond = if rng.one_in(4) && !target.thumb { rng.below(15) } else { 14 };
        word = word & !(15 << p.cond) | cond << p.cond;
    }
    let exact = !rng.one_in(8);
    if !exact {
        match rng.below(2) {
            0 => word ^= rng.word() & p.should_mask,
            _ => word ^= 1 << rng.below(p.width),
        }
    }
    if row.set == Set::A32T32 && target.thumb {
        word = skink_isa::t32_of_a32(word);
    }
    let decoded = match (row.set, target.thumb) {
        (Set::T16, _) if skink_isa::is_t32(word as u16) => return None,
        (Set::T16, _) => decode_t16(word as u16, cx),
        (_, true) if !skink_isa::is_t32((word >> 16) as u16) => return None,
        (_, true) => decode_t32(word, cx),
        (_, false) => decode_a32(word),
    };
    if row.set != Set::T16 && exclude::word(word, target.thumb).is_some() {
        return None;
    }
    if row.set == Set::T16 && word & 0xfff0 == 0xbff0 {
        // IT on the condition 0b1111: UNPREDICTABLE, and no condition.
        return None;
    }
    if row.set == Set::T16 && word & 0xffc0 == 0xba80 {
        // HLT of ARMv8, a semihosting call under qemu-arm.
        return None;
    }
    match decoded {
        Some(insn) if exact && insn.row as usize != target.row => None,
        Some(insn) => {
            let out = exclude::row(insn.row()).is_some() || exclude::operands(&insn, cx).is_some();
            (!out).then_some((Some(insn), word))
        }
        None if exact => None,
        None => Some((None, word)),
    }
}

fn value(rng: &mut Rng) -> u32 {
    match rng.below(8) {
        0 => rng.pick(&[
            0,
            1,
            2,
            31,
            32,
            33,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_ffff,
            0xffff,
            0x8000,
            0x7f80_0000,
        ]),
        1 => rng.below(256),
        2 => DATA + rng.below(4096),
        3 | 4 => DATA + rng.below(1024) * 4,
        5 => DATA + 0x800 + (rng.below(64) << 3),
        _ => rng.word(),
    }
}

/// Single and double precision bit patterns with the special ones overrepresented.
fn vector(rng: &mut Rng) -> u64 {
    let single = |rng: &mut Rng| match rng.below(8) {
        0 => rng.pick(&[
            0,
            0x8000_0000,
            0x3f80_0000,
            0xbf80_0000,
            0x7f80_0000,
            0xff80_0000,
            0x7fc0_0000,
            0x7fa0_0001,
        ]),
        1 => rng.word() & 0x807f_ffff,
        2 => rng.word() & 0x807f_ffff | (0x3f00_0000 + (rng.below(64) << 23)),
        3 => rng.below(256) * 0x0101_0101,
        _ => rng.word(),
    };
    match rng.below(6) {
        0 => rng.pick(&[
            0,
            1 << 63,
            0x3ff0_0000_0000_0000,
            0x7ff0_0000_0000_0000,
            0x7ff8_0000_0000_0000,
            0xfff4_0000_0000_0001,
            0x0010_0000_0000_0000,
            0x000f_ffff_ffff_ffff,
        ]),
        1 => rng.next() & 0x800f_ffff_ffff_ffff | (0x3f00_0000_0000_0000 + ((rng.below(512) as u64) << 52)),
        _ => (single(rng) as u64) << 32 | single(rng) as u64,
    }
}

/// A case for a target, in slot `slot`; `None` where no draw succeeds, which is so for few rows.
pub(crate) fn case(rng: &mut Rng, target: Target, slot: usize) -> Option<Case> {
    let mut code = Vec::new();
    let in_it = target.thumb && rng.one_in(6);
    let cx = Context { in_it };
    let (insn, word) = (0..64).find_map(|_| draw(rng, target, cx))?;
    let in_it = in_it && !insn.is_some_and(never_in_it);
    if cx.in_it && !in_it {
        return None;
    }
    if in_it {
        let it = 0xbf08 | rng.below(14) << 4;
        code.extend((it as u16).to_le_bytes());
    }
    match (target.thumb, ROWS[target.row].set) {
        (true, Set::T32 | Set::A32T32) => {
            code.extend(((word >> 16) as u16).to_le_bytes());
            code.extend((word as u16).to_le_bytes());
        }
        (true, _) => code.extend((word as u16).to_le_bytes()),
        _ => code.extend(word.to_le_bytes()),
    }
    let mut case = frame(rng, target.thumb, slot);
    case.code[..code.len()].copy_from_slice(&code);
    // A word near a row may be of another: what is compared goes by what it is.
    case.row = insn.map_or(target.row, |insn| insn.row.into());
    Some(case)
}

/// A case with a random state and no code yet, but for what is UNDEFINED.
pub(crate) fn frame(rng: &mut Rng, thumb: bool, slot: usize) -> Case {
    // UDF in either set: 0xe7f0 is the upper half of A32's, 0xde.. is Thumb's.
    let fill: u32 = if thumb { 0xdedf_dede } else { 0xe7f0_def0 };
    let fill_bytes = fill.to_le_bytes();
    let code = std::array::from_fn(|i| fill_bytes[i % 4]);
    let mut r: [u32; 16] = std::array::from_fn(|_| value(rng));
    r[15] = CODE + slot as u32 * SLOT;
    let cpsr = rng.word() & 0xf80f_0000 | 0x10 | (thumb as u32) << 5;
    // Rounding mode, FZ, DN, AHP, and every cumulative flag at random; short vectors, which make
    // most of VFP UNDEFINED, now and then.
    let fpscr = match rng.below(16) {
        0..=4 => 0,
        5 => rng.word() & 0xfff7_009f,
        _ => rng.word() & 0xffc0_009f,
    };
    let state = State { r, cpsr, fpscr, d: std::array::from_fn(|_| vector(rng)) };
    Case { state, fill, data_seed: rng.word(), code, row: 0, starts: Vec::new() }
}

/// Branches and B<c> may not stand in an IT block that goes on; a block of one is always right, but a
/// conditional branch, IT itself and CB(N)Z may not stand there at all.
pub(crate) fn never_in_it(insn: Insn) -> bool {
    insn.cond != Cond::Al
        || matches!(insn.op, Op::It(_) | Op::Cbz(_) | Op::Bkpt(_) | Op::Cps(_) | Op::Setend(_))
}
