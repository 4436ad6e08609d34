//! Arithmetic as in C, on numbers of 32 and 64 bits.

use super::Problem;
use crate::types::{Encoding, Type, Value};
use std::ops::Range;

/// A number as C computes with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    I32(i32),
    U32(u32),
    I64(i64),
    U64(u64),
    F32(f32),
    F64(f64),
}

use Number::{F32, F64, I32, I64, U32, U64};

impl Number {
    /// The bits, extended by the sign.
    pub(super) fn bits(self) -> u64 {
        match self {
            I32(value) => value as i64 as u64,
            U32(value) => value.into(),
            I64(value) => value as u64,
            U64(value) => value,
            F32(value) => value as i64 as u64,
            F64(value) => value as i64 as u64,
        }
    }

    pub(super) fn float(self) -> f64 {
        match self {
            I32(value) => value.into(),
            U32(value) => value.into(),
            I64(value) => value as f64,
            U64(value) => value as f64,
            F32(value) => value.into(),
            F64(value) => value,
        }
    }

    pub(super) fn truth(self) -> bool {
        match self {
            F32(_) | F64(_) => self.float() != 0.0,
            other => other.bits() != 0,
        }
    }

    /// As a number of the kind that both are converted to (C17 6.3.1.8).
    fn like(self, other: Number) -> Number {
        match (self, other) {
            (F64(_), _) | (_, F64(_)) => F64(self.float()),
            (F32(_), _) | (_, F32(_)) => F32(self.float() as f32),
            (U64(_), _) | (_, U64(_)) => U64(self.bits()),
            (I64(_), _) | (_, I64(_)) => I64(self.bits() as i64),
            (U32(_), _) | (_, U32(_)) => U32(self.bits() as u32),
            (I32(_), I32(_)) => self,
        }
    }

    /// As a value of the type that C gives it.
    pub(super) fn value(self) -> Value {
        let base = |name: &str, size, encoding| Type::Base { name: name.into(), size, encoding };
        match self {
            I32(value) => Value::of(value.to_le_bytes(), Type::int()),
            U32(value) => Value::of(value.to_le_bytes(), base("unsigned int", 4, Encoding::Unsigned)),
            I64(value) => Value::of(value.to_le_bytes(), base("long long", 8, Encoding::Signed)),
            U64(value) => Value::of(value.to_le_bytes(), base("unsigned long long", 8, Encoding::Unsigned)),
            F32(value) => Value::of(value.to_le_bytes(), base("float", 4, Encoding::Float)),
            F64(value) => Value::of(value.to_le_bytes(), base("double", 8, Encoding::Float)),
        }
    }
}

pub(super) fn unary(sign: &str, a: Number, span: &Range<usize>) -> Result<Number, Problem> {
    Ok(match (sign, a) {
        ("+", a) => a,
        ("!", a) => I32((!a.truth()).into()),
        ("-", I32(a)) => I32(a.wrapping_neg()),
        ("-", U32(a)) => U32(a.wrapping_neg()),
        ("-", I64(a)) => I64(a.wrapping_neg()),
        ("-", U64(a)) => U64(a.wrapping_neg()),
        ("-", F32(a)) => F32(-a),
        ("-", F64(a)) => F64(-a),
        ("~", I32(a)) => I32(!a),
        ("~", U32(a)) => U32(!a),
        ("~", I64(a)) => I64(!a),
        ("~", U64(a)) => U64(!a),
        _ => {
            return Err(Problem::at(span, format!("expected a whole number for `{sign}`, found a fraction")));
        }
    })
}

pub(super) fn binary(sign: &str, a: Number, b: Number, span: &Range<usize>) -> Result<Number, Problem> {
    if matches!(sign, "<<" | ">>") {
        return shift(sign, a, b, span);
    }
    let (a, b) = (a.like(b), b.like(a));
    if let Some(truth) = compare(sign, a, b) {
        return Ok(I32(truth.into()));
    }
    if matches!(sign, "/" | "%") && !b.truth() && !matches!(b, F32(_) | F64(_)) {
        return Err(Problem::at(span, "division by zero"));
    }
    let result = match (a, b) {
        (I32(a), I32(b)) => whole_i64(sign, a.into(), b.into()).map(|value| I32(value as i32)),
        (U32(a), U32(b)) => whole_u64(sign, a.into(), b.into()).map(|value| U32(value as u32)),
        (I64(a), I64(b)) => whole_i64(sign, a, b).map(I64),
        (U64(a), U64(b)) => whole_u64(sign, a, b).map(U64),
        (F32(a), F32(b)) => match sign {
            "+" => Some(F32(a + b)),
            "-" => Some(F32(a - b)),
            "*" => Some(F32(a * b)),
            "/" => Some(F32(a / b)),
            _ => None,
        },
        (F64(a), F64(b)) => match sign {
            "+" => Some(F64(a + b)),
            "-" => Some(F64(a - b)),
            "*" => Some(F64(a * b)),
            "/" => Some(F64(a / b)),
            _ => None,
        },
        _ => None,
    };
    result.ok_or_else(|| Problem::at(span, format!("expected whole numbers for `{sign}`, found a fraction")))
}

fn compare(sign: &str, a: Number, b: Number) -> Option<bool> {
    let order = match (a, b) {
        (I32(_) | I64(_), _) => Some((a.bits() as i64).cmp(&(b.bits() as i64))),
        (F32(a), F32(b)) => a.partial_cmp(&b),
        (F64(a), F64(b)) => a.partial_cmp(&b),
        _ => Some(a.bits().cmp(&b.bits())),
    };
    Some(match sign {
        "==" => order.is_some_and(|order| order.is_eq()),
        "!=" => order.is_none_or(|order| order.is_ne()),
        "<" => order.is_some_and(|order| order.is_lt()),
        "<=" => order.is_some_and(|order| order.is_le()),
        ">" => order.is_some_and(|order| order.is_gt()),
        ">=" => order.is_some_and(|order| order.is_ge()),
        _ => return None,
    })
}

fn whole_i64(sign: &str, a: i64, b: i64) -> Option<i64> {
    match sign {
        "/" => Some(a.wrapping_div(b)),
        "%" => Some(a.wrapping_rem(b)),
        _ => whole_u64(sign, a as u64, b as u64).map(|value| value as i64),
    }
}

fn whole_u64(sign: &str, a: u64, b: u64) -> Option<u64> {
    Some(match sign {
        "+" => a.wrapping_add(b),
        "-" => a.wrapping_sub(b),
        "*" => a.wrapping_mul(b),
        "/" => a / b,
        "%" => a % b,
        "&" => a & b,
        "|" => a | b,
        "^" => a ^ b,
        _ => return None,
    })
}

/// The left operand says the width; what is shifted further than that is gone.
fn shift(sign: &str, a: Number, b: Number, span: &Range<usize>) -> Result<Number, Problem> {
    if matches!((a, b), (F32(_) | F64(_), _) | (_, F32(_) | F64(_))) {
        return Err(Problem::at(span, format!("expected whole numbers for `{sign}`, found a fraction")));
    }
    let by = u32::try_from(b.bits()).unwrap_or(u32::MAX);
    let left = sign == "<<";
    Ok(match a {
        I32(a) if left => I32(a.checked_shl(by).unwrap_or(0)),
        U32(a) if left => U32(a.checked_shl(by).unwrap_or(0)),
        I64(a) if left => I64(a.checked_shl(by).unwrap_or(0)),
        U64(a) if left => U64(a.checked_shl(by).unwrap_or(0)),
        I32(a) => I32(a >> by.min(31)),
        U32(a) => U32(a.checked_shr(by).unwrap_or(0)),
        I64(a) => I64(a >> by.min(63)),
        U64(a) => U64(a.checked_shr(by).unwrap_or(0)),
        F32(_) | F64(_) => a,
    })
}
