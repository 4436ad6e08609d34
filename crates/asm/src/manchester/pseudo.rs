//! Pseudo-instructions: what takes more than one instruction, or another one than was written, or a literal. What is
//! an instruction goes on to [`insn`].

use super::insn::{self, Atoms, lower_word, one, values, written};
use super::state::{Assembler, Mode};
use super::tree::*;
use super::words;
use crate::diag::Diagnostic;
use crate::explain;
use crate::source::Span;
use skink_isa::codec::imm_a32;
use skink_isa::operand::Reg;
use skink_isa::syntax::Atom;

/// Assembles an instruction.
pub(super) fn instruction(asm: &mut Assembler<'_>, item: &Item, mnemonic: &str, operands: &[Operand]) {
    let unit = if asm.thumb { 2 } else { 4 };
    let aligned = asm.addr.is_multiple_of(unit);
    if asm.mode == Mode::Emit && !aligned && !std::mem::replace(&mut asm.misaligned, true) {
        let d = Diagnostic::error(
            item.span,
            format!("this instruction is at {:#x}, but instructions stand at multiples of {unit}", asm.addr),
        );
        asm.complain(d.help("put ALIGN behind the data before it"));
    }
    asm.misaligned &= !aligned;
    if let Some((long, cond)) = words::pseudo(mnemonic)
        && (!asm.thumb || long)
    {
        return address(asm, item, operands, long, cond);
    }
    if let Some(OperandKind::Literal(_)) = operands.last().map(|operand| &operand.kind) {
        return literal(asm, item, mnemonic, operands);
    }
    insn::plain(asm, item, mnemonic, operands);
}

/// `rd, target` of ADR and ADRL.
fn address(asm: &mut Assembler<'_>, item: &Item, operands: &[Operand], long: bool, cond: &str) {
    let name = if long { "ADRL" } else { "ADR" };
    let size = u64::from(asm.stmts[asm.current].size.max(1)) * 4;
    let lower: Vec<String> = operands.iter().map(|operand| lower_word(&operand.kind)).collect();
    if asm.thumb {
        let d =
            Diagnostic::error(item.name_span, "there is no ADRL in Thumb").help("use ADR, or LDR Rd, =label");
        asm.complain(d);
        asm.advance(size, item.span);
        return;
    }
    let Some(atoms) = values(asm, "adr", operands, &lower) else {
        asm.advance(size, item.span);
        return;
    };
    let (rd, target) = match atoms.atoms[..] {
        [Atom::Reg(rd), Atom::Punct(b','), Atom::Num { value, hash: false, .. }] => (rd, value as u32),
        _ => {
            let d = written(asm, item, name, &atoms, |w| explain::address_operands(&w, name));
            asm.complain(d);
            asm.advance(size, item.span);
            return;
        }
    };
    let base = (asm.addr as u32).wrapping_add(8);
    let distance = target.wrapping_sub(base);
    let (subtract, parts) = shortest(distance);
    let mut count = parts.len();
    if !long && count > 1 {
        let d = written(asm, item, name, &atoms, |w| explain::address_too_far(&w, distance as i32));
        asm.complain(d);
        count = 1;
    }
    let stmt = asm.current;
    if long && asm.monotone() {
        count = count.max(asm.stmts[stmt].size as usize);
    }
    if asm.stmts[stmt].size != count as u32 {
        asm.stmts[stmt].size = count as u32;
        asm.symbols.changed = true;
    }
    if asm.mode != Mode::Emit {
        asm.advance(4 * count as u64, item.span);
        return;
    }
    let mnemonic = format!("{}{cond}", if subtract { "sub" } else { "add" });
    for i in 0..count {
        let part = parts.get(i).copied().unwrap_or(0);
        let from = if i == 0 { Reg::PC } else { rd };
        let number = Atom::Num { value: part.into(), hash: true, minus: false };
        let comma = Atom::Punct(b',');
        let pieces = vec![Atom::Reg(rd), comma, Atom::Reg(from), comma, number];
        let spans = vec![item.span; pieces.len()];
        one(asm, item, &mnemonic, &Atoms { atoms: pieces, spans }, &[]);
    }
}

/// A number as the sum of as few A32 constants as possible, and whether they are to be subtracted.
fn shortest(distance: u32) -> (bool, Vec<u32>) {
    let (plus, minus) = (constants(distance), constants(distance.wrapping_neg()));
    if minus.len() < plus.len() { (true, minus) } else { (false, plus) }
}

/// As the sum of constants of eight bits at an even place; greedy from the lowest bit, at most four.
fn constants(mut n: u32) -> Vec<u32> {
    let mut parts = Vec::new();
    while n != 0 {
        let shift = n.trailing_zeros() & !1;
        let part = n & 0xff << shift;
        parts.push(part);
        n &= !part;
    }
    // The first part is the one that PC takes; which one does not matter.
    if parts.is_empty() {
        parts.push(0);
    }
    parts
}

/// `LDR Rd, =expr`.
fn literal(asm: &mut Assembler<'_>, item: &Item, mnemonic: &str, operands: &[Operand]) {
    let Some(cond) = words::split_condition(mnemonic, "ldr") else {
        let text = |operand: &Operand| String::from_utf8_lossy(asm.sources.slice(operand.span)).into_owned();
        let (rd, value) = (operands.first().map(text), operands.last().map(text));
        let (rd, value) = (rd.unwrap_or("R0".into()), value.unwrap_or_default());
        let span = operands.last().map_or(item.span, |operand| operand.span);
        let d = explain::literal_needs_ldr(mnemonic, &rd, &value, span);
        asm.complain(d);
        asm.advance(4, item.span);
        return;
    };
    let lower: Vec<String> = operands.iter().map(|operand| lower_word(&operand.kind)).collect();
    let (expr, span) = match operands.last() {
        Some(Operand { kind: OperandKind::Literal(expr), span }) => (expr, *span),
        _ => return,
    };
    let value = asm.value(expr);
    let moves = if asm.relocatable { asm.moves(expr) } else { Some(0) };
    let Some(atoms) = values(asm, "ldr", &operands[..operands.len() - 1], &lower) else { return };
    let [Atom::Reg(rd), Atom::Punct(b',')] = atoms.atoms[..] else {
        let d = Diagnostic::error(item.span, "expected a register before `=`").help("write LDR R0, =1234");
        asm.complain(d);
        asm.advance(4, item.span);
        return;
    };
    let stmt = asm.current;
    // Once in the pool, always in the pool, when the addresses are to settle.
    let pooled_before = asm.monotone() && asm.stmts[stmt].size == 1;
    let word = value.map(|v| v as u32);
    // What a linker may change has to be a whole word.
    let constant =
        word.filter(|&w| !pooled_before && moves == Some(0) && rd != Reg::PC && is_constant(w, asm.thumb));
    let span_of = |n: usize| vec![item.span; n];
    if let Some(word) = constant {
        asm.stmts[stmt].size = 0;
        let (name, n) = if is_plain(word, asm.thumb) { ("mov", word) } else { ("mvn", !word) };
        if !asm.thumb && asm.mode != Mode::Emit {
            asm.advance(4, item.span);
            return;
        }
        let number = Atom::Num { value: n.into(), hash: true, minus: false };
        let atoms = vec![Atom::Reg(rd), Atom::Punct(b','), number];
        let spans = span_of(atoms.len());
        return one(asm, item, &format!("{name}{cond}"), &Atoms { atoms, spans }, &[]);
    }
    asm.stmts[stmt].size = 1;
    let place = asm.literals.ask(stmt, word, moves, span);
    if !asm.thumb && asm.mode != Mode::Emit {
        asm.advance(4, item.span);
        return;
    }
    let here = asm.addr as u32;
    let distance = match place {
        Some(place) => reach(asm, here, place, span).unwrap_or(0),
        None => 0,
    };
    let offset = Atom::Num { value: distance, hash: true, minus: distance < 0 };
    let pieces = vec![
        Atom::Reg(rd),
        Atom::Punct(b','),
        Atom::Punct(b'['),
        Atom::Reg(Reg::PC),
        Atom::Punct(b','),
        offset,
        Atom::Punct(b']'),
    ];
    let spans = span_of(pieces.len());
    one(asm, item, mnemonic, &Atoms { atoms: pieces, spans }, &[]);
}

/// Whether MOV or MVN has a constant for it.
fn is_constant(word: u32, thumb: bool) -> bool {
    is_plain(word, thumb) || is_plain(!word, thumb)
}

fn is_plain(word: u32, thumb: bool) -> bool {
    if thumb { skink_isa::codec::imm_t32(word).is_some() } else { imm_a32(word).is_some() }
}

/// The distance from PC of a literal, if LDR reaches it.
fn reach(asm: &mut Assembler<'_>, from: u32, to: u32, span: Span) -> Option<i64> {
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
