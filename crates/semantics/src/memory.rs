//! Loads and stores: ARM ARM A5.2.8, A5.2.10, A5.3, A5.5, A6.3.5-A6.3.10.
//!
//! An access that faults leaves every register as it was (ARM ARM B1.9.8): what is loaded is held
//! until all loads are done, and the base is written last.

use crate::builder::{Align, BranchKind, Builder, Size};
use crate::data::{pc_relative, shift};
use skink_isa::op::*;
use skink_isa::operand::{Address, Imm, Index, MultiMode, Offset, Reg, RegList};

/// The access address of an operand, and what the base becomes.
fn address<B: Builder>(b: &mut B, addr: &Address) -> (B::Word, Option<B::Word>) {
    let base = match addr.rn {
        // In Thumb only a literal has PC as its base, or an UNPREDICTABLE form with writeback.
        Reg::PC => {
            let pc = b.site().pc() & !3;
            b.word(pc)
        }
        rn => b.reg(rn),
    };
    let moved = match addr.offset {
        Offset::Imm { value: 0, .. } => base,
        Offset::Imm { value, add: true } => {
            let offset = b.word(value as u32);
            b.add(base, offset)
        }
        Offset::Imm { value, add: false } => {
            let offset = b.word(value as u32);
            b.sub(base, offset)
        }
        Offset::Reg { rm, add, shift: kind, amount } => {
            let rm = b.reg(rm);
            let offset = shift(b, rm, kind, amount);
            if add { b.add(base, offset) } else { b.sub(base, offset) }
        }
    };
    match addr.index {
        Index::Offset => (moved, None),
        Index::Pre => (moved, Some(moved)),
        Index::Post => (base, Some(moved)),
    }
}

fn write_back<B: Builder>(b: &mut B, rn: Reg, value: Option<B::Word>) {
    if let Some(value) = value {
        b.set_reg(rn, value);
    }
}

fn extend<B: Builder>(b: &mut B, value: B::Word, size: Size, signed: bool) -> B::Word {
    if !signed {
        return value;
    }
    let up = 32 - 8 * size.bytes() as u8;
    let value = b.shl(value, up);
    b.sar(value, up)
}

/// Writes a loaded word; to PC it is LoadWritePC (ARM ARM A2.3.2).
fn write_loaded<B: Builder>(b: &mut B, rt: Reg, value: B::Word, kind: BranchKind) {
    if rt == Reg::PC { b.bx_write_pc(value, kind) } else { b.set_reg(rt, value) }
}

/// LDR, LDRB, LDRH, LDRSB, LDRSH and their unprivileged forms, which differ in nothing that user
/// mode sees.
#[inline(always)]
pub(crate) fn load<B: Builder>(b: &mut B, x: &LoadStore, size: Size, signed: bool) -> Result<(), B::Stop> {
    let (addr, base) = address(b, &x.addr);
    let value = b.load(addr, size, Align::Any)?;
    let value = extend(b, value, size, signed);
    // With the base as destination (UNPREDICTABLE) the loaded value stays, as under qemu-arm.
    write_back(b, x.addr.rn, base);
    let kind = if x.addr.rn == Reg::SP { BranchKind::Return } else { BranchKind::Jump };
    write_loaded(b, x.rt, value, kind);
    Ok(())
}

/// STR, STRB, STRH.
#[inline(always)]
pub(crate) fn store<B: Builder>(b: &mut B, x: &LoadStore, size: Size) -> Result<(), B::Stop> {
    let (addr, base) = address(b, &x.addr);
    let value = b.reg(x.rt);
    b.store(addr, value, size, Align::Any)?;
    write_back(b, x.addr.rn, base);
    Ok(())
}

/// Loads relative to PC.
pub(crate) fn load_literal<B: Builder>(
    b: &mut B,
    x: &LoadLiteral,
    size: Size,
    signed: bool,
) -> Result<(), B::Stop> {
    let addr = pc_relative(b, x.add, x.imm.0 as u32);
    let addr = b.word(addr);
    let value = b.load(addr, size, Align::Any)?;
    let value = extend(b, value, size, signed);
    write_loaded(b, x.rt, value, BranchKind::Jump);
    Ok(())
}

fn load_two<B: Builder>(b: &mut B, addr: B::Word) -> Result<(B::Word, B::Word), B::Stop> {
    let first = b.load(addr, Size::Word, Align::Repaired(4))?;
    let four = b.word(4);
    let addr = b.add(addr, four);
    let second = b.load(addr, Size::Word, Align::Repaired(4))?;
    Ok((first, second))
}

/// LDRD.
pub(crate) fn load_dual<B: Builder>(b: &mut B, x: &LoadStoreDual) -> Result<(), B::Stop> {
    let (addr, base) = address(b, &x.addr);
    let (first, second) = load_two(b, addr)?;
    b.set_reg(x.rt, first);
    b.set_reg(x.rt2, second);
    // With the base among the destinations (UNPREDICTABLE) its new value stays, as under qemu-arm.
    write_back(b, x.addr.rn, base);
    Ok(())
}

/// LDRD relative to PC.
pub(crate) fn load_dual_literal<B: Builder>(b: &mut B, x: &LoadDualLiteral) -> Result<(), B::Stop> {
    let addr = pc_relative(b, x.add, x.imm.0 as u32);
    let addr = b.word(addr);
    let (first, second) = load_two(b, addr)?;
    b.set_reg(x.rt, first);
    b.set_reg(x.rt2, second);
    Ok(())
}

/// STRD.
pub(crate) fn store_dual<B: Builder>(b: &mut B, x: &LoadStoreDual) -> Result<(), B::Stop> {
    let (addr, base) = address(b, &x.addr);
    let (first, second) = (b.reg(x.rt), b.reg(x.rt2));
    b.store(addr, first, Size::Word, Align::Repaired(4))?;
    let four = b.word(4);
    let addr = b.add(addr, four);
    b.store(addr, second, Size::Word, Align::Repaired(4))?;
    write_back(b, x.addr.rn, base);
    Ok(())
}

/// The lowest address of a multiple transfer relative to the base, and the base afterwards.
fn span(mode: MultiMode, list: RegList) -> (u32, u32) {
    let bytes = 4 * list.0.count_ones();
    match (mode.increment, mode.before) {
        (true, false) => (0, bytes),
        (true, true) => (4, bytes),
        (false, false) => (4u32.wrapping_sub(bytes), bytes.wrapping_neg()),
        (false, true) => (bytes.wrapping_neg(), bytes.wrapping_neg()),
    }
}

fn listed(list: RegList) -> impl Iterator<Item = Reg> {
    (0..16).filter(move |r| list.0 >> r & 1 != 0).map(Reg)
}

/// LDM and POP.
pub(crate) fn load_multi<B: Builder>(
    b: &mut B,
    mode: MultiMode,
    wback: bool,
    rn: Reg,
    list: RegList,
) -> Result<(), B::Stop> {
    let base = b.reg(rn);
    let (start, end) = span(mode, list);
    let mut values = [base; 16];
    for (i, _) in listed(list).enumerate() {
        let offset = b.word(start.wrapping_add(4 * i as u32));
        let addr = b.add(base, offset);
        values[i] = b.load(addr, Size::Word, Align::Repaired(4))?;
    }
    // With the base in the list (UNPREDICTABLE with writeback) the loaded value stays, as under
    // qemu-arm.
    if wback && list.0 >> rn.0 & 1 == 0 {
        let end = b.word(end);
        let end = b.add(base, end);
        b.set_reg(rn, end);
    }
    for (reg, value) in listed(list).zip(values) {
        write_loaded(b, reg, value, if rn == Reg::SP { BranchKind::Return } else { BranchKind::Jump });
    }
    Ok(())
}

/// STM and PUSH.
pub(crate) fn store_multi<B: Builder>(
    b: &mut B,
    mode: MultiMode,
    wback: bool,
    rn: Reg,
    list: RegList,
) -> Result<(), B::Stop> {
    let base = b.reg(rn);
    let (start, end) = span(mode, list);
    for (i, reg) in listed(list).enumerate() {
        let offset = b.word(start.wrapping_add(4 * i as u32));
        let addr = b.add(base, offset);
        // The base, if it is not the first register, is stored as it was: the manual leaves the
        // value UNKNOWN, qemu-arm stores the original.
        let value = b.reg(reg);
        b.store(addr, value, Size::Word, Align::Repaired(4))?;
    }
    if wback {
        let end = b.word(end);
        let end = b.add(base, end);
        b.set_reg(rn, end);
    }
    Ok(())
}

fn exclusive_address<B: Builder>(b: &mut B, rn: Reg, imm: Imm) -> B::Word {
    let base = b.reg(rn);
    let offset = b.word(imm.0);
    b.add(base, offset)
}

/// LDREX, LDREXB, LDREXH.
pub(crate) fn load_exclusive<B: Builder>(b: &mut B, x: &LoadExclusive, bytes: u32) -> Result<(), B::Stop> {
    let addr = exclusive_address(b, x.rn, x.imm);
    let value = b.load_exclusive(addr, bytes)?;
    let value = b.low(value);
    b.set_reg(x.rt, value);
    Ok(())
}

/// LDREXD.
pub(crate) fn load_exclusive_dual<B: Builder>(b: &mut B, x: &LoadExclusiveDual) -> Result<(), B::Stop> {
    let addr = b.reg(x.rn);
    let value = b.load_exclusive(addr, 8)?;
    let (low, high) = (b.low(value), b.high(value));
    b.set_reg(x.rt, low);
    b.set_reg(x.rt2, high);
    Ok(())
}

/// STREX, STREXB, STREXH.
pub(crate) fn store_exclusive<B: Builder>(b: &mut B, x: &StoreExclusive, bytes: u32) -> Result<(), B::Stop> {
    let addr = exclusive_address(b, x.rn, x.imm);
    let value = b.reg(x.rt);
    let value = b.zext_wide(value);
    let status = b.store_exclusive(addr, bytes, value)?;
    b.set_reg(x.rd, status);
    Ok(())
}

/// STREXD.
pub(crate) fn store_exclusive_dual<B: Builder>(b: &mut B, x: &StoreExclusiveDual) -> Result<(), B::Stop> {
    let addr = b.reg(x.rn);
    let (low, high) = (b.reg(x.rt), b.reg(x.rt2));
    let value = b.wide(low, high);
    let status = b.store_exclusive(addr, 8, value)?;
    b.set_reg(x.rd, status);
    Ok(())
}

/// SWP and SWPB. SCTLR.SW may disable them; Linux then emulates them, so they work.
pub(crate) fn swap<B: Builder>(b: &mut B, x: &Swap, size: Size) -> Result<(), B::Stop> {
    let (addr, value) = (b.reg(x.rn), b.reg(x.rt2));
    let old = b.swap(addr, value, size)?;
    b.set_reg(x.rt, old);
    Ok(())
}
