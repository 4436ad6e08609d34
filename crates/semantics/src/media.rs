//! Parallel arithmetic, packing, extension, saturation and bit fields: ARM ARM A5.4, A6.3.12-A6.3.15.

use crate::builder::Builder;
use crate::data::shift;
use skink_isa::op::*;
use skink_isa::operand::{ExtendOp, ExtendPart, ParallelKind, ParallelOp, Rotate};

/// Bits `at..at + size` of a word, extended to 32 bits.
fn lane<B: Builder>(b: &mut B, value: B::Word, at: u8, size: u8, signed: bool) -> B::Word {
    let up = b.shl(value, 32 - size - at);
    if signed { b.sar(up, 32 - size) } else { b.shr(up, 32 - size) }
}

/// One lane's sum or difference: the lane's result bits, and its GE bit.
fn parallel_lane<B: Builder>(
    b: &mut B,
    how: ParallelKind,
    (n, m): (B::Word, B::Word),
    subtract: bool,
    size: u8,
) -> (B::Word, B::Flag) {
    let sum = if subtract { b.sub(n, m) } else { b.add(n, m) };
    let negative = b.is_negative(sum);
    let wide = b.sext_wide(sum);
    match how {
        // GE: the result is not negative.
        ParallelKind::Signed => (sum, b.flag_not(negative)),
        // GE: no borrow, or a carry out of the lane.
        ParallelKind::Unsigned if subtract => (sum, b.flag_not(negative)),
        ParallelKind::Unsigned => (sum, b.bit(sum, size)),
        ParallelKind::SignedSaturating => (b.ssat(wide, size).0, negative),
        ParallelKind::UnsignedSaturating => (b.usat(wide, size).0, negative),
        ParallelKind::SignedHalving | ParallelKind::UnsignedHalving => (b.sar(sum, 1), negative),
    }
}

/// Parallel addition and subtraction (ARM ARM A4.4.7).
pub(crate) fn parallel<B: Builder>(b: &mut B, x: &Parallel) {
    let signed =
        matches!(x.how, ParallelKind::Signed | ParallelKind::SignedSaturating | ParallelKind::SignedHalving);
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let size = if matches!(x.what, ParallelOp::Add8 | ParallelOp::Sub8) { 8 } else { 16 };
    let exchange = matches!(x.what, ParallelOp::Asx | ParallelOp::Sax);
    let no = b.flag(false);
    let mut ge = [no; 4];
    let mut result = b.word(0);
    for at in (0..32).step_by(size as usize) {
        let n = lane(b, rn, at, size, signed);
        let m = lane(b, rm, if exchange { 16 - at } else { at }, size, signed);
        let subtract = match x.what {
            ParallelOp::Add8 | ParallelOp::Add16 => false,
            ParallelOp::Sub8 | ParallelOp::Sub16 => true,
            ParallelOp::Asx => at == 0,
            ParallelOp::Sax => at != 0,
        };
        let (value, bit) = parallel_lane(b, x.how, (n, m), subtract, size);
        let value = lane(b, value, 0, size, false);
        let value = b.shl(value, at);
        result = b.or(result, value);
        let first = at as usize / 8;
        ge[first..first + size as usize / 8].fill(bit);
    }
    b.set_reg(x.rd, result);
    if matches!(x.how, ParallelKind::Signed | ParallelKind::Unsigned) {
        b.set_ge(ge);
    }
}

/// PKHBT and PKHTB.
pub(crate) fn pkh<B: Builder>(b: &mut B, x: &Pkh) {
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let operand = shift(b, rm, x.shift.shift, x.shift.amount);
    let (top, bottom) = if x.tb { (rn, operand) } else { (operand, rn) };
    let (high, low) = (b.word(0xffff_0000), b.word(0xffff));
    let (top, bottom) = (b.and(top, high), b.and(bottom, low));
    let result = b.or(top, bottom);
    b.set_reg(x.rd, result);
}

/// SEL.
pub(crate) fn sel<B: Builder>(b: &mut B, x: &Reg3) {
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let mut result = b.word(0);
    for i in 0..4 {
        let ge = b.ge(i);
        let byte = b.select(ge, rn, rm);
        let mask = b.word(0xff << (8 * i));
        let byte = b.and(byte, mask);
        result = b.or(result, byte);
    }
    b.set_reg(x.rd, result);
}

/// USAD8 and USADA8.
pub(crate) fn usad8<B: Builder>(b: &mut B, rn: B::Word, rm: B::Word, acc: B::Word) -> B::Word {
    let mut sum = acc;
    for at in [0, 8, 16, 24] {
        let (n, m) = (lane(b, rn, at, 8, false), lane(b, rm, at, 8, false));
        let (over, under) = (b.sub(n, m), b.sub(m, n));
        let negative = b.is_negative(over);
        let distance = b.select(negative, under, over);
        sum = b.add(sum, distance);
    }
    sum
}

/// What SXTB, UXTH and their like make of a register.
pub(crate) fn extended<B: Builder>(b: &mut B, what: ExtendOp, value: B::Word, rotate: Rotate) -> B::Word {
    let value = if rotate.0 == 0 { value } else { b.ror(value, rotate.0) };
    match what.part {
        ExtendPart::Byte => lane(b, value, 0, 8, !what.unsigned),
        ExtendPart::Half => lane(b, value, 0, 16, !what.unsigned),
        ExtendPart::TwoBytes => {
            let (low, high) = (lane(b, value, 0, 8, !what.unsigned), lane(b, value, 16, 8, !what.unsigned));
            let low = lane(b, low, 0, 16, false);
            let high = b.shl(high, 16);
            b.or(low, high)
        }
    }
}

/// SXTAB and its like; the two halves of SXTAB16 are added apart.
pub(crate) fn extend_add<B: Builder>(b: &mut B, x: &ExtendAdd) {
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let extended = extended(b, x.what, rm, x.rotate);
    let result = match x.what.part {
        ExtendPart::TwoBytes => {
            let low = b.add(rn, extended);
            let low = lane(b, low, 0, 16, false);
            let mask = b.word(0xffff_0000);
            let (n, e) = (b.and(rn, mask), b.and(extended, mask));
            let high = b.add(n, e);
            b.or(low, high)
        }
        _ => b.add(rn, extended),
    };
    b.set_reg(x.rd, result);
}

/// SSAT and USAT.
pub(crate) fn sat<B: Builder>(b: &mut B, x: &Sat, signed: bool) {
    let rn = b.reg(x.rn);
    let operand = shift(b, rn, x.shift.shift, x.shift.amount);
    let operand = b.sext_wide(operand);
    let (result, saturated) =
        if signed { b.ssat(operand, x.sat.0 as u8) } else { b.usat(operand, x.sat.0 as u8) };
    b.set_reg(x.rd, result);
    b.set_q_if(saturated);
}

/// SSAT16 and USAT16.
pub(crate) fn sat16<B: Builder>(b: &mut B, x: &Sat16, signed: bool) {
    let rn = b.reg(x.rn);
    let mut result = b.word(0);
    for at in [0, 16] {
        let half = lane(b, rn, at, 16, true);
        let half = b.sext_wide(half);
        let (value, saturated) =
            if signed { b.ssat(half, x.sat.0 as u8) } else { b.usat(half, x.sat.0 as u8) };
        b.set_q_if(saturated);
        let value = lane(b, value, 0, 16, false);
        let value = b.shl(value, at);
        result = b.or(result, value);
    }
    b.set_reg(x.rd, result);
}

/// A mask of `width` bits from `lsb` on.
fn field_mask(lsb: u8, width: u8) -> u32 {
    (u32::MAX >> (32 - width as u32)) << lsb
}

/// BFC.
pub(crate) fn bfc<B: Builder>(b: &mut B, x: &Bfc) {
    let rd = b.reg(x.rd);
    let keep = b.word(!field_mask(x.field.lsb, x.field.width));
    let result = b.and(rd, keep);
    b.set_reg(x.rd, result);
}

/// BFI.
pub(crate) fn bfi<B: Builder>(b: &mut B, x: &Bfi) {
    let (rd, rn) = (b.reg(x.rd), b.reg(x.rn));
    let mask = field_mask(x.field.lsb, x.field.width);
    let (keep, mask) = (b.word(!mask), b.word(mask));
    let up = b.shl(rn, x.field.lsb);
    let (old, new) = (b.and(rd, keep), b.and(up, mask));
    let result = b.or(old, new);
    b.set_reg(x.rd, result);
}

/// SBFX and UBFX.
pub(crate) fn bfx<B: Builder>(b: &mut B, x: &Bfx, signed: bool) {
    let rn = b.reg(x.rn);
    let result = lane(b, rn, x.field.lsb, x.field.width, signed);
    b.set_reg(x.rd, result);
}

/// REV16: the bytes of both halves exchanged.
pub(crate) fn rev16<B: Builder>(b: &mut B, value: B::Word) -> B::Word {
    let swapped = b.bswap(value);
    b.ror(swapped, 16)
}

/// REVSH.
pub(crate) fn revsh<B: Builder>(b: &mut B, value: B::Word) -> B::Word {
    let swapped = b.bswap(value);
    b.sar(swapped, 16)
}
