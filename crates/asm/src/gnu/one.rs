//! One instruction by itself: for what prints instructions and wants to know whether they are understood.

use super::expr::Locals;
use super::operands::Operands;
use super::scan::Scan;
use crate::build::{Builder, Options};
use crate::encode::{Place, Word, choose, index, inject};
use crate::expr::Expr;
use skink_isa::op::OpKind;
use skink_isa::syntax::{Atom, Role};
use skink_isa::{Cond, ROWS};

/// Assembles one instruction as if it stood at `addr`; a branch's target is an address. The condition is the text's.
///
/// # Errors
///
/// What was not understood.
pub fn instruction(text: &str, addr: u32, thumb: bool, in_it: bool) -> Result<(Word, Cond), String> {
    let (name, rest) = text.split_once(['\t', ' ']).unwrap_or((text, ""));
    let index = index();
    let m = index.mnemonic(name).ok_or("no such mnemonic")?;
    let mut builder = Builder::new(Options::default(), ".text", 1, 6);
    let mut operands = Operands::default();
    let mut scan = Scan::new(rest.as_bytes());
    operands
        .read(&mut scan, &mut builder, &mut Locals::default(), &Default::default())
        .map_err(|at| format!("no operand at {at}"))?;
    let place = Place { thumb, in_it, width: m.width };
    let found = index.assemble(&m, m.cond, place, &operands.atoms).map_err(|e| format!("{e:?}"))?;
    if let Some(word) = found.word {
        return Ok((word, m.cond));
    }
    let (atom, role) = found.parsed.expr.ok_or("neither encoded nor an expression")?;
    let value = match operands.atoms.get(atom) {
        Some(Atom::Num { value, .. }) => *value,
        Some(Atom::Expr { index, .. }) => match operands.exprs.get(*index as usize) {
            Some(Expr::Num(n)) => *n,
            _ => return Err("an expression that is no number".into()),
        },
        _ => return Err("a label".into()),
    };
    let mut pc = addr.wrapping_add(if thumb { 4 } else { 8 });
    if role == Role::Literal || thumb && found.parsed.op.kind() == OpKind::BlxImm {
        pc &= !3;
    }
    let value = if role == Role::Value { value } else { i64::from((value as u32).wrapping_sub(pc) as i32) };
    let op = inject::with_value(&found.parsed.op, value).ok_or("the value cannot be an operand")?;
    let word = choose::choose(&op, m.cond, place, &ROWS[found.parsed.row as usize]);
    word.map(|word| (word, m.cond)).ok_or("no encoding holds the operands".into())
}
