//! What the fuzzer does not compare, each with its reason.

use crate::case::Outcome;
use skink_isa::op::{MsrImm, MsrReg};
use skink_isa::operand::{Address, Index, Offset};
use skink_isa::simd::operand::StructAccess;
use skink_isa::{Context, Insn, Op, Row};

/// Rows that are left out altogether.
pub(crate) fn row(row: &Row) -> Option<&'static str> {
    let name = row.name;
    if name.starts_with("SVC") {
        return Some("goes to the kernel, not to the processor");
    }
    if name.starts_with("MRRC_") {
        return Some("the generic timer's count differs from run to run");
    }
    if name.starts_with("SETEND") {
        return Some("skink has no big-endian data; qemu-arm does");
    }
    None
}

/// Words of the coprocessor space (ARM ARM A5.6) that are left out.
pub(crate) fn word(word: u32, thumb: bool) -> Option<&'static str> {
    let coprocessor_space = matches!(word >> 24 & 15, 12..=14) && (!thumb || word >> 29 == 7);
    let coproc = word >> 8 & 15;
    if coprocessor_space && !matches!(coproc, 10 | 11 | 14 | 15) {
        return Some("no ARMv7-A processor has these coprocessors; qemu-arm runs some of iWMMXt there");
    }
    if !thumb && word >> 24 == 0xff {
        return Some("the place of SVC in the unconditional space, where qemu-arm is not to be relied on");
    }
    if thumb && word == 0xf7f0_a000 {
        return Some("a breakpoint for Linux: the personality's business");
    }
    if thumb && word & 0xff70_f0c0 == 0xf320_0000 && word & 0x30 != 0 {
        return Some(
            "SSAT16 or USAT16 with should-be bits wrong: UNDEFINED here, SSAT or USAT by 0 under qemu-arm",
        );
    }
    if !thumb && word & 0x0ff0_00f0 == 0x0100_0070 {
        return Some("HLT of ARMv8, a semihosting call under qemu-arm");
    }
    let vfp_space = thumb || word >> 28 != 15;
    let sx = word >> 7 & 1;
    if vfp_space && word & 0x0fba_0e50 == 0x0eba_0a40 && sx == 0 && ((word & 15) << 1 | word >> 5 & 1) > 16 {
        return Some(
            "VCVT with more fraction bits than the operand has: UNPREDICTABLE, and no value makes sense",
        );
    }
    if vfp_space && word & 0x0fe0_0fd0 == 0x0c40_0a10 && word & 0x2f == 0x2f {
        return Some("VMOV of S31 and the one after it: UNPREDICTABLE, and there is none");
    }
    None
}

/// Operand combinations that are left out.
pub(crate) fn operands(insn: &Insn, cx: Context) -> Option<&'static str> {
    if let Op::MsrReg(MsrReg { mask, .. }) | Op::MsrImm(MsrImm { mask, .. }) = insn.op
        && mask.0 & 2 != 0
    {
        return Some("would set CPSR.E; skink has no big-endian data, qemu-arm does");
    }
    match insn.op {
        Op::VectorLoad(x) | Op::VectorStore(x) => {
            let StructAccess { list, addr, .. } = x.access;
            if list.first + (list.count - 1) * list.step > 31 {
                return Some("past D31: UNDEFINED here, while qemu-arm goes on into registers of ARMv8");
            }
            if addr.align == 32 {
                return Some("qemu-arm 7.2 checks no more than 16 bytes of an alignment");
            }
        }
        Op::VectorPermute(x) if x.vd == x.vm => return Some("the result is UNKNOWN (A8.8.420)"),
        _ => {}
    }
    if let Op::Mrc(x) | Op::Mcr(x) = insn.op {
        match (x.coproc, x.opc1, x.crn, x.crm, x.opc2) {
            (15, 0, 14, 0, 0) => {
                return Some(
                    "CNTFRQ: Linux opens it to user mode (arch_timer_set_cntkctl), qemu-arm 7.2 does not",
                );
            }
            (15, 0, 0, 0, 5) => {
                return Some("MPIDR: UNDEFINED in user mode (B4.1.106), but qemu-arm shows it");
            }
            (15, 0, 13, 0, 2 | 3) => {
                return Some(
                    "the thread ID registers are the oracle program's own, and last from case to case",
                );
            }
            (14, 0, ..) if cx.in_it => {
                return Some(
                    "qemu-arm 7.2 leaves ITSTATE as it was after reading a constant register of CP14",
                );
            }
            (14, 0, 0, 1, 0) => {
                return Some(
                    "DBGDSCRint: open to user mode (C11.11.19), but qemu-arm 7.2 has it under another opc1",
                );
            }
            (14, 6, 1, 0, 0) => {
                return Some(
                    "TEEHBR: skink has no ThumbEE, and says so in AT_HWCAP; qemu-arm has the register",
                );
            }
            _ => {}
        }
    }
    if let Op::Adr(x) = insn.op
        && x.rd.0 == 15
    {
        return Some("UNPREDICTABLE, and runs a neighbour's Thumb code as A32, excluded words and all");
    }
    if let Op::Udf(x) = insn.op
        && (x.imm.0 == 1 && insn.size == 2 || x.imm.0 == 16)
    {
        return Some("Linux takes 0xde01 and 0xe7f001f0 for breakpoints: the personality's business");
    }
    if let Op::Ldrd(x) = insn.op
        && let Address { offset: Offset::Reg { rm, .. }, index: Index::Post, .. } = x.addr
        && (rm == x.rt || rm == x.rt2)
    {
        return Some("UNPREDICTABLE: qemu-arm adds the loaded value to the base, skink what Rm was before");
    }
    None
}

/// What of an outcome is left out: made equal to the oracle's.
pub(crate) fn outcome(row: &Row, ours: &mut Outcome, theirs: &Outcome) {
    const SIGBUS: u32 = 7;
    const SIGSEGV: u32 = 11;
    if !matches!(theirs.signal, SIGBUS | SIGSEGV) {
        return;
    }
    // A load that faults leaves the registers UNKNOWN (B1.9.8): skink's are as before, qemu-arm has
    // written those before the fault.
    if ["VLD", "FLDM", "VPOP"].iter().any(|prefix| row.name.starts_with(prefix)) {
        ours.state.d = theirs.state.d;
    }
    // So is what a store that faults has written; qemu-arm stores structures element by element.
    if ["VST1", "VST2", "VST3", "VST4"].iter().any(|prefix| row.name.starts_with(prefix)) {
        ours.data = theirs.data;
    }
}

/// Rows whose registers are not compared when the access faults: the loaded registers are UNKNOWN
/// then (ARM ARM B1.9.8); skink leaves all as they were, qemu-arm those after the fault.
pub(crate) fn unknown_after_fault(row: &Row) -> bool {
    ["LDM", "LDRD", "POP", "VLDM", "VPOP", "VLD"].iter().any(|name| row.name.starts_with(name))
}
