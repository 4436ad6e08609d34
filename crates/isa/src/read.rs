//! Reading the operand types of the core instructions: the way back of their printing.

use crate::codec::{expand_a32, expand_t32};
use crate::operand::*;
use crate::syntax::{Atom, Read, Reader, Role, put};

/// The `raw` of a constant whose encoding is not chosen yet.
pub const UNCHOSEN: u16 = u16::MAX;

impl Read for Reg {
    fn read(slot: &mut Option<Reg>, r: &mut Reader<'_>, spec: &str) -> Option<()> {
        if let (Some(Atom::Name(name)), "flags") = (r.peek(), spec) {
            r.at += 1;
            return if name.eq_ignore_ascii_case("apsr_nzcv") { put(slot, Reg::PC) } else { None };
        }
        let reg = r.reg()?;
        put(slot, reg)
    }
}

impl Read for Imm {
    fn read(slot: &mut Option<Imm>, r: &mut Reader<'_>, spec: &str) -> Option<()> {
        if spec == "opt" && slot.is_some() {
            return Some(());
        }
        if spec == "label" {
            r.label(Role::Literal)?;
            return put(slot, Imm(0));
        }
        let value = r.number()?;
        let value = u32::try_from(value).ok()?;
        put(slot, Imm(value))
    }
    fn take_flag(slot: &mut Option<Imm>, set: bool) -> Option<()> {
        if !set {
            *slot = Some(Imm(0));
        }
        Some(())
    }
}

/// A shift's name.
fn shift_of(name: &str) -> Option<Shift> {
    Some(match name {
        "lsl" | "LSL" | "asl" | "ASL" => Shift::Lsl,
        "lsr" | "LSR" => Shift::Lsr,
        "asr" | "ASR" => Shift::Asr,
        "ror" | "ROR" => Shift::Ror,
        "rrx" | "RRX" => Shift::Rrx,
        _ => {
            let lower = name.to_ascii_lowercase();
            return if lower != name && name.len() == 3 { shift_of(&lower) } else { None };
        }
    })
}

/// The amount of a shift; a shift by 0 is none, in whichever way.
fn amount(shift: Shift, amount: i64) -> Option<(Shift, u8)> {
    let most = match shift {
        Shift::Lsl | Shift::Ror => 31,
        _ => 32,
    };
    match amount {
        0 => Some((Shift::Lsl, 0)),
        n if (1..=most).contains(&n) => Some((shift, n as u8)),
        _ => None,
    }
}

/// `, lsl #2`, `, rrx` or nothing.
fn constant_shift(r: &mut Reader<'_>) -> Option<(Shift, u8)> {
    let at = r.at;
    if !r.eat(b',') {
        return Some((Shift::Lsl, 0));
    }
    match r.name().and_then(shift_of) {
        Some(Shift::Rrx) => Some((Shift::Rrx, 1)),
        Some(shift) => amount(shift, r.number()?),
        None => {
            r.at = at;
            Some((Shift::Lsl, 0))
        }
    }
}

fn read_operand2(r: &mut Reader<'_>, spec: &str) -> Option<Operand2> {
    if spec == "shift" {
        // The mnemonic says which shift it is.
        let shift = shift_of(r.stem.get(..3)?)?;
        let rm = r.reg()?;
        if shift == Shift::Rrx {
            return Some(Operand2::Reg { rm, shift, amount: 1 });
        }
        r.eat(b',').then_some(())?;
        if let Some(rs) = r.reg() {
            return Some(Operand2::RegShift { rm, shift, rs });
        }
        let (shift, amount) = amount(shift, r.number()?)?;
        return Some(Operand2::Reg { rm, shift, amount });
    }
    if let Some(rm) = r.reg() {
        let at = r.at;
        if r.eat(b',') {
            if let Some(shift) = r.name().and_then(shift_of) {
                if shift == Shift::Rrx {
                    return Some(Operand2::Reg { rm, shift, amount: 1 });
                }
                if let Some(rs) = r.reg() {
                    return Some(Operand2::RegShift { rm, shift, rs });
                }
                let (shift, amount) = amount(shift, r.number()?)?;
                return Some(Operand2::Reg { rm, shift, amount });
            }
            r.at = at;
        }
        return Some(Operand2::Reg { rm, shift: Shift::Lsl, amount: 0 });
    }
    let value = r.number()?;
    let value = if (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(&value) {
        value as u32
    } else {
        return None;
    };
    if r.eat(b',') {
        // `#imm8, rotation`: the encoding itself.
        let rotation = u32::try_from(r.number()?).ok().filter(|n| *n < 32 && n % 2 == 0)?;
        return (value < 256).then(|| Operand2::Imm(expand_a32((rotation / 2) << 8 | value)));
    }
    Some(Operand2::Imm(ModImm { value, carry: None, raw: UNCHOSEN, a32: !r.thumb }))
}

impl ModImm {
    /// The constant in an encoding of A32's kind.
    pub fn a32(raw: u16) -> ModImm {
        expand_a32(raw.into())
    }

    /// The constant in an encoding of T32's kind.
    pub fn t32(raw: u16) -> ModImm {
        expand_t32(raw.into())
    }

    /// The constant in an encoding of 16 bits, which holds it as it is.
    pub fn t16(value: u16) -> ModImm {
        ModImm { value: value.into(), carry: None, raw: value, a32: false }
    }
}

impl Read for Operand2 {
    fn read(slot: &mut Option<Operand2>, r: &mut Reader<'_>, spec: &str) -> Option<()> {
        let value = read_operand2(r, spec)?;
        put(slot, value)
    }
}

/// The offset behind a comma: a constant, or a register with its sign and shift.
fn offset(r: &mut Reader<'_>) -> Option<Offset> {
    let minus = match r.peek()? {
        Atom::Punct(b'-') => {
            r.at += 1;
            true
        }
        Atom::Punct(b'+') => {
            r.at += 1;
            false
        }
        _ => false,
    };
    if let Some(rm) = r.reg() {
        let (shift, amount) = constant_shift(r)?;
        return Some(Offset::Reg { rm, add: !minus, shift, amount });
    }
    let sign = matches!(r.peek()?, Atom::Num { minus: true, .. });
    let value = r.number()?;
    let add = value > 0 || value == 0 && !sign;
    Some(Offset::Imm { value: u16::try_from(value.unsigned_abs()).ok()?, add })
}

impl Read for Address {
    fn read(slot: &mut Option<Address>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        const NOTHING: Offset = Offset::Imm { value: 0, add: true };
        if !r.eat(b'[') {
            r.label(Role::Literal)?;
            return put(slot, Address { rn: Reg::PC, offset: NOTHING, index: Index::Offset });
        }
        let rn = r.reg()?;
        if r.eat(b']') {
            let at = r.at;
            if r.eat(b'!') {
                return put(slot, Address { rn, offset: NOTHING, index: Index::Pre });
            }
            if r.eat(b',') && r.peek() != Some(Atom::Punct(b'{')) {
                let offset = offset(r)?;
                return put(slot, Address { rn, offset, index: Index::Post });
            }
            r.at = at;
            return put(slot, Address { rn, offset: NOTHING, index: Index::Offset });
        }
        r.eat(b',').then_some(())?;
        let offset = offset(r)?;
        r.eat(b']').then_some(())?;
        let index = if r.eat(b'!') { Index::Pre } else { Index::Offset };
        put(slot, Address { rn, offset, index })
    }
}

impl Read for RegList {
    fn read(slot: &mut Option<RegList>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        r.eat(b'{').then_some(())?;
        let mut list = 0u16;
        loop {
            let first = r.reg()?.0;
            let last = if r.eat(b'-') { r.reg()?.0 } else { first };
            if last < first {
                return None;
            }
            (first..=last).for_each(|n| list |= 1 << n);
            if !r.eat(b',') {
                break;
            }
        }
        r.eat(b'}').then_some(())?;
        put(slot, RegList(list))
    }
}

impl Read for Rel {
    fn read(slot: &mut Option<Rel>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        r.label(Role::Branch)?;
        put(slot, Rel(0))
    }
}

impl Read for Literal {
    fn read(slot: &mut Option<Literal>, r: &mut Reader<'_>, spec: &str) -> Option<()> {
        if spec == "label" {
            r.label(Role::Literal)?;
            return put(slot, Literal(0));
        }
        let value = match r.peek()? {
            Atom::Punct(b']') => 0,
            _ => u16::try_from(r.number()?.unsigned_abs()).ok()?,
        };
        put(slot, Literal(value))
    }
}

impl Read for bool {
    fn read(_: &mut Option<bool>, _: &mut Reader<'_>, _: &str) -> Option<()> {
        None
    }
    fn take_flag(slot: &mut Option<bool>, set: bool) -> Option<()> {
        put(slot, set)
    }
    fn flag(slot: &Option<bool>) -> Option<bool> {
        *slot
    }
}

impl Read for u8 {
    fn read(slot: &mut Option<u8>, r: &mut Reader<'_>, spec: &str) -> Option<()> {
        let value = match r.next()? {
            Atom::Num { value, .. } => u8::try_from(value).ok()?,
            Atom::Name(name) if spec == "aif" => {
                name.bytes().try_fold(0, |flags, b| match b.to_ascii_lowercase() {
                    b'a' => Some(flags | 4),
                    b'i' => Some(flags | 2),
                    b'f' => Some(flags | 1),
                    _ => None,
                })?
            }
            // `p15`, `c7`, `cr7`.
            Atom::Name(name) => {
                let digits = name.trim_start_matches(['p', 'P', 'c', 'C', 'r', 'R']);
                digits.parse().ok().filter(|n| *n < 16 && digits.len() < name.len())?
            }
            _ => return None,
        };
        put(slot, value)
    }
    fn absent() -> Option<u8> {
        Some(0)
    }
}

impl Read for ImmShift {
    fn read(slot: &mut Option<ImmShift>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let (shift, amount) = constant_shift(r)?;
        put(slot, ImmShift { shift, amount })
    }
    fn absent() -> Option<ImmShift> {
        Some(ImmShift { shift: Shift::Lsl, amount: 0 })
    }
}

impl Read for Rotate {
    fn read(slot: &mut Option<Rotate>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let rotation = match constant_shift(r)? {
            (Shift::Ror | Shift::Lsl, n) if n.is_multiple_of(8) => n,
            _ => return None,
        };
        put(slot, Rotate(rotation))
    }
    fn absent() -> Option<Rotate> {
        Some(Rotate(0))
    }
}

impl Read for ParallelKind {
    fn read(_: &mut Option<ParallelKind>, _: &mut Reader<'_>, _: &str) -> Option<()> {
        None
    }
    fn names(_: &str) -> &'static [&'static str] {
        &["s", "q", "sh", "u", "uq", "uh"]
    }
    fn take_name(slot: &mut Option<ParallelKind>, _: &str, index: usize) -> Option<()> {
        use ParallelKind::*;
        put(
            slot,
            [Signed, SignedSaturating, SignedHalving, Unsigned, UnsignedSaturating, UnsignedHalving][index],
        )
    }
}

impl Read for ParallelOp {
    fn read(_: &mut Option<ParallelOp>, _: &mut Reader<'_>, _: &str) -> Option<()> {
        None
    }
    fn names(_: &str) -> &'static [&'static str] {
        &["add16", "asx", "sax", "sub16", "add8", "sub8"]
    }
    fn take_name(slot: &mut Option<ParallelOp>, _: &str, index: usize) -> Option<()> {
        use ParallelOp::*;
        put(slot, [Add16, Asx, Sax, Sub16, Add8, Sub8][index])
    }
}

impl Read for ExtendOp {
    fn read(_: &mut Option<ExtendOp>, _: &mut Reader<'_>, _: &str) -> Option<()> {
        None
    }
    fn names(_: &str) -> &'static [&'static str] {
        &["b", "b16", "h"]
    }
    /// The part; the sign was taken before it.
    fn take_name(slot: &mut Option<ExtendOp>, _: &str, index: usize) -> Option<()> {
        let part = [ExtendPart::Byte, ExtendPart::TwoBytes, ExtendPart::Half][index];
        slot.as_mut()?.part = part;
        Some(())
    }
    fn take_flag(slot: &mut Option<ExtendOp>, set: bool) -> Option<()> {
        match slot {
            Some(op) => (op.unsigned == set).then_some(()),
            None => put(slot, ExtendOp { unsigned: set, part: ExtendPart::TwoBytes }),
        }
    }
}

/// The letters behind `it`, and the mask that they make where "then" is 0 (ARM ARM A8.8.54).
const IT_MASKS: [&str; 15] =
    ["", "t", "e", "tt", "et", "te", "ee", "ttt", "ett", "tet", "eet", "tte", "ete", "tee", "eee"];

impl Read for ItBlock {
    /// The condition; the letters were taken before it.
    fn read(slot: &mut Option<ItBlock>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let block = slot.as_mut()?;
        let firstcond = Cond::from_name(r.name()?)?;
        block.firstcond = firstcond;
        // So far a set bit is an "else"; above the lowest set bit, it is what differs from bit 0 of the condition.
        let stop = block.mask & block.mask.wrapping_neg();
        let above = 15 & !(stop | (stop - 1));
        if firstcond as u8 & 1 != 0 {
            block.mask ^= above;
        }
        // "Else" of always is never.
        (firstcond != Cond::Al || block.mask.count_ones() == 1).then_some(())
    }
    fn names(_: &str) -> &'static [&'static str] {
        &IT_MASKS
    }
    fn take_name(slot: &mut Option<ItBlock>, _: &str, index: usize) -> Option<()> {
        let letters = IT_MASKS[index];
        let bits = letters.bytes().enumerate().fold(0, |mask, (i, b)| mask | ((b == b'e') as u8) << (3 - i));
        put(slot, ItBlock { firstcond: Cond::Eq, mask: bits | 8 >> letters.len() })
    }
}

impl Read for MultiMode {
    fn read(_: &mut Option<MultiMode>, _: &mut Reader<'_>, _: &str) -> Option<()> {
        None
    }
    fn names(spec: &str) -> &'static [&'static str] {
        if spec == "opt" { &["ia", "ib", "da", "db", ""] } else { &["ia", "ib", "da", "db"] }
    }
    fn take_name(slot: &mut Option<MultiMode>, _: &str, index: usize) -> Option<()> {
        put(slot, MultiMode { increment: index < 2 || index == 4, before: matches!(index, 1 | 3) })
    }
}

impl Read for PsrMask {
    /// From a word like `CPSR_fc`, of which the first part was looked at before.
    fn read(slot: &mut Option<PsrMask>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let name = r.name()?;
        let (register, fields) = name.split_once('_').unwrap_or((name, "fc"));
        let application = register.eq_ignore_ascii_case("apsr");
        let mask = match fields.to_ascii_lowercase().as_str() {
            "nzcvq" if application => 8,
            "g" if application => 4,
            "nzcvqg" if application => 12,
            "fc" if application && !name.contains('_') => 8,
            "all" => 9,
            "flg" => 8,
            "ctl" => 1,
            letters => letters.bytes().try_fold(0, |mask, b| {
                let bit = match b {
                    b'f' => 8,
                    b's' => 4,
                    b'x' => 2,
                    b'c' => 1,
                    _ => return None,
                };
                (mask & bit == 0).then_some(mask | bit)
            })?,
        };
        put(slot, PsrMask(mask))
    }
}

impl Read for BarrierOption {
    fn read(slot: &mut Option<BarrierOption>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let option = match r.next()? {
            Atom::Num { value: value @ 0..16, .. } => value as u8,
            Atom::Name(name) => match name.to_ascii_lowercase().as_str() {
                "sy" => 15,
                "st" => 14,
                "ish" | "sh" => 11,
                "ishst" | "shst" => 10,
                "nsh" | "un" => 7,
                "nshst" | "unst" => 6,
                "osh" => 3,
                "oshst" => 2,
                _ => return None,
            },
            _ => return None,
        };
        put(slot, BarrierOption(option))
    }
    fn absent() -> Option<BarrierOption> {
        Some(BarrierOption(15))
    }
}

impl Read for CoprocAddr {
    /// Reads what stands behind `[Rn`.
    fn read(slot: &mut Option<CoprocAddr>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let post = r.eat(b']');
        if post && !r.eat(b',') {
            return put(slot, CoprocAddr::Offset { value: 0, add: true, index: Index::Offset });
        }
        if post && r.eat(b'{') {
            let option = u8::try_from(r.number()?).ok()?;
            r.eat(b'}').then_some(())?;
            return put(slot, CoprocAddr::Option(option));
        }
        if !post {
            r.eat(b',').then_some(())?;
        }
        let Offset::Imm { value, add } = offset(r)? else { return None };
        let index = if post {
            Index::Post
        } else {
            r.eat(b']').then_some(())?;
            if r.eat(b'!') { Index::Pre } else { Index::Offset }
        };
        put(slot, CoprocAddr::Offset { value, add, index })
    }
}

impl Read for BitField {
    fn read(slot: &mut Option<BitField>, r: &mut Reader<'_>, _: &str) -> Option<()> {
        let lsb = u8::try_from(r.number()?).ok()?;
        r.eat(b',').then_some(())?;
        let width = u8::try_from(r.number()?).ok()?;
        (lsb < 32 && (1..=32 - lsb).contains(&width)).then_some(())?;
        put(slot, BitField { lsb, width })
    }
}
