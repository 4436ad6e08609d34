//! From a word to an instruction and back.

use crate::Op;
use crate::operand::{Cond, PrintContext};
use crate::row::{Context, Row, Set};
use crate::table::{Part, ROWS, candidates};

/// A decoded instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Insn {
    /// What it does.
    pub op: Op,
    /// On what condition. Thumb instructions other than B have theirs from the IT block, and it is
    /// [`Cond::Al`] here until somebody who knows the block sets it.
    pub cond: Cond,
    /// The encoding, as an index into [`ROWS`].
    pub row: u16,
    /// Bytes: 2 or 4.
    pub size: u8,
    /// Whether it is a Thumb encoding.
    pub thumb: bool,
    /// Whether a should-be-zero or should-be-one bit is not: UNPREDICTABLE.
    pub odd: bool,
}

impl Insn {
    /// The row it was decoded by.
    pub fn row(&self) -> &'static Row {
        &ROWS[self.row as usize]
    }

    /// Its UAL text, as if it stood at `addr`.
    pub fn text(&self, addr: u32) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = crate::print::print(&mut text, self, &PrintContext::new(addr, self.thumb));
        text
    }
}

#[inline]
fn find(part: Part, word: u32, cond: Cond, size: u8, thumb: bool, cx: Context) -> Option<Insn> {
    candidates(part, word).iter().find_map(|&row| {
        let r = &ROWS[row as usize];
        if !r.pattern.matches(word) {
            return None;
        }
        let mut cond = cond;
        if r.pattern.cond < 32 && matches!(r.set, Set::T16 | Set::T32) {
            let bits = word >> r.pattern.cond & 15;
            // 0b111x are other instructions in Thumb (ARM ARM A8.8.18).
            if bits >= 14 {
                return None;
            }
            cond = Cond::from_bits(bits);
        }
        (r.decode)(word, cx).map(|op| Insn {
            op,
            cond,
            row,
            size,
            thumb,
            odd: (word ^ r.pattern.should) & r.pattern.should_mask != 0,
        })
    })
}

/// Decodes an A32 word; `None` is UNDEFINED.
pub fn decode_a32(word: u32) -> Option<Insn> {
    let cx = Context::default();
    match word >> 28 {
        15 => find(Part::Unconditional, word, Cond::Al, 4, false, cx),
        cond => find(Part::Conditional, word, Cond::from_bits(cond), 4, false, cx),
    }
}

/// Whether a halfword is the first of a 32-bit Thumb instruction (ARM ARM A6.1).
pub fn is_t32(first: u16) -> bool {
    first >> 11 >= 0b11101
}

/// Decodes a 16-bit Thumb instruction; `None` is UNDEFINED.
pub fn decode_t16(halfword: u16, cx: Context) -> Option<Insn> {
    find(Part::T16, halfword as u32, Cond::Al, 2, true, cx)
}

/// Decodes a 32-bit Thumb instruction, given as first halfword << 16 | second; `None` is UNDEFINED.
pub fn decode_t32(word: u32, cx: Context) -> Option<Insn> {
    match a32_of_t32(word) {
        Some(a32) => {
            let part = if a32 >> 28 == 15 { Part::Unconditional } else { Part::Conditional };
            find(part, a32, Cond::Al, 4, true, cx).filter(|insn| insn.row().set == Set::A32T32)
        }
        None => None,
    }
    .or_else(|| find(Part::T32, word, Cond::Al, 4, true, cx))
}

/// The A32 word of an Advanced SIMD or VFP instruction in T32 (ARM ARM A7.4, A7.5, A7.7).
fn a32_of_t32(word: u32) -> Option<u32> {
    match word >> 24 {
        // Data processing: 111U1111 is 1111001U in A32.
        0xef | 0xff => Some(word & 0x00ff_ffff | 0xf200_0000 | word >> 4 & 0x0100_0000),
        // Element or structure loads and stores: 11111001 is 11110100.
        0xf9 => Some(word & 0x00ff_ffff | 0xf400_0000),
        // Coprocessor space: the condition is 1110 here, 1111 for the unconditional part.
        0xec..=0xee | 0xfc..=0xfe => Some(word),
        _ => None,
    }
}

/// The T32 word of an Advanced SIMD or VFP instruction in A32, whose condition is 1110 or 1111
/// (ARM ARM A7.4, A7.5, A7.7).
pub fn t32_of_a32(word: u32) -> u32 {
    match word >> 24 {
        0xf2 | 0xf3 => word & 0x00ff_ffff | 0xef00_0000 | (word & 0x0100_0000) << 4,
        0xf4 => word & 0x00ff_ffff | 0xf900_0000,
        _ => word,
    }
}

/// Encodes an operation by one row; `None` if that encoding cannot hold it. For T32 the word is
/// first halfword << 16 | second; for a row of both sets `thumb` chooses.
pub fn encode(row: &Row, op: &Op, cond: Cond, thumb: bool, cx: Context) -> Option<u32> {
    let word = (row.encode)(op, cx)?;
    // Operands that follow from others were not written: see that they agree.
    if (row.decode)(word, cx).as_ref() != Some(op) {
        return None;
    }
    let both = row.set == Set::A32T32;
    let thumb = thumb && both || matches!(row.set, Set::T16 | Set::T32);
    let word = match row.pattern.cond {
        32 if cond != Cond::Al && !thumb => return None,
        32 => word,
        shift if thumb && both => word | 14 << shift,
        _ if thumb && cond == Cond::Al => return None,
        shift => word | (cond as u32) << shift,
    };
    Some(if thumb && both { t32_of_a32(word) } else { word })
}
