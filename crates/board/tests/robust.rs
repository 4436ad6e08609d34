//! No text panics the assembler, and no program that comes of it panics the machine: the examples and the wrong
//! programs, cut up and glued together at random. The seeds are fixed; `fuzz/` goes on from here.

use skink_asm::Loader;
use skink_board::{Board, Bytes, Limits, Program};
use std::fs;
use std::path::Path;

/// xorshift64*.
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n.max(1)
    }
}

/// Pieces that texts are likely to trip over.
const PIECES: &[&str] = &[
    "#",
    "=",
    "[",
    "]",
    "{",
    "}",
    "!",
    "^",
    ",",
    "-",
    "~",
    "|",
    "%b1",
    "%f1",
    "%",
    ".",
    ":",
    "&",
    "$",
    "@",
    "'",
    "\"",
    "/",
    "`",
    "\\",
    "0xFFFFFFFFFFFFFFFF",
    "9223372036854775808",
    "-9223372036854775808",
    "0x80000000",
    "LSL",
    "LSR #33",
    "R15",
    "PC",
    "SP!",
    "{R0-R15}",
    "(((((",
    ")",
    "1/0",
    "|0",
    " EQU ",
    " DEFS 1000",
    " ALIGN 0x1000",
    " ORG 0xFFFFFFFC",
    " THUMB",
    " ARM",
    " IT EQ",
    " RECORD",
    " WORD 3",
    " IF 1",
    " ELSE",
    " FI",
    " LITERAL",
    " ENTRY",
    " ADRL R0, ",
    " LDR R0, =",
    " B ",
    "\n",
    "\r",
    ";",
    "\0",
    "é",
    " RN ",
    " VLD4.8 ",
    " LDMFD ",
    " STR PC, ",
    "x",
    "\n1 ",
    " MOD ",
    " EXPORT all",
    " GET self",
    " IMPORT self",
    " VMOV.I64 D0, #",
    " ARCH v4",
];

/// So many of the texts, those in front, are right.
const EXAMPLES: usize = 13;

struct Itself(Vec<u8>);

impl Loader for Itself {
    fn load(&self, name: &str) -> Result<Vec<u8>, String> {
        if name == "self" { Ok(self.0.clone()) } else { Err("no such file".into()) }
    }
}

fn texts() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    for dir in ["examples/manchester", "tests/asm/wrong"] {
        paths.extend(fs::read_dir(root.join(dir)).unwrap().map(|entry| entry.unwrap().path()));
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "s"));
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn mutate(rng: &mut Rng, texts: &[Vec<u8>]) -> Vec<u8> {
    // Most wrong programs stay wrong; the examples, which come first, are drawn more often.
    let pool = if rng.below(3) > 0 { EXAMPLES } else { texts.len() };
    let mut text = texts[rng.below(pool)].clone();
    for _ in 0..1 + rng.below(5).saturating_sub(1) {
        let at = rng.below(text.len() + 1);
        let end = (at + rng.below(20)).min(text.len());
        match rng.below(5) {
            0 => drop(text.drain(at..end)),
            1 => drop(text.splice(at..at, PIECES[rng.below(PIECES.len())].bytes())),
            2 => {
                let other = &texts[rng.below(texts.len())];
                let from = rng.below(other.len() + 1);
                let to = (from + rng.below(60)).min(other.len());
                drop(text.splice(at..end, other[from..to].iter().copied()));
            }
            3 if at < text.len() => text[at] = rng.below(256) as u8,
            _ => {
                let copy = text[at..end].to_vec();
                drop(text.splice(at..at, copy));
            }
        }
    }
    text
}

#[test]
fn no_text_panics_assembler_or_machine() {
    let texts = texts();
    let mut rng = Rng(0x0dd_ba11_cafe_f00d);
    let (mut ran, mut refused) = (0, 0);
    for _ in 0..6000 {
        let text = mutate(&mut rng, &texts);
        skink_asm::detect(&text);
        let program = Program::assemble("fuzz.s", &text, &Itself(text.clone()));
        let _ = (program.diagnostics(), program.messages());
        let _ = skink_asm::flat::kmd::write(&program.flat, &program.sources, program.file);
        if !program.is_whole() {
            refused += 1;
            continue;
        }
        let mut board = Board::new(program.image()).unwrap();
        let limits = Limits { instructions: Some(2000), time: None };
        let outcome = board.run(&mut Bytes::new("12+x.\n"), &mut Vec::new(), &limits);
        let _ = format!("{outcome:?} {}", board.place());
        ran += 1;
    }
    assert!(ran > 300 && refused > 300, "{ran} ran, {refused} were refused");
}
