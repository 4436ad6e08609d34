//! Branches and supervisor calls.

use super::{Family, Refused};
use crate::diag::Diagnostic;
use skink_isa::syntax::Atom;

impl Refused<'_> {
    pub(super) fn branch(&self) -> Option<Diagnostic> {
        let name = &self.name;
        let (first, span) = self.first(0)?;
        let text = self.text(span);
        match (self.family, first) {
            (Family::Branch, Atom::Reg(_)) => {
                let d = self.error(span, format!("{name} goes to a label, not to an address in a register"));
                Some(match name.starts_with("BL") && !["BLT", "BLE", "BLS", "BLO"].contains(&name.as_str()) {
                    true => d.help(format!("to call the routine whose address is in {text} use BLX {text}")),
                    false => {
                        d.help(format!("to go to the address in {text} use BX {text} or MOV PC, {text}"))
                    }
                })
            }
            (Family::Branch, Atom::Num { hash: true, .. }) => {
                let d = self.error(span, "the target of a branch takes no `#`");
                Some(d.help(format!("write {name} {}", text.trim_start_matches('#').trim())))
            }
            (Family::BranchRegister, Atom::Num { .. } | Atom::Name(_) | Atom::Expr { .. })
                if name.starts_with("BX") =>
            {
                let d = self.error(span, format!("{name} goes to an address in a register"));
                Some(d.help(format!("to go to a label use B {text}")))
            }
            (_, Atom::Punct(b'[')) => {
                let d = self.error(self.span(0), format!("{name} cannot load its target from memory"));
                Some(d.help(format!("use LDR PC, {}", self.operand(0))))
            }
            _ => self.too_many(),
        }
    }

    pub(super) fn svc(&self) -> Option<Diagnostic> {
        let (first, span) = self.first(0)?;
        match first {
            Atom::Num { value, .. } if !(0..1 << 24).contains(&value) => {
                let message =
                    format!("the number of a supervisor call has 24 bits: 0 to 16777215, not {value}");
                Some(self.error(span, message))
            }
            Atom::Num { .. } => self.too_many(),
            _ => {
                let d = self.error(span, format!("{} takes a number", self.name));
                Some(self.with_usage(d))
            }
        }
    }

    /// A target that a branch does not reach.
    pub(super) fn too_far(&self, atom: usize, distance: i64) -> Option<Diagnostic> {
        let name = &self.name;
        let span = *self.spans.get(atom)?;
        let text = self.text(span);
        let unit = if self.written.thumb { 2 } else { 4 };
        let target = match self.atoms.get(atom) {
            Some(Atom::Num { value, .. }) => *value as u32,
            _ => 0,
        };
        if distance % unit != 0 {
            let message =
                format!("{name} cannot go to {target:#x}: instructions stand at multiples of {unit}");
            let d = self.error(span, message);
            return Some(
                d.help("is this the label of data? If it is code behind data, put ALIGN between them"),
            );
        }
        let d = self.error(span, format!("{name} does not reach {distance} bytes far"));
        Some(match (self.written.thumb, name.as_str()) {
            (true, _) => d,
            (false, "BL") => {
                d.note("a branch reaches 32 MiB").help(format!("use LDR R12, ={text} and then BLX R12"))
            }
            (false, _) => d.note("a branch reaches 32 MiB").help(format!("use LDR PC, ={text}")),
        })
    }
}
