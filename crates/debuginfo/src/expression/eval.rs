//! The value of a tree.

use super::arith::{self, Number};
use super::parse::{Kind, Node, TypeName};
use super::{Context, Problem, registers};
use crate::types::{Encoding, Type, Value};
use std::ops::Range;

type Outcome<T> = Result<T, Problem>;

pub(super) fn evaluate(node: &Node, cx: &Context<'_>) -> Outcome<Value> {
    let span = &node.span;
    match &node.kind {
        Kind::Number(value, decimal) => Ok(literal(*value, *decimal).value()),
        Kind::Float(value) => Ok(Number::F64(*value).value()),
        Kind::Char(value) => Ok(Value::of([*value], char_type())),
        Kind::Name(name) => named(name, span, cx),
        Kind::HexOrAddress(text) => hex_or_address(text, span, cx),
        Kind::Memory(bytes, signed, address) => {
            let name = match (bytes, signed) {
                (1, false) => "uint8_t",
                (1, true) => "int8_t",
                (2, false) => "uint16_t",
                (2, true) => "int16_t",
                _ => "uint32_t",
            };
            // A byte of memory is a number here, not a character.
            let encoding = if *signed { Encoding::Signed } else { Encoding::Unsigned };
            let ty = Type::Base { name: name.into(), size: u32::from(*bytes), encoding };
            let value = Value::at(word(address, cx)?, ty);
            value.scalar(cx.memory).map_err(|missing| Problem::missing(span, &missing))?;
            Ok(value)
        }
        Kind::Index(base, index) => {
            let (base_value, by) = (evaluate(base, cx)?, number(index, cx)?);
            element(base_value, &base.span, by, span, cx)
        }
        Kind::Member(base, name, arrow) => member(base, name, *arrow, span, cx),
        Kind::Unary("*", operand) => {
            let value = decay(evaluate(operand, cx)?);
            match value.ty.plain() {
                Type::Pointer { .. } => {
                    value.target(cx.memory).map_err(|missing| Problem::missing(span, &missing))
                }
                // A number is the address of a word, for who thinks in registers.
                Type::Base { .. } => Ok(Value::at(word(operand, cx)?, Type::int())),
                _ => Err(Problem::at(&operand.span, format!("expected a pointer, found a {}", value.ty))),
            }
        }
        Kind::Unary("&", operand) => {
            let value = evaluate(operand, cx)?;
            let Some(addr) = value.address() else {
                return Err(Problem::at(&operand.span, "expected something in memory: this has no address"));
            };
            Ok(Value::word(addr, value.ty.pointer_to()))
        }
        Kind::Unary(sign, operand) => Ok(arith::unary(sign, number(operand, cx)?, span)?.value()),
        Kind::Binary("&&", a, b) => Ok(truth_value(truth(a, cx)? && truth(b, cx)?)),
        Kind::Binary("||", a, b) => Ok(truth_value(truth(a, cx)? || truth(b, cx)?)),
        Kind::Binary(sign, a, b) => binary(sign, a, b, span, cx),
        Kind::Choice(condition, yes, no) => evaluate(if truth(condition, cx)? { yes } else { no }, cx),
        Kind::Cast(ty, operand) => cast(ty, operand, cx),
        Kind::SizeOf(operand) => Ok(Number::U32(evaluate(operand, cx)?.ty.size()).value()),
        Kind::SizeOfType(ty) => Ok(Number::U32(type_of(ty, cx)?.size()).value()),
    }
}

fn char_type() -> Type {
    Type::Base { name: "char".into(), size: 1, encoding: Encoding::UnsignedChar }
}

fn truth_value(truth: bool) -> Value {
    Number::I32(truth.into()).value()
}

/// The type of a literal (C17 6.4.4.1): a decimal one has a sign.
fn literal(value: u64, decimal: bool) -> Number {
    match (i32::try_from(value), u32::try_from(value), i64::try_from(value)) {
        (Ok(value), ..) => Number::I32(value),
        (_, Ok(value), _) if !decimal => Number::U32(value),
        (.., Ok(value)) => Number::I64(value),
        _ => Number::U64(value),
    }
}

/// A value as an address: that of arrays, functions and records in memory is where they are.
pub(super) fn word(node: &Node, cx: &Context<'_>) -> Outcome<u32> {
    let value = decay(evaluate(node, cx)?);
    if let (Type::Record { .. } | Type::Function { .. }, Some(addr)) = (value.ty.plain(), value.address()) {
        return Ok(addr);
    }
    Ok(to_number(&value, &node.span, cx)?.bits() as u32)
}

pub(super) fn truth(node: &Node, cx: &Context<'_>) -> Outcome<bool> {
    Ok(number(node, cx)?.truth())
}

fn number(node: &Node, cx: &Context<'_>) -> Outcome<Number> {
    to_number(&decay(evaluate(node, cx)?), &node.span, cx)
}

/// An array is a pointer to its first element, where a number is wanted.
fn decay(value: Value) -> Value {
    match (value.ty.plain(), value.address()) {
        (Type::Array { of, .. }, Some(addr)) => Value::word(addr, of.get().pointer_to()),
        (Type::Function { .. }, Some(addr)) => Value::word(addr, value.ty.clone().pointer_to()),
        _ => value,
    }
}

fn to_number(value: &Value, span: &Range<usize>, cx: &Context<'_>) -> Outcome<Number> {
    let missing = |missing| Problem::missing(span, &missing);
    match value.ty.plain() {
        Type::Base { encoding: Encoding::Float, size, .. } => {
            let value = value.float(cx.memory).map_err(missing)?;
            Ok(if size == 4 { Number::F32(value as f32) } else { Number::F64(value) })
        }
        Type::Base { size, encoding, .. } => {
            let bits = value.scalar(cx.memory).map_err(missing)?;
            let unsigned = matches!(encoding, Encoding::Unsigned);
            Ok(match (size, unsigned) {
                (8, true) => Number::U64(bits),
                (8, false) => Number::I64(bits as i64),
                (4, true) => Number::U32(bits as u32),
                _ => Number::I32(bits as i32),
            })
        }
        Type::Enum { .. } => Ok(Number::I32(value.scalar(cx.memory).map_err(missing)? as i32)),
        Type::Pointer { reference: true, .. } => {
            to_number(&value.target(cx.memory).map_err(missing)?, span, cx)
        }
        Type::Pointer { .. } => Ok(Number::U32(value.scalar(cx.memory).map_err(missing)? as u32)),
        Type::Record { name: Some(name), .. } if name == registers::VIEWS => {
            let double = value.member_named("f64").ok_or_else(|| Problem::at(span, "expected a number"))?;
            to_number(&double, span, cx)
        }
        _ => Err(Problem::at(span, format!("expected a number, found a {}", value.ty))),
    }
}

/// A variable, a register or the address of a label, in this order; `$` in front says that a register is meant.
fn named(name: &str, span: &Range<usize>, cx: &Context<'_>) -> Outcome<Value> {
    let no_value = || Problem::at(span, "the functions that were called have not saved this register");
    if let Some(register) = name.strip_prefix('$') {
        return match registers::register(register, cx) {
            Some(value) => value.ok_or_else(no_value),
            None => Err(unknown(name, span, cx, "register")),
        };
    }
    if let Some(variable) = cx.program.variable(name, cx.frame) {
        let value =
            variable.value(cx.frame, cx.memory).map_err(|missing| Problem::missing(span, &missing))?;
        // A reference means what it refers to.
        return match value.ty.plain() {
            Type::Pointer { reference: true, .. } => {
                value.target(cx.memory).map_err(|missing| Problem::missing(span, &missing))
            }
            _ => Ok(value),
        };
    }
    if let Some(value) = registers::register(name, cx) {
        return value.ok_or_else(no_value);
    }
    match cx.program.address_of(name) {
        Some(place) => Ok(Number::U32(place.addr).value()),
        None => Err(unknown(name, span, cx, "register, variable or label")),
    }
}

fn hex_or_address(text: &str, span: &Range<usize>, cx: &Context<'_>) -> Outcome<Value> {
    let begins_as_name = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if begins_as_name && let Some(variable) = cx.program.variable(text, cx.frame) {
        let value =
            variable.value(cx.frame, cx.memory).map_err(|missing| Problem::missing(span, &missing))?;
        let addr = value
            .address()
            .ok_or_else(|| Problem::at(span, "expected something in memory: this has no address"))?;
        return Ok(Value::word(addr, value.ty.pointer_to()));
    }
    match u32::from_str_radix(text, 16) {
        Ok(value) => Ok(Number::U32(value).value()),
        Err(_) => Err(Problem::at(span, "expected a hexadecimal number of at most 32 bits")),
    }
}

/// That nothing has a name, and which name is like it.
fn unknown(name: &str, span: &Range<usize>, cx: &Context<'_>, what: &str) -> Problem {
    let mut best: Option<(usize, String)> = None;
    let mut consider = |candidate: &str| {
        let far = distance(name, candidate);
        if far <= 1 + name.len() / 4 && best.as_ref().is_none_or(|(nearest, _)| far < *nearest) {
            best = Some((far, candidate.to_owned()));
        }
    };
    if let Some(frame) = cx.frame {
        cx.program.variables(frame).iter().for_each(|variable| consider(&variable.name));
    }
    cx.program.variable_names().iter().for_each(|name| consider(name));
    cx.program.names().for_each(&mut consider);
    registers::names().for_each(|name| consider(&name));
    let hint = best.map_or_else(String::new, |(_, near)| format!("; did you mean `{near}`?"));
    Problem::at(span, format!("no {what} is called `{name}`{hint}"))
}

/// How many letters differ, up to a few; what differs much in length is far.
fn distance(a: &str, b: &str) -> usize {
    const FAR: usize = usize::MAX;
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 3 || a.len() > 64 {
        return FAR;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(!x.eq_ignore_ascii_case(y));
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn element(
    base: Value,
    base_span: &Range<usize>,
    by: Number,
    span: &Range<usize>,
    cx: &Context<'_>,
) -> Outcome<Value> {
    let index = by.bits() as u32;
    if let (Type::Array { .. }, None) = (base.ty.plain(), base.address()) {
        // An array in registers: there is nothing behind it.
        let count = match base.ty.plain() {
            Type::Array { count, .. } => count.unwrap_or(0),
            _ => 0,
        };
        if index >= count {
            return Err(Problem::at(
                span,
                format!("expected an index below {count}, found {}", by.bits() as i64),
            ));
        }
        return base.element(index).ok_or_else(|| Problem::at(span, "expected an array"));
    }
    let base = decay(base);
    match base.ty.plain() {
        Type::Pointer { to, reference: false } => {
            let start =
                base.scalar(cx.memory).map_err(|missing| Problem::missing(base_span, &missing))? as u32;
            let to = to.get();
            Ok(Value::at(start.wrapping_add(index.wrapping_mul(to.size().max(1))), to))
        }
        _ => Err(Problem::at(base_span, format!("expected an array or a pointer, found a {}", base.ty))),
    }
}

fn member(base: &Node, name: &str, arrow: bool, span: &Range<usize>, cx: &Context<'_>) -> Outcome<Value> {
    let mut value = evaluate(base, cx)?;
    // `.` on a pointer is taken for `->`, as gdb does.
    while let Type::Pointer { .. } = value.ty.plain() {
        value = value.target(cx.memory).map_err(|missing| Problem::missing(&base.span, &missing))?;
        if !matches!(value.ty.plain(), Type::Pointer { reference: true, .. }) {
            break;
        }
    }
    if let Some(found) = value.member_named(name) {
        return Ok(found);
    }
    match value.ty.plain() {
        Type::Record { members, .. } => {
            let names: Vec<&str> = members.iter().filter_map(|member| member.name.as_deref()).collect();
            let message = format!("{} has no member `{name}`; it has {}", value.ty, names.join(", "));
            Err(Problem::at(span, message))
        }
        _ => {
            let what = if arrow { "a pointer to a struct or union" } else { "a struct or union" };
            Err(Problem::at(&base.span, format!("expected {what}, found a {}", value.ty)))
        }
    }
}

fn binary(sign: &'static str, a: &Node, b: &Node, span: &Range<usize>, cx: &Context<'_>) -> Outcome<Value> {
    let (left, right) = (decay(evaluate(a, cx)?), decay(evaluate(b, cx)?));
    let pointee = |value: &Value| match value.ty.plain() {
        Type::Pointer { to, reference: false } => Some(to.get()),
        _ => None,
    };
    let (x, y) = (to_number(&left, &a.span, cx)?, to_number(&right, &b.span, cx)?);
    // Pointers count in what they point to.
    match (sign, pointee(&left), pointee(&right)) {
        ("+" | "-", Some(to), None) => {
            let by = (y.bits() as u32).wrapping_mul(to.size().max(1));
            let start = x.bits() as u32;
            let moved = if sign == "+" { start.wrapping_add(by) } else { start.wrapping_sub(by) };
            Ok(Value::word(moved, left.ty))
        }
        ("+", None, Some(to)) => {
            let by = (x.bits() as u32).wrapping_mul(to.size().max(1));
            Ok(Value::word((y.bits() as u32).wrapping_add(by), right.ty))
        }
        ("-", Some(to), Some(_)) => {
            let bytes = (x.bits() as u32).wrapping_sub(y.bits() as u32) as i32;
            Ok(Number::I32(bytes / to.size().max(1) as i32).value())
        }
        _ => Ok(arith::binary(sign, x, y, span)?.value()),
    }
}

fn type_of(name: &TypeName, cx: &Context<'_>) -> Outcome<Type> {
    let base = cx.program.type_named(&name.words).or_else(|| Type::base(&name.words));
    let Some(mut ty) = base else {
        return Err(Problem::at(&name.span, format!("expected the name of a type, found `{}`", name.words)));
    };
    for _ in 0..name.pointers {
        ty = ty.pointer_to();
    }
    Ok(ty)
}

fn cast(name: &TypeName, operand: &Node, cx: &Context<'_>) -> Outcome<Value> {
    let ty = type_of(name, cx)?;
    let value = decay(evaluate(operand, cx)?);
    // A record is looked at as another only in memory.
    if let (Type::Record { .. } | Type::Array { .. }, Some(addr)) = (ty.plain(), value.address()) {
        return Ok(Value::at(addr, ty));
    }
    let number = to_number(&value, &operand.span, cx)?;
    match ty.plain() {
        Type::Base { size: 4, encoding: Encoding::Float, .. } => {
            Ok(Value::of((number.float() as f32).to_le_bytes(), ty))
        }
        Type::Base { size: 8, encoding: Encoding::Float, .. } => {
            Ok(Value::of(number.float().to_le_bytes(), ty))
        }
        Type::Base { encoding: Encoding::Bool, .. } => Ok(Value::of([u8::from(number.truth())], ty)),
        Type::Base { .. } | Type::Enum { .. } | Type::Pointer { .. } => {
            let size = (ty.size() as usize).min(8);
            Ok(Value::of(&number.bits().to_le_bytes()[..size], ty))
        }
        _ => {
            Err(Problem::at(&name.span, format!("expected a number or pointer type for a cast, found {ty}")))
        }
    }
}
