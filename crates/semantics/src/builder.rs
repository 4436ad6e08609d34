//! The vocabulary that instructions are explained in.

use skink_isa::operand::{Reg, Shift};

/// Where an instruction stands: all that it knows of PC is constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// Its address.
    pub addr: u32,
    /// Its size in bytes.
    pub size: u8,
    /// Whether it is Thumb.
    pub thumb: bool,
}

impl Site {
    /// What it reads from PC: its address plus 8, or 4 in Thumb (ARM ARM A2.3).
    pub fn pc(self) -> u32 {
        self.addr.wrapping_add(if self.thumb { 4 } else { 8 })
    }

    /// The address of the next instruction.
    pub fn next(self) -> u32 {
        self.addr.wrapping_add(self.size as u32)
    }

    /// What a BL leaves in LR: the next address, with the instruction set in bit 0.
    pub fn link(self) -> u32 {
        self.next() | self.thumb as u32
    }
}

/// A condition flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum FlagName {
    N,
    Z,
    C,
    V,
}

/// The size of a memory access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Size {
    Byte,
    Half,
    Word,
}

impl Size {
    /// In bytes.
    pub fn bytes(self) -> u32 {
        match self {
            Size::Byte => 1,
            Size::Half => 2,
            Size::Word => 4,
        }
    }
}

/// What an access requires of its address (ARM ARM A3.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Any address will do (MemU with SCTLR.A = 0).
    Any,
    /// A multiple of the number of bytes is required; Linux repairs a user program's access that is
    /// not (LDM, STM, LDRD, STRD: arch/arm/mm/alignment.c).
    Repaired(u32),
    /// A multiple of the number of bytes is required.
    Required(u32),
}

/// What a write to PC is for; a translator predicts by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchKind {
    /// Neither of the others.
    Jump,
    /// LR has just been set to the next instruction.
    Call,
    /// A return: BX LR, a POP or LDM that loads PC.
    Return,
}

/// What an instruction may raise on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exception {
    /// SVC with its immediate.
    Svc(u32),
    /// BKPT with its immediate.
    Breakpoint(u32),
    /// UNDEFINED after all: depends on more than the encoding.
    Undefined,
}

/// A register outside the core ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SysReg {
    /// APSR: NZCVQ and GE.
    Apsr,
    /// TPIDRURW.
    Tpidrurw,
    /// TPIDRURO.
    Tpidruro,
    /// FPSCR.
    Fpscr,
    /// The frequency of the generic timer, in Hz.
    Cntfrq,
}

/// Gives instructions their meaning in some medium.
///
/// `Word`, `Wide` and `Flag` are values of 32 bits, 64 bits and one bit. A `Stop` ends the
/// instruction early: a fault. Where that cannot be known while building, it is uninhabited.
pub trait Builder {
    /// A 32-bit value.
    type Word: Copy;
    /// A 64-bit value.
    type Wide: Copy;
    /// A truth value.
    type Flag: Copy;
    /// Why an instruction ended early.
    type Stop;

    /// Where the instruction stands.
    fn site(&self) -> Site;

    // Constants.
    /// A constant.
    fn word(&mut self, value: u32) -> Self::Word;
    /// A constant.
    fn flag(&mut self, value: bool) -> Self::Flag;

    // Registers.
    /// R0-R14, or PC as the instruction reads it.
    fn reg(&mut self, r: Reg) -> Self::Word;
    /// Writes R0-R14. A write to PC by this way is UNPREDICTABLE, and branches without a change of the
    /// instruction set, as under qemu-arm.
    fn set_reg(&mut self, r: Reg, value: Self::Word);
    /// A condition flag.
    fn get_flag(&mut self, name: FlagName) -> Self::Flag;
    /// Writes a condition flag.
    fn set_flag(&mut self, name: FlagName, value: Self::Flag);
    /// Sets Q if `value`; it is never cleared by arithmetic.
    fn set_q_if(&mut self, value: Self::Flag);
    /// GE, each flag as a byte of ones or zeros, GE\[0\] the lowest.
    fn ge(&mut self) -> Self::Word;
    /// Writes GE from such a word.
    fn set_ge(&mut self, ge: Self::Word);
    /// Reads a register outside the core ones.
    fn sys(&mut self, reg: SysReg) -> Self::Word;
    /// Writes one; for APSR `mask` says whether NZCVQ (bit 1) and GE (bit 0) are written.
    fn set_sys(&mut self, reg: SysReg, value: Self::Word, mask: u8);
    /// The generic timer's virtual count.
    fn counter(&mut self) -> Self::Wide;

    // Arithmetic on words, modulo 2^32.
    /// Sum.
    fn add(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Difference.
    fn sub(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Product.
    fn mul(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Bitwise and.
    fn and(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Bitwise or.
    fn or(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Bitwise exclusive or.
    fn xor(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Complement.
    fn not(&mut self, a: Self::Word) -> Self::Word;
    /// AddWithCarry (ARM ARM A2.2.1): result, carry, overflow.
    fn add_with_carry(
        &mut self,
        a: Self::Word,
        b: Self::Word,
        carry: Self::Flag,
    ) -> (Self::Word, Self::Flag, Self::Flag);
    /// Shift left by 0-31.
    fn shl(&mut self, a: Self::Word, n: u8) -> Self::Word;
    /// Logical shift right by 0-31.
    fn shr(&mut self, a: Self::Word, n: u8) -> Self::Word;
    /// Arithmetic shift right by 0-31.
    fn sar(&mut self, a: Self::Word, n: u8) -> Self::Word;
    /// Rotate right by 0-31.
    fn ror(&mut self, a: Self::Word, n: u8) -> Self::Word;
    /// Shift_C by the low byte of `amount` (ARM ARM A8.4.3), RRX excluded: result and carry.
    fn shift_by(
        &mut self,
        a: Self::Word,
        shift: Shift,
        amount: Self::Word,
        carry: Self::Flag,
    ) -> (Self::Word, Self::Flag);
    /// Count of leading zeros, 32 for 0.
    fn clz(&mut self, a: Self::Word) -> Self::Word;
    /// Bytes reversed.
    fn bswap(&mut self, a: Self::Word) -> Self::Word;
    /// Bits reversed.
    fn rbit(&mut self, a: Self::Word) -> Self::Word;
    /// Quotient towards zero; 0 for a zero divisor (ARM ARM A8.8.165 with integer zero division
    /// trapping off).
    fn sdiv(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// Quotient; 0 for a zero divisor.
    fn udiv(&mut self, a: Self::Word, b: Self::Word) -> Self::Word;
    /// SignedSatQ to `bits` (1-32): result and whether it saturated.
    fn ssat(&mut self, a: Self::Wide, bits: u8) -> (Self::Word, Self::Flag);
    /// UnsignedSatQ to `bits` (0-31) of a signed value: result and whether it saturated.
    fn usat(&mut self, a: Self::Wide, bits: u8) -> (Self::Word, Self::Flag);

    // Arithmetic on wides, modulo 2^64.
    /// From two halves.
    fn wide(&mut self, low: Self::Word, high: Self::Word) -> Self::Wide;
    /// The low half.
    fn low(&mut self, a: Self::Wide) -> Self::Word;
    /// The high half.
    fn high(&mut self, a: Self::Wide) -> Self::Word;
    /// Sign extension.
    fn sext_wide(&mut self, a: Self::Word) -> Self::Wide;
    /// Zero extension.
    fn zext_wide(&mut self, a: Self::Word) -> Self::Wide;
    /// Sum.
    fn add_wide(&mut self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    /// Difference.
    fn sub_wide(&mut self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    /// Product.
    fn mul_wide(&mut self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    /// Arithmetic shift right by 0-63.
    fn sar_wide(&mut self, a: Self::Wide, n: u8) -> Self::Wide;

    // Truth.
    /// Bit 31.
    fn is_negative(&mut self, a: Self::Word) -> Self::Flag;
    /// All bits clear.
    fn is_zero(&mut self, a: Self::Word) -> Self::Flag;
    /// Bit `n`.
    fn bit(&mut self, a: Self::Word, n: u8) -> Self::Flag;
    /// Conjunction.
    fn flag_and(&mut self, a: Self::Flag, b: Self::Flag) -> Self::Flag;
    /// Disjunction.
    fn flag_or(&mut self, a: Self::Flag, b: Self::Flag) -> Self::Flag;
    /// Exclusive disjunction.
    fn flag_xor(&mut self, a: Self::Flag, b: Self::Flag) -> Self::Flag;
    /// Negation.
    fn flag_not(&mut self, a: Self::Flag) -> Self::Flag;
    /// 1 or 0.
    fn flag_word(&mut self, a: Self::Flag) -> Self::Word;
    /// `a` where `flag`, else `b`.
    fn select(&mut self, flag: Self::Flag, a: Self::Word, b: Self::Word) -> Self::Word;

    // Memory.
    /// Loads, zero-extended.
    fn load(&mut self, addr: Self::Word, size: Size, align: Align) -> Result<Self::Word, Self::Stop>;
    /// Stores the low bits.
    fn store(
        &mut self,
        addr: Self::Word,
        value: Self::Word,
        size: Size,
        align: Align,
    ) -> Result<(), Self::Stop>;
    /// Loads and marks for exclusive access 1, 2, 4 or 8 bytes; the address must be aligned to them.
    fn load_exclusive(&mut self, addr: Self::Word, bytes: u32) -> Result<Self::Wide, Self::Stop>;
    /// Stores if the mark still holds; 0 if it stored, 1 if not. Clears the mark.
    fn store_exclusive(
        &mut self,
        addr: Self::Word,
        bytes: u32,
        value: Self::Wide,
    ) -> Result<Self::Word, Self::Stop>;
    /// Clears the exclusive mark.
    fn clear_exclusive(&mut self);
    /// Exchanges atomically, 1 or 4 bytes: what was there.
    fn swap(&mut self, addr: Self::Word, value: Self::Word, size: Size) -> Result<Self::Word, Self::Stop>;
    /// Orders earlier accesses before later ones.
    fn barrier(&mut self);

    // Control.
    /// Goes to a constant address in the instruction set `thumb`.
    fn goto(&mut self, addr: u32, thumb: bool, kind: BranchKind);
    /// Goes to a constant address in the current instruction set if `flag`.
    fn goto_if(&mut self, flag: Self::Flag, addr: u32);
    /// BranchWritePC: stays in the instruction set.
    fn branch_write_pc(&mut self, target: Self::Word, kind: BranchKind);
    /// BXWritePC: bit 0 chooses the instruction set.
    fn bx_write_pc(&mut self, target: Self::Word, kind: BranchKind);
    /// Raises an exception at the end of the instruction.
    fn raise(&mut self, exception: Exception) -> Result<(), Self::Stop>;
    /// A hint that another thread might be worth running.
    fn yield_hint(&mut self);
}
