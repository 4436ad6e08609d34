//! The control and status halves of the FPSCR (ARM ARM B4.1.58), as far as
//! arithmetic reads or writes them.

/// Cumulative exception bits, at their positions in the FPSCR.
pub mod flag {
    /// Invalid Operation.
    pub const IOC: u32 = 1 << 0;
    /// Division by Zero.
    pub const DZC: u32 = 1 << 1;
    /// Overflow.
    pub const OFC: u32 = 1 << 2;
    /// Underflow.
    pub const UFC: u32 = 1 << 3;
    /// Inexact.
    pub const IXC: u32 = 1 << 4;
    /// Input Denormal.
    pub const IDC: u32 = 1 << 7;
    /// All of them.
    pub const ALL: u32 = IOC | DZC | OFC | UFC | IXC | IDC;
}

/// Rounding mode, in the FPSCR.RMode encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// RN: to nearest, ties to even.
    Nearest = 0,
    /// RP: towards plus infinity.
    TowardPlusInfinity = 1,
    /// RM: towards minus infinity.
    TowardMinusInfinity = 2,
    /// RZ: towards zero.
    TowardZero = 3,
}

impl Rounding {
    /// Whether a magnitude truncated to an integer goes up by one. `rest` is
    /// what was cut off, `half` what one half would be on the same scale.
    #[inline]
    pub(crate) fn rounds_up(self, negative: bool, odd: bool, rest: u64, half: u64) -> bool {
        match self {
            Rounding::Nearest => rest > half || (rest == half && odd),
            Rounding::TowardPlusInfinity => rest != 0 && !negative,
            Rounding::TowardMinusInfinity => rest != 0 && negative,
            Rounding::TowardZero => false,
        }
    }

    /// Whether an overflow gives infinity rather than the largest finite value.
    #[inline]
    pub(crate) fn overflows_to_infinity(self, negative: bool) -> bool {
        match self {
            Rounding::Nearest => true,
            Rounding::TowardPlusInfinity => !negative,
            Rounding::TowardMinusInfinity => negative,
            Rounding::TowardZero => false,
        }
    }
}

/// The bits of the FPSCR that control an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fpcr {
    /// AHP: half-precision values use the alternative format (no infinities or NaNs).
    pub ahp: bool,
    /// DN: every NaN result is the default NaN.
    pub dn: bool,
    /// FZ: denormal inputs and tiny results are flushed to zero.
    pub fz: bool,
    /// RMode.
    pub rmode: Rounding,
}

impl Fpcr {
    /// The control bits of an FPSCR value, for floating-point instructions.
    #[inline]
    pub const fn from_fpscr(fpscr: u32) -> Self {
        let rmode = match (fpscr >> 22) & 3 {
            0 => Rounding::Nearest,
            1 => Rounding::TowardPlusInfinity,
            2 => Rounding::TowardMinusInfinity,
            _ => Rounding::TowardZero,
        };
        Fpcr { ahp: fpscr & (1 << 26) != 0, dn: fpscr & (1 << 25) != 0, fz: fpscr & (1 << 24) != 0, rmode }
    }

    /// `StandardFPSCRValue()`: what Advanced SIMD instructions use. Only AHP
    /// comes from the FPSCR; NaNs are default, denormals are flushed, results
    /// are rounded to nearest.
    #[inline]
    pub const fn standard(fpscr: u32) -> Self {
        Fpcr { ahp: fpscr & (1 << 26) != 0, dn: true, fz: true, rmode: Rounding::Nearest }
    }

    /// The same with another rounding mode, for the instructions that have
    /// their own (VCVT to an integer rounds towards zero).
    #[inline]
    pub const fn with_rounding(self, rmode: Rounding) -> Self {
        Fpcr { rmode, ..self }
    }
}
