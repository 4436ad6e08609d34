//! Both dialects have every instruction of the table, VFP and Advanced SIMD included: what the disassembler prints of
//! random words of each row assembles to the same words.

use skink_asm::encode::Word;
use skink_asm::gnu::one;
use skink_asm::source::NoFiles;
use skink_asm::{Sources, manchester};
use skink_isa::draw::{Rng, draw, sets};
use skink_isa::row::{Context, Row};
use skink_isa::{Cond, Insn, Op, ROWS, decode_a32, decode_t16, decode_t32};
use std::collections::BTreeMap;

const ADDR: u32 = 0x0800_0000;

/// Rows whose text is not assembled to the same word, since what the disassembler prints does not say all: objdump's
/// text of CPS leaves flags out, NOP has an encoding of its own, hints that are not allocated print as PLI.
const LOSSY: [&str; 3] = ["CPS", "MOV_nop_A1", "HINT_mem"];

/// Operands that are UNPREDICTABLE and have no text that an assembler would take.
fn nonsense(text: &str) -> bool {
    let past_d31 = (32..40).any(|n| text.contains(&format!("d{n}")));
    let pair = text.starts_with("ldrd") || text.starts_with("strd");
    let never = text.starts_with("it") && text.contains('e') && text.ends_with("\tal");
    past_d31 || pair && text.contains("\tlr, [") || text.contains("{}") || never
}

/// The text as the assembler is given it: objdump's targets of branches have no `0x`.
fn text(insn: &Insn) -> String {
    let text = insn.text(ADDR);
    let branch = matches!(insn.op, Op::B(_) | Op::Bl(_) | Op::BlxImm(_) | Op::Cbz(_));
    match text.rsplit_once([' ', '\t']) {
        Some((head, target)) if branch => format!("{head} 0x{target}"),
        _ => text,
    }
}

/// Draws so many words of each row and set; `check` says what is wrong with one, or that it does not count. Answers how
/// many did.
fn every_row(
    seed: u64,
    draws: u32,
    mut check: impl FnMut(&Insn, u32, &str, bool) -> Option<Result<(), String>>,
) -> u32 {
    let mut rng = Rng::new(seed);
    let mut wrong: BTreeMap<(&str, bool), (u32, String)> = BTreeMap::new();
    let mut drawn = 0;
    let rows =
        ROWS.iter().enumerate().filter(|(_, row)| !LOSSY.iter().any(|name| row.name.starts_with(name)));
    for (number, row) in rows {
        for &thumb in sets(row) {
            for n in 0..draws {
                let in_it = thumb && n % 2 == 1;
                let Some((mut insn, word)) = draw(number, row, thumb, Context { in_it }, &mut rng) else {
                    continue;
                };
                // IT blocks make the condition of what stands in them; B and CBZ have none there.
                if in_it && insn.cond == Cond::Al {
                    insn.cond = Cond::Ne;
                } else if in_it {
                    continue;
                }
                let text = text(&insn);
                let Some(found) = (!nonsense(&text)).then(|| check(&insn, word, &text, in_it)).flatten()
                else {
                    continue;
                };
                drawn += 1;
                if let Err(why) = found {
                    wrong
                        .entry((row.name, thumb))
                        .or_insert_with(|| (0, format!("{word:08x} {text:?}: {why}")))
                        .0 += 1;
                }
            }
        }
    }
    let report: Vec<String> =
        wrong.iter().map(|((name, _), (n, why))| format!("{n:4} {name}: {why}")).collect();
    assert!(report.is_empty(), "{} rows of {drawn} draws\n{}", report.len(), report.join("\n"));
    drawn
}

/// What a word is as an instruction.
fn decode(word: u32, size: u8, thumb: bool, in_it: bool) -> Option<Insn> {
    match (thumb, size) {
        (true, 2) => decode_t16(word as u16, Context { in_it }),
        (true, _) => decode_t32(word, Context { in_it }),
        _ => decode_a32(word),
    }
}

/// The same bits, or another encoding of the same instruction: which one is taken is the assembler's choice.
fn same(back: u32, size: u8, insn: &Insn, word: u32, in_it: bool) -> bool {
    if back == word {
        return true;
    }
    let Some(mut again) = decode(back, size, insn.thumb, in_it) else { return false };
    if in_it {
        again.cond = insn.cond;
    }
    // LDM of one register is LDR, and STM is STR, as for GNU as.
    let one = matches!(
        (insn.op, again.op),
        (Op::Ldm(x), Op::Ldr(_)) | (Op::Stm(x), Op::Str(_)) if x.list.0.count_ones() == 1
    );
    one || again.op == insn.op || plain(&again) == plain(insn)
}

/// Its text without the width, PUSH and POP under one name.
fn plain(insn: &Insn) -> String {
    let text = text(insn).replace(".w", "").replace(".n", "");
    text.replace("stmdb\tsp!, ", "push\t").replace("ldmia\tsp!, ", "pop\t")
}

#[test]
fn every_row_in_the_gnu_dialect() {
    let drawn = every_row(1, 400, |insn, word, text, in_it| {
        Some(match one::instruction(text, ADDR, insn.thumb, in_it) {
            Ok((_, cond)) if !in_it && !insn.thumb && cond != insn.cond => Err(format!("is on {cond:?}")),
            Ok((Word { bits, size, .. }, _)) if same(bits, size, insn, word, in_it) => Ok(()),
            Ok((Word { bits, row, .. }, _)) => Err(format!("it={in_it}: {bits:08x} {}", name(row))),
            Err(said) => Err(format!("it={in_it}: {said}")),
        })
    });
    assert!(drawn > 100_000, "only {drawn}");
}

fn name(row: u16) -> &'static str {
    ROWS.get(row as usize).map_or("", |row: &Row| row.name)
}

#[test]
fn every_row_in_the_manchester_dialect() {
    let drawn = every_row(2, 200, |insn, word, text, in_it| {
        // One line fills no IT block.
        if in_it || text.starts_with("it") {
            return None;
        }
        Some(manchester(text, insn.thumb).and_then(|bytes| {
            let back = bytes.iter().rev().fold(0u32, |word, &b| word << 8 | u32::from(b));
            let back = if insn.thumb && bytes.len() == 4 { back.rotate_left(16) } else { back };
            let good = same(back, bytes.len() as u8, insn, word, false);
            good.then_some(()).ok_or_else(|| format!("became {bytes:02x?}"))
        }))
    });
    assert!(drawn > 70_000, "only {drawn}");
}

/// The bytes of one line.
fn manchester(line: &str, thumb: bool) -> Result<Vec<u8>, String> {
    let source = format!(" ORG {ADDR:#x}\n{}{line}\n", if thumb { " THUMB\n " } else { " " });
    let mut sources = Sources::default();
    let file = sources.add("row.s", source.into_bytes(), None);
    let assembly = manchester::assemble(&mut sources, file, &NoFiles);
    match assembly.diags.has_errors() {
        true => Err(assembly.diags.render(&sources)),
        false => Ok(assembly.flat.segments.first().map_or(Vec::new(), |segment| segment.bytes.clone())),
    }
}
