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
        let m = crate::encode::index().mnemonic(mnemonic);
        let cond = m.as_ref().map_or(Cond::Al, |m| m.cond);
        let atoms = [Atom::Reg(rd), Atom::Punct(b','), Atom::Expr { index: 0, hash: false }];
        // A processor that has the load is wanted, whatever becomes of it.
        let place = Place { thumb: false, in_it: false, width: 0 };
        let load = m.filter(|_| !self.thumb);
        if let Some(Ok(load)) = load.map(|m| crate::encode::index().assemble(&m, cond, place, &atoms)) {
            self.use_row(load.parsed.row);
        }
        if let Some(n) = known.filter(|n| (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(n))
            && let Some((name, n)) = self.as_move(rd, cond, n as u32)
        {
            let name = format!("{name}{}{}", cond.suffix(), if self.thumb { ".w" } else { "" });
            let number = Atom::Num { value: i64::from(n), hash: true, minus: false };
            let atoms = [Atom::Reg(rd), Atom::Punct(b','), number];
            let line = crate::insn::Line { mnemonic: &name, atoms: &atoms, places: &[], exprs: &[], span };
            return self.insn(&line);
        }
        let value = known.map_or(value, |n| Expr::Num(i64::from(n as u32)));
        let sym = self.literal(value, span);
        let exprs = [Expr::Sym(sym, 0)];
        self.insn(&crate::insn::Line { mnemonic, atoms: &atoms, places: &[], exprs: &exprs, span });
    }

    /// The instruction that moves a constant, and its operand: GNU as has no MOVW in ARM code for it, and no 16-bit
    /// instructions.
    fn as_move(&self, rd: Reg, cond: Cond, n: u32) -> Option<(&'static str, u32)> {
        if self.thumb && (self.lacks.moves || matches!(rd, Reg::SP | Reg::PC)) {
            return None;
        }
        let place = Place { thumb: self.thumb, in_it: self.thumb && cond != Cond::Al, width: 4 };
        let fits = |op: Op, kind: OpKind, rows: [&str; 2]| {
            let parsed = ROWS.iter().find(|row| row.kind == kind);
            let word = parsed.and_then(|row| choose(&op, cond, place, row));
            word.is_some_and(|word| rows.contains(&ROWS[word.row as usize].name))
        };
        let imm = |value| Operand2::Imm(ModImm { value, carry: None, raw: UNCHOSEN, a32: !self.thumb });
        let mov = |value| DataMov { s: false, rd, op2: imm(value) };
        if fits(Op::Mov(mov(n)), OpKind::Mov, ["MOV_imm_A1", "MOV_imm_T2"]) {
            Some(("mov", n))
        } else if fits(Op::Mvn(mov(!n)), OpKind::Mvn, ["MVN_imm_A1", "MVN_imm_T1"]) {
            Some(("mvn", !n))
        } else {
            (self.thumb && n <= 0xffff).then_some(("movw", n))
        }
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
        // With zeros, also in code.
        self.align(4, Some((0, 1)), None, span);
        self.mark_again(Contents::Data);
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
