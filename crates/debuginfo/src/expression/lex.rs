//! Words, numbers and signs of an expression.

use super::Problem;
use std::ops::Range;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A number, and whether it was written in decimal.
    Number(u64, bool),
    Float(f64),
    Char(u8),
    /// A name; `$r0` with its `$`.
    Name(String),
    Sign(&'static str),
    End,
}

/// A token and where it is.
pub(super) type Placed = (Token, Range<usize>);

/// The longest first.
const SIGNS: &[&str] = &[
    "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "->", "+", "-", "*", "/", "%", "<", ">", "!", "~", "&",
    "|", "^", "(", ")", "[", "]", ".", "?", ":", ",",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, Problem> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (token, len) = match c {
            '0'..='9' if after_hex_sign(&tokens, at) => name(&text[at..]),
            '0'..='9' => number(&text[at..], at)?,
            '\'' => character(&text[at..], at)?,
            'a'..='z' | 'A'..='Z' | '_' | '$' => name(&text[at..]),
            // A label that the compiler made: `.L3`.
            '.' if text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && !after_value(&tokens) =>
            {
                let (_, len) = name(&text[at + 1..]);
                (Token::Name(text[at..at + 1 + len].to_owned()), len + 1)
            }
            _ => match SIGNS.iter().find(|sign| text[at..].starts_with(**sign)) {
                Some(sign) => (Token::Sign(sign), sign.len()),
                None => {
                    return Err(Problem::at(
                        &(at..at + c.len_utf8()),
                        format!("expected a value or an operator, found `{c}`"),
                    ));
                }
            },
        };
        tokens.push((token, at..at + len));
        at += len;
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}

/// Whether a sign for hexadecimal digits, not for "and", stands directly before.
fn after_hex_sign(tokens: &[Placed], at: usize) -> bool {
    match tokens.split_last() {
        Some(((Token::Sign("&"), span), before)) => span.end == at && !after_value(before),
        _ => false,
    }
}

/// Whether what comes next is behind a value, so that a dot selects a member.
fn after_value(tokens: &[Placed]) -> bool {
    match tokens.last() {
        Some((Token::Sign(sign), _)) => matches!(*sign, ")" | "]"),
        Some(_) => true,
        None => false,
    }
}

fn name(text: &str) -> (Token, usize) {
    let mut len = 0;
    let rest = text.char_indices();
    for (at, c) in rest {
        let part = c.is_ascii_alphanumeric() || c == '_' || c == '$' || c == '@';
        // `ns::name`, but not `a ? b : c`.
        let scope = c == ':' && (text[at..].starts_with("::") || len > 0 && text[..at].ends_with(':'));
        if !part && !scope {
            break;
        }
        len = at + 1;
    }
    (Token::Name(text[..len].to_owned()), len)
}

fn number(text: &str, at: usize) -> Result<(Token, usize), Problem> {
    let len = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    let (word, rest) = text.split_at(len);
    let lower = word.to_ascii_lowercase().replace('_', "");
    let (digits, radix) = match () {
        () if lower.starts_with("0x") => (&lower[2..], 16),
        () if lower.starts_with("0b") => (&lower[2..], 2),
        () => (&lower[..], 10),
    };
    // `1.5`, `2e3`: a fraction follows only a decimal number.
    if radix == 10
        && rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        let fraction = &rest[1..];
        let end = fraction.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(fraction.len());
        let len = len + 1 + end;
        let value = text[..len].trim_end_matches(['f', 'F']).parse();
        return match value {
            Ok(value) => Ok((Token::Float(value), len)),
            Err(_) => Err(Problem::at(&(at..at + len), "expected a number with a fraction")),
        };
    }
    let digits = if radix == 16 { digits } else { digits.trim_end_matches(['u', 'l']) };
    match u64::from_str_radix(digits, radix) {
        Ok(value) => Ok((Token::Number(value, radix == 10), len)),
        Err(error) => {
            let what = match error.kind() {
                std::num::IntErrorKind::PosOverflow => "expected a number of at most 64 bits".to_owned(),
                _ => format!("expected digits of base {radix} in `{word}`"),
            };
            Err(Problem::at(&(at..at + len), what))
        }
    }
}

fn character(text: &str, at: usize) -> Result<(Token, usize), Problem> {
    let wrong = |len: usize| {
        Problem::at(&(at..at + len), "expected one character between quotes, such as 'a' or '\\n'")
    };
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next().ok_or_else(|| wrong(1))?;
    let value = match first {
        '\\' => match chars.next().ok_or_else(|| wrong(2))?.1 {
            'n' => b'\n',
            't' => b'\t',
            'r' => b'\r',
            '0' => 0,
            'e' => 27,
            c @ ('\\' | '\'' | '"') => c as u8,
            _ => return Err(wrong(3.min(text.len()))),
        },
        c if c.is_ascii() && c != '\'' => c as u8,
        c => return Err(wrong(1 + c.len_utf8())),
    };
    match chars.next() {
        Some((end, '\'')) => Ok((Token::Char(value), end + 1)),
        _ => Err(wrong(1)),
    }
}
