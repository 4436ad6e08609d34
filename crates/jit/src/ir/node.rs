//! What a node may be, and what is to be known of it.

use skink_isa::operand::{Reg, Shift};
use skink_isa::simd::op::{FpBinary, VecBinary};
use skink_isa::simd::operand::{DataType, ExtReg, Lane};
use skink_semantics::{FlagName, Precision, Size};

/// A value: the node that computes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Val(pub u32);

impl Val {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The type of a node's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// 32 bits.
    Word,
    /// 64 bits.
    Wide,
    /// A truth value.
    Flag,
    /// 128 bits, of which those above what an operation is about are anything.
    Vector,
    /// No value.
    Nothing,
}

/// An operation on two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Bin {
    Add,
    Sub,
    Mul,
    And,
    Or,
    Xor,
}

/// A shift or rotation by a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum By {
    Shl,
    Shr,
    Sar,
    Ror,
}

impl By {
    /// Which bit a shift by `n`, 1-31, leaves in the carry (ARM ARM A2.2.1: LSL_C, LSR_C, ASR_C, ROR_C).
    pub(crate) fn carry(self, n: u8) -> u8 {
        if self == By::Shl { 32 - n } else { n - 1 }
    }
}

/// An operation on two wides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum WideBin {
    Add,
    Sub,
    Mul,
}

/// An operation on one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vec1 {
    /// VFP: the square root.
    FpSqrt(Precision),
    /// VFP: from this precision to the other.
    FpConvert(Precision),
    /// VFP: from a 32-bit integer, signed or not.
    FromInt(Precision, bool),
    /// VFP: to a 32-bit integer, signed or not, towards zero or not.
    ToInt(Precision, bool, bool),
    /// Absolute values of integers.
    Abs(Lane),
    /// Shifts right by 1 to the width, or left by less than that.
    Shift(bool, DataType, u8),
    /// The lower half of each of a quadword's elements, which are of this width.
    Narrow(Lane),
    /// Elements of a doubleword widened.
    Widen(DataType),
    /// Bytes chosen by this constant of the trace as by PSHUFB.
    Shuffle(u16),
    /// Single precision from signed 32-bit integers; whether of a quadword.
    FromInts(bool),
    /// Signed 32-bit integers from single precision, towards zero; whether of a quadword.
    ToInts(bool),
}

/// An operation on two vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vec2 {
    /// VFP arithmetic.
    Fp(FpBinary, Precision),
    /// As the Builder's: on these elements, of a quadword or not.
    Vec(VecBinary, DataType, bool),
    /// Shift by the signed low bytes of the second one's elements, to the left if positive.
    Shift(DataType),
    /// Products of twice the width.
    MulLong(DataType),
    /// The first with an element replaced by the lowest of the second.
    Insert(Lane, u8),
    /// The low halves of both.
    Pair,
    /// The bytes from this one on of the first and then the second.
    Extract(u8),
    /// The low halves' elements alternating.
    ZipLow(Lane),
    /// The high halves' elements alternating.
    ZipHigh(Lane),
    /// Bytes of the first chosen by those of the second; 0 where there is none of 16.
    Table,
}

/// An operation on three vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vec3 {
    /// VFP: the first plus the product of the others, rounded once.
    FpFma(Precision),
    /// Single precision the same.
    Fma(bool),
}

/// One operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// Nothing any more: a pass took it out.
    Dead,
    /// A constant.
    Word(u32),
    /// A constant.
    Bool(bool),
    /// Reads R0-R14.
    Reg(Reg),
    /// Writes R0-R14.
    SetReg(Reg, Val),
    /// Reads a condition flag.
    Flag(FlagName),
    /// Writes a condition flag.
    SetFlag(FlagName, Val),
    /// An operation on two words.
    Bin(Bin, Val, Val),
    /// Complement.
    Not(Val),
    /// AddWithCarry (ARM ARM A2.2.1): the sum.
    AddCarry(Val, Val, Val),
    /// The carry of an AddCarry.
    Carry(Val),
    /// The overflow of an AddCarry.
    Overflow(Val),
    /// Shift by a constant of 1-31.
    Shift(By, Val, u8),
    /// Shift by the low byte of the second value (ARM ARM A8.4.3), RRX excluded.
    ShiftBy(Shift, Val, Val),
    /// The carry of a ShiftBy; the flag is the carry for an amount of 0.
    ShiftCarry(Val, Val),
    /// The low 8 or 16 bits, sign-extended.
    Extend(u8, Val),
    /// Leading zeros, 32 for 0.
    Clz(Val),
    /// Bytes reversed.
    Bswap(Val),
    /// A wide from low and high word.
    Join(Val, Val),
    /// The low word.
    Low(Val),
    /// The high word.
    High(Val),
    /// Sign extension.
    Sext(Val),
    /// Zero extension.
    Zext(Val),
    /// An operation on two wides.
    WideBin(WideBin, Val, Val),
    /// Bit 31.
    Negative(Val),
    /// All bits clear.
    Zero(Val),
    /// A bit.
    Bit(Val, u8),
    /// Negation.
    FlagNot(Val),
    /// 1 or 0.
    FlagWord(Val),
    /// Loads, sign-extended if the truth value says so.
    Load(Size, bool, Val),
    /// Stores the low bits of the second value at the first.
    Store(Size, Val, Val),
    /// Has the exclusive monitor mark the word at an address, which holds this value.
    Mark(Val, Val),
    /// Stores the second value at the first if that is marked and holds what it did; 0 if it has been stored, or 1. The
    /// mark goes.
    StoreMarked(Val, Val),
    /// Goes to a constant address, with the instruction set.
    Goto(u32, bool),
    /// Goes to a constant address in the same instruction set if the flag is set.
    GotoIf(Val, u32),
    /// Goes to an address in the same instruction set.
    Jump(Val),
    /// BXWritePC: bit 0 chooses the instruction set.
    Exchange(Val),
    /// Reads TPIDRURO, or TPIDRURW.
    ThreadId(bool),
    /// Reads GE, a byte for each flag.
    Ge,
    /// Writes GE.
    SetGe(Val),
    /// Orders earlier accesses before later ones.
    Barrier,
    /// Reads an extension register.
    Ext(ExtReg),
    /// Writes an extension register.
    SetExt(ExtReg, Val),
    /// A constant of the trace.
    VecConst(u16),
    /// An operation on one vector.
    Vec1(Vec1, Val),
    /// An operation on two vectors.
    Vec2(Vec2, Val, Val),
    /// An operation on three vectors.
    Vec3(Vec3, Val, Val, Val),
    /// An element, extended to a word.
    VecGet(DataType, u8, Val),
    /// A word as the lowest element.
    VecOfWord(Val),
    /// Loads 1, 2, 4, 8 or 16 bytes; what is above them is clear.
    VecLoad(u8, Val),
    /// Stores the lowest 1, 2, 4, 8 or 16 bytes of the second value at the first.
    VecStore(u8, Val, Val),
    /// An address must be a multiple of this power of two.
    Aligned(u8, Val),
    /// Sets FPSCR.QC if two quad- or doublewords differ.
    Saturated(bool, Val, Val),
    /// VFP comparison to FPSCR's flags; whether quiet NaNs are invalid too.
    FpCompare(Precision, bool, Val, Val),
    /// One of FPSCR's flags, after an FpCompare.
    FpFlag(FlagName),
}

impl Node {
    /// The type of its value.
    pub fn ty(&self) -> Type {
        use Node::*;
        match self {
            Word(_) | Reg(_) | Bin(..) | Not(_) | AddCarry(..) | Shift(..) | ShiftBy(..) | Clz(_)
            | Bswap(_) | Extend(..) | Low(_) | High(_) | FlagWord(_) | Load(..) | VecGet(..)
            | ThreadId(_) | Ge | StoreMarked(..) => Type::Word,
            Join(..) | Sext(_) | Zext(_) | WideBin(..) => Type::Wide,
            Bool(_) | Flag(_) | Carry(_) | Overflow(_) | ShiftCarry(..) | Negative(_) | Zero(_) | Bit(..)
            | FlagNot(_) | FpFlag(_) => Type::Flag,
            Ext(_) | VecConst(_) | Vec1(..) | Vec2(..) | Vec3(..) | VecOfWord(_) | VecLoad(..) => {
                Type::Vector
            }
            Dead | Barrier | Mark(..) | SetGe(_) | SetReg(..) | SetFlag(..) | Store(..) | Goto(..)
            | GotoIf(..) | Jump(_) | Exchange(_) | SetExt(..) | VecStore(..) | Aligned(..)
            | Saturated(..) | FpCompare(..) => Type::Nothing,
        }
    }

    /// Calls a function for each value that it uses, in order.
    #[inline(always)]
    pub fn each_operand(&self, mut f: impl FnMut(Val)) {
        use Node::*;
        match *self {
            Dead | Word(_) | Bool(_) | Reg(_) | Flag(_) | Goto(..) | ThreadId(_) | Ge | Barrier | Ext(_)
            | VecConst(_) | FpFlag(_) => {}
            SetReg(_, a)
            | SetGe(a)
            | Not(a)
            | Shift(_, a, _)
            | Extend(_, a)
            | Clz(a)
            | Bswap(a)
            | Sext(a)
            | Zext(a)
            | Negative(a)
            | Zero(a)
            | Bit(a, _)
            | Load(_, _, a)
            | Jump(a)
            | Exchange(a)
            | VecOfWord(a)
            | VecLoad(_, a)
            | Aligned(_, a)
            | Carry(a)
            | Overflow(a)
            | SetFlag(_, a)
            | FlagNot(a)
            | FlagWord(a)
            | GotoIf(a, _)
            | Low(a)
            | High(a)
            | SetExt(_, a)
            | Vec1(_, a)
            | VecGet(_, _, a) => f(a),
            Bin(_, a, b)
            | ShiftBy(_, a, b)
            | Join(a, b)
            | Store(_, a, b)
            | Mark(a, b)
            | StoreMarked(a, b)
            | ShiftCarry(a, b)
            | WideBin(_, a, b)
            | Vec2(_, a, b)
            | FpCompare(_, _, a, b)
            | Saturated(_, a, b)
            | VecStore(_, a, b) => {
                f(a);
                f(b);
            }
            AddCarry(a, b, c) | Vec3(_, a, b, c) => {
                f(a);
                f(b);
                f(c);
            }
        }
    }

    /// The types that the values it uses must have.
    fn wanted(&self) -> [Type; 3] {
        use Node::*;
        use Type::{Flag as F, Vector as V, Wide as D, Word as W};
        match self {
            SetFlag(..) | FlagNot(_) | FlagWord(_) | GotoIf(..) => [F; 3],
            Low(_) | High(_) | WideBin(..) => [D; 3],
            SetExt(..) | Vec1(..) | VecGet(..) | Vec2(..) | FpCompare(..) | Saturated(..) | Vec3(..) => {
                [V; 3]
            }
            ShiftCarry(..) => [W, F, F],
            VecStore(..) => [W, V, V],
            _ => [W, W, F],
        }
    }

    /// The values it uses, with the types they must have.
    pub fn uses(&self) -> impl Iterator<Item = (Val, Type)> {
        let (mut operands, mut count) = ([Val(0); 3], 0);
        self.each_operand(|v| {
            operands[count] = v;
            count += 1;
        });
        operands.into_iter().zip(self.wanted()).take(count)
    }

    /// What is to be known of it. A table of the compiler's, since nothing here depends on operands.
    #[inline]
    pub fn traits(&self) -> Traits {
        use Node::*;
        use Traits as T;
        match self {
            Dead => T::NONE,
            Load(..) => T::EFFECT | T::FAULTS | T::LOAD,
            VecLoad(..) => T::EFFECT | T::FAULTS | T::VECTORS,
            Store(..) | StoreMarked(..) | VecStore(..) | Aligned(..) => T::EFFECT | T::FAULTS,
            GotoIf(..) => T::EFFECT | T::BRANCHES,
            Goto(..) | Jump(_) | Exchange(_) => T::EFFECT | T::BRANCHES | T::LEAVES,
            SetFlag(..) => T::EFFECT | T::SETS_FLAGS,
            SetExt(..) | FpCompare(..) => T::EFFECT | T::VECTORS,
            SetReg(..) | Barrier | Mark(..) | SetGe(_) | Saturated(..) => T::EFFECT,
            Flag(_) => T::READS_FLAGS | T::FLAG_VALUES,
            ShiftCarry(..) => T::FLAG_VALUES,
            Carry(_) | Overflow(_) | Negative(_) | Zero(_) | FlagNot(_) | FpFlag(_) => T::CONDITIONS,
            Bit(..) => T::CONDITIONS | T::MAY_FUSE,
            Bin(..) | Not(_) | Shift(..) => T::MAY_FUSE,
            Ext(_) | VecOfWord(_) => T::VECTORS,
            Word(_) | Bool(_) | Reg(_) | AddCarry(..) | ShiftBy(..) | Extend(..) | Clz(_) | Bswap(_)
            | Join(..) | Low(_) | High(_) | Sext(_) | Zext(_) | WideBin(..) | FlagWord(_) | ThreadId(_)
            | Ge | VecConst(_) | Vec1(..) | Vec2(..) | Vec3(..) | VecGet(..) => T::NONE,
        }
    }

    /// Whether it may fault.
    pub fn may_fault(&self) -> bool {
        self.traits().has(Traits::FAULTS)
    }

    /// Whether it leaves the straight line.
    pub fn is_branch(&self) -> bool {
        self.traits().has(Traits::BRANCHES)
    }
}

/// Properties of nodes, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traits(u16);

impl Traits {
    /// No property.
    pub const NONE: Traits = Traits(0);
    /// A node at all.
    pub const ANY: Traits = Traits(1);
    /// Does something besides computing its value, or may fault.
    pub const EFFECT: Traits = Traits(1 << 1);
    /// May fault.
    pub const FAULTS: Traits = Traits(1 << 2);
    /// Leaves the straight line, or may do so.
    pub const BRANCHES: Traits = Traits(1 << 3);
    /// Leaves it whenever the instruction is executed.
    pub const LEAVES: Traits = Traits(1 << 4);
    /// Reads a guest flag.
    pub const READS_FLAGS: Traits = Traits(1 << 5);
    /// Its value is what a guest flag holds.
    pub const FLAG_VALUES: Traits = Traits(1 << 6);
    /// Its value may be a condition of the host's flags.
    pub const CONDITIONS: Traits = Traits(1 << 7);
    /// Writes a guest flag.
    pub const SETS_FLAGS: Traits = Traits(1 << 8);
    /// Needs the host's vector registers.
    pub const VECTORS: Traits = Traits(1 << 9);
    /// Loads a word or a part of one.
    pub const LOAD: Traits = Traits(1 << 10);
    /// May be made part of the node that uses its value.
    pub const MAY_FUSE: Traits = Traits(1 << 11);

    /// Whether it has one of these.
    #[inline]
    pub fn has(self, one: Traits) -> bool {
        self.0 & one.0 != 0
    }
}

impl std::ops::BitOr for Traits {
    type Output = Traits;
    #[inline]
    fn bitor(self, other: Traits) -> Traits {
        Traits(self.0 | other.0)
    }
}
