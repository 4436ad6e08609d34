//! Data processing: the ARM ARM's A5.2.1-A5.2.4 and A6.3.1-A6.3.3, A6.3.11.

use crate::builder::{BranchKind, Builder, FlagName};
use skink_isa::op::{Adr, DataCmp, DataMov, DataProc};
use skink_isa::operand::{Imm, Operand2, Reg, Shift};

/// Shift_C by a constant (ARM ARM A8.4.3).
pub(crate) fn shift_c<B: Builder>(
    b: &mut B,
    value: B::Word,
    shift: Shift,
    amount: u8,
    carry: B::Flag,
) -> (B::Word, B::Flag) {
    match (shift, amount) {
        (Shift::Lsl, 0) => (value, carry),
        (Shift::Lsl, n) => (b.shl(value, n), b.bit(value, 32 - n)),
        (Shift::Lsr, 32) => (b.word(0), b.bit(value, 31)),
        (Shift::Lsr, n) => (b.shr(value, n), b.bit(value, n - 1)),
        (Shift::Asr, 32) => (b.sar(value, 31), b.bit(value, 31)),
        (Shift::Asr, n) => (b.sar(value, n), b.bit(value, n - 1)),
        (Shift::Ror, n) => (b.ror(value, n), b.bit(value, n - 1)),
        (Shift::Rrx, _) => {
            let top = b.flag_word(carry);
            let top = b.shl(top, 31);
            let rest = b.shr(value, 1);
            (b.or(top, rest), b.bit(value, 0))
        }
    }
}

/// Shift by a constant, when nobody asks for the carry.
pub(crate) fn shift<B: Builder>(b: &mut B, value: B::Word, shift: Shift, amount: u8) -> B::Word {
    match (shift, amount) {
        (Shift::Lsl, 0) => value,
        (Shift::Lsl, n) => b.shl(value, n),
        (Shift::Lsr, 32) => b.word(0),
        (Shift::Lsr, n) => b.shr(value, n),
        (Shift::Asr, n) => b.sar(value, n.min(31)),
        (Shift::Ror, n) => b.ror(value, n),
        (Shift::Rrx, _) => {
            let carry = b.get_flag(FlagName::C);
            shift_c(b, value, Shift::Rrx, 1, carry).0
        }
    }
}

/// The second operand's value, when its carry is not asked for.
#[inline(always)]
fn operand2<B: Builder>(b: &mut B, op2: Operand2) -> B::Word {
    match op2 {
        Operand2::Imm(imm) => b.word(imm.value),
        Operand2::Reg { rm, shift: kind, amount } => {
            let value = b.reg(rm);
            shift(b, value, kind, amount)
        }
        Operand2::RegShift { rm, shift, rs } => {
            let (value, amount) = (b.reg(rm), b.reg(rs));
            let carry = b.flag(false);
            b.shift_by(value, shift, amount, carry).0
        }
    }
}

/// The second operand's value and the shifter's carry.
fn operand2_c<B: Builder>(b: &mut B, op2: Operand2) -> (B::Word, B::Flag) {
    let carry = b.get_flag(FlagName::C);
    match op2 {
        Operand2::Imm(imm) => {
            let carry = match imm.carry {
                Some(known) => b.flag(known),
                None => carry,
            };
            (b.word(imm.value), carry)
        }
        Operand2::Reg { rm, shift, amount } => {
            let value = b.reg(rm);
            shift_c(b, value, shift, amount, carry)
        }
        Operand2::RegShift { rm, shift, rs } => {
            let (value, amount) = (b.reg(rm), b.reg(rs));
            b.shift_by(value, shift, amount, carry)
        }
    }
}

/// Sets N and Z from a result.
pub(crate) fn set_nz<B: Builder>(b: &mut B, result: B::Word) {
    let n = b.is_negative(result);
    b.set_flag(FlagName::N, n);
    let z = b.is_zero(result);
    b.set_flag(FlagName::Z, z);
}

/// Writes a result to a register or, for PC, branches (ALUWritePC, ARM ARM A2.3.2). The forms that
/// set flags too are exception returns or UNPREDICTABLE in user mode; see `skink_isa::unpredictable`.
pub(crate) fn write_reg<B: Builder>(b: &mut B, rd: Reg, result: B::Word) {
    if rd != Reg::PC {
        b.set_reg(rd, result);
    } else if b.site().thumb {
        b.branch_write_pc(result, BranchKind::Jump);
    } else {
        b.bx_write_pc(result, BranchKind::Jump);
    }
}

/// Logical operations: the shifter gives C, V stays.
#[inline(always)]
pub(crate) fn logical<B: Builder>(b: &mut B, x: &DataProc, f: fn(&mut B, B::Word, B::Word) -> B::Word) {
    let rn = b.reg(x.rn);
    if x.s {
        let (operand, carry) = operand2_c(b, x.op2);
        let result = f(b, rn, operand);
        set_nz(b, result);
        b.set_flag(FlagName::C, carry);
        write_reg(b, x.rd, result);
    } else {
        let operand = operand2(b, x.op2);
        let result = f(b, rn, operand);
        write_reg(b, x.rd, result);
    }
}

/// TST and TEQ.
#[inline(always)]
pub(crate) fn logical_test<B: Builder>(b: &mut B, x: &DataCmp, f: fn(&mut B, B::Word, B::Word) -> B::Word) {
    let rn = b.reg(x.rn);
    let (operand, carry) = operand2_c(b, x.op2);
    let result = f(b, rn, operand);
    set_nz(b, result);
    b.set_flag(FlagName::C, carry);
}

/// MOV and MVN.
#[inline(always)]
pub(crate) fn mov<B: Builder>(b: &mut B, x: &DataMov, invert: bool) {
    if x.s {
        let (operand, carry) = operand2_c(b, x.op2);
        let result = if invert { b.not(operand) } else { operand };
        set_nz(b, result);
        b.set_flag(FlagName::C, carry);
        write_reg(b, x.rd, result);
    } else {
        let operand = operand2(b, x.op2);
        let result = if invert { b.not(operand) } else { operand };
        // MOV PC, LR was the return before BX was there.
        if x.rd == Reg::PC && x.op2 == (Operand2::Reg { rm: Reg::LR, shift: Shift::Lsl, amount: 0 }) {
            match b.site().thumb {
                true => b.branch_write_pc(result, BranchKind::Return),
                false => b.bx_write_pc(result, BranchKind::Return),
            }
        } else {
            write_reg(b, x.rd, result);
        }
    }
}

/// The operands of an addition in the order and polarity of AddWithCarry.
#[derive(Clone, Copy)]
pub(crate) enum Sum {
    /// Rn + operand.
    Add,
    /// Rn - operand.
    Sub,
    /// operand - Rn.
    Rsb,
    /// Rn + operand + C.
    Adc,
    /// Rn - operand - NOT C.
    Sbc,
    /// operand - Rn - NOT C.
    Rsc,
}

fn sum<B: Builder>(b: &mut B, rn: B::Word, operand: B::Word, how: Sum) -> (B::Word, B::Flag, B::Flag) {
    let (one, two) = match how {
        Sum::Add | Sum::Adc => (rn, operand),
        Sum::Sub | Sum::Sbc => (rn, b.not(operand)),
        Sum::Rsb | Sum::Rsc => (operand, b.not(rn)),
    };
    let carry = match how {
        Sum::Add => b.flag(false),
        Sum::Sub | Sum::Rsb => b.flag(true),
        Sum::Adc | Sum::Sbc | Sum::Rsc => b.get_flag(FlagName::C),
    };
    b.add_with_carry(one, two, carry)
}

fn set_nzcv<B: Builder>(b: &mut B, (result, carry, overflow): (B::Word, B::Flag, B::Flag)) {
    set_nz(b, result);
    b.set_flag(FlagName::C, carry);
    b.set_flag(FlagName::V, overflow);
}

/// Additions and subtractions.
#[inline(always)]
pub(crate) fn arithmetic<B: Builder>(b: &mut B, x: &DataProc, how: Sum) {
    let operand = operand2(b, x.op2);
    let rn = b.reg(x.rn);
    if x.s {
        let all = sum(b, rn, operand, how);
        set_nzcv(b, all);
        write_reg(b, x.rd, all.0);
    } else {
        // Without flags plain sums suffice, which every Builder does best.
        let result = match how {
            Sum::Add => b.add(rn, operand),
            Sum::Sub => b.sub(rn, operand),
            Sum::Rsb => b.sub(operand, rn),
            _ => sum(b, rn, operand, how).0,
        };
        write_reg(b, x.rd, result);
    }
}

/// CMP and CMN.
#[inline(always)]
pub(crate) fn compare<B: Builder>(b: &mut B, x: &DataCmp, how: Sum) {
    let operand = operand2(b, x.op2);
    let rn = b.reg(x.rn);
    let all = sum(b, rn, operand, how);
    set_nzcv(b, all);
}

/// Align(PC, 4) plus or minus a constant.
pub(crate) fn pc_relative<B: Builder>(b: &B, add: bool, distance: u32) -> u32 {
    let base = b.site().pc() & !3;
    if add { base.wrapping_add(distance) } else { base.wrapping_sub(distance) }
}

/// ADR.
pub(crate) fn adr<B: Builder>(b: &mut B, x: &Adr) {
    let addr = pc_relative(b, x.add, x.imm.0);
    let addr = b.word(addr);
    // To PC (UNPREDICTABLE) it may change the instruction set, as under qemu-arm.
    if x.rd == Reg::PC { b.bx_write_pc(addr, BranchKind::Jump) } else { b.set_reg(x.rd, addr) }
}

/// MOVT.
pub(crate) fn movt<B: Builder>(b: &mut B, rd: Reg, imm: Imm) {
    let old = b.reg(rd);
    let mask = b.word(0xffff);
    let low = b.and(old, mask);
    let high = b.word(imm.0 << 16);
    let result = b.or(low, high);
    b.set_reg(rd, result);
}
