//! Decoding and encoding undo each other, for every row in every set that it serves.

mod common;

use common::{Rng, check};
use skink_isa::row::{Context, Row, Set};
use skink_isa::{Insn, ROWS, decode_a32, decode_t16, decode_t32, encode, t32_of_a32};

/// Draws of operands for a row in a set and a context.
const DRAWS: usize = 3000;

/// A word of the row's pattern with random operands and condition; `None` where these bits are of a
/// more specific row, or UNDEFINED.
fn draw(index: usize, row: &Row, thumb: bool, cx: Context, rng: &mut Rng) -> Option<(Insn, u32)> {
    let p = &row.pattern;
    let mut word = p.value | p.should | rng.next() & p.fields;
    if p.cond < 32 {
        // In Thumb the condition of a VFP row is that of the IT block; 0b111x are other instructions.
        let cond = if row.set == Set::A32T32 && thumb { 14 } else { rng.next() % 15 };
        word = word & !(15 << p.cond) | cond << p.cond;
    }
    if row.set == Set::A32T32 && thumb {
        word = t32_of_a32(word);
    }
    let insn = match (row.set, thumb) {
        (Set::T16, _) => decode_t16(word as u16, cx),
        (_, true) => decode_t32(word, cx),
        _ => decode_a32(word),
    };
    insn.filter(|insn| insn.row as usize == index && row.normal(word) == word).map(|insn| (insn, word))
}

#[test]
fn encode_undoes_decode() {
    let mut rng = Rng::new(7);
    let mut never = Vec::new();
    for (index, row) in ROWS.iter().enumerate() {
        let sets: &[bool] = match row.set {
            Set::A32 => &[false],
            Set::T16 | Set::T32 => &[true],
            Set::A32T32 => &[false, true],
        };
        for &thumb in sets {
            let mut seen = 0;
            for in_it in [false, true] {
                let cx = Context { in_it };
                for _ in 0..if thumb || !in_it { DRAWS } else { 0 } {
                    let Some((insn, word)) = draw(index, row, thumb, cx, &mut rng) else { continue };
                    seen += 1;
                    let back = encode(row, &insn.op, insn.cond, thumb, cx);
                    assert_eq!(back, Some(word), "{}: {word:08x} {insn:?}, back {back:08x?}", row.name);
                }
            }
            if seen < 20 {
                never.push(format!("{} {}: {seen}", row.name, if thumb { "Thumb" } else { "A32" }));
            }
        }
    }
    assert!(never.is_empty(), "too few random words decode as these rows:\n{}", never.join("\n"));
}

/// Decoding is total, and what decodes is encoded back: random words of all sets. All of them are
/// `cargo xtask decode-all`'s.
#[test]
fn any_word() {
    let mut rng = Rng::new(9);
    let mut decoded = [0u32; 3];
    for halfword in 0..=u16::MAX {
        for in_it in [false, true] {
            check(decode_t16(halfword, Context { in_it }), halfword.into(), in_it);
        }
    }
    for i in 0..8_000_000u32 {
        let word = rng.next();
        let in_it = i & 1 != 0;
        decoded[0] += check(decode_a32(word), word, false) as u32;
        // The conditional ones are fifteen sixteenths of A32.
        let word = rng.next() | 0xf000_0000;
        decoded[1] += check(decode_a32(word), word, false) as u32;
        let word = rng.next() | 0xe000_0000;
        if word >> 27 != 0b11100 {
            decoded[2] += check(decode_t32(word, Context { in_it }), word, in_it) as u32;
        }
    }
    assert!(decoded.iter().all(|&n| n > 100_000), "{decoded:?}");
}

/// What VFP and Advanced SIMD leave of coprocessors 10 and 11 is UNDEFINED, not a coprocessor
/// instruction of whatever meaning.
#[test]
fn coprocessors_10_and_11_are_ours() {
    let mut rng = Rng::new(8);
    for _ in 0..300_000 {
        let word = rng.next() & !0x0000_0400 | 0x0c00_0a00;
        let word = if word >> 24 & 15 == 15 { word & !(1 << 24) } else { word };
        if let Some(insn) = decode_a32(word) {
            assert_eq!(insn.row().set, Set::A32T32, "{word:08x} is {}", insn.row().name);
        }
    }
}
