//! Symbol versions (`.symver`; the manual of GNU ld, "VERSION Command") and references that need no definition
//! (`.weakref`).

use super::Gnu;
use super::scan::Scan;
use crate::expr::{Expr, Node};
use crate::symbol::{Binding, Def, SymId};
use std::collections::HashSet;

/// What is done when all of the source is read.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// Symbols with the names that they have besides, as they were written.
    names: Vec<(SymId, Vec<u8>)>,
    /// What symbols of `.weakref` stand for.
    weak: Vec<SymId>,
}

impl Gnu<'_> {
    /// `.symver name, other@VERSION`
    pub(super) fn symver(&mut self, start: usize, scan: &mut Scan<'_>) {
        let Some(name) = scan.symbol_name() else {
            scan.skip_statement();
            return self.error(start, scan.at, "expected a name");
        };
        let sym = self.builder.symbol(&name);
        scan.eat(b',');
        scan.blanks();
        // Elsewhere an `@` begins a comment.
        let at = scan.at;
        let rest = &scan.text[at..];
        let len = rest.iter().position(|&b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b',' | b';'));
        let version = rest[..len.unwrap_or(rest.len())].to_vec();
        scan.at += version.len();
        let ats = version.iter().skip_while(|&&b| b != b'@').take_while(|&&b| b == b'@').count();
        if !(1..=3).contains(&ats) {
            return self.error(
                at,
                scan.at.max(at + 1),
                "expected a name with a version, as in `name@VERSION`",
            );
        }
        let hidden = scan.eat(b',');
        if hidden {
            scan.blanks();
            let at = scan.at;
            let symbol = &mut self.builder.program.symbols[sym];
            match scan.word() {
                b"hidden" => symbol.visibility = 2,
                b"local" => symbol.binding = Binding::Local,
                _ => return self.error(at, scan.at.max(at + 1), "expected `hidden` or `local`"),
            }
        }
        self.versions.names.push((sym, version));
    }

    /// `.weakref name, target`
    pub(super) fn weakref(&mut self, start: usize, scan: &mut Scan<'_>) {
        scan.blanks();
        let at = scan.at;
        let names = (scan.symbol_name(), scan.eat(b','), scan.symbol_name());
        let (Some(name), true, Some(target)) = names else {
            scan.skip_statement();
            return self.error(start, scan.at, "expected a name, a comma and the name that it stands for");
        };
        let span = self.span(at, scan.at);
        let (sym, target) = (self.builder.symbol(&name), self.builder.symbol(&target));
        if sym == target {
            return self.error(at, scan.at, "a name cannot stand for itself");
        }
        self.builder.equate(sym, Expr::Sym(target, 0), span);
        self.builder.program.symbols[sym].stands_for = true;
        self.versions.weak.push(target);
    }

    /// Gives symbols their versions, and makes weak what only `.weakref` refers to.
    pub(super) fn finish_versions(&mut self) {
        self.weaken();
        let names = std::mem::take(&mut self.versions.names);
        let mut symbols: Vec<SymId> = names.iter().map(|(sym, _)| *sym).collect();
        symbols.sort_unstable();
        symbols.dedup();
        for sym in symbols {
            // The last first, as GNU as has them.
            for (_, name) in names.iter().rev().filter(|(other, _)| *other == sym) {
                self.version(sym, name);
            }
        }
    }

    fn version(&mut self, sym: SymId, name: &[u8]) {
        let symbols = &mut self.builder.program.symbols;
        let defined = symbols[sym].def != Def::Undefined;
        let start = name.iter().position(|&b| b == b'@').unwrap_or(name.len());
        let third = name[start..].starts_with(b"@@@");
        if third {
            // Of what is defined it is the default, else any.
            let ats: &[u8] = if defined { b"@@" } else { b"@" };
            return symbols.rename(sym, &[&name[..start], ats, &name[start + 3..]].concat());
        }
        if !defined {
            return symbols.rename(sym, name);
        }
        let (other, symbol) = (symbols.make(name), symbols[sym]);
        let made = &mut symbols[other];
        (made.def, made.binding, made.ty) = (symbol.def, symbol.binding, symbol.ty);
        (made.visibility, made.size, made.used) = (symbol.visibility, symbol.size, symbol.used);
        (made.thumb, made.thumb_func) = (symbol.thumb, symbol.thumb_func);
    }

    /// What nothing refers to by its own name need not be defined.
    fn weaken(&mut self) {
        if self.versions.weak.is_empty() {
            return;
        }
        let program = &mut self.builder.program;
        let mut used: HashSet<SymId> = HashSet::new();
        let mut see = |expr: &Expr| {
            if let Expr::Sym(sym, _) = expr {
                used.insert(*sym);
            }
        };
        program.insns.iter().for_each(|insn| see(&insn.value));
        for section in &program.sections {
            section.fixups.iter().for_each(|fixup| see(&fixup.value));
        }
        program.exprs.nodes().for_each(|node| match node {
            Node::Unary(_, x) | Node::Reloc(_, x) => see(x),
            Node::Binary(_, a, b) => [a, b].into_iter().for_each(&mut see),
        });
        for &target in &self.versions.weak {
            let symbol = &mut program.symbols[target];
            if symbol.def == Def::Undefined && !symbol.used && !used.contains(&target) {
                symbol.binding = Binding::Weak;
            }
        }
    }
}
