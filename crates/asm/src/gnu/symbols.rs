//! Directives about symbols: who sees them, what they are, common blocks.

use super::Gnu;
use super::scan::Scan;
use crate::expr::Expr;
use crate::symbol::{Binding, Def, SymId, SymType};

impl Gnu<'_> {
    /// Whether it was a directive about symbols.
    pub(super) fn symbol_directive(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) -> bool {
        match word {
            b".type" => self.type_directive(start, scan),
            b".size" => {
                if let Some(sym) = self.name(start, scan)
                    && scan.eat(b',')
                    && let Some(size) = self.expr(scan)
                {
                    let size = self.builder.value(size).map_or(size, Expr::Num);
                    self.builder.program.symbols[sym].size = Some(size);
                }
            }
            b".global" | b".globl" | b".weak" | b".local" | b".hidden" | b".protected" | b".internal" => {
                self.names(word, start, scan);
            }
            b".set" | b".equ" | b".equiv" | b".eqv" => {
                scan.blanks();
                let at = scan.at;
                let Some(name) = scan.symbol_name() else {
                    scan.skip_statement();
                    self.error(start, scan.at, "expected a name");
                    return true;
                };
                let end = scan.at;
                if !scan.eat(b',') {
                    scan.skip_statement();
                    self.error(at, scan.at, "expected `,` and a value");
                } else if let Some(value) = self.expr(scan) {
                    self.set(&name, value, at, end, word == b".equiv" || word == b".eqv");
                }
            }
            b".comm" | b".common" | b".lcomm" => self.common(word, start, scan),
            b".thumb_set" => {
                scan.blanks();
                let at = scan.at;
                if let Some(name) = scan.symbol_name()
                    && scan.eat(b',')
                    && let Some(value) = self.expr(scan)
                {
                    let sym = self.builder.symbol(&name);
                    self.set(&name, value, at, scan.at, false);
                    self.builder.program.symbols[sym].thumb_func = true;
                }
            }
            b".symver" => self.symver(start, scan),
            b".weakref" => self.weakref(start, scan),
            _ => return false,
        }
        true
    }

    /// A name for another symbol is what that is, unless it was said otherwise.
    pub(super) fn finish_symbols(&mut self) {
        let symbols = &mut self.builder.program.symbols;
        for n in 0..symbols.len() as u32 {
            let mut of = SymId(n);
            let mut hops = 0;
            while let (Def::Equ(Expr::Sym(next, 0)), true) = (symbols[of].def, hops < 100) {
                (of, hops) = (next, hops + 1);
            }
            if of == SymId(n) || !matches!(symbols[of].def, Def::Place(_)) {
                continue;
            }
            let other = symbols[of];
            let symbol = &mut symbols[SymId(n)];
            if symbol.ty == SymType::None {
                symbol.ty = other.ty;
            }
            symbol.size = symbol.size.or(other.size);
            symbol.thumb |= other.thumb;
            symbol.thumb_func |= other.thumb_func;
        }
    }

    fn name(&mut self, start: usize, scan: &mut Scan<'_>) -> Option<SymId> {
        match scan.symbol_name() {
            Some(name) => Some(self.builder.symbol(&name)),
            None => {
                scan.skip_statement();
                self.error(start, scan.at, "expected a name");
                None
            }
        }
    }

    fn names(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) {
        loop {
            let Some(sym) = self.name(start, scan) else { return };
            let symbol = &mut self.builder.program.symbols[sym];
            match word {
                b".global" | b".globl" => {
                    if symbol.binding == Binding::Local {
                        symbol.binding = Binding::Global;
                    }
                    symbol.used = true;
                }
                b".weak" => {
                    symbol.binding = Binding::Weak;
                    symbol.used = true;
                }
                b".local" => self.locals_declared.push(sym),
                b".hidden" => symbol.visibility = 2,
                b".protected" => symbol.visibility = 3,
                _ => symbol.visibility = 1,
            }
            if !scan.eat(b',') {
                return;
            }
        }
    }

    fn type_directive(&mut self, start: usize, scan: &mut Scan<'_>) {
        let Some(sym) = self.name(start, scan) else { return };
        scan.eat(b',');
        scan.blanks();
        if matches!(scan.peek(), b'%' | b'@' | b'#' | b'"') {
            scan.at += 1;
        }
        let at = scan.at;
        let ty = match scan.word() {
            b"function" | b"STT_FUNC" => SymType::Func,
            b"object" | b"STT_OBJECT" => SymType::Object,
            b"tls_object" | b"STT_TLS" => SymType::Tls,
            b"common" | b"STT_COMMON" => SymType::Common,
            b"notype" | b"STT_NOTYPE" => SymType::None,
            b"gnu_indirect_function" | b"STT_GNU_IFUNC" => SymType::IFunc,
            b"gnu_unique_object" => {
                self.builder.program.symbols[sym].unique = true;
                SymType::Object
            }
            _ => {
                scan.skip_statement();
                return self.error(at, scan.at, "expected a symbol type such as `%function`");
            }
        };
        if scan.peek() == b'"' {
            scan.at += 1;
        }
        self.builder.program.symbols[sym].ty = ty;
    }

    /// `.comm name, size, align`; of a local symbol it is space in `.bss`.
    fn common(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) {
        scan.blanks();
        let at = scan.at;
        let Some(sym) = self.name(start, scan) else { return };
        let end = scan.at;
        scan.eat(b',');
        let Some(size) = self.absolute(scan) else { return };
        let mut align = 1u32;
        if scan.eat(b',') {
            match self.absolute(scan).and_then(|n| u32::try_from(n).ok()).filter(|n| n.is_power_of_two()) {
                Some(n) => align = n,
                None => return self.error(start, scan.at, "an alignment is a power of two"),
            }
        } else if word != b".lcomm" {
            // Natural alignment, up to that of a doubleword pair.
            align = (size.max(1) as u32).next_power_of_two().min(16);
            if size.max(1) as u32 != align {
                align = align.min(16) / if size > 16 { 1 } else { 2 }.max(1);
            }
        }
        let Some(size) = u32::try_from(size).ok() else {
            return self.error(start, scan.at, "a size is not negative");
        };
        let local = word == b".lcomm" || self.locals_declared.contains(&sym);
        let span = self.span(at, end);
        if !local {
            let symbol = &mut self.builder.program.symbols[sym];
            symbol.def = Def::Common { size, align };
            symbol.used = true;
            if symbol.binding == Binding::Local {
                symbol.binding = Binding::Global;
            }
            return;
        }
        let current = self.builder.current();
        self.builder.switch(self.sections[&b".bss"[..]]);
        self.builder.align(align, None, None, span);
        self.builder.define(sym, span);
        self.builder.space(Expr::Num(size.into()), 1, 0, span);
        let symbol = &mut self.builder.program.symbols[sym];
        if symbol.size.is_none() {
            symbol.size = Some(Expr::Num(size.into()));
        }
        if symbol.ty == SymType::None {
            symbol.ty = SymType::Object;
        }
        self.builder.switch(current);
    }
}
