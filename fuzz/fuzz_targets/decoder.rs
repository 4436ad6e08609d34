//! `cargo fuzz run decoder`: any words, in A32 and in Thumb with its IT blocks, decode without a panic;
//! what decodes has a text and is encoded back. A sample of the same runs with the tests of skink-isa.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skink_isa::{Context, Insn, Op, decode_a32, decode_t16, decode_t32, encode, is_t32};

fn check(insn: Option<Insn>, word: u32, addr: u32, cx: Context) {
    let Some(insn) = insn else { return };
    let row = insn.row();
    assert!(!insn.text(addr).is_empty(), "{}: {word:08x} has no text", row.name);
    let normal = row.normal(word);
    let back = encode(row, &insn.op, insn.cond, insn.thumb, cx);
    assert_eq!(back, Some(normal), "{}: {word:08x} {insn:?}", row.name);
}

fuzz_target!(|code: &[u8]| {
    for (i, word) in code.chunks_exact(4).enumerate() {
        let word = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
        check(decode_a32(word), word, i as u32 * 4, Context::default());
    }
    let halfwords: Vec<u16> = code.chunks_exact(2).map(|h| u16::from_le_bytes([h[0], h[1]])).collect();
    let (mut at, mut it) = (0, 0u8);
    while let Some(&first) = halfwords.get(at) {
        let (cx, addr) = (Context { in_it: it != 0 }, at as u32 * 2);
        it = if it & 7 == 0 { 0 } else { it & 0xe0 | it << 1 & 0x1f };
        let second = halfwords.get(at + 1).copied();
        match (is_t32(first), second) {
            (false, _) => {
                let insn = decode_t16(first, cx);
                if let Some(Op::It(x)) = insn.map(|insn| insn.op) {
                    it = (x.block.firstcond as u8) << 4 | x.block.mask;
                }
                check(insn, first.into(), addr, cx);
                at += 1;
            }
            (true, Some(second)) => {
                let word = (first as u32) << 16 | second as u32;
                check(decode_t32(word, cx), word, addr, cx);
                at += 2;
            }
            (true, None) => break,
        }
    }
});
