//! The codecs of the VFP and Advanced SIMD tables.
//!
//! A register's five bits are one letter of the pattern, in the order in which they stand in the
//! word: D:Vd and M:Vm, but Vn:N. The codecs with an `n` in their name are for the latter. The bit
//! that stands apart is the highest of a D or Q register's number and the lowest of an S register's.

use super::operand::*;
use crate::codec::codec;
use crate::operand::{Address, Index, Offset, Reg};
use crate::row::{Codec, Context};

/// Vn:N to N:Vn.
fn n_first(r: u32) -> u32 {
    r >> 1 | (r & 1) << 4
}
/// N:Vn to Vn:N.
fn n_last(r: u32) -> u32 {
    r << 1 & 31 | r >> 4
}

/// The codecs of registers that stand as Vn:N, from those of N:Vn.
macro_rules! vn_n {
    ($( $name:ident $plain:ident $value:ty; )*) => { $(
        codec!(/// The same for Vn:N.
            $name, 1, $value, |[r], cx| $plain::decode([n_first(r)], cx),
            |v, cx| Some([n_last($plain::encode(v, cx)?[0])]));
    )* };
    ($( $name:ident $plain:ident $value:ty, first; )*) => { $(
        codec!(/// The same for Vn:N.
            $name, 2, $value, |[a, r], cx| $plain::decode([a, n_first(r)], cx),
            |v, cx| { let [a, r] = $plain::encode(v, cx)?; Some([a, n_last(r)]) });
    )* };
    ($( $name:ident $plain:ident $value:ty, last; )*) => { $(
        codec!(/// The same for Vn:N.
            $name, 2, $value, |[r, a], cx| $plain::decode([n_first(r), a], cx),
            |v, cx| { let [r, a] = $plain::encode(v, cx)?; Some([n_last(r), a]) });
    )* };
}
vn_n! {
    Srn Sr ExtReg;
    Drn Dr ExtReg;
    Qrn Qr ExtReg;
}
vn_n! {
    Frn Fr ExtReg, first;
    Vrn Vr ExtReg, first;
}
vn_n! {
    Eln El Scalar, last;
    Tablen Table ExtList, last;
}

codec!(/// A single-precision register. (D:Vd)
Sr, 1, ExtReg, |[r], _| Some(ExtReg::S((r << 1 & 30 | r >> 4) as u8)), |v, _| match *v {
    ExtReg::S(n) => Some([n as u32 >> 1 | (n as u32 & 1) << 4]),
    _ => None,
});
codec!(/// A double-precision or doubleword register. (D:Vd)
Dr, 1, ExtReg, |[r], _| Some(ExtReg::D(r as u8)), |v, _| match *v {
    ExtReg::D(n) => Some([n as u32]),
    _ => None,
});
codec!(/// A quadword register; odd numbers are UNDEFINED. (D:Vd)
Qr, 1, ExtReg, |[r], _| (r & 1 == 0).then_some(ExtReg::Q(r as u8 >> 1)), |v, _| match *v {
    ExtReg::Q(n) => Some([n as u32 * 2]),
    _ => None,
});
codec!(/// A VFP register, double where sz is set. (sz, D:Vd)
Fr, 2, ExtReg, |[sz, r], cx| if sz == 0 { Sr::decode([r], cx) } else { Dr::decode([r], cx) },
|v, cx| Some(match v {
    ExtReg::S(_) => [0, Sr::encode(v, cx)?[0]],
    _ => [1, Dr::encode(v, cx)?[0]],
}));
codec!(/// A vector register, quadword where Q is set. (Q, D:Vd)
Vr, 2, ExtReg, |[q, r], cx| if q == 0 { Dr::decode([r], cx) } else { Qr::decode([r], cx) },
|v, cx| Some(match v {
    ExtReg::D(n) => [0, *n as u32],
    _ => [1, Qr::encode(v, cx)?[0]],
}));
codec!(/// A vector register as the last operand. (Q, M:Vm)
Va, 2, VecArg, |[q, r], cx| Some(VecArg::Reg(Vr::decode([q, r], cx)?)), |v, cx| match v {
    VecArg::Reg(r) => Vr::encode(r, cx),
    VecArg::Scalar(_) => None,
});
codec!(/// A doubleword register as the last operand. (M:Vm)
Da, 1, VecArg, |[r], _| Some(VecArg::Reg(ExtReg::D(r as u8))), |v, cx| match v {
    VecArg::Reg(r) => Dr::encode(r, cx),
    VecArg::Scalar(_) => None,
});
codec!(/// The scalar of a multiplication of halfwords. (M:Vm)
Sa16, 1, VecArg, |[m], _| Some(VecArg::Scalar(Scalar { d: m as u8 & 7, index: (m >> 3 & 1 | m >> 3 & 2) as u8 })), |v, _| match *v {
    VecArg::Scalar(Scalar { d: d @ 0..8, index: index @ 0..4 }) =>
        Some([d as u32 | (index as u32 & 1) << 3 | (index as u32 & 2) << 3]),
    _ => None,
});
codec!(/// The scalar of a multiplication of words. (M:Vm)
Sa32, 1, VecArg, |[m], _| Some(VecArg::Scalar(Scalar { d: m as u8 & 15, index: m as u8 >> 4 })), |v, _| match *v {
    VecArg::Scalar(Scalar { d: d @ 0..16, index: index @ 0..2 }) => Some([d as u32 | (index as u32) << 4]),
    _ => None,
});
codec!(/// Two adjacent single-precision registers, by the first. (M:Vm)
    Spair, 1, ExtReg, |[r], cx| Sr::decode([r], cx).filter(|r| *r != ExtReg::S(31)),
    // From S31 is UNPREDICTABLE. UNDEFINED here: qemu-arm takes the low half of D16 for S32.
    |v, cx| if *v == ExtReg::S(31) { None } else { Sr::encode(v, cx) });
codec!(/// An element of a register. (D:Vd, index)
    El, 2, Scalar, |[d, index], _| Some(Scalar { d: d as u8, index: index as u8 }),
    |v, _| Some([v.d as u32, v.index as u32]));

/// Codecs from U and size to a type: which sizes there are, how far the printed type is from them.
macro_rules! types {
    ($( $(#[$meta:meta])* $name:ident $kind:ident $sizes:pat, $wider:literal; )*) => { $(
        codec!($(#[$meta])* $name, 1, DataType,
            |[size], _| matches!(size, $sizes)
                .then(|| DataType::new(Kind::$kind, Lane::from_bits(size + $wider))),
            |v, _| {
                let size = (v.lane as u32).checked_sub($wider)?;
                (v.kind == Kind::$kind && matches!(size, $sizes)).then_some([size])
            });
    )* };
}
types! {
    /// Integers of any width. (size)
    TyI Int 0..=3, 0;
    /// Integers of 8 to 32 bits. (size)
    TyI32 Int 0..=2, 0;
    /// Integers of 16 or 32 bits. (size)
    TyI1632 Int 1..=2, 0;
    /// Integers of 16 to 64 bits by the size of their halves. (size)
    TyIWide Int 0..=2, 1;
    /// Signed integers of 8 to 32 bits. (size)
    TyS32 Signed 0..=2, 0;
    /// Signed integers of 16 or 32 bits. (size)
    TyS1632 Signed 1..=2, 0;
    /// Signed integers of 16 to 64 bits by the size of their halves. (size)
    TySWide Signed 0..=2, 1;
    /// Unsigned integers of 16 to 64 bits by the size of their halves. (size)
    TyUWide Unsigned 0..=2, 1;
    /// Bits, in elements of 8 to 32. (size)
    TyN32 Any 0..=2, 0;
    /// Bits, in elements of 8 or 16. (size)
    TyN16 Any 0..=1, 0;
    /// Bits, in elements of 8. (size)
    TyN8 Any 0..=0, 0;
}
macro_rules! signed_types {
    ($( $(#[$meta:meta])* $name:ident ($sizes:pat); )*) => { $(
        codec!($(#[$meta])* $name, 2, DataType,
            |[u, size], _| matches!(size, $sizes).then(|| signedness(u, Lane::from_bits(size))),
            |v, _| {
                let u = match v.kind { Kind::Signed => 0, Kind::Unsigned => 1, _ => return None };
                let size = v.lane as u32;
                matches!(size, $sizes).then_some([u, size])
            });
    )* };
}
fn signedness(u: u32, lane: Lane) -> DataType {
    DataType::new(if u == 0 { Kind::Signed } else { Kind::Unsigned }, lane)
}
signed_types! {
    /// Integers of any width with their sign. (U, size)
    TySu (0..=3);
    /// Integers of 8 to 32 bits with their sign. (U, size)
    TySu32 (0..=2);
    /// Integers of 16 or 32 bits with their sign. (U, size)
    TySu1632 (1..=2);
}
/// Codecs from U alone to a type.
macro_rules! types_of_u {
    ($( $name:ident $lane:ident; )*) => { $(
        codec!(/// Integers of the width of the name with their sign. (U)
            $name, 1, DataType, |[u], _| Some(signedness(u, Lane::$lane)),
            |v, _| match v.kind {
                Kind::Signed if v.lane == Lane::$lane => Some([0]),
                Kind::Unsigned if v.lane == Lane::$lane => Some([1]),
                _ => None,
            });
    )* };
}
types_of_u! {
    Su8 B8;
    Su16 B16;
    Su32 B32;
}
codec!(/// The width of elements of 8 or 16 bits. (size)
    Sz16, 1, Lane, |[size], _| (size < 2).then(|| Lane::from_bits(size)),
    |v, _| matches!(v, Lane::B8 | Lane::B16).then_some([*v as u32]));
codec!(/// The width of elements of 8 to 32 bits. (size)
    Sz, 1, Lane, |[size], _| (size < 3).then(|| Lane::from_bits(size)),
    |v, _| (*v != Lane::B64).then_some([*v as u32]));
codec!(/// The width of elements of any width. (size)
    Sz64, 1, Lane, |[size], _| Some(Lane::from_bits(size)), |v, _| Some([*v as u32]));
codec!(/// The width of VDUP's elements. (B, E)
SzBe, 2, Lane, |[b, e], _| Some(match (b, e) {
    (0, 0) => Lane::B32,
    (0, 1) => Lane::B16,
    (1, 0) => Lane::B8,
    _ => return None,
}), |v, _| Some(match v {
    Lane::B32 => [0, 0],
    Lane::B16 => [0, 1],
    Lane::B8 => [1, 0],
    Lane::B64 => return None,
}));
codec!(/// The element of VDUP: one bit set below its index tells the width. (imm4)
    DupLane, 1, Lane, |[imm], _| (imm & 7 != 0).then(|| Lane::from_bits(imm.trailing_zeros())),
    |v, _| (*v != Lane::B64).then_some([1 << *v as u32]));

/// The width of the elements of a shift, from the position of L:imm6's highest bit.
fn shift_lane(l: u32, imm6: u32) -> Option<Lane> {
    match (l, imm6) {
        (0, 0..8) => None,
        (0, _) => Some(Lane::from_bits(imm6.ilog2() - 3)),
        _ => Some(Lane::B64),
    }
}
fn right(l: u32, imm6: u32, ty: impl Fn(Lane) -> DataType) -> Option<ShiftImm> {
    let lane = shift_lane(l, imm6)?;
    let amount = if l != 0 { 64 - imm6 } else { 2 * lane.bits() - imm6 };
    Some(ShiftImm { ty: ty(lane), amount: amount as u8 })
}
fn left(l: u32, imm6: u32, ty: impl Fn(Lane) -> DataType) -> Option<ShiftImm> {
    let lane = shift_lane(l, imm6)?;
    let amount = if l != 0 { imm6 } else { imm6 - lane.bits() };
    Some(ShiftImm { ty: ty(lane), amount: amount as u8 })
}
fn unright(v: &ShiftImm) -> Option<[u32; 2]> {
    let (bits, amount) = (v.ty.lane.bits(), v.amount as u32);
    let value = (1..=bits).contains(&amount).then(|| 2 * bits - amount)?;
    Some(if bits == 64 { [1, value - 64] } else { [0, value] })
}
fn unleft(v: &ShiftImm) -> Option<[u32; 2]> {
    let (bits, amount) = (v.ty.lane.bits(), v.amount as u32);
    let value = (amount < bits).then(|| bits + amount)?;
    Some(if bits == 64 { [1, value - 64] } else { [0, value] })
}
fn su(v: &ShiftImm) -> Option<u32> {
    match v.ty.kind {
        Kind::Signed => Some(0),
        Kind::Unsigned => Some(1),
        _ => None,
    }
}
codec!(/// A shift to the right. (U, L, imm6)
    ShrSu, 3, ShiftImm, |[u, l, imm], _| right(l, imm, |lane| signedness(u, lane)),
    |v, _| { let [l, imm] = unright(v)?; Some([su(v)?, l, imm]) });
codec!(/// A shift to the left. (U, L, imm6)
    ShlSu, 3, ShiftImm, |[u, l, imm], _| left(l, imm, |lane| signedness(u, lane)),
    |v, _| { let [l, imm] = unleft(v)?; Some([su(v)?, l, imm]) });
codec!(/// A shift to the right of bits. (L, imm6)
    ShrN, 2, ShiftImm, |[l, imm], _| right(l, imm, |lane| DataType::new(Kind::Any, lane)),
    |v, _| if v.ty.kind == Kind::Any { unright(v) } else { None });
codec!(/// A shift to the left of bits. (L, imm6)
    ShlN, 2, ShiftImm, |[l, imm], _| left(l, imm, |lane| DataType::new(Kind::Any, lane)),
    |v, _| if v.ty.kind == Kind::Any { unleft(v) } else { None });
codec!(/// A shift to the left of integers. (L, imm6)
    ShlI, 2, ShiftImm, |[l, imm], _| left(l, imm, |lane| DataType::new(Kind::Int, lane)),
    |v, _| if v.ty.kind == Kind::Int { unleft(v) } else { None });
codec!(/// A shift to the left of signed integers. (L, imm6)
    ShlS, 2, ShiftImm, |[l, imm], _| left(l, imm, |lane| DataType::new(Kind::Signed, lane)),
    |v, _| if v.ty.kind == Kind::Signed { unleft(v) } else { None });
codec!(/// A shift to the left that widens, by less than the width. (U, imm6)
    ShllSu, 2, ShiftImm, |[u, imm], _| left(0, imm, |lane| signedness(u, lane)),
    |v, _| match unleft(v)? { [0, imm] => Some([su(v)?, imm]), _ => None });
/// VMOVL: a shift to the left that widens, by nothing.
macro_rules! movl {
    ($( $name:ident $lane:ident; )*) => { $(
        codec!(/// A widening of elements of the width of the name. (U)
            $name, 1, ShiftImm, |[u], _| Some(ShiftImm { ty: signedness(u, Lane::$lane), amount: 0 }),
            |v, _| if v.ty.lane == Lane::$lane && v.amount == 0 { Some([su(v)?]) } else { None });
    )* };
}
movl! {
    Movl8 B8;
    Movl16 B16;
    Movl32 B32;
}
/// A narrowing shift: the encoding gives the width of the results, the type is the operands'.
fn unnarrow(v: &ShiftImm) -> Option<u32> {
    let narrow = ShiftImm { ty: DataType { lane: v.ty.lane.narrower(), ..v.ty }, ..*v };
    if v.ty.lane == Lane::B8 {
        return None;
    }
    Some(unright(&narrow)?[1])
}
codec!(/// A shift to the right of integers that narrows. (imm6)
    ShrnI, 1, ShiftImm, |[imm], _| right(0, imm, |lane| DataType::new(Kind::Int, lane.wider())),
    |v, _| if v.ty.kind == Kind::Int { Some([unnarrow(v)?]) } else { None });
codec!(/// A shift to the right of signed integers that narrows. (imm6)
    ShrnS, 1, ShiftImm, |[imm], _| right(0, imm, |lane| DataType::new(Kind::Signed, lane.wider())),
    |v, _| if v.ty.kind == Kind::Signed { Some([unnarrow(v)?]) } else { None });
codec!(/// A shift to the right that narrows. (U, imm6)
    ShrnSu, 2, ShiftImm, |[u, imm], _| right(0, imm, |lane| signedness(u, lane.wider())),
    |v, _| Some([su(v)?, unnarrow(v)?]));
codec!(/// VSHLL by the whole width. (size)
    ShllMax, 1, ShiftImm, |[size], _| (size < 3).then(|| {
        let lane = Lane::from_bits(size);
        ShiftImm { ty: DataType::new(Kind::Int, lane), amount: lane.bits() as u8 }
    }), |v, _| (v.ty.kind == Kind::Int && v.amount as u32 == v.ty.lane.bits()).then_some([v.ty.lane as u32]));
codec!(/// The fraction bits of Advanced SIMD's VCVT: 64 - imm6, and imm6 has its highest bit set. (imm6)
Fbits, 1, u8, |[imm], _| (imm >= 32).then_some(64 - imm as u8), |v, _| match *v {
    v @ 1..=32 => Some([64 - v as u32]),
    _ => None,
});
codec!(/// The type and fraction bits of VFP's VCVT, as many as the size less imm4:i. (U, sx, i, imm4)
FixedVfp, 4, ShiftImm, |[u, sx, i, imm4], _| {
    let lane = if sx == 0 { Lane::B16 } else { Lane::B32 };
    // More than the size is UNPREDICTABLE. UNDEFINED here: qemu-arm shifts by a negative number.
    let amount = lane.bits().checked_sub(imm4 << 1 | i)?;
    Some(ShiftImm { ty: signedness(u, lane), amount: amount as u8 })
}, |v, _| {
    let n = v.ty.lane.bits().checked_sub(v.amount as u32)?;
    let sx = match v.ty.lane { Lane::B16 => 0, Lane::B32 => 1, _ => return None };
    Some([su(v)?, sx, n & 1, n >> 1])
});
codec!(/// VFP's constant. (imm8)
    FImm, 1, FloatImm, |[n], _| Some(FloatImm(n as u8)), |v, _| Some([v.0 as u32]));

/// The codecs of a modified immediate constant differ in the cmodes that they take.
fn simd_imm(cmode: u32, op: bool, imm8: u32, ok: bool) -> Option<SimdImm> {
    ok.then_some(SimdImm { cmode: cmode as u8, op, imm8: imm8 as u8 })
}
codec!(/// The constant of VMOV but for the 64-bit one. (cmode, imm8)
    ImmMov, 2, SimdImm, |[cmode, imm8], _| simd_imm(cmode, false, imm8, cmode >= 12 || cmode & 1 == 0),
    |v, _| (!v.op && (v.cmode >= 12 || v.cmode & 1 == 0)).then_some([v.cmode as u32, v.imm8 as u32]));
codec!(/// The constant of VMVN. (cmode, imm8)
    ImmMvn, 2, SimdImm, |[cmode, imm8], _| simd_imm(cmode, false, imm8, cmode < 14 && (cmode >= 12 || cmode & 1 == 0)),
    |v, _| (!v.op && v.cmode < 14 && (v.cmode >= 12 || v.cmode & 1 == 0)).then_some([v.cmode as u32, v.imm8 as u32]));
codec!(/// The constant of VORR and VBIC. (cmode above its lowest bit, imm8)
    ImmBit, 2, SimdImm, |[cmode, imm8], _| simd_imm(cmode * 2 + 1, false, imm8, cmode < 6),
    |v, _| (!v.op && v.cmode < 12 && v.cmode & 1 == 1).then_some([v.cmode as u32 / 2, v.imm8 as u32]));
codec!(/// The 64-bit constant of VMOV. (imm8)
    Imm64, 1, SimdImm, |[imm8], _| simd_imm(14, true, imm8, true),
    |v, _| (v.op && v.cmode == 14).then_some([v.imm8 as u32]));
codec!(/// The table of VTBL. (N:Vn, len)
    Table, 2, ExtList, |[n, len], _| (n + len < 32).then_some(ExtList { first: ExtReg::D(n as u8), count: len as u8 + 1 }),
    |v, _| match v.first { ExtReg::D(n) => Some([n as u32, (v.count as u32).checked_sub(1)?]), _ => None });

codec!(/// Base and offset in words with its sign. (U, Rn, imm8)
AddrWords, 3, Address, |[u, rn, imm], _| Some(Address {
    rn: Reg(rn as u8),
    offset: Offset::Imm { value: imm as u16 * 4, add: u != 0 },
    index: Index::Offset,
}), |v, _| match *v {
    Address { rn, offset: Offset::Imm { value, add }, index: Index::Offset } if value % 4 == 0 =>
        Some([add as u32, rn.0 as u32, value as u32 / 4]),
    _ => None,
});
codec!(/// A list of S registers. (D:Vd, imm8)
    ListS, 2, ExtList, |[d, n], cx| {
        let first = Sr::decode([d], cx)?;
        let ExtReg::S(s) = first else { return None };
        // None, or past S31, is UNPREDICTABLE; qemu-arm makes it UNDEFINED.
        (n != 0 && s as u32 + n <= 32).then_some(ExtList { first, count: n as u8 })
    }, |v, cx| Some([Sr::encode(&v.first, cx)?[0], v.count as u32]));
codec!(/// A list of D registers. (D:Vd, imm8 above its lowest bit)
    ListD, 2, ExtList,
    // None, more than 16 or past D31 is UNPREDICTABLE; qemu-arm makes it UNDEFINED.
    |[d, n], _| (matches!(n, 1..=16) && d + n <= 32).then_some(ExtList { first: ExtReg::D(d as u8), count: n as u8 }),
    |v, cx| Some([Dr::encode(&v.first, cx)?[0], v.count as u32]));
codec!(/// A system register of the Floating-point Extension. (reg)
SysReg, 1, FpSysReg, |[reg], _| Some(match reg {
    0 => FpSysReg::Fpsid,
    1 => FpSysReg::Fpscr,
    6 => FpSysReg::Mvfr1,
    7 => FpSysReg::Mvfr0,
    8 => FpSysReg::Fpexc,
    9 => FpSysReg::Fpinst,
    10 => FpSysReg::Fpinst2,
    _ => return None,
}), |v, _| Some([match v {
    FpSysReg::Fpsid => 0,
    FpSysReg::Fpscr => 1,
    FpSysReg::Mvfr1 => 6,
    FpSysReg::Mvfr0 => 7,
    FpSysReg::Fpexc => 8,
    FpSysReg::Fpinst => 9,
    FpSysReg::Fpinst2 => 10,
}]));
