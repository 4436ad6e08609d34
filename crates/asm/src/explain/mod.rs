//! Why an instruction's operands are refused, in words that help to mend it; and what is taken and surprises. Both
//! dialects ask here with an instruction as it was written.
//!
//! The instruction table says that no row takes the operands, and up to which one it could follow. What was meant
//! is guessed from the shape of what was written, and from what the mnemonic's `family` takes: `data` has
//! the data-processing instructions, `memory` loads and stores, `control` branches and calls.

mod control;
mod data;
mod family;
mod memory;
pub(crate) mod mnemonic;
mod probe;
mod pseudo;
mod surprise;

pub(crate) use pseudo::{address_operands, address_too_far, literal_needs_ldr, no_such_register};
pub(crate) use surprise::{strange_registers, surprises};

use crate::diag::Diagnostic;
use crate::encode::{Error, Mismatch};
use crate::near;
use crate::source::Span;
use family::{Family, family};
use skink_isa::syntax::Atom;

/// An instruction as it was written.
#[derive(Clone, Copy)]
pub(crate) struct Written<'r> {
    /// The text of the file that it is in.
    pub(crate) text: &'r [u8],
    /// All of it.
    pub(crate) span: Span,
    /// The mnemonic's place.
    pub(crate) name_span: Span,
    /// The mnemonic.
    pub(crate) mnemonic: &'r str,
    /// Its operands, and where each stands.
    pub(crate) atoms: &'r [Atom<'r>],
    /// See above.
    pub(crate) spans: &'r [Span],
    /// Whether it is Thumb code.
    pub(crate) thumb: bool,
    /// Whether it stands in an IT block.
    pub(crate) in_it: bool,
    /// Whether `#` before a number may be left out.
    pub(crate) bare: bool,
    /// Whether a name is an address.
    pub(crate) is_label: &'r dyn Fn(&str) -> bool,
}

/// An instruction that was refused, or is to be.
struct Refused<'r> {
    written: Written<'r>,
    family: Family,
    /// The mnemonic in capitals.
    name: String,
    atoms: &'r [Atom<'r>],
    spans: &'r [Span],
    /// The operands that commas part, outside brackets and braces.
    groups: Vec<(usize, usize)>,
}

/// Says why an instruction was refused. `far` is the atom that is a branch's target, and the distance to it.
pub(crate) fn refusal(written: Written<'_>, error: &Error, far: Option<(usize, i64)>) -> Diagnostic {
    let refused = Refused::new(written);
    let d = match far {
        Some((atom, distance)) => refused.too_far(atom, distance),
        None => refused
            .shape()
            .or_else(|| refused.meaning())
            .or_else(|| refused.numbers(error))
            .or_else(|| refused.culprit()),
    };
    d.unwrap_or_else(|| refused.fallback(error))
}

/// A number without `#`. The table's index takes it, as GNU as does; in the Manchester dialect it is an error, since
/// it looks like a label's address. `target` is the atom that is one.
pub(crate) fn bare_number(written: Written<'_>, target: Option<usize>) -> Option<Diagnostic> {
    let refused = Refused::new(written);
    let memory = matches!(refused.family, Family::Load | Family::Store);
    if !memory && !refused.family.takes_constant() {
        return None;
    }
    let bare = |i: &usize| matches!(written.atoms[*i], Atom::Num { hash: false, .. }) && Some(*i) != target;
    (0..written.atoms.len()).any(|i| bare(&i)).then(|| refused.meaning())?
}

/// Names of what is no core register: status registers, and the options of barriers.
const SPECIAL: [&str; 14] = [
    "apsr",
    "cpsr",
    "spsr",
    "cpsr_f",
    "cpsr_c",
    "apsr_nzcvq",
    "fpscr",
    "fpexc",
    "fpsid",
    "sy",
    "ish",
    "ishst",
    "nsh",
    "osh",
];

fn groups(atoms: &[Atom<'_>]) -> Vec<(usize, usize)> {
    let (mut groups, mut start, mut depth) = (Vec::new(), 0, 0i32);
    for (i, atom) in atoms.iter().enumerate() {
        match atom {
            Atom::Punct(b'[' | b'{') => depth += 1,
            Atom::Punct(b']' | b'}') => depth -= 1,
            Atom::Punct(b',') if depth <= 0 => {
                groups.push((start, i));
                start = i + 1;
            }
            _ => {}
        }
    }
    if !atoms.is_empty() {
        groups.push((start, atoms.len()));
    }
    groups
}

impl<'r> Refused<'r> {
    fn new(written: Written<'r>) -> Refused<'r> {
        Refused {
            written,
            family: family(&written.mnemonic.to_ascii_lowercase()),
            name: written.mnemonic.to_ascii_uppercase(),
            atoms: written.atoms,
            spans: written.spans,
            groups: groups(written.atoms),
        }
    }

    fn slice(&self, span: Span) -> &[u8] {
        self.written.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn error(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(span, message)
    }

    fn with_usage(&self, d: Diagnostic) -> Diagnostic {
        match self.family.usage(&self.name) {
            Some(usage) => d.help(format!("it is written {usage}")),
            None => d,
        }
    }

    fn text(&self, span: Span) -> String {
        String::from_utf8_lossy(self.slice(span)).into_owned()
    }

    /// The first atom of an operand.
    fn first(&self, group: usize) -> Option<(Atom<'_>, Span)> {
        let &(start, end) = self.groups.get(group)?;
        (start < end).then(|| (self.atoms[start], self.spans[start]))
    }

    /// All of an operand.
    fn span(&self, group: usize) -> Span {
        match self.groups.get(group) {
            Some(&(start, end)) if start < end => self.spans[start].to(self.spans[end - 1]),
            _ => self.written.name_span,
        }
    }

    /// The text of an operand.
    fn operand(&self, group: usize) -> String {
        self.text(self.span(group))
    }

    /// A label or other name, as an operand without `#`.
    fn is_name(&self, span: Span) -> bool {
        self.slice(span).first().is_some_and(|&b| b.is_ascii_alphabetic() || b == b'_')
    }

    /// What is wrong with the commas, and with how many operands there are.
    fn shape(&self) -> Option<Diagnostic> {
        let name = &self.name;
        if self.atoms.is_empty() {
            let message = match self.family.least() {
                0 => return None,
                1 => format!("{name} needs an operand"),
                _ => format!("{name} needs operands"),
            };
            return Some(self.with_usage(self.error(self.written.name_span, message)));
        }
        for (group, &(start, end)) in self.groups.iter().enumerate() {
            if start == end {
                // Before the first comma, or behind one.
                let (comma, side) = if group == 0 { (0, "before") } else { (start - 1, "behind") };
                let d = self.error(self.spans[comma], format!("expected an operand {side} this comma"));
                return Some(self.with_usage(d));
            }
        }
        let list_first = self.family == Family::Multiple && self.atoms[0] == Atom::Punct(b'{');
        if self.groups.len() < self.family.least() && !list_first {
            let last = self.span(self.groups.len() - 1);
            let d = self.error(last, format!("{name} needs another operand behind this"));
            return Some(self.with_usage(d));
        }
        None
    }

    /// Operands of a kind that the family does not take.
    fn meaning(&self) -> Option<Diagnostic> {
        match self.family {
            Family::Move | Family::Arithmetic | Family::Compare | Family::Shift | Family::Multiply => {
                self.data_processing()
            }
            Family::Load | Family::Store => self.load_store(),
            Family::Multiple | Family::Stack => self.multiple(),
            Family::Branch | Family::BranchRegister => self.branch(),
            Family::Svc => self.svc(),
            Family::Other => None,
        }
    }

    fn too_many(&self) -> Option<Diagnostic> {
        let shifts =
            self.atoms.iter().any(|atom| matches!(atom, Atom::Name(name) if mnemonic::is_shift(name)));
        let most = self.family.operands(&self.name).saturating_add(shifts as usize);
        if self.groups.len() <= most {
            return None;
        }
        let d = self.error(self.span(most), format!("{} has no place for this operand", self.name));
        Some(self.with_usage(d))
    }

    /// Numbers that are too large.
    fn numbers(&self, error: &Error) -> Option<Diagnostic> {
        let (value, span) = self.atoms.iter().zip(self.spans).rev().find_map(|(atom, span)| match atom {
            Atom::Num { value, hash, .. } if *hash || self.written.bare => Some((*value, *span)),
            _ => None,
        })?;
        match self.family {
            Family::Load | Family::Store => self.offset(value, span),
            Family::Shift => self.shift_amount(&self.name, value, span),
            _ => self.immediate(value, span, error),
        }
    }

    fn fallback(&self, error: &Error) -> Diagnostic {
        let name = &self.name;
        let d = match error {
            Error::Operands(Mismatch { atom }) => match self.spans.get(*atom) {
                Some(&span) => {
                    let d = self.error(span, format!("{name} does not take this operand here"));
                    match self.atoms[*atom] {
                        Atom::Name(word) => match near::nearest(word, SPECIAL.iter().copied()) {
                            Some(meant) => d.help(format!("did you mean `{meant}`?")),
                            None => d,
                        },
                        _ => d,
                    }
                }
                None => self.error(self.written.span, format!("{name} needs more operands than these")),
            },
            Error::Encoding(_) => {
                self.error(self.written.span, format!("{name} cannot be encoded with these operands"))
            }
        };
        self.with_usage(d)
    }
}
