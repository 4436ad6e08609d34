//! What each directive does in a pass.

use super::emit::What;
use super::lower;
use super::state::{Assembler, MAX_BYTES, Mode, Record, Region};
use super::symbols::Kind;
use super::tree::*;
use super::words;
use crate::diag::Diagnostic;
use crate::source::Span;
use skink_isa::Arch;
use std::sync::Arc;

/// Whether a line belongs to the record before it. A line without an item does not end it.
pub(super) fn continues_record(item: Option<&Item>) -> bool {
    match item.map(|item| &item.kind) {
        None => true,
        Some(ItemKind::Directive(d)) => {
            matches!(d, Directive::Field(..) | Directive::RecordAlias | Directive::RecordAlign(_))
        }
        Some(_) => false,
    }
}

/// Does what a directive says. `labels` are those of its line.
pub(super) fn directive(asm: &mut Assembler<'_>, item: &Item, d: &Directive, labels: &[Label]) {
    match d {
        Directive::Org(to) => org(asm, item.span, to),
        Directive::Equ(value) => equ(asm, item, value, labels),
        Directive::Entry => entry(asm, item.span),
        Directive::Export(names) => export(asm, names),
        Directive::Align(to, fill) => align(asm, item.span, to.as_ref(), fill.as_ref()),
        Directive::Define(size, data) => define_data(asm, item, *size, data),
        Directive::Space(count, fill) => space(asm, item.span, count, fill.as_ref()),
        // Its lines follow as statements of their own.
        Directive::Include(..) => {}
        Directive::Import(name, span) => import(asm, item, name, *span),
        Directive::Pool => dump_literals(asm, item.span),
        Directive::Alias(kind, value) => alias(asm, item, *kind, value, labels),
        Directive::Arm => asm.thumb = false,
        Directive::Thumb => asm.thumb = true,
        Directive::Arch(name, span) => arch(asm, name, *span, item.name_span),
        Directive::Record(start) => {
            let offset = start.as_ref().map_or(Some(0), |start| asm.value(start)).unwrap_or(0);
            asm.record = Some(Record { offset, labels: labels.to_vec(), stmt: asm.current });
        }
        Directive::RecordAlias => field(asm, item, 0, None, labels),
        Directive::Field(size, count) => field(asm, item, *size, count.as_ref(), labels),
        Directive::RecordAlign(to) => record_align(asm, item, to.as_ref()),
        // Decided when the file was read.
        Directive::If(_) | Directive::Else | Directive::Fi => {}
    }
}

fn org(asm: &mut Assembler<'_>, span: Span, to: &Expr) {
    let Some(address) = asm.value(to) else { return };
    let Ok(address) = u32::try_from(address) else {
        return asm.complain(Diagnostic::error(
            to.span,
            format!("{address} is no address: addresses are 0 to 0xFFFFFFFF"),
        ));
    };
    asm.close_region();
    asm.addr = address.into();
    asm.regions.push(Region { start: asm.addr, end: asm.addr, span: Some(span) });
    if asm.mode == Mode::Emit {
        asm.emitter.org(address);
    }
}

fn named<'l>(asm: &mut Assembler<'_>, item: &Item, labels: &'l [Label]) -> Option<&'l [Label]> {
    if labels.iter().any(|label| matches!(label.name, LabelName::Global(_))) {
        return Some(labels);
    }
    asm.complain(
        Diagnostic::error(item.name_span, "expected a name before this")
            .help("the name comes first: count EQU 5, limit RN R4"),
    );
    None
}

fn equ(asm: &mut Assembler<'_>, item: &Item, value: &Expr, labels: &[Label]) {
    let Some(labels) = named(asm, item, labels) else { return };
    let before = asm.diags.list().len();
    let (moves, symbolic) = (asm.moves(value), value);
    let value = asm.value(value);
    if asm.diags.list().len() > before {
        asm.failed.insert(asm.current);
    }
    define_fields(asm, labels, value);
    for label in labels {
        let LabelName::Global(name) = &label.name else { continue };
        if let Some(symbol) = asm.symbols.get_mut(name) {
            symbol.moves = moves;
        }
        if asm.mode == Mode::Emit && value.is_some() {
            let symbolic = lower::expression(asm, symbolic);
            asm.emitter.equate(name, symbolic, label.span);
        }
    }
}

fn entry(asm: &mut Assembler<'_>, span: Span) {
    if let Some((_, _, first)) = asm.entry {
        let d = Diagnostic::error(span, "a program has one ENTRY").other(first, "the first is here");
        return asm.complain(d);
    }
    asm.entry = Some((asm.addr as u32, asm.thumb, span));
    if asm.mode == Mode::Emit {
        asm.emitter.entry(asm.thumb, span);
    }
}

fn export(asm: &mut Assembler<'_>, names: &[(String, Span)]) {
    for (name, span) in names {
        if name.eq_ignore_ascii_case("all") && names.len() == 1 {
            asm.export_all = true;
        } else if let Some(symbol) = asm.symbols.get_mut(name) {
            (symbol.used, symbol.exported) = (true, true);
        } else if asm.mode == Mode::Emit {
            let d = super::names::unknown_name(asm, name, *span);
            asm.complain(d);
        }
    }
}

fn align(asm: &mut Assembler<'_>, span: Span, to: Option<&Expr>, fill: Option<&Expr>) {
    let default = if asm.thumb { 2 } else { 4 };
    let Some(to_value) = to.map_or(Some(default), |to| asm.value(to)) else { return };
    let fill = fill.map_or(Some(0), |fill| byte(asm, fill)).unwrap_or(0);
    let Some(unit) = u64::try_from(to_value).ok().filter(|n| n.is_power_of_two() && *n <= MAX_BYTES) else {
        let at = to.map_or(span, |to| to.span);
        let d = Diagnostic::error(at, format!("cannot align to {to_value}"))
            .help("use a power of two: 2, 4, 8, 16 ...");
        return asm.complain(d);
    };
    let padding = asm.addr.next_multiple_of(unit) - asm.addr;
    asm.emitter.align = asm.emitter.align.max(unit.trailing_zeros());
    fill_with(asm, padding, fill, What::Padding, span);
}

fn fill_with(asm: &mut Assembler<'_>, count: u64, fill: u8, what: What, span: Span) {
    if asm.advance(count, span) && asm.mode == Mode::Emit {
        asm.emitter.space(count, fill, what, span);
    }
}

/// A value that must fit into a byte.
fn byte(asm: &mut Assembler<'_>, expr: &Expr) -> Option<u8> {
    let value = asm.value(expr)?;
    Some(element(asm, value, 1, expr.span) as u8)
}

/// The bits of a value in an element of `size` bytes.
fn element(asm: &mut Assembler<'_>, value: i64, size: u8, span: Span) -> u32 {
    let bits = 8 * size as u32;
    if !(-(1i64 << (bits - 1))..1i64 << bits).contains(&value) {
        let (what, larger) = match size {
            1 => ("a byte, which holds 0 to 255 or -128 to 127", Some("DEFH or DEFW")),
            2 => ("16 bits, which hold 0 to 65535 or -32768 to 32767", Some("DEFW")),
            _ => ("32 bits", None),
        };
        let mut d = Diagnostic::error(span, format!("{value} does not fit into {what}"));
        if let Some(larger) = larger {
            d = d.help(format!("use {larger} for larger numbers"));
        }
        asm.complain(d);
    }
    value as u32
}

fn define_data(asm: &mut Assembler<'_>, item: &Item, size: u8, data: &[Datum]) {
    if asm.mode == Mode::Emit && size > 1 && !asm.addr.is_multiple_of(size as u64) {
        let what = if size == 4 { "word" } else { "halfword" };
        let d = Diagnostic::warning(
            item.span,
            format!("this {what} is at {:#x}, which is not a multiple of {size}", asm.addr),
        )
        .note("a load of it would stop the machine, which has no unaligned loads")
        .help("put ALIGN on the line before it");
        asm.complain(d);
    }
    let mut bytes = Vec::new();
    let mut count = 0u64;
    for datum in data {
        match datum {
            Datum::Text(text) => {
                count += text.len() as u64;
                if asm.mode == Mode::Emit {
                    text.iter().for_each(|&b| bytes.extend(&u32::from(b).to_le_bytes()[..size as usize]));
                }
            }
            Datum::Value(expr) => {
                count += 1;
                // Only the last pass wants the value; the others want to know what it refers to.
                let value = asm.value(expr);
                if asm.mode == Mode::Emit {
                    let symbolic = lower::expression(asm, expr);
                    match asm.moves(expr) {
                        Some(0) => {}
                        Some(1) if size == 4 => asm.emitter.words.push(asm.addr as u32),
                        _ => asm.emitter.fixed.push(expr.span),
                    }
                    if !matches!(symbolic, crate::expr::Expr::Num(_)) {
                        asm.emitter.data_reference(size, symbolic, bytes.len() as u32, expr.span);
                    }
                    let value = element(asm, value.unwrap_or(0), size, expr.span);
                    bytes.extend(&value.to_le_bytes()[..size as usize]);
                }
            }
        }
        // `.` in a list is the address of its element.
        if !asm.advance(count * size as u64, item.span) {
            return;
        }
        count = 0;
    }
    if asm.mode == Mode::Emit {
        asm.emitter.data(&bytes, size, item.span);
    }
}

fn space(asm: &mut Assembler<'_>, span: Span, count: &Expr, fill: Option<&Expr>) {
    let fill = fill.map_or(Some(0), |fill| byte(asm, fill)).unwrap_or(0);
    let Some(value) = asm.value(count) else { return };
    match u64::try_from(value) {
        Ok(bytes) => fill_with(asm, bytes, fill, What::Space, span),
        Err(_) => asm.complain(Diagnostic::error(count.span, format!("cannot reserve {value} bytes"))),
    }
}

fn import(asm: &mut Assembler<'_>, item: &Item, name: &str, span: Span) {
    let loader = asm.loader;
    let load = || loader.load(name).map(Arc::from);
    let loaded: Result<Arc<[u8]>, String> = asm.imports.entry(name.to_owned()).or_insert_with(load).clone();
    match loaded {
        Ok(bytes) => {
            if asm.advance(bytes.len() as u64, item.span) && asm.mode == Mode::Emit {
                asm.emitter.data(&bytes, 1, item.span);
            }
        }
        Err(why) => asm.complain(Diagnostic::error(span, format!("cannot read `{name}`: {why}"))),
    }
}

fn alias(asm: &mut Assembler<'_>, item: &Item, kind: AliasKind, expr: &Expr, labels: &[Label]) {
    let Some(labels) = named(asm, item, labels) else { return };
    let known = match &expr.kind {
        ExprKind::Name(name) => match asm.symbols.get_mut(name) {
            Some(symbol) if symbol.kind == Kind::Alias(kind) => {
                symbol.used = true;
                Some(symbol.value)
            }
            _ => words::numbered(kind, name).map(|n| Some(n.into())),
        },
        _ => None,
    };
    let value = known.unwrap_or_else(|| asm.value(expr));
    if let Some(n) = value
        && !(0..16).contains(&n)
    {
        let what = match kind {
            AliasKind::Register | AliasKind::CoprocessorRegister => "register",
            AliasKind::Coprocessor => "coprocessor",
        };
        asm.complain(Diagnostic::error(expr.span, format!("there is no {what} {n}: they are 0 to 15")));
    }
    let value = value.map(|n| n & 15);
    for label in labels {
        if let LabelName::Global(name) = &label.name {
            asm.define(name, Kind::Alias(kind), value, label.span, labels);
        }
    }
}

/// Architectures by name, the oldest first: what each permits is what it and those before it brought.
const ARCHITECTURES: &[(&str, Arch)] = &[
    ("3", Arch::V4),
    ("3m", Arch::V4),
    ("4", Arch::V4),
    ("4t", Arch::V4T),
    ("5", Arch::V5T),
    ("5t", Arch::V5T),
    ("5te", Arch::V5TE),
    ("5tej", Arch::V5TE),
    ("6", Arch::V6),
    ("6k", Arch::V6K),
    ("6t2", Arch::V6T2),
    ("7", Arch::V7),
    ("7a", Arch::Simd2),
    ("7ve", Arch::Simd2),
    ("all", Arch::Simd2),
    ("any", Arch::Simd2),
];

fn arch(asm: &mut Assembler<'_>, name: &str, span: Span, directive: Span) {
    let lower = name.to_ascii_lowercase().replace('-', "");
    let short = lower.strip_prefix("arm").unwrap_or(&lower);
    let short = short.strip_prefix('v').unwrap_or(short);
    match ARCHITECTURES.iter().find(|(known, _)| *known == short) {
        Some((_, arch)) => asm.arch = Some((*arch, span)),
        None if name.is_empty() => {
            asm.complain(Diagnostic::error(directive, "expected the name of an architecture: v4, v5TE, v7"))
        }
        None => asm.complain(
            Diagnostic::error(span, format!("`{name}` is no architecture that is known here"))
                .help("v4, v4T, v5T, v5TE, v6, v6K, v6T2, v7, all"),
        ),
    }
}

fn field(asm: &mut Assembler<'_>, item: &Item, size: u8, count: Option<&Expr>, labels: &[Label]) {
    let count_value = count.map_or(Some(1), |count| asm.value(count)).unwrap_or(0);
    let Some(record) = &mut asm.record else {
        define_fields(asm, labels, Some(0));
        let d = Diagnostic::error(item.name_span, "this stands in a record only, behind RECORD");
        return asm.complain(
            d.help("to put a number into memory use DEFB, DEFH or DEFW; to reserve memory use DEFS"),
        );
    };
    let offset = record.offset;
    record.offset = offset.wrapping_add(count_value.wrapping_mul(size.into())) as i32 as i64;
    if let (Some(count), true) = (count, count_value < 0) {
        asm.complain(Diagnostic::error(count.span, format!("cannot reserve {count_value} fields")));
    }
    define_fields(asm, labels, Some(offset));
}

fn record_align(asm: &mut Assembler<'_>, item: &Item, to: Option<&Expr>) {
    let value = to.map_or(Some(4), |to| asm.value(to)).unwrap_or(1);
    let at = to.map_or(item.span, |to| to.span);
    let Some(record) = &mut asm.record else {
        return asm.complain(
            Diagnostic::error(item.name_span, "this stands in a record only, behind RECORD")
                .help("to align code or data use ALIGN"),
        );
    };
    match u32::try_from(value).ok().filter(|n| n.is_power_of_two()) {
        Some(unit) => record.offset = (record.offset + unit as i64 - 1) & -(unit as i64),
        None => asm.complain(
            Diagnostic::error(at, format!("cannot align to {value}"))
                .help("use a power of two: 2, 4, 8, 16 ..."),
        ),
    }
}

/// Ends the record that is being laid out, if there is one, and gives its name its size.
pub(super) fn end_record(asm: &mut Assembler<'_>) {
    let Some(record) = asm.record.take() else { return };
    let current = std::mem::replace(&mut asm.current, record.stmt);
    define_fields(asm, &record.labels, Some(record.offset));
    asm.current = current;
}

/// Gives all names of a line an offset.
fn define_fields(asm: &mut Assembler<'_>, labels: &[Label], offset: Option<i64>) {
    for label in labels {
        if let LabelName::Global(name) = &label.name {
            asm.define(name, Kind::Value, offset, label.span, labels);
        }
    }
}

/// Puts the words of the literal pool here; `at` is where a listing shows them.
pub(super) fn dump_literals(asm: &mut Assembler<'_>, at: Span) {
    let waiting = asm.literals.take();
    if waiting.is_empty() {
        return;
    }
    let padding = asm.addr.next_multiple_of(4) - asm.addr;
    if !asm.advance(padding, at) {
        return;
    }
    if asm.mode == Mode::Emit && padding > 0 {
        asm.emitter.space(padding, 0, What::Padding, at);
    }
    for word in waiting {
        let address = asm.addr as u32;
        if !asm.advance(4, at) {
            return;
        }
        for (stmt, _) in &word.users {
            asm.symbols.changed |= asm.literals.put(*stmt, address);
        }
        if asm.mode == Mode::Emit {
            match word.moves {
                Some(0) => {}
                Some(1) => asm.emitter.words.push(address),
                _ => asm.emitter.fixed.push(word.users[0].1),
            }
            asm.emitter.literal(word.value.unwrap_or(0), word.users[0].1, at);
        }
    }
}
