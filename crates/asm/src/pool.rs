//! Literal pools: what `LDR Rd, =expr` loads, near the code that loads it.

use crate::build::Builder;
use crate::encode::choose::{Place, choose};
use crate::expr::Expr;
use crate::hir::{Contents, Fixup, FixupKind};
use crate::source::Span;
use crate::symbol::{Def, SymId};
use skink_isa::op::{DataMov, OpKind};
use skink_isa::operand::{ModImm, Operand2, Reg};
use skink_isa::read::UNCHOSEN;
use skink_isa::syntax::Atom;
use skink_isa::{Cond, Op, ROWS};

/// The literals of a section that have no place yet.
#[derive(Debug, Default)]
pub struct Pool {
    entries: Vec<(Expr, SymId, Span)>,
}

impl Builder {
    /// `LDR Rd, =value`: a move if it can be one, else a load from the literal pool.
    pub fn load_constant(&mut self, mnemonic: &str, rd: Reg, value: Expr, span: Span) {
        let known = self.value(value);
        let cond = crate::encode::index().mnemonic(mnemonic).map_or(Cond::Al, |m| m.cond);
        let in_it = self.thumb && cond != Cond::Al;
        if let Some(n) = known.filter(|n| (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(n)) {
            let op2 = Operand2::Imm(ModImm { value: n as u32, carry: None, raw: UNCHOSEN, a32: !self.thumb });
            let op = Op::Mov(DataMov { s: false, rd, op2 });
            let parsed = ROWS.iter().find(|row| row.kind == OpKind::Mov);
            let place = Place { thumb: self.thumb, in_it, width: 0 };
            let usable = !self.thumb || rd != Reg::SP && rd != Reg::PC;
            if usable && parsed.is_some_and(|row| choose(&op, cond, place, row).is_some()) {
                let name = format!("mov{}", cond.suffix());
                let atoms = [
                    Atom::Reg(rd),
                    Atom::Punct(b','),
                    Atom::Num { value: i64::from(n as u32), hash: true, minus: false },
                ];
                let line =
                    crate::insn::Line { mnemonic: &name, atoms: &atoms, places: &[], exprs: &[], span };
                return self.insn(&line);
            }
        }
        let value = known.map_or(value, |n| Expr::Num(i64::from(n as u32)));
        let sym = self.literal(value, span);
        let atoms = [Atom::Reg(rd), Atom::Punct(b','), Atom::Expr { index: 0, hash: false }];
        let exprs = [Expr::Sym(sym, 0)];
        self.insn(&crate::insn::Line { mnemonic, atoms: &atoms, places: &[], exprs: &exprs, span });
    }

    /// The place in the current pool of a value; equal values share one.
    fn literal(&mut self, value: Expr, span: Span) -> SymId {
        let pool = &self.pools[self.current.0 as usize];
        if let Some((_, sym, _)) = pool.entries.iter().find(|(known, ..)| *known == value) {
            return *sym;
        }
        let sym = self.program.symbols.make(b"");
        self.program.symbols[sym].literal = true;
        self.pools[self.current.0 as usize].entries.push((value, sym, span));
        sym
    }

    /// Puts the literals of the current section here.
    pub fn pool(&mut self, span: Span) {
        let pool = std::mem::take(&mut self.pools[self.current.0 as usize]);
        if pool.entries.is_empty() {
            return;
        }
        self.close_block();
        self.align(4, None, None, span);
        self.mark(Contents::Data);
        for (value, sym, span) in pool.entries {
            self.fragments().more(4);
            let place = self.place();
            self.program.symbols[sym].def = Def::Place(place);
            self.item(span);
            let number = if let Expr::Num(n) = value { n as u32 } else { 0 };
            self.section().append(&number.to_le_bytes());
            if !matches!(value, Expr::Num(_)) {
                let (frag, offset, kind) = (place.frag, place.offset, FixupKind::Data(4));
                self.section().fixups.push(Fixup { frag, offset, kind, value, span });
            }
        }
    }

    /// Puts all literals that have no place yet at the ends of their sections.
    pub fn pools(&mut self, span: Span) {
        let current = self.current;
        for section in 0..self.program.sections.len() {
            if !self.pools[section].entries.is_empty() {
                self.switch(crate::symbol::SectionId(section as u32));
                self.pool(span);
            }
        }
        self.switch(current);
    }
}
