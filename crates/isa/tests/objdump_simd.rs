//! The text of every VFP and Advanced SIMD row is what GNU objdump prints, in A32 and in T32.

mod common;

use common::random_word;
use skink_isa::draw::Rng;
use skink_isa::row::{Context, Set};
use skink_isa::{ROWS, decode_a32, decode_t32, t32_of_a32};
use std::process::Command;

const OBJDUMP: &str = "arm-linux-gnueabihf-objdump";

/// Where we differ on purpose: a reason, and how to tell.
type Rule = (&'static str, fn(ours: &str, theirs: &str) -> bool);
const ON_PURPOSE: &[Rule] = &[(
    "VSHL by a constant does not care for the sign, and UAL has I8 to I64 (A8.8.395); objdump prints s8 to s64",
    |ours, theirs| ours.starts_with("vshl.i") && ours.replacen(".i", ".s", 1) == theirs,
)];

/// Disassembles words, one line each, comments taken off.
fn objdump(words: &[u32], thumb: bool) -> Vec<String> {
    let mut bytes = Vec::new();
    for &word in words {
        // T32 is stored first halfword first.
        bytes.extend((if thumb { word.rotate_left(16) } else { word }).to_le_bytes());
    }
    let file = tempfile::NamedTempFile::new().expect("the temporary directory is writable");
    std::fs::write(&file, bytes).expect("the temporary directory is writable");
    let output = Command::new(OBJDUMP)
        .args(["-D", "-z", "-b", "binary", "-m", "arm", "-M"])
        .arg(if thumb { "force-thumb" } else { "no-force-thumb" })
        .arg(file.path())
        .output();
    let output = output.unwrap_or_else(|e| {
        panic!("{OBJDUMP}: {e}; install it with: apt-get install binutils-arm-linux-gnueabihf")
    });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("objdump writes ASCII");
    text.lines()
        .filter(|line| line.contains(":\t"))
        .map(|line| normal(line.splitn(3, '\t').nth(2).unwrap_or("")))
        .collect()
}

fn normal(text: &str) -> String {
    let text = text.split(['@', ';']).next().unwrap_or("");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn compare(thumb: bool) {
    let (mut rng, mut words, mut ours) = (Rng::new(1 + thumb as u64), Vec::new(), Vec::new());
    for (index, row) in ROWS.iter().enumerate().filter(|(_, row)| row.set == Set::A32T32) {
        for _ in 0..300 {
            let a32 = random_word(row, &mut rng);
            let word = if thumb { t32_of_a32(a32) } else { a32 };
            let insn = if thumb { decode_t32(word, Context::default()) } else { decode_a32(word) };
            if let Some(insn) = insn.filter(|insn| insn.row as usize == index) {
                ours.push((row.name, insn.text(words.len() as u32 * 4)));
                words.push(word);
            }
        }
    }
    let theirs = objdump(&words, thumb);
    assert_eq!(theirs.len(), words.len(), "{OBJDUMP} prints a line for each word");
    let mut wrong = Vec::new();
    for ((&word, (row, ours)), theirs) in words.iter().zip(&ours).zip(&theirs) {
        let ours = normal(ours);
        if ours != *theirs && !ON_PURPOSE.iter().any(|(_, rule)| rule(&ours, theirs)) {
            wrong.push(format!("{row} {word:08x}: {ours:40} objdump: {theirs}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), words.len(), wrong.join("\n"));
}

#[test]
fn a32_text_is_objdumps() {
    compare(false);
}

#[test]
fn t32_text_is_objdumps() {
    compare(true);
}
