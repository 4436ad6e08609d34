//! Which encoding of an operation is taken, as GNU as takes it: in Thumb the narrow one where it can hold the
//! operands, and the opposite operation where only the opposite of a constant can be encoded.

use super::index;
use skink_isa::codec::{imm_a32, imm_t32};
use skink_isa::op::*;
use skink_isa::operand::{Address, Imm, Index, ModImm, MultiMode, Offset, Operand2, Reg, Shift};
use skink_isa::read::UNCHOSEN;
use skink_isa::row::{Context, Row, Set};
use skink_isa::simd::operand::Kind;
use skink_isa::{Cond, Op, ROWS, encode};

/// Where an instruction stands and how it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Whether it is Thumb code.
    pub thumb: bool,
    /// Whether it stands in an IT block.
    pub in_it: bool,
    /// 2 or 4 where the source says which encoding it wants.
    pub width: u8,
}

/// An encoded instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The bits; of 32-bit Thumb the first halfword is the upper half.
    pub bits: u32,
    /// In bytes.
    pub size: u8,
    /// The row.
    pub row: u16,
}

impl Word {
    /// As it stands in memory.
    pub fn bytes(self, thumb: bool) -> [u8; 4] {
        if thumb && self.size == 4 {
            self.bits.rotate_left(16).to_le_bytes()
        } else {
            self.bits.to_le_bytes()
        }
    }
}

/// Which rows of an operation are tried first.
pub(crate) fn order(row: &Row) -> u8 {
    let size = match row.set {
        Set::T16 => 0,
        _ => 8,
    };
    size + match row.name {
        // A move of low registers in an IT block could be a shift by 0 too.
        "MOV_reg_T2" => 1,
        // To the same register the constant has eight bits.
        "ADD_imm_T1" | "SUB_imm_T1" => 1,
        // NOP is a MOV where there is none in the architecture.
        "MOV_nop_A1" => 1,
        // The hints that are not named are unallocated.
        name if name.starts_with("HINT_") => 2,
        _ => 0,
    }
}

/// Loads and stores share operations with unprivileged ones, which only their mnemonics tell apart.
fn told_apart(kind: OpKind) -> bool {
    use OpKind::*;
    matches!(kind, Ldr | Ldrb | Ldrh | Ldrsb | Ldrsh | Str | Strb | Strh | Pld | Pldw | Pli | PldLit | PliLit)
}

/// A row's number in the table.
fn row_number(row: &Row) -> Option<usize> {
    // By its place: a search would take longer than encoding.
    let distance = (std::ptr::from_ref(row) as usize).wrapping_sub(ROWS.as_ptr() as usize);
    Some(distance / size_of::<Row>()).filter(|&n| n < ROWS.len())
}

/// Encodes an operation as it is by the first row that can hold it; `sizes` says which are allowed.
fn direct(op: &Op, cond: Cond, place: Place, parsed: &Row, sizes: &[u8]) -> Option<Word> {
    let cx = Context { in_it: place.in_it };
    let kind = op.kind();
    let index = index();
    let head = |row: &Row| row_number(row).map(|n| index.heads[n]);
    let apart = (told_apart(kind) && parsed.kind == kind).then(|| head(parsed)).flatten();
    index.rows(kind, place.thumb).iter().find_map(|&number| {
        let row = &ROWS[number as usize];
        let size = if row.set == Set::T16 { 2 } else { 4 };
        if !sizes.contains(&size) || apart.is_some_and(|head| index.heads[number as usize] != head) {
            return None;
        }
        let cond = match (place.thumb, kind) {
            (false, _) => cond,
            // Only a branch has a condition of its own in Thumb, and none in an IT block.
            (true, OpKind::B) if !place.in_it => {
                if (cond != Cond::Al) != (row.pattern.cond < 32) {
                    return None;
                }
                cond
            }
            (true, _) => Cond::Al,
        };
        encode(row, op, cond, place.thumb, cx).map(|bits| Word { bits, size, row: number })
    })
}

/// The encoding of an operation; `parsed` is the row by whose template it was read.
pub fn choose(op: &Op, cond: Cond, place: Place, parsed: &Row) -> Option<Word> {
    let sizes: &[u8] = match (place.thumb, place.width) {
        (true, 2) => &[2],
        (true, 4) | (false, _) => &[4],
        _ => &[2, 4],
    };
    let mut found = None;
    for &size in sizes {
        variants(op, place.thumb, size, &mut |op| {
            found = direct(op, cond, place, parsed, &[size]);
            found.is_some()
        });
        if found.is_some() {
            break;
        }
    }
    found
}

/// Calls with each operation that does the same, in the order in which they are tried, until one is taken.
fn variants(op: &Op, thumb: bool, size: u8, take: &mut dyn FnMut(&Op) -> bool) {
    if constant(op).is_some_and(|imm| imm.raw == UNCHOSEN) {
        immediates(op, thumb, size, take);
        return;
    }
    let narrow = thumb && size == 2;
    match *op {
        // One register is pushed and popped as by STR and LDR.
        Op::Push(PushPop { list }) if list.0.count_ones() == 1 && !narrow => {
            let rt = Reg(list.0.trailing_zeros() as u8);
            take(&Op::Str(LoadStore { rt, addr: Address::PUSH }));
        }
        Op::Pop(PushPop { list }) if list.0.count_ones() == 1 && !narrow => {
            let rt = Reg(list.0.trailing_zeros() as u8);
            take(&Op::Ldr(LoadStore { rt, addr: Address::POP }));
        }
        Op::Ldm(x) | Op::Stm(x) if thumb => multiple(op, x, narrow, take),
        // The operands of what commutes may stand the other way round in 16 bits.
        Op::Mul(x) if narrow => {
            let _ = take(op) || take(&Op::Mul(Mul { rn: x.rm, rm: x.rn, ..x }));
        }
        Op::And(x) | Op::Eor(x) | Op::Adc(x) | Op::Orr(x) | Op::Add(x) if narrow => {
            let swapped = match x.op2 {
                Operand2::Reg { rm, shift: Shift::Lsl, amount: 0 } => {
                    Some(with(op, DataProc { rn: rm, op2: plain(x.rn), ..x }))
                }
                _ => None,
            };
            let _ = take(op) || swapped.is_some_and(|op| take(&op));
        }
        // A shift by the whole width does not care for the sign.
        Op::VectorShiftLong(x) if u32::from(x.shift.amount) == x.shift.ty.lane.bits() => {
            let mut other = x;
            other.shift.ty.kind = Kind::Int;
            take(&Op::VectorShiftLong(other));
        }
        Op::Adr(Adr { rd, add, imm }) => {
            if take(op) || thumb {
                return;
            }
            // A32 has it as ADD and SUB.
            let x = DataProc { s: false, rd, rn: Reg::PC, op2: unchosen(imm.0, thumb) };
            immediates(&if add { Op::Add(x) } else { Op::Sub(x) }, thumb, size, take);
        }
        _ => {
            take(op);
        }
    }
}

/// LDM and STM in Thumb, as GNU as takes them. In 16 bits only IA has a form: of a low register, POP of SP (not with
/// PC: that is left to the mnemonic), or of one register LDR and STR. In 32 bits one register is LDR or STR too.
fn multiple(op: &Op, x: LoadStoreMulti, narrow: bool, take: &mut dyn FnMut(&Op) -> bool) {
    const IA: MultiMode = MultiMode { increment: true, before: false };
    const DB: MultiMode = MultiMode { increment: false, before: true };
    let load = matches!(op, Op::Ldm(_));
    let single = (x.list.0.count_ones() == 1).then(|| Reg(x.list.0.trailing_zeros() as u8));
    let one = |rt, index, offset| {
        let same = LoadStore { rt, addr: Address { rn: x.rn, offset, index } };
        if load { Op::Ldr(same) } else { Op::Str(same) }
    };
    if narrow {
        if x.mode != IA || x.list.0 & !0xff != 0 {
            return;
        }
        if x.rn == Reg::SP && x.wback && load {
            take(&Op::Pop(PushPop { list: x.list }));
            return;
        }
        let listed = x.list.0 >> x.rn.0 & 1 != 0;
        let whole = x.rn.0 < 8 && x.wback == (!load || !listed);
        match single {
            Some(rt) if !whole && !x.wback => take(&one(rt, Index::Offset, zero())),
            _ => take(op),
        };
        return;
    }
    let four = |add| Offset::Imm { value: 4, add };
    match (single, x.mode) {
        (Some(rt), IA) if x.wback => take(&one(rt, Index::Post, four(true))),
        (Some(rt), IA) => take(&one(rt, Index::Offset, zero())),
        (Some(rt), DB) if x.wback => take(&one(rt, Index::Pre, four(false))),
        (Some(rt), DB) => take(&one(rt, Index::Offset, four(false))),
        _ => take(op),
    };
}

fn zero() -> Offset {
    Offset::Imm { value: 0, add: true }
}

fn plain(rm: Reg) -> Operand2 {
    Operand2::Reg { rm, shift: Shift::Lsl, amount: 0 }
}

fn unchosen(value: u32, thumb: bool) -> Operand2 {
    Operand2::Imm(ModImm { value, carry: None, raw: UNCHOSEN, a32: !thumb })
}

/// The constant of an operation's second operand.
fn constant(op: &Op) -> Option<ModImm> {
    use Op::*;
    let op2 = match op {
        And(x) | Eor(x) | Sub(x) | Rsb(x) | Add(x) | Adc(x) | Sbc(x) | Rsc(x) | Orr(x) | Orn(x) | Bic(x) => {
            x.op2
        }
        Tst(x) | Teq(x) | Cmp(x) | Cmn(x) => x.op2,
        Mov(x) | Mvn(x) => x.op2,
        MsrImm(x) => x.op2,
        _ => return None,
    };
    match op2 {
        Operand2::Imm(imm) => Some(imm),
        _ => None,
    }
}

/// The same operation with another constant.
pub(crate) fn with_constant(op: &Op, imm: ModImm) -> Op {
    use Op::*;
    let (mut op, op2) = (*op, Operand2::Imm(imm));
    match &mut op {
        And(x) | Eor(x) | Sub(x) | Rsb(x) | Add(x) | Adc(x) | Sbc(x) | Rsc(x) | Orr(x) | Orn(x) | Bic(x) => {
            x.op2 = op2
        }
        Tst(x) | Teq(x) | Cmp(x) | Cmn(x) => x.op2 = op2,
        Mov(x) | Mvn(x) => x.op2 = op2,
        MsrImm(x) => x.op2 = op2,
        _ => {}
    }
    op
}

/// The same operation on other operands.
fn with(op: &Op, x: DataProc) -> Op {
    let mut op = *op;
    if let Op::And(y) | Op::Eor(y) | Op::Adc(y) | Op::Orr(y) | Op::Add(y) = &mut op {
        *y = x;
    }
    op
}

/// The operation that does the same with the complement or the negation of its constant.
fn opposite(op: &Op, value: u32, thumb: bool) -> Option<(Op, u32)> {
    use Op::*;
    Some(match *op {
        And(x) => (Bic(x), !value),
        Bic(x) => (And(x), !value),
        Add(x) => (Sub(x), value.wrapping_neg()),
        Sub(x) => (Add(x), value.wrapping_neg()),
        Adc(x) => (Sbc(x), !value),
        Sbc(x) => (Adc(x), !value),
        Mov(x) => (Mvn(x), !value),
        Mvn(x) => (Mov(x), !value),
        Cmp(x) => (Cmn(x), value.wrapping_neg()),
        Cmn(x) => (Cmp(x), value.wrapping_neg()),
        Orr(x) if thumb => (Orn(x), !value),
        Orn(x) => (Orr(x), !value),
        _ => return None,
    })
}

/// The operations that have a constant as an encoding of that size can hold it.
fn immediates(op: &Op, thumb: bool, size: u8, take: &mut dyn FnMut(&Op) -> bool) {
    let Some(ModImm { value, .. }) = constant(op) else { return };
    let mut with = |op: &Op, value: u32| {
        let imm = match (thumb, size) {
            (false, _) => imm_a32(value).map(ModImm::a32),
            (true, 2) => u16::try_from(value).ok().map(ModImm::t16),
            _ => imm_t32(value).map(ModImm::t32),
        };
        imm.is_some_and(|imm| take(&with_constant(op, imm)))
    };
    if with(op, value) {
        return;
    }
    // GNU as takes the opposite only in 32 bits.
    let narrow = thumb && size == 2;
    if let Some((other, value)) = opposite(op, value, thumb)
        && !narrow
        && with(&other, value)
    {
        return;
    }
    match *op {
        // ADD of PC is ADR.
        Op::Add(x) if thumb && x.rn == Reg::PC && !x.s => {
            take(&Op::Adr(Adr { rd: x.rd, add: true, imm: Imm(value) }));
        }
        Op::Sub(x) if thumb && x.rn == Reg::PC && !x.s => {
            take(&Op::Adr(Adr { rd: x.rd, add: false, imm: Imm(value) }));
        }
        Op::Add(x) | Op::Sub(x) if thumb && !narrow && !x.s => {
            let subtract = matches!(op, Op::Sub(_)) != (value >> 31 != 0);
            let imm = Imm(if value >> 31 != 0 { value.wrapping_neg() } else { value });
            let wide = AddWide { rd: x.rd, rn: x.rn, imm };
            take(&if subtract { Op::SubWide(wide) } else { Op::AddWide(wide) });
        }
        Op::Mov(x) if !x.s && !narrow && value <= 0xffff => {
            take(&Op::Movw(MovWide { rd: x.rd, imm: Imm(value) }));
        }
        _ => {}
    }
}
