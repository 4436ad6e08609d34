//! From an instruction to its UAL text, by the row's syntax template.
//!
//! In a template `{c}` is the condition, `{name}` an operand, `{name:spec}` an operand in a form that
//! its type knows, and `{name?text}` or `{name?text:other}` writes `text` where the operand is set
//! (true, not zero) and `other` where it is not. `{{` is a brace, and so is `}` outside a hole. A tab
//! parts mnemonic and operands, as objdump does.

use crate::operand::{Operand, PrintContext};
use crate::{Insn, Row};
use std::fmt;

/// Writes an instruction.
///
/// # Errors
///
/// Only those of `out`.
pub fn print(out: &mut dyn fmt::Write, insn: &Insn, cx: &PrintContext) -> fmt::Result {
    let row = insn.row();
    let mut rest = row.syntax;
    while let Some((before, after)) = rest.split_once('{') {
        out.write_str(before)?;
        if let Some(after) = after.strip_prefix('{') {
            out.write_char('{')?;
            rest = after;
            continue;
        }
        let Some((hole, after)) = after.split_once('}') else { break };
        rest = after;
        fill(out, insn, row, hole, cx)?;
    }
    out.write_str(rest)
}

fn fill(
    out: &mut dyn fmt::Write,
    insn: &Insn,
    row: &Row,
    hole: &'static str,
    cx: &PrintContext,
) -> fmt::Result {
    if hole == "c" {
        return out.write_str(insn.cond.suffix());
    }
    let (name, choice) = match hole.split_once('?') {
        Some((name, choice)) => (name, Some(choice.split_once(':').unwrap_or((choice, "")))),
        None => (hole, None),
    };
    let (name, spec) = name.split_once(':').unwrap_or((name, ""));
    let cx = &PrintContext { spec, ..*cx };
    let mut result = Err(fmt::Error);
    (row.operands)(&insn.op, &mut |field, value: &dyn Operand| {
        if field == name {
            result = match choice {
                Some((set, _)) if value.is_set() => out.write_str(set),
                Some((_, clear)) => out.write_str(clear),
                None => value.print(out, cx),
            };
        }
    });
    debug_assert!(result.is_ok(), "{}: no operand {name}", row.name);
    result
}
