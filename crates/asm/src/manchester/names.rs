//! What names and local labels are worth where an expression refers to them, and what to say where they are not
//! known.

use super::expr::{self, Scope};
use super::state::{Assembler, Mode};
use super::symbols::{Kind, Symbol};
use super::tree::{Direction, Expr};
use super::words;
use crate::diag::Diagnostic;
use crate::near;
use crate::source::Span;

/// The names of a program, for an expression.
pub(super) struct Names<'s, 'a> {
    pub(super) asm: &'s mut Assembler<'a>,
    pub(super) here: u32,
    /// What needs the value now, in the first pass.
    pub(super) now: Option<&'static str>,
}

impl Names<'_, '_> {
    /// Says that there is no value.
    fn undefined(&mut self, d: Diagnostic) -> Option<i64> {
        match self.now {
            Some(_) => self.asm.complain_now(d),
            None => self.asm.complain(d),
        }
        None
    }
}

impl Scope for Names<'_, '_> {
    fn name(&mut self, name: &str, span: Span) -> Option<i64> {
        let emitting = self.asm.mode == Mode::Emit;
        if let Some(symbol) = self.asm.symbols.get_mut(name) {
            symbol.used = true;
            if matches!(symbol.kind, Kind::Alias(_)) {
                let d = Diagnostic::error(span, format!("`{name}` is a register, not a number"))
                    .other(symbol.span, "defined here");
                return self.undefined(d);
            }
            let d = Diagnostic::error(span, format!("`{name}` has no value"));
            match symbol.value {
                Some(value) => return Some(value),
                None if emitting => {
                    let label = "it is defined here, by itself or by something that has no value";
                    self.asm.valueless.push((name.to_owned(), d.other(symbol.span, label)));
                }
                None if self.now.is_some() => return self.undefined(d),
                None => {}
            }
            return None;
        }
        if words::register(name).is_some() {
            let d =
                Diagnostic::error(span, format!("`{name}` is a register and cannot stand in an expression"));
            return self.undefined(d);
        }
        if let Some(what) = self.now {
            self.asm.early.push((name.to_owned(), span, what));
        } else if emitting && !self.asm.has_said_enough() {
            let d = unknown_name(self.asm, name, span);
            self.asm.complain(d);
        }
        None
    }

    fn local(&mut self, direction: Direction, number: u32, span: Span) -> Option<i64> {
        match self.asm.symbols.local(direction, number, self.asm.current) {
            Some(address) => address.map(i64::from),
            None if self.asm.mode != Mode::Emit && self.now.is_none() => None,
            None => {
                let exists = self.asm.symbols.has_local(number);
                let (message, help) = match (direction, exists) {
                    (Direction::Back, true) => (
                        format!("there is no local label {number} before this line"),
                        format!("it comes later: %f{number}"),
                    ),
                    (Direction::Forward, true) => (
                        format!("there is no local label {number} after this line"),
                        format!("it comes earlier: %b{number}"),
                    ),
                    _ => (
                        format!("there is no local label {number}"),
                        format!("a local label is a number at the start of a line: {number} SUBS R0, R0, #1"),
                    ),
                };
                self.undefined(Diagnostic::error(span, message).help(help))
            }
        }
    }

    fn here(&self) -> u32 {
        self.here
    }

    fn complain(&mut self, d: Diagnostic) {
        match self.now {
            Some(_) => self.asm.complain_now(d),
            None => self.asm.complain(d),
        }
    }
}

/// A name that nothing defines. What was perhaps meant counts as used.
pub(super) fn unknown_name(asm: &mut Assembler<'_>, name: &str, span: Span) -> Diagnostic {
    let d = Diagnostic::error(span, format!("`{name}` is not defined"));
    if words::is_mnemonic(&name.to_ascii_lowercase()) {
        return d.note("it is an instruction, and cannot be the name of anything else");
    }
    // In the order of the text, so that the choice does not depend on a hash.
    let mut known: Vec<(&str, &Symbol)> = asm.symbols.iter().collect();
    known.sort_by_key(|(_, symbol)| (symbol.span.file, symbol.span.start));
    let same = known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(known, _)| *known);
    let other_case = same.is_some();
    let Some(meant) = same.or_else(|| near::nearest(name, known.iter().map(|(name, _)| *name))) else {
        return d.help(format!(
            "a label is defined where it stands in front of an instruction or data, a value by `{name} EQU ...`"
        ));
    };
    let meant = meant.to_owned();
    let Some(symbol) = asm.symbols.get_mut(&meant) else { return d };
    symbol.used = true;
    match other_case {
        true => d
            .other(symbol.span, format!("`{meant}` is"))
            .help("capital and small letters are different in labels"),
        false => d.help(format!("did you mean `{meant}`?")),
    }
}

impl Assembler<'_> {
    /// The value of an expression as far as it is known in this pass.
    pub(super) fn value(&mut self, expr: &Expr) -> Option<i64> {
        let here = self.addr as u32;
        expr::value(expr, &mut Names { asm: self, here, now: None })
    }

    /// The value of an expression that must be known in the first pass.
    pub(super) fn value_now(&mut self, expr: &Expr, what: &'static str) -> Option<i64> {
        let here = self.addr as u32;
        expr::value(expr, &mut Names { asm: self, here, now: Some(what) })
    }

    /// How the value of an expression changes when the program is put elsewhere.
    pub(super) fn moves(&self, expr: &Expr) -> Option<i32> {
        expr::moves(expr, &|name| self.symbols.get(name).map_or(Some(0), |symbol| symbol.moves))
    }
}
