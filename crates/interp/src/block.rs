//! Predecoded blocks: straight runs of instructions with all that is known before they run.

use crate::Interp;
use skink_isa::op::{It, Number};
use skink_isa::operand::Imm;
use skink_isa::unpredictable::undefined_here;
use skink_isa::{Cond, Context, Insn, Op, decode_a32, decode_t16, decode_t32, is_t32};
use skink_machine::{Access, Fault, FaultKind, Memory};
use skink_semantics::{Handler, Site, handler};

/// The longest block, in instructions: bounds the time between two looks at the interrupt flag.
const MAX_INSNS: usize = 64;

/// An instruction ready to run.
#[derive(Debug, Clone, Copy)]
pub struct Decoded {
    /// Its operation.
    pub op: Op,
    /// The function that does it.
    pub run: Handler<Interp>,
    /// Its condition, from the encoding or the IT block.
    pub cond: Cond,
    /// ITSTATE while it runs.
    pub it: u8,
    /// Where it stands: copied whole for each instruction, since a store of parts followed by a load
    /// of the whole stalls the host.
    pub site: Site,
}

/// A run of instructions that is entered at its start only.
#[derive(Debug, Clone)]
pub struct Block {
    /// The instructions, at least one.
    pub insns: Box<[Decoded]>,
    /// The address behind the last.
    pub end: u32,
    /// ITSTATE behind the last.
    pub end_it: u8,
}

/// ITAdvance (ARM ARM A2.5.2).
pub fn it_advance(it: u8) -> u8 {
    if it & 7 == 0 { 0 } else { it & 0xe0 | it << 1 & 0x1f }
}

impl Block {
    /// Decodes from `start` on until an instruction that may write PC.
    ///
    /// # Errors
    ///
    /// The fault of fetching the first instruction. A later one that cannot be fetched ends the
    /// block, and faults when it is reached.
    pub fn decode(memory: &Memory, start: u32, thumb: bool, it: u8) -> Result<Block, Fault> {
        let mut insns = Vec::with_capacity(16);
        let (mut at, mut it) = (start, it);
        while insns.len() < MAX_INSNS {
            if memory.marks().is_trap(at, thumb) {
                if insns.is_empty() {
                    return Ok(Block::trap(at, thumb, it));
                }
                break;
            }
            let decoded = match decode_at(memory, at, thumb, it) {
                Ok(decoded) => decoded,
                Err(fault) if insns.is_empty() => return Err(fault),
                Err(_) => break,
            };
            at = decoded.site.next();
            it = next_it(&decoded);
            insns.push(decoded);
            // A conditional branch goes on in the block, which ends after an unconditional one.
            if ends_block(&decoded) {
                break;
            }
        }
        Ok(Block { insns: insns.into(), end: at, end_it: it })
    }

    /// A block that does nothing but say that a debugger wants to be told first.
    fn trap(addr: u32, thumb: bool, it: u8) -> Block {
        let op = Op::Udf(Number { imm: Imm(0) });
        let site = Site { addr, size: 4, thumb };
        let insn = Decoded { op, run: Interp::trap, cond: Cond::Al, it, site };
        Block { insns: [insn].into(), end: addr, end_it: it }
    }
}

/// ITSTATE behind an instruction.
pub fn next_it(insn: &Decoded) -> u8 {
    match insn.op {
        Op::It(It { block }) => (block.firstcond as u8) << 4 | block.mask,
        _ => it_advance(insn.it),
    }
}

/// Decodes one instruction; what is UNDEFINED becomes UDF.
///
/// # Errors
///
/// The fault of fetching it.
pub fn decode_at(memory: &Memory, addr: u32, thumb: bool, it: u8) -> Result<Decoded, Fault> {
    decode_word_at(memory, addr, thumb, it).map(|(decoded, _)| decoded)
}

/// As [`decode_at`], with the word or halfwords that were decoded, the first halfword of a Thumb instruction on top.
///
/// # Errors
///
/// As for [`decode_at`].
pub fn decode_word_at(memory: &Memory, addr: u32, thumb: bool, it: u8) -> Result<(Decoded, u32), Fault> {
    // An UNDEFINED instruction whose condition fails is not executed (as under qemu-arm).
    let undefined = |cond, size| {
        let site = Site { addr, size, thumb };
        let op = Op::Udf(Number { imm: Imm(0) });
        Decoded { op, run: handler(&op), cond, it, site }
    };
    let finish = |insn: Insn, cond| match undefined_here(&insn) {
        true => undefined(cond, insn.size),
        false => Decoded {
            op: insn.op,
            run: handler(&insn.op),
            cond,
            it,
            site: Site { addr, size: insn.size, thumb },
        },
    };
    if !thumb {
        let word = memory.fetch32(addr)?;
        if addr & 3 != 0 {
            return Err(Fault { addr, access: Access::Fetch, kind: FaultKind::Alignment });
        }
        let decoded = match decode_a32(word) {
            Some(insn) => finish(insn, insn.cond),
            None => undefined(Cond::from_bits(word >> 28), 4),
        };
        return Ok((decoded, word));
    }
    let in_it = it != 0;
    let cx = Context { in_it };
    let it_cond = if in_it { Cond::from_bits(it as u32 >> 4) } else { Cond::Al };
    let first = memory.fetch16(addr)?;
    let (insn, size, word) = if is_t32(first) {
        let word = (first as u32) << 16 | memory.fetch16(addr.wrapping_add(2))? as u32;
        (decode_t32(word, cx), 4, word)
    } else {
        (decode_t16(first, cx), 2, first.into())
    };
    let decoded = match insn {
        // BKPT ignores the IT block (ARM ARM A8.8.24); B has a condition of its own.
        Some(insn) if insn.cond != Cond::Al || matches!(insn.op, Op::Bkpt(_)) => finish(insn, insn.cond),
        Some(insn) => finish(insn, it_cond),
        None => undefined(it_cond, size),
    };
    Ok((decoded, word))
}

/// Whether what follows an instruction is never, or not yet, to be decoded along with it.
pub fn ends_block(insn: &Decoded) -> bool {
    let always = insn.cond == Cond::Al;
    match insn.op {
        Op::B(_) | Op::Bl(_) | Op::BlxImm(_) | Op::Bx(_) | Op::BlxReg(_) | Op::Bxj(_) => always,
        Op::TableBranch(_) | Op::Udf(_) | Op::Bkpt(_) => always,
        // Whoever handles the call may change mappings, registers or code.
        Op::Svc(_) => always,
        // After an ISB new code must be seen.
        Op::Isb(_) => true,
        Op::Pop(x) => always && x.list.0 >> 15 != 0,
        Op::Ldm(x) => always && x.list.0 >> 15 != 0,
        Op::Ldr(x) => always && x.rt == skink_isa::Reg::PC,
        Op::LdrLit(x) => always && x.rt == skink_isa::Reg::PC,
        _ => false,
    }
}
