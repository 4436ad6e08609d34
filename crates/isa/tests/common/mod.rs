//! Random words of a row, reproducibly.
#![allow(dead_code)] // each test uses some of it

use skink_isa::Row;

/// xorshift64*: enough for test data, and the same on every machine.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
    }
}

/// A word of the row's pattern, executed always, with random bits in all other fields.
pub(crate) fn random_word(row: &Row, rng: &mut Rng) -> u32 {
    let p = &row.pattern;
    let word = p.value | p.should | rng.next() & p.fields;
    if p.cond < 32 { word & !(15 << p.cond) | 14 << p.cond } else { word }
}

/// The T32 word that follows from an A32 word of VFP or Advanced SIMD (ARM ARM A7.4, A7.5, A7.7).
pub(crate) fn t32_of_a32(word: u32) -> u32 {
    match word >> 24 {
        0xf2 | 0xf3 => word & 0x00ff_ffff | 0xef00_0000 | (word & 0x0100_0000) << 4,
        0xf4 => word & 0x00ff_ffff | 0xf900_0000,
        _ => word,
    }
}
