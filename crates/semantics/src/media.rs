//! Parallel arithmetic, packing, extension, saturation and bit fields: ARM ARM A5.4, A6.3.12-A6.3.15.

use crate::builder::Builder;
use crate::data::shift;
use crate::simd::{Shape, VectorBuilder};
use skink_isa::op::*;
use skink_isa::operand::{ExtendOp, ExtendPart, ParallelKind, ParallelOp, Rotate};
use skink_isa::simd::op::VecBinary;
use skink_isa::simd::operand::{DataType, Kind, Lane};

/// Bits `at..at + size` of a word, extended to 32 bits.
fn lane<B: Builder>(b: &mut B, value: B::Word, at: u8, size: u8, signed: bool) -> B::Word {
    let up = b.shl(value, 32 - size - at);
    if signed { b.sar(up, 32 - size) } else { b.shr(up, 32 - size) }
}

/// Sums or differences of all elements, and GE: whether each is not negative or, unsigned, has a carry out or no borrow.
fn parallel_elements<B: VectorBuilder>(
    b: &mut B,
    how: ParallelKind,
    shape: Shape,
    subtract: bool,
    (n, m): (B::Vec, B::Vec),
) -> (B::Vec, B::Vec) {
    let (plain, halving) =
        if subtract { (VecBinary::Sub, VecBinary::Hsub) } else { (VecBinary::Add, VecBinary::Hadd) };
    let halved = matches!(how, ParallelKind::SignedHalving | ParallelKind::UnsignedHalving);
    let result = b.vec_binary(if halved { halving } else { plain }, shape, n, m);
    let ge = match how {
        ParallelKind::Unsigned if subtract => b.vec_binary(VecBinary::Cge, shape, n, m),
        ParallelKind::Unsigned => b.vec_binary(VecBinary::Cgt, shape, n, result),
        ParallelKind::Signed => {
            // Half of it has the sign of the whole, which does not fit.
            let half = b.vec_binary(halving, shape, n, m);
            let zero = b.vec_const(0, 0);
            b.vec_binary(VecBinary::Cge, shape, half, zero)
        }
        _ => result,
    };
    (result, ge)
}

/// The saturated sums or differences. Neither Q nor FPSCR.QC is told, so the first operand is brought to where
/// nothing saturates.
fn parallel_saturated<B: VectorBuilder>(
    b: &mut B,
    shape: Shape,
    subtract: bool,
    (n, m): (B::Vec, B::Vec),
) -> B::Vec {
    use VecBinary::{Add, Eor, Max, Min, Sub};
    if shape.ty.unsigned() {
        if subtract {
            let n = b.vec_binary(Max, shape, n, m);
            return b.vec_binary(Sub, shape, n, m);
        }
        let ones = b.vec_const(u64::MAX, 0);
        let room = b.vec_binary(Eor, shape, m, ones);
        let n = b.vec_binary(Min, shape, n, room);
        return b.vec_binary(Add, shape, n, m);
    }
    let (least, greatest) = match shape.ty.lane {
        Lane::B8 => (0x8080_8080, 0x7f7f_7f7f),
        _ => (0x8000_8000, 0x7fff_7fff),
    };
    let (zero, least, greatest) = (b.vec_const(0, 0), b.vec_const(least, 0), b.vec_const(greatest, 0));
    let (above, below) = (b.vec_binary(Max, shape, m, zero), b.vec_binary(Min, shape, m, zero));
    // From where to where n may go: m + least and m + greatest, or least - m and greatest - m, where they exist.
    let (low, high) = if subtract {
        (b.vec_binary(Add, shape, least, above), b.vec_binary(Add, shape, greatest, below))
    } else {
        (b.vec_binary(Sub, shape, least, below), b.vec_binary(Sub, shape, greatest, above))
    };
    let n = b.vec_binary(Max, shape, n, low);
    let n = b.vec_binary(Min, shape, n, high);
    b.vec_binary(if subtract { Sub } else { Add }, shape, n, m)
}

/// One of the two operations of ASX and SAX, or the operation of the others: the result, and GE.
fn parallel_half<B: VectorBuilder>(
    b: &mut B,
    x: &Parallel,
    subtract: bool,
    (n, m): (B::Word, B::Word),
) -> (B::Word, B::Word) {
    use ParallelKind::*;
    let signed = matches!(x.how, Signed | SignedSaturating | SignedHalving);
    let bytes = matches!(x.what, ParallelOp::Add8 | ParallelOp::Sub8);
    let kind = if signed { Kind::Signed } else { Kind::Unsigned };
    let ty = DataType::new(kind, if bytes { Lane::B8 } else { Lane::B16 });
    let (n, m) = (b.vec_of_word(n), b.vec_of_word(m));
    let shape = Shape { ty, q: false };
    let (result, ge) = match x.how {
        SignedSaturating | UnsignedSaturating => {
            let result = parallel_saturated(b, shape, subtract, (n, m));
            (result, result)
        }
        _ => parallel_elements(b, x.how, shape, subtract, (n, m)),
    };
    let word = DataType::new(Kind::Unsigned, Lane::B32);
    let result = b.vec_get(result, word, 0);
    let ge = if matches!(x.how, Signed | Unsigned) { b.vec_get(ge, word, 0) } else { result };
    (result, ge)
}

/// The low half of one word and the high half of another.
fn halves<B: Builder>(b: &mut B, low: B::Word, high: B::Word) -> B::Word {
    let (lower, upper) = (b.word(0xffff), b.word(0xffff_0000));
    let (low, high) = (b.and(low, lower), b.and(high, upper));
    b.or(low, high)
}

/// Parallel addition and subtraction (ARM ARM A4.4.7).
pub(crate) fn parallel<B: VectorBuilder>(b: &mut B, x: &Parallel) {
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let (result, ge) = match x.what {
        ParallelOp::Add8 | ParallelOp::Add16 => parallel_half(b, x, false, (rn, rm)),
        ParallelOp::Sub8 | ParallelOp::Sub16 => parallel_half(b, x, true, (rn, rm)),
        ParallelOp::Asx | ParallelOp::Sax => {
            let exchanged = b.ror(rm, 16);
            let (sums, sums_ge) = parallel_half(b, x, false, (rn, exchanged));
            let (differences, differences_ge) = parallel_half(b, x, true, (rn, exchanged));
            match x.what {
                ParallelOp::Asx => (halves(b, differences, sums), halves(b, differences_ge, sums_ge)),
                _ => (halves(b, sums, differences), halves(b, sums_ge, differences_ge)),
            }
        }
    };
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
    let (rn, rm, ge) = (b.reg(x.rn), b.reg(x.rm), b.ge());
    // Where a bit of the mask is clear, the difference is taken away again.
    let difference = b.xor(rn, rm);
    let kept = b.and(difference, ge);
    let result = b.xor(kept, rm);
    b.set_reg(x.rd, result);
}

/// USAD8 and USADA8.
pub(crate) fn usad8<B: VectorBuilder>(b: &mut B, rn: B::Word, rm: B::Word, acc: B::Word) -> B::Word {
    let [bytes, halves, words] =
        [Lane::B8, Lane::B16, Lane::B32].map(|lane| DataType::new(Kind::Unsigned, lane));
    let (n, m) = (b.vec_of_word(rn), b.vec_of_word(rm));
    let distances = b.vec_binary(VecBinary::Abd, Shape { ty: bytes, q: false }, n, m);
    let pairs = b.vec_pair_long(Shape { ty: bytes, q: false }, distances);
    let sums = b.vec_pair_long(Shape { ty: halves, q: false }, pairs);
    let sum = b.vec_get(sums, words, 0);
    b.add(sum, acc)
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
