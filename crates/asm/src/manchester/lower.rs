//! Expressions as the HIR has them: with symbols, where there are any.

use super::state::Assembler;
use super::symbols::Kind;
use super::tree::{self, ExprKind, Operand, OperandKind};
use crate::expr::Expr;

/// An operand that is an address.
pub(super) fn operand(asm: &mut Assembler<'_>, operand: &Operand) -> Expr {
    match &operand.kind {
        OperandKind::Value { expr, .. } => expression(asm, expr),
        OperandKind::Word(name) => symbol(asm, name),
        _ => Expr::Num(0),
    }
}

fn symbol(asm: &mut Assembler<'_>, name: &str) -> Expr {
    match asm.symbols.get(name) {
        Some(symbol) if symbol.kind == Kind::Label => {
            Expr::Sym(asm.emitter.builder.symbol(name.as_bytes()), 0)
        }
        Some(symbol) => Expr::Num(symbol.value.unwrap_or(0)),
        None => Expr::Num(0),
    }
}

/// An expression whose value is known; places that have no name are numbers.
pub(super) fn expression(asm: &mut Assembler<'_>, expr: &tree::Expr) -> Expr {
    match &expr.kind {
        ExprKind::Num(n) => Expr::Num(*n),
        ExprKind::Name(name) => symbol(asm, name),
        ExprKind::Local(..) | ExprKind::Here => Expr::Num(asm.value(expr).unwrap_or(0)),
        ExprKind::Unary(op, x) => {
            let x = expression(asm, x);
            asm.emitter.builder.program.exprs.unary(*op, x)
        }
        ExprKind::Binary(op, a, b) => {
            let (a, b) = (expression(asm, a), expression(asm, b));
            asm.emitter.builder.program.exprs.binary(*op, a, b)
        }
    }
}
