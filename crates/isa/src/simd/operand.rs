//! The types that VFP and Advanced SIMD operands are made of, and how each is written in UAL.

use crate::operand::{Operand, PrintContext, Reg};
use std::fmt;

/// An extension register by one of its three views (ARM ARM A2.6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExtReg {
    /// S0-S31.
    S(u8),
    /// D0-D31.
    D(u8),
    /// Q0-Q15.
    Q(u8),
}

impl ExtReg {
    /// Whether it is a doubleword register: double precision in a VFP instruction.
    pub fn is_d(self) -> bool {
        matches!(self, ExtReg::D(_))
    }

    /// The next register but `n - 1` of the same view, modulo their number.
    pub fn plus(self, n: u8) -> ExtReg {
        match self {
            ExtReg::S(r) => ExtReg::S(r.wrapping_add(n) & 31),
            ExtReg::D(r) => ExtReg::D(r.wrapping_add(n) & 31),
            ExtReg::Q(r) => ExtReg::Q(r.wrapping_add(n) & 15),
        }
    }
}

impl fmt::Display for ExtReg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExtReg::S(n) => write!(f, "s{n}"),
            ExtReg::D(n) => write!(f, "d{n}"),
            ExtReg::Q(n) => write!(f, "q{n}"),
        }
    }
}

/// The width of a vector's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Lane {
    B8,
    B16,
    B32,
    B64,
}

impl Lane {
    /// From the size field of an encoding.
    pub const fn from_bits(size: u32) -> Lane {
        match size & 3 {
            0 => Lane::B8,
            1 => Lane::B16,
            2 => Lane::B32,
            _ => Lane::B64,
        }
    }

    /// In bits.
    pub const fn bits(self) -> u32 {
        8 << self as u32
    }

    /// In bytes.
    pub const fn bytes(self) -> u32 {
        1 << self as u32
    }

    /// Twice as wide; 64 bits stay 64.
    pub const fn wider(self) -> Lane {
        Lane::from_bits(if self as u32 == 3 { 3 } else { self as u32 + 1 })
    }

    /// Half as wide; 8 bits stay 8.
    pub const fn narrower(self) -> Lane {
        Lane::from_bits((self as u32).saturating_sub(1))
    }
}

/// What the elements of a vector are (ARM ARM A2.6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Bits, printed as the bare width.
    Any,
    /// Integers whose sign does not matter.
    Int,
    /// Signed integers.
    Signed,
    /// Unsigned integers.
    Unsigned,
    /// Polynomials over {0, 1}.
    Poly,
    /// Floating-point numbers.
    Float,
}

/// The type of a vector's elements: what stands behind the dot of a mnemonic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DataType {
    /// What they are.
    pub kind: Kind,
    /// How wide.
    pub lane: Lane,
}

impl DataType {
    /// Makes one.
    pub const fn new(kind: Kind, lane: Lane) -> DataType {
        DataType { kind, lane }
    }

    /// Whether the elements are unsigned.
    pub fn unsigned(self) -> bool {
        self.kind == Kind::Unsigned
    }

    /// Whether the elements are floating-point numbers.
    pub fn float(self) -> bool {
        self.kind == Kind::Float
    }

    /// The same with elements twice as wide.
    pub fn wider(self) -> DataType {
        DataType { lane: self.lane.wider(), ..self }
    }

    /// The same with elements half as wide.
    pub fn narrower(self) -> DataType {
        DataType { lane: self.lane.narrower(), ..self }
    }
}

/// Bits without elements, for the bitwise operations.
pub const BITS: DataType = DataType::new(Kind::Any, Lane::B64);
/// 8 bits of whatever kind.
pub const ANY8: DataType = DataType::new(Kind::Any, Lane::B8);
/// 16 bits of whatever kind.
pub const ANY16: DataType = DataType::new(Kind::Any, Lane::B16);
/// 32 bits of whatever kind.
pub const ANY32: DataType = DataType::new(Kind::Any, Lane::B32);
/// 16-bit integers whose sign does not matter.
pub const I16: DataType = DataType::new(Kind::Int, Lane::B16);
/// 32-bit integers whose sign does not matter.
pub const I32: DataType = DataType::new(Kind::Int, Lane::B32);
/// 16-bit signed integers.
pub const S16: DataType = DataType::new(Kind::Signed, Lane::B16);
/// 32-bit signed integers.
pub const S32: DataType = DataType::new(Kind::Signed, Lane::B32);
/// 32-bit unsigned integers.
pub const U32: DataType = DataType::new(Kind::Unsigned, Lane::B32);
/// 8-bit polynomials.
pub const P8: DataType = DataType::new(Kind::Poly, Lane::B8);
/// Single-precision numbers.
pub const F32: DataType = DataType::new(Kind::Float, Lane::B32);

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Any => "",
            Kind::Int => "i",
            Kind::Signed => "s",
            Kind::Unsigned => "u",
            Kind::Poly => "p",
            Kind::Float => "f",
        };
        write!(f, "{kind}{}", self.lane.bits())
    }
}

/// An element of a D register: `d1[0]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scalar {
    /// The register.
    pub d: u8,
    /// Which element, from the least significant.
    pub index: u8,
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "d{}[{}]", self.d, self.index)
    }
}

/// The last operand of an instruction that takes a vector or one element for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VecArg {
    /// Element by element.
    Reg(ExtReg),
    /// The one element.
    Scalar(Scalar),
}

impl fmt::Display for VecArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VecArg::Reg(r) => write!(f, "{r}"),
            VecArg::Scalar(s) => write!(f, "{s}"),
        }
    }
}

/// Adjacent registers: VLDM, VPUSH, VTBL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExtList {
    /// The first.
    pub first: ExtReg,
    /// How many, at least one.
    pub count: u8,
}

impl fmt::Display for ExtList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            1 => write!(f, "{{{}}}", self.first),
            n => write!(f, "{{{}-{}}}", self.first, self.first.plus(n - 1)),
        }
    }
}

/// The constant of VFP's VMOV: one sign bit, three of exponent, four of fraction (VFPExpandImm).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FloatImm(pub u8);

impl FloatImm {
    /// In single precision.
    pub fn single(self) -> u32 {
        let n = self.0 as u32;
        let exponent = if n & 0x40 != 0 { 0x1f << 25 } else { 1 << 30 };
        (n & 0x80) << 24 | exponent | (n & 0x3f) << 19
    }

    /// In double precision.
    pub fn double(self) -> u64 {
        let n = self.0 as u64;
        let exponent = if n & 0x40 != 0 { 0xff << 54 } else { 1 << 62 };
        (n & 0x80) << 56 | exponent | (n & 0x3f) << 48
    }
}

impl fmt::Display for FloatImm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A modified immediate constant of Advanced SIMD (ARM ARM A7.4.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SimdImm {
    /// How the eight bits are spread.
    pub cmode: u8,
    /// The bit that tells the 64-bit mask from the bytes where cmode is 14.
    pub op: bool,
    /// The eight bits.
    pub imm8: u8,
}

impl SimdImm {
    /// The type of the elements and the value of one.
    pub fn element(self) -> (DataType, u64) {
        let n = self.imm8 as u64;
        let int = |lane| DataType::new(Kind::Int, lane);
        match self.cmode {
            0..=7 => (int(Lane::B32), n << (self.cmode / 2 * 8)),
            8..=11 => (int(Lane::B16), n << (self.cmode / 2 % 2 * 8)),
            12 => (int(Lane::B32), n << 8 | 0xff),
            13 => (int(Lane::B32), n << 16 | 0xffff),
            14 if !self.op => (int(Lane::B8), n),
            14 => {
                let mask = (0..8).filter(|bit| n >> bit & 1 != 0).map(|bit| 0xff << (bit * 8)).sum();
                (int(Lane::B64), mask)
            }
            _ => (F32, FloatImm(self.imm8).single() as u64),
        }
    }

    /// Two copies of the 64 bits make the vector (AdvSIMDExpandImm).
    pub fn value(self) -> u64 {
        let (ty, value) = self.element();
        match ty.lane {
            Lane::B8 => value * 0x0101_0101_0101_0101,
            Lane::B16 => value * 0x0001_0001_0001_0001,
            Lane::B32 => value << 32 | value,
            Lane::B64 => value,
        }
    }
}

impl Operand for SimdImm {
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        let (ty, value) = self.element();
        match ty {
            _ if cx.spec == "ty" => write!(out, "{ty}"),
            F32 => write!(out, "#{}", f32::from_bits(value as u32)),
            DataType { lane: Lane::B64, .. } => write!(out, "#{value:#018x}"),
            DataType { lane: Lane::B32, .. } => write!(out, "#{}", value as i32),
            _ => write!(out, "#{value}"),
        }
    }
}

/// A shift by a constant with the type of the elements it applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShiftImm {
    /// The type.
    pub ty: DataType,
    /// By how much.
    pub amount: u8,
}

impl Operand for ShiftImm {
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        match cx.spec {
            "ty" => write!(out, "{}", self.ty),
            _ => write!(out, "#{}", self.amount),
        }
    }
    /// Whether there is a shift at all: VSHLL rather than VMOVL.
    fn is_set(&self) -> bool {
        self.amount != 0
    }
}

/// A system register of the Floating-point Extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the manual's names
pub enum FpSysReg {
    Fpsid,
    Fpscr,
    Mvfr1,
    Mvfr0,
    Fpexc,
    Fpinst,
    Fpinst2,
}

impl fmt::Display for FpSysReg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FpSysReg::Fpsid => "fpsid",
            FpSysReg::Fpscr => "fpscr",
            FpSysReg::Mvfr1 => "mvfr1",
            FpSysReg::Mvfr0 => "mvfr0",
            FpSysReg::Fpexc => "fpexc",
            FpSysReg::Fpinst => "fpinst",
            FpSysReg::Fpinst2 => "fpinst2",
        })
    }
}

/// The registers of a structure load or store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StructList {
    /// The first D register.
    pub first: u8,
    /// How many.
    pub count: u8,
    /// From one to the next: 1 or 2.
    pub step: u8,
    /// Which elements.
    pub part: StructPart,
}

impl StructList {
    /// The number of the `i`th register, modulo 32.
    pub fn reg(self, i: u8) -> u8 {
        self.first.wrapping_add(i.wrapping_mul(self.step)) & 31
    }
}

/// Which elements of the registers a structure load or store moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StructPart {
    /// All of them.
    Whole,
    /// This one.
    Lane(u8),
    /// All of them, with the same value.
    All,
}

impl fmt::Display for StructList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |f: &mut fmt::Formatter<'_>, i: u8| {
            // A register past D31 is shown as such.
            write!(f, "d{}", self.first + i * self.step)?;
            match self.part {
                StructPart::Whole => Ok(()),
                StructPart::Lane(n) => write!(f, "[{n}]"),
                StructPart::All => f.write_str("[]"),
            }
        };
        f.write_str("{")?;
        one(f, 0)?;
        let range = self.step == 1 && !matches!(self.part, StructPart::Lane(_));
        if range && self.count > 1 {
            f.write_str("-")?;
            one(f, self.count - 1)?;
        } else {
            for i in 1..self.count {
                f.write_str(",")?;
                one(f, i)?;
            }
        }
        f.write_str("}")
    }
}

/// The address of a structure load or store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StructAddr {
    /// The base.
    pub rn: Reg,
    /// The alignment that the program promises, in bytes; 1 is none.
    pub align: u8,
    /// What happens to the base afterwards.
    pub index: StructIndex,
}

/// Post-indexing of a structure load or store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StructIndex {
    /// The base stays.
    None,
    /// It advances by the bytes that were moved.
    Size,
    /// It advances by a register.
    Reg(Reg),
}

impl fmt::Display for StructAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}", self.rn)?;
        if self.align > 1 {
            write!(f, " :{}", self.align as u32 * 8)?;
        }
        match self.index {
            StructIndex::None => f.write_str("]"),
            StructIndex::Size => f.write_str("]!"),
            StructIndex::Reg(rm) => write!(f, "], {rm}"),
        }
    }
}

/// All that a structure load or store moves, and where: its parts share bits of the encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StructAccess {
    /// The width of the elements.
    pub lane: Lane,
    /// The registers.
    pub list: StructList,
    /// The address.
    pub addr: StructAddr,
}

impl fmt::Display for StructAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\t{}, {}", self.lane.bits(), self.list, self.addr)
    }
}

macro_rules! print_as_display {
    ($($ty:ty),*) => { $( impl Operand for $ty {
        fn print(&self, out: &mut dyn fmt::Write, _: &PrintContext) -> fmt::Result { write!(out, "{self}") }
    } )* };
}

impl Operand for ExtReg {
    fn print(&self, out: &mut dyn fmt::Write, cx: &PrintContext) -> fmt::Result {
        match (cx.spec, self) {
            ("size", ExtReg::S(_)) => out.write_str("32"),
            ("size", _) => out.write_str("64"),
            ("next", _) => write!(out, "{}", self.plus(1)),
            _ => write!(out, "{self}"),
        }
    }
}

print_as_display!(DataType, Scalar, VecArg, ExtList, FloatImm, FpSysReg, StructAccess, Lane);

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.bits())
    }
}
