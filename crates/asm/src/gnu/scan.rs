//! A cursor over a text of GNU as syntax: words, numbers, strings, blanks and comments.
//!
//! `@` begins a comment anywhere, `#` at the start of a line; `/* */` is a blank; `;` ends a statement.

use skink_isa::operand::Reg;
use skink_isa::simd::operand::ExtReg;

/// A place in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan<'s> {
    pub(crate) text: &'s [u8],
    pub(crate) at: usize,
}

/// Whether a byte may stand in a name: letters, digits, `_ . $`, and what is not ASCII.
pub(crate) const fn in_word(b: u8) -> bool {
    WORD[b as usize]
}

const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 256 {
        let b = i as u8;
        table[i] = b.is_ascii_alphanumeric() || b == b'_' || b == b'.' || b == b'$' || b >= 0x80;
        i += 1;
    }
    table
};

/// A number as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Int(i64),
    Float(f64),
    /// `1f`, `1b`: a local label, forward or backward.
    Local(u32, bool),
}

impl<'s> Scan<'s> {
    pub(crate) fn new(text: &'s [u8]) -> Scan<'s> {
        Scan { text, at: 0 }
    }

    /// The next byte; 0 at the end.
    #[inline]
    pub(crate) fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    #[inline]
    pub(crate) fn peek_at(&self, n: usize) -> u8 {
        self.text.get(self.at + n).copied().unwrap_or(0)
    }

    /// Skips blanks and `/* */` comments.
    #[inline]
    pub(crate) fn blanks(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' | b'\r' | 0x0c => self.at += 1,
                b'/' if self.peek_at(1) == b'*' => {
                    let rest = &self.text[self.at + 2..];
                    let end = rest.windows(2).position(|w| w == b"*/");
                    self.at = end.map_or(self.text.len(), |n| self.at + 2 + n + 2);
                }
                _ => return,
            }
        }
    }

    /// Whether the statement ends here, blanks aside.
    #[inline]
    pub(crate) fn at_end(&mut self) -> bool {
        self.blanks();
        matches!(self.peek(), b'\n' | b';' | b'@') || self.at >= self.text.len()
    }

    /// Where the statement ends, if that can be seen without reading it: no string and no comment of C in it.
    #[inline]
    pub(crate) fn rest_of_line(&self) -> Option<usize> {
        let rest = &self.text[self.at..];
        let stops = |b: &u8| matches!(b, b'\n' | b';' | b'@' | b'"' | b'/' | b'\'');
        let end = rest.iter().position(stops).unwrap_or(rest.len());
        let plain = rest.get(end).is_none_or(|b| matches!(b, b'\n' | b';' | b'@'));
        plain.then(|| self.at + rest[..end].trim_ascii_end().len())
    }

    /// To the end of the statement. Strings are passed over as a whole.
    pub(crate) fn skip_statement(&mut self) {
        while !self.at_end() {
            if self.peek() == b'"' {
                self.skip_string();
            } else {
                self.at += 1;
            }
        }
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while self.at < self.text.len() {
            match self.peek() {
                b'\\' => self.at += 2,
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\n' => return,
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(self.text.len());
    }

    /// To the start of the next line.
    pub(crate) fn skip_line(&mut self) {
        let rest = &self.text[self.at.min(self.text.len())..];
        self.at = rest.iter().position(|&b| b == b'\n').map_or(self.text.len(), |n| self.at + n + 1);
    }

    /// Takes this byte if it is next, blanks before it skipped.
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        self.blanks();
        let found = self.peek() == byte && self.at < self.text.len();
        self.at += found as usize;
        found
    }

    /// Takes this byte if it is next, without skipping anything.
    pub(crate) fn eat_now(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte && self.at < self.text.len();
        self.at += found as usize;
        found
    }

    /// A word, which does not begin with a digit; empty if there is none.
    #[inline]
    pub(crate) fn word(&mut self) -> &'s [u8] {
        let start = self.at;
        if self.peek().is_ascii_digit() {
            return b"";
        }
        while self.at < self.text.len() && in_word(self.text[self.at]) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    /// A symbol's name: a word, or a string.
    pub(crate) fn symbol_name(&mut self) -> Option<std::borrow::Cow<'s, [u8]>> {
        self.blanks();
        if self.peek() == b'"' {
            return self.string().map(std::borrow::Cow::Owned);
        }
        let word = self.word();
        (!word.is_empty()).then_some(std::borrow::Cow::Borrowed(word))
    }

    /// A number; the next byte is a digit.
    pub(crate) fn number(&mut self) -> Option<Number> {
        let start = self.at;
        let (radix, skip) = match (self.peek(), self.peek_at(1)) {
            (b'0', b'x' | b'X') => (16, 2),
            (b'0', b'b' | b'B') if matches!(self.peek_at(2), b'0' | b'1') => (2, 2),
            (b'0', b'0'..=b'9') => (8, 1),
            _ => (10, 0),
        };
        self.at += skip;
        let (mut value, digits) = (0u64, self.at);
        while let Some(digit) = (self.peek() as char).to_digit(if radix < 10 { 10 } else { radix }) {
            value = value.wrapping_mul(radix.into()).wrapping_add(digit.into());
            self.at += 1;
        }
        if self.at == digits && skip == 2 {
            return None;
        }
        match self.peek() {
            b'f' | b'b' if radix != 16 && !in_word(self.peek_at(1)) => {
                let forward = self.peek() == b'f';
                let label = std::str::from_utf8(&self.text[start..self.at]).ok()?.parse().ok()?;
                self.at += 1;
                Some(Number::Local(label, forward))
            }
            b'.' | b'e' | b'E' if radix == 10 || radix == 8 => {
                self.at = start;
                self.float().map(Number::Float)
            }
            b if in_word(b) => None,
            _ => Some(Number::Int(value as i64)),
        }
    }

    /// A floating-point number.
    pub(crate) fn float(&mut self) -> Option<f64> {
        let start = self.at;
        // `0f1.5` and `0d1.5` are numbers of as.
        if self.peek() == b'0' && matches!(self.peek_at(1), b'f' | b'F' | b'd' | b'D' | b'r' | b'R') {
            self.at += 2;
            return self.float();
        }
        while matches!(self.peek(), b'0'..=b'9' | b'.' | b'e' | b'E')
            || matches!(self.peek(), b'+' | b'-')
                && (self.at == start || matches!(self.text[self.at - 1], b'e' | b'E'))
        {
            self.at += 1;
        }
        std::str::from_utf8(&self.text[start..self.at]).ok()?.parse().ok()
    }

    /// A string in `"`, with its escapes taken as as takes them.
    pub(crate) fn string(&mut self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        self.string_into(&mut out).then_some(out)
    }

    /// A number of up to 128 bits in hexadecimal.
    pub(crate) fn hexadecimal(&mut self) -> Option<u128> {
        self.blanks();
        let rest = self.text.get(self.at..)?;
        let digits = rest.strip_prefix(b"0x").or_else(|| rest.strip_prefix(b"0X"))?;
        let len = digits.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let number = u128::from_str_radix(std::str::from_utf8(&digits[..len]).ok()?, 16).ok()?;
        self.at += 2 + len;
        Some(number)
    }

    /// The same, appended to a buffer; false if there is none.
    pub(crate) fn string_into(&mut self, out: &mut Vec<u8>) -> bool {
        self.blanks();
        if self.peek() != b'"' {
            return false;
        }
        self.at += 1;
        loop {
            if self.at >= self.text.len() {
                return false;
            }
            let b = self.peek();
            self.at += 1;
            match b {
                b'"' => return true,
                b'\\' => {
                    let escape = self.peek();
                    self.at += 1;
                    match escape {
                        b'n' => out.push(b'\n'),
                        b't' => out.push(b'\t'),
                        b'r' => out.push(b'\r'),
                        b'b' => out.push(8),
                        b'f' => out.push(12),
                        b'v' => out.push(11),
                        b'x' | b'X' => {
                            let mut value = 0u32;
                            while let Some(digit) = (self.peek() as char).to_digit(16) {
                                value = value << 4 | digit;
                                self.at += 1;
                            }
                            out.push(value as u8);
                        }
                        b'0'..=b'7' => {
                            let mut value = u32::from(escape - b'0');
                            for _ in 0..2 {
                                let Some(digit) = (self.peek() as char).to_digit(8) else { break };
                                value = value << 3 | digit;
                                self.at += 1;
                            }
                            out.push(value as u8);
                        }
                        other => out.push(other),
                    }
                }
                b => out.push(b),
            }
        }
    }
}

/// A register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Register {
    Core(Reg),
    Ext(ExtReg),
}

/// The register of a name.
pub(crate) fn register(word: &[u8]) -> Option<Register> {
    let core = |n| Some(Register::Core(Reg(n)));
    if !(2..=3).contains(&word.len()) {
        return None;
    }
    let number = |max: u8| {
        let n = match word[1..] {
            [a @ b'0'..=b'9'] => a - b'0',
            [a @ b'1'..=b'9', b @ b'0'..=b'9'] => (a - b'0') * 10 + (b - b'0'),
            _ => return None,
        };
        (n <= max).then_some(n)
    };
    let first = word[0] | 0x20;
    match first {
        b'r' => number(15).and_then(core),
        b's' if word[1].is_ascii_digit() => number(31).map(|n| Register::Ext(ExtReg::S(n))),
        b'd' => number(31).map(|n| Register::Ext(ExtReg::D(n))),
        b'q' => number(15).map(|n| Register::Ext(ExtReg::Q(n))),
        b'a' => number(4).filter(|n| *n > 0).and_then(|n| core(n - 1)),
        b'v' => number(8).filter(|n| *n > 0).and_then(|n| core(n + 3)),
        _ if word.len() == 2 => match (first, word[1] | 0x20) {
            (b's', b'p') => core(13),
            (b'l', b'r') => core(14),
            (b'p', b'c') => core(15),
            (b'i', b'p') => core(12),
            (b'f', b'p') => core(11),
            (b's', b'l') => core(10),
            (b's', b'b') => core(9),
            _ => None,
        },
        _ => None,
    }
}
