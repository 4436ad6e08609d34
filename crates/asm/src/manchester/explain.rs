//! Why an instruction's operands are refused, in words that help to mend it; and what is taken and surprises.
//!
//! The instruction table says that no row takes the operands, and up to which one it could follow. What was meant
//! is guessed from the shape of what was written, and from what the mnemonic's family takes.

use super::assemble::Assembler;
use super::insn::Atoms;
use super::symbols::Kind;
use super::tree::{Item, Operand};
use super::words;
use crate::diag::Diagnostic;
use crate::encode::{Error, Mismatch};
use crate::source::Span;
use skink_isa::operand::Reg;
use skink_isa::syntax::Atom;
use skink_isa::{Cond, Op};

/// Instructions that take the same operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Move,
    Arithmetic,
    Compare,
    Shift,
    Multiply,
    Load,
    Store,
    Multiple,
    Stack,
    Branch,
    BranchRegister,
    Svc,
    Other,
}

/// The families by how their mnemonics begin, a longer beginning before a shorter one of another family.
const FAMILIES: &[(&str, Family)] = &[
    ("movw", Family::Other),
    ("movt", Family::Other),
    ("mov", Family::Move),
    ("mvn", Family::Move),
    ("add", Family::Arithmetic),
    ("adc", Family::Arithmetic),
    ("sub", Family::Arithmetic),
    ("sbc", Family::Arithmetic),
    ("rsb", Family::Arithmetic),
    ("rsc", Family::Arithmetic),
    ("and", Family::Arithmetic),
    ("orr", Family::Arithmetic),
    ("eor", Family::Arithmetic),
    ("bic", Family::Arithmetic),
    ("cmp", Family::Compare),
    ("cmn", Family::Compare),
    ("tst", Family::Compare),
    ("teq", Family::Compare),
    ("lsl", Family::Shift),
    ("lsr", Family::Shift),
    ("asr", Family::Shift),
    ("ror", Family::Shift),
    ("mul", Family::Multiply),
    ("mla", Family::Multiply),
    ("umull", Family::Multiply),
    ("smull", Family::Multiply),
    ("umlal", Family::Multiply),
    ("smlal", Family::Multiply),
    ("sdiv", Family::Multiply),
    ("udiv", Family::Multiply),
    ("ldrex", Family::Other),
    ("strex", Family::Other),
    ("ldr", Family::Load),
    ("str", Family::Store),
    ("ldm", Family::Multiple),
    ("stm", Family::Multiple),
    ("push", Family::Stack),
    ("pop", Family::Stack),
    ("svc", Family::Svc),
    ("swi", Family::Svc),
    ("bkpt", Family::Other),
    ("bfc", Family::Other),
    ("bfi", Family::Other),
    ("bxj", Family::BranchRegister),
    ("blx", Family::BranchRegister),
    ("bx", Family::BranchRegister),
    ("b", Family::Branch),
];

fn family(mnemonic: &str) -> Family {
    FAMILIES.iter().find(|(stem, _)| mnemonic.starts_with(stem)).map_or(Family::Other, |(_, family)| *family)
}

impl Family {
    /// How such an instruction is written.
    fn usage(self, name: &str) -> Option<String> {
        let operand = "operand: #number, a register, or a register and a shift as in R2, LSL #3";
        Some(match self {
            Family::Move => format!("{name} Rd, {operand}"),
            Family::Arithmetic => format!("{name} Rd, Rn, {operand}"),
            Family::Compare => format!("{name} Rn, {operand}"),
            Family::Shift => format!("{name} Rd, Rm, #number or {name} Rd, Rm, Rs"),
            Family::Multiply if name.starts_with("MLA") => format!("{name} Rd, Rm, Rs, Rn"),
            Family::Multiply if name.starts_with("MUL") || name.contains("DIV") => {
                format!("{name} Rd, Rn, Rm")
            }
            Family::Multiply => format!("{name} RdLow, RdHigh, Rn, Rm"),
            Family::Load | Family::Store => {
                format!(
                    "{name} Rd, address: a label, [Rn], [Rn, #offset], [Rn, Rm], [Rn, #offset]! or [Rn], #offset"
                )
            }
            Family::Multiple => {
                format!("{name} Rn, {{registers}} or {name} Rn!, {{registers}}: {name} SP!, {{R0-R3, LR}}")
            }
            Family::Stack => format!("{name} {{registers}}: {name} {{R0-R3, LR}}"),
            Family::Branch => format!("{name} label"),
            Family::BranchRegister => format!("{name} Rm"),
            Family::Svc => format!("{name} number: {name} 2"),
            Family::Other => return None,
        })
    }

    /// How many operands parted by commas it has at least.
    fn least(self) -> usize {
        match self {
            Family::Arithmetic
            | Family::Move
            | Family::Compare
            | Family::Load
            | Family::Store
            | Family::Multiple => 2,
            Family::Shift | Family::Multiply => 2,
            Family::Stack | Family::Branch | Family::BranchRegister | Family::Svc => 1,
            Family::Other => 0,
        }
    }

    fn takes_constant(self) -> bool {
        matches!(self, Family::Move | Family::Arithmetic | Family::Compare | Family::Shift)
    }
}

/// An instruction that was refused.
struct Refused<'r, 'a> {
    asm: &'r Assembler<'a>,
    item: &'r Item,
    family: Family,
    /// The mnemonic in capitals.
    name: String,
    atoms: &'r [Atom<'r>],
    spans: &'r [Span],
    /// The operands that commas part, outside brackets and braces.
    groups: Vec<(usize, usize)>,
}

/// Says why an instruction was refused. `far` is the atom that is a branch's target, and the distance to it.
pub(super) fn refusal(
    asm: &Assembler<'_>,
    item: &Item,
    mnemonic: &str,
    atoms: &Atoms<'_>,
    error: &Error,
    far: Option<(usize, i64)>,
) -> Diagnostic {
    let refused = Refused {
        asm,
        item,
        family: family(mnemonic),
        name: mnemonic.to_ascii_uppercase(),
        atoms: &atoms.atoms,
        spans: &atoms.spans,
        groups: groups(&atoms.atoms),
    };
    let d = match far {
        Some((atom, distance)) => refused.too_far(atom, distance),
        None => refused.shape().or_else(|| refused.meaning()).or_else(|| refused.numbers(error)),
    };
    d.unwrap_or_else(|| refused.fallback(error))
}

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

impl Refused<'_, '_> {
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
        String::from_utf8_lossy(self.asm.sources.slice(span)).into_owned()
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
            _ => self.item.name_span,
        }
    }

    /// A label or other name, as an operand without `#`.
    fn is_name(&self, span: Span) -> bool {
        self.asm.sources.slice(span).first().is_some_and(|&b| b.is_ascii_alphabetic() || b == b'_')
    }

    /// What is wrong with the commas, and with how many operands there are.
    fn shape(&self) -> Option<Diagnostic> {
        let name = &self.name;
        if self.atoms.is_empty() {
            let d = match self.family.least() {
                0 => return None,
                1 => self.error(self.item.name_span, format!("{name} needs an operand")),
                _ => self.error(self.item.name_span, format!("{name} needs operands")),
            };
            return Some(self.with_usage(d));
        }
        for (group, &(start, end)) in self.groups.iter().enumerate() {
            if start == end {
                // Before the comma, between two, or behind the last.
                let comma = if group == 0 { 0 } else { start - 1 };
                let side = if group == 0 { "before" } else { "behind" };
                let d = self.error(self.spans[comma], format!("expected an operand {side} this comma"));
                return Some(self.with_usage(d));
            }
        }
        for i in 1..self.atoms.len() {
            let value = |atom: &Atom<'_>| matches!(atom, Atom::Reg(_) | Atom::Num { .. } | Atom::Ext(_));
            let opens = |atom: &Atom<'_>| value(atom) || matches!(atom, Atom::Punct(b'[' | b'{'));
            let shift = matches!(self.atoms[i], Atom::Name(_)) && value(&self.atoms[i - 1]);
            if value(&self.atoms[i - 1]) && opens(&self.atoms[i]) || shift {
                return Some(self.missing_comma(i));
            }
        }
        if self.groups.len() < self.family.least() {
            let last = self.span(self.groups.len() - 1);
            let d = self.error(last, format!("{name} needs another operand behind this"));
            return Some(self.with_usage(d));
        }
        None
    }

    fn missing_comma(&self, at: usize) -> Diagnostic {
        let (before, behind) = (self.text(self.spans[at - 1]), self.text(self.spans[at]));
        let d = self.error(self.spans[at], format!("expected `,` before `{behind}`"));
        d.help(format!("operands are parted by commas: {before}, {behind}"))
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

    fn data_processing(&self) -> Option<Diagnostic> {
        let name = &self.name;
        for group in 0..self.groups.len() {
            let (first, span) = self.first(group)?;
            if matches!(first, Atom::Punct(b'[')) {
                let address = self.text(self.span(group));
                let d = self
                    .error(self.span(group), format!("{name} works on registers; it cannot reach memory"));
                return Some(d.help(format!("load it into a register first: LDR R0, {address}")));
            }
            if matches!(first, Atom::Punct(b'{')) {
                let d = self.error(self.span(group), format!("{name} takes no list of registers"));
                return Some(self.with_usage(d));
            }
            if group == 0 && !matches!(first, Atom::Reg(_)) {
                let d = self.error(self.span(0), format!("the first operand of {name} must be a register"));
                let d = if self.is_name(span) && name.starts_with("MOV") {
                    d.help("to write to memory use STR Rd, label")
                } else {
                    d
                };
                return Some(self.with_usage(d));
            }
            if let Atom::Num { hash, .. } = first {
                return self.constant(group, span, hash);
            }
        }
        let plain = |i: usize| matches!(self.first(i), Some((Atom::Reg(_), _)));
        if self.family == Family::Arithmetic && self.groups.len() == 2 && plain(0) && !plain(1) {
            return None;
        }
        self.shift_operand().or_else(|| self.too_many())
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
        if !hash && self.is_name(span) {
            let label = self.asm.symbols.get(&text).is_none_or(|symbol| symbol.kind == Kind::Label);
            if label && matches!(self.first(0), Some((Atom::Reg(_), _))) {
                let rd = self.text(self.span(0));
                let d = self.error(
                    span,
                    format!("`{text}` is an address, and {name} takes a number or a register here"),
                );
                return Some(d.help(format!(
                    "ADR {rd}, {text} takes the address; LDR {rd}, {text} takes the word that is there"
                )));
            }
        }
        if !hash {
            let d = self.error(span, "a number needs `#` before it here").help(format!("write #{value}"));
            return Some(d);
        }
        let needs_register = match self.family {
            Family::Arithmetic => group == 1 && !last,
            Family::Shift => group == 1,
            _ => false,
        };
        if needs_register {
            let d = self.error(span, format!("this operand of {name} must be a register"));
            let d = match self.family {
                Family::Arithmetic if name.starts_with("SUB") => {
                    d.help(format!("to subtract a register from a number use RSB: RSB R0, R1, #{value}"))
                }
                Family::Arithmetic => d.help("the number comes last"),
                _ => d,
            };
            return Some(self.with_usage(d));
        }
        None
    }

    /// `Rm, LSL #n`: what is wrong behind the register.
    fn shift_operand(&self) -> Option<Diagnostic> {
        let (at, name) = self.atoms.iter().enumerate().find_map(|(i, atom)| match atom {
            Atom::Name(name) => Some((i, *name)),
            _ => None,
        })?;
        let upper = name.to_ascii_uppercase();
        if !words::is_shift(name) {
            let d = self.error(self.spans[at], format!("`{}` cannot stand here", self.text(self.spans[at])));
            return Some(self.with_usage(d));
        }
        match self.atoms.get(at + 1) {
            None if upper != "RRX" => {
                let d = self.error(self.spans[at], format!("{upper} needs to know how far"));
                Some(d.help(format!("write {upper} #2, or {upper} R3 for as far as R3 says")))
            }
            Some(Atom::Num { hash: false, .. }) => {
                let text = self.text(self.spans[at + 1]);
                Some(
                    self.error(self.spans[at + 1], "a number needs `#` before it here")
                        .help(format!("write {upper} #{text}")),
                )
            }
            Some(Atom::Num { value, .. }) => {
                let (least, most) = if matches!(upper.as_str(), "LSR" | "ASR") { (1, 32) } else { (0, 31) };
                if (least..=most).contains(value) {
                    return None;
                }
                Some(self.error(
                    self.spans[at + 1],
                    format!("{upper} shifts by {least} to {most} places, not by {value}"),
                ))
            }
            _ => None,
        }
    }

    fn too_many(&self) -> Option<Diagnostic> {
        let shifts = self.atoms.iter().any(|atom| matches!(atom, Atom::Name(name) if words::is_shift(name)));
        let most = match self.family {
            Family::Move | Family::Compare => 2,
            Family::Arithmetic | Family::Shift => 3,
            Family::Multiply if self.name.starts_with("MUL") || self.name.contains("DIV") => 3,
            Family::Multiply => 4,
            Family::Branch | Family::BranchRegister | Family::Svc | Family::Stack => 1,
            Family::Multiple => 2,
            _ => return None,
        } + shifts as usize;
        if self.groups.len() <= most {
            return None;
        }
        let d = self.error(self.span(most), format!("{} has no place for this operand", self.name));
        Some(self.with_usage(d))
    }

    fn load_store(&self) -> Option<Diagnostic> {
        let name = &self.name;
        let (first, _) = self.first(0)?;
        if !matches!(first, Atom::Reg(_)) {
            let d = self.error(self.span(0), format!("the first operand of {name} must be a register"));
            return Some(self.with_usage(d));
        }
        let (address, span) = self.first(1)?;
        match address {
            Atom::Reg(_) if !name.starts_with("LDRD") && !name.starts_with("STRD") => {
                let text = self.text(self.span(1));
                let d = self.error(self.span(1), "an address in a register stands in brackets");
                let d = d.help(format!("write {name} {}, [{text}]", self.text(self.span(0))));
                let mov = format!("to copy a register use MOV {}, {text}", self.text(self.span(0)));
                return Some(if self.family == Family::Load { d.help(mov) } else { d });
            }
            Atom::Num { hash: true, .. } => {
                let text = self.text(span);
                let d = self.error(span, format!("`{text}` is a number, and {name} wants an address"));
                let rd = self.text(self.span(0));
                return Some(if self.family == Family::Load {
                    d.help(format!("to load a number use LDR {rd}, ={}", text.trim_start_matches('#')))
                } else {
                    self.with_usage(d)
                });
            }
            _ => {}
        }
        for i in 1..self.atoms.len() {
            let Atom::Num { hash: false, .. } = self.atoms[i] else { continue };
            if self.atoms[..i].contains(&Atom::Punct(b'[')) {
                let text = self.text(self.spans[i]);
                let d = self.error(self.spans[i], "an offset needs `#` before it");
                return Some(d.help(format!("write #{text}")));
            }
        }
        if let Some(Atom::Punct(b'[')) = self.first(1).map(|(atom, _)| atom)
            && !matches!(self.atoms.get(self.groups[1].0 + 1), Some(Atom::Reg(_)))
        {
            let inside = self.spans.get(self.groups[1].0 + 1).copied().unwrap_or(span);
            let d = self.error(inside, "an address in brackets begins with a register");
            return Some(if self.is_name(inside) {
                d.help(format!(
                    "a label stands without brackets: {name} {}, {}",
                    self.text(self.span(0)),
                    self.text(inside)
                ))
            } else {
                self.with_usage(d)
            });
        }
        let odd = |reg: Reg| !reg.0.is_multiple_of(2);
        if (name.starts_with("LDRD") || name.starts_with("STRD"))
            && matches!(first, Atom::Reg(reg) if odd(reg))
        {
            let d =
                self.error(self.span(0), format!("the first register of {name} must have an even number"));
            return Some(d.help("the two words are in R0 and R1, R2 and R3 ..."));
        }
        self.shift_operand()
    }

    fn multiple(&self) -> Option<Diagnostic> {
        let name = &self.name;
        let list = if self.family == Family::Stack { 0 } else { 1 };
        if list == 1 && !matches!(self.first(0), Some((Atom::Reg(_), _))) {
            let d =
                self.error(self.span(0), format!("{name} begins with the register that holds the address"));
            return Some(self.with_usage(d));
        }
        if self.family == Family::Stack
            && self.groups.len() > 1
            && matches!(self.first(0), Some((Atom::Reg(Reg::SP), _)))
        {
            let d = self.error(self.span(0), format!("{name} knows its stack pointer: it is always SP"));
            return Some(self.with_usage(d));
        }
        match self.first(list)? {
            (Atom::Reg(_), span) => {
                let end = self.span(self.groups.len() - 1);
                let all = span.to(end);
                let d = self.error(all, "a list of registers stands in braces");
                return Some(d.help(format!("write {{{}}}", self.text(all))));
            }
            (Atom::Punct(b'{'), _) => {}
            (_, span) => {
                let d = self.error(span, "expected a list of registers");
                return Some(self.with_usage(d));
            }
        }
        let (start, end) = self.groups[list];
        if self.atoms[start..end] == [Atom::Punct(b'{'), Atom::Punct(b'}')] {
            return Some(self.error(self.span(list), "the list of registers is empty"));
        }
        for i in start..end {
            let (Atom::Punct(b'-'), Some(Atom::Reg(low)), Some(Atom::Reg(high))) =
                (self.atoms[i], self.atoms.get(i.wrapping_sub(1)), self.atoms.get(i + 1))
            else {
                continue;
            };
            if low > high {
                let span = self.spans[i - 1].to(self.spans[i + 1]);
                let d = self.error(span, "a range of registers goes from the lower number to the higher");
                let (low, high) = (self.text(self.spans[i - 1]), self.text(self.spans[i + 1]));
                return Some(d.help(format!("write {high}-{low}")));
            }
        }
        let inside = |i: &usize| *i > start && *i + 1 < end;
        let strange = (start..end)
            .filter(inside)
            .find(|&i| !matches!(self.atoms[i], Atom::Reg(_) | Atom::Punct(b',' | b'-' | b'}' | b'^')))?;
        let text = self.text(self.spans[strange]);
        let d = match words::is_shift(&text) || self.asm.symbols.get(&text).is_some() {
            true => self.error(self.spans[strange], format!("`{text}` is no register")),
            false => no_such_register(&text, self.spans[strange])
                .unwrap_or_else(|| self.error(self.spans[strange], format!("`{text}` is no register"))),
        };
        Some(d)
    }

    fn branch(&self) -> Option<Diagnostic> {
        let name = &self.name;
        let (first, span) = self.first(0)?;
        match (self.family, first) {
            (Family::Branch, Atom::Reg(_)) => {
                let text = self.text(span);
                let d = self.error(span, format!("{name} goes to a label, not to an address in a register"));
                Some(d.help(format!("to go to the address in {text} use BX {text} or MOV PC, {text}")))
            }
            (Family::Branch, Atom::Num { hash: true, .. }) => {
                let d = self.error(span, "the target of a branch takes no `#`");
                Some(d.help(format!(
                    "write {name} label, or {name} {}",
                    self.text(span).trim_start_matches('#')
                )))
            }
            (Family::BranchRegister, Atom::Num { .. }) if name.starts_with("BX") => {
                let d = self.error(span, format!("{name} goes to an address in a register"));
                Some(d.help(format!("to go to a label use B {}", self.text(span))))
            }
            (_, Atom::Punct(b'[')) => {
                let d = self.error(self.span(0), format!("{name} cannot load its target from memory"));
                Some(d.help(format!("use LDR PC, {}", self.text(self.span(0)))))
            }
            _ => self.too_many(),
        }
    }

    fn svc(&self) -> Option<Diagnostic> {
        let (first, span) = self.first(0)?;
        match first {
            Atom::Num { value, .. } if !(0..1 << 24).contains(&value) => Some(self.error(
                span,
                format!("the number of a supervisor call has 24 bits: 0 to 16777215, not {value}"),
            )),
            Atom::Num { .. } => self.too_many(),
            _ => {
                let d = self.error(span, format!("{} takes a number", self.name));
                Some(self.with_usage(d))
            }
        }
    }

    /// Numbers that are too large.
    fn numbers(&self, error: &Error) -> Option<Diagnostic> {
        let (value, span) = self.atoms.iter().zip(self.spans).rev().find_map(|(atom, span)| match atom {
            Atom::Num { value, hash: true, .. } => Some((*value, *span)),
            _ => None,
        })?;
        let name = &self.name;
        let text = self.text(span);
        let shown = text.trim_start_matches('#').trim();
        if matches!(self.family, Family::Load | Family::Store) {
            return self.offset(value, span);
        }
        if self.family == Family::Shift {
            let (least, most) =
                if name.starts_with("LSR") || name.starts_with("ASR") { (1, 32) } else { (0, 31) };
            return Some(
                self.error(span, format!("{name} shifts by {least} to {most} places, not by {value}")),
            );
        }
        if !self.family.takes_constant() || !matches!(error, Error::Encoding(_)) {
            return None;
        }
        let number = if shown.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            shown.to_owned()
        } else {
            format!("{:#x}", value as u32)
        };
        let d = self
            .error(span, format!("immediate {} cannot be encoded in {name}", number))
            .note("an instruction has room for eight bits of it, rotated right by an even number of places");
        let rd = self.text(self.span(0));
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

    fn offset(&self, value: i64, span: Span) -> Option<Diagnostic> {
        let name = &self.name;
        let rest = &name[3..];
        let half = ["H", "SB", "SH", "D"].iter().any(|size| rest.starts_with(size) || rest.ends_with(size));
        let most = if half { 255 } else { 4095 };
        if value.abs() <= most {
            return None;
        }
        // The atoms of a label were made by the assembler: the label is what was written.
        if self.is_name(span) {
            let label = self.text(span);
            let d =
                self.error(span, format!("`{label}` is {value} bytes from here, and {name} reaches {most}"));
            let rd = self.text(self.span(0));
            return Some(
                d.help(format!("take the address first: ADRL R12, {label} and then {name} {rd}, [R12]")),
            );
        }
        let d = self.error(span, format!("offset {value} is too far: {name} has room for -{most} to {most}"));
        Some(d.help(format!("put it into a register first: LDR R12, ={value} and then [Rn, R12]")))
    }

    fn too_far(&self, atom: usize, distance: i64) -> Option<Diagnostic> {
        let name = &self.name;
        let span = *self.spans.get(atom)?;
        let unit = if self.asm.thumb { 2 } else { 4 };
        if distance % unit != 0 {
            let d = self
                .error(span, format!("{name} cannot go there: instructions stand at multiples of {unit}"));
            return Some(d.help("is this the label of data? Put ALIGN before code that follows data"));
        }
        let d = self.error(span, format!("{name} does not reach {distance} bytes far"));
        Some(match self.asm.thumb {
            true => d,
            false => d.note("a branch reaches 32 MiB").help("use LDR PC, =label"),
        })
    }

    fn fallback(&self, error: &Error) -> Diagnostic {
        let name = &self.name;
        let d = match error {
            Error::Operands(Mismatch { atom }) => match self.spans.get(*atom) {
                Some(&span) => self.error(span, format!("{name} does not take this operand here")),
                None => self.error(self.item.span, format!("{name} needs more operands than these")),
            },
            Error::Encoding(_) => {
                self.error(self.item.span, format!("{name} cannot be encoded with these operands"))
            }
        };
        self.with_usage(d)
    }
}

/// `R16`: nearly a register.
pub(super) fn no_such_register(word: &str, span: Span) -> Option<Diagnostic> {
    let digits = word.strip_prefix(['r', 'R'])?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(
        Diagnostic::error(span, format!("there is no register {word}"))
            .help("the registers are R0 to R15; SP is R13, LR is R14, PC is R15"),
    )
}

/// ADR or ADRL with operands of another kind.
pub(super) fn address_operands(item: &Item, name: &str, atoms: &Atoms<'_>) -> Diagnostic {
    let usage = format!("it is written {name} Rd, label");
    let at = |i: usize| atoms.spans.get(i).copied().unwrap_or(item.name_span);
    let d = match atoms.atoms[..] {
        [] => Diagnostic::error(item.name_span, format!("{name} needs operands")),
        [Atom::Reg(_), Atom::Num { .. }, ..] => Diagnostic::error(at(1), "expected `,` before this"),
        [Atom::Reg(_), Atom::Punct(b',')] | [Atom::Reg(_)] => {
            Diagnostic::error(at(atoms.atoms.len() - 1), format!("{name} needs a label behind this"))
        }
        [Atom::Reg(_), Atom::Punct(b','), Atom::Num { hash: true, .. }, ..] => {
            return Diagnostic::error(at(2), format!("{name} takes a label, not a number"))
                .help("to put a number into a register use MOV Rd, #number or LDR Rd, =number");
        }
        [Atom::Reg(_), Atom::Punct(b','), ..] => {
            Diagnostic::error(at(2), format!("{name} takes a label here"))
        }
        _ => Diagnostic::error(at(0), format!("the first operand of {name} must be a register")),
    };
    d.help(usage)
}

/// A label that one instruction does not reach.
pub(super) fn address_too_far(item: &Item, atoms: &Atoms<'_>, distance: i32) -> Diagnostic {
    let span = atoms.spans.get(2).copied().unwrap_or(item.span);
    Diagnostic::error(span, format!("ADR cannot take an address {distance} bytes from PC in one instruction"))
        .note("the distance must have eight bits, rotated right by an even number of places")
        .help("use ADRL, which takes up to four instructions")
}

/// `=expr` behind something else than LDR.
pub(super) fn literal_needs_ldr(item: &Item, mnemonic: &str, operands: &[Operand]) -> Diagnostic {
    let span = operands.last().map_or(item.span, |operand| operand.span);
    let d =
        Diagnostic::error(span, format!("{} cannot take a value with `=`", mnemonic.to_ascii_uppercase()));
    match family(mnemonic) {
        Family::Store => {
            d.help("to write to a label use STR Rd, label, or take its address first: ADR R1, label")
        }
        Family::Load => d.help("LDR loads a whole word: LDR Rd, =value"),
        _ => d.help("only LDR can: LDR Rd, =value; a number in another instruction is written #value"),
    }
}

/// Warns of what is taken and surprises.
pub(super) fn surprises(asm: &mut Assembler<'_>, item: &Item, op: &Op, _cond: Cond, atoms: &Atoms<'_>) {
    match op {
        Op::Svc(svc) if svc.imm.0 > 4 => {
            let span = atoms.spans.first().copied().unwrap_or(item.span);
            let d = Diagnostic::warning(span, format!("the board has no supervisor call {}", svc.imm.0))
                .help("SVC 0 writes a character, 1 reads one, 2 halts, 3 writes a string, 4 writes a number");
            asm.complain(d);
        }
        Op::Ldm(x) | Op::Stm(x) if x.wback && x.list.0 >> x.rn.0 & 1 != 0 => {
            let span = atoms.spans.first().copied().unwrap_or(item.span);
            let d = Diagnostic::warning(span, "this register is in the list too, and `!` writes to it")
                .note("the manual does not say what is in it afterwards")
                .help("leave it out of the list, or leave `!` out");
            asm.complain(d);
        }
        _ => {}
    }
    let list: Vec<(usize, Reg)> = atoms
        .atoms
        .iter()
        .enumerate()
        .skip_while(|(_, atom)| **atom != Atom::Punct(b'{'))
        .filter_map(|(i, atom)| if let Atom::Reg(reg) = atom { Some((i, *reg)) } else { None })
        .collect();
    if let Some(pair) = list.windows(2).find(|pair| pair[0].1 > pair[1].1) {
        let span = atoms.spans[pair[0].0].to(atoms.spans[pair[1].0]);
        let d =
            Diagnostic::warning(span, "registers are moved in the order of their numbers, not of the list")
                .note("the lowest register is at the lowest address, always");
        asm.complain(d);
    }
}
