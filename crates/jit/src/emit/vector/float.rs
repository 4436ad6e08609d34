//! Advanced SIMD arithmetic on single-precision numbers (ARM ARM A2.7.2: the standard FPSCR value).
//!
//! Denormal numbers are flushed and NaNs are the default one there, which the host would do by other modes
//! than VFP needs. So the host's mode stays, and whatever meets a denormal number or a NaN is left to the
//! interpreter. A product that underflows to zero is inexact on the host only: products are computed here
//! once FPSCR.IXC is set, as it is in every program soon.

use super::super::Emitter;
use super::super::host::{FPSCR_AT, cc};
use super::{T0, T1, WithImm, Xmm};
use crate::ir::Val;
use dynasmrt::{DynasmApi, DynasmLabelApi, dynasm};
use skink_isa::simd::op::VecBinary;

fn four(word: u32) -> u128 {
    (0..4).fold(0, |all, i| all | (word as u128) << (32 * i))
}

/// FPSCR.IXC.
const IXC: i8 = 0x10;

/// Predicates of VCMPPS (SDM vol. 2, table 3-1): quiet ones but for greater than (or equal), which quiet NaNs
/// make invalid as they do for VCGT and VCGE.
const EQUAL: u8 = 0;
const UNORDERED: u8 = 3;
const NOT_EQUAL: u8 = 4;
const GREATER_EQUAL: u8 = 13;
const GREATER: u8 = 14;
const NOT_GREATER: u8 = 26;

impl Emitter<'_> {
    fn compare(&mut self, d: Xmm, a: Xmm, b: Xmm, predicate: u8) {
        self.with_imm(WithImm::Cmpps, d, [a, b], predicate);
    }

    /// An operand without denormal numbers, and with nothing in its upper half if it is a doubleword.
    fn operand(&mut self, v: Val, q: bool) -> Xmm {
        let mut s = self.x(v);
        if !q && !self.slots[s as usize].high_clear {
            let from = s;
            if !self.is_own_doubleword(s) {
                self.slots[s as usize].hold(self.now);
                s = self.grab();
                let slot = self.slots[from as usize];
                self.slots[s as usize].like(slot);
            }
            dynasm!(self.ops; .arch x64; vmovq Rx(s), Rx(from));
            self.slots[s as usize].high_clear = true;
        }
        self.slots[s as usize].hold(self.now);
        if !self.slots[s as usize].no_denormals {
            let (mask, least) = (self.pool(four(0x7fff_ffff)), self.pool(four(0x0080_0000)));
            dynasm!(self.ops; .arch x64
                ; vmovdqa Rx(T1), OWORD [=>least]
                ; vpand Rx(T0), Rx(s), OWORD [=>mask]
                ; vpcmpgtd Rx(T1), Rx(T1), Rx(T0)
                ; vptest Rx(T1), Rx(T0));
            self.leave_slowly_if(cc::NE);
            self.slots[s as usize].no_denormals = true;
        }
        s
    }

    /// To the interpreter with a NaN, a denormal number or the smallest normal one in the result. Leaves
    /// in T1 which elements are one of these, or zero, and in T0 their magnitudes.
    fn checked(&mut self, d: Xmm) {
        let (mask, least) = (self.pool(four(0x7fff_ffff)), self.pool(four(0x0080_0000)));
        dynasm!(self.ops; .arch x64
            ; vandps Rx(T0), Rx(d), OWORD [=>mask]
            ; vmovaps Rx(T1), OWORD [=>least]);
        self.compare(T1, T0, T1, NOT_GREATER);
        dynasm!(self.ops; .arch x64; vptest Rx(T1), Rx(T0));
        self.slow_if(cc::NE);
        self.slots[d as usize].no_denormals = true;
    }

    /// Whether the result has a zero though no factor of it is one: it has underflowed.
    fn no_vanished_product(&mut self, d: Xmm, a: Xmm, b: Xmm, q: bool) {
        let fine = self.ops.new_dynamic_label();
        if !q {
            dynasm!(self.ops; .arch x64; vmovq Rx(T1), Rx(T1));
        }
        dynasm!(self.ops; .arch x64
            ; vptest Rx(T1), Rx(T1)
            ; je =>fine
            ; vxorps Rx(T0), Rx(T0), Rx(T0));
        self.compare(T1, a, T0, NOT_EQUAL);
        self.compare(T0, b, T0, NOT_EQUAL);
        dynasm!(self.ops; .arch x64
            ; vandps Rx(T1), Rx(T1), Rx(T0)
            ; vxorps Rx(T0), Rx(T0), Rx(T0));
        self.compare(T0, d, T0, EQUAL);
        dynasm!(self.ops; .arch x64; vptest Rx(T0), Rx(T1));
        self.slow_if(cc::NE);
        dynasm!(self.ops; .arch x64; =>fine);
    }

    fn inexact_before(&mut self) {
        dynasm!(self.ops; .arch x64; test BYTE [rbp + FPSCR_AT], IXC);
        self.slow_if(cc::E);
    }

    pub(super) fn float_binary(&mut self, i: u32, op: VecBinary, q: bool, a: Val, b: Val) {
        self.clobber(i);
        let (a, b) = (self.operand(a, q), self.operand(b, q));
        let d = self.result(i);
        match op {
            VecBinary::Add => dynasm!(self.ops; .arch x64; vaddps Rx(d), Rx(a), Rx(b)),
            VecBinary::Sub => dynasm!(self.ops; .arch x64; vsubps Rx(d), Rx(a), Rx(b)),
            VecBinary::Mul => {
                self.inexact_before();
                dynasm!(self.ops; .arch x64; vmulps Rx(d), Rx(a), Rx(b));
                self.checked(d);
                self.no_vanished_product(d, a, b, q);
                self.slots[d as usize].high_clear = !q;
                return;
            }
            VecBinary::Max | VecBinary::Min => return self.extremum(op == VecBinary::Max, d, a, b),
            VecBinary::Ceq => self.compare(d, a, b, EQUAL),
            VecBinary::Cge => self.compare(d, a, b, GREATER_EQUAL),
            VecBinary::Cgt => self.compare(d, a, b, GREATER),
            _ => self.failed = true,
        }
        if matches!(op, VecBinary::Add | VecBinary::Sub) {
            self.checked(d);
            self.slots[d as usize].high_clear = !q;
        }
    }

    /// The host takes the second of two zeros; in both orders, they give the zero that the guest has.
    fn extremum(&mut self, max: bool, d: Xmm, a: Xmm, b: Xmm) {
        self.compare(T0, a, b, UNORDERED);
        dynasm!(self.ops; .arch x64; vptest Rx(T0), Rx(T0));
        self.slow_if(cc::NE);
        if max {
            dynasm!(self.ops; .arch x64
                ; vmaxps Rx(T0), Rx(b), Rx(a)
                ; vmaxps Rx(d), Rx(a), Rx(b)
                ; vandps Rx(d), Rx(d), Rx(T0));
        } else {
            dynasm!(self.ops; .arch x64
                ; vminps Rx(T0), Rx(b), Rx(a)
                ; vminps Rx(d), Rx(a), Rx(b)
                ; vorps Rx(d), Rx(d), Rx(T0));
        }
        self.slots[d as usize].no_denormals = true;
    }

    pub(super) fn float_fma(&mut self, i: u32, q: bool, addend: Val, a: Val, b: Val) {
        self.clobber(i);
        let (addend, a, b) = (self.operand(addend, q), self.operand(a, q), self.operand(b, q));
        self.inexact_before();
        let d = self.result(i);
        dynasm!(self.ops; .arch x64
            ; vmovaps Rx(d), Rx(addend)
            ; vfmadd231ps Rx(d), Rx(a), Rx(b));
        self.checked(d);
        self.no_vanished_product(d, a, b, q);
        self.slots[d as usize].high_clear = !q;
    }

    pub(super) fn ints_to_singles(&mut self, i: u32, q: bool, a: Val) {
        let a = self.x(a);
        let d = self.result(i);
        if q {
            dynasm!(self.ops; .arch x64; vcvtdq2ps Rx(d), Rx(a));
        } else {
            dynasm!(self.ops; .arch x64; vmovq Rx(d), Rx(a); vcvtdq2ps Rx(d), Rx(d));
        }
        self.slots[d as usize].high_clear = !q;
        self.slots[d as usize].no_denormals = true;
    }

    pub(super) fn singles_to_ints(&mut self, i: u32, q: bool, a: Val) {
        self.clobber(i);
        let a = self.operand(a, q);
        let d = self.result(i);
        let indefinite = self.pool(four(0x8000_0000));
        dynasm!(self.ops; .arch x64
            ; vcvttps2dq Rx(d), Rx(a)
            ; vpcmpeqd Rx(T0), Rx(d), OWORD [=>indefinite]
            ; vptest Rx(T0), Rx(T0));
        self.slow_if(cc::NE);
    }
}
