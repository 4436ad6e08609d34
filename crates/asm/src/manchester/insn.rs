//! Instructions and pseudo-instructions in a pass: their operands get values, and the instruction table's index
//! makes words of them.

use super::lower;
use super::state::{Assembler, Mode};
use super::symbols::Kind;
use super::tree::*;
use super::words;
use crate::diag::Diagnostic;
use crate::encode::{self, choose, inject};
use crate::explain::{self, Written};
use crate::hir::Insn;
use crate::source::Span;
use skink_isa::operand::Reg;
use skink_isa::syntax::{Atom, Role};
use skink_isa::{Cond, Op, ROWS};

/// Operands with values, and the text that each is from.
pub(super) struct Atoms<'s> {
    pub(super) atoms: Vec<Atom<'s>>,
    pub(super) spans: Vec<Span>,
}

/// Asks about an instruction as it was written.
pub(super) fn written<R>(
    asm: &Assembler<'_>,
    item: &Item,
    mnemonic: &str,
    atoms: &Atoms<'_>,
    ask: impl FnOnce(Written<'_>) -> R,
) -> R {
    ask(Written {
        text: &asm.sources.file(item.span.file).text,
        span: item.span,
        name_span: item.name_span,
        mnemonic,
        atoms: &atoms.atoms,
        spans: &atoms.spans,
        thumb: asm.thumb,
        in_it: false,
        bare: false,
        is_label: &|name| asm.symbols.get(name).is_some_and(|symbol| symbol.kind == Kind::Label),
    })
}

/// An instruction that is one.
pub(super) fn plain(asm: &mut Assembler<'_>, item: &Item, mnemonic: &str, operands: &[Operand]) {
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

pub(super) fn lower_word(kind: &OperandKind) -> String {
    match kind {
        OperandKind::Word(word) => word.to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// Gives the operands values. `None` if one has none in the last pass; it has been complained about.
pub(super) fn values<'s>(
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

/// Encodes one instruction with all its operands known. `operands` are what they were, if they correspond one to
/// one.
pub(super) fn one(
    asm: &mut Assembler<'_>,
    item: &Item,
    mnemonic: &str,
    atoms: &Atoms<'_>,
    operands: &[Operand],
) {
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
        && let Some(d) = written(asm, item, mnemonic, atoms, |w| explain::bare_number(w, target))
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
                for d in written(asm, item, mnemonic, atoms, |w| explain::surprises(&w, &op, true)) {
                    asm.complain(d);
                }
                if let Some((parsed, (atom, role))) = symbolic
                    && let Some(operand) = operands.get(atom)
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
                let d = written(asm, item, mnemonic, atoms, |w| explain::refusal(w, &error, far));
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
