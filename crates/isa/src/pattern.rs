//! Bit patterns as text: `"cccc 0010 101S nnnn dddd iiii iiii iiii"`, most significant bit first.
//!
//! `0` and `1` are fixed; `(0)` and `(1)` are should-be bits (written by the encoder, ignored by the
//! decoder: the manual calls other values UNPREDICTABLE); a letter is a bit of the field of that
//! name, whose bits need not be adjacent; blanks are for the reader. Everything here runs at compile
//! time; a malformed pattern is a compile error.

/// A parsed pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern {
    /// The text it was made from.
    pub text: &'static str,
    /// Bits that must match.
    pub mask: u32,
    /// Their values.
    pub value: u32,
    /// Values of the should-be bits.
    pub should: u32,
    /// Which bits are should-be bits.
    pub should_mask: u32,
    /// Bits of a letter field.
    pub fields: u32,
    /// 16 or 32.
    pub width: u32,
    /// The lowest bit of the condition field `cccc`, 32 if there is none.
    pub cond: u32,
}

impl Pattern {
    /// Parses a pattern of 16 or 32 bits.
    pub const fn parse(text: &'static str) -> Pattern {
        let bytes = text.as_bytes();
        let (mut mask, mut value, mut should, mut should_mask, mut fields) = (0u32, 0u32, 0u32, 0u32, 0u32);
        let (mut i, mut width, mut paren) = (0, 0, false);
        while i < bytes.len() {
            let b = bytes[i];
            i += 1;
            match b {
                b' ' => continue,
                b'(' => {
                    paren = true;
                    continue;
                }
                b')' => {
                    paren = false;
                    continue;
                }
                _ => {}
            }
            mask <<= 1;
            value <<= 1;
            should <<= 1;
            should_mask <<= 1;
            fields <<= 1;
            width += 1;
            match b {
                b'0' | b'1' if paren => {
                    should_mask |= 1;
                    should |= (b - b'0') as u32;
                }
                b'0' | b'1' => {
                    mask |= 1;
                    value |= (b - b'0') as u32;
                }
                b'a'..=b'z' | b'A'..=b'Z' => fields |= 1,
                _ => panic!("a pattern holds 0, 1, (0), (1), letters and blanks"),
            }
        }
        assert!(width == 16 || width == 32, "a pattern has 16 or 32 bits");
        let mut pattern = Pattern { text, mask, value, should, should_mask, fields, width, cond: 32 };
        pattern.cond = pattern.letter_mask(b'c').trailing_zeros();
        pattern
    }

    /// The bits of the field `letter`; panics (at compile time) if the pattern has none.
    pub const fn field(self, letter: &str) -> Field {
        let mask = self.letter_mask(letter.as_bytes()[0]);
        assert!(letter.len() == 1 && mask != 0, "the pattern has no such field");
        Field::new(mask)
    }

    /// The mask of a letter's bits, 0 if it does not occur.
    pub const fn letter_mask(self, letter: u8) -> u32 {
        let bytes = self.text.as_bytes();
        let (mut i, mut mask) = (0, 0u32);
        while i < bytes.len() {
            let b = bytes[i];
            i += 1;
            if b != b' ' && b != b'(' && b != b')' {
                mask = mask << 1 | (b == letter) as u32;
            }
        }
        mask
    }

    /// Whether a word is of this pattern, letters aside.
    pub const fn matches(self, word: u32) -> bool {
        word & self.mask == self.value
    }
}

/// Where a field's bits are: up to six runs of adjacent bits.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    mask: u32,
    runs: [(u8, u8, u8); 6],
    count: usize,
}

impl Field {
    const fn new(mask: u32) -> Field {
        let mut runs = [(0, 0, 0); 6];
        let (mut rest, mut count, mut to) = (mask, 0, 0);
        while rest != 0 {
            let from = rest.trailing_zeros();
            let len = (rest >> from).trailing_ones();
            runs[count] = (from as u8, len as u8, to as u8);
            to += len;
            count += 1;
            rest = if from + len == 32 { 0 } else { rest >> (from + len) << (from + len) };
        }
        Field { mask, runs, count }
    }

    /// The bits in the word.
    pub const fn mask(self) -> u32 {
        self.mask
    }

    /// Collects the field's bits from a word.
    #[inline(always)]
    pub const fn gather(self, word: u32) -> u32 {
        let (mut value, mut i) = (0, 0);
        while i < self.count {
            let (from, len, to) = self.runs[i];
            value |= (word >> from & (u32::MAX >> (32 - len as u32))) << to;
            i += 1;
        }
        value
    }

    /// Spreads a value over the field's bits; `None` if it has more bits than the field.
    #[inline(always)]
    pub const fn scatter(self, value: u32) -> Option<u32> {
        let (mut word, mut i, mut seen) = (0, 0, 0);
        while i < self.count {
            let (from, len, to) = self.runs[i];
            let ones = u32::MAX >> (32 - len as u32);
            word |= (value >> to & ones) << from;
            seen |= ones << to;
            i += 1;
        }
        if value & !seen != 0 { None } else { Some(word) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_gather_and_scatter() {
        const P: Pattern = Pattern::parse("11110 i 0 0101 S nnnn 0 iii dddd iiiiiiii");
        const I: Field = P.field("i");
        assert_eq!(I.gather(0xf14f_7abc), 0x7bc);
        assert_eq!(I.gather(0xf54f_0000), 0x800);
        assert_eq!(I.scatter(0xfff).unwrap(), 0x0400_70ff);
        assert_eq!(I.scatter(0x1000), None);
        for v in 0..0x1000 {
            assert_eq!(I.gather(I.scatter(v).unwrap()), v);
        }
    }

    #[test]
    fn should_be_bits_do_not_take_part_in_matching() {
        const P: Pattern = Pattern::parse("0000 (1)(0)(1)1 dddd dddd");
        assert!(P.matches(0x0100));
        assert_eq!((P.should, P.should_mask, P.width), (0xa00, 0xe00, 16));
    }
}
