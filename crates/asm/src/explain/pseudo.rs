//! Pseudo-instructions and registers that are none.

use super::Written;
use super::family::{Family, family};
use crate::diag::Diagnostic;
use crate::source::Span;
use skink_isa::syntax::Atom;

/// `R16`: nearly a register.
pub(crate) fn no_such_register(word: &str, span: Span) -> Option<Diagnostic> {
    let digits = word.strip_prefix(['r', 'R'])?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let d = Diagnostic::error(span, format!("there is no register {word}"));
    Some(d.help("the registers are R0 to R15; SP is R13, LR is R14, PC is R15"))
}

/// ADR or ADRL with operands of another kind.
pub(crate) fn address_operands(item: &Written<'_>, name: &str) -> Diagnostic {
    let usage = format!("it is written {name} Rd, label");
    let at = |i: usize| item.spans.get(i).copied().unwrap_or(item.name_span);
    let d = match item.atoms[..] {
        [] => Diagnostic::error(item.name_span, format!("{name} needs operands")),
        [Atom::Reg(_), Atom::Punct(b',')] | [Atom::Reg(_)] => {
            Diagnostic::error(at(item.atoms.len() - 1), format!("{name} needs a label behind this"))
        }
        [Atom::Reg(_), Atom::Punct(b','), Atom::Num { hash: true, .. }, ..] => {
            return Diagnostic::error(at(2), format!("{name} takes a label, not a number"))
                .help("to put a number into a register use MOV Rd, #number or LDR Rd, =number");
        }
        [Atom::Reg(_), Atom::Punct(b','), Atom::Num { .. }, ..] => {
            Diagnostic::error(at(3), format!("{name} has no place for this"))
        }
        [Atom::Reg(_), Atom::Punct(b','), ..] => {
            Diagnostic::error(at(2), format!("{name} takes a label here"))
        }
        _ => Diagnostic::error(at(0), format!("the first operand of {name} must be a register")),
    };
    d.help(usage)
}

/// A label that one instruction does not reach.
pub(crate) fn address_too_far(item: &Written<'_>, distance: i32) -> Diagnostic {
    let span = item.spans.get(2).copied().unwrap_or(item.span);
    Diagnostic::error(span, format!("ADR cannot take an address {distance} bytes from PC in one instruction"))
        .note("the distance must have eight bits, rotated right by an even number of places")
        .help("use ADRL, which takes up to four instructions")
}

/// `=expr` behind something else than LDR: `value` at `span`, for the register `rd`.
pub(crate) fn literal_needs_ldr(mnemonic: &str, rd: &str, value: &str, span: Span) -> Diagnostic {
    let number = value.trim_start_matches('=').trim();
    let name = mnemonic.to_ascii_uppercase();
    let d = Diagnostic::error(span, format!("{name} cannot take a value with `=`"));
    match family(&mnemonic.to_ascii_lowercase()) {
        Family::Store => d.help(format!("to write to a label use {name} {rd}, {number}")),
        Family::Load => d.help(format!("LDR has it, for all sizes: LDR {rd}, ={number}")),
        Family::Move => {
            d.help(format!("LDR {rd}, ={number} takes any value, MOV {rd}, #{number} a small one"))
        }
        _ => d.help(format!("only LDR can; a number in {name} is written #{number}")),
    }
}
