//! Expressions over words: registers, symbols, memory in brackets, C's operators.

use crate::Error;
use crate::registers;
use crate::session::Session;
use skink_machine::Cpu;

/// Binary operators, those that bind loosest first; of two that begin alike the longer first.
const LEVELS: [&[&str]; 9] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
];

struct Parser<'a> {
    session: &'a Session,
    cpu: &'a Cpu,
    rest: &'a str,
    depth: u32,
}

impl Session {
    /// The value of an expression with a thread's registers.
    pub(crate) fn evaluate_with(&self, text: &str, cpu: &Cpu) -> Result<i64, Error> {
        let mut parser = Parser { session: self, cpu, rest: text, depth: 0 };
        let value = parser.binary(0)?;
        match parser.rest.trim_start() {
            "" => Ok(value),
            rest => Err(Error::new(format!("A syntax error in expression, near `{rest}'."))),
        }
    }
}

impl Parser<'_> {
    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(token) {
            Some(after) => {
                self.rest = after;
                true
            }
            None => false,
        }
    }

    /// The next operator of a level, unless it is the beginning of a longer one of another.
    fn operator(&mut self, level: usize) -> Option<&'static str> {
        let rest = self.rest.trim_start();
        let found = LEVELS[level].iter().find(|op| rest.starts_with(**op))?;
        let longer =
            LEVELS.iter().flat_map(|ops| ops.iter()).any(|op| op.len() > found.len() && rest.starts_with(op));
        if longer {
            return None;
        }
        self.rest = &rest[found.len()..];
        Some(found)
    }

    fn binary(&mut self, level: usize) -> Result<i64, Error> {
        if level == LEVELS.len() {
            return self.product();
        }
        let mut left = self.binary(level + 1)?;
        while let Some(op) = self.operator(level) {
            let right = self.binary(level + 1)?;
            left = apply(op, left, right);
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<i64, Error> {
        let mut left = self.unary()?;
        loop {
            if self.eat("*") {
                left = left.wrapping_mul(self.unary()?);
            } else if self.eat("/") {
                left = left.checked_div(self.unary()?).ok_or_else(by_zero)?;
            } else if self.eat("%") {
                left = left.checked_rem(self.unary()?).ok_or_else(by_zero)?;
            } else {
                return Ok(left);
            }
        }
    }

    fn unary(&mut self) -> Result<i64, Error> {
        self.depth += 1;
        if self.depth > 200 {
            return Err(Error::new("The expression is nested too deeply."));
        }
        let value = if self.eat("-") {
            self.unary()?.wrapping_neg()
        } else if self.eat("~") {
            !self.unary()?
        } else if self.eat("!") {
            (self.unary()? == 0) as i64
        } else if self.eat("*") {
            let addr = self.unary()?;
            self.word(addr)?
        } else if self.eat("(") {
            self.closed(")")?
        } else if self.eat("[") {
            let addr = self.closed("]")?;
            self.word(addr)?
        } else {
            self.operand()?
        };
        self.depth -= 1;
        Ok(value)
    }

    fn closed(&mut self, end: &str) -> Result<i64, Error> {
        let value = self.binary(0)?;
        match self.eat(end) {
            true => Ok(value),
            false => Err(Error::new(format!("Expected `{end}', found `{}'.", self.rest.trim()))),
        }
    }

    fn word(&self, addr: i64) -> Result<i64, Error> {
        let mut bytes = [0; 4];
        self.session.memory()?.read(addr as u32, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes).into())
    }

    fn operand(&mut self) -> Result<i64, Error> {
        let rest = self.rest.trim_start().trim_start_matches('&');
        if let Some(after) = rest.strip_prefix('\'')
            && let Some(c) = after.chars().next()
            && let Some(behind) = after[c.len_utf8()..].strip_prefix('\'')
        {
            self.rest = behind;
            return Ok(c as i64);
        }
        let part = |c: char| c.is_alphanumeric() || "_$.@".contains(c);
        let len = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(len);
        self.rest = after;
        if word.is_empty() {
            return Err(Error::new(format!("Expected a number, a register or a symbol, found `{rest}'.")));
        }
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return number(word).ok_or_else(|| Error::new(format!("Invalid number \"{word}\".")));
        }
        let register = |name: &str| registers::read(self.cpu, name).map(|r| r.value as u32 as i64);
        if let Some(name) = word.strip_prefix('$') {
            return register(name).ok_or_else(|| Error::new(format!("Invalid register `{name}'")));
        }
        if let Some(place) = self.session.program.address_of(word) {
            return Ok(place.addr.into());
        }
        register(word).ok_or_else(|| Error::new(format!("No symbol \"{word}\" in current context.")))
    }
}

fn by_zero() -> Error {
    Error::new("Division by zero")
}

fn apply(op: &str, a: i64, b: i64) -> i64 {
    match op {
        "||" => (a != 0 || b != 0) as i64,
        "&&" => (a != 0 && b != 0) as i64,
        "|" => a | b,
        "^" => a ^ b,
        "&" => a & b,
        "==" => (a == b) as i64,
        "!=" => (a != b) as i64,
        "<=" => (a <= b) as i64,
        ">=" => (a >= b) as i64,
        "<" => (a < b) as i64,
        ">" => (a > b) as i64,
        "<<" => a.checked_shl(b as u32).unwrap_or(0),
        ">>" => a.checked_shr(b as u32).unwrap_or(0),
        "-" => a.wrapping_sub(b),
        _ => a.wrapping_add(b),
    }
}

/// `10`, `0x1f`, `0b101`.
pub(crate) fn number(word: &str) -> Option<i64> {
    let lower = word.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok().map(|n| n as i64);
    }
    if let Some(binary) = lower.strip_prefix("0b") {
        return u64::from_str_radix(binary, 2).ok().map(|n| n as i64);
    }
    lower.parse().ok()
}
