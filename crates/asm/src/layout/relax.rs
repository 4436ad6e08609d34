//! The sizes of fragments, as GNU as comes to them.
//!
//! Which of several stable layouts a program gets depends on the way there: GNU as goes through a section again and
//! again, moves what is behind a fragment that grew, and makes an instruction wide for good once it needed to be
//! while nothing before it was growing. Relocations of such an instruction are made at that time, so that the way
//! also decides their order. This is that way (binutils 2.40: relax_segment in gas/write.c, arm_relax_frag in
//! gas/config/tc-arm.c).

use super::dwarf;
use super::resolve::{Resolver, Target};
use crate::diag::Diagnostics;
use crate::expr::Expr;
use crate::hir::{Frag, FragKind, Insn, Program};
use crate::source::Span;
use crate::symbol::{Binding, Def, SectionId, SymType, Symbol};
use skink_isa::Cond;
use skink_isa::op::OpKind;

/// Passes over a section until its sizes must have settled. GNU as allows the square of its fragments; what takes more
/// than these goes to and fro.
const PASSES: u32 = 1000;
/// Rounds over all sections.
const ROUNDS: u32 = 100;

/// How far a section has come.
#[derive(Debug, Default)]
pub(super) struct State {
    /// By fragment: whether it is wide for good.
    frozen: Vec<bool>,
    /// Those, in the order in which they came to be.
    pub(super) order: Vec<u32>,
    /// Where each fragment was after the last round.
    last: Vec<u32>,
    /// More padding behind an alignment.
    extra: Vec<(u32, u32)>,
    /// The two parts of GNU as's count of a LEB128 number and an alignment that push each other to and fro: how often
    /// the number changed last, and in how many passes with nothing else.
    changes: u32,
    passes: u32,
}

/// Gives all fragments their sizes and addresses. Answers for each section the fragments whose relocations come first.
pub(super) fn relax(program: &mut Program, diags: &mut Diagnostics) -> Vec<State> {
    let mut states: Vec<State> = program
        .sections
        .iter()
        .map(|section| {
            let n = section.frags.len();
            State { frozen: vec![false; n], last: vec![0; n], ..State::default() }
        })
        .collect();
    // Sizes may depend on addresses in sections that come later.
    for round in 0..ROUNDS {
        let mut again = false;
        for (n, state) in states.iter_mut().enumerate() {
            let mut section = Relaxing { program, id: SectionId(n as u32), state, diags, round };
            section.guess();
            again |= section.settle();
            again |= section.moved();
        }
        if !again {
            break;
        }
    }
    states
}

struct Relaxing<'a> {
    program: &'a mut Program,
    id: SectionId,
    state: &'a mut State,
    diags: &'a mut Diagnostics,
    round: u32,
}

impl Relaxing<'_> {
    fn frags(&mut self) -> &mut Vec<Frag> {
        &mut self.program.sections[self.id.0 as usize].frags
    }

    fn resolver(&self) -> Resolver<'_> {
        Resolver { program: self.program }
    }

    /// The sizes to begin with, and addresses by them.
    fn guess(&mut self) {
        (self.state.changes, self.state.passes) = (0, 0);
        let mut addr = 0u32;
        for i in 0..self.frags().len() {
            let frag = &mut self.frags()[i];
            frag.addr = addr;
            let size = match frag.kind {
                FragKind::Bytes { start, end } => end - start,
                FragKind::Insn(_) | FragKind::Wide { .. } => 2 + 2 * u32::from(self.state.frozen[i]),
                FragKind::Align { align, max, .. } => {
                    let extra = self.state.extra.iter().filter(|(frag, _)| *frag == i as u32);
                    padding(addr, align, max) + extra.map(|(_, size)| size).sum::<u32>()
                }
                FragKind::Leb { .. } => 1,
                FragKind::Org { .. } | FragKind::Space { count: Expr::Sym(..) | Expr::Tree(_), .. } => 0,
                kind => self.wanted(kind).unwrap_or(0),
            };
            self.frags()[i].size = size;
            addr = addr.wrapping_add(size);
        }
    }

    /// Passes until nothing changes; whether other sections may have to settle first.
    fn settle(&mut self) -> bool {
        let mut unsure = false;
        for _ in 0..PASSES {
            let (mut stretch, mut stretched) = (0i64, false);
            for i in 0..self.frags().len() {
                let frag = &mut self.frags()[i];
                let was = frag.addr;
                frag.addr = was.wrapping_add(stretch as u32);
                if let FragKind::Bytes { .. } = frag.kind {
                    continue;
                }
                let frag = *frag;
                let growth = self.growth(i, frag, was, stretch, &mut unsure);
                if growth != 0 {
                    let size = i64::from(frag.size) + growth;
                    self.frags()[i].size = u32::try_from(size).unwrap_or(0);
                    stretch += growth;
                    stretched = true;
                    self.count(frag.kind, stretch);
                }
            }
            let state = &mut *self.state;
            match (stretch, state.changes) {
                (0, changes) if changes > 0 && changes % 2 == 0 => state.passes += 1,
                _ => (state.changes, state.passes) = (0, 0),
            }
            if !stretched {
                return unsure;
            }
        }
        let place = self.frags().iter().find_map(|frag| match frag.kind {
            FragKind::Org { span, .. } | FragKind::Space { span, .. } => Some(span),
            _ => None,
        });
        let name = &self.program.section(self.id).name;
        let message = format!("the sizes in section `{name}` depend on each other so that none fits");
        match place {
            Some(span) => said(self.diags, span, &message),
            None => self.diags.push(crate::diag::Diagnostic::global(message)),
        }
        false
    }

    /// Notes a change, to find out whether a LEB128 number and an alignment take turns.
    fn count(&mut self, kind: FragKind, stretch: i64) {
        let state = &mut *self.state;
        let data = matches!(kind, FragKind::Align { fill, contents, .. }
            if fill.is_some() || contents == crate::hir::Contents::Data);
        match kind {
            FragKind::Leb { .. } => state.changes += 1,
            FragKind::Align { .. } if data && state.changes % 2 == 1 && stretch == 0 => state.changes += 1,
            _ => (state.changes, state.passes) = (0, 0),
        }
    }

    /// By how much a fragment changes.
    fn growth(&mut self, i: usize, frag: Frag, was: u32, stretch: i64, unsure: &mut bool) -> i64 {
        let size = i64::from(frag.size);
        match frag.kind {
            FragKind::Bytes { .. } => 0,
            FragKind::Align { align, max, .. } => {
                let new = i64::from(padding(frag.addr, align, max));
                let growth = new - i64::from(padding(was, align, max));
                if growth < 0 && self.state.changes % 2 == 1 && self.state.passes >= 2 {
                    // They do: more padding ends it.
                    self.state.extra.push((i as u32, align));
                    return growth + i64::from(align);
                }
                growth
            }
            FragKind::Wide { .. } => self.widened(i, true, size, stretch),
            FragKind::Insn(number) => {
                let insn = self.program.insns[number as usize];
                let wide = self.state.frozen[i] || self.wide(i, frag.addr, &insn, stretch);
                self.widened(i, wide, size, stretch)
            }
            FragKind::Org { to, span, .. } => match self.resolver().offset_in(self.id, to) {
                Some(to) if to >= i64::from(frag.addr) && to < 1 << 30 => to - i64::from(frag.addr) - size,
                _ if self.round < 2 => {
                    *unsure = true;
                    0
                }
                _ => {
                    let message = "cannot move backwards, or to an address that is not of this section";
                    said(self.diags, span, message);
                    -size
                }
            },
            FragKind::Space { span, .. } => match self.wanted(frag.kind) {
                Some(new) => i64::from(new) - size,
                None if self.round < 2 => {
                    *unsure = true;
                    0
                }
                None => {
                    said(self.diags, span, "the size of the space is not known, or not possible");
                    -size
                }
            },
            FragKind::Leb { .. } | FragKind::CfaAdvance { .. } | FragKind::LineAdvance { .. } => {
                i64::from(self.wanted(frag.kind).unwrap_or(1)) - size
            }
        }
    }

    /// The size that a number, an advance or a space has by the addresses as they are.
    fn wanted(&self, kind: FragKind) -> Option<u32> {
        let resolver = self.resolver();
        let len = match kind {
            FragKind::Leb { value, signed } => dwarf::leb(resolver.number(value).unwrap_or(0), signed).len(),
            FragKind::CfaAdvance { from, to } => dwarf::cfa_advance(resolver.distance(from, to)).len(),
            FragKind::LineAdvance { from, to, line } => {
                dwarf::line_advance(line, resolver.distance(from, to)).len()
            }
            FragKind::Space { count, size, .. } => {
                let n = u32::try_from(resolver.number(count)?).ok()?;
                return n.checked_mul(size.into()).filter(|n| *n < 1 << 30);
            }
            _ => return None,
        };
        Some(len as u32)
    }

    /// An instruction that is to have two bytes or four. While something before it grows it may be narrow again in the
    /// next pass.
    fn widened(&mut self, i: usize, wide: bool, size: i64, stretch: i64) -> i64 {
        if wide && stretch <= 0 && !self.state.frozen[i] {
            self.state.frozen[i] = true;
            self.state.order.push(i as u32);
        }
        if wide { 4 - size } else { 2 - size }
    }

    /// Whether an instruction needs four bytes at `addr`.
    fn wide(&self, i: usize, addr: u32, insn: &Insn, stretch: i64) -> bool {
        let branch = insn.op.kind() == OpKind::B;
        if !branch && !matches!(insn.op.kind(), OpKind::LdrLit | OpKind::Adr) {
            // Any other operand with a symbol in it may be anything.
            return true;
        }
        let base = self.program.section(self.id).address;
        let Some(value) = self.resolver().eval(insn.value, 0).map(|value| value.settled()) else {
            return true;
        };
        let target = match (value.add, value.sub, base) {
            (None, None, Some(base)) => value.number - i64::from(base),
            (Some(Target::At(sym, section, offset)), None, _) if section == self.id => {
                let symbol = &self.program.symbols[sym];
                if symbol.binding == Binding::Weak || if branch { leaves(symbol) } else { is_thumb(symbol) } {
                    return true;
                }
                offset + value.number + self.ahead(i, insn.value, stretch)
            }
            _ => return true,
        };
        let addr = i64::from(addr);
        if branch {
            let limit = if insn.cond == Cond::Al || insn.in_it { 1 << 11 } else { 1 << 8 };
            return !(-limit..limit).contains(&(target - addr - 4));
        }
        target & 3 != 0 || !(0..=1020).contains(&(target - ((addr + 4) & !3)))
    }

    /// How far a symbol's fragment will move in this pass, if it is still to come: as far as everything has moved until
    /// now, but for what alignment on the way takes up.
    fn ahead(&self, i: usize, value: Expr, stretch: i64) -> i64 {
        let Expr::Sym(mut sym, _) = value else { return 0 };
        for _ in 0..100 {
            match self.program.symbols[sym].def {
                Def::Equ(Expr::Sym(other, _)) => sym = other,
                Def::Place(place) if place.frag as usize > i => {
                    let frags = &self.program.section(self.id).frags[i..place.frag as usize];
                    return frags.iter().fold(stretch, |stretch, frag| match frag.kind {
                        // Towards zero, to a multiple.
                        FragKind::Align { align, .. } => stretch / i64::from(align) * i64::from(align),
                        _ => stretch,
                    });
                }
                _ => return 0,
            }
        }
        0
    }

    /// Whether a fragment is not where it was after the last round.
    fn moved(&mut self) -> bool {
        let mut moved = false;
        let frags = &self.program.sections[self.id.0 as usize].frags;
        for (frag, last) in frags.iter().zip(&mut self.state.last) {
            moved |= frag.addr != *last;
            *last = frag.addr;
        }
        moved
    }
}

/// Whether a branch to a symbol of the section may have to leave it: another definition may take its place, or it is
/// ARM code.
fn leaves(symbol: &Symbol) -> bool {
    let arm = matches!(symbol.ty, SymType::Func | SymType::IFunc) && !symbol.thumb;
    arm || symbol.binding != Binding::Local && symbol.visibility == 0
}

fn is_thumb(symbol: &Symbol) -> bool {
    symbol.thumb_func || symbol.thumb && matches!(symbol.ty, SymType::Func | SymType::IFunc)
}

/// The bytes from an address to a multiple of `align`; none if that takes more than `max`.
fn padding(addr: u32, align: u32, max: u32) -> u32 {
    let size = addr.next_multiple_of(align.max(1)).wrapping_sub(addr);
    if size > max { 0 } else { size }
}

/// Says a thing about a place once.
fn said(diags: &mut Diagnostics, span: Span, message: &str) {
    if !diags.list().iter().any(|d| d.span == Some(span)) {
        diags.error(span, message);
    }
}
