//! Loads and stores, of one register and of several.

use super::mnemonic;
use super::{Family, Refused, no_such_register};
use crate::diag::Diagnostic;
use crate::source::Span;
use skink_isa::operand::Reg;
use skink_isa::syntax::Atom;

impl Refused<'_> {
    pub(super) fn load_store(&self) -> Option<Diagnostic> {
        let name = &self.name;
        let rd = self.operand(0);
        let (first, span) = self.first(0)?;
        if let Some(d) = self.no_register(first, span) {
            return Some(d);
        }
        if !matches!(first, Atom::Reg(_)) {
            let d = self.error(self.span(0), format!("the first operand of {name} must be a register"));
            return Some(self.with_usage(d));
        }
        let (address, span) = self.first(1)?;
        let double = name.starts_with("LDRD") || name.starts_with("STRD");
        match address {
            Atom::Reg(_) if !double => {
                let text = self.operand(1);
                let d = self.error(self.span(1), "an address in a register stands in brackets");
                let d = d.help(format!("write {name} {rd}, [{text}]"));
                let mov = format!("to copy a register use MOV {rd}, {text}");
                return Some(if self.family == Family::Load { d.help(mov) } else { d });
            }
            Atom::Num { hash: true, .. } => {
                let text = self.text(span);
                let d = self.error(span, format!("`{text}` is a number, and {name} wants an address"));
                return Some(match self.family {
                    Family::Load => {
                        d.help(format!("to load a number use LDR {rd}, ={}", text.trim_start_matches('#')))
                    }
                    _ => self.with_usage(d),
                });
            }
            Atom::Punct(b'[') if !matches!(self.atoms.get(self.groups[1].0 + 1), Some(Atom::Reg(_))) => {
                return Some(self.strange_base(span));
            }
            _ => {}
        }
        let opened = |i: usize| self.atoms[..i].contains(&Atom::Punct(b'['));
        let bare = |i: &usize| matches!(self.atoms[*i], Atom::Num { hash: false, .. }) && opened(*i);
        let shifted = |i: usize| matches!(self.atoms[i - 1], Atom::Name(name) if mnemonic::is_shift(name));
        if let Some(i) = (1..self.atoms.len()).find(bare)
            && !shifted(i)
            && !self.written.bare
        {
            let text = self.text(self.spans[i]);
            let d = self.error(self.spans[i], "an offset needs `#` before it");
            return Some(d.help(format!("write #{text}")));
        }
        if double && matches!(first, Atom::Reg(reg) if !reg.0.is_multiple_of(2)) {
            let d =
                self.error(self.span(0), format!("the first register of {name} must have an even number"));
            return Some(d.help("the two words are in R0 and R1, R2 and R3 ..."));
        }
        self.shift_operand()
    }

    /// Brackets with something else than a register behind the `[`.
    fn strange_base(&self, bracket: Span) -> Diagnostic {
        let inside = self.spans.get(self.groups[1].0 + 1).copied().unwrap_or(bracket);
        let d = self.error(inside, "an address in brackets begins with a register");
        if self.is_name(inside) {
            let (rd, label) = (self.operand(0), self.text(inside));
            return d.help(format!("a label stands without brackets: {} {rd}, {label}", self.name));
        }
        self.with_usage(d)
    }

    /// An offset, or a label's distance, that is too large.
    pub(super) fn offset(&self, value: i64, span: Span) -> Option<Diagnostic> {
        let name = &self.name;
        let rest = name.get(3..).unwrap_or("");
        let half = ["H", "SB", "SH", "D"].iter().any(|size| rest.starts_with(size) || rest.ends_with(size));
        let most = if half { 255 } else { 4095 };
        if value.abs() <= most {
            return None;
        }
        let rd = self.operand(0);
        // The atoms of a label were made by the assembler: the label is what was written.
        if self.is_name(span) {
            let label = self.text(span);
            let d =
                self.error(span, format!("`{label}` is {value} bytes from here, and {name} reaches {most}"));
            return Some(
                d.help(format!("take the address first: ADRL R12, {label} and then {name} {rd}, [R12]")),
            );
        }
        // All that stands before the address: two registers of LDRD.
        let last =
            self.groups.iter().rposition(|&(start, _)| self.atoms.get(start) == Some(&Atom::Punct(b'[')));
        let rest = self.text(self.span(0).to(self.span(last.unwrap_or(1).saturating_sub(1))));
        let bracket = self.atoms.iter().position(|atom| *atom == Atom::Punct(b'['));
        let base = bracket.and_then(|at| self.spans.get(at + 1));
        let base = base.map_or("Rn".into(), |span| self.text(*span));
        let d = self.error(span, format!("offset {value} is too far: {name} has room for -{most} to {most}"));
        Some(d.help(format!(
            "put it into a register first: LDR R12, ={value} and then {name} {rest}, [{base}, R12]"
        )))
    }

    pub(super) fn multiple(&self) -> Option<Diagnostic> {
        let name = &self.name;
        let list = if self.family == Family::Stack { 0 } else { 1 };
        if list == 1 && !matches!(self.first(0), Some((Atom::Reg(_), _))) {
            let d =
                self.error(self.span(0), format!("{name} begins with the register that holds the address"));
            return Some(self.with_usage(d));
        }
        let sp_first = matches!(self.first(0), Some((Atom::Reg(Reg::SP), _)));
        if self.family == Family::Stack && self.groups.len() > 1 && sp_first {
            let d = self.error(self.span(0), format!("{name} knows its stack pointer: it is always SP"));
            return Some(self.with_usage(d));
        }
        match self.first(list)? {
            (Atom::Reg(_), span) => {
                let all = span.to(self.span(self.groups.len() - 1));
                let d = self.error(all, "a list of registers stands in braces");
                return Some(d.help(format!("write {{{}}}", self.text(all))));
            }
            (Atom::Punct(b'{'), _) => {}
            (_, span) => {
                let d = self.error(span, "expected a list of registers");
                return Some(self.with_usage(d));
            }
        }
        self.list(list)
    }

    /// What is wrong inside the braces.
    fn list(&self, group: usize) -> Option<Diagnostic> {
        let (start, end) = self.groups[group];
        if self.atoms[start..end] == [Atom::Punct(b'{'), Atom::Punct(b'}')] {
            return Some(self.error(self.span(group), "the list of registers is empty"));
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
        let expected =
            |i: usize| matches!(self.atoms[i], Atom::Reg(_) | Atom::Punct(b',' | b'-' | b'{' | b'}' | b'^'));
        let span = self.spans[(start..end).find(|&i| !expected(i))?];
        let text = self.text(span);
        let d = no_such_register(&text, span)
            .unwrap_or_else(|| self.error(span, format!("`{text}` is no register")));
        Some(d)
    }
}
