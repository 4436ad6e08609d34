//! The lexer: a cursor over one line.
//!
//! The grammar is context-dependent, so there is no stream of tokens that would mean the same everywhere: `/`
//! divides behind a value and opens a string where a value is expected, `:` begins a binary number or stands
//! before an alignment, `|` is a logarithm or an OR. The parser says what it expects; the cursor keeps what it
//! took as tokens, for `--emit tokens`.

use crate::ast::{Token, TokenKind};
use crate::source::{FileId, Span};

/// A place in a line.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t [u8],
    file: FileId,
    pos: usize,
    end: usize,
    pub(super) tokens: Vec<Token>,
}

/// What is wrong with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LexError {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// A number as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Int(i64),
    Float(f64),
}

/// What may delimit a string.
pub(super) const QUOTES: &[u8] = b"\"'`/";

fn is_word_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_'
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

impl<'t> Cursor<'t> {
    /// At the start of a line that reaches to `end`.
    pub(super) fn new(text: &'t [u8], file: FileId, start: usize, end: usize) -> Cursor<'t> {
        Cursor { text, file, pos: start, end, tokens: Vec::new() }
    }

    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    pub(super) fn set_pos(&mut self, pos: usize) {
        self.pos = pos;
        let behind = self.tokens.iter().rposition(|t| (t.start as usize) < pos).map_or(0, |i| i + 1);
        self.tokens.truncate(behind);
    }

    /// From a place to the end of the last token.
    pub(super) fn span_from(&self, start: usize) -> Span {
        let end = self.tokens.last().map_or(start, |token| token.end as usize);
        Span::new(self.file, start, end.max(start))
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// What has not been read, to the end of the line.
    pub(super) fn rest(&self) -> Span {
        Span::new(self.file, self.pos, self.end)
    }

    /// The text of a span of this file.
    pub(super) fn slice(&self, span: Span) -> &'t [u8] {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    pub(super) fn skip_space(&mut self) {
        while self.pos < self.end && matches!(self.text[self.pos], b' ' | b'\t' | 0x0b | 0x0c) {
            self.pos += 1;
        }
    }

    /// The next character behind spaces; `None` at the line's end or before its comment.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.at(0).filter(|&b| b != b';')
    }

    /// The character `ahead` places further, spaces or not.
    pub(super) fn at(&self, ahead: usize) -> Option<u8> {
        self.text[..self.end].get(self.pos + ahead).copied()
    }

    fn token(&mut self, kind: TokenKind, start: usize) {
        self.tokens.push(Token { kind, start: start as u32, end: self.pos as u32 });
    }

    /// Takes `len` characters as punctuation.
    pub(super) fn punct(&mut self, len: usize) -> Span {
        let start = self.pos;
        self.pos = (self.pos + len).min(self.end);
        self.token(TokenKind::Punct, start);
        self.span_from(start)
    }

    /// Takes the character if it is the next.
    pub(super) fn eat(&mut self, b: u8) -> bool {
        let found = self.peek() == Some(b);
        if found {
            self.punct(1);
        }
        found
    }

    /// The word here, without taking it.
    pub(super) fn peek_word(&mut self) -> Option<&'t str> {
        let first = self.peek()?;
        if !is_word_start(first) {
            return None;
        }
        let len = self.text[self.pos..self.end].iter().take_while(|&&b| is_word(b)).count();
        std::str::from_utf8(&self.text[self.pos..self.pos + len]).ok()
    }

    /// Takes a word.
    pub(super) fn word(&mut self) -> Option<(&'t str, Span)> {
        let word = self.peek_word()?;
        let start = self.pos;
        self.pos += word.len();
        self.token(TokenKind::Word, start);
        Some((word, self.span_from(start)))
    }

    /// Takes a mnemonic: a word with a data type or width behind it, as in `VADD.F32`.
    pub(super) fn mnemonic(&mut self) -> Option<(&'t str, Span)> {
        self.peek_word()?;
        let start = self.pos;
        let len = self.text[start..self.end].iter().take_while(|&&b| is_word(b) || b == b'.').count();
        self.pos += len;
        self.token(TokenKind::Word, start);
        Some((std::str::from_utf8(&self.text[start..start + len]).ok()?, self.span_from(start)))
    }

    /// Takes what is left up to the comment, without spaces at the end: the name of a file.
    pub(super) fn rest_of_line(&mut self) -> Span {
        self.skip_space();
        let start = self.pos;
        let text = &self.text[start..self.end];
        let len = text.iter().position(|&b| b == b';').unwrap_or(text.len());
        let len = text[..len].iter().rposition(|b| !b.is_ascii_whitespace()).map_or(0, |i| i + 1);
        self.pos += len;
        if len > 0 {
            self.token(TokenKind::Unknown, start);
        }
        self.span_from(start)
    }

    /// Takes the comment, semicolon and all.
    pub(super) fn comment(&mut self) -> Option<Span> {
        self.skip_space();
        let start = self.pos;
        if self.at(0) != Some(b';') {
            return None;
        }
        self.pos = self.end;
        self.token(TokenKind::Comment, start);
        Some(self.span_from(start))
    }

    /// Takes decimal digits, without any prefix.
    pub(super) fn decimal(&mut self) -> Option<(u32, Span)> {
        let start = self.pos;
        let len = self.text[start..self.end].iter().take_while(|b| b.is_ascii_digit()).count();
        let value = std::str::from_utf8(&self.text[start..start + len]).ok()?.parse().ok()?;
        self.pos += len;
        self.token(TokenKind::Number, start);
        Some((value, self.span_from(start)))
    }

    /// Takes a number with its prefix; `None` if none begins here.
    pub(super) fn number(&mut self) -> Option<Result<(Number, Span), LexError>> {
        let first = self.peek()?;
        let start = self.pos;
        let second = self.at(1).unwrap_or(0).to_ascii_lowercase();
        let (prefix, base) = match (first, second) {
            (b'0', b'x') => (2, 16),
            (b'0', b'b') => (2, 2),
            (b'&' | b'$', _) => (1, 16),
            (b':', _) => (1, 2),
            (b'@', _) => (1, 8),
            (b'0'..=b'9', _) => (0, 10),
            _ => return None,
        };
        let body = &self.text[start + prefix..self.end];
        let mut len = body.iter().take_while(|&&b| is_word(b)).count();
        // eremius: base 2 as a prefix of its own.
        let (skip, base) = match &body[..len] {
            [b'2', b'_', digits @ ..]
                if base == 10 && !digits.is_empty() && digits.iter().all(|&b| b == b'0' || b == b'1') =>
            {
                (2, 2)
            }
            _ => (0, base),
        };
        let fraction =
            base == 10 && body.get(len) == Some(&b'.') && body.get(len + 1).is_some_and(u8::is_ascii_digit);
        if fraction {
            return Some(self.float(start));
        }
        if prefix == 1 && len == 0 {
            len = 1;
        }
        let digits = &body[skip.min(len)..len.min(body.len())];
        self.pos = (start + prefix + len).min(self.end);
        self.token(TokenKind::Number, start);
        let span = self.span_from(start);
        Some(parse_digits(digits, base).map(|n| (Number::Int(n), span)).map_err(|wrong| {
            let kind = match base {
                2 => "binary",
                8 => "octal",
                16 => "hexadecimal",
                _ => "decimal",
            };
            let text = String::from_utf8_lossy(&self.text[start..self.pos]).into_owned();
            let (message, help) = match wrong {
                Wrong::Digit(b) => {
                    let hex = digits.iter().all(|b| b.is_ascii_hexdigit() || *b == b'_');
                    let help = match base {
                        10 if hex => format!("write hexadecimal numbers as 0x{text} or &{text}"),
                        2 => "binary digits are 0 and 1".to_owned(),
                        8 => "octal digits are 0 to 7; a comment begins with `;`, not with `@`".to_owned(),
                        16 => "hexadecimal digits are 0 to 9 and A to F".to_owned(),
                        _ => "a name begins with a letter".to_owned(),
                    };
                    (format!("`{}` is no {kind} digit", b as char), Some(help))
                }
                Wrong::Empty => (format!("expected {kind} digits after `{text}`"), None),
                Wrong::TooLarge => ("this number does not fit into 64 bits".into(), None),
            };
            LexError { span, message, help }
        }))
    }

    fn float(&mut self, start: usize) -> Result<(Number, Span), LexError> {
        let mut pos = start;
        while pos < self.end {
            let b = self.text[pos];
            let sign = matches!(b, b'+' | b'-') && matches!(self.text[pos - 1], b'e' | b'E') && pos > start;
            if !(b.is_ascii_alphanumeric() || b == b'.' || sign) {
                break;
            }
            pos += 1;
        }
        self.pos = pos;
        self.token(TokenKind::Float, start);
        let span = self.span_from(start);
        let text = String::from_utf8_lossy(&self.text[start..pos]);
        match text.parse() {
            Ok(value) => Ok((Number::Float(value), span)),
            Err(_) => Err(LexError { span, message: format!("`{text}` is no number"), help: None }),
        }
    }

    /// Whether the delimiter here has a partner behind it, with something between them.
    pub(super) fn closes(&self, quote: u8) -> bool {
        let behind = &self.text[(self.pos + 1).min(self.end)..self.end];
        behind.iter().position(|&b| b == quote).is_some_and(|at| at > 0)
    }

    /// Takes a string; the next character is its delimiter.
    pub(super) fn string(&mut self) -> Result<(Vec<u8>, Span), LexError> {
        let start = self.pos;
        let quote = self.text[start];
        let mut bytes = Vec::new();
        let mut pos = start + 1;
        loop {
            let Some(&b) = self.text[..self.end].get(pos) else {
                self.pos = self.end;
                let message = "this string is not closed on its line".to_owned();
                let help = Some(format!("close it with {}", quote as char));
                return Err(LexError { span: self.span_from(start), message, help });
            };
            pos += 1;
            if b == quote {
                break;
            }
            if b != b'\\' {
                bytes.push(b);
                continue;
            }
            let escape = self.text[..self.end].get(pos).copied().unwrap_or(0);
            let Some(value) = unescape(escape, quote) else {
                let span = self.span(pos - 1, (pos + 1).min(self.end));
                // What follows still belongs to the string.
                self.pos = self.close(pos, quote);
                self.token(TokenKind::String, start);
                let message = match escape {
                    b' '..=b'~' => format!("`\\{}` is no escape", escape as char),
                    _ => "nothing follows `\\`".to_owned(),
                };
                let help = Some(
                    "escapes are \\0 \\\" \\' \\? \\\\ \\a \\b \\f \\n \\r \\t \\v; a backslash is \\\\"
                        .into(),
                );
                return Err(LexError { span, message, help });
            };
            bytes.push(value);
            pos += 1;
        }
        self.pos = pos;
        self.token(TokenKind::String, start);
        Ok((bytes, self.span_from(start)))
    }

    fn close(&self, from: usize, quote: u8) -> usize {
        let rest = &self.text[from.min(self.end)..self.end];
        rest.iter().position(|&b| b == quote).map_or(self.end, |i| from + i + 1)
    }
}

fn unescape(b: u8, quote: u8) -> Option<u8> {
    Some(match b {
        b'0' => 0,
        b'"' | b'\'' | b'?' | b'\\' => b,
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => 10,
        b'r' => 13,
        b't' => 9,
        b'v' => 11,
        _ if b == quote => b,
        _ => return None,
    })
}

enum Wrong {
    Digit(u8),
    Empty,
    TooLarge,
}

fn parse_digits(digits: &[u8], base: u32) -> Result<i64, Wrong> {
    let (mut value, mut any) = (0u64, false);
    for &b in digits.iter().filter(|&&b| b != b'_') {
        let digit = (b as char).to_digit(base).ok_or(Wrong::Digit(b))?;
        any = true;
        value = value
            .checked_mul(base as u64)
            .and_then(|v| v.checked_add(digit as u64))
            .ok_or(Wrong::TooLarge)?;
    }
    // Numbers of 64 bits are for immediates of Advanced SIMD only; their bits count, not their sign.
    if any { Ok(value as i64) } else { Err(Wrong::Empty) }
}
