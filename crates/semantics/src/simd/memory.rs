//! Extension register and structure loads and stores (ARM ARM A7.6, A7.7).
//!
//! As for the core registers, what is loaded is held until all loads are done and the base is
//! written last, so that an access that faults leaves every register as it was.

use super::builder::VectorBuilder;
use super::transfer::write_core;
use crate::builder::{Align, Exception};
use skink_isa::Reg;
use skink_isa::operand::{Address, Offset};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::*;

/// Linux repairs no unaligned access of these (arch/arm/mm/alignment.c does not know them).
const WORD: Align = Align::Required(4);

fn bytes(r: ExtReg) -> u32 {
    if r.is_d() { 8 } else { 4 }
}

fn offset<B: VectorBuilder>(b: &mut B, base: B::Word, by: u32) -> B::Word {
    if by == 0 {
        return base;
    }
    let by = b.word(by);
    b.add(base, by)
}

/// The base, word-aligned where it is PC.
fn base<B: VectorBuilder>(b: &mut B, rn: Reg) -> B::Word {
    if rn == Reg::PC {
        let pc = b.site().pc() & !3;
        return b.word(pc);
    }
    b.reg(rn)
}

fn address<B: VectorBuilder>(b: &mut B, addr: &Address) -> B::Word {
    let base = base(b, addr.rn);
    match addr.offset {
        Offset::Imm { value, add: true } => offset(b, base, value as u32),
        Offset::Imm { value, add: false } => offset(b, base, (value as u32).wrapping_neg()),
        // These instructions have constant offsets only.
        Offset::Reg { .. } => base,
    }
}

/// VLDR.
pub(crate) fn vldr<B: VectorBuilder>(b: &mut B, x: &ExtLoadStore) -> Result<(), B::Stop> {
    let addr = address(b, &x.addr);
    let value = b.vec_load(addr, bytes(x.vd), WORD)?;
    b.set_ext_reg(x.vd, value);
    Ok(())
}

/// VSTR.
pub(crate) fn vstr<B: VectorBuilder>(b: &mut B, x: &ExtLoadStore) -> Result<(), B::Stop> {
    let addr = address(b, &x.addr);
    let value = b.ext_reg(x.vd);
    b.vec_store(addr, value, bytes(x.vd), WORD)
}

/// The lowest address of a multiple transfer, and what the base becomes.
fn span<B: VectorBuilder>(b: &mut B, x: &ExtLoadStoreMulti) -> (B::Word, Option<B::Word>) {
    let total = x.list.count as u32 * bytes(x.list.first) + if x.x { 4 } else { 0 };
    let base = base(b, x.rn);
    let moved = offset(b, base, if x.mode.increment { total } else { total.wrapping_neg() });
    (if x.mode.increment { base } else { moved }, x.wback.then_some(moved))
}

/// VLDM, VPOP.
#[inline(never)]
pub(crate) fn vldm<B: VectorBuilder>(b: &mut B, x: &ExtLoadStoreMulti) -> Result<(), B::Stop> {
    if pc_written(x) {
        return b.raise(Exception::Undefined);
    }
    let (addr, moved) = span(b, x);
    let zero = b.vec_const(0, 0);
    let mut values = [zero; 32];
    let step = bytes(x.list.first);
    for (i, value) in values.iter_mut().enumerate().take(x.list.count as usize) {
        let at = offset(b, addr, i as u32 * step);
        *value = b.vec_load(at, step, WORD)?;
    }
    for (i, &value) in values.iter().enumerate().take(x.list.count as usize) {
        b.set_ext_reg(x.list.first.plus(i as u8), value);
    }
    if let Some(moved) = moved {
        b.set_reg(x.rn, moved);
    }
    Ok(())
}

/// VSTM, VPUSH.
#[inline(never)]
pub(crate) fn vstm<B: VectorBuilder>(b: &mut B, x: &ExtLoadStoreMulti) -> Result<(), B::Stop> {
    if pc_written(x) {
        return b.raise(Exception::Undefined);
    }
    let (addr, moved) = span(b, x);
    let step = bytes(x.list.first);
    for i in 0..x.list.count {
        let at = offset(b, addr, i as u32 * step);
        let value = b.ext_reg(x.list.first.plus(i));
        b.vec_store(at, value, step, WORD)?;
    }
    if let Some(moved) = moved {
        b.set_reg(x.rn, moved);
    }
    Ok(())
}

/// PC as a base to be written is UNPREDICTABLE; qemu-arm makes it UNDEFINED.
fn pc_written(x: &ExtLoadStoreMulti) -> bool {
    x.wback && x.rn == Reg::PC
}

fn promised(addr: &StructAddr) -> Align {
    if addr.align > 1 { Align::Required(addr.align as u32) } else { Align::Any }
}

fn post_index<B: VectorBuilder>(b: &mut B, addr: &StructAddr, size: u32) {
    let rn = b.reg(addr.rn);
    let moved = match addr.index {
        StructIndex::None => return,
        StructIndex::Size => offset(b, rn, size),
        StructIndex::Reg(rm) => {
            let rm = b.reg(rm);
            b.add(rn, rm)
        }
    };
    write_core(b, addr.rn, moved);
}

/// The bytes that a structure load or store moves.
fn moved(n: u8, access: &StructAccess) -> u32 {
    match access.list.part {
        StructPart::Whole => access.list.count as u32 * 8,
        StructPart::Lane(_) | StructPart::All => n as u32 * access.lane.bytes(),
    }
}

/// In the order of the memory: which register the `i`th doubleword goes to. Structures of two
/// elements in four registers are two halves, each with a register of the first pair and one of the
/// second (ARM ARM A8.8.323).
fn register(n: u8, list: &StructList, i: u8) -> ExtReg {
    let i = if n == 2 && list.count == 4 { i / 2 + i % 2 * 2 } else { i };
    ExtReg::D(list.reg(i))
}

/// VLD1 to VLD4.
#[inline(never)]
pub(crate) fn load<B: VectorBuilder>(b: &mut B, x: &VecStructArgs) -> Result<(), B::Stop> {
    let StructAccess { lane, list, addr } = x.access;
    if past_the_end(&list) {
        return b.raise(Exception::Undefined);
    }
    let (base, zero) = (b.reg(addr.rn), b.vec_const(0, 0));
    let mut values = [zero; 4];
    let count = list.count.min(4);
    let (pieces, size) = match list.part {
        StructPart::Whole => (count, 8),
        _ => (x.n, lane.bytes()),
    };
    for i in 0..pieces {
        let at = offset(b, base, i as u32 * size);
        let align = if i == 0 { promised(&addr) } else { Align::Any };
        values[i as usize & 3] = b.vec_load(at, size, align)?;
    }
    match list.part {
        StructPart::Whole => {
            for group in 0..count / x.n {
                let first = (group * x.n) as usize;
                let mut part = [zero; 4];
                part[..x.n as usize].copy_from_slice(&values[first..first + x.n as usize]);
                let part = if x.n == 1 { part } else { b.vec_deinterleave(x.n, lane, part) };
                for (i, &value) in part.iter().enumerate().take(x.n as usize) {
                    b.set_ext_reg(register(x.n, &list, (first + i) as u8), value);
                }
            }
        }
        StructPart::Lane(index) => {
            for i in 0..x.n {
                let r = ExtReg::D(list.reg(i));
                let old = b.ext_reg(r);
                let value = b.vec_insert(old, lane, index, values[i as usize & 3]);
                b.set_ext_reg(r, value);
            }
        }
        // VLD1 may fill two registers with its one element.
        StructPart::All => {
            for i in 0..count {
                let element = values[if x.n == 1 { 0 } else { i as usize & 3 }];
                let value = b.vec_dup(element, lane, 0);
                b.set_ext_reg(ExtReg::D(list.reg(i)), value);
            }
        }
    }
    post_index(b, &addr, moved(x.n, &x.access));
    Ok(())
}

/// VST1 to VST4.
#[inline(never)]
pub(crate) fn store<B: VectorBuilder>(b: &mut B, x: &VecStructArgs) -> Result<(), B::Stop> {
    let StructAccess { lane, list, addr } = x.access;
    if past_the_end(&list) {
        return b.raise(Exception::Undefined);
    }
    let (base, zero) = (b.reg(addr.rn), b.vec_const(0, 0));
    let mut values = [zero; 4];
    let count = list.count.min(4);
    let size = match list.part {
        StructPart::Lane(index) => {
            for i in 0..count {
                let value = b.ext_reg(ExtReg::D(list.reg(i)));
                values[i as usize] = b.vec_dup(value, lane, index);
            }
            lane.bytes()
        }
        _ => {
            for group in 0..count / x.n {
                let first = group * x.n;
                let mut part = [zero; 4];
                for (i, value) in part.iter_mut().enumerate().take(x.n as usize) {
                    *value = b.ext_reg(register(x.n, &list, first + i as u8));
                }
                let part = if x.n == 1 { part } else { b.vec_interleave(x.n, lane, part) };
                values[first as usize..(first + x.n) as usize].copy_from_slice(&part[..x.n as usize]);
            }
            8
        }
    };
    for i in 0..count {
        let at = offset(b, base, i as u32 * size);
        let align = if i == 0 { promised(&addr) } else { Align::Any };
        b.vec_store(at, values[i as usize & 3], size, align)?;
    }
    post_index(b, &addr, moved(x.n, &x.access));
    Ok(())
}

/// A register past D31 is UNPREDICTABLE, and UNDEFINED here: qemu-arm goes on into registers that
/// ARMv7 does not have, so it is no example.
fn past_the_end(list: &StructList) -> bool {
    list.first + (list.count - 1) * list.step > 31
}
