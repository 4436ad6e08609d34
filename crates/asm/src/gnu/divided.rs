//! Thumb code in the divided syntax, that of before Thumb-2, which GNU as reads unless `.syntax unified` comes: there
//! are only 16-bit instructions, and what sets the flags has no S (the manual of GNU as, "ARM-Instruction-Set"; the
//! encodings are those of do_t_add_sub, do_t_mov_cmp and their like in gas/config/tc-arm.c of binutils 2.40).

use skink_isa::operand::Reg;
use skink_isa::syntax::Atom;

/// An instruction in the words of the unified syntax.
pub(super) struct Reading<'a> {
    pub(super) mnemonic: String,
    /// Its operands, if they are others.
    pub(super) atoms: Option<Vec<Atom<'a>>>,
    /// Whether it sets the flags although it has no S.
    pub(super) sets_flags: bool,
}

/// What an instruction means, if it means something else than in the unified syntax.
pub(super) fn read<'a>(mnemonic: &str, atoms: &[Atom<'a>]) -> Option<Reading<'a>> {
    let word = mnemonic.to_ascii_lowercase();
    let same = |suffix: &str, sets_flags| {
        Some(Reading { mnemonic: format!("{word}{suffix}"), atoms: None, sets_flags })
    };
    let registers: Vec<Reg> = atoms
        .iter()
        .filter_map(|atom| match atom {
            Atom::Reg(reg) => Some(*reg),
            _ => None,
        })
        .collect();
    let low = registers.iter().all(|reg| reg.0 < 8);
    let (comma, zero) = (Atom::Punct(b','), Atom::Num { value: 0, hash: true, minus: false });
    match &word[..] {
        // With SP, PC and the high registers there are forms that leave the flags alone.
        "add" | "sub" if low => same("s.n", true),
        "add" | "sub" => same(".n", false),
        "mov" => match atoms {
            // A move of low registers is an addition.
            [rd, _, rm @ Atom::Reg(_)] if low => Some(Reading {
                mnemonic: "adds.n".into(),
                atoms: Some(vec![*rd, comma, *rm, comma, zero]),
                sets_flags: true,
            }),
            [_, _, Atom::Reg(_)] => same(".n", false),
            _ => same("s.n", true),
        },
        "neg" => match atoms {
            [rd, _, rm] => Some(Reading {
                mnemonic: "rsbs.n".into(),
                atoms: Some(vec![*rd, comma, *rm, comma, zero]),
                sets_flags: true,
            }),
            _ => None,
        },
        "mul" => match atoms {
            [rd, _, rm] => Some(Reading {
                mnemonic: "muls.n".into(),
                atoms: Some(vec![*rd, comma, *rm, comma, *rd]),
                sets_flags: true,
            }),
            _ => same("s.n", true),
        },
        "and" | "eor" | "orr" | "bic" | "adc" | "sbc" | "mvn" | "lsl" | "lsr" | "asr" | "ror" => {
            same("s.n", true)
        }
        "cmp" | "adr" | "ldr" | "ldrb" | "ldrh" | "str" | "strb" | "strh" if !is_constant(atoms) => {
            same(".n", false)
        }
        "ldsb" | "ldsh" => {
            Some(Reading { mnemonic: word.replace("lds", "ldrs"), atoms: None, sets_flags: false })
        }
        _ if is_branch(&word) => same(".n", false),
        _ => None,
    }
}

/// Whether it is LDR Rd, =value, which is a matter of its own.
fn is_constant(atoms: &[Atom<'_>]) -> bool {
    matches!(atoms, [_, _, Atom::Punct(b'='), ..])
}

fn is_branch(word: &str) -> bool {
    let cond =
        word.strip_prefix('b').filter(|rest| rest.len() != 2 || skink_isa::Cond::from_name(rest).is_some());
    matches!(cond, Some(rest) if rest.is_empty() || rest.len() == 2)
}
