//! A row of the instruction table, and the macro that makes one.
//!
//! A row is written once:
//!
//! ```text
//! ADC_imm_A1 "cccc 0010101S nnnn dddd iiiiiiiiiiii" Adc DataProc { s: B(S), rd: R(d), rn: R(n), op2: ImmA32(i) }
//!     "adc{s}{c}\t{rd}, {rn}, {op2}" V4 "A8.8.1";
//! ```
//!
//! that is: name, bit pattern, operation, operands (each a struct field, filled by a codec from the
//! pattern's fields named in parentheses, or a constant `K(value)`), UAL syntax, the architecture
//! version that brought it, and where the manual (DDI 0406C) describes it. Decoder, encoder,
//! disassembler, COMPAT.md and the fuzzers are all driven by this one line.
//!
//! The field `c`, where a pattern has it, is the condition and belongs to the [`Insn`], not to the
//! operation.
//!
//! [`Insn`]: crate::Insn

use crate::op::OpKind;
use crate::operand::Operand;
use crate::syntax::{Reader, Template};
use crate::{Op, Pattern};

/// The instruction set and size of an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Set {
    /// ARM, 32 bits.
    ///
    /// The Advanced SIMD and VFP rows, whose T32 words follow from the A32 words, are `A32T32`.
    A32,
    /// ARM as written, and the T32 word that follows from it (ARM ARM A7.4 to A7.9).
    A32T32,
    /// Thumb, 16 bits.
    T16,
    /// Thumb, 32 bits; words are written first halfword first.
    T32,
}

/// The architecture version or extension that brought an encoding (ARM ARM A1.3, A2.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Arch {
    /// ARMv4 and everything after it.
    V4,
    /// ARMv4T: Thumb, BX.
    V4T,
    /// ARMv5T.
    V5T,
    /// ARMv5TE: the DSP instructions.
    V5TE,
    /// ARMv6.
    V6,
    /// ARMv6K.
    V6K,
    /// ARMv6T2: Thumb-2.
    V6T2,
    /// ARMv7.
    V7,
    /// ARMv7 with the Multiprocessing Extensions.
    V7MP,
    /// ARMv7 with the Virtualization Extensions (SDIV and UDIV in A32).
    V7VE,
    /// The Security Extensions.
    Security,
    /// VFPv2.
    Vfp2,
    /// VFPv3.
    Vfp3,
    /// VFPv3 with the half-precision extension.
    VfpHp,
    /// VFPv4.
    Vfp4,
    /// Advanced SIMD.
    Simd,
    /// Advanced SIMD with the half-precision extension.
    SimdHp,
    /// Advanced SIMDv2.
    Simd2,
}

/// What the encoding depends on besides its bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Context {
    /// Inside an IT block: 16-bit data processing does not set the flags there.
    pub in_it: bool,
}

/// Is called with the name and value of each operand.
pub type Visitor<'a> = dyn FnMut(&'static str, &dyn Operand) + 'a;

/// One encoding.
#[derive(Clone, Copy)]
pub struct Row {
    /// Mnemonic, form and encoding, as the manual numbers it.
    pub name: &'static str,
    /// Instruction set and size.
    pub set: Set,
    /// Which bits it has.
    pub pattern: Pattern,
    /// UAL syntax with placeholders, see [`crate::print`].
    pub syntax: &'static str,
    /// The operation.
    pub kind: OpKind,
    /// The operands that are constants in this row, as text: rows that differ in them only are of one syntax.
    pub constants: &'static str,
    /// What brought it.
    pub arch: Arch,
    /// The section of the manual.
    pub section: &'static str,
    /// The operation and operands of a word of this pattern; `None` where the row does not apply
    /// after all (the next less specific row is tried, then UNDEFINED).
    pub decode: fn(u32, Context) -> Option<Op>,
    /// The word for an operation, without the condition; `None` if this encoding cannot hold it.
    pub encode: fn(&Op, Context) -> Option<u32>,
    /// Calls back with the name and value of each operand.
    pub operands: fn(&Op, &mut Visitor<'_>),
    /// Reads an instruction's operands by a template, which is the row's syntax or says the same otherwise;
    /// `None` if they do not fit it, or if it leaves an operand open.
    pub read: fn(&mut Reader<'_>, &Template) -> Option<Op>,
}

impl Row {
    /// A word of this row as the encoder writes it: should-be bits as they should be, and the register
    /// that some rows of T32 have twice the same both times (the second counts).
    pub fn normal(&self, word: u32) -> u32 {
        const TWICE: u32 = 0x000f_000f;
        let word = word & !self.pattern.should_mask | self.pattern.should;
        match self.set == Set::T32 && self.pattern.letter_mask(b'm') == TWICE {
            true => word & !(15 << 16) | (word & 15) << 16,
            false => word,
        }
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} {}", self.name, self.set, self.pattern.text)
    }
}

/// Turns between the bits of `N` pattern fields and one operand.
pub trait Codec<const N: usize> {
    /// The operand's type.
    type Value;
    /// Whether the operand follows from fields that other operands write; nothing is encoded then,
    /// and [`crate::encode`] sees that it agrees.
    const DERIVED: bool = false;
    /// The operand, or `None` if these bits are not of this row.
    fn decode(bits: [u32; N], cx: Context) -> Option<Self::Value>;
    /// The bits, or `None` if the operand cannot be written so.
    fn encode(value: &Self::Value, cx: Context) -> Option<[u32; N]>;
}

/// Collects a word from its fields.
#[derive(Debug)]
pub struct Encoder {
    word: u32,
    done: u32,
}

impl Encoder {
    /// Starts with the fixed and should-be bits.
    pub fn new(pattern: Pattern) -> Encoder {
        Encoder { word: pattern.value | pattern.should, done: 0 }
    }

    /// Puts a field in; `None` if it is too wide or if the field was put before with other bits.
    pub fn put(&mut self, field: crate::pattern::Field, value: u32) -> Option<()> {
        let bits = field.scatter(value)?;
        if self.done & field.mask() != 0 && self.word & field.mask() != bits {
            return None;
        }
        self.word |= bits;
        self.done |= field.mask();
        Some(())
    }

    /// The word.
    pub fn word(&self) -> u32 {
        self.word
    }
}

macro_rules! decode_field {
    ($pat:literal, $raw:ident, $cx:ident, K ( $value:expr )) => { $value };
    ($pat:literal, $raw:ident, $cx:ident, $codec:ident ( $($letter:ident),* )) => {
        <$codec as $crate::row::Codec<_>>::decode(
            [$( const { $crate::Pattern::parse($pat).field(stringify!($letter)) }.gather($raw) ),*], $cx)?
    };
}

macro_rules! encode_field {
    ($enc:ident, $pat:literal, $value:expr, $cx:ident, K ( $expected:expr )) => {
        if $value != $expected { return None }
    };
    ($enc:ident, $pat:literal, $value:expr, $cx:ident, $codec:ident ( $($letter:ident),* )) => {
        let bits = <$codec as $crate::row::Codec<_>>::encode(&$value, $cx)?;
        #[allow(unused_variables)]
        let fields: [$crate::pattern::Field; _] = [$( const { $crate::Pattern::parse($pat).field(stringify!($letter)) } ),*];
        if !<$codec as $crate::row::Codec<_>>::DERIVED {
            for (field, bits) in fields.into_iter().zip(bits) {
                $enc.put(field, bits)?;
            }
        }
    };
}

/// What a row's field is before its template is read: constants are known.
macro_rules! known_field {
    (K ( $value:expr )) => {
        Some($value)
    };
    ($codec:ident ( $($letter:ident),* )) => {
        None
    };
}

macro_rules! constant_text {
    ($field:ident K ( $value:expr )) => {
        concat!(stringify!($field), "=", stringify!($value), " ")
    };
    ($field:ident $codec:ident ( $($letter:ident),* )) => {
        ""
    };
}

macro_rules! rows {
    ($(#[$meta:meta])* $table:ident $set:ident: $(
        $name:ident $pat:literal $op:ident $operands:ident { $( $field:ident : $codec:ident ( $($arg:tt)* ) ),* $(,)? }
        $syntax:literal $arch:ident $section:literal ;
    )*) => {
        $(#[$meta])*
        pub(crate) const $table: &[$crate::row::Row] = &[ $( $crate::row::Row {
            name: stringify!($name),
            set: $crate::row::Set::$set,
            pattern: $crate::Pattern::parse($pat),
            syntax: $syntax,
            kind: $crate::op::OpKind::$op,
            constants: concat!($( $crate::row::constant_text!($field $codec ( $($arg)* )) ),*),
            arch: $crate::row::Arch::$arch,
            section: $section,
            decode: |_raw, _cx| Some($crate::Op::$op($operands {
                $( $field: $crate::row::decode_field!($pat, _raw, _cx, $codec ( $($arg)* )) ),*
            })),
            encode: |op, _cx| {
                let $crate::Op::$op(_x) = op else { return None };
                #[allow(unused_mut)]
                let mut enc = $crate::row::Encoder::new(const { $crate::Pattern::parse($pat) });
                $( $crate::row::encode_field!(enc, $pat, _x.$field, _cx, $codec ( $($arg)* )); )*
                Some(enc.word())
            },
            operands: |op, _visit| {
                if let $crate::Op::$op(_x) = op { $( _visit(stringify!($field), &_x.$field); )* }
            },
            read: |reader, template| {
                $( let mut $field = $crate::row::known_field!($codec ( $($arg)* )); )*
                reader.read(template, &mut |_name, _hole| match _name {
                    $( stringify!($field) => _hole.fill(&mut $field), )*
                    _ => None,
                })?;
                Some($crate::Op::$op($operands { $( $field: $crate::syntax::finish($field)? ),* }))
            },
        } ),* ];
    };
}

pub(crate) use {constant_text, decode_field, encode_field, known_field, rows};
