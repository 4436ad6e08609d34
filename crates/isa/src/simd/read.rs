//! Reading the operand types of VFP and Advanced SIMD: the way back of their printing.

use super::operand::*;
use crate::operand::Reg;
use crate::syntax::{Atom, Read, Reader, put};

/// The number of a register of which only the view is known so far.
const OPEN: u8 = 0xff;

/// Takes a number off the data types.
fn width(r: &mut Reader<'_>) -> Option<Lane> {
    let end = r.types.find(|c: char| !c.is_ascii_digit()).unwrap_or(r.types.len());
    let (digits, rest) = r.types.split_at(end);
    r.types = rest;
    Some(match digits {
        "8" => Lane::B8,
        "16" => Lane::B16,
        "32" => Lane::B32,
        "64" => Lane::B64,
        _ => return None,
    })
}

/// Takes a data type off the data types.
fn data_type(r: &mut Reader<'_>) -> Option<DataType> {
    let kind = match r.types.bytes().next()? {
        b'i' => Kind::Int,
        b's' => Kind::Signed,
        b'u' => Kind::Unsigned,
        b'p' => Kind::Poly,
        b'f' => Kind::Float,
        _ => Kind::Any,
    };
    if kind != Kind::Any {
        r.types = &r.types[1..];
    }
    Some(DataType::new(kind, width(r)?))
}

/// Whether what was written will do for what is wanted: where the sign says nothing it may be said, and where
/// only the width counts everything may.
pub(crate) fn meets(written: DataType, wanted: DataType) -> bool {
    written.lane == wanted.lane
        && (written.kind == wanted.kind
            || wanted.kind == Kind::Int && matches!(written.kind, Kind::Signed | Kind::Unsigned)
            || wanted.kind == Kind::Any)
}

impl Read for ExtReg {
    fn read(slot: &mut Option<ExtReg>, r: &mut Reader<'_>, spec: &str) -> Option<()> {
        if spec == "size" {
            let view = match width(r)? {
                Lane::B32 => ExtReg::S(OPEN),
                Lane::B64 => ExtReg::D(OPEN),
                _ => return None,
            };
            return match slot {
                Some(reg) => (std::mem::discriminant(reg) == std::mem::discriminant(&view)).then_some(()),
                None => put(slot, view),
            };
        }
        let Atom::Ext(reg) = r.next()? else { return None };
        if spec == "next" {
            return (slot.as_ref()?.plus(1) == reg).then_some(());
        }
        if let Some(ExtReg::S(OPEN) | ExtReg::D(OPEN)) = slot {
            let same = std::mem::discriminant(slot.as_ref()?) == std::mem::discriminant(&reg);
            *slot = None;
            same.then_some(())?;
        }
        put(slot, reg)
    }
    fn finished(self) -> Option<ExtReg> {
        (!matches!(self, ExtReg::S(OPEN) | ExtReg::D(OPEN))).then_some(self)
    }
}

impl Read for DataType {
    fn read(slot: &mut Option<DataType>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let ty = data_type(r)?;
        match slot {
            Some(wanted) => meets(ty, *wanted).then_some(()),
            None => put(slot, ty),
        }
    }
}

impl Read for Lane {
    fn read(slot: &mut Option<Lane>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let ty = data_type(r)?;
        put(slot, ty.lane)
    }
}

/// `d1[0]`.
fn scalar(r: &mut Reader<'_>) -> Option<Scalar> {
    let Atom::Ext(ExtReg::D(d)) = r.next()? else { return None };
    r.eat(b'[').then_some(())?;
    let index = u8::try_from(r.number()?).ok()?;
    r.eat(b']').then_some(())?;
    Some(Scalar { d, index })
}

impl Read for Scalar {
    fn read(slot: &mut Option<Scalar>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let scalar = scalar(r)?;
        put(slot, scalar)
    }
}

impl Read for VecArg {
    fn read(slot: &mut Option<VecArg>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let at = r.at;
        let Atom::Ext(reg) = r.next()? else { return None };
        if r.peek() == Some(Atom::Punct(b'[')) {
            r.at = at;
            let scalar = scalar(r)?;
            return put(slot, VecArg::Scalar(scalar));
        }
        put(slot, VecArg::Reg(reg))
    }
}

/// Registers of a list by one view, Q registers as the D registers they are: first, count, step.
fn list(r: &mut Reader<'_>, part: &mut dyn FnMut(&mut Reader<'_>) -> Option<()>) -> Option<(ExtReg, u8, u8)> {
    let braces = r.eat(b'{');
    let (mut first, mut last, mut count, mut step) = (None, 0u8, 0u8, 0u8);
    loop {
        let Atom::Ext(reg) = r.next()? else { return None };
        part(r)?;
        let (number, size) = number(reg);
        match first {
            None => first = Some(reg),
            Some(f) => {
                (std::mem::discriminant(&f) == std::mem::discriminant(&reg)).then_some(())?;
                let distance = number.checked_sub(last)?;
                if step == 0 {
                    step = distance;
                }
                (distance == step && (1..=2).contains(&step)).then_some(())?;
            }
        }
        count += size;
        last = number + size - 1;
        if size == 2 {
            step = 1;
        }
        if r.eat(b'-') {
            let Atom::Ext(end) = r.next()? else { return None };
            part(r)?;
            (std::mem::discriminant(&reg) == std::mem::discriminant(&end)).then_some(())?;
            let (to, size) = self::number(end);
            let to = to + size - 1;
            let more = to.checked_sub(last)?;
            (step != 2).then_some(())?;
            if more > 0 {
                step = 1;
            }
            count += more;
            last = to;
        }
        if !braces || !r.eat(b',') {
            break;
        }
    }
    if braces {
        r.eat(b'}').then_some(())?;
    }
    Some((first?, count, step.max(1)))
}

fn number(reg: ExtReg) -> (u8, u8) {
    match reg {
        ExtReg::S(n) | ExtReg::D(n) => (n, 1),
        ExtReg::Q(n) => (n * 2, 2),
    }
}

impl Read for ExtList {
    fn read(slot: &mut Option<ExtList>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let (first, count, step) = list(r, &mut |_| Some(()))?;
        (step == 1).then_some(())?;
        let first = if let ExtReg::Q(n) = first { ExtReg::D(n * 2) } else { first };
        put(slot, ExtList { first, count })
    }
}

impl FloatImm {
    /// The constant of this value, if it is one.
    pub fn of(value: f64) -> Option<FloatImm> {
        (0..=255).map(FloatImm).find(|imm| f64::from_bits(imm.double()) == value)
    }
}

impl Read for FloatImm {
    /// A floating-point number; or, as objdump writes it, the eight bits; or those of the number in single
    /// precision.
    fn read(slot: &mut Option<FloatImm>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let imm = match r.next()? {
            Atom::Float { value, .. } => FloatImm::of(value)?,
            Atom::Num { value: value @ 0..256, .. } => FloatImm(value as u8),
            Atom::Num { value, .. } => FloatImm::of(f32::from_bits(u32::try_from(value).ok()?).into())?,
            _ => return None,
        };
        put(slot, imm)
    }
}

impl SimdImm {
    /// The constants that fill a vector with an element, the most direct first: `odd` wants those of VORR and
    /// VBIC.
    fn of(ty: DataType, value: u64, odd: bool) -> Option<SimdImm> {
        let bits = ty.lane.bits();
        let mask = u64::MAX >> (64 - bits);
        let (value, mut filled) = (value & mask, 0);
        (0..64).step_by(bits as usize).for_each(|at| filled |= value << at);
        let fits = |imm: SimdImm, exact: bool| {
            let (of, _) = imm.element();
            // Bytes of all ones or zeros are a constant of doublewords only, as for GNU as.
            let doubleword = imm.cmode == 14 && imm.op;
            imm.value() == filled
                && (!doubleword || ty.lane == Lane::B64)
                && (!exact || of.lane == ty.lane && of.float() == ty.float())
        };
        let all = || {
            let cmodes = (0u8..=15).flat_map(|cmode| [(cmode, false), (cmode, true)]);
            let useful = cmodes.filter(move |&(cmode, op)| {
                (!op || cmode == 14) && (cmode >= 12 && !odd || (cmode & 1 != 0) == odd && cmode < 12)
            });
            useful.flat_map(|(cmode, op)| (0..=255).map(move |imm8| SimdImm { cmode, op, imm8 }))
        };
        all().find(|&imm| fits(imm, true)).or_else(|| all().find(|&imm| fits(imm, false)))
    }
}

impl Read for SimdImm {
    fn read(slot: &mut Option<SimdImm>, r: &mut Reader<'_>, spec: &str) -> Option<()> {
        if spec == "ty" {
            // Kept as a part: the type in `cmode` and `op`, until the number is known.
            let ty = data_type(r)?;
            return put(slot, SimdImm { cmode: OPEN, op: ty.float(), imm8: ty.lane as u8 });
        }
        let part = slot.take()?;
        let kind = if part.op { Kind::Float } else { Kind::Int };
        let ty = DataType::new(kind, Lane::from_bits(part.imm8.into()));
        let value = match r.next()? {
            Atom::Float { value, .. } if ty.float() => u64::from((value as f32).to_bits()),
            Atom::Num { value, .. } if ty.float() => match u32::try_from(value) {
                Ok(bits) if bits > 255 => bits.into(),
                _ => (value as f32).to_bits().into(),
            },
            Atom::Num { value, .. } => value as u64,
            _ => return None,
        };
        let odd = r.stem.starts_with("vorr") || r.stem.starts_with("vbic");
        put(slot, SimdImm::of(ty, value, odd)?)
    }
    fn finished(self) -> Option<SimdImm> {
        (self.cmode != OPEN).then_some(self)
    }
}

impl Read for ShiftImm {
    fn read(slot: &mut Option<ShiftImm>, r: &mut Reader<'_>, spec: &str) -> Option<()> {
        if spec == "ty" {
            let ty = data_type(r)?;
            return match slot {
                Some(shift) => meets(ty, shift.ty).then_some(()),
                None => put(slot, ShiftImm { ty, amount: OPEN }),
            };
        }
        let amount = u8::try_from(r.number()?).ok().filter(|n| *n <= 64)?;
        match slot {
            Some(shift) if shift.amount == OPEN => {
                shift.amount = amount;
                Some(())
            }
            Some(shift) => (shift.amount == amount).then_some(()),
            None => None,
        }
    }
    /// VMOVL has no shift: its amount is 0.
    fn finished(self) -> Option<ShiftImm> {
        Some(ShiftImm { amount: if self.amount == OPEN { 0 } else { self.amount }, ..self })
    }
}

impl Read for FpSysReg {
    fn read(slot: &mut Option<FpSysReg>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let reg = match r.name()?.to_ascii_lowercase().as_str() {
            "fpsid" => FpSysReg::Fpsid,
            "fpscr" => FpSysReg::Fpscr,
            "mvfr1" => FpSysReg::Mvfr1,
            "mvfr0" => FpSysReg::Mvfr0,
            "fpexc" => FpSysReg::Fpexc,
            "fpinst" => FpSysReg::Fpinst,
            "fpinst2" => FpSysReg::Fpinst2,
            _ => return None,
        };
        put(slot, reg)
    }
}

impl Read for StructAccess {
    /// The width of the elements, then the operands.
    fn read(slot: &mut Option<StructAccess>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let lane = data_type(r)?.lane;
        let mut part = None;
        let (first, count, step) = list(r, &mut |r| {
            let this = if !r.eat(b'[') {
                StructPart::Whole
            } else if r.eat(b']') {
                StructPart::All
            } else {
                let lane = u8::try_from(r.number()?).ok()?;
                r.eat(b']').then_some(())?;
                StructPart::Lane(lane)
            };
            put(&mut part, this)
        })?;
        let first = match first {
            ExtReg::D(n) => n,
            ExtReg::Q(n) => n * 2,
            ExtReg::S(_) => return None,
        };
        let list = StructList { first, count, step, part: part? };
        r.eat(b',').then_some(())?;
        let addr = struct_addr(r)?;
        put(slot, StructAccess { lane, list, addr })
    }
}

/// `[Rn]`, `[Rn :64]!`, `[Rn], Rm`.
fn struct_addr(r: &mut Reader<'_>) -> Option<StructAddr> {
    r.eat(b'[').then_some(())?;
    let rn = r.reg()?;
    // GNU as also takes `[Rn, :64]`.
    let comma = r.eat(b',');
    let align = if r.eat(b':') {
        let bits = u32::try_from(r.number()?).ok().filter(|n| matches!(n, 16 | 32 | 64 | 128 | 256))?;
        (bits / 8) as u8
    } else if comma {
        return None;
    } else {
        1
    };
    r.eat(b']').then_some(())?;
    let index = if r.eat(b'!') {
        StructIndex::Size
    } else if r.eat(b',') {
        let Atom::Reg(rm) = r.next()? else { return None };
        (rm != Reg::SP && rm != Reg::PC).then_some(())?;
        StructIndex::Reg(rm)
    } else {
        StructIndex::None
    };
    Some(StructAddr { rn, align, index })
}
