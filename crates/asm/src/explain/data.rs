//! The data-processing instructions: registers, constants and shifts.

use super::mnemonic;
use super::{Family, Refused};
use crate::diag::Diagnostic;
use crate::encode::Error;
use crate::source::Span;
use skink_isa::syntax::Atom;

impl Refused<'_> {
    pub(super) fn data_processing(&self) -> Option<Diagnostic> {
        let name = &self.name;
        for group in 0..self.groups.len() {
            let (first, span) = self.first(group)?;
            if let Atom::Punct(b'[') = first {
                let d = self
                    .error(self.span(group), format!("{name} works on registers; it cannot reach memory"));
                return Some(
                    d.help(format!("load it into a register first: LDR R0, {}", self.operand(group))),
                );
            }
            if let Atom::Punct(b'{') = first {
                let d = self.error(self.span(group), format!("{name} takes no list of registers"));
                return Some(self.with_usage(d));
            }
            if let Some(d) = self.no_register(first, span) {
                return Some(d);
            }
            if group == 0 && !matches!(first, Atom::Reg(_)) {
                return Some(self.first_is_no_register(span));
            }
            if let Some(at) = self.exclamation(group) {
                return Some(at);
            }
            let address = match first {
                Atom::Num { hash, .. } => return self.constant(group, span, hash),
                Atom::Name(name) => !mnemonic::is_shift(name),
                Atom::Expr { hash, .. } => !hash,
                _ => false,
            };
            if address {
                return Some(self.address(span));
            }
        }
        self.shift_operand().or_else(|| self.too_many())
    }

    /// `r16`, which looks like a register.
    pub(super) fn no_register(&self, atom: Atom<'_>, span: Span) -> Option<Diagnostic> {
        match atom {
            Atom::Name(name) => super::no_such_register(name, span),
            _ => None,
        }
    }

    /// An address where a number or a register is.
    fn address(&self, span: Span) -> Diagnostic {
        let (name, text) = (&self.name, self.text(span));
        let message = format!("`{text}` is an address, and {name} takes a number or a register here");
        let rd = if self.family == Family::Move { self.operand(0) } else { "R12".into() };
        self.error(span, message).help(format!(
            "ADR {rd}, {text} takes the address; LDR {rd}, {text} takes the word that is there"
        ))
    }

    fn first_is_no_register(&self, span: Span) -> Diagnostic {
        let name = &self.name;
        let d = self.error(self.span(0), format!("the first operand of {name} must be a register"));
        match (self.family, self.first(1)) {
            (Family::Move, Some((Atom::Reg(_), _))) if self.is_name(span) => {
                d.help(format!("to write to memory use STR {}, {}", self.operand(1), self.operand(0)))
            }
            (Family::Compare, Some((Atom::Reg(_), _))) => d.help(format!(
                "write {name} {}, {}, and mind that less and greater change places",
                self.operand(1),
                self.operand(0)
            )),
            _ => self.with_usage(d),
        }
    }

    fn exclamation(&self, group: usize) -> Option<Diagnostic> {
        let (start, end) = self.groups[group];
        let at = (start..end).find(|&i| self.atoms[i] == Atom::Punct(b'!'))?;
        let d = self.error(self.spans[at], format!("{} takes no `!`", self.name));
        Some(d.help("`!` stands behind an address, [R1, #4]!, and behind the base of LDM and STM"))
    }

    /// A number where an operand is: without `#`, or where none can be.
    fn constant(&self, group: usize, span: Span, hash: bool) -> Option<Diagnostic> {
        let name = &self.name;
        let text = self.text(span);
        let value = text.trim_start_matches('#').trim();
        if self.family == Family::Multiply {
            let d = self.error(span, format!("{name} takes registers only"));
            return Some(d.help(format!("put the number into a register first: MOV R3, #{value}")));
        }
        let last = group + 1 == self.groups.len();
        if !hash && self.is_name(span) && (self.written.is_label)(&text) {
            return Some(self.address(span));
        }
        if !hash && !self.written.bare {
            let d = self.error(span, "a number needs `#` before it here").help(format!("write #{value}"));
            return Some(d);
        }
        let needs_register = match self.family {
            Family::Arithmetic => group == 1 && !last,
            Family::Shift => group == 1 && !last,
            _ => false,
        };
        if !needs_register {
            return None;
        }
        let d = self.error(span, format!("this operand of {name} must be a register"));
        Some(match self.family {
            Family::Arithmetic if name.starts_with("SUB") => {
                let (rd, rm) = (self.operand(0), self.operand(2));
                d.help(format!("to subtract a register from a number use RSB {rd}, {rm}, #{value}"))
            }
            Family::Arithmetic => {
                let (rd, rm) = (self.operand(0), self.operand(2));
                d.help(format!("the number comes last: {name} {rd}, {rm}, #{value}"))
            }
            _ => self.with_usage(d),
        })
    }

    /// `Rm, LSL #n`: what is wrong behind the register.
    pub(super) fn shift_operand(&self) -> Option<Diagnostic> {
        let (at, name) = self.atoms.iter().enumerate().find_map(|(i, atom)| match atom {
            Atom::Name(name) => Some((i, *name)),
            _ => None,
        })?;
        let upper = name.to_ascii_uppercase();
        if !mnemonic::is_shift(name) {
            let d = self.error(self.spans[at], format!("`{}` cannot stand here", self.text(self.spans[at])));
            return Some(self.with_usage(d));
        }
        match self.atoms.get(at + 1) {
            None if upper != "RRX" => {
                let d = self.error(self.spans[at], format!("{upper} needs to know how far"));
                Some(d.help(format!("write {upper} #2, or {upper} R3 for as far as R3 says")))
            }
            Some(Atom::Num { hash: false, .. }) if !self.written.bare => {
                let text = self.text(self.spans[at + 1]);
                let d = self.error(self.spans[at + 1], "a number needs `#` before it here");
                Some(d.help(format!("write {upper} #{text}")))
            }
            Some(Atom::Num { value, .. }) => self.shift_amount(&upper, *value, self.spans[at + 1]),
            _ => None,
        }
    }

    /// A shift by a number of places that no shift has.
    pub(super) fn shift_amount(&self, shift: &str, value: i64, span: Span) -> Option<Diagnostic> {
        let right = shift.starts_with("LSR") || shift.starts_with("ASR");
        let (least, most) = if right { (1, 32) } else { (0, 31) };
        if (least..=most).contains(&value) {
            return None;
        }
        Some(self.error(span, format!("{shift} shifts by {least} to {most} places, not by {value}")))
    }

    /// A constant that has too many bits.
    pub(super) fn immediate(&self, value: i64, span: Span, error: &Error) -> Option<Diagnostic> {
        let name = &self.name;
        if (0..256).contains(&value) {
            // So much there is room for; something else is wrong.
            return None;
        }
        // Where the destination is left out, no row had room for the constant as a second operand.
        let two = self.family == Family::Arithmetic && self.groups.len() == 2;
        if !self.family.takes_constant() || !two && !matches!(error, Error::Encoding(_)) {
            return None;
        }
        let text = self.text(span);
        let shown = text.trim_start_matches('#').trim();
        let plain = shown.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let number = if plain { shown.to_owned() } else { format!("{:#x}", value as u32) };
        let d = self.error(span, format!("immediate {number} cannot be encoded in {name}")).note(match self
            .written
            .thumb
        {
            false => {
                "an instruction has room for eight bits of it, rotated right by an even number of places"
            }
            true => {
                "an instruction has room for eight bits of it, shifted to any place, or repeated in each byte"
            }
        });
        let rd = self.operand(0);
        Some(match self.family {
            Family::Move if name.starts_with("MOV") => d.help(format!("use LDR {rd}, ={number}")),
            Family::Move => d.help(format!("use LDR {rd}, =~{number}")),
            _ => {
                let rest = self.text(self.span(0).to(self.span(self.groups.len().saturating_sub(2))));
                d.help(format!(
                    "put it into a register first: LDR R12, ={number} and then {name} {rest}, R12"
                ))
            }
        })
    }
}
