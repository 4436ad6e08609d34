//! Random words of a row, reproducibly: what tests of decoder, encoder and assembler are made of.

use crate::row::{Context, Row, Set};
use crate::{Insn, decode_a32, decode_t16, decode_t32, t32_of_a32};

/// xorshift64*: enough for test data, and the same on every machine.
#[derive(Debug)]
pub struct Rng(u64);

impl Rng {
    /// From a seed.
    pub fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next 32 bits.
    #[allow(clippy::should_implement_trait)] // it never ends
    pub fn next(&mut self) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
    }
}

/// The instruction sets that a row serves: whether each is Thumb.
pub fn sets(row: &Row) -> &'static [bool] {
    match row.set {
        Set::A32 => &[false],
        Set::T16 | Set::T32 => &[true],
        Set::A32T32 => &[false, true],
    }
}

/// A word of the row with this index in the table, with random operands and condition; `None` where these bits are of a
/// more specific row, or UNDEFINED.
pub fn draw(index: usize, row: &Row, thumb: bool, cx: Context, rng: &mut Rng) -> Option<(Insn, u32)> {
    let p = &row.pattern;
    let mut word = p.value | p.should | rng.next() & p.fields;
    if p.cond < 32 {
        // In Thumb the condition of a VFP row is that of the IT block; 0b111x are other instructions.
        let cond = if row.set == Set::A32T32 && thumb { 14 } else { rng.next() % 15 };
        word = word & !(15 << p.cond) | cond << p.cond;
    }
    if row.set == Set::A32T32 && thumb {
        word = t32_of_a32(word);
    }
    let insn = match (row.set, thumb) {
        (Set::T16, _) => decode_t16(word as u16, cx),
        (_, true) => decode_t32(word, cx),
        _ => decode_a32(word),
    };
    insn.filter(|insn| insn.row as usize == index && row.normal(word) == word).map(|insn| (insn, word))
}
