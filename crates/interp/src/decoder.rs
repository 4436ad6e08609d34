//! Decoding with a memory: programs are made of few different words, and what is translated was interpreted before.

use crate::{Decoded, Site, decode_word};

/// So many words are remembered at the most: a power of two.
const WORDS: usize = 1 << 11;

/// Decodes, and remembers what words mean.
#[derive(Default)]
pub struct Decoder {
    /// By a hash of the word; empty until the first is decoded.
    known: Vec<Known>,
}

#[derive(Clone, Copy)]
struct Known {
    word: u32,
    thumb: bool,
    /// At some address, outside an IT block.
    decoded: Decoded,
}

impl Decoder {
    /// Decodes what [`fetch`](crate::fetch) has fetched, as [`decode_word`] does.
    pub fn decode(&mut self, word: u32, addr: u32, thumb: bool, it: u8) -> Decoded {
        if it != 0 {
            return decode_word(word, addr, thumb, it);
        }
        if self.known.is_empty() {
            let zero = Known { word: 0, thumb: false, decoded: decode_word(0, 0, false, 0) };
            self.known = vec![zero; WORDS];
        }
        // Fibonacci hashing: the upper bits depend on all.
        let slot = word.wrapping_mul(0x9e37_79b1) as usize >> (32 - WORDS.trailing_zeros());
        let known = &mut self.known[slot];
        if (known.word, known.thumb) != (word, thumb) {
            *known = Known { word, thumb, decoded: decode_word(word, addr, thumb, 0) };
        }
        Decoded { site: Site { addr, ..known.decoded.site }, ..known.decoded }
    }
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_would_be_decoded() {
        let mut decoder = Decoder::default();
        // Twice each, and often enough for words to displace each other.
        let mut word = 1u32;
        for round in 0..20_000u32 {
            word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let thumb = round % 2 == 0;
            let word = if round % 4 == 0 { word >> 16 } else { word };
            for addr in [0x8000, 0x1_0004] {
                for it in [0, if thumb { 0x18 } else { 0 }] {
                    let (found, wanted) =
                        (decoder.decode(word, addr, thumb, it), decode_word(word, addr, thumb, it));
                    assert_eq!(format!("{found:?}"), format!("{wanted:?}"), "{word:#x}");
                }
            }
        }
        let zero = decoder.decode(0, 4, true, 0);
        assert_eq!(format!("{zero:?}"), format!("{:?}", decode_word(0, 4, true, 0)));
    }
}
