//! Instructions and pseudo-instructions in a pass: their operands get values, and the instruction table's index
//! makes words of them.

use super::assemble::{Assembler, Mode};
use super::explain;
use super::literals;
use super::lower;
use super::symbols::Kind;
use super::tree::*;
use super::words;
use crate::diag::Diagnostic;
use crate::encode::{self, choose, inject};
use crate::hir::Insn;
use crate::source::Span;
use skink_isa::codec::imm_a32;
use skink_isa::operand::Reg;
use skink_isa::syntax::{Atom, Role};
use skink_isa::{Cond, Op, ROWS};

/// Operands with values, and the text that each is from.
pub(super) struct Atoms<'s> {
    pub(super) atoms: Vec<Atom<'s>>,
    pub(super) spans: Vec<Span>,
}

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
    if !asm.thumb && asm.mode != Mode::Emit {
        asm.advance(if mnemonic.starts_with("it") { it_size(mnemonic) } else { 4 }, item.span);
        return;
    }
    let lower: Vec<String> = operands.iter().map(|operand| lower_word(&operand.kind)).collect();
    let Some(mut atoms) = values(asm, mnemonic, operands, &lower) else {
        asm.advance(4, item.span);
        return;
    };
    pc_relative(asm, mnemonic, &mut atoms);
    one(asm, item, mnemonic, &atoms, operands);
}

/// IT makes no bytes in A32 (ARM ARM A8.8.54).
fn it_size(mnemonic: &str) -> u64 {
    let is_it = mnemonic.len() <= 5 && mnemonic[2..].bytes().all(|b| matches!(b, b't' | b'e'));
    if is_it { 0 } else { 4 }
}

fn lower_word(kind: &OperandKind) -> String {
    match kind {
        OperandKind::Word(word) => word.to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// Gives the operands values. `None` if one has none in the last pass; it has been complained about.
fn values<'s>(
    asm: &mut Assembler<'_>,
    mnemonic: &str,
    operands: &[Operand],
    lower: &'s [String],
) -> Option<Atoms<'s>> {
    let mut out =
        Atoms { atoms: Vec::with_capacity(operands.len()), spans: Vec::with_capacity(operands.len()) };
    let mut whole = true;
    // SVC's number takes no `#` here, and has one in the manual.
    let bare = ["svc", "swi", "bkpt", "udf", "hint", "dbg"].iter().any(|name| mnemonic.starts_with(name));
    for (operand, lower) in operands.iter().zip(lower) {
        let atom = match &operand.kind {
            OperandKind::Reg(n) => Atom::Reg(Reg(*n)),
            OperandKind::Ext(r) => Atom::Ext(*r),
            OperandKind::Float { value, hash } => Atom::Float { value: *value, hash: *hash },
            OperandKind::Punct(b) => Atom::Punct(*b),
            OperandKind::Word(word) => match word_atom(asm, mnemonic, word, lower, operand.span, bare) {
                Some(atom) => atom,
                None => {
                    whole = false;
                    Atom::Num { value: 0, hash: false, minus: false }
                }
            },
            OperandKind::Value { expr, hash, minus } => {
                if *hash && asm.mode == Mode::Emit && asm.moves(expr) != Some(0) {
                    asm.emitter.fixed.push(expr.span);
                }
                let value = asm.value(expr);
                whole &= value.is_some();
                Atom::Num { value: value.unwrap_or(0), hash: *hash || bare, minus: *minus }
            }
            OperandKind::Literal(_) => {
                let d = Diagnostic::error(operand.span, "`=` cannot stand here")
                    .help("LDR Rd, =value is the only instruction with it, and it is its last operand");
                asm.complain(d);
                return None;
            }
        };
        out.atoms.push(atom);
        out.spans.push(operand.span);
    }
    (whole || asm.mode != Mode::Emit).then_some(out)
}

/// What a word among the operands stands for.
fn word_atom<'s>(
    asm: &mut Assembler<'_>,
    mnemonic: &str,
    word: &str,
    lower: &'s str,
    span: Span,
    bare: bool,
) -> Option<Atom<'s>> {
    if words::is_shift(word) {
        return Some(Atom::Name(lower));
    }
    if let Some(symbol) = asm.symbols.get_mut(word) {
        if let (Kind::Alias(kind), Some(value)) = (symbol.kind, symbol.value) {
            symbol.used = true;
            const C: [&str; 16] = [
                "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13",
                "c14", "c15",
            ];
            const P: [&str; 16] = [
                "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13",
                "p14", "p15",
            ];
            let n = value as usize & 15;
            return Some(match kind {
                AliasKind::Register => Atom::Reg(Reg(n as u8)),
                AliasKind::CoprocessorRegister => Atom::Name(C[n]),
                AliasKind::Coprocessor => Atom::Name(P[n]),
            });
        }
    } else if words::is_special(mnemonic, lower) {
        return Some(Atom::Name(lower));
    }
    if asm.mode == Mode::Emit
        && asm.symbols.get(word).is_none()
        && let Some(d) = explain::no_such_register(word, span)
    {
        asm.complain(d);
        return None;
    }
    let expr = Expr { span, kind: ExprKind::Name(word.to_owned()), depth: 1 };
    let value = asm.value(&expr)?;
    Some(Atom::Num { value, hash: bare, minus: false })
}

/// `LDR R0, label` as `LDR R0, [PC, #distance]`, and so for all loads and stores.
fn pc_relative(asm: &mut Assembler<'_>, mnemonic: &str, atoms: &mut Atoms<'_>) {
    let access = ["ldr", "str", "vldr", "vstr", "pld", "pli", "flds", "fldd", "fsts", "fstd", "ldc", "stc"];
    let exclusive = mnemonic.starts_with("ldrex") || mnemonic.starts_with("strex");
    if exclusive || !access.iter().any(|stem| mnemonic.starts_with(stem)) {
        return;
    }
    let (Some(&Atom::Num { value, hash: false, .. }), Some(&span)) = (atoms.atoms.last(), atoms.spans.last())
    else {
        return;
    };
    // In brackets or behind them it is something else.
    if atoms.atoms.contains(&Atom::Punct(b'[')) {
        return;
    }
    let here = asm.addr as u32;
    let base = if asm.thumb { here.wrapping_add(4) & !3 } else { here.wrapping_add(8) };
    let distance = (value as u32).wrapping_sub(base) as i32 as i64;
    atoms.atoms.pop();
    atoms.spans.pop();
    let offset = Atom::Num { value: distance, hash: true, minus: distance < 0 };
    for atom in [Atom::Punct(b'['), Atom::Reg(Reg::PC), Atom::Punct(b','), offset, Atom::Punct(b']')] {
        atoms.atoms.push(atom);
        atoms.spans.push(span);
    }
}

/// Encodes one instruction with all its operands known. `written` are the operands that they were, if they
/// correspond one to one.
fn one(asm: &mut Assembler<'_>, item: &Item, mnemonic: &str, atoms: &Atoms<'_>, written: &[Operand]) {
    let index = encode::index();
    let Some(m) = index.mnemonic(mnemonic) else {
        return asm.complain(words::unknown(mnemonic, item.name_span));
    };
    let (cond, in_it) = match it_condition(asm, item, m.cond, mnemonic) {
        Some(found) => found,
        None => {
            asm.advance(4, item.span);
            return;
        }
    };
    let place = choose::Place { thumb: asm.thumb, in_it, width: m.width };
    let assembled = index.assemble(&m, cond, place, &atoms.atoms).map_err(|error| (error, None));
    let symbolic = assembled.as_ref().ok().and_then(|found| Some((found.parsed, found.parsed.expr?)));
    let target = symbolic.map(|(_, (atom, _))| atom);
    if asm.mode == Mode::Emit
        && let Some(d) = explain::bare_number(asm, item, mnemonic, atoms, target)
    {
        asm.complain(d);
        asm.advance(4, item.span);
        return;
    }
    let found = assembled.and_then(|found| match (found.word, found.parsed.expr) {
        (Some(word), _) => Ok((found.parsed.op, word)),
        (None, Some((atom, role))) => {
            let distance = distance(asm, &found.parsed.op, atoms.atoms.get(atom), role);
            let error = (encode::Error::Encoding(found.parsed.op), Some((atom, distance)));
            let row = &ROWS[found.parsed.row as usize];
            let op = inject::with_value(&found.parsed.op, distance);
            let word = op.and_then(|op| choose::choose(&op, cond, place, row).map(|word| (op, word)));
            word.ok_or(error)
        }
        (None, None) => Err((encode::Error::Encoding(found.parsed.op), None)),
    });
    match found {
        Ok((op, word)) => {
            if let Op::It(it) = op {
                asm.it = it_block(it.block);
                if !asm.thumb {
                    return;
                }
            }
            permitted(asm, item, &ROWS[word.row as usize]);
            let thumb = asm.thumb;
            if asm.advance(word.size.into(), item.span) && asm.mode == Mode::Emit {
                explain::surprises(asm, item, &op, atoms);
                if let Some((parsed, (atom, role))) = symbolic
                    && let Some(operand) = written.get(atom)
                {
                    let value = lower::operand(asm, operand);
                    let (op, row, width, span) = (parsed.op, parsed.row, m.width, item.span);
                    asm.emitter.reference(Insn { op, cond, row, thumb, in_it, width, value, role, span });
                }
                asm.emitter.code(&word.bytes(thumb)[..word.size as usize], thumb, item.span);
            }
        }
        Err((error, far)) => {
            if asm.mode == Mode::Emit {
                let d = explain::refusal(asm, item, mnemonic, atoms, &error, far);
                asm.complain(d);
            }
            asm.advance(4, item.span);
        }
    }
}

/// The distance from PC, or from Align(PC, 4), of an operand that is an address.
fn distance(asm: &Assembler<'_>, op: &Op, atom: Option<&Atom<'_>>, role: Role) -> i64 {
    let value = match atom {
        Some(&Atom::Num { value, .. }) => value as u32,
        _ => 0,
    };
    let pc = (asm.addr as u32).wrapping_add(if asm.thumb { 4 } else { 8 });
    match role {
        Role::Value => value as i64,
        Role::Branch if matches!(op, Op::BlxImm(_)) => value.wrapping_sub(pc & !3) as i32 as i64,
        Role::Branch => value.wrapping_sub(pc) as i32 as i64,
        Role::Literal => value.wrapping_sub(pc & !3) as i32 as i64,
    }
}

/// The conditions of the instructions behind an IT, the next one last.
fn it_block(block: skink_isa::operand::ItBlock) -> Vec<Cond> {
    let count = 4 - block.mask.trailing_zeros().min(3) as u8;
    let first = block.firstcond as u8;
    // Each mask bit is bit 0 of its instruction's condition (ARM ARM A8.8.54).
    let at = |i: u8| if i == 0 { first } else { first & 14 | block.mask >> (4 - i) & 1 };
    (0..count).rev().map(|i| Cond::from_bits(at(i).into())).collect()
}

/// The condition that an instruction is encoded with, and whether an IT block gives it.
fn it_condition(asm: &mut Assembler<'_>, item: &Item, cond: Cond, mnemonic: &str) -> Option<(Cond, bool)> {
    match asm.it.pop() {
        Some(expected) => {
            if expected != cond {
                let expected = expected.suffix().to_uppercase();
                let expected = if expected.is_empty() { "AL".into() } else { expected };
                let d = Diagnostic::error(
                    item.name_span,
                    format!("the IT before this wants condition {expected} here"),
                );
                asm.complain(d);
                return None;
            }
            Some((cond, asm.thumb))
        }
        None if asm.thumb && cond != Cond::Al && !mnemonic.starts_with('b') => {
            let suffix = cond.suffix().to_uppercase();
            let d = Diagnostic::error(item.name_span, "in Thumb only branches have a condition of their own")
                .help(format!("put IT {suffix} before it"));
            asm.complain(d);
            None
        }
        None => Some((cond, false)),
    }
}

/// Complains of an instruction that ARCH does not permit.
fn permitted(asm: &mut Assembler<'_>, item: &Item, row: &skink_isa::Row) {
    if let Some((arch, span)) = asm.arch
        && row.arch > arch
    {
        let d = Diagnostic::error(item.name_span, format!("this instruction needs {:?}", row.arch))
            .other(span, "ARCH permits less");
        asm.complain(d);
    }
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
            let d = explain::address_operands(item, name, &atoms);
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
        let d = explain::address_too_far(item, &atoms, distance as i32);
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
        let d = explain::literal_needs_ldr(asm.sources, item, mnemonic, operands);
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
        Some(place) => literals::reach(asm, here, place, span).unwrap_or(0),
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
