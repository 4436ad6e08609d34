//! Arithmetic on vectors of integers, and moves of their bytes.

use super::super::Emitter;
use super::super::value::Loc;
use super::{T0, T1, WithImm, Xmm};
use crate::ir::{Node, Val, Vec1, Vec2};
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};
use skink_isa::simd::op::VecBinary;
use skink_isa::simd::operand::{DataType, Lane};

/// `$op` on whole registers.
macro_rules! v {
    ($e:ident, $op:ident, $d:expr, $a:expr, $b:expr) => {
        dynasm!($e.ops; .arch x64; $op Rx($d), Rx($a), Rx($b))
    };
}

/// The operation for the width of the elements.
macro_rules! lanes {
    ($e:ident, $lane:expr, $b:ident $w:ident $d:ident $q:ident, $to:expr, $x:expr, $y:expr) => {
        match $lane {
            Lane::B8 => v!($e, $b, $to, $x, $y),
            Lane::B16 => v!($e, $w, $to, $x, $y),
            Lane::B32 => v!($e, $d, $to, $x, $y),
            Lane::B64 => v!($e, $q, $to, $x, $y),
        }
    };
    ($e:ident, $lane:expr, $b:ident $w:ident $d:ident, $to:expr, $x:expr, $y:expr) => {
        match $lane {
            Lane::B8 => v!($e, $b, $to, $x, $y),
            Lane::B16 => v!($e, $w, $to, $x, $y),
            Lane::B32 => v!($e, $d, $to, $x, $y),
            // The Builder makes none.
            Lane::B64 => $e.failed = true,
        }
    };
    ($e:ident, $lane:expr, $b:ident $w:ident, $to:expr, $x:expr, $y:expr) => {
        match $lane {
            Lane::B8 => v!($e, $b, $to, $x, $y),
            Lane::B16 => v!($e, $w, $to, $x, $y),
            Lane::B32 | Lane::B64 => $e.failed = true,
        }
    };
}

/// A byte in all places.
fn bytes(value: u8) -> u128 {
    u128::from_le_bytes([value; 16])
}

impl Emitter<'_> {
    fn invert(&mut self, d: Xmm, a: Xmm) {
        dynasm!(self.ops; .arch x64
            ; vpcmpeqd Rx(T1), Rx(T1), Rx(T1)
            ; vpxor Rx(d), Rx(a), Rx(T1));
    }

    fn max(&mut self, ty: DataType, d: Xmm, a: Xmm, b: Xmm) {
        match ty.unsigned() {
            true => lanes!(self, ty.lane, vpmaxub vpmaxuw vpmaxud, d, a, b),
            false => lanes!(self, ty.lane, vpmaxsb vpmaxsw vpmaxsd, d, a, b),
        }
    }

    fn min(&mut self, ty: DataType, d: Xmm, a: Xmm, b: Xmm) {
        match ty.unsigned() {
            true => lanes!(self, ty.lane, vpminub vpminuw vpminud, d, a, b),
            false => lanes!(self, ty.lane, vpminsb vpminsw vpminsd, d, a, b),
        }
    }

    pub(super) fn integer_binary(&mut self, i: u32, op: VecBinary, ty: DataType, a: Val, b: Val) {
        let (a, b) = (self.x(a), self.x(b));
        let d = self.result(i);
        let (lane, unsigned) = (ty.lane, ty.unsigned());
        match op {
            VecBinary::And => v!(self, vpand, d, a, b),
            VecBinary::Orr => v!(self, vpor, d, a, b),
            VecBinary::Eor => v!(self, vpxor, d, a, b),
            VecBinary::Bic => v!(self, vpandn, d, b, a),
            VecBinary::Orn => {
                self.invert(T0, b);
                v!(self, vpor, d, a, T0);
            }
            VecBinary::Add => lanes!(self, lane, vpaddb vpaddw vpaddd vpaddq, d, a, b),
            VecBinary::Sub => lanes!(self, lane, vpsubb vpsubw vpsubd vpsubq, d, a, b),
            VecBinary::Mul => self.multiply(lane, d, a, b),
            VecBinary::Max => self.max(ty, d, a, b),
            VecBinary::Min => self.min(ty, d, a, b),
            VecBinary::Abd => {
                self.max(ty, T0, a, b);
                self.min(ty, T1, a, b);
                lanes!(self, lane, vpsubb vpsubw vpsubd, d, T0, T1);
            }
            VecBinary::Ceq => lanes!(self, lane, vpcmpeqb vpcmpeqw vpcmpeqd, d, a, b),
            VecBinary::Tst => {
                v!(self, vpand, T0, a, b);
                v!(self, vpxor, T1, T1, T1);
                lanes!(self, lane, vpcmpeqb vpcmpeqw vpcmpeqd, T0, T0, T1);
                self.invert(d, T0);
            }
            VecBinary::Cge if unsigned => {
                self.max(ty, T0, a, b);
                lanes!(self, lane, vpcmpeqb vpcmpeqw vpcmpeqd, d, T0, a);
            }
            VecBinary::Cge => {
                lanes!(self, lane, vpcmpgtb vpcmpgtw vpcmpgtd, T0, b, a);
                self.invert(d, T0);
            }
            VecBinary::Cgt if unsigned => {
                self.max(ty, T0, a, b);
                lanes!(self, lane, vpcmpeqb vpcmpeqw vpcmpeqd, T0, T0, b);
                self.invert(d, T0);
            }
            VecBinary::Cgt => lanes!(self, lane, vpcmpgtb vpcmpgtw vpcmpgtd, d, a, b),
            VecBinary::Qadd if unsigned => lanes!(self, lane, vpaddusb vpaddusw, d, a, b),
            VecBinary::Qadd => lanes!(self, lane, vpaddsb vpaddsw, d, a, b),
            VecBinary::Qsub if unsigned => lanes!(self, lane, vpsubusb vpsubusw, d, a, b),
            VecBinary::Qsub => lanes!(self, lane, vpsubsb vpsubsw, d, a, b),
            VecBinary::Qrdmulh => v!(self, vpmulhrsw, d, a, b),
            // The high half of the product doubled.
            VecBinary::Qdmulh => {
                v!(self, vpmulhw, T0, a, b);
                v!(self, vpmullw, T1, a, b);
                v!(self, vpaddw, T0, T0, T0);
                dynasm!(self.ops; .arch x64; vpsrlw Rx(T1), Rx(T1), 15);
                v!(self, vpor, d, T0, T1);
            }
            _ => self.failed = true,
        }
    }

    fn multiply(&mut self, lane: Lane, d: Xmm, a: Xmm, b: Xmm) {
        match lane {
            Lane::B8 => {
                let low = self.pool(u128::from_le_bytes(std::array::from_fn(|i| 255 * (1 - i as u8 % 2))));
                dynasm!(self.ops; .arch x64
                    ; vpsrlw Rx(T0), Rx(a), 8
                    ; vpsrlw Rx(T1), Rx(b), 8
                    ; vpmullw Rx(T0), Rx(T0), Rx(T1)
                    ; vpsllw Rx(T0), Rx(T0), 8
                    ; vpmullw Rx(T1), Rx(a), Rx(b)
                    ; vpand Rx(T1), Rx(T1), OWORD [=>low]
                    ; vpor Rx(d), Rx(T0), Rx(T1));
            }
            Lane::B16 => v!(self, vpmullw, d, a, b),
            Lane::B32 => v!(self, vpmulld, d, a, b),
            Lane::B64 => self.failed = true,
        }
    }

    pub(super) fn vec_abs(&mut self, i: u32, lane: Lane, a: Val) {
        let a = self.x(a);
        let d = self.result(i);
        match lane {
            Lane::B8 => dynasm!(self.ops; .arch x64; vpabsb Rx(d), Rx(a)),
            Lane::B16 => dynasm!(self.ops; .arch x64; vpabsw Rx(d), Rx(a)),
            Lane::B32 => dynasm!(self.ops; .arch x64; vpabsd Rx(d), Rx(a)),
            Lane::B64 => self.failed = true,
        }
    }

    pub(super) fn vec_shift_imm(&mut self, i: u32, right: bool, ty: DataType, by: u8, a: Val) {
        let a = self.x(a);
        let d = self.result(i);
        let n = by as i8;
        match (ty.lane, right, ty.unsigned()) {
            (Lane::B8, ..) => self.shift_bytes(right, ty.unsigned(), by, d, a),
            (Lane::B16, false, _) => dynasm!(self.ops; .arch x64; vpsllw Rx(d), Rx(a), n),
            (Lane::B16, true, true) => dynasm!(self.ops; .arch x64; vpsrlw Rx(d), Rx(a), n),
            (Lane::B16, true, false) => dynasm!(self.ops; .arch x64; vpsraw Rx(d), Rx(a), n),
            (Lane::B32, false, _) => dynasm!(self.ops; .arch x64; vpslld Rx(d), Rx(a), n),
            (Lane::B32, true, true) => dynasm!(self.ops; .arch x64; vpsrld Rx(d), Rx(a), n),
            (Lane::B32, true, false) => dynasm!(self.ops; .arch x64; vpsrad Rx(d), Rx(a), n),
            (Lane::B64, false, _) => dynasm!(self.ops; .arch x64; vpsllq Rx(d), Rx(a), n),
            (Lane::B64, true, true) => dynasm!(self.ops; .arch x64; vpsrlq Rx(d), Rx(a), n),
            (Lane::B64, true, false) => {
                dynasm!(self.ops; .arch x64
                    ; vpxor Rx(T0), Rx(T0), Rx(T0)
                    ; vpcmpgtq Rx(T0), Rx(T0), Rx(a)
                    ; vpsrlq Rx(T1), Rx(a), n
                    ; vpsllq Rx(T0), Rx(T0), 64 - n
                    ; vpor Rx(d), Rx(T0), Rx(T1));
            }
        }
    }

    /// The host shifts no bytes: words, and what has come over from the neighbour is cleared.
    fn shift_bytes(&mut self, right: bool, unsigned: bool, by: u8, d: Xmm, a: Xmm) {
        if !right {
            let mask = self.pool(bytes(0xff << by));
            dynasm!(self.ops; .arch x64
                ; vpsllw Rx(d), Rx(a), by as i8
                ; vpand Rx(d), Rx(d), OWORD [=>mask]);
            return;
        }
        let by = if unsigned { by } else { by.min(7) };
        let mask = self.pool(bytes((0xff_u16 >> by) as u8));
        dynasm!(self.ops; .arch x64
            ; vpsrlw Rx(d), Rx(a), by as i8
            ; vpand Rx(d), Rx(d), OWORD [=>mask]);
        if !unsigned {
            let sign = self.pool(bytes(0x80 >> by));
            dynasm!(self.ops; .arch x64
                ; vmovdqa Rx(T0), OWORD [=>sign]
                ; vpxor Rx(d), Rx(d), Rx(T0)
                ; vpsubb Rx(d), Rx(d), Rx(T0));
        }
    }

    /// Host shifts by more than the width give 0, so that the shift in the wrong direction does; an
    /// arithmetic one is chosen by the sign.
    pub(super) fn vec_shift(&mut self, i: u32, ty: DataType, a: Val, by: Val) {
        let (a, by) = (self.x(a), self.x(by));
        let d = self.result(i);
        dynasm!(self.ops; .arch x64
            ; vpslld Rx(T0), Rx(by), 24
            ; vpsrad Rx(T0), Rx(T0), 24);
        if ty.lane == Lane::B64 {
            dynasm!(self.ops; .arch x64
                ; vpshufd Rx(T0), Rx(T0), 0xa0_u8 as i8
                ; vpsrad Rx(T1), Rx(T0), 31);
            self.with_imm(WithImm::Pblendd, T0, [T0, T1], 0b1010);
            dynasm!(self.ops; .arch x64
                ; vpxor Rx(T1), Rx(T1), Rx(T1)
                ; vpsubq Rx(T1), Rx(T1), Rx(T0)
                ; vpsrlvq Rx(T1), Rx(a), Rx(T1)
                ; vpsllvq Rx(T0), Rx(a), Rx(T0)
                ; vpor Rx(d), Rx(T0), Rx(T1));
            return;
        }
        dynasm!(self.ops; .arch x64
            ; vpxor Rx(T1), Rx(T1), Rx(T1)
            ; vpsubd Rx(T1), Rx(T1), Rx(T0));
        if ty.unsigned() {
            dynasm!(self.ops; .arch x64
                ; vpsrlvd Rx(T1), Rx(a), Rx(T1)
                ; vpsllvd Rx(T0), Rx(a), Rx(T0)
                ; vpor Rx(d), Rx(T0), Rx(T1));
        } else {
            dynasm!(self.ops; .arch x64
                ; vpsravd Rx(T1), Rx(a), Rx(T1)
                ; vpsllvd Rx(d), Rx(a), Rx(T0)
                ; vblendvps Rx(d), Rx(d), Rx(T1), Rx(T0));
        }
    }

    pub(super) fn vec_narrow(&mut self, i: u32, lane: Lane, a: Val) {
        let a = self.x(a);
        let d = self.result(i);
        let width = lane.bytes() as u8;
        let from = std::array::from_fn(|i| {
            let i = i as u8;
            if i < 8 { i / (width / 2) * width + i % (width / 2) } else { 0x80 }
        });
        let from = self.pool(u128::from_le_bytes(from));
        dynasm!(self.ops; .arch x64; vpshufb Rx(d), Rx(a), OWORD [=>from]);
        self.slots[d as usize].high_clear = true;
    }

    fn widen_to(&mut self, ty: DataType, d: Xmm, a: Xmm) {
        match (ty.lane, ty.unsigned()) {
            (Lane::B8, true) => dynasm!(self.ops; .arch x64; vpmovzxbw Rx(d), Rx(a)),
            (Lane::B8, false) => dynasm!(self.ops; .arch x64; vpmovsxbw Rx(d), Rx(a)),
            (Lane::B16, true) => dynasm!(self.ops; .arch x64; vpmovzxwd Rx(d), Rx(a)),
            (Lane::B16, false) => dynasm!(self.ops; .arch x64; vpmovsxwd Rx(d), Rx(a)),
            (Lane::B32, true) => dynasm!(self.ops; .arch x64; vpmovzxdq Rx(d), Rx(a)),
            (Lane::B32, false) => dynasm!(self.ops; .arch x64; vpmovsxdq Rx(d), Rx(a)),
            (Lane::B64, _) => self.failed = true,
        }
    }

    pub(super) fn vec_widen(&mut self, i: u32, ty: DataType, a: Val) {
        let a = self.x(a);
        let d = self.result(i);
        self.widen_to(ty, d, a);
    }

    pub(super) fn vec_mul_long(&mut self, i: u32, ty: DataType, a: Val, b: Val) {
        let same = self.is_all_one_word(b);
        let (a, b) = (self.x(a), self.x(b));
        let d = self.result(i);
        if ty.lane == Lane::B32 {
            // Words 0 and 1 to where the host multiplies.
            dynasm!(self.ops; .arch x64; vpshufd Rx(T0), Rx(a), 0x50);
            if same {
                match ty.unsigned() {
                    true => v!(self, vpmuludq, d, T0, b),
                    false => v!(self, vpmuldq, d, T0, b),
                }
                return;
            }
            dynasm!(self.ops; .arch x64; vpshufd Rx(T1), Rx(b), 0x50);
        } else {
            self.widen_to(ty, T0, a);
            self.widen_to(ty, T1, b);
        }
        match (ty.lane, ty.unsigned()) {
            (Lane::B8, _) => v!(self, vpmullw, d, T0, T1),
            (Lane::B16, _) => v!(self, vpmulld, d, T0, T1),
            (_, true) => v!(self, vpmuludq, d, T0, T1),
            (_, false) => v!(self, vpmuldq, d, T0, T1),
        }
    }

    pub(super) fn vec_shuffle(&mut self, i: u32, n: u16, a: Val) {
        let a = self.x(a);
        let d = self.result(i);
        let bits = self.trace.constants[n as usize];
        if let Some(words) = whole_words(bits) {
            let order = words.iter().rev().fold(0, |all, word| all << 2 | word);
            dynasm!(self.ops; .arch x64; vpshufd Rx(d), Rx(a), order as i8);
            return;
        }
        let from = self.pool(bits);
        dynasm!(self.ops; .arch x64; vpshufb Rx(d), Rx(a), OWORD [=>from]);
    }

    /// Whether a vector's words are all the same: a scalar that has been duplicated.
    fn is_all_one_word(&self, v: Val) -> bool {
        let Node::Vec1(Vec1::Shuffle(n), _) = self.node_of(v) else { return false };
        whole_words(self.trace.constants[n as usize]).is_some_and(|[first, rest @ ..]| rest == [first; 3])
    }

    /// The rest of the operations that move bytes.
    pub(super) fn vec_move(&mut self, i: u32, op: Vec2, a: Val, b: Val) {
        let (a, b) = (self.x(a), self.x(b));
        let d = self.result(i);
        match op {
            Vec2::Pair => v!(self, vpunpcklqdq, d, a, b),
            Vec2::Extract(from) => self.with_imm(WithImm::Palignr, d, [b, a], from),
            Vec2::ZipLow(lane) => {
                lanes!(self, lane, vpunpcklbw vpunpcklwd vpunpckldq vpunpcklqdq, d, a, b);
            }
            Vec2::ZipHigh(lane) => {
                lanes!(self, lane, vpunpckhbw vpunpckhwd vpunpckhdq vpunpckhqdq, d, a, b);
            }
            // Numbers from 16 on are made such that PSHUFB sees their highest bit.
            Vec2::Table => {
                let far = self.pool(bytes(0x70));
                dynasm!(self.ops; .arch x64
                    ; vpaddusb Rx(T0), Rx(b), OWORD [=>far]
                    ; vpshufb Rx(d), Rx(a), Rx(T0));
            }
            _ => self.failed = true,
        }
        self.locs[i as usize] = Loc::X(d);
    }

    /// After a comparison: sets FPSCR.QC behind the code if it said different.
    pub(super) fn note_saturation(&mut self) {
        let (out, back) = (self.ops.new_dynamic_label(), self.ops.new_dynamic_label());
        dynasm!(self.ops; .arch x64; jne =>out; =>back);
        self.saturations.push((out, back));
    }
}

/// Where a saturation is noted, and where that goes on.
pub(crate) type Saturation = (DynamicLabel, DynamicLabel);

/// Which words a shuffle of bytes moves, if it moves none but whole ones.
fn whole_words(bits: u128) -> Option<[u8; 4]> {
    let bytes = bits.to_le_bytes();
    let words = std::array::from_fn(|w| bytes[4 * w] / 4);
    let whole = |(i, byte): (usize, &u8)| *byte < 16 && *byte == words[i / 4] * 4 + i as u8 % 4;
    bytes.iter().enumerate().all(whole).then_some(words)
}
