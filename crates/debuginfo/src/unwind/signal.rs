//! Frames that the kernel pushed for a signal handler (Linux arch/arm/kernel/signal.c and
//! arch/arm/include/uapi/asm/{sigcontext,ucontext}.h).
//!
//! A handler returns to code that calls `sigreturn` or `rt_sigreturn` with SP at the frame: in the C library, in the
//! frame itself or in the kernel's page. The frame is `struct ucontext`, after a `siginfo_t` for `rt_sigreturn`:
//! flags, link and stack are 20 bytes, then `struct sigcontext` with R0 at 12; at 232 the VFP's registers.

use super::{Caller, Found, Place, Registers};
use crate::flow;
use crate::memory::ReadMemory;
use skink_isa::op::DataMov;
use skink_isa::operand::Operand2;
use skink_isa::{Op, Reg};

const SIGRETURN: u32 = 119;
const RT_SIGRETURN: u32 = 173;
const INFO_SIZE: u32 = 128;
const CONTEXT: u32 = 20;
const VFP: u32 = 232;
const VFP_MAGIC: u32 = 0x5646_5001;
pub(super) fn caller(place: &Place<'_>) -> Option<Caller> {
    let pc = place.registers.pc();
    let number = returning(place.memory, pc, place.registers.thumb)?;
    let sp = place.registers.core[13]?;
    let context = if number == RT_SIGRETURN { sp.wrapping_add(INFO_SIZE) } else { sp };
    let registers = interrupted(place.memory, context)?;
    Some(Caller { cfa: registers.core[13], registers, found: Found::Signal })
}

/// What gdb calls the frame of the code that returns from a signal.
pub(super) const NAME: &str = "<signal handler called>";

/// The number of the call that returns from a signal, if PC is at it or at the instruction that loads R7.
pub(super) fn returning(memory: &dyn ReadMemory, pc: u32, thumb: bool) -> Option<u32> {
    let at = |start: u32| {
        let first = flow::decode(memory, start, thumb, false)?;
        let number = match first.op {
            Op::Mov(DataMov { rd: Reg(7), op2: Operand2::Imm(imm), .. }) => imm.value,
            _ => return None,
        };
        let call = flow::decode(memory, start.wrapping_add(first.size.into()), thumb, false)?;
        matches!(call.op, Op::Svc(_)).then_some(number)
    };
    let starts = [0, if thumb { 2 } else { 4 }, 4].map(|back| pc.wrapping_sub(back));
    let number = starts.into_iter().find_map(at)?;
    matches!(number, SIGRETURN | RT_SIGRETURN).then_some(number)
}

fn interrupted(memory: &dyn ReadMemory, context: u32) -> Option<Registers> {
    let mut registers = Registers { core: [None; 16], d: [None; 32], thumb: false };
    let saved = context.wrapping_add(CONTEXT + 12);
    for (i, reg) in registers.core.iter_mut().enumerate() {
        *reg = Some(memory.word(saved.wrapping_add(4 * i as u32)).ok()?);
    }
    let cpsr = memory.word(saved.wrapping_add(64)).ok()?;
    // User mode, or it is no frame.
    if cpsr & 0x1f != 0x10 {
        return None;
    }
    registers.thumb = cpsr >> 5 & 1 != 0;
    let vfp = context.wrapping_add(VFP);
    if memory.word(vfp) == Ok(VFP_MAGIC) {
        for (i, d) in registers.d.iter_mut().enumerate() {
            let at = vfp.wrapping_add(8 + 8 * i as u32);
            let halves = memory.word(at).ok().zip(memory.word(at.wrapping_add(4)).ok());
            *d = halves.map(|(low, high)| u64::from(low) | u64::from(high) << 32);
        }
    }
    Some(registers)
}
