//! Random words of a row, reproducibly.
#![allow(dead_code)] // each test uses some of it

use skink_isa::draw::Rng;
use skink_isa::{Context, Insn, Row, encode};

/// A word of the row's pattern, executed always, with random bits in all other fields.
pub(crate) fn random_word(row: &Row, rng: &mut Rng) -> u32 {
    let p = &row.pattern;
    let word = p.value | p.should | rng.next() & p.fields;
    if p.cond < 32 { word & !(15 << p.cond) | 14 << p.cond } else { word }
}

/// That a decoded word is encoded back (see `Row::normal`), and that its text can be written; false
/// for UNDEFINED.
pub(crate) fn check(insn: Option<Insn>, word: u32, in_it: bool) -> bool {
    let Some(insn) = insn else { return false };
    let row = insn.row();
    let normal = row.normal(word);
    let back = encode(row, &insn.op, insn.cond, insn.thumb, Context { in_it });
    assert_eq!(back, Some(normal), "{}: {word:08x} {insn:?}, back {back:08x?}", row.name);
    // Writing takes the most time.
    if word.is_multiple_of(16) {
        assert!(!insn.text(word).is_empty(), "{}: {word:08x}", row.name);
    }
    true
}
