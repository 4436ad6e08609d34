//! What code has done to the stack between a function's entry and an instruction of it, found by following the
//! instructions: for functions that no table describes.
//!
//! Registers are known as an entry value plus a constant or not at all; stack slots by the register whose entry value
//! they hold. All ways from the entry are followed, each instruction once: compilers and people keep the stack the
//! same on all ways to a place.

use crate::memory::ReadMemory;
use skink_isa::op::LoadStoreMulti;
use skink_isa::operand::{Index, MultiMode, Offset, Operand, Operand2, PrintContext};
use skink_isa::simd::operand::ExtReg;
use skink_isa::{Cond, Context, Insn, Op, Reg, decode_a32, decode_t16, decode_t32, is_t32};
use std::collections::{BTreeMap, HashSet};

/// How many instructions are followed.
const LIMIT: usize = 4096;

/// A register's value: the entry value of a register plus a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) reg: u8,
    pub(crate) plus: i32,
}

/// What is known before an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) regs: [Option<Known>; 16],
    /// By distance from the entry's SP: core registers 0-14, and 64 plus the number of a D register.
    pub(crate) saved: BTreeMap<i32, u8>,
}

impl State {
    fn entry() -> State {
        let regs = std::array::from_fn(|reg| Some(Known { reg: reg as u8, plus: 0 }));
        State { regs, saved: BTreeMap::new() }
    }

    /// A register as a distance from the entry's SP.
    pub(crate) fn sp_plus(&self, reg: usize) -> Option<i32> {
        self.regs[reg & 15].filter(|known| known.reg == 13).map(|known| known.plus)
    }
}

/// Reads one instruction; `None` if it cannot be read or is UNDEFINED.
pub(crate) fn decode(memory: &dyn ReadMemory, addr: u32, thumb: bool, in_it: bool) -> Option<Insn> {
    if !thumb {
        return decode_a32(memory.word(addr).ok()?);
    }
    let first = memory.half(addr).ok()?;
    if !is_t32(first) {
        return decode_t16(first, Context { in_it });
    }
    let second = memory.half(addr.wrapping_add(2)).ok()?;
    decode_t32(u32::from(first) << 16 | u32::from(second), Context { in_it })
}

/// What is known at `at` in the function that begins at `entry`; `None` if the way there was not found.
pub(crate) fn state_at(memory: &dyn ReadMemory, entry: u32, thumb: bool, at: u32) -> Option<State> {
    let mut seen = HashSet::new();
    let mut open = vec![(entry, State::entry())];
    while let Some((mut addr, mut state)) = open.pop() {
        let mut conditional = 0;
        while seen.len() < LIMIT && seen.insert(addr) {
            if addr == at {
                return Some(state);
            }
            let Some(insn) = decode(memory, addr, thumb, conditional > 0) else { break };
            let next = addr.wrapping_add(insn.size.into());
            let always = insn.cond == Cond::Al && conditional == 0;
            if let Op::It(it) = insn.op {
                conditional = 4 - it.block.mask.trailing_zeros().min(3);
                addr = next;
                continue;
            }
            conditional = conditional.saturating_sub(1);
            let (target, ends) = branches(&insn, addr);
            if let Some(target) = target {
                open.push((target, state.clone()));
            }
            if ends && always {
                break;
            }
            // What is done on a condition and ends the function leaves the way on as it was.
            if !ends {
                step(&mut state, &insn, always);
            }
            addr = next;
        }
    }
    None
}

/// Where an instruction may go besides on, and whether it never goes on when it is executed.
fn branches(insn: &Insn, addr: u32) -> (Option<u32>, bool) {
    let pc = addr.wrapping_add(if insn.thumb { 4 } else { 8 });
    match insn.op {
        Op::B(b) => (Some(pc.wrapping_add_signed(b.target.0)), true),
        Op::Cbz(b) => (Some(pc.wrapping_add_signed(b.target.0)), false),
        Op::Bx(_) | Op::Bxj(_) | Op::TableBranch(_) | Op::Udf(_) => (None, true),
        Op::Pop(x) => (None, x.list.0 >> 15 != 0),
        Op::Ldm(x) => (None, x.list.0 >> 15 != 0),
        Op::Ldr(x) => (None, x.rt == Reg::PC),
        Op::LdrLit(x) => (None, x.rt == Reg::PC),
        Op::Mov(x) => (None, x.rd == Reg::PC),
        Op::Add(x) => (None, x.rd == Reg::PC),
        _ => (None, false),
    }
}

/// Does to the state what an instruction does.
fn step(state: &mut State, insn: &Insn, always: bool) {
    let before = state.clone();
    if !known_step(state, insn) {
        for reg in written(insn) {
            state.regs[reg] = None;
        }
    }
    if !always {
        // It may not have happened: what it would have changed is not known. A stack pointer is kept as it was.
        for (now, was) in state.regs.iter_mut().zip(&before.regs) {
            if now != was {
                *now = None;
            }
        }
        state.regs[13] = before.regs[13];
        state.saved = before.saved;
    }
}

/// The instructions of prologues and epilogues; `false` for others.
fn known_step(state: &mut State, insn: &Insn) -> bool {
    let down = MultiMode { increment: false, before: true };
    let up = MultiMode { increment: true, before: false };
    match insn.op {
        Op::Push(x) => {
            store_multi(state, &LoadStoreMulti { mode: down, wback: true, rn: Reg::SP, list: x.list })
        }
        Op::Stm(x) => store_multi(state, &x),
        Op::Pop(x) => load_multi(state, &LoadStoreMulti { mode: up, wback: true, rn: Reg::SP, list: x.list }),
        Op::Ldm(x) => load_multi(state, &x),
        Op::Str(x) => {
            let address = address(state, &x.addr);
            store(state, address, x.rt.0);
        }
        Op::Strd(x) => {
            let address = address(state, &x.addr);
            store(state, address, x.rt.0);
            store(state, address.map(|at| at.wrapping_add(4)), x.rt2.0);
        }
        Op::Ldr(x) => {
            let address = address(state, &x.addr);
            let value = load(state, address);
            state.regs[x.rt.index()] = value;
        }
        Op::Ldrd(x) => {
            let address = address(state, &x.addr);
            let (first, second) = (load(state, address), load(state, address.map(|at| at.wrapping_add(4))));
            state.regs[x.rt.index()] = first;
            state.regs[x.rt2.index()] = second;
        }
        Op::Vstm(x) => {
            let bytes = if x.list.first.is_d() { 8 } else { 4 };
            let total = i32::from(x.list.count) * bytes + if x.x { 4 } else { 0 };
            let base = state.sp_plus(x.rn.index());
            let low = base.map(|base| if x.mode.increment { base } else { base.wrapping_sub(total) });
            if let (Some(low), ExtReg::D(first)) = (low, x.list.first) {
                for i in 0..x.list.count {
                    state.saved.insert(low.wrapping_add(8 * i32::from(i)), 64 + (first + i) % 32);
                }
            }
            if x.wback {
                add(state, x.rn, x.rn, if x.mode.increment { total } else { -total });
            }
        }
        Op::Vldm(x) => {
            let bytes = if x.list.first.is_d() { 8 } else { 4 };
            let total = i32::from(x.list.count) * bytes + if x.x { 4 } else { 0 };
            if x.wback {
                add(state, x.rn, x.rn, if x.mode.increment { total } else { -total });
            }
        }
        Op::Add(x) => match x.op2 {
            Operand2::Imm(imm) => add(state, x.rd, x.rn, imm.value as i32),
            Operand2::Reg { rm, shift: skink_isa::operand::Shift::Lsl, amount: 0 } => {
                // `add r7, sp, r3` and its like: SP plus something unknown.
                let _ = rm;
                state.regs[x.rd.index()] = None;
            }
            _ => return false,
        },
        Op::Sub(x) => match x.op2 {
            Operand2::Imm(imm) => add(state, x.rd, x.rn, (imm.value as i32).wrapping_neg()),
            _ => return false,
        },
        Op::AddWide(x) => add(state, x.rd, x.rn, x.imm.0 as i32),
        Op::SubWide(x) => add(state, x.rd, x.rn, -(x.imm.0 as i32)),
        Op::Mov(x) => match x.op2 {
            Operand2::Reg { rm, shift: skink_isa::operand::Shift::Lsl, amount: 0 } => add(state, x.rd, rm, 0),
            _ => return false,
        },
        // A call keeps what the procedure call standard says (AAPCS32 6.1.1), and SP.
        Op::Bl(_) | Op::BlxImm(_) | Op::BlxReg(_) => {
            for reg in [0, 1, 2, 3, 12, 14] {
                state.regs[reg] = None;
            }
        }
        // A system call of Linux keeps all but R0; the board's keep all that matter here.
        Op::Svc(_) => state.regs[0] = None,
        _ => return false,
    }
    true
}

fn add(state: &mut State, rd: Reg, rn: Reg, plus: i32) {
    state.regs[rd.index()] =
        state.regs[rn.index()].map(|known| Known { plus: known.plus.wrapping_add(plus), ..known });
}

/// The address of an access as a distance from the entry's SP; writes the base back.
fn address(state: &mut State, addr: &skink_isa::operand::Address) -> Option<i32> {
    let by = match addr.offset {
        Offset::Imm { value, add: true } => i32::from(value),
        Offset::Imm { value, add: false } => -i32::from(value),
        Offset::Reg { .. } => {
            if addr.index != Index::Offset {
                state.regs[addr.rn.index()] = None;
            }
            return None;
        }
    };
    let base = state.sp_plus(addr.rn.index());
    if addr.index != Index::Offset {
        add(state, addr.rn, addr.rn, by);
    }
    base.map(|base| if addr.index == Index::Post { base } else { base.wrapping_add(by) })
}

fn store(state: &mut State, at: Option<i32>, reg: u8) {
    let Some(at) = at else { return };
    match state.regs[reg as usize & 15] {
        Some(Known { reg, plus: 0 }) => {
            // The first copy is the saved one: later ones are arguments that happen to be the same.
            if !state.saved.values().any(|&saved| saved == reg) {
                state.saved.insert(at, reg);
            }
        }
        _ => {
            state.saved.remove(&at);
        }
    }
}

fn load(state: &State, at: Option<i32>) -> Option<Known> {
    state.saved.get(&at?).filter(|&&reg| reg < 16).map(|&reg| Known { reg, plus: 0 })
}

/// The lowest address, relative to the entry's SP, and what the base changes by.
fn span(state: &State, x: &LoadStoreMulti) -> (Option<i32>, i32) {
    let bytes = 4 * x.list.0.count_ones() as i32;
    let base = state.sp_plus(x.rn.index());
    let (low, change) = match (x.mode.increment, x.mode.before) {
        (true, false) => (0, bytes),
        (true, true) => (4, bytes),
        (false, false) => (4 - bytes, -bytes),
        (false, true) => (-bytes, -bytes),
    };
    (base.map(|base| base.wrapping_add(low)), change)
}

fn store_multi(state: &mut State, x: &LoadStoreMulti) {
    let (low, change) = span(state, x);
    for (i, reg) in (0..16u8).filter(|reg| x.list.0 >> reg & 1 != 0).enumerate() {
        store(state, low.map(|low| low.wrapping_add(4 * i as i32)), reg);
    }
    if x.wback {
        add(state, x.rn, x.rn, change);
    }
}

fn load_multi(state: &mut State, x: &LoadStoreMulti) {
    let (low, change) = span(state, x);
    if x.wback {
        add(state, x.rn, x.rn, change);
    }
    let before = state.clone();
    for (i, reg) in (0..15u8).filter(|reg| x.list.0 >> reg & 1 != 0).enumerate() {
        let at = low.map(|low| low.wrapping_add(4 * i as i32));
        // SP itself as it was saved: `ldm sp, {fp, sp, lr}` with `mov ip, sp` before the push.
        state.regs[reg as usize] = load(&before, at);
    }
}

/// The core registers that an instruction writes, by the names of its operands.
fn written(insn: &Insn) -> Vec<usize> {
    let mut found = Vec::new();
    let stores = matches!(
        insn.op,
        Op::Strb(_) | Op::Strh(_) | Op::Vstr(_) | Op::Mcr(_) | Op::Mcr2(_) | Op::Mcrr(_) | Op::Mcrr2(_)
    );
    (insn.row().operands)(&insn.op, &mut |name, operand: &dyn Operand| {
        let target = matches!(name, "rd" | "rdlo" | "rdhi") || matches!(name, "rt" | "rt2") && !stores;
        let mut text = String::new();
        if target && operand.print(&mut text, &PrintContext::new(0, insn.thumb)).is_ok() {
            found.extend((0..16).find(|&reg| Reg(reg as u8).to_string() == text));
        }
        // `[rN, ...]!` and `[rN], ...`: the base changes.
        if name == "addr" && operand.print(&mut text, &PrintContext::new(0, insn.thumb)).is_ok() {
            let base = text.trim_start_matches('[');
            let base = base.split([',', ']']).next().unwrap_or_default();
            if text.ends_with('!') || text.contains("],") {
                found.extend((0..16).find(|&reg| Reg(reg as u8).to_string() == base));
            }
        }
    });
    found
}
