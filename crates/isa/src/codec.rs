//! The codecs that the tables of core instructions name: one small type per way to write an operand.
//!
//! A codec's doc gives its arguments in order, named as in the manual.

use crate::operand::*;
use crate::row::{Codec, Context};

macro_rules! codec {
    ($(#[$meta:meta])* $name:ident, $n:literal, $value:ty, |$bits:pat_param, $dcx:pat_param| $decode:expr, |$v:pat_param, $ecx:pat_param| $encode:expr) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name;
        impl Codec<$n> for $name {
            type Value = $value;
            #[inline(always)]
            fn decode($bits: [u32; $n], $dcx: Context) -> Option<$value> { $decode }
            #[inline(always)]
            fn encode($v: &$value, $ecx: Context) -> Option<[u32; $n]> { $encode }
        }
    };
}
#[allow(unused_imports)]
pub(crate) use codec;

codec!(/// A core register. (R)
    R, 1, Reg, |[r], _| Some(Reg(r as u8)), |v, _| Some([v.0 as u32]));
codec!(/// A core register other than PC. (R)
    Rnopc, 1, Reg, |[r], _| (r != 15).then_some(Reg(r as u8)), |v, _| (v.0 != 15).then_some([v.0 as u32]));
codec!(/// A flag. (b)
    B, 1, bool, |[b], _| Some(b != 0), |v, _| Some([*v as u32]));
codec!(/// The opposite of a flag. (b)
    NotB, 1, bool, |[b], _| Some(b == 0), |v, _| Some([!*v as u32]));
codec!(/// A small number. (n)
    N8, 1, u8, |[n], _| Some(n as u8), |v, _| Some([*v as u32]));
codec!(/// A coprocessor but for 10 and 11: what VFP and Advanced SIMD leave of those is UNDEFINED. (coproc)
    Coproc, 1, u8, |[n], _| (n != 10 && n != 11).then_some(n as u8), |v, _| Some([*v as u32]));
codec!(/// An unsigned constant. (imm)
    U, 1, Imm, |[n], _| Some(Imm(n)), |v, _| Some([v.0]));
codec!(/// An unsigned constant, counted from one. (imm - 1)
    UPlus1, 1, Imm, |[n], _| Some(Imm(n + 1)), |v, _| Some([v.0.checked_sub(1)?]));
codec!(/// An unsigned constant in words. (imm / 4)
    U4, 1, Imm, |[n], _| Some(Imm(n * 4)), |v, _| (v.0.is_multiple_of(4)).then_some([v.0 / 4]));
codec!(/// Whether a 16-bit data-processing instruction sets the flags: outside an IT block it does.
    FlagsOutsideIt, 0, bool, |[], cx| Some(!cx.in_it), |v, cx| (*v != cx.in_it).then_some([]));

/// ARMExpandImm_C (ARM ARM A5.2.4).
#[inline(always)]
pub fn expand_a32(raw: u32) -> ModImm {
    let value = (raw & 0xff).rotate_right(raw >> 8 << 1);
    let carry = (raw >> 8 != 0).then_some(value >> 31 != 0);
    ModImm { value, carry, raw: raw as u16, a32: true }
}

/// The encoding of a constant as A32's modified immediate, with the smallest rotation.
pub fn imm_a32(value: u32) -> Option<u16> {
    (0..16u32)
        .find(|rot| value.rotate_left(rot * 2) <= 0xff)
        .map(|rot| (rot << 8 | value.rotate_left(rot * 2)) as u16)
}

/// ThumbExpandImm_C (ARM ARM A6.3.2).
#[inline(always)]
pub fn expand_t32(raw: u32) -> ModImm {
    let byte = raw & 0xff;
    let (value, carry) = match raw >> 8 {
        0 => (byte, None),
        1 => (byte << 16 | byte, None),
        2 => (byte << 24 | byte << 8, None),
        3 => (byte << 24 | byte << 16 | byte << 8 | byte, None),
        _ => {
            let value = (raw & 0x7f | 0x80).rotate_right(raw >> 7);
            (value, Some(value >> 31 != 0))
        }
    };
    ModImm { value, carry, raw: raw as u16, a32: false }
}

/// The encoding of a constant as T32's modified immediate.
pub fn imm_t32(value: u32) -> Option<u16> {
    let byte = value & 0xff;
    if value == byte {
        return Some(byte as u16);
    }
    if value == byte << 16 | byte {
        return Some((0x100 | byte) as u16);
    }
    let second = value >> 8 & 0xff;
    if value == second << 24 | second << 8 {
        return Some((0x200 | second) as u16);
    }
    if value == byte * 0x0101_0101 {
        return Some((0x300 | byte) as u16);
    }
    (8..32u32).find_map(|rot| {
        let unrotated = value.rotate_left(rot);
        (unrotated & !0x7f == 0x80).then_some((rot << 7 | unrotated & 0x7f) as u16)
    })
}

codec!(/// A32 modified immediate. (imm12)
ImmA32, 1, Operand2, |[raw], _| Some(Operand2::Imm(expand_a32(raw))), |v, _| match v {
    Operand2::Imm(imm) if imm.a32 => Some([imm.raw as u32]),
    _ => None,
});
codec!(/// T32 modified immediate. (i:imm3:imm8)
ImmT32, 1, Operand2, |[raw], _| Some(Operand2::Imm(expand_t32(raw))), |v, _| match v {
    Operand2::Imm(imm) if !imm.a32 => Some([imm.raw as u32]),
    _ => None,
});
codec!(/// A small unsigned constant as operand 2 of T16. (imm)
    ImmT16, 1, Operand2, |[raw], _| Some(Operand2::Imm(ModImm { value: raw, carry: None, raw: raw as u16, a32: false })),
    |v, _| match v { Operand2::Imm(imm) if !imm.a32 && imm.raw as u32 == imm.value => Some([imm.value]), _ => None });
codec!(/// Zero, which T16's RSB has as its only constant. ()
    ImmZero, 0, Operand2, |[], _| Some(Operand2::Imm(ModImm { value: 0, carry: None, raw: 0, a32: false })),
    |v, _| matches!(v, Operand2::Imm(ModImm { value: 0, a32: false, .. })).then_some([]));
codec!(/// The same in words: additions to SP. (imm / 4)
ImmT16x4, 1, Operand2,
|[n], _| Some(Operand2::Imm(ModImm { value: n * 4, carry: None, raw: (n * 4) as u16, a32: false })),
|v, _| match v {
    Operand2::Imm(imm) if !imm.a32 && imm.raw as u32 == imm.value && imm.value % 4 == 0 => Some([imm.value / 4]),
    _ => None,
});

/// DecodeImmShift (ARM ARM A8.4.3).
#[inline(always)]
fn decode_shift(kind: u32, imm5: u32) -> (Shift, u8) {
    match (kind & 3, imm5) {
        (1, 0) => (Shift::Lsr, 32),
        (2, 0) => (Shift::Asr, 32),
        (3, 0) => (Shift::Rrx, 1),
        (kind, n) => (Shift::from_bits(kind), n as u8),
    }
}

fn encode_shift(shift: Shift, amount: u8) -> Option<(u32, u32)> {
    match (shift, amount) {
        (Shift::Rrx, 1) => Some((3, 0)),
        (Shift::Lsl, 0..=31) => Some((0, amount as u32)),
        (Shift::Lsr | Shift::Asr, 1..=32) => Some((shift as u32, amount as u32 & 31)),
        (Shift::Ror, 1..=31) => Some((3, amount as u32)),
        _ => None,
    }
}

codec!(/// A register shifted by a constant. (Rm, type, imm5)
ShiftedReg, 3, Operand2, |[rm, kind, imm5], _| {
    let (shift, amount) = decode_shift(kind, imm5);
    Some(Operand2::Reg { rm: Reg(rm as u8), shift, amount })
}, |v, _| match *v {
    Operand2::Reg { rm, shift, amount } => {
        let (kind, imm5) = encode_shift(shift, amount)?;
        Some([rm.0 as u32, kind, imm5])
    }
    _ => None,
});
/// The shift instructions: a register shifted by a constant in one way. (Rm, imm5)
macro_rules! shift_insn {
    ($($name:ident $kind:literal $by:ident;)*) => { $(
        codec!(/// A register shifted by a constant in the way of the name. (Rm, imm5)
            $name, 2, Operand2, |[rm, imm5], cx| ShiftedReg::decode([rm, $kind, imm5], cx),
            |v, cx| match ShiftedReg::encode(v, cx)? {
                [_, 0 | 3, 0] => None,
                [rm, $kind, imm5] => Some([rm, imm5]),
                _ => None,
            });
        codec!(/// A register shifted by another in the way of the name. (Rm, Rs)
            $by, 2, Operand2, |[rm, rs], cx| RegShiftedReg::decode([rm, $kind, rs], cx),
            |v, cx| match RegShiftedReg::encode(v, cx)? { [rm, $kind, rs] => Some([rm, rs]), _ => None });
    )* };
}
shift_insn! { ShiftLsl 0 ByLsl; ShiftLsr 1 ByLsr; ShiftAsr 2 ByAsr; ShiftRor 3 ByRor; }
codec!(/// A register rotated through the carry. (Rm)
    ShiftRrx, 1, Operand2, |[rm], _| Some(Operand2::Reg { rm: Reg(rm as u8), shift: Shift::Rrx, amount: 1 }),
    |v, _| match *v { Operand2::Reg { rm, shift: Shift::Rrx, amount: 1 } => Some([rm.0 as u32]), _ => None });
codec!(/// A register as it is. (Rm)
    PlainReg, 1, Operand2, |[rm], _| Some(Operand2::Reg { rm: Reg(rm as u8), shift: Shift::Lsl, amount: 0 }),
    |v, _| match *v { Operand2::Reg { rm, shift: Shift::Lsl, amount: 0 } => Some([rm.0 as u32]), _ => None });
codec!(/// A register shifted by another. (Rm, type, Rs)
RegShiftedReg, 3, Operand2,
|[rm, kind, rs], _| Some(Operand2::RegShift { rm: Reg(rm as u8), shift: Shift::from_bits(kind), rs: Reg(rs as u8) }),
|v, _| match *v {
    Operand2::RegShift { rm, shift, rs } if shift != Shift::Rrx => Some([rm.0 as u32, shift as u32, rs.0 as u32]),
    _ => None,
});
codec!(/// The shift of SSAT, USAT, PKH: LSL or ASR by what `sh` says. (sh, imm5)
SatShift, 2, ImmShift, |[sh, imm5], _| {
    let (shift, amount) = decode_shift(sh << 1, imm5);
    Some(ImmShift { shift, amount })
}, |v, _| match v.shift {
    Shift::Lsl | Shift::Asr => { let (kind, imm5) = encode_shift(v.shift, v.amount)?; Some([kind >> 1, imm5]) }
    _ => None,
});
codec!(/// A rotation by bytes. (rotate)
    Rot, 1, Rotate, |[n], _| Some(Rotate(n as u8 * 8)), |v, _| (v.0.is_multiple_of(8)).then_some([v.0 as u32 / 8]));

codec!(/// A parallel kind. (op1)
    ParKind, 1, ParallelKind, |[n], _| Some(match n {
        1 => ParallelKind::Signed,
        2 => ParallelKind::SignedSaturating,
        3 => ParallelKind::SignedHalving,
        5 => ParallelKind::Unsigned,
        6 => ParallelKind::UnsignedSaturating,
        7 => ParallelKind::UnsignedHalving,
        _ => return None,
    }), |v, _| Some([*v as u32]));
codec!(/// A parallel kind as T32 has it. (U, op)
    ParKindT32, 2, ParallelKind, |[u, op], cx| ParKind::decode([u << 2 | (op + 1)], cx).filter(|_| op < 3),
    |v, _| Some([*v as u32 >> 2, (*v as u32 & 3).checked_sub(1)?]));
codec!(/// What a parallel operation does. (op2)
ParOp, 1, ParallelOp, |[n], _| Some(match n {
    0 => ParallelOp::Add16,
    1 => ParallelOp::Asx,
    2 => ParallelOp::Sax,
    3 => ParallelOp::Sub16,
    4 => ParallelOp::Add8,
    7 => ParallelOp::Sub8,
    _ => return None,
}), |v, _| Some([match v {
    ParallelOp::Add16 => 0,
    ParallelOp::Asx => 1,
    ParallelOp::Sax => 2,
    ParallelOp::Sub16 => 3,
    ParallelOp::Add8 => 4,
    ParallelOp::Sub8 => 7,
}]));
codec!(/// What a parallel operation does, as T32 has it. (op1)
ParOpT32, 1, ParallelOp, |[n], _| Some(match n {
    1 => ParallelOp::Add16,
    2 => ParallelOp::Asx,
    6 => ParallelOp::Sax,
    5 => ParallelOp::Sub16,
    0 => ParallelOp::Add8,
    4 => ParallelOp::Sub8,
    _ => return None,
}), |v, _| Some([match v {
    ParallelOp::Add16 => 1,
    ParallelOp::Asx => 2,
    ParallelOp::Sax => 6,
    ParallelOp::Sub16 => 5,
    ParallelOp::Add8 => 0,
    ParallelOp::Sub8 => 4,
}]));
codec!(/// What an extension extends, as A32 has it. (U, op)
ExtOp, 2, ExtendOp, |[u, op], _| Some(ExtendOp { unsigned: u != 0, part: match op {
    0 => ExtendPart::TwoBytes,
    2 => ExtendPart::Byte,
    3 => ExtendPart::Half,
    _ => return None,
} }), |v, _| Some([v.unsigned as u32, match v.part {
    ExtendPart::TwoBytes => 0,
    ExtendPart::Byte => 2,
    ExtendPart::Half => 3,
}]));
codec!(/// What an extension extends, as T32 has it. (op)
ExtOpT32, 1, ExtendOp, |[op], _| Some(ExtendOp { unsigned: op & 1 != 0, part: match op >> 1 {
    0 => ExtendPart::Half,
    1 => ExtendPart::TwoBytes,
    2 => ExtendPart::Byte,
    _ => return None,
} }), |v, _| Some([v.unsigned as u32 | match v.part {
    ExtendPart::Half => 0,
    ExtendPart::TwoBytes => 2,
    ExtendPart::Byte => 4,
}]));

codec!(/// A bit field by its ends. (msb, lsb)
    FieldMsb, 2, BitField, |[msb, lsb], _| (msb >= lsb).then(|| BitField { lsb: lsb as u8, width: (msb - lsb + 1) as u8 }),
    |v, _| Some([(v.lsb as u32 + v.width as u32).checked_sub(1)?, v.lsb as u32]));
codec!(/// A bit field by width and lowest bit. (widthm1, lsb)
    FieldWidth, 2, BitField, |[widthm1, lsb], _| {
        (widthm1 + lsb < 32).then(|| BitField { lsb: lsb as u8, width: widthm1 as u8 + 1 })
    },
    |v, _| Some([(v.width as u32).checked_sub(1)?, v.lsb as u32]));

codec!(/// MOVW and MOVT of T32: the pattern's bits come as i:imm4:imm3:imm8, the value is imm4:i:imm3:imm8. (imm)
    MovImm, 1, Imm, 
    |[n], _| Some(Imm((n >> 11 & 15) << 12 | (n >> 15 & 1) << 11 | n & 0x7ff)),
    |v, _| (v.0 < 0x1_0000).then_some([(v.0 >> 12) << 11 | (v.0 >> 11 & 1) << 15 | v.0 & 0x7ff]));
codec!(/// A number other than 0. (n)
    NonZero, 1, u8, |[n], _| (n != 0).then_some(n as u8), |v, _| (*v != 0).then_some([*v as u32]));
codec!(/// A register that is written twice; if not alike (UNPREDICTABLE) the second counts, as under qemu-arm. (m:m)
    Twice, 1, Reg, |[n], _| Some(Reg(n as u8 & 15)), |v, _| Some([v.0 as u32 * 0x11]));
codec!(/// The 16-bit extensions of T32 without an addend. (U)
    ExtTwo, 1, ExtendOp, |[u], _| Some(ExtendOp { unsigned: u != 0, part: ExtendPart::TwoBytes }),
    |v, _| (v.part == ExtendPart::TwoBytes).then_some([v.unsigned as u32]));
codec!(/// LDRD and STRD of T32: offset in words; neither P nor W is another instruction. (P, U, W, Rn, imm8)
AddrDual, 5, Address, |[p, u, w, rn, imm], _| {
    let index = match (p, w) { (1, 0) => Index::Offset, (1, _) => Index::Pre, (0, 1) => Index::Post, _ => return None };
    Some(Address { rn: Reg(rn as u8), offset: Offset::Imm { value: imm as u16 * 4, add: u != 0 }, index })
}, |v, _| match v.offset {
    Offset::Imm { value, add } if value % 4 == 0 => {
        let (p, w) = match v.index { Index::Offset => (1, 0), Index::Pre => (1, 1), Index::Post => (0, 1) };
        Some([p, add as u32, w, v.rn.0 as u32, value as u32 / 4])
    }
    _ => None,
});

codec!(/// A signed word offset. (imm)
    Rel24, 1, Rel, |[imm], _| Some(Rel((imm << 8) as i32 >> 6)),
    |v, _| (v.0 & 3 == 0 && (-1 << 25..1 << 25).contains(&v.0)).then_some([v.0 as u32 >> 2 & 0xff_ffff]));
codec!(/// A signed halfword offset of A32's BLX. (H, imm24)
    Rel24H, 2, Rel, |[h, imm], _| Some(Rel((imm << 8) as i32 >> 6 | (h << 1) as i32)),
    |v, _| (v.0 & 1 == 0 && (-1 << 25..1 << 25).contains(&v.0)).then_some([v.0 as u32 >> 1 & 1, v.0 as u32 >> 2 & 0xff_ffff]));

macro_rules! signed_rel {
    ($(#[$meta:meta])* $name:ident, $bits:literal) => {
        codec!($(#[$meta])* $name, 1, Rel, |[imm], _| Some(Rel((imm << (32 - $bits)) as i32 >> (31 - $bits))),
            |v, _| (v.0 & 1 == 0 && (-1i32 << $bits..1 << $bits).contains(&v.0)).then_some([v.0 as u32 >> 1 & (u32::MAX >> (32 - $bits))]));
    };
}
signed_rel!(/// A signed 8-bit halfword offset. (imm8)
    Rel8, 8);
signed_rel!(/// A signed 11-bit halfword offset. (imm11)
    Rel11, 11);
codec!(/// T32 B<c>: a signed 20-bit halfword offset. (S, J2, J1, imm6:imm11)
RelCond, 4, Rel, |[s, j2, j1, imm], _| Some(Rel(((s << 19 | j2 << 18 | j1 << 17 | imm) << 12) as i32 >> 11)),
|v, _| {
    let n = v.0 as u32 >> 1;
    (v.0 & 1 == 0 && (-1 << 20..1 << 20).contains(&v.0)).then_some([n >> 19 & 1, n >> 18 & 1, n >> 17 & 1, n & 0x1_ffff])
});
codec!(/// The forward offset of CBZ. (i:imm5)
    RelCbz, 1, Rel, |[imm], _| Some(Rel((imm << 1) as i32)),
    |v, _| (v.0 & 1 == 0 && (0..128).contains(&v.0)).then_some([v.0 as u32 >> 1]));
codec!(/// T32 B and BL: a signed 24-bit halfword offset. (S, J1, J2, imm10:imm11)
Rel24T, 4, Rel, |[s, j1, j2, imm], _| {
    let (i1, i2) = ((j1 ^ s) ^ 1, (j2 ^ s) ^ 1);
    Some(Rel(((s << 23 | i1 << 22 | i2 << 21 | imm) << 8) as i32 >> 7))
}, |v, _| {
    let n = v.0 as u32 >> 1;
    let s = n >> 23 & 1;
    (v.0 & 1 == 0 && (-1 << 24..1 << 24).contains(&v.0))
        .then_some([s, (n >> 22 & 1) ^ s ^ 1, (n >> 21 & 1) ^ s ^ 1, n & 0x1f_ffff])
});
codec!(/// T32 BLX: a signed word offset. (S, J1, J2, imm10:imm10)
    Rel24Tx, 4, Rel, |[s, j1, j2, imm], cx| Rel24T::decode([s, j1, j2, imm << 1], cx),
    |v, cx| { let [s, j1, j2, imm] = Rel24T::encode(v, cx)?; (imm & 1 == 0).then_some([s, j1, j2, imm >> 1]) });

/// P and W to the indexing; P=0, W=1 belongs to the unprivileged forms.
fn index(p: u32, w: u32) -> Option<Index> {
    match (p, w) {
        (1, 0) => Some(Index::Offset),
        (1, 1) => Some(Index::Pre),
        (0, 0) => Some(Index::Post),
        _ => None,
    }
}

fn pw(index: Index) -> (u32, u32) {
    match index {
        Index::Offset => (1, 0),
        Index::Pre => (1, 1),
        Index::Post => (0, 0),
    }
}

codec!(/// Base, constant offset, indexing. (P, U, W, Rn, imm)
AddrImm, 5, Address, |[p, u, w, rn, imm], _| Some(Address {
    rn: Reg(rn as u8), offset: Offset::Imm { value: imm as u16, add: u != 0 }, index: index(p, w)?,
}), |v, _| match v.offset {
    Offset::Imm { value, add } => { let (p, w) = pw(v.index); Some([p, add as u32, w, v.rn.0 as u32, value as u32]) }
    _ => None,
});
codec!(/// Base and shifted register offset, indexing. (P, U, W, Rn, Rm, type, imm5)
AddrReg, 7, Address, |[p, u, w, rn, rm, kind, imm5], _| {
    let (shift, amount) = decode_shift(kind, imm5);
    let offset = Offset::Reg { rm: Reg(rm as u8), add: u != 0, shift, amount };
    Some(Address { rn: Reg(rn as u8), offset, index: index(p, w)? })
}, |v, _| match v.offset {
    Offset::Reg { rm, add, shift, amount } => {
        let ((p, w), (kind, imm5)) = (pw(v.index), encode_shift(shift, amount)?);
        Some([p, add as u32, w, v.rn.0 as u32, rm.0 as u32, kind, imm5])
    }
    _ => None,
});
codec!(/// Base and plain register offset, indexing. (P, U, W, Rn, Rm)
    AddrRegPlain, 5, Address, |[p, u, w, rn, rm], cx| AddrReg::decode([p, u, w, rn, rm, 0, 0], cx),
    |v, cx| match AddrReg::encode(v, cx)? { [p, u, w, rn, rm, 0, 0] => Some([p, u, w, rn, rm]), _ => None });
codec!(/// Base and constant offset, post-indexed: the unprivileged forms of A32. (U, Rn, imm)
    AddrPostImm, 3, Address, |[u, rn, imm], cx| AddrImm::decode([0, u, 0, rn, imm], cx),
    |v, cx| match AddrImm::encode(v, cx)? { [0, u, 0, rn, imm] => Some([u, rn, imm]), _ => None });
codec!(/// Base and register offset, post-indexed. (U, Rn, Rm, type, imm5)
    AddrPostReg, 5, Address, |[u, rn, rm, kind, imm5], cx| AddrReg::decode([0, u, 0, rn, rm, kind, imm5], cx),
    |v, cx| match AddrReg::encode(v, cx)? { [0, u, 0, rn, rm, kind, imm5] => Some([u, rn, rm, kind, imm5]), _ => None });
codec!(/// Base and plain register, post-indexed. (U, Rn, Rm)
    AddrPostRegPlain, 3, Address, |[u, rn, rm], cx| AddrReg::decode([0, u, 0, rn, rm, 0, 0], cx),
    |v, cx| match AddrReg::encode(v, cx)? { [0, u, 0, rn, rm, 0, 0] => Some([u, rn, rm]), _ => None });
codec!(/// Base and constant offset with its sign. (U, Rn, imm)
    AddrOffset, 3, Address, |[u, rn, imm], cx| AddrImm::decode([1, u, 0, rn, imm], cx),
    |v, cx| match AddrImm::encode(v, cx)? { [1, u, 0, rn, imm] => Some([u, rn, imm]), _ => None });
codec!(/// Base and register offset with its sign. (U, Rn, Rm, type, imm5)
    AddrOffsetReg, 5, Address, |[u, rn, rm, kind, imm5], cx| AddrReg::decode([1, u, 0, rn, rm, kind, imm5], cx),
    |v, cx| match AddrReg::encode(v, cx)? { [1, u, 0, rn, rm, kind, imm5] => Some([u, rn, rm, kind, imm5]), _ => None });

/// Base and positive constant offset in units of `SCALE` bytes.
fn positive(rn: u32, imm: u32) -> Option<Address> {
    Some(Address {
        rn: Reg(rn as u8),
        offset: Offset::Imm { value: imm as u16, add: true },
        index: Index::Offset,
    })
}
fn unpositive(v: &Address, scale: u32) -> Option<[u32; 2]> {
    match *v {
        Address { rn, offset: Offset::Imm { value, add: true }, index: Index::Offset }
            if (value as u32).is_multiple_of(scale) =>
        {
            Some([rn.0 as u32, value as u32 / scale])
        }
        _ => None,
    }
}
codec!(/// Base and positive offset in bytes. (Rn, imm)
    AddrPos1, 2, Address, |[rn, imm], _| positive(rn, imm), |v, _| unpositive(v, 1));
codec!(/// Base and positive offset in halfwords. (Rn, imm)
    AddrPos2, 2, Address, |[rn, imm], _| positive(rn, imm * 2), |v, _| unpositive(v, 2));
codec!(/// Base and positive offset in words. (Rn, imm)
    AddrPos4, 2, Address, |[rn, imm], _| positive(rn, imm * 4), |v, _| unpositive(v, 4));
codec!(/// SP and positive offset in words. (imm)
    AddrSp4, 1, Address, |[imm], _| positive(13, imm * 4),
    |v, _| match unpositive(v, 4)? { [13, imm] => Some([imm]), _ => None });
codec!(/// Base and negative offset in bytes. (Rn, imm)
    AddrNeg, 2, Address, |[rn, imm], cx| AddrImm::decode([1, 0, 0, rn, imm], cx),
    |v, cx| match AddrImm::encode(v, cx)? { [1, 0, 0, rn, imm] => Some([rn, imm]), _ => None });
codec!(/// Base and register offset. (Rn, Rm)
    AddrIndexed, 2, Address, |[rn, rm], cx| AddrReg::decode([1, 1, 0, rn, rm, 0, 0], cx),
    |v, cx| match AddrReg::encode(v, cx)? { [1, 1, 0, rn, rm, 0, 0] => Some([rn, rm]), _ => None });
codec!(/// Base and register offset, shifted left by 0-3. (Rn, Rm, imm2)
    AddrIndexedLsl, 3, Address, |[rn, rm, n], cx| AddrReg::decode([1, 1, 0, rn, rm, 0, n], cx),
    |v, cx| match AddrReg::encode(v, cx)? { [1, 1, 0, rn, rm, 0, n @ 0..=3] => Some([rn, rm, n]), _ => None });

/// In T32 a base of PC is another instruction (a literal), or UNDEFINED for stores.
macro_rules! not_pc {
    ($($(#[$meta:meta])* $name:ident $n:literal $rn:literal $inner:ident;)*) => { $(
        codec!($(#[$meta])* $name, $n, Address,
            |bits, cx| if bits[$rn] == 15 { None } else { $inner::decode(bits, cx) },
            |v, cx| $inner::encode(v, cx).filter(|bits| bits[$rn] != 15));
    )* };
}
not_pc! {
    /// Base other than PC and positive offset. (Rn, imm)
    AddrT32Pos 2 0 AddrPos1;
    /// Base other than PC and negative offset. (Rn, imm)
    AddrT32Neg 2 0 AddrNeg;
    /// Base other than PC, constant offset, indexing. (P, U, W, Rn, imm)
    AddrT32Imm 5 3 AddrImm8;
    /// Base other than PC and register offset, shifted left by 0-3. (Rn, Rm, imm2)
    AddrT32Reg 3 0 AddrIndexedLsl;
}
codec!(/// T32's 8-bit offsets: positive without indexing is UNDEFINED, or the unprivileged forms with it. (P, U, W, Rn, imm)
AddrImm8, 5, Address,
|[p, u, w, rn, imm], cx| if (p, u, w) == (1, 1, 0) || (p, w) == (0, 0) { None } else {
    let p_w = if (p, w) == (0, 1) { [0, u, 0, rn, imm] } else { [p, u, w, rn, imm] };
    AddrImm::decode(p_w, cx)
},
|v, cx| match AddrImm::encode(v, cx)? {
    [1, 1, 0, ..] => None,
    [0, u, _, rn, imm] => Some([0, u, 1, rn, imm]),
    bits => Some(bits),
});
codec!(/// The distance of a literal, in bytes. (imm)
    Lit, 1, Literal, |[imm], _| Some(Literal(imm as u16)), |v, _| Some([v.0 as u32]));
codec!(/// The distance of a literal, in words. (imm)
    Lit4, 1, Literal, |[imm], _| Some(Literal(imm as u16 * 4)), |v, _| (v.0.is_multiple_of(4)).then_some([v.0 as u32 / 4]));

codec!(/// A register list. (list)
    List, 1, RegList, |[list], _| Some(RegList(list as u16)), |v, _| Some([v.0 as u32]));
codec!(/// A register list with LR as its ninth bit: PUSH of T16. (M:list)
    ListLr, 1, RegList, |[n], _| Some(RegList((n & 0xff | n >> 8 << 14) as u16)),
    |v, _| (v.0 & 0xbf00 == 0).then_some([v.0 as u32 & 0xff | v.0 as u32 >> 14 << 8]));
codec!(/// A register list with PC as its ninth bit: POP of T16. (P:list)
    ListPc, 1, RegList, |[n], _| Some(RegList((n & 0xff | n >> 8 << 15) as u16)),
    |v, _| (v.0 & 0x7f00 == 0).then_some([v.0 as u32 & 0xff | v.0 as u32 >> 15 << 8]));
codec!(/// A list of one register: PUSH and POP in their single-register encodings. (Rt)
    ListOne, 1, RegList, |[rt], _| Some(RegList(1 << rt)),
    |v, _| (v.0.count_ones() == 1).then_some([v.0.trailing_zeros()]));
codec!(/// The mode of LDM and STM. (P, U)
    Multi, 2, MultiMode, |[p, u], _| Some(MultiMode { increment: u != 0, before: p != 0 }),
    |v, _| Some([v.before as u32, v.increment as u32]));
/// Whether T16's LDM writes back: where the base is not in the list. (Rn, list)
#[derive(Debug)]
pub struct WbackUnlessListed;
impl Codec<2> for WbackUnlessListed {
    type Value = bool;
    const DERIVED: bool = true;
    fn decode([rn, list]: [u32; 2], _: Context) -> Option<bool> {
        Some(list >> rn & 1 == 0)
    }
    fn encode(_: &bool, _: Context) -> Option<[u32; 2]> {
        Some([0, 0])
    }
}
codec!(/// A condition. (cond)
    C, 1, Cond, |[c], _| (c != 15).then_some(Cond::from_bits(c)), |v, _| Some([*v as u32]));
codec!(/// The conditions of an IT block. (firstcond, mask)
    ItConds, 2, ItBlock, |[cond, bits], _| {
        (bits != 0 && cond != 15).then(|| ItBlock { firstcond: Cond::from_bits(cond), mask: bits as u8 })
    },
    |v, _| Some([v.firstcond as u32, v.mask as u32]));
codec!(/// The fields MSR writes. (mask)
    Psr, 1, PsrMask, |[m], _| Some(PsrMask(m as u8)), |v, _| Some([v.0 as u32]));
codec!(/// A barrier's option. (option)
    Opt, 1, BarrierOption, |[n], _| Some(BarrierOption(n as u8)), |v, _| Some([v.0 as u32]));
codec!(/// The register after an even one: LDRD and its like in A32. (Rt)
    NextReg, 1, Reg, |[rt], _| (rt % 2 == 0).then_some(Reg(rt as u8 + 1)),
    |v, _| (v.0 % 2 == 1).then(|| [v.0 as u32 - 1]));
codec!(/// The address of LDC and STC. (P, U, W, imm8)
CopAddr, 4, CoprocAddr, |[p, u, w, imm], _| Some(match (p, u, w) {
    (0, 1, 0) => CoprocAddr::Option(imm as u8),
    (0, 0, 0) => return None,
    (0, _, _) => CoprocAddr::Offset { value: imm as u16 * 4, add: u != 0, index: Index::Post },
    (_, _, 0) => CoprocAddr::Offset { value: imm as u16 * 4, add: u != 0, index: Index::Offset },
    _ => CoprocAddr::Offset { value: imm as u16 * 4, add: u != 0, index: Index::Pre },
}), |v, _| match *v {
    CoprocAddr::Option(n) => Some([0, 1, 0, n as u32]),
    CoprocAddr::Offset { value, add, index } if value % 4 == 0 => {
        let (p, w) = match index { Index::Offset => (1, 0), Index::Pre => (1, 1), Index::Post => (0, 1) };
        Some([p, add as u32, w, value as u32 / 4])
    }
    _ => None,
});
