//! Branches, status registers, coprocessor registers and exceptions: ARM ARM A5.2.11, A5.2.12, A5.5-A5.7.

use crate::builder::{BranchKind, Builder, Exception, FlagName, Size, SysReg};
use skink_isa::op::*;
use skink_isa::operand::{Operand2, PsrMask, Reg, Rel};

fn target<B: Builder>(b: &B, rel: Rel) -> u32 {
    b.site().pc().wrapping_add_signed(rel.0)
}

/// B.
pub(crate) fn b<B: Builder>(b: &mut B, x: &Branch) {
    let to = target(b, x.target);
    let thumb = b.site().thumb;
    b.goto(to, thumb, BranchKind::Jump);
}

/// BL, and BLX to a label, which changes the instruction set.
pub(crate) fn bl<B: Builder>(b: &mut B, x: &Branch, exchange: bool) {
    let site = b.site();
    let link = b.word(site.link());
    b.set_reg(Reg::LR, link);
    let thumb = site.thumb != exchange;
    // To A32 the offset counts from Align(PC, 4) (ARM ARM A8.8.25).
    let to = match thumb {
        true => target(b, x.target),
        false => (site.pc() & !3).wrapping_add_signed(x.target.0),
    };
    b.goto(to, thumb, BranchKind::Call);
}

/// BX; BXJ is the same where Jazelle is trivial.
pub(crate) fn bx<B: Builder>(b: &mut B, x: &BranchReg) {
    let to = b.reg(x.rm);
    b.bx_write_pc(to, if x.rm == Reg::LR { BranchKind::Return } else { BranchKind::Jump });
}

/// BLX to a register.
pub(crate) fn blx<B: Builder>(b: &mut B, x: &BranchReg) {
    let to = b.reg(x.rm);
    let link = b.site().link();
    let link = b.word(link);
    b.set_reg(Reg::LR, link);
    b.bx_write_pc(to, BranchKind::Call);
}

/// CBZ and CBNZ.
pub(crate) fn cbz<B: Builder>(b: &mut B, x: &Cbz) {
    let rn = b.reg(x.rn);
    let zero = b.is_zero(rn);
    let go = if x.nonzero { b.flag_not(zero) } else { zero };
    let to = target(b, x.target);
    b.goto_if(go, to);
}

/// TBB and TBH.
pub(crate) fn table_branch<B: Builder>(b: &mut B, x: &TableBranch) -> Result<(), B::Stop> {
    let (base, index) = (b.reg(x.rn), b.reg(x.rm));
    let (index, size) = if x.half { (b.shl(index, 1), Size::Half) } else { (index, Size::Byte) };
    let addr = b.add(base, index);
    let entry = b.load(addr, size, crate::Align::Any)?;
    let distance = b.shl(entry, 1);
    let pc = b.site().pc();
    let pc = b.word(pc);
    let to = b.add(pc, distance);
    b.branch_write_pc(to, BranchKind::Jump);
    Ok(())
}

/// MRS. In user mode CPSR reads as APSR (the execution state bits as zero), with the mode bits of
/// user mode; SPSR is UNPREDICTABLE and, as under qemu-arm, UNDEFINED.
pub(crate) fn mrs<B: Builder>(b: &mut B, x: &Mrs) -> Result<(), B::Stop> {
    if x.spsr {
        return b.raise(Exception::Undefined);
    }
    let apsr = b.sys(SysReg::Apsr);
    let mode = b.word(0x10);
    let value = b.or(apsr, mode);
    b.set_reg(x.rd, value);
    Ok(())
}

/// MSR: user mode may write NZCVQ (by the f bit of the mask) and GE (by the s bit).
pub(crate) fn msr<B: Builder>(b: &mut B, spsr: bool, mask: PsrMask, value: B::Word) -> Result<(), B::Stop> {
    if spsr {
        return b.raise(Exception::Undefined);
    }
    b.set_sys(SysReg::Apsr, value, mask.0 >> 2 & 3);
    Ok(())
}

/// The operand of MSR with an immediate.
pub(crate) fn immediate<B: Builder>(b: &mut B, op2: Operand2) -> B::Word {
    let value = match op2 {
        Operand2::Imm(imm) => imm.value,
        // No row decodes to anything else.
        _ => 0,
    };
    b.word(value)
}

/// What CP15 shows to user mode (ARM ARM B3.17.2, B4.2): thread IDs, and barriers by their old names.
pub(crate) fn mcr<B: Builder>(b: &mut B, x: &CoprocMove) -> Result<(), B::Stop> {
    match (x.coproc, x.opc1, x.crn, x.crm, x.opc2) {
        (15, 0, 13, 0, 2) => {
            let value = b.reg(x.rt);
            b.set_sys(SysReg::Tpidrurw, value, 0);
        }
        // CP15ISB, CP15DSB, CP15DMB.
        (15, 0, 7, 5, 4) | (15, 0, 7, 10, 4) | (15, 0, 7, 10, 5) => b.barrier(),
        _ => return b.raise(Exception::Undefined),
    }
    Ok(())
}

/// DBGDIDR of a Cortex-A15: version 7.1, six breakpoints, four watchpoints (C11.11.15).
const DBGDIDR: u32 = 0x3515_f021;

/// Reads what user mode may read: TPIDRURW, TPIDRURO, CNTFRQ.
pub(crate) fn mrc<B: Builder>(b: &mut B, x: &CoprocMove) -> Result<(), B::Stop> {
    let value = match (x.coproc, x.opc1, x.crn, x.crm, x.opc2) {
        (15, 0, 13, 0, 2) => b.sys(SysReg::Tpidrurw),
        (15, 0, 13, 0, 3) => b.sys(SysReg::Tpidruro),
        (15, 0, 14, 0, 0) => b.sys(SysReg::Cntfrq),
        // Open to user mode: DBGDSCRint, DBGDRAR, DBGDSAR (C11.11), for there is no debug hardware to
        // speak of, and PMUSERENR (B4.1.124), in which Linux leaves the counters closed.
        (14, 0, 0, 1, 0) | (14, 0, 1, 0, 0) | (14, 0, 2, 0, 0) | (15, 0, 9, 14, 0) => b.word(0),
        (14, 0, 0, 0, 0) => b.word(DBGDIDR),
        _ => return b.raise(Exception::Undefined),
    };
    if x.rt == Reg::PC {
        // MRC to "PC" writes N, Z, C and V (ARM ARM A8.8.107).
        for (name, bit) in [(FlagName::N, 31), (FlagName::Z, 30), (FlagName::C, 29), (FlagName::V, 28)] {
            let flag = b.bit(value, bit);
            b.set_flag(name, flag);
        }
    } else {
        b.set_reg(x.rt, value);
    }
    Ok(())
}

/// Reads CNTVCT, the generic timer's virtual count (ARM ARM B8.1.5); CNTPCT is not open to user mode
/// under Linux.
pub(crate) fn mrrc<B: Builder>(b: &mut B, x: &CoprocMove2) -> Result<(), B::Stop> {
    if (x.coproc, x.opc1, x.crm) != (15, 1, 14) {
        return b.raise(Exception::Undefined);
    }
    let count = b.counter();
    let (low, high) = (b.low(count), b.high(count));
    b.set_reg(x.rt, low);
    b.set_reg(x.rt2, high);
    Ok(())
}
