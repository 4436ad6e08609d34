//! An instruction's operands as atoms. What they mean is decided by the instruction table's templates.

use super::expr::{Exprs, Locals};
use super::scan::{Number, Register, Scan, in_word, register};
use crate::build::Builder;
use crate::expr::Expr;
use skink_isa::syntax::Atom;
use std::collections::HashMap;

/// The operands of one instruction; kept from one to the next, so that nothing is allocated.
#[derive(Debug, Default)]
pub(crate) struct Operands<'s> {
    /// The atoms.
    pub(crate) atoms: Vec<Atom<'s>>,
    /// Where each stands in the text.
    pub(crate) places: Vec<(u32, u32)>,
    /// What [`Atom::Expr`] refers to.
    pub(crate) exprs: Vec<Expr>,
    /// Whether an expression was evaluated: its value may be another next time.
    pub(crate) evaluated: bool,
}

/// Names that `.req` gave to registers.
pub(crate) type Aliases = HashMap<Vec<u8>, Register>;

impl<'s> Operands<'s> {
    /// Reads to the end of the statement. `Err` is where something stands that is no operand.
    pub(crate) fn read(
        &mut self,
        scan: &mut Scan<'s>,
        b: &mut Builder,
        locals: &mut Locals,
        aliases: &Aliases,
    ) -> Result<(), usize> {
        self.atoms.clear();
        self.places.clear();
        self.exprs.clear();
        self.evaluated = false;
        while !scan.at_end() {
            let start = scan.at;
            let atom = self.atom(scan, b, locals, aliases).ok_or(start)?;
            self.atoms.push(atom);
            self.places.push((start as u32, scan.at as u32));
        }
        Ok(())
    }

    fn atom(
        &mut self,
        scan: &mut Scan<'s>,
        b: &mut Builder,
        locals: &mut Locals,
        aliases: &Aliases,
    ) -> Option<Atom<'s>> {
        let first = scan.peek();
        match first {
            b',' | b'[' | b']' | b'{' | b'}' | b'^' | b'=' => {
                scan.at += 1;
                Some(Atom::Punct(first))
            }
            b'!' => {
                scan.at += 1;
                Some(Atom::Punct(b'!'))
            }
            b':' if !(scan.peek_at(1).is_ascii_alphabetic()) => {
                scan.at += 1;
                Some(Atom::Punct(b':'))
            }
            b'#' | b'$' => {
                scan.at += 1;
                scan.blanks();
                self.number(scan, b, locals, true)
            }
            b'-' | b'+' => {
                let mut ahead = *scan;
                ahead.at += 1;
                ahead.blanks();
                let word = ahead.word();
                if lookup(word, aliases).is_some() {
                    scan.at += 1;
                    return Some(Atom::Punct(first));
                }
                self.number(scan, b, locals, false)
            }
            b'0'..=b'9' | b'(' | b'~' | b'"' | b':' | b'\'' => self.number(scan, b, locals, false),
            _ if in_word(first) => {
                let start = scan.at;
                let word = scan.word();
                if let Some(register) = lookup(word, aliases) {
                    return Some(match register {
                        Register::Core(reg) => Atom::Reg(reg),
                        Register::Ext(reg) => Atom::Ext(reg),
                    });
                }
                // A word alone may be a shift, a condition, a label; with an operator it is an expression.
                let mut ahead = *scan;
                ahead.blanks();
                let alone = ahead.at >= ahead.text.len()
                    || matches!(ahead.peek(), b',' | b'\n' | b'@' | b';' | b']' | b'}' | b'!' | b'#' | b'^')
                    || in_word(ahead.peek());
                if alone && word != b"." {
                    return std::str::from_utf8(word).ok().map(Atom::Name);
                }
                scan.at = start;
                self.number(scan, b, locals, false)
            }
            _ => None,
        }
    }

    /// A number, floating-point or not, or an expression.
    fn number(
        &mut self,
        scan: &mut Scan<'s>,
        b: &mut Builder,
        locals: &mut Locals,
        hash: bool,
    ) -> Option<Atom<'s>> {
        let minus = scan.peek() == b'-';
        let start = scan.at;
        // Most are plain.
        let digits = start + minus as usize;
        if scan.text.get(digits).is_some_and(u8::is_ascii_digit) {
            scan.at = digits;
            let number = scan.number();
            let end = scan.at;
            scan.blanks();
            let plain =
                scan.at >= scan.text.len() || matches!(scan.peek(), b',' | b'\n' | b'@' | b';' | b']' | b'}');
            scan.at = end;
            match number {
                Some(Number::Int(value)) if plain => {
                    let value = if minus { value.wrapping_neg() } else { value };
                    return Some(Atom::Num { value, hash, minus });
                }
                Some(Number::Float(value)) => {
                    return Some(Atom::Float { value: if minus { -value } else { value }, hash });
                }
                _ => scan.at = start,
            }
        }
        self.evaluated = true;
        let expr = Exprs { scan, builder: b, locals }.expr()?;
        match expr {
            Expr::Num(value) => Some(Atom::Num { value, hash, minus }),
            expr => match b.value(expr) {
                // A `.set` symbol, or a distance between labels that is final.
                Some(value) => Some(Atom::Num { value, hash, minus: value < 0 }),
                None => {
                    self.exprs.push(expr);
                    Some(Atom::Expr { index: self.exprs.len() as u32 - 1, hash })
                }
            },
        }
    }
}

fn lookup(word: &[u8], aliases: &Aliases) -> Option<Register> {
    register(word).or_else(|| if aliases.is_empty() { None } else { aliases.get(word).copied() })
}
