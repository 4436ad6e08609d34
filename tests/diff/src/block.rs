//! Random blocks: runs of instructions with forward branches, IT blocks and short loops in them.
//!
//! Drawn blindly, most blocks would end in a fault after few instructions. So each instruction runs on a guide, an
//! interpreter of its own, before it is taken: one that faults or leaves the block is mostly drawn again. The guide
//! decides what is tried, never what is right.

use crate::case::{CODE, CODE_BYTES, Case, DATA, SLOT};
use crate::generate::{self, Rng, Target, draw, never_in_it};
use skink_engine::{Stop, Vcpu};
use skink_isa::{Context, Insn, Op, ROWS, Set};
use skink_machine::{Backing, Mapping, Memory, Prot};
use std::io;
use std::sync::Arc;

/// Runs what has been drawn so far.
pub(crate) struct Guide {
    vcpu: Vcpu,
}

/// What became of a few instructions on the guide.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ran {
    /// The next is behind them.
    On,
    /// Execution goes on elsewhere.
    Left,
    /// They fault or are UNDEFINED.
    Stopped,
    /// They call the kernel.
    Called,
}

/// By size.
const EXCLUSIVES: [[&str; 2]; 4] =
    [["LDREX_", "STREX_"], ["LDREXB_", "STREXB_"], ["LDREXH_", "STREXH_"], ["LDREXD_", "STREXD_"]];

/// A call of a subroutine that stands behind it: BL, a branch over the subroutine, the subroutine.
#[derive(Clone, Copy)]
struct Call {
    /// Where the branch stands.
    back: usize,
    /// Where the return stands.
    end: usize,
    /// Behind that.
    behind: usize,
}

/// A block being drawn.
struct Draft {
    thumb: bool,
    code: Vec<u8>,
    starts: Vec<u16>,
    /// Where branches lead: instructions must begin there.
    targets: Vec<usize>,
    /// A register that must keep its value, since a loop counts in it.
    counter: Option<usize>,
    /// How the names of rows for exclusive accesses begin whose size is the block's: a store of another size than the
    /// load before it is UNPREDICTABLE (A3.4.5).
    exclusives: [&'static str; 2],
    /// The subroutine that is being drawn.
    call: Option<Call>,
    /// The guide does not get here: what is drawn is taken as it is.
    blind: bool,
}

impl Draft {
    fn push(&mut self, bytes: &[u8]) {
        self.starts.push(self.code.len() as u16);
        self.code.extend(bytes);
    }

    fn put(&mut self, word: u32, bytes: usize) {
        match (self.thumb, bytes) {
            (true, 4) => self
                .push(&[(word >> 16).to_le_bytes()[..2].to_vec(), word.to_le_bytes()[..2].to_vec()].concat()),
            (_, bytes) => self.push(&word.to_le_bytes()[..bytes]),
        }
    }

    /// Whether an instruction is an exclusive access of another size than the block's, or adds a product to PC, which may
    /// lead into the middle of another one (UNPREDICTABLE: A8.8.177).
    fn unfit(&self, insn: &Insn) -> bool {
        let adds = matches!(
            insn.op,
            Op::Umaal(_) | Op::Umlal(_) | Op::Smlal(_) | Op::Smlalxy(_) | Op::Smlald(_) | Op::Smlsld(_)
        );
        if adds && insn.text(0).contains("pc") {
            return true;
        }
        let name = insn.row().name;
        let exclusive = name.starts_with("LDREX") || name.starts_with("STREX");
        exclusive && !self.exclusives.iter().any(|fit| name.starts_with(fit))
    }

    /// Bytes of an instruction that does nothing, and its word.
    fn nop(&self) -> (u32, usize) {
        if self.thumb { (0xbf00, 2) } else { (0xe320_f000, 4) }
    }

    fn cut(&mut self, len: usize, count: usize) {
        self.code.truncate(len);
        self.starts.truncate(count);
    }
}

impl Guide {
    pub(crate) fn new() -> io::Result<Guide> {
        let memory = Memory::new()?;
        for (addr, len, prot) in
            [(CODE, crate::case::BATCH as u64 * SLOT as u64, Prot::RW | Prot::EXEC), (DATA, 4096, Prot::RW)]
        {
            memory.map(&Mapping {
                addr,
                len,
                prot,
                shared: false,
                backing: Backing::Anonymous,
                host_flags: 0,
                name: "".into(),
            })?;
        }
        let mut vcpu = Vcpu::new(Arc::new(memory));
        vcpu.repair_alignment = false;
        Ok(Guide { vcpu })
    }

    /// Runs the draft's code from `from` on, if it is there, as one predecoded block.
    fn run(&mut self, slot: u32, draft: &Draft, from: usize, fill: u32) -> Ran {
        let fill = fill.to_le_bytes();
        let mut bytes = draft.code[from..].to_vec();
        let end = slot + draft.code.len() as u32;
        bytes.extend((0..16).map(|i| fill[(end as usize + i) % 4]));
        let memory = self.vcpu.memory().clone();
        if memory.write(slot + from as u32, &bytes).is_err() {
            return Ran::Stopped;
        }
        memory.invalidate_code();
        match self.vcpu.run_limited(1) {
            None if self.vcpu.cpu.r[15] == end => Ran::On,
            None => Ran::Left,
            Some(Stop::Undefined) if self.vcpu.cpu.r[15] == end => Ran::On,
            Some(Stop::Svc(_) | Stop::Interrupted) => Ran::Called,
            Some(_) => Ran::Stopped,
        }
    }

    /// A case of at most `max` instructions in slot `slot`.
    pub(crate) fn case(
        &mut self,
        rng: &mut Rng,
        targets: [&[Target]; 2],
        max: u32,
        slot: usize,
    ) -> Option<Case> {
        let thumb = rng.one_in(2);
        let mut case = generate::frame(rng, thumb, slot);
        let mut draft = Draft {
            thumb,
            code: Vec::new(),
            starts: Vec::new(),
            targets: Vec::new(),
            counter: None,
            call: None,
            exclusives: EXCLUSIVES[rng.below(4) as usize],
            blind: false,
        };
        let slot = CODE + slot as u32 * SLOT;
        self.start(&case);
        let count = 1 + rng.below(max) as usize;
        let mut loop_at = None;
        if count > 3 && rng.one_in(4) {
            let counter = rng.below(8);
            let rounds = 2 + rng.below(40);
            let word =
                if thumb { 0x2000 | counter << 8 | rounds } else { 0xe3a0_0000 | counter << 12 | rounds };
            draft.put(word, if thumb { 2 } else { 4 });
            self.run(slot, &draft, 0, case.fill);
            draft.counter = Some(counter as usize);
            loop_at = Some(draft.code.len());
        }
        let mut tries = 0;
        while draft.starts.len() < count && tries < 16 * count && draft.code.len() < CODE_BYTES - 48 {
            tries += 1;
            self.extend(rng, targets[thumb as usize], &mut draft, slot, case.fill);
        }
        if let Some(call) = draft.call.take() {
            while draft.code.len() < call.end {
                let (word, bytes) = draft.nop();
                draft.put(word, bytes);
            }
            self.close_call(rng, &mut draft, slot, call);
        }
        self.land(&mut draft);
        if let (Some(top), Some(counter)) = (loop_at, draft.counter) {
            close_loop(rng, &mut draft, top, counter as u32);
        }
        if draft.starts.is_empty() || draft.code.len() > CODE_BYTES - 8 {
            return None;
        }
        case.code[..draft.code.len()].copy_from_slice(&draft.code);
        draft.starts.push(draft.code.len() as u16);
        case.starts = draft.starts;
        Some(case)
    }

    fn start(&mut self, case: &Case) {
        let mut page = Vec::with_capacity(4096);
        crate::skink::fill_data(case.data_seed, &mut page);
        // The page is mapped for as long as the guide lives.
        let _ = self.vcpu.memory().write(DATA, &page);
        crate::skink::set_state(&mut self.vcpu.cpu, &case.state);
    }

    /// Has an instruction begin where branches lead: by those that do nothing.
    fn land(&mut self, draft: &mut Draft) {
        while draft.targets.iter().any(|&target| target > draft.code.len()) {
            let (word, bytes) = draft.nop();
            draft.put(word, bytes);
        }
    }

    /// Begins a call of what is drawn next, in A32 on a condition now and then.
    fn open_call(&mut self, rng: &mut Rng, draft: &mut Draft, slot: u32, fill: u32) {
        let at = draft.code.len();
        let follows = self.vcpu.cpu.r[15] == slot + at as u32 && !draft.blind;
        let len = 4 + 4 * rng.below(5) as usize;
        let cond = if rng.one_in(4) { rng.below(14) } else { 14 };
        let (back, body) = (at + 4, at + if draft.thumb { 6 } else { 8 });
        let end = body + len;
        let behind = end + if draft.thumb { 2 } else { 4 };
        match draft.thumb {
            // BL and B, from the PC, which is two instructions on (A8.8.25, A8.8.18).
            true => {
                draft.put(0xf000_f801, 4);
                draft.put(0xe000 | ((behind - back - 4) / 2) as u32, 2);
            }
            false => {
                draft.put(cond << 28 | 0x0b00_0000, 4);
                draft.put(0xea00_0000 | ((behind - back - 8) / 4) as u32, 4);
            }
        }
        draft.targets.extend([back, body, end, behind]);
        draft.call = Some(Call { back, end, behind });
        if follows {
            self.run(slot, draft, at, fill);
        }
    }

    /// The return from the subroutine, as compilers write it.
    fn close_call(&mut self, rng: &mut Rng, draft: &mut Draft, slot: u32, call: Call) {
        let at = slot + draft.code.len() as u32;
        let moves = rng.one_in(3);
        match (draft.thumb, moves) {
            (true, true) => draft.put(0x46f7, 2),
            (true, false) => draft.put(0x4770, 2),
            (false, true) => draft.put(0xe1a0_f00e, 4),
            (false, false) => draft.put(0xe12f_ff1e, 4),
        }
        let pc = &mut self.vcpu.cpu.r[15];
        if *pc == at || *pc == slot + call.back as u32 {
            *pc = slot + call.behind as u32;
        }
    }

    /// Draws another instruction, or an IT block, or a branch; takes it back if it leads nowhere.
    fn extend(&mut self, rng: &mut Rng, targets: &[Target], draft: &mut Draft, slot: u32, fill: u32) {
        let (from, count, before) = (draft.code.len(), draft.starts.len(), self.vcpu.cpu.clone());
        if let Some(call) = draft.call.filter(|call| call.end <= from) {
            draft.call = None;
            return self.close_call(rng, draft, slot, call);
        }
        let here = slot + from as u32;
        // Branched over.
        let skipped = before.r[15] != here;
        let branches = draft.targets.len();
        match rng.below(24) {
            0 | 1 => branch(rng, draft),
            2 | 3 => pointer(rng, draft),
            5 if draft.call.is_none() && from < CODE_BYTES / 2 => {
                return self.open_call(rng, draft, slot, fill);
            }
            4 if draft.thumb => {
                if !it_block(rng, targets, draft) {
                    return draft.cut(from, count);
                }
            }
            _ => {
                let target = targets[rng.below(targets.len() as u32) as usize];
                let cx = Context { in_it: false };
                let Some((insn, word)) = draw(rng, target, cx) else { return };
                if insn.is_some_and(|insn| matches!(insn.op, Op::It(_)) || draft.unfit(&insn)) {
                    return;
                }
                draft.put(word, width(target));
            }
        }
        // Nothing may stand across the place that a branch leads to.
        if draft.targets[..branches]
            .iter()
            .any(|&t| from < t && t < draft.code.len() && !draft.starts.contains(&(t as u16)))
        {
            draft.targets.truncate(branches);
            draft.cut(from, count);
            let (word, bytes) = draft.nop();
            draft.put(word, bytes);
        }
        if draft.blind || skipped {
            return;
        }
        let ran = self.run(slot, draft, from, fill);
        let cpu = &self.vcpu.cpu;
        let keeps = |r: usize| cpu.r[r] == before.r[r];
        let counts = draft.counter.is_none_or(keeps) && (draft.call.is_none() || keeps(14));
        let inside = draft.targets.iter().any(|&target| cpu.r[15] == slot + target as u32);
        let take = counts
            && match ran {
                Ran::On => true,
                Ran::Left if inside => true,
                Ran::Left | Ran::Stopped => rng.one_in(24),
                Ran::Called => false,
            };
        match (take, ran) {
            (false, _) => {
                draft.targets.truncate(branches);
                draft.cut(from, count);
                self.vcpu.cpu = before;
            }
            (true, Ran::Left) if inside => {}
            (true, Ran::On) => self.vcpu.cpu.r[15] = slot + draft.code.len() as u32,
            (true, _) => draft.blind = true,
        }
    }
}

/// Bytes of what is drawn for a target.
fn width(target: Target) -> usize {
    if ROWS[target.row].set == Set::T16 { 2 } else { 4 }
}

/// A branch over the next 4 to 40 bytes.
fn branch(rng: &mut Rng, draft: &mut Draft) {
    let over = 4 + 4 * rng.below(10);
    let at = draft.code.len();
    draft.targets.push(at + if draft.thumb { 2 } else { 4 } + over as usize);
    if !draft.thumb {
        let link = rng.one_in(6) as u32;
        // From the PC, which is two instructions on.
        let words = (over / 4).wrapping_sub(1) & 0xff_ffff;
        let cond = if rng.one_in(5) { 14 } else { rng.below(14) };
        draft.put(cond << 28 | 0x0a00_0000 | link << 24 | words, 4);
        return;
    }
    let half = over / 2 - 1;
    match rng.below(4) {
        0 => draft.put(0xe000 | half, 2),
        1 => {
            let nonzero = rng.below(2);
            draft.put(0xb100 | nonzero << 11 | (half >> 5 & 1) << 9 | (half & 31) << 3 | rng.below(8), 2);
        }
        _ => draft.put(0xd000 | rng.below(14) << 8 | half, 2),
    }
}

/// The end of a loop: counts down, and goes back to `top` on a condition that holds while the counter is not small. In
/// A32 a few instructions on the same condition may stand before the branch, as compilers write them.
fn close_loop(rng: &mut Rng, draft: &mut Draft, top: usize, counter: u32) {
    // NE, CS, PL, HI, GE and GT.
    let cond = [1, 2, 5, 8, 10, 12][rng.below(6) as usize];
    let back = |at: usize, pc: usize| ((top as i64 - (at + pc) as i64) >> if pc == 4 { 1 } else { 2 }) as u32;
    if draft.thumb {
        draft.put(0x3801 | counter << 8, 2);
        draft.put(0xd000 | cond << 8 | back(draft.code.len(), 4) & 0xff, 2);
        return;
    }
    draft.put(0xe250_0001 | counter << 16 | counter << 12, 4);
    for _ in 0..rng.below(4) {
        let (rn, rd, imm) = (rng.below(13), 8 + rng.below(5), rng.below(256));
        let word = match rng.below(5) {
            // ADD (immediate), MOV (register), LDR and STR (immediate), STMIA with write-back of the last two.
            0 => 0x0280_0000 | rn << 16 | rd << 12 | imm,
            1 => 0x01a0_0000 | rd << 12 | rn,
            2 => 0x0590_0000 | rn << 16 | rd << 12 | imm,
            3 => 0x0580_0000 | rn << 16 | rd << 12 | imm,
            _ => 0x08a0_0000 | 12 << 16 | 1 << rd | 1 << (rn & 7),
        };
        draft.put(cond << 28 | word, 4);
    }
    draft.put(cond << 28 | 0x0a00_0000 | back(draft.code.len(), 8) & 0xff_ffff, 4);
}

/// Has a register point into the data page: loads leave few that do.
fn pointer(rng: &mut Rng, draft: &mut Draft) {
    let address = DATA + 0x400 + (rng.below(0x100) << 3);
    let mut r = rng.below(13);
    if draft.counter == Some(r as usize) {
        r = 12;
    }
    for (i, half) in [address & 0xffff, address >> 16].into_iter().enumerate() {
        let i = i as u32;
        if draft.thumb {
            let word = 0xf240_0000 | i << 23 | (half >> 12) << 16 | (half >> 11 & 1) << 26;
            draft.put(word | (half >> 8 & 7) << 12 | r << 8 | half & 0xff, 4);
        } else {
            draft.put(0xe300_0000 | i << 22 | (half >> 12) << 16 | r << 12 | half & 0xfff, 4);
        }
    }
}

/// IT and the instructions that it is for.
fn it_block(rng: &mut Rng, targets: &[Target], draft: &mut Draft) -> bool {
    let (cond, count) = (rng.below(14), 1 + rng.below(4));
    // Bits of the mask from the top: the lowest bit of each further condition, then a one (ARM ARM A8.8.54).
    let others = rng.below(1 << (count - 1));
    let mask = (others << 1 | 1) << (4 - count);
    draft.put(0xbf00 | cond << 4 | mask, 2);
    for _ in 0..count {
        let drawn = (0..16).find_map(|_| {
            let target = targets[rng.below(targets.len() as u32) as usize];
            let (insn, word) = draw(rng, target, Context { in_it: true })?;
            let fits =
                insn.is_some_and(|insn| !never_in_it(insn) && !may_branch(&insn) && !draft.unfit(&insn));
            fits.then_some((target, word))
        });
        let Some((target, word)) = drawn else { return false };
        draft.put(word, width(target));
    }
    true
}

/// Whether an instruction may write PC, which only the last of an IT block may: all that name it, to be short.
fn may_branch(insn: &Insn) -> bool {
    matches!(insn.op, Op::B(_) | Op::Bl(_) | Op::BlxImm(_) | Op::Bx(_) | Op::BlxReg(_) | Op::Bxj(_))
        || matches!(insn.op, Op::TableBranch(_) | Op::Udf(_) | Op::Svc(_))
        || insn.text(0).contains("pc")
}
