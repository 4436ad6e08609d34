//! Which operand it is that an instruction has no encoding for: other operands are tried in the place of each, and
//! the one that can be replaced is to blame. What would do instead comes out of it too.

use super::Refused;
use crate::diag::Diagnostic;
use crate::encode::{Place, index};
use skink_isa::operand::Reg;
use skink_isa::simd::operand::ExtReg;
use skink_isa::syntax::Atom;

/// More operands than any instruction has.
const MAX_ATOMS: usize = 24;

impl Refused<'_> {
    /// Says which operand cannot stand where it does, if it is one alone.
    pub(super) fn culprit(&self) -> Option<Diagnostic> {
        let index = index();
        let m = index.mnemonic(self.written.mnemonic)?;
        if self.atoms.len() > MAX_ATOMS {
            return None;
        }
        let place = Place { thumb: self.written.thumb, in_it: self.written.in_it, width: m.width };
        let mut atoms = self.atoms.to_vec();
        // Numbers first: an instruction with a number that is too large has fewer registers to choose from.
        let is_number = |at: &usize| matches!(self.atoms[*at], Atom::Num { .. });
        let (numbers, others): (Vec<usize>, Vec<usize>) = (0..atoms.len()).partition(is_number);
        for at in numbers.into_iter().chain(others) {
            let own = atoms[at];
            let mut takes = |other: Atom<'static>| {
                atoms[at] = other;
                let taken = index.assemble(&m, m.cond, place, &atoms).is_ok();
                atoms[at] = own;
                taken
            };
            let found = match own {
                Atom::Reg(_) => self.register(at, &mut takes),
                Atom::Ext(reg) => self.extension_register(at, reg, &mut takes),
                Atom::Num { value, hash, .. } => self.number(at, value, hash, &mut takes),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn register(&self, at: usize, takes: &mut dyn FnMut(Atom<'static>) -> bool) -> Option<Diagnostic> {
        let good: Vec<u8> = (0..16).filter(|&n| takes(Atom::Reg(Reg(n)))).collect();
        if good.is_empty() {
            return None;
        }
        let span = self.spans[at];
        let message = format!("{} cannot take {} here", self.name, self.text(span));
        Some(self.error(span, message).help(format!("{} can stand here", ranges(&good))))
    }

    fn extension_register(
        &self,
        at: usize,
        own: ExtReg,
        takes: &mut dyn FnMut(Atom<'static>) -> bool,
    ) -> Option<Diagnostic> {
        type Make = fn(u8) -> ExtReg;
        let kinds =
            [(ExtReg::S as Make, "s", 32), (ExtReg::D as Make, "d", 32), (ExtReg::Q as Make, "q", 16)];
        for (make, name, count) in kinds {
            let good: Vec<u8> = (0..count).filter(|&n| takes(Atom::Ext(make(n)))).collect();
            if let (Some(first), Some(last)) = (good.first(), good.last()) {
                let span = self.spans[at];
                let same = std::mem::discriminant(&make(0)) == std::mem::discriminant(&own);
                let d = self.error(span, format!("{} cannot take {} here", self.name, self.text(span)));
                return Some(match same || good.len() == 1 {
                    true if first == last => d.help(format!("{name}{first} can stand here")),
                    true => d.help(format!("{name}{first} to {name}{last} can stand here")),
                    false => d.help(format!("the registers here are {name}{first} to {name}{last}")),
                });
            }
        }
        None
    }

    fn number(
        &self,
        at: usize,
        value: i64,
        hash: bool,
        takes: &mut dyn FnMut(Atom<'static>) -> bool,
    ) -> Option<Diagnostic> {
        // Its neighbours, and where fields of so many bits end.
        let near = (1..=16).flat_map(|n| [value.saturating_sub(n), value.saturating_add(n)]);
        let edges = (0..=32).flat_map(|bits| [0, 1, 2, 4].map(|less| (1i64 << bits) - less));
        let mut tried: Vec<i64> = near.chain(edges.flat_map(|n| [n, -n])).collect();
        tried.sort_unstable();
        tried.dedup();
        tried.retain(|&n| n != value);
        let mut good = |n: &&i64| takes(Atom::Num { value: **n, hash, minus: **n < 0 });
        let split = tried.partition_point(|&n| n < value);
        let below = tried[..split].iter().rev().find(&mut good);
        let above = tried[split..].iter().find(&mut good);
        let span = self.spans[at];
        let d = self.error(span, format!("{} has no room for {} here", self.name, self.text(span)));
        match (below, above) {
            (None, None) => None,
            (Some(n), None) | (None, Some(n)) => Some(d.help(format!("the nearest that fits is #{n}"))),
            // Numbers that were not meant help nobody.
            (Some(a), Some(b)) if (value - a).min(b - value) > (value.abs() / 16).max(16) => Some(d),
            (Some(a), Some(b)) => Some(d.help(format!("the nearest that fit are #{a} and #{b}"))),
        }
    }
}

/// `r0 to r7, r9`.
fn ranges(numbers: &[u8]) -> String {
    let mut found: Vec<(u8, u8)> = Vec::new();
    for &n in numbers {
        match found.last_mut() {
            Some((_, end)) if *end + 1 == n => *end = n,
            _ => found.push((n, n)),
        }
    }
    let name = |n: u8| match n {
        13 => "sp".to_owned(),
        14 => "lr".to_owned(),
        15 => "pc".to_owned(),
        n => format!("r{n}"),
    };
    let text = |&(a, b): &(u8, u8)| match b - a {
        0 => name(a),
        1 => format!("{}, {}", name(a), name(b)),
        _ => format!("{} to {}", name(a), name(b)),
    };
    found.iter().map(text).collect::<Vec<_>>().join(", ")
}
