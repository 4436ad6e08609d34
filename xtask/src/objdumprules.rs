//! Where skink's disassembly differs from objdump's on purpose: the one list.

use crate::objdump::State;

/// An instruction's texts.
pub(crate) struct Pair<'a> {
    pub(crate) word: u32,
    pub(crate) state: State,
    /// Empty where objdump says UNDEFINED.
    pub(crate) theirs: &'a str,
    /// Empty for UNDEFINED.
    pub(crate) ours: &'a str,
}

/// A reason, and to what it applies.
pub(crate) struct Rule {
    pub(crate) reason: &'static str,
    pub(crate) applies: fn(&Pair) -> bool,
}

pub(crate) const RULES: &[Rule] = &[Rule {
    reason: "VSHL by a constant does not care for the sign, and UAL has I8 to I64 (A8.8.395); objdump has s8 to s64",
    applies: |p| p.ours.starts_with("vshl.i") && p.ours.replacen(".i", ".s", 1) == p.theirs,
}];
