//! Transfers between core and extension registers (ARM ARM A7.8, A7.9).

use super::builder::VectorBuilder;
use crate::builder::{BranchKind, Exception, FlagName, SysReg};
use skink_isa::Reg;
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{ANY32, ExtReg, FpSysReg};

/// Writes a core register. PC is UNPREDICTABLE as a destination; under qemu-arm it is a branch.
pub(crate) fn write_core<B: VectorBuilder>(b: &mut B, r: Reg, value: B::Word) {
    if r == Reg::PC { b.branch_write_pc(value, BranchKind::Jump) } else { b.set_reg(r, value) }
}

/// Writes the condition flags from bits 31-28.
pub(super) fn set_nzcv<B: VectorBuilder + ?Sized>(b: &mut B, value: B::Word) {
    for (name, bit) in [(FlagName::N, 31), (FlagName::Z, 30), (FlagName::C, 29), (FlagName::V, 28)] {
        let flag = b.bit(value, bit);
        b.set_flag(name, flag);
    }
}

/// VMOV between a core register and a single-precision register.
pub(crate) fn core_single<B: VectorBuilder>(b: &mut B, x: &MoveCoreSingle) {
    if x.to_core {
        let value = b.ext_reg(x.vn);
        let value = b.vec_get(value, ANY32, 0);
        // PC is UNPREDICTABLE; under qemu-arm the flags are written, as by VMRS.
        if x.rt == Reg::PC { set_nzcv(b, value) } else { b.set_reg(x.rt, value) }
    } else {
        let value = b.reg(x.rt);
        let value = b.vec_of_word(value);
        b.set_ext_reg(x.vn, value);
    }
}

/// VMOV between two core registers and two single-precision registers or one doubleword register.
pub(crate) fn core_pair<B: VectorBuilder>(b: &mut B, x: &MoveCorePair) {
    // The second word: the high half of a D register, or the next S register.
    let second = match x.vm {
        ExtReg::D(d) => (ExtReg::D(d), 1),
        single => (single.plus(1), 0),
    };
    if x.to_core {
        let (first, rest) = (b.ext_reg(x.vm), b.ext_reg(second.0));
        let (first, rest) = (b.vec_get(first, ANY32, 0), b.vec_get(rest, ANY32, second.1));
        write_core(b, x.rt, first);
        write_core(b, x.rt2, rest);
        return;
    }
    let (first, rest) = (b.reg(x.rt), b.reg(x.rt2));
    let (first, rest) = (b.vec_of_word(first), b.vec_of_word(rest));
    if let ExtReg::D(_) = x.vm {
        let both = b.vec_insert(first, ANY32.lane, 1, rest);
        b.set_ext_reg(x.vm, both);
    } else {
        b.set_ext_reg(x.vm, first);
        b.set_ext_reg(second.0, rest);
    }
}

/// VMOV from a core register to an element.
pub(crate) fn core_to_scalar<B: VectorBuilder>(b: &mut B, x: &MoveCoreToScalar) {
    let (rt, vd) = (b.reg(x.rt), b.ext_reg(ExtReg::D(x.vd.d)));
    let element = b.vec_of_word(rt);
    let result = b.vec_insert(vd, x.lane, x.vd.index, element);
    b.set_ext_reg(ExtReg::D(x.vd.d), result);
}

/// VMOV from an element to a core register.
pub(crate) fn scalar_to_core<B: VectorBuilder>(b: &mut B, x: &MoveScalarToCore) {
    let vn = b.ext_reg(ExtReg::D(x.vn.d));
    let value = b.vec_get(vn, x.ty, x.vn.index);
    write_core(b, x.rt, value);
}

/// VDUP from a core register.
pub(crate) fn dup<B: VectorBuilder>(b: &mut B, x: &DupCore) {
    let rt = b.reg(x.rt);
    let value = b.vec_of_word(rt);
    let result = b.vec_dup(value, x.lane, 0);
    b.set_ext_reg(x.vd, result);
}

/// VMRS. User mode has FPSCR only: the rest is UNDEFINED (ARM ARM B9.3.22).
pub(crate) fn vmrs<B: VectorBuilder>(b: &mut B, x: &MoveFpSys) -> Result<(), B::Stop> {
    if x.reg != FpSysReg::Fpscr {
        return b.raise(Exception::Undefined);
    }
    if x.rt == Reg::PC {
        b.flags_from_fpscr();
        return Ok(());
    }
    let fpscr = b.sys(SysReg::Fpscr);
    b.set_reg(x.rt, fpscr);
    Ok(())
}

/// VMSR.
pub(crate) fn vmsr<B: VectorBuilder>(b: &mut B, x: &MoveFpSys) -> Result<(), B::Stop> {
    if x.reg != FpSysReg::Fpscr {
        return b.raise(Exception::Undefined);
    }
    let value = b.reg(x.rt);
    b.set_sys(SysReg::Fpscr, value, 0);
    Ok(())
}
