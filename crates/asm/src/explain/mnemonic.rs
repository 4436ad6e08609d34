//! Mnemonics that were perhaps meant, and the small words of an instruction.

use crate::encode;
use crate::near;

/// Whether it is a shift, as it stands behind a register.
pub(crate) fn is_shift(word: &str) -> bool {
    ["LSL", "ASL", "LSR", "ASR", "ROR", "RRX"].iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// The conditions, without AL.
pub(crate) const CONDITIONS: [&str; 16] =
    ["eq", "ne", "cs", "hs", "cc", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le"];

/// The common mnemonic that a word is one letter away from, in capitals.
pub(crate) fn near_common(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    let stem = split_suffix(&lower);
    let near = COMMON.iter().find(|common| near::distance(stem, common) <= 1)?;
    Some(format!("{near}{}", &lower[stem.len()..]).to_ascii_uppercase())
}

/// A word without what may be a condition.
fn split_suffix(lower: &str) -> &str {
    match lower.len().checked_sub(2).and_then(|at| lower.split_at_checked(at)) {
        Some((stem, suffix)) if stem.len() > 1 && CONDITIONS.contains(&suffix) => stem,
        _ => lower,
    }
}

/// The mnemonic that a word is near to, in capitals.
pub(crate) fn near_mnemonic(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    if let Some((name, types)) = lower.split_once('.') {
        let near = near_mnemonic(name)?;
        return Some(format!("{near}.{}", types.to_ascii_uppercase()));
    }
    // The condition first, so that ADDDEQ is near ADDEQ.
    let stem = split_suffix(&lower);
    let mnemonics = COMMON.iter().copied().chain(encode::index().mnemonics());
    let Some(near) = near::nearest(stem, mnemonics) else {
        // Of a branch there is little left without its condition.
        let branches: Vec<String> =
            CONDITIONS.iter().flat_map(|c| [format!("b{c}"), format!("bl{c}")]).collect();
        return near::nearest(&lower, branches.iter().map(String::as_str)).map(str::to_ascii_uppercase);
    };
    Some(format!("{near}{}", &lower[stem.len()..]).to_ascii_uppercase())
}

/// Mnemonics of a first course: among equally near names these are meant.
const COMMON: &[&str] = &[
    "mov", "mvn", "add", "sub", "rsb", "cmp", "cmn", "and", "orr", "eor", "bic", "tst", "teq", "mul", "b",
    "bl", "bx", "ldr", "str", "ldrb", "strb", "ldrh", "strh", "ldmfd", "stmfd", "ldm", "stm", "push", "pop",
    "svc", "swi", "adr", "adrl", "nop", "adds", "subs", "movs",
];
