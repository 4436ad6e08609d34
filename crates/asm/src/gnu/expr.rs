//! Expressions of GNU as: how tightly its operators bind, and its relocation operators.

use super::scan::{Number, Scan};
use crate::build::Builder;
use crate::expr::{BinOp, Expr, Node, RelocOp, UnOp};
use crate::symbol::SymId;
use std::collections::HashMap;

/// Where the labels `1:` stand.
#[derive(Debug, Default)]
pub(crate) struct Locals {
    /// Of each number, the last one defined and the one that comes next.
    labels: HashMap<u32, (Option<SymId>, Option<SymId>)>,
}

impl Locals {
    /// The label that a reference means.
    pub(crate) fn find(&mut self, number: u32, forward: bool, b: &mut Builder) -> Option<SymId> {
        let entry = self.labels.entry(number).or_default();
        if forward {
            return Some(*entry.1.get_or_insert_with(|| b.program.symbols.make(b"")));
        }
        entry.0
    }

    /// The symbol to define at a label.
    pub(crate) fn define(&mut self, number: u32, b: &mut Builder) -> SymId {
        let entry = self.labels.entry(number).or_default();
        let sym = entry.1.take().unwrap_or_else(|| b.program.symbols.make(b""));
        entry.0 = Some(sym);
        sym
    }

    /// Labels that were referred to forward and never came.
    pub(crate) fn missing(&self) -> impl Iterator<Item = (u32, SymId)> + '_ {
        self.labels.iter().filter_map(|(&number, &(_, next))| Some((number, next?)))
    }
}

/// Reads expressions.
pub(crate) struct Exprs<'a, 'l, 's> {
    pub(crate) scan: &'a mut Scan<'s>,
    pub(crate) builder: &'l mut Builder,
    pub(crate) locals: &'l mut Locals,
}

/// The operator next, how tightly it binds, how long it is.
fn operator(scan: &Scan<'_>) -> Option<(BinOp, u8, usize)> {
    Some(match (scan.peek(), scan.peek_at(1)) {
        (b'*', _) => (BinOp::Mul, 8, 1),
        (b'/', b'*' | b'/') => return None,
        (b'/', _) => (BinOp::Div, 8, 1),
        (b'%', _) => (BinOp::Mod, 8, 1),
        (b'<', b'<') => (BinOp::Shl, 8, 2),
        (b'>', b'>') => (BinOp::Shr, 8, 2),
        (b'|', b'|') => (BinOp::LogOr, 2, 2),
        (b'&', b'&') => (BinOp::LogAnd, 3, 2),
        (b'!', b'=') | (b'<', b'>') => (BinOp::Ne, 4, 2),
        (b'=', b'=') => (BinOp::Eq, 4, 2),
        (b'<', b'=') => (BinOp::Le, 4, 2),
        (b'>', b'=') => (BinOp::Ge, 4, 2),
        (b'<', _) => (BinOp::Lt, 4, 1),
        (b'>', _) => (BinOp::Gt, 4, 1),
        (b'|', _) => (BinOp::Or, 7, 1),
        (b'^', _) => (BinOp::Xor, 7, 1),
        (b'&', _) => (BinOp::And, 7, 1),
        (b'+', _) => (BinOp::Add, 5, 1),
        (b'-', _) => (BinOp::Sub, 5, 1),
        _ => return None,
    })
}

/// The relocation operator of a name.
fn reloc_op(name: &[u8]) -> Option<RelocOp> {
    Some(match name.to_ascii_lowercase().as_slice() {
        b"got" => RelocOp::Got,
        b"gotoff" => RelocOp::GotOff,
        b"got_prel" => RelocOp::GotPrel,
        b"plt" => RelocOp::Plt,
        b"prel31" => RelocOp::Prel31,
        b"target1" => RelocOp::Target1,
        b"target2" => RelocOp::Target2,
        b"sbrel" => RelocOp::SbRel,
        b"tlsgd" => RelocOp::TlsGd,
        b"tlsldm" => RelocOp::TlsLdm,
        b"tlsldo" => RelocOp::TlsLdo,
        b"gottpoff" => RelocOp::GotTpOff,
        b"tpoff" => RelocOp::TpOff,
        b"tlsdesc" => RelocOp::TlsDesc,
        b"tlscall" => RelocOp::TlsCall,
        b"tlsdescseq" => RelocOp::TlsDescSeq,
        b"none" => RelocOp::None,
        _ => return None,
    })
}

impl<'s> Exprs<'_, '_, 's> {
    /// An expression; `None` if there is none, or it is malformed.
    pub(crate) fn expr(&mut self) -> Option<Expr> {
        self.binary(0, 0)
    }

    fn binary(&mut self, least: u8, depth: u32) -> Option<Expr> {
        // Parentheses and unary operators nest by the reader's leave only.
        if depth > 200 {
            return None;
        }
        let mut left = self.unary(depth)?;
        loop {
            self.scan.blanks();
            let Some((op, rank, len)) = operator(self.scan).filter(|(_, rank, _)| *rank > least) else {
                return Some(left);
            };
            self.scan.at += len;
            let right = self.binary(rank, depth + 1)?;
            left = self.builder.program.exprs.binary(op, left, right);
        }
    }

    fn unary(&mut self, depth: u32) -> Option<Expr> {
        if depth > 200 {
            return None;
        }
        self.scan.blanks();
        let op = match self.scan.peek() {
            b'-' => UnOp::Neg,
            b'~' => UnOp::Not,
            b'!' => UnOp::LogNot,
            b'+' => {
                self.scan.at += 1;
                return self.unary(depth + 1);
            }
            _ => return self.primary(depth),
        };
        self.scan.at += 1;
        let operand = self.unary(depth + 1)?;
        Some(self.builder.program.exprs.unary(op, operand))
    }

    fn primary(&mut self, depth: u32) -> Option<Expr> {
        match self.scan.peek() {
            b'(' => {
                self.scan.at += 1;
                let inner = self.binary(0, depth + 1)?;
                self.scan.eat(b')').then_some(inner)
            }
            b'0'..=b'9' => match self.scan.number()? {
                Number::Int(n) => Some(Expr::Num(n)),
                Number::Local(n, forward) => Some(Expr::Sym(self.locals.find(n, forward, self.builder)?, 0)),
                Number::Float(_) => None,
            },
            b'\'' => {
                self.scan.at += 1;
                let mut c = self.scan.peek();
                self.scan.at += 1;
                if c == b'\\' {
                    c = match self.scan.peek() {
                        b'n' => b'\n',
                        b't' => b'\t',
                        b'r' => b'\r',
                        b'0' => 0,
                        other => other,
                    };
                    self.scan.at += 1;
                }
                if self.scan.peek() == b'\'' {
                    self.scan.at += 1;
                }
                Some(Expr::Num(c.into()))
            }
            b':' => {
                let op = [
                    (&b":lower16:"[..], RelocOp::Lower16),
                    (b":upper16:", RelocOp::Upper16),
                    (b":lower0_7:", RelocOp::Lower0_7),
                    (b":lower8_15:", RelocOp::Lower8_15),
                    (b":upper0_7:", RelocOp::Upper0_7),
                    (b":upper8_15:", RelocOp::Upper8_15),
                ]
                .into_iter()
                .find(|(name, _)| {
                    let rest = &self.scan.text[self.scan.at..];
                    rest.len() >= name.len() && rest[..name.len()].eq_ignore_ascii_case(name)
                });
                let (name, op) = op?;
                self.scan.at += name.len();
                let inner = self.binary(0, depth + 1)?;
                Some(self.builder.program.exprs.add(Node::Reloc(op, inner)))
            }
            b'"' => {
                let name = self.scan.string()?;
                Some(Expr::Sym(self.builder.symbol(&name), 0))
            }
            _ => {
                let word = self.scan.word();
                match word {
                    b"" => None,
                    b"." => Some(self.builder.here()),
                    word => {
                        let sym = Expr::Sym(self.builder.symbol(word), 0);
                        Some(self.suffix(sym))
                    }
                }
            }
        }
    }

    /// `(GOT)` and its like behind a symbol.
    fn suffix(&mut self, sym: Expr) -> Expr {
        if self.scan.peek() != b'(' {
            return sym;
        }
        let mut ahead = *self.scan;
        ahead.at += 1;
        match reloc_op(ahead.word()) {
            Some(op) if ahead.peek() == b')' => {
                self.scan.at = ahead.at + 1;
                self.builder.program.exprs.add(Node::Reloc(op, sym))
            }
            _ => sym,
        }
    }
}
