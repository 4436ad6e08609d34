//! The Manchester dialect has every instruction of the table, VFP and Advanced SIMD included: what the disassembler
//! prints of random words of each row assembles to the same words.

use skink_asm::source::NoFiles;
use skink_asm::{Sources, manchester};
use skink_isa::row::{Context, Set};
use skink_isa::{Insn, Op, ROWS, decode_a32, decode_t16, decode_t32, t32_of_a32};
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
const DRAWS: u32 = 100;

/// Rows whose text does not say all: see the test of the table's index.
const LOSSY: [&str; 3] = ["CPS", "MOV_nop_A1", "HINT_mem"];

/// Operands that are UNPREDICTABLE and have no text that an assembler would take.
fn nonsense(text: &str) -> bool {
    let past_d31 = (32..40).any(|n| text.contains(&format!("d{n}")));
    let pair = text.starts_with("ldrd") || text.starts_with("strd");
    past_d31 || pair && text.contains("\tlr, [") || text.contains("{}")
}

/// An instruction as this dialect writes it.
fn text(insn: &Insn) -> String {
    let text = insn.text(ADDR);
    let branch = matches!(insn.op, Op::B(_) | Op::Bl(_) | Op::BlxImm(_) | Op::Cbz(_));
    match text.rsplit_once([' ', '\t']) {
        Some((head, target)) if branch => format!("{head} 0x{target}"),
        _ => text,
    }
}

fn assemble(line: &str, thumb: bool) -> Result<Vec<u8>, String> {
    let source = format!(" ORG {ADDR:#x}\n{}{line}\n", if thumb { " THUMB\n " } else { " " });
    let mut sources = Sources::default();
    let file = sources.add("row.s", source.into_bytes(), None);
    let assembly = manchester::assemble(&mut sources, file, &NoFiles);
    match assembly.diags.has_errors() {
        true => Err(assembly.diags.render(&sources)),
        false => Ok(assembly.flat.segments.first().map_or(Vec::new(), |segment| segment.bytes.clone())),
    }
}

#[test]
fn every_row_in_the_manchester_dialect() {
    let mut rng = Rng(0x5eed);
    let mut wrong: BTreeMap<&str, String> = BTreeMap::new();
    let mut drawn = 0;
    for (number, row) in ROWS.iter().enumerate() {
        if LOSSY.iter().any(|name| row.name.starts_with(name)) {
            continue;
        }
        let sets: &[bool] = match row.set {
            Set::A32 => &[false],
            Set::T16 | Set::T32 => &[true],
            Set::A32T32 => &[false, true],
        };
        for &thumb in sets {
            for _ in 0..DRAWS {
                let p = &row.pattern;
                let mut word = p.value | p.should | rng.next() & p.fields;
                if p.cond < 32 {
                    let cond = if row.set == Set::A32T32 && thumb { 14 } else { rng.next() % 15 };
                    word = word & !(15 << p.cond) | cond << p.cond;
                }
                if row.set == Set::A32T32 && thumb {
                    word = t32_of_a32(word);
                }
                let cx = Context::default();
                let insn = match (row.set, thumb) {
                    (Set::T16, _) => decode_t16(word as u16, cx),
                    (_, true) => decode_t32(word, cx),
                    _ => decode_a32(word),
                };
                let Some(insn) = insn.filter(|insn| insn.row as usize == number && row.normal(word) == word)
                else {
                    continue;
                };
                let line = text(&insn);
                // IT opens a block, which this one line does not fill.
                if nonsense(&line) || line.starts_with("it") {
                    continue;
                }
                drawn += 1;
                let expected = match (insn.size, thumb) {
                    (2, _) => word.to_le_bytes()[..2].to_vec(),
                    (_, true) => word.rotate_left(16).to_le_bytes().to_vec(),
                    _ => word.to_le_bytes().to_vec(),
                };
                // Another encoding of the same instruction is as good: which one is taken is the assembler's choice.
                let good = match assemble(&line, thumb) {
                    Ok(bytes) if bytes == expected => Ok(()),
                    Ok(bytes) => match again(&bytes, thumb) {
                        Some(other) if other.op == insn.op || plain(&other) == plain(&insn) => Ok(()),
                        _ => Err(format!("{word:08x} `{line}` became {bytes:02x?}")),
                    },
                    Err(said) => Err(format!("{word:08x} `{line}`:\n{said}")),
                };
                if let Err(why) = good {
                    wrong.entry(row.name).or_insert(why);
                }
            }
        }
    }
    let report: Vec<String> = wrong.iter().map(|(name, why)| format!("{name}: {why}")).collect();
    assert!(wrong.is_empty(), "{} rows of {drawn} draws\n{}", wrong.len(), report.join("\n"));
    assert!(drawn > 70_000, "only {drawn}");
}

/// What bytes are as an instruction.
fn again(bytes: &[u8], thumb: bool) -> Option<Insn> {
    let word = bytes.iter().rev().fold(0u32, |word, &b| word << 8 | u32::from(b));
    match (thumb, bytes.len()) {
        (true, 2) => decode_t16(word as u16, Context::default()),
        (true, _) => decode_t32(word.rotate_left(16), Context::default()),
        _ => decode_a32(word),
    }
}

/// Its text without the width, PUSH and POP under one name.
fn plain(insn: &Insn) -> String {
    let text = text(insn).replace(".w", "").replace(".n", "");
    text.replace("stmdb\tsp!, ", "push\t").replace("ldmia\tsp!, ", "pop\t")
}
