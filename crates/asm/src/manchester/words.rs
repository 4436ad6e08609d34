//! The words that mean something: directives, registers, mnemonics; and what to say of those that do not.

use super::tree::AliasKind;
use crate::diag::Diagnostic;
use crate::encode;
use crate::explain::mnemonic::near_mnemonic;
pub(super) use crate::explain::mnemonic::{CONDITIONS, is_shift, near_common};
use crate::near;
use crate::source::Span;

/// A directive, whichever of its names was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DirectiveName {
    Org,
    Equ,
    Entry,
    Export,
    Align,
    /// DEFB, DEFH, DEFW: the size of an element.
    Define(u8),
    Space,
    Include,
    Import,
    Pool,
    Alias(AliasKind),
    Arm,
    Thumb,
    Arch,
    Record,
    RecordAlias,
    /// BYTE, HALF, WORD, DOUBLE: the size of a field.
    Field(u8),
    RecordAlign,
    If,
    Else,
    Fi,
}

const DIRECTIVES: &[(&str, DirectiveName)] = &[
    ("ORG", DirectiveName::Org),
    ("ORIGIN", DirectiveName::Org),
    ("EQU", DirectiveName::Equ),
    ("ENTRY", DirectiveName::Entry),
    ("EXPORT", DirectiveName::Export),
    ("ALIGN", DirectiveName::Align),
    ("DEFB", DirectiveName::Define(1)),
    ("DCB", DirectiveName::Define(1)),
    ("DEFH", DirectiveName::Define(2)),
    ("DCW", DirectiveName::Define(2)),
    ("DEFW", DirectiveName::Define(4)),
    ("DCD", DirectiveName::Define(4)),
    ("DEFS", DirectiveName::Space),
    ("INCLUDE", DirectiveName::Include),
    ("GET", DirectiveName::Include),
    ("IMPORT", DirectiveName::Import),
    ("LITERAL", DirectiveName::Pool),
    ("LITERALS", DirectiveName::Pool),
    ("POOL", DirectiveName::Pool),
    ("LTORG", DirectiveName::Pool),
    ("RN", DirectiveName::Alias(AliasKind::Register)),
    ("CN", DirectiveName::Alias(AliasKind::CoprocessorRegister)),
    ("CP", DirectiveName::Alias(AliasKind::Coprocessor)),
    ("ARM", DirectiveName::Arm),
    ("THUMB", DirectiveName::Thumb),
    ("ARCH", DirectiveName::Arch),
    ("RECORD", DirectiveName::Record),
    ("STRUCT", DirectiveName::Record),
    ("ALIAS", DirectiveName::RecordAlias),
    ("BYTE", DirectiveName::Field(1)),
    ("HALF", DirectiveName::Field(2)),
    ("WORD", DirectiveName::Field(4)),
    ("DOUBLE", DirectiveName::Field(8)),
    ("REC_ALIGN", DirectiveName::RecordAlign),
    ("IF", DirectiveName::If),
    ("ELSE", DirectiveName::Else),
    ("FI", DirectiveName::Fi),
    ("ENDIF", DirectiveName::Fi),
];

/// The directive of a name, case aside.
pub(super) fn directive(word: &str) -> Option<DirectiveName> {
    DIRECTIVES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, directive)| *directive)
}

/// The core register of a name (AAPCS 5.1.1 for the names by use).
pub(super) fn register(word: &str) -> Option<u8> {
    let word = word.to_ascii_lowercase();
    let numbered = |rest: &str, from: u8, range: std::ops::RangeInclusive<u8>| {
        let plain = !rest.is_empty() && rest.len() <= 2 && (rest.len() == 1 || !rest.starts_with('0'));
        let n: u8 = if plain { rest.parse().ok()? } else { return None };
        range.contains(&n).then(|| n - range.start() + from)
    };
    match word.as_str() {
        "sb" => return Some(9),
        "sl" => return Some(10),
        "fp" => return Some(11),
        "ip" => return Some(12),
        "sp" => return Some(13),
        "lr" => return Some(14),
        "pc" => return Some(15),
        _ => {}
    }
    match word.split_at_checked(1)? {
        ("r", rest) => numbered(rest, 0, 0..=15),
        ("a", rest) => numbered(rest, 0, 1..=4),
        ("v", rest) => numbered(rest, 4, 1..=8),
        _ => None,
    }
}

/// Whether it is a name that some instruction's operands have, if no label has it.
pub(super) fn is_special(mnemonic: &str, word: &str) -> bool {
    let numbered =
        |prefix: char| word.strip_prefix(prefix).and_then(|n| n.parse::<u8>().ok()).is_some_and(|n| n < 16);
    let family = |names: &[&str]| names.iter().any(|name| word.starts_with(name));
    match mnemonic {
        m if m.starts_with("it") => CONDITIONS.contains(&word) || word == "al",
        m if m.starts_with("mrs") || m.starts_with("msr") => family(&["cpsr", "spsr", "apsr"]),
        m if m.starts_with("vm") || m.starts_with("fm") => {
            family(&["apsr", "fpscr", "fpsid", "fpexc", "mvfr", "fpinst"])
        }
        m if m.starts_with("dmb") || m.starts_with("dsb") || m.starts_with("isb") => {
            ["sy", "st", "ish", "ishst", "nsh", "nshst", "osh", "oshst", "un", "unst", "sh", "shst"]
                .contains(&word)
        }
        m if m.starts_with("cps") => word.bytes().all(|b| b"aif".contains(&b)),
        m if m.starts_with("setend") => ["be", "le"].contains(&word),
        m if ["mcr", "mrc", "cdp", "ldc", "stc", "mrrc"].iter().any(|c| m.starts_with(c)) => {
            word == "apsr_nzcv"
                || numbered('p')
                || numbered('c')
                || word.strip_prefix("cr").is_some_and(|n| n.parse::<u8>().is_ok())
        }
        _ => false,
    }
}

/// A mnemonic without its condition, and the condition: `adr` and `ne` of `adrne`.
pub(super) fn split_condition<'m>(mnemonic: &'m str, stem: &str) -> Option<&'m str> {
    let rest = mnemonic.strip_prefix(stem)?;
    (rest.is_empty() || rest == "al" || CONDITIONS.contains(&rest)).then_some(rest)
}

/// The number in the name of a register, coprocessor register or coprocessor.
pub(super) fn numbered(kind: AliasKind, word: &str) -> Option<u8> {
    let lower = word.to_ascii_lowercase();
    let digits = match kind {
        AliasKind::Register => return register(word),
        AliasKind::CoprocessorRegister => lower.strip_prefix("cr").or_else(|| lower.strip_prefix('c'))?,
        AliasKind::Coprocessor => lower.strip_prefix("cp").or_else(|| lower.strip_prefix('p'))?,
    };
    digits.parse().ok().filter(|&n| n < 16)
}

/// Whether it is the mnemonic of an instruction or pseudo-instruction; in lower case.
pub(super) fn is_mnemonic(word: &str) -> bool {
    pseudo(word).is_some() || encode::index().is_mnemonic(word)
}

/// ADR and ADRL in all spellings: whether it is the long one, and the condition.
pub(super) fn pseudo(mnemonic: &str) -> Option<(bool, &str)> {
    if let Some(cond) = split_condition(mnemonic, "adrl") {
        return Some((true, cond));
    }
    // The condition may stand before the L. ADRL itself was the case before.
    if let Some(cond) = mnemonic.strip_suffix('l').and_then(|rest| split_condition(rest, "adr")) {
        return Some((true, cond));
    }
    split_condition(mnemonic, "adr").map(|cond| (false, cond))
}

/// What to say of a word that stands where a mnemonic should.
pub(super) fn unknown(word: &str, span: Span) -> Diagnostic {
    let d = Diagnostic::error(span, format!("`{word}` is neither an instruction nor a directive"));
    let lower = word.to_ascii_lowercase();
    if let Some((_, ours)) = FOREIGN.iter().find(|(foreign, _)| *foreign == lower) {
        return d.help(format!("in this dialect that is {ours}"));
    }
    let directive = near::nearest(word, DIRECTIVES.iter().map(|(name, _)| *name));
    let best = match (near_mnemonic(word), directive) {
        (Some(a), Some(b)) if near::distance(word, b) < near::distance(word, &a) => Some(b.to_owned()),
        (a, b) => a.or(b.map(str::to_owned)),
    };
    match best {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None => {
            d.help("a label stands before the instruction or directive that it names, or alone on its line")
        }
    }
}

/// Whether a word was rather meant as a mnemonic than as a label.
pub(super) fn looks_like_mnemonic(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    FOREIGN.iter().any(|(foreign, _)| *foreign == lower) || near_common(word).is_some()
}

/// Directives of other assemblers, and what they are here.
const FOREIGN: &[(&str, &str)] = &[
    ("area", "nothing: code and data follow each other as they are written"),
    ("end", "not needed: the program ends with its file"),
    ("space", "DEFS"),
    ("fill", "DEFS"),
    ("ascii", "DEFB"),
    ("asciz", "DEFB with a 0 at its end"),
    ("string", "DEFB with a 0 at its end"),
    ("db", "DEFB"),
    ("dw", "DEFH, or DEFW for 32 bits"),
    ("dd", "DEFW"),
    ("dcs", "DEFS"),
    ("defm", "DEFB"),
    ("global", "EXPORT"),
    ("globl", "EXPORT"),
    ("jmp", "B"),
    ("call", "BL"),
    ("ret", "MOV PC, LR"),
    ("inc", "ADD Rd, Rd, #1"),
    ("dec", "SUB Rd, Rd, #1"),
    ("not", "MVN"),
    ("xor", "EOR"),
    ("or", "ORR"),
    ("beqz", "CMP Rn, #0 and BEQ"),
    ("bnez", "CMP Rn, #0 and BNE"),
    ("move", "MOV"),
    ("load", "LDR"),
    ("store", "STR"),
    ("halt", "SVC 2"),
    ("macro", "missing: there are no macros"),
];
