//! Predecoded blocks: straight runs of instructions with all that is known before they run.

use crate::{Decoder, Interp};
use skink_isa::op::{It, Number};
use skink_isa::operand::Imm;
use skink_isa::unpredictable::undefined_here;
use skink_isa::{Cond, Context, Op, decode_a32, decode_t16, decode_t32, is_t32};
use skink_machine::memory::Code;
use skink_machine::{Access, Fault, FaultKind, Memory};
use skink_semantics::{Handler, Site, handler};

/// The longest block, in instructions: bounds the time between two looks at the interrupt flag.
pub const MAX_INSNS: usize = 64;

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

/// A run of instructions, at least one, that is entered at its start only.
#[derive(Debug, Clone, Copy)]
pub struct Block {
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
    /// Decodes from `start` on until an instruction that may write PC, and appends the instructions to `insns`.
    ///
    /// # Errors
    ///
    /// The fault of fetching the first instruction. A later one that cannot be fetched ends the
    /// block, and faults when it is reached.
    pub fn decode(
        memory: &Memory,
        (start, thumb, it): (u32, bool, u8),
        decoder: &mut Decoder,
        insns: &mut Vec<Decoded>,
    ) -> Result<Block, Fault> {
        let (mut at, mut it) = (start, it);
        let mut code = memory.code();
        for done in 0..MAX_INSNS {
            if memory.marks().is_trap(at, thumb) {
                if done == 0 {
                    insns.push(trap(at, thumb, it));
                }
                break;
            }
            let word = match fetch(&mut code, at, thumb) {
                Ok(word) => word,
                Err(fault) if done == 0 => return Err(fault),
                Err(_) => break,
            };
            let decoded = decoder.decode(word, at, thumb, it);
            at = decoded.site.next();
            it = next_it(&decoded);
            insns.push(decoded);
            // A conditional branch goes on in the block, which ends after an unconditional one.
            if ends_block(&decoded) {
                break;
            }
        }
        Ok(Block { end: at, end_it: it })
    }
}

/// An instruction that does nothing but say that a debugger wants to be told first.
fn trap(addr: u32, thumb: bool, it: u8) -> Decoded {
    let site = Site { addr, size: 4, thumb };
    Decoded { op: UNDEFINED, run: Interp::trap, cond: Cond::Al, it, site }
}

/// ITSTATE behind an instruction.
pub fn next_it(insn: &Decoded) -> u8 {
    match insn.op {
        Op::It(It { block }) => (block.firstcond as u8) << 4 | block.mask,
        _ => it_advance(insn.it),
    }
}

/// Decodes one instruction.
///
/// # Errors
///
/// The fault of fetching it.
pub fn decode_at(memory: &Memory, addr: u32, thumb: bool, it: u8) -> Result<Decoded, Fault> {
    Ok(decode_word(fetch(&mut memory.code(), addr, thumb)?, addr, thumb, it))
}

/// Fetches an A32 word, a halfword, or two of T32, the first on top.
///
/// # Errors
///
/// The fault of fetching.
#[inline]
pub fn fetch(code: &mut Code<'_>, addr: u32, thumb: bool) -> Result<u32, Fault> {
    if !thumb {
        let word = code.fetch32(addr)?;
        if addr & 3 != 0 {
            return Err(Fault { addr, access: Access::Fetch, kind: FaultKind::Alignment });
        }
        return Ok(word);
    }
    let first = code.fetch16(addr)?;
    Ok(match is_t32(first) {
        true => (first as u32) << 16 | code.fetch16(addr.wrapping_add(2))? as u32,
        false => first.into(),
    })
}

/// Decodes what [`fetch`] has fetched; what is UNDEFINED becomes UDF.
pub fn decode_word(word: u32, addr: u32, thumb: bool, it: u8) -> Decoded {
    // The first halfword of a T32 instruction is not 0.
    let size = if thumb && word >> 16 == 0 { 2 } else { 4 };
    let it_cond = if it != 0 { Cond::from_bits(it as u32 >> 4) } else { Cond::Al };
    let cx = Context { in_it: it != 0 };
    let insn = match (thumb, size) {
        (false, _) => decode_a32(word),
        (true, 2) => decode_t16(word as u16, cx),
        (true, _) => decode_t32(word, cx),
    };
    let site = Site { addr, size, thumb };
    let (op, cond) = match insn {
        Some(insn) => {
            // BKPT ignores the IT block (ARM ARM A8.8.24); B has a condition of its own.
            let own = !thumb || insn.cond != Cond::Al || matches!(insn.op, Op::Bkpt(_));
            let op = if undefined_here(&insn) { UNDEFINED } else { insn.op };
            (op, if own { insn.cond } else { it_cond })
        }
        // An UNDEFINED instruction whose condition fails is not executed (as under qemu-arm).
        None if thumb => (UNDEFINED, it_cond),
        None => (UNDEFINED, Cond::from_bits(word >> 28)),
    };
    Decoded { op, run: handler(&op), cond, it, site }
}

/// What an UNDEFINED instruction becomes.
const UNDEFINED: Op = Op::Udf(Number { imm: Imm(0) });

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
