//! Instructions that are taken, and may not do what was meant.

use super::Written;
use crate::diag::Diagnostic;
use skink_isa::Op;
use skink_isa::operand::Reg;
use skink_isa::syntax::Atom;

/// Warns of what is taken and surprises; on the `board` there are five supervisor calls.
pub(crate) fn surprises(written: &Written<'_>, op: &Op, board: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let first = written.spans.first().copied().unwrap_or(written.span);
    match op {
        Op::Svc(svc) if board && svc.imm.0 > 4 => {
            let d = Diagnostic::warning(first, format!("the board has no supervisor call {}", svc.imm.0))
                .help("SVC 0 writes a character, 1 reads one, 2 halts, 3 writes a string, 4 writes a number");
            found.push(d);
        }
        Op::Ldm(x) | Op::Stm(x) if x.wback && x.list.0 >> x.rn.0 & 1 != 0 => {
            let d = Diagnostic::warning(first, "this register is in the list too, and `!` writes to it")
                .note("the manual does not say what is in it afterwards")
                .help("leave it out of the list, or leave `!` out");
            found.push(d);
        }
        _ => {}
    }
    found.extend(strange_registers(written));
    found
}

/// Instructions whose operands cannot be PC: what happens then the manual does not say.
const NEVER_PC: [&str; 29] = [
    "mul", "mla", "mls", "umul", "umla", "smul", "smla", "smls", "umaal", "smml", "smmu", "sdiv", "udiv",
    "clz", "rbit", "rev", "sxt", "uxt", "ubfx", "sbfx", "bfi", "bfc", "movw", "movt", "ssat", "usat",
    "ldrex", "strex", "swp",
];

/// Warns of registers that are taken and surprise.
pub(crate) fn strange_registers(written: &Written<'_>) -> Option<Diagnostic> {
    let pc = written.atoms.iter().position(|atom| *atom == Atom::Reg(Reg::PC));
    if let Some(at) = pc {
        let name = written.mnemonic.to_ascii_lowercase();
        if NEVER_PC.iter().any(|stem| name.starts_with(stem)) {
            let message = format!("{} has no defined result with PC here", name.to_ascii_uppercase());
            let d = Diagnostic::warning(written.spans[at], message);
            return Some(d.note("the manual calls it UNPREDICTABLE: processors differ"));
        }
    }
    let behind_brace = written.atoms.iter().enumerate().skip_while(|(_, atom)| **atom != Atom::Punct(b'{'));
    let list: Vec<(usize, Reg)> = behind_brace
        .filter_map(|(i, atom)| if let Atom::Reg(reg) = atom { Some((i, *reg)) } else { None })
        .collect();
    let pair = list.windows(2).find(|pair| pair[0].1 > pair[1].1)?;
    let span = written.spans[pair[0].0].to(written.spans[pair[1].0]);
    let d = Diagnostic::warning(span, "registers are moved in the order of their numbers, not of the list");
    Some(d.note("the register with the lowest number is at the lowest address, always"))
}
