//! What is done about encodings that the manual calls UNPREDICTABLE.
//!
//! Most do what their operation does with the operands given, PC as a plain register reading as
//! always. Those listed here are UNDEFINED instead. Both choices are qemu-arm's (for Cortex-A15), so
//! that a program that depends on one of them behaves alike; the sections are the manual's.

use crate::op::*;
use crate::operand::Reg;
use crate::{Insn, Op, Set};

/// Whether an encoding that decodes is treated as UNDEFINED all the same.
pub fn undefined_here(insn: &Insn) -> bool {
    let set = insn.row().set;
    let t32 = set == Set::T32;
    // Other should-be bits than the manual's are UNDEFINED, but for hints, which do nothing anyway.
    if insn.odd && !is_hint(insn) {
        return true;
    }
    match insn.op {
        // B9.3.19, B9.3.20: exception returns, UNPREDICTABLE in user mode.
        Op::Mov(x) => x.s && x.rd == Reg::PC,
        Op::Sub(x) => x.s && x.rd == Reg::PC,
        // A8.8.57-A8.8.60: no registers, PC as base; with the base in the list and written back; in
        // T32 fewer than two registers.
        Op::Ldm(x) => multi(&x, t32) || x.wback && x.list.0 >> x.rn.0 & 1 != 0 && set != Set::T16,
        Op::Stm(x) => multi(&x, t32) || t32 && x.wback && x.list.0 >> x.rn.0 & 1 != 0,
        Op::Pop(x) => list(x.list.0, t32) || set != Set::T16 && x.list.0 >> 13 & 1 != 0,
        Op::Push(x) => list(x.list.0, t32) || t32 && x.list.0 >> 13 & 1 != 0,
        // A8.8.75-A8.8.78.
        Op::Ldrex(x) | Op::Ldrexb(x) | Op::Ldrexh(x) => {
            x.rn == Reg::PC || x.rt == Reg::PC || insn.thumb && x.rt == Reg::SP
        }
        Op::Ldrexd(x) => {
            let bad = |r| r == Reg::PC || insn.thumb && r == Reg::SP;
            x.rn == Reg::PC || bad(x.rt) || bad(x.rt2) || x.rt == x.rt2
        }
        // A8.8.212-A8.8.215.
        Op::Strex(x) | Op::Strexb(x) | Op::Strexh(x) => store_exclusive(insn.thumb, x.rd, x.rn, &[x.rt]),
        Op::Strexd(x) => store_exclusive(insn.thumb, x.rd, x.rn, &[x.rt, x.rt2]),
        _ => false,
    }
}

fn is_hint(insn: &Insn) -> bool {
    let core = matches!(
        insn.op,
        Op::Nop(_) | Op::Yield(_) | Op::Wfe(_) | Op::Wfi(_) | Op::Sev(_) | Op::Hint(_) | Op::Dbg(_)
    );
    let memory = ["HINT_mem", "HINT_LDRSH"].iter().any(|name| insn.row().name.starts_with(name));
    core && insn.row().set == Set::A32 || memory
}

fn list(list: u16, t32: bool) -> bool {
    list.count_ones() < if t32 { 2 } else { 1 }
}

fn multi(x: &LoadStoreMulti, t32: bool) -> bool {
    list(x.list.0, t32) || x.rn == Reg::PC
}

fn store_exclusive(thumb: bool, rd: Reg, rn: Reg, values: &[Reg]) -> bool {
    let bad = |r| r == Reg::PC || thumb && r == Reg::SP;
    rn == Reg::PC || bad(rd) || rd == rn || values.iter().any(|&r| bad(r) || r == rd)
}
