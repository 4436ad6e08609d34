//! Decoding and encoding of the VFP and Advanced SIMD rows undo each other, in A32 and in T32.

mod common;

use common::{Rng, t32_of_a32};
use skink_isa::row::{Context, Set};
use skink_isa::{ROWS, decode_a32, decode_t32, encode};

#[test]
fn encode_undoes_decode() {
    let cx = Context::default();
    let mut rng = Rng::new(7);
    for (index, row) in ROWS.iter().enumerate().filter(|(_, row)| row.set == Set::A32T32) {
        let mut seen = 0;
        for _ in 0..2000 {
            let word = common::random_word(row, &mut rng);
            // Words of a more specific row, or UNDEFINED.
            let Some(insn) = decode_a32(word).filter(|insn| insn.row as usize == index) else { continue };
            seen += 1;
            let back = encode(row, &insn.op, insn.cond, false, cx);
            assert_eq!(back, Some(word), "{}: {word:08x} {insn:?}, back {back:08x?}", row.name);

            let t32 = t32_of_a32(word);
            let thumb = decode_t32(t32, cx).unwrap_or_else(|| panic!("{}: T32 {t32:08x}", row.name));
            assert_eq!((thumb.op, thumb.row, thumb.size, thumb.thumb), (insn.op, insn.row, 4, true));
            let back = encode(row, &thumb.op, thumb.cond, true, cx);
            assert_eq!(back, Some(t32), "{}: T32 {t32:08x} {thumb:?}, back {back:08x?}", row.name);
        }
        assert!(seen > 20, "{}: only {seen} of 2000 random words decode as this row", row.name);
    }
}

/// What VFP and Advanced SIMD leave of coprocessors 10 and 11 is UNDEFINED, not a coprocessor
/// instruction of whatever meaning.
#[test]
fn coprocessors_10_and_11_are_ours() {
    let mut rng = Rng::new(8);
    for _ in 0..300_000 {
        let word = rng.next() & !0x0000_0400 | 0x0c00_0a00;
        let word = if word >> 24 & 15 == 15 { word & !(1 << 24) } else { word };
        let ours = |set| matches!(set, Set::A32T32);
        if let Some(insn) = decode_a32(word) {
            assert!(ours(insn.row().set), "{word:08x} is {}", insn.row().name);
        }
    }
}
