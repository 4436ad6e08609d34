//! Multiplication, division and saturating addition: ARM ARM A5.2.5-A5.2.7, A5.4.4, A6.3.16, A6.3.17.

use crate::builder::{Builder, FlagName};
use crate::data::set_nz;
use skink_isa::op::{Mla, Mul, MulDual, MulDualLong, MulHalf, MulHalfLong, MulLong, MulTop, Reg3, Reg4};
use skink_isa::operand::Reg;

/// MUL. C and V stay (ARM ARM A8.8.114).
pub(crate) fn mul<B: Builder>(b: &mut B, x: &Mul) {
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let result = b.mul(rn, rm);
    b.set_reg(x.rd, result);
    if x.s {
        set_nz(b, result);
    }
}

/// MLA.
pub(crate) fn mla<B: Builder>(b: &mut B, x: &Mla) {
    let (rn, rm, ra) = (b.reg(x.rn), b.reg(x.rm), b.reg(x.ra));
    let product = b.mul(rn, rm);
    let result = b.add(product, ra);
    b.set_reg(x.rd, result);
    if x.s {
        set_nz(b, result);
    }
}

/// MLS.
pub(crate) fn mls<B: Builder>(b: &mut B, x: &Reg4) {
    let (rn, rm, ra) = (b.reg(x.rn), b.reg(x.rm), b.reg(x.ra));
    let product = b.mul(rn, rm);
    let result = b.sub(ra, product);
    b.set_reg(x.rd, result);
}

fn set_pair<B: Builder>(b: &mut B, lo: Reg, hi: Reg, value: B::Wide) -> (B::Word, B::Word) {
    let (low, high) = (b.low(value), b.high(value));
    b.set_reg(lo, low);
    b.set_reg(hi, high);
    (low, high)
}

/// UMULL, UMLAL, SMULL, SMLAL.
pub(crate) fn long<B: Builder>(b: &mut B, x: &MulLong, signed: bool, accumulate: bool) {
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let (n, m) = match signed {
        true => (b.sext_wide(rn), b.sext_wide(rm)),
        false => (b.zext_wide(rn), b.zext_wide(rm)),
    };
    let mut result = b.mul_wide(n, m);
    if accumulate {
        let (low, high) = (b.reg(x.rdlo), b.reg(x.rdhi));
        let old = b.wide(low, high);
        result = b.add_wide(result, old);
    }
    let (low, high) = set_pair(b, x.rdlo, x.rdhi, result);
    if x.s {
        let n = b.is_negative(high);
        b.set_flag(FlagName::N, n);
        let any = b.or(low, high);
        let z = b.is_zero(any);
        b.set_flag(FlagName::Z, z);
    }
}

/// UMAAL.
pub(crate) fn umaal<B: Builder>(b: &mut B, x: &MulLong) {
    let (rn, rm, low, high) = (b.reg(x.rn), b.reg(x.rm), b.reg(x.rdlo), b.reg(x.rdhi));
    let (n, m, l, h) = (b.zext_wide(rn), b.zext_wide(rm), b.zext_wide(low), b.zext_wide(high));
    let product = b.mul_wide(n, m);
    let sum = b.add_wide(product, l);
    let sum = b.add_wide(sum, h);
    set_pair(b, x.rdlo, x.rdhi, sum);
}

/// The signed halfword of a word, as a wide.
fn half<B: Builder>(b: &mut B, value: B::Word, high: bool) -> B::Wide {
    let top = if high { value } else { b.shl(value, 16) };
    let half = b.sar(top, 16);
    b.sext_wide(half)
}

/// Writes the low word of a wide sum, and Q if it overflows 32 bits.
fn set_with_q<B: Builder>(b: &mut B, rd: Reg, sum: B::Wide) {
    let result = b.low(sum);
    let (_, overflow) = b.ssat(sum, 32);
    b.set_q_if(overflow);
    b.set_reg(rd, result);
}

/// SMLAxy and SMULxy.
pub(crate) fn half_by_half<B: Builder>(b: &mut B, x: &MulHalf, accumulate: bool) {
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let (n, m) = (half(b, rn, x.n_high), half(b, rm, x.m_high));
    let product = b.mul_wide(n, m);
    if accumulate {
        let ra = b.reg(x.ra);
        let ra = b.sext_wide(ra);
        let sum = b.add_wide(product, ra);
        set_with_q(b, x.rd, sum);
    } else {
        let result = b.low(product);
        b.set_reg(x.rd, result);
    }
}

/// SMLAWy and SMULWy.
pub(crate) fn word_by_half<B: Builder>(b: &mut B, x: &MulHalf, accumulate: bool) {
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let (n, m) = (b.sext_wide(rn), half(b, rm, x.m_high));
    let product = b.mul_wide(n, m);
    let product = b.sar_wide(product, 16);
    if accumulate {
        let ra = b.reg(x.ra);
        let ra = b.sext_wide(ra);
        let sum = b.add_wide(product, ra);
        set_with_q(b, x.rd, sum);
    } else {
        let result = b.low(product);
        b.set_reg(x.rd, result);
    }
}

/// SMLALxy.
pub(crate) fn half_by_half_long<B: Builder>(b: &mut B, x: &MulHalfLong) {
    let (rn, rm, low, high) = (b.reg(x.rn), b.reg(x.rm), b.reg(x.rdlo), b.reg(x.rdhi));
    let (n, m) = (half(b, rn, x.n_high), half(b, rm, x.m_high));
    let product = b.mul_wide(n, m);
    let old = b.wide(low, high);
    let sum = b.add_wide(product, old);
    set_pair(b, x.rdlo, x.rdhi, sum);
}

/// The two products of a dual multiply, added or subtracted.
fn dual_products<B: Builder>(b: &mut B, rn: B::Word, rm: B::Word, swap: bool, subtract: bool) -> B::Wide {
    let (n0, n1) = (half(b, rn, false), half(b, rn, true));
    let (m0, m1) = (half(b, rm, swap), half(b, rm, !swap));
    let (p0, p1) = (b.mul_wide(n0, m0), b.mul_wide(n1, m1));
    if subtract { b.sub_wide(p0, p1) } else { b.add_wide(p0, p1) }
}

/// SMUAD, SMUSD, SMLAD, SMLSD.
pub(crate) fn dual<B: Builder>(b: &mut B, x: &MulDual, subtract: bool, accumulate: bool) {
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let mut sum = dual_products(b, rn, rm, x.m_swap, subtract);
    if accumulate {
        let ra = b.reg(x.ra);
        let ra = b.sext_wide(ra);
        sum = b.add_wide(sum, ra);
    }
    set_with_q(b, x.rd, sum);
}

/// SMLALD, SMLSLD.
pub(crate) fn dual_long<B: Builder>(b: &mut B, x: &MulDualLong, subtract: bool) {
    let (rn, rm, low, high) = (b.reg(x.rn), b.reg(x.rm), b.reg(x.rdlo), b.reg(x.rdhi));
    let products = dual_products(b, rn, rm, x.m_swap, subtract);
    let old = b.wide(low, high);
    let sum = b.add_wide(products, old);
    set_pair(b, x.rdlo, x.rdhi, sum);
}

/// What SMMUL, SMMLA and SMMLS do with the product.
#[derive(Clone, Copy)]
pub(crate) enum Top {
    Mul,
    Add,
    Sub,
}

/// SMMUL, SMMLA, SMMLS.
pub(crate) fn top<B: Builder>(b: &mut B, x: &MulTop, how: Top) {
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let (n, m) = (b.sext_wide(rn), b.sext_wide(rm));
    let product = b.mul_wide(n, m);
    let zero = b.word(0);
    let mut result = match how {
        // SMMLS with Ra = PC is UNPREDICTABLE, and SMMUL under qemu-arm.
        _ if x.ra == Reg::PC => product,
        Top::Mul => product,
        _ => {
            let ra = b.reg(x.ra);
            let ra = b.wide(zero, ra);
            match how {
                Top::Sub => b.sub_wide(ra, product),
                _ => b.add_wide(ra, product),
            }
        }
    };
    if x.round {
        let half = b.word(0x8000_0000);
        let half = b.wide(half, zero);
        result = b.add_wide(result, half);
    }
    let result = b.high(result);
    b.set_reg(x.rd, result);
}

/// SDIV and UDIV.
pub(crate) fn div<B: Builder>(b: &mut B, x: &Reg3, signed: bool) {
    let (rn, rm) = (b.reg(x.rn), b.reg(x.rm));
    let result = if signed { b.sdiv(rn, rm) } else { b.udiv(rn, rm) };
    b.set_reg(x.rd, result);
}

/// QADD, QSUB, QDADD, QDSUB: Rm plus or minus Rn, or Rn doubled.
pub(crate) fn saturating<B: Builder>(b: &mut B, x: &Reg3, double: bool, subtract: bool) {
    let (rm, rn) = (b.reg(x.rm), b.reg(x.rn));
    let m = b.sext_wide(rm);
    let mut n = b.sext_wide(rn);
    if double {
        let twice = b.add_wide(n, n);
        let (value, saturated) = b.ssat(twice, 32);
        b.set_q_if(saturated);
        n = b.sext_wide(value);
    }
    let sum = if subtract { b.sub_wide(m, n) } else { b.add_wide(m, n) };
    let (result, saturated) = b.ssat(sum, 32);
    b.set_q_if(saturated);
    b.set_reg(x.rd, result);
}
