//! The arguments of macros and of `.irp`, parted as GNU as parts them: at commas whatever stands around them, and at
//! blanks outside of parentheses and brackets (binutils 2.40: get_any_string in gas/macro.c).

use super::scan::in_word;

/// What is left of a call's text.
pub(super) struct Arguments<'t> {
    text: &'t [u8],
    at: usize,
    /// `.altmacro`
    alternate: bool,
}

/// A statement's operands with no more blanks than GNU as leaves in them: one between words, for which brackets
/// and braces count too (do_scrub_chars in gas/app.c, with those of gas/config/tc-arm.c).
pub(super) fn scrubbed(text: &[u8]) -> Vec<u8> {
    let apart = |b: u8| in_word(b) || b >= 0x80 || b"[]{}".contains(&b);
    let mut out = Vec::with_capacity(text.len());
    let (mut blank, mut string) = (false, false);
    for (i, &b) in text.iter().enumerate() {
        if string {
            out.push(b);
            string = b != b'"' || text[i - 1] == b'\\';
        } else if matches!(b, b' ' | b'\t') {
            blank = true;
        } else {
            if blank && (apart(b) || b == b'\\') && out.last().is_some_and(|&b| apart(b)) {
                out.push(b' ');
            }
            blank = false;
            string = b == b'"';
            out.push(b);
        }
    }
    out
}

impl<'t> Arguments<'t> {
    /// Those of a scrubbed text.
    pub(super) fn new(text: &'t [u8], alternate: bool) -> Arguments<'t> {
        Arguments { text, at: 0, alternate }
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The name of a parameter and `=`.
    pub(super) fn keyword(&mut self) -> Option<&'t [u8]> {
        let rest = &self.text[self.at..];
        let len = rest.iter().position(|&b| !in_word(b))?;
        let named = !self.alternate && len > 0 && rest[len] == b'=' && rest.get(len + 1) != Some(&b'=');
        named.then(|| {
            self.at += len + 1;
            &rest[..len]
        })
    }

    /// What follows the `%` of an expression whose value is the argument.
    pub(super) fn expression(&self) -> Option<&'t [u8]> {
        (self.alternate && self.peek() == Some(b'%')).then(|| &self.text[self.at + 1..])
    }

    /// The expression had so many bytes.
    pub(super) fn skip_expression(&mut self, len: usize) {
        self.at = (self.at + 1 + len).min(self.text.len());
        self.comma();
    }

    /// All that is left.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        let rest = self.text[self.at..].to_vec();
        self.at = self.text.len();
        rest
    }

    /// The next argument, and the comma or blank behind it.
    pub(super) fn next(&mut self) -> Vec<u8> {
        self.blanks();
        let argument = match self.peek() {
            Some(b'"' | b'\'') if self.alternate => [b"\"", &self.string()[..], b"\""].concat(),
            Some(b'"') => self.string(),
            Some(b'<') if self.alternate => self.string(),
            _ => self.plain(),
        };
        self.comma();
        argument
    }

    fn comma(&mut self) {
        self.blanks();
        if self.peek() == Some(b',') {
            self.at += 1;
            self.blanks();
        }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// One that is not in quotes.
    fn plain(&mut self) -> Vec<u8> {
        let start = self.at;
        let mut open = Vec::new();
        while let Some(b) = self.peek() {
            match b {
                b',' => break,
                b' ' | b'\t' if open.is_empty() => break,
                b'<' if self.alternate => break,
                b'"' | b'\'' => {
                    let string = &self.text[self.at + 1..];
                    self.at += string.iter().position(|&c| c == b).map_or(string.len(), |len| len + 1);
                }
                b'(' | b'[' => open.push(b),
                b')' if open.last() == Some(&b'(') => drop(open.pop()),
                b']' if open.last() == Some(&b'[') => drop(open.pop()),
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.text.len());
        self.text[start..self.at].to_vec()
    }

    /// Strings side by side, without their quotes.
    fn string(&mut self) -> Vec<u8> {
        let mut value = Vec::new();
        loop {
            match self.peek() {
                Some(b'<') if self.alternate => self.bracketed(&mut value),
                Some(quote @ (b'"' | b'\'')) if quote == b'"' || self.alternate => {
                    self.quoted(quote, &mut value);
                }
                _ => return value,
            }
        }
    }

    /// What is in angle brackets, which nest; `!` before a character takes it as it is.
    fn bracketed(&mut self, value: &mut Vec<u8>) {
        let mut depth = 0;
        while let Some(b) = self.peek() {
            self.at += 1;
            match b {
                b'<' => depth += 1,
                b'>' => depth -= 1,
                b'!' => {
                    value.extend(self.peek());
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            match (b, depth) {
                (_, 0) => return,
                (b'<', 1) => {}
                _ => value.push(b),
            }
        }
    }

    /// What is in quotes; a backslash before one stays with it, two are one.
    fn quoted(&mut self, quote: u8, value: &mut Vec<u8>) {
        self.at += 1;
        let mut escaped = false;
        while let Some(b) = self.peek() {
            self.at += 1;
            if self.alternate && b == b'!' {
                value.extend(self.peek());
                self.at += 1;
                escaped = false;
                continue;
            }
            if b == quote && !escaped {
                if self.peek() != Some(quote) {
                    return;
                }
                self.at += 1;
            }
            escaped = b == b'\\' && !escaped;
            value.push(b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(text: &str, alternate: bool) -> Vec<String> {
        let text = scrubbed(text.as_bytes());
        let mut arguments = Arguments::new(&text, alternate);
        let mut out = Vec::new();
        while !arguments.at_end() {
            out.push(String::from_utf8(arguments.next()).unwrap());
        }
        out
    }

    // What GNU as 2.40 makes of each was seen with macros whose bodies are `.ascii "<\a><\b>"`.
    #[test]
    fn arguments_are_parted_at_commas_and_blanks() {
        assert_eq!(parted("{d7}, [r7, :64], 1", false), ["{d7}", "[r7", ":64]", "1"]);
        assert_eq!(parted("a b , c", false), ["a", "b", "c"]);
        assert_eq!(parted("1 + 2 x", false), ["1+2", "x"]);
        assert_eq!(parted("(1 * 2) x", false), ["(1*2)x"]);
        assert_eq!(parted("\"a, b\" c,, d", false), ["a, b", "c", "", "d"]);
        assert_eq!(parted("<a, b> c", true), ["a,b", "c"]);
    }

    #[test]
    fn blanks_stay_where_something_would_run_together() {
        assert_eq!(scrubbed(b"mov r0 , r1, lsl #4"), b"mov r0,r1,lsl#4");
        assert_eq!(scrubbed(b"{r0 , r1}, #( 1 + 2 ) , x y"), b"{r0,r1},#(1+2),x y");
        assert_eq!(scrubbed(b"mov  , [ r0 ]"), b"mov,[ r0 ]");
    }
}
