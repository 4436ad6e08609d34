//! Loads, stores, and moves between core and extension registers.

use super::super::Emitter;
use super::super::host::{Host, RAX, RCX, cc};
use super::super::value::Loc;
use super::{T0, WithImm};
use crate::ir::Val;
use dynasmrt::{DynasmApi, dynasm};
use skink_isa::simd::operand::{DataType, Kind, Lane};

impl Emitter<'_> {
    /// RAX or RCX for the present node alone.
    pub(super) fn int_scratch(&mut self, i: u32) -> Host {
        let host = self.temp(Val(i));
        self.owners[host as usize] = None;
        host
    }

    pub(super) fn aligned(&mut self, i: u32, to: u8, addr: Val) {
        self.clobber(i);
        let host = self.read(addr);
        dynasm!(self.ops; .arch x64; test Rd(host), to as i32 - 1);
        self.slow_if(cc::NE);
    }

    pub(super) fn vec_load(&mut self, i: u32, bytes: u8, addr: Val) {
        let (index, offset) = self.address(addr);
        let d = self.result(i);
        if bytes == 1 || bytes == 2 {
            dynasm!(self.ops; .arch x64; vpxor Rx(d), Rx(d), Rx(d));
        }
        self.may_fault();
        match bytes {
            1 => dynasm!(self.ops; .arch x64; vpinsrb Rx(d), Rx(d), BYTE [r15 + Rq(index) + offset], 0),
            2 => dynasm!(self.ops; .arch x64; vpinsrw Rx(d), Rx(d), WORD [r15 + Rq(index) + offset], 0),
            4 => dynasm!(self.ops; .arch x64; vmovd Rx(d), DWORD [r15 + Rq(index) + offset]),
            8 => dynasm!(self.ops; .arch x64; vmovq Rx(d), QWORD [r15 + Rq(index) + offset]),
            _ => dynasm!(self.ops; .arch x64; vmovdqu Rx(d), OWORD [r15 + Rq(index) + offset]),
        }
        self.slots[d as usize].high_clear = bytes <= 8;
    }

    pub(super) fn vec_store(&mut self, bytes: u8, addr: Val, v: Val) {
        let (index, offset) = self.address(addr);
        let s = self.x(v);
        self.may_fault();
        match bytes {
            1 => dynasm!(self.ops; .arch x64; vpextrb BYTE [r15 + Rq(index) + offset], Rx(s), 0),
            2 => dynasm!(self.ops; .arch x64; vpextrw WORD [r15 + Rq(index) + offset], Rx(s), 0),
            4 => dynasm!(self.ops; .arch x64; vmovd DWORD [r15 + Rq(index) + offset], Rx(s)),
            8 => dynasm!(self.ops; .arch x64; vmovq QWORD [r15 + Rq(index) + offset], Rx(s)),
            _ => dynasm!(self.ops; .arch x64; vmovdqu OWORD [r15 + Rq(index) + offset], Rx(s)),
        }
    }

    pub(super) fn vec_get(&mut self, i: u32, ty: DataType, index: u8, a: Val) {
        let s = self.x(a);
        let d = self.dest(i);
        let signed = ty.kind == Kind::Signed;
        match ty.lane {
            Lane::B8 => {
                dynasm!(self.ops; .arch x64; vpextrb Rd(d), Rx(s), index as i8);
                if signed {
                    dynasm!(self.ops; .arch x64; movsx Rd(d), Rb(d));
                }
            }
            Lane::B16 => {
                dynasm!(self.ops; .arch x64; vpextrw Rd(d), Rx(s), index as i8);
                if signed {
                    dynasm!(self.ops; .arch x64; movsx Rd(d), Rw(d));
                }
            }
            _ if index == 0 => dynasm!(self.ops; .arch x64; vmovd Rd(d), Rx(s)),
            _ => dynasm!(self.ops; .arch x64; vpextrd Rd(d), Rx(s), index as i8),
        }
    }

    pub(super) fn vec_of_word(&mut self, i: u32, a: Val) {
        let host = self.read(a);
        let d = self.result(i);
        dynasm!(self.ops; .arch x64; vmovd Rx(d), Rd(host));
        self.slots[d as usize].high_clear = true;
    }

    pub(super) fn vec_insert(&mut self, i: u32, lane: Lane, index: u8, a: Val, element: Val) {
        let (s, e) = (self.x(a), self.x(element));
        let d = self.result(i);
        match (lane, index & 1) {
            (Lane::B8, _) => {
                let host = self.int_scratch(i);
                dynasm!(self.ops; .arch x64; vmovd Rd(host), Rx(e); vpinsrb Rx(d), Rx(s), Rd(host), index as i8);
            }
            (Lane::B16, _) => {
                let host = self.int_scratch(i);
                dynasm!(self.ops; .arch x64; vmovd Rd(host), Rx(e); vpinsrw Rx(d), Rx(s), Rd(host), index as i8);
            }
            (Lane::B32, _) => {
                self.with_imm(WithImm::Insertps, d, [s, e], index << 4);
            }
            (Lane::B64, 0) => dynasm!(self.ops; .arch x64; vmovsd Rx(d), Rx(s), Rx(e)),
            (Lane::B64, _) => dynasm!(self.ops; .arch x64; vpunpcklqdq Rx(d), Rx(s), Rx(e)),
        }
        self.locs[i as usize] = Loc::X(d);
    }

    /// Saturated: FPSCR.QC is set where two vectors differ.
    pub(super) fn saturated(&mut self, i: u32, q: bool, a: Val, b: Val) {
        self.clobber(i);
        let (a, b) = (self.x(a), self.x(b));
        dynasm!(self.ops; .arch x64; vpxor Rx(T0), Rx(a), Rx(b));
        if !q {
            dynasm!(self.ops; .arch x64; vmovq Rx(T0), Rx(T0));
        }
        dynasm!(self.ops; .arch x64; vptest Rx(T0), Rx(T0));
        self.note_saturation();
    }
}

/// RAX and RCX have a byte register in every encoding.
const _: () = assert!(RAX == 0 && RCX == 1);
