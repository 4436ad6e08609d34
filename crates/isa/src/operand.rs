//! The types that operands are made of, and how each is written in UAL.

pub use crate::special::*;
use std::fmt;

/// A core register, 0-15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reg(pub u8);

impl Reg {
    /// The stack pointer, R13.
    pub const SP: Reg = Reg(13);
    /// The link register, R14.
    pub const LR: Reg = Reg(14);
    /// The program counter, R15.
    pub const PC: Reg = Reg(15);

    /// As an index, always below 16.
    #[inline(always)]
    pub fn index(self) -> usize {
        self.0 as usize & 15
    }
}

/// A condition (ARM ARM A8.3), with the encoding's value; `Al` is 14.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Cond {
    /// Equal: Z set.
    Eq,
    /// Not equal: Z clear.
    Ne,
    /// Carry set, unsigned higher or same.
    Cs,
    /// Carry clear, unsigned lower.
    Cc,
    /// Minus: N set.
    Mi,
    /// Plus: N clear.
    Pl,
    /// Overflow: V set.
    Vs,
    /// No overflow: V clear.
    Vc,
    /// Unsigned higher: C set and Z clear.
    Hi,
    /// Unsigned lower or same: C clear or Z set.
    Ls,
    /// Signed greater or equal: N equals V.
    Ge,
    /// Signed less: N differs from V.
    Lt,
    /// Signed greater: Z clear and N equals V.
    Gt,
    /// Signed less or equal: Z set or N differs from V.
    Le,
    /// Always.
    Al,
}

impl Cond {
    const ALL: [Cond; 15] = [
        Cond::Eq,
        Cond::Ne,
        Cond::Cs,
        Cond::Cc,
        Cond::Mi,
        Cond::Pl,
        Cond::Vs,
        Cond::Vc,
        Cond::Hi,
        Cond::Ls,
        Cond::Ge,
        Cond::Lt,
        Cond::Gt,
        Cond::Le,
        Cond::Al,
    ];

    /// From the four bits of an encoding. 0b1111 executes always too, where it is a condition at all
    /// (ARM ARM A8.3.1).
    pub fn from_bits(bits: u32) -> Cond {
        Cond::ALL[(bits & 15).min(14) as usize]
    }

    /// From the name, whichever of two it has.
    pub fn from_name(name: &str) -> Option<Cond> {
        let bytes = name.as_bytes();
        if bytes.len() != 2 {
            return None;
        }
        Some(match [bytes[0].to_ascii_lowercase(), bytes[1].to_ascii_lowercase()] {
            [b'h', b's'] => Cond::Cs,
            [b'l', b'o'] | [b'u', b'l'] => Cond::Cc,
            [b'a', b'l'] => Cond::Al,
            name => *Cond::ALL[..14].iter().find(|cond| cond.suffix().as_bytes() == name)?,
        })
    }

    /// The suffix: empty for always.
    pub fn suffix(self) -> &'static str {
        ["eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", ""]
            [self as usize]
    }
}

/// The kinds of shift (ARM ARM A8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Shift {
    /// Logical left.
    Lsl,
    /// Logical right.
    Lsr,
    /// Arithmetic right.
    Asr,
    /// Rotate right.
    Ror,
    /// Rotate right by one through the carry.
    Rrx,
}

impl Shift {
    /// From the two bits of an encoding, RRX aside.
    pub fn from_bits(bits: u32) -> Shift {
        [Shift::Lsl, Shift::Lsr, Shift::Asr, Shift::Ror][bits as usize & 3]
    }

    /// The name in UAL.
    pub fn name(self) -> &'static str {
        ["lsl", "lsr", "asr", "ror", "rrx"][self as usize]
    }
}

/// A modified immediate constant (ARM ARM A5.2.4, A6.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ModImm {
    /// The constant.
    pub value: u32,
    /// The carry that the expansion produces; `None` leaves the flag as it is.
    pub carry: Option<bool>,
    /// The 12 bits it came from, since several may mean one constant.
    pub raw: u16,
    /// Whether those are A32's 8 bits and a rotation rather than T32's.
    pub a32: bool,
}

/// The flexible second operand of data processing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operand2 {
    /// A modified immediate constant.
    Imm(ModImm),
    /// A register, shifted by a constant: 0-31 for LSL, 1-32 for LSR and ASR, 1-31 for ROR, 1 for RRX.
    Reg {
        /// The register.
        rm: Reg,
        /// How it is shifted.
        shift: Shift,
        /// By how much.
        amount: u8,
    },
    /// A register, shifted by the low byte of another.
    RegShift {
        /// The register.
        rm: Reg,
        /// How it is shifted.
        shift: Shift,
        /// The register that holds the amount.
        rs: Reg,
    },
}

/// The offset of a load or store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Offset {
    /// A constant number of bytes; `add` false with 0 is the distinct encoding `#-0`.
    Imm {
        /// The magnitude.
        value: u16,
        /// Added rather than subtracted.
        add: bool,
    },
    /// A register, shifted by a constant.
    Reg {
        /// The register.
        rm: Reg,
        /// Added rather than subtracted.
        add: bool,
        /// How it is shifted.
        shift: Shift,
        /// By how much, as in [`Operand2::Reg`].
        amount: u8,
    },
}

/// When the offset applies and whether the base is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Index {
    /// `[Rn, offset]`.
    Offset,
    /// `[Rn, offset]!`.
    Pre,
    /// `[Rn], offset`.
    Post,
}

/// The address operand of a load or store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address {
    /// The base.
    pub rn: Reg,
    /// The offset.
    pub offset: Offset,
    /// The indexing.
    pub index: Index,
}

impl Address {
    /// `[SP, #-4]!`: one register is pushed as by STR, which allows any alignment.
    pub const PUSH: Address =
        Address { rn: Reg::SP, offset: Offset::Imm { value: 4, add: false }, index: Index::Pre };
    /// `[SP], #4`: one register is popped as by LDR.
    pub const POP: Address =
        Address { rn: Reg::SP, offset: Offset::Imm { value: 4, add: true }, index: Index::Post };
}

/// A list of core registers, bit i for Ri.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RegList(pub u16);

/// A branch offset in bytes from the instruction's PC value (its address plus 8, or 4 in Thumb).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rel(pub i32);

/// A constant that is printed in decimal after a `#`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Imm(pub u32);

/// What printing an operand may depend on.
#[derive(Debug, Clone, Copy)]
pub struct PrintContext {
    /// The instruction's address.
    pub addr: u32,
    /// Whether it is Thumb.
    pub thumb: bool,
    /// How the template wants it: what stands behind the colon in `{name:spec}`.
    pub spec: &'static str,
}

impl PrintContext {
    /// For an instruction at `addr`.
    pub fn new(addr: u32, thumb: bool) -> PrintContext {
        PrintContext { addr, thumb, spec: "" }
    }

    /// The value that the instruction reads from PC.
    pub fn pc(&self) -> u32 {
        self.addr.wrapping_add(if self.thumb { 4 } else { 8 })
    }
}

/// Something that can stand in a syntax template.
pub trait Operand {
    /// Writes it as UAL has it.
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result;

    /// Whether `{name:?...}` sections of the template are shown, see [`crate::print`].
    fn is_set(&self) -> bool {
        true
    }
}

impl fmt::Display for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            10 => f.write_str("sl"),
            11 => f.write_str("fp"),
            12 => f.write_str("ip"),
            13 => f.write_str("sp"),
            14 => f.write_str("lr"),
            15 => f.write_str("pc"),
            r => write!(f, "r{r}"),
        }
    }
}

/// `Display` is all that these need.
macro_rules! print_as_display {
    ($($ty:ty),*) => { $( impl Operand for $ty {
        fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result { write!(out, "{self}") }
    } )* };
}

print_as_display!(Offset);

impl Operand for Reg {
    /// Writes the name; with `{rt:flags}`, where MRC's PC stands for the flags, that of those.
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        if cx.spec == "flags" && *self == Reg::PC {
            out.write_str("APSR_nzcv")
        } else {
            write!(out, "{self}")
        }
    }
}

impl Operand for Imm {
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        match cx.spec {
            "x8" => write!(out, "{:#010x}", self.0),
            "x4" => write!(out, "{:#06x}", self.0),
            "d" => write!(out, "{}", self.0),
            "opt" if self.0 == 0 => Ok(()),
            _ => write!(out, "#{}", self.0),
        }
    }
    fn is_set(&self) -> bool {
        self.0 != 0
    }
}

/// `, lsl #2`, `, rrx`, or nothing for LSL by 0.
pub fn write_shift(out: &mut dyn fmt::Write, shift: Shift, amount: u8) -> fmt::Result {
    match (shift, amount) {
        (Shift::Lsl, 0) => Ok(()),
        (Shift::Rrx, _) => out.write_str(", rrx"),
        _ => write!(out, ", {} #{amount}", shift.name()),
    }
}

impl Operand for Operand2 {
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        // `{op2:shift}`: the operands of LSL and its like rather than a shifted register.
        let shift_insn = cx.spec == "shift";
        match *self {
            // The rotation is shown where the constant alone would be encoded otherwise.
            Operand2::Imm(imm) if imm.a32 => match crate::codec::imm_a32(imm.value) {
                Some(raw) if raw == imm.raw => write!(out, "#{}", imm.value as i32),
                _ => write!(out, "#{}, {}", imm.raw & 0xff, (imm.raw >> 8) * 2),
            },
            Operand2::Imm(imm) => write!(out, "#{}", imm.value),
            Operand2::Reg { rm, shift: Shift::Rrx, .. } if shift_insn => write!(out, "{rm}"),
            Operand2::Reg { rm, amount, .. } if shift_insn => write!(out, "{rm}, #{amount}"),
            Operand2::RegShift { rm, rs, .. } if shift_insn => write!(out, "{rm}, {rs}"),
            Operand2::Reg { rm, shift, amount } => {
                write!(out, "{rm}")?;
                write_shift(out, shift, amount)
            }
            Operand2::RegShift { rm, shift, rs } => write!(out, "{rm}, {} {rs}", shift.name()),
        }
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Offset::Imm { value, add } => write!(f, "#{}{value}", if add { "" } else { "-" }),
            Offset::Reg { rm, add, shift, amount } => {
                write!(f, "{}{rm}", if add { "" } else { "-" })?;
                write_shift(f, shift, amount)
            }
        }
    }
}

impl Operand for Address {
    /// Writes it; with `{addr:zero}` an offset of 0 too, which objdump shows in 16-bit Thumb.
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        let Address { rn, offset, index } = *self;
        match (index, offset) {
            (Index::Post, _) => write!(out, "[{rn}], {offset}"),
            (Index::Pre, _) => write!(out, "[{rn}, {offset}]!"),
            (Index::Offset, Offset::Imm { value: 0, add: true }) if cx.spec != "zero" => {
                write!(out, "[{rn}]")
            }
            (Index::Offset, _) => write!(out, "[{rn}, {offset}]"),
        }
    }
}

impl Operand for RegList {
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        out.write_char('{')?;
        let mut first = true;
        for r in (0..16).filter(|r| self.0 >> r & 1 != 0) {
            write!(out, "{}{}", if first { "" } else { ", " }, Reg(r))?;
            first = false;
        }
        out.write_char('}')
    }
}

impl Operand for Rel {
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        // To A32 the offset counts from Align(PC, 4): `{target:a32}`, BLX in Thumb.
        let pc = if cx.spec == "a32" { cx.pc() & !3 } else { cx.pc() };
        write!(out, "{:x}", pc.wrapping_add_signed(self.0))
    }
}

impl Operand for bool {
    fn print(&self, _: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        Ok(())
    }
    fn is_set(&self) -> bool {
        *self
    }
}

macro_rules! print_number {
    ($($ty:ty),*) => { $( impl Operand for $ty {
        fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result { write!(out, "{self}") }
        fn is_set(&self) -> bool { *self != 0 }
    } )* };
}

print_number!(u16, u32, i32);

impl Operand for u8 {
    /// Writes the number, or with `{flags:aif}` the interrupt masks of CPS.
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        if cx.spec != "aif" {
            return write!(out, "{self}");
        }
        for (bit, name) in [(4, 'a'), (2, 'i'), (1, 'f')] {
            if self & bit != 0 {
                out.write_char(name)?;
            }
        }
        Ok(())
    }
    fn is_set(&self) -> bool {
        *self != 0
    }
}

impl Operand for Cond {
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        out.write_str(self.suffix())
    }
}

impl Operand for Shift {
    fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result {
        out.write_str(self.name())
    }
}
