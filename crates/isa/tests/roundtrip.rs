//! Decoding and encoding undo each other, for every row in every set that it serves.

mod common;

use common::check;
use skink_isa::draw::{Rng, draw, sets};
use skink_isa::row::{Context, Set};
use skink_isa::{ROWS, decode_a32, decode_t16, decode_t32, encode};

/// Draws of operands for a row in a set and a context.
const DRAWS: usize = 3000;

#[test]
fn encode_undoes_decode() {
    let mut rng = Rng::new(7);
    let mut never = Vec::new();
    for (index, row) in ROWS.iter().enumerate() {
        for &thumb in sets(row) {
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
