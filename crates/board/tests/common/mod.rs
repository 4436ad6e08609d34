//! Assembles and runs a program of the Manchester dialect.
#![allow(dead_code, reason = "each test uses some of it")]

use skink_board::{Board, Bytes, Limits, Outcome, Program};

/// What came of a program that halts: its registers and what it wrote.
pub(crate) fn run(source: &str, input: &str) -> ([u32; 16], String) {
    let program = Program::from_text("test.s", source);
    assert!(program.is_whole(), "{source}\n{}", program.diagnostics());
    let mut board = Board::new(program.image()).unwrap();
    let mut output = Vec::new();
    let limits = Limits { instructions: Some(10_000_000), time: None };
    let outcome = board.run(&mut Bytes::new(input), &mut output, &limits);
    if let Outcome::Trouble(trouble) = &outcome {
        panic!("{source}\n{trouble}");
    }
    assert_eq!(outcome, Outcome::Halted, "{source}");
    (board.registers().r, output.into_iter().map(char::from).collect())
}

/// The registers of a program that halts.
pub(crate) fn registers(source: &str) -> [u32; 16] {
    run(source, "").0
}

/// What a program writes that is given an `a`.
pub(crate) fn assert_output(source: &str, expected: &str) {
    assert_eq!(run(source, "a").1, expected, "{source}");
}
