//! The literal pool: words that `LDR Rd, =expr` loads. Equal words are kept once.

use super::assemble::{Assembler, Mode};
use super::emit::What;
use crate::diag::Diagnostic;
use crate::source::Span;
use std::collections::HashMap;

/// What is to be put into the next pool, and where earlier ones were put.
#[derive(Debug, Default)]
pub(super) struct Literals {
    waiting: Vec<Waiting>,
    /// Where each statement's literal is, as of the pass before or this one.
    places: HashMap<usize, u32>,
}

#[derive(Debug)]
struct Waiting {
    /// `None` while it is not known; such a word is shared with no other.
    value: Option<u32>,
    /// How it changes when the program is put elsewhere: an address is not shared with a number that it happens to
    /// be equal to.
    moves: Option<i32>,
    /// The statements that load it, and what they wrote.
    users: Vec<(usize, Span)>,
}

impl Literals {
    pub(super) fn start_pass(&mut self) {
        self.waiting.clear();
    }

    /// Asks for a word for a statement; says where it was in the pass before.
    pub(super) fn ask(
        &mut self,
        stmt: usize,
        value: Option<u32>,
        moves: Option<i32>,
        span: Span,
    ) -> Option<u32> {
        match self.waiting.iter_mut().find(|w| value.is_some() && (w.value, w.moves) == (value, moves)) {
            Some(same) => same.users.push((stmt, span)),
            None => self.waiting.push(Waiting { value, moves, users: vec![(stmt, span)] }),
        }
        self.places.get(&stmt).copied()
    }

    /// Puts the words here; `at` is where a listing shows them.
    pub(super) fn dump(&mut self, asm: &mut Assembler<'_>, at: Span) {
        if self.waiting.is_empty() {
            return;
        }
        let padding = asm.addr.next_multiple_of(4) - asm.addr;
        if !asm.advance(padding, at) {
            return;
        }
        if asm.mode == Mode::Emit && padding > 0 {
            asm.emitter.space(padding, 0, What::Padding, at);
        }
        for waiting in std::mem::take(&mut self.waiting) {
            let address = asm.addr as u32;
            if !asm.advance(4, at) {
                return;
            }
            for (stmt, _) in &waiting.users {
                let before = self.places.insert(*stmt, address);
                asm.symbols.changed |= before != Some(address);
            }
            if asm.mode == Mode::Emit {
                match waiting.moves {
                    Some(0) => {}
                    Some(1) => asm.emitter.words.push(address),
                    _ => asm.emitter.fixed.push(waiting.users[0].1),
                }
                asm.emitter.literal(waiting.value.unwrap_or(0), waiting.users[0].1, at);
            }
        }
    }
}

/// The distance from PC of a literal, if LDR reaches it.
pub(super) fn reach(asm: &mut Assembler<'_>, from: u32, to: u32, span: Span) -> Option<i64> {
    let base = if asm.thumb { from.wrapping_add(4) & !3 } else { from.wrapping_add(8) };
    let distance = to.wrapping_sub(base) as i32 as i64;
    if distance.abs() <= 4095 {
        return Some(distance);
    }
    let d =
        Diagnostic::error(span, format!("the literal pool is {distance} bytes away, and LDR reaches 4095"))
            .help("put LITERAL nearer, behind a branch or the end of a subroutine, where it is not executed");
    asm.complain(d);
    None
}
