//! VFP arithmetic, for FPSCR as a program finds it: rounding to nearest, nothing flushed, NaNs kept.
//!
//! SSE arithmetic is the same (IEEE 754) but for NaNs as results, which the two architectures choose
//! differently, and for the underflow of a result that is rounded up to the smallest normal number, which
//! ARM detects before rounding. Both are left to the interpreter. MXCSR collects the exceptions.

use super::super::Emitter;
use super::super::host::{COMPARED_AT, Order, RAX, cc};
use super::super::value::Loc;
use super::{T0, Xmm};
use crate::ir::Val;
use dynasmrt::{DynasmApi, DynasmLabelApi, dynasm};
use skink_isa::simd::op::FpBinary;
use skink_semantics::{FlagName, Precision};

/// `$op` in single or double precision.
macro_rules! fp {
    ($e:ident, $p:expr, $single:ident | $double:ident, $d:expr, $a:expr, $b:expr) => {
        match $p {
            Precision::Single => dynasm!($e.ops; .arch x64; $single Rx($d), Rx($a), Rx($b)),
            Precision::Double => dynasm!($e.ops; .arch x64; $double Rx($d), Rx($a), Rx($b)),
        }
    };
}

fn least_normal(p: Precision) -> u128 {
    match p {
        Precision::Single => 0x0080_0000,
        Precision::Double => 0x0010_0000_0000_0000,
    }
}

fn magnitude(p: Precision) -> u128 {
    match p {
        Precision::Single => 0x7fff_ffff,
        Precision::Double => i64::MAX as u128,
    }
}

impl Emitter<'_> {
    /// To the interpreter with a NaN.
    fn no_nan(&mut self, p: Precision, d: Xmm) {
        self.ucomis(p, d, d);
        self.slow_if(cc::P);
    }

    /// To the interpreter with a NaN or the smallest normal number; either compares as equal with that.
    fn no_nan_no_underflow(&mut self, p: Precision, d: Xmm) {
        let (mask, least) = (self.pool(magnitude(p)), self.pool(least_normal(p)));
        dynasm!(self.ops; .arch x64; vandps Rx(T0), Rx(d), OWORD [=>mask]);
        match p {
            Precision::Single => dynasm!(self.ops; .arch x64; vucomiss Rx(T0), DWORD [=>least]),
            Precision::Double => dynasm!(self.ops; .arch x64; vucomisd Rx(T0), QWORD [=>least]),
        }
        self.slow_if(cc::E);
    }

    fn ucomis(&mut self, p: Precision, a: Xmm, b: Xmm) {
        match p {
            Precision::Single => dynasm!(self.ops; .arch x64; vucomiss Rx(a), Rx(b)),
            Precision::Double => dynasm!(self.ops; .arch x64; vucomisd Rx(a), Rx(b)),
        }
    }

    pub(super) fn fp_binary(&mut self, i: u32, op: FpBinary, p: Precision, a: Val, b: Val) {
        self.clobber(i);
        let (a, b) = (self.x(a), self.x(b));
        let d = self.result(i);
        match op {
            FpBinary::Add => fp!(self, p, vaddss | vaddsd, d, a, b),
            FpBinary::Sub => fp!(self, p, vsubss | vsubsd, d, a, b),
            FpBinary::Mul => fp!(self, p, vmulss | vmulsd, d, a, b),
            FpBinary::Div => fp!(self, p, vdivss | vdivsd, d, a, b),
            FpBinary::Nmul => self.failed = true,
        }
        // Sums that are tiny are exact.
        match op {
            FpBinary::Add | FpBinary::Sub => self.no_nan(p, d),
            _ => self.no_nan_no_underflow(p, d),
        }
    }

    pub(super) fn fp_sqrt(&mut self, i: u32, p: Precision, a: Val) {
        self.clobber(i);
        let a = self.x(a);
        let d = self.result(i);
        fp!(self, p, vsqrtss | vsqrtsd, d, a, a);
        self.no_nan(p, d);
    }

    pub(super) fn fp_fma(&mut self, i: u32, p: Precision, addend: Val, a: Val, b: Val) {
        self.clobber(i);
        let (addend, a, b) = (self.x(addend), self.x(a), self.x(b));
        let d = self.result(i);
        dynasm!(self.ops; .arch x64; vmovaps Rx(d), Rx(addend));
        fp!(self, p, vfmadd231ss | vfmadd231sd, d, a, b);
        self.no_nan_no_underflow(p, d);
    }

    pub(super) fn fp_convert(&mut self, i: u32, from: Precision, a: Val) {
        self.clobber(i);
        let a = self.x(a);
        let d = self.result(i);
        match from {
            Precision::Single => {
                dynasm!(self.ops; .arch x64; vcvtss2sd Rx(d), Rx(a), Rx(a));
                self.no_nan(Precision::Double, d);
            }
            Precision::Double => {
                dynasm!(self.ops; .arch x64; vcvtsd2ss Rx(d), Rx(a), Rx(a));
                self.no_nan_no_underflow(Precision::Single, d);
            }
        }
    }

    pub(super) fn int_to_fp(&mut self, i: u32, p: Precision, signed: bool, a: Val) {
        let a = self.x(a);
        let host = self.int_scratch(i);
        let d = self.result(i);
        dynasm!(self.ops; .arch x64
            ; vmovd Rd(host), Rx(a)
            ; vxorps Rx(d), Rx(d), Rx(d));
        match (p, signed) {
            (Precision::Single, true) => dynasm!(self.ops; .arch x64; vcvtsi2ss Rx(d), Rx(d), Rd(host)),
            (Precision::Single, false) => dynasm!(self.ops; .arch x64; vcvtsi2ss Rx(d), Rx(d), Rq(host)),
            (Precision::Double, true) => dynasm!(self.ops; .arch x64; vcvtsi2sd Rx(d), Rx(d), Rd(host)),
            (Precision::Double, false) => dynasm!(self.ops; .arch x64; vcvtsi2sd Rx(d), Rx(d), Rq(host)),
        }
        self.slots[d as usize].high_clear = true;
    }

    /// What is out of range gives the host's "indefinite" and is left to the interpreter.
    pub(super) fn fp_to_int(&mut self, i: u32, p: Precision, signed: bool, zero: bool, a: Val) {
        self.clobber(i);
        let a = self.x(a);
        let host = self.int_scratch(i);
        match (p, signed, zero) {
            (Precision::Single, true, true) => dynasm!(self.ops; .arch x64; vcvttss2si Rd(host), Rx(a)),
            (Precision::Single, true, false) => dynasm!(self.ops; .arch x64; vcvtss2si Rd(host), Rx(a)),
            (Precision::Double, true, true) => dynasm!(self.ops; .arch x64; vcvttsd2si Rd(host), Rx(a)),
            (Precision::Double, true, false) => dynasm!(self.ops; .arch x64; vcvtsd2si Rd(host), Rx(a)),
            // 64 bits have room for more than an unsigned word: those numbers must not be converted.
            (Precision::Single, false, _) => {
                let (end, below) = (self.pool(0x4f80_0000), self.pool(0xbf80_0000));
                dynasm!(self.ops; .arch x64; vucomiss Rx(a), DWORD [=>end]);
                self.slow_if(cc::AE);
                dynasm!(self.ops; .arch x64; vucomiss Rx(a), DWORD [=>below]);
                self.slow_if(cc::BE);
                dynasm!(self.ops; .arch x64; vcvttss2si Rq(host), Rx(a));
            }
            (Precision::Double, false, _) => {
                let (end, below) = (self.pool(0x41f0_0000_0000_0000), self.pool(0xbff0_0000_0000_0000));
                dynasm!(self.ops; .arch x64; vucomisd Rx(a), QWORD [=>end]);
                self.slow_if(cc::AE);
                dynasm!(self.ops; .arch x64; vucomisd Rx(a), QWORD [=>below]);
                self.slow_if(cc::BE);
                dynasm!(self.ops; .arch x64; vcvttsd2si Rq(host), Rx(a));
            }
        }
        if signed {
            dynasm!(self.ops; .arch x64; cmp Rd(host), i32::MIN);
            self.slow_if(cc::E);
        }
        let d = self.result(i);
        dynasm!(self.ops; .arch x64; vmovd Rx(d), Rd(host));
        self.slots[d as usize].high_clear = true;
    }

    /// FpCompare. What the host's flags say is kept for FPSCR; they stay as they are.
    pub(super) fn fp_compare(&mut self, i: u32, p: Precision, quiet_too: bool, a: Val, b: Val) {
        self.clobber(i);
        let (a, b) = (self.x(a), self.x(b));
        let order = self.wanted_order();
        let (a, b) = if order == Order::Given { (a, b) } else { (b, a) };
        match (p, quiet_too) {
            (p, false) => self.ucomis(p, a, b),
            (Precision::Single, true) => dynasm!(self.ops; .arch x64; vcomiss Rx(a), Rx(b)),
            (Precision::Double, true) => dynasm!(self.ops; .arch x64; vcomisd Rx(a), Rx(b)),
        }
        self.take(RAX, Val(i));
        self.owners[RAX as usize] = None;
        let (mine, other) = match order {
            Order::Given => (COMPARED_AT, COMPARED_AT + 1),
            Order::Swapped => (COMPARED_AT + 1, COMPARED_AT),
        };
        dynasm!(self.ops; .arch x64
            ; lahf
            ; mov BYTE [rbp + mine], ah
            ; mov BYTE [rbp + other], 0);
        self.compared = Some(order);
        self.said.compared = Some(order);
    }

    /// FpFlag.
    pub(super) fn fp_flag(&mut self, i: u32, flag: FlagName) {
        let Some(order) = self.compared else {
            self.failed = true;
            return;
        };
        if self.said.compared.is_none() {
            self.clobber(i);
            self.take(RAX, Val(i));
            self.owners[RAX as usize] = None;
            let at = if order == Order::Given { COMPARED_AT } else { COMPARED_AT + 1 };
            dynasm!(self.ops; .arch x64; mov ah, BYTE [rbp + at]; sahf);
            self.said.compared = Some(order);
        }
        self.locs[i as usize] = Loc::Cc(order.flag(flag));
    }
}
