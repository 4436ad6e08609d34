//! What the disassembler prints, the assembler takes: random words of every row.

use super::*;
use skink_isa::row::Context;
use skink_isa::{Insn, decode_a32, decode_t16, decode_t32, t32_of_a32};
use std::collections::BTreeMap;

/// xorshift64*.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
    }
}

const ADDR: u32 = 0x0800_0000;

/// The text as the assembler is given it: objdump's targets of branches have no `0x`.
fn text(insn: &Insn) -> String {
    let text = insn.text(ADDR);
    let branch = matches!(insn.op, Op::B(_) | Op::Bl(_) | Op::BlxImm(_) | Op::Cbz(_));
    match text.rsplit_once([' ', '\t']) {
        Some((head, target)) if branch => format!("{head} 0x{target}"),
        _ => text,
    }
}

/// Assembles one instruction at [`ADDR`].
fn assemble(text: &str, thumb: bool, in_it: bool, cond: Cond) -> Result<Word, String> {
    let (word, found) = crate::gnu::one::instruction(text, ADDR, thumb, in_it)?;
    assert!(in_it || found == cond || thumb, "{text}");
    Ok(word)
}

/// Why a row's text is not assembled to the same word: what the disassembler prints does not say all.
const LOSSY: &[(&str, &str)] = &[
    ("CPS", "objdump's text leaves the flags out"),
    ("MOV_nop_A1", "NOP has an encoding of its own"),
    ("HINT_mem", "unallocated hints print as PLI"),
];

/// Operands that are UNPREDICTABLE and have no text that an assembler would take.
fn nonsense(text: &str) -> bool {
    let past_d31 = (32..40).any(|n| text.contains(&format!("d{n}")));
    let pair = text.starts_with("ldrd") || text.starts_with("strd");
    let never = text.starts_with("it") && text.contains('e') && text.ends_with("\tal");
    past_d31 || pair && text.contains("\tlr, [") || text.contains("{}") || never
}

#[test]
fn text_of_every_row_assembles_to_the_same_word() {
    let mut rng = Rng(0x1234_5678_9abc_def1);
    let mut wrong: BTreeMap<(&str, String), (u32, String)> = BTreeMap::new();
    let mut drawn = 0;
    for (number, row) in ROWS.iter().enumerate() {
        if LOSSY.iter().any(|(name, _)| row.name.starts_with(name)) {
            continue;
        }
        let sets: &[bool] = match row.set {
            Set::A32 => &[false],
            Set::T16 | Set::T32 => &[true],
            Set::A32T32 => &[false, true],
        };
        for &thumb in sets {
            for draw in 0..400 {
                let in_it = thumb && draw % 2 == 1;
                let cx = Context { in_it };
                let p = &row.pattern;
                let mut word = p.value | p.should | rng.next() & p.fields;
                if p.cond < 32 {
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
                let Some(mut insn) = insn.filter(|i| i.row as usize == number && row.normal(word) == word)
                else {
                    continue;
                };
                // IT blocks make the condition of what stands in them; B and CBZ have none there.
                if in_it && insn.cond == Cond::Al {
                    insn.cond = Cond::Ne;
                } else if in_it {
                    continue;
                }
                let text = text(&insn);
                if nonsense(&text) {
                    continue;
                }
                drawn += 1;
                let back = assemble(&text, thumb, in_it, insn.cond);
                if !back.as_ref().is_ok_and(|back| same(back, &insn, word, thumb, in_it)) {
                    let set = format!("{} {:?}", row.name, row.set);
                    let now = || match back {
                        Ok(back) => {
                            let name = ROWS[back.row as usize].name;
                            format!("{word:08x} {text:?} it={in_it}: {:08x} {name}", back.bits)
                        }
                        Err(e) => format!("{word:08x} {text:?} it={in_it}: {e}"),
                    };
                    wrong.entry((row.name, set)).or_insert_with(|| (0, now())).0 += 1;
                }
            }
        }
    }
    assert!(drawn > 100_000);
    let list: Vec<String> = wrong.iter().map(|((_, set), (n, e))| format!("{n:4} {set}: {e}")).collect();
    assert!(list.is_empty(), "{} rows:\n{}", list.len(), list.join("\n"));
}

/// The same bits, or another encoding of the same text: a narrower one, or a constant encoded the usual way.
fn same(back: &Word, insn: &Insn, word: u32, thumb: bool, in_it: bool) -> bool {
    if back.bits == word {
        return true;
    }
    let cx = Context { in_it };
    let again = match (thumb, back.size) {
        (true, 2) => decode_t16(back.bits as u16, cx),
        (true, _) => decode_t32(back.bits, cx),
        _ => decode_a32(back.bits),
    };
    let Some(mut again) = again else { return false };
    if in_it {
        again.cond = insn.cond;
    }
    // GNU as writes LDM of one register as LDR.
    if matches!((insn.op, again.op), (Op::Ldm(x), Op::Ldr(_)) if x.list.0.count_ones() == 1) {
        return true;
    }
    let plain = |insn: &Insn| insn.text(ADDR).replace(".w", "").replace(".n", "");
    again.op == insn.op || plain(&again) == plain(insn)
}

#[test]
fn the_index_is_quick() {
    let start = std::time::Instant::now();
    let index = Index::build();
    assert!(index.names.len() > 300);
    // A millisecond in a release build; tests are built otherwise, on machines of any speed.
    assert!(start.elapsed().as_millis() < 100, "{:?}", start.elapsed());
}
