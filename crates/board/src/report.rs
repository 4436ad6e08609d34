//! What a script that marks programs reads.

use crate::machine::{Board, Outcome};
use crate::registers::Registers;
use crate::trouble::{Kind, Place, Trouble};
use serde::Serialize;

/// A message of the assembler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// `error` or `warning`.
    pub severity: String,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What else there is to say, how to mend it among it.
    pub notes: Vec<String>,
}

/// What came of a program.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// `halted`, `error`, `instruction-limit`, `time-limit`, `out-of-input` or `not-assembled`.
    pub result: &'static str,
    /// What the program wrote; bytes that are not UTF-8 stand as U+FFFD.
    pub output: String,
    /// How many instructions were executed.
    pub instructions: u64,
    /// The registers at the end, if it ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registers: Option<Registers>,
    /// Where it was, if it was stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Why it was stopped, if it made a mistake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// What the assembler had to say.
    pub diagnostics: Vec<Message>,
}

impl Report {
    /// Of a program that ran.
    pub fn new(board: &Board, outcome: &Outcome, output: &[u8], diagnostics: Vec<Message>) -> Report {
        let trouble = match outcome {
            Outcome::Trouble(trouble) => Some((**trouble).clone()),
            _ => None,
        };
        Report {
            result: outcome.name(),
            output: String::from_utf8_lossy(output).into_owned(),
            instructions: board.instructions(),
            registers: Some(board.registers()),
            place: (*outcome != Outcome::Halted).then(|| board.place()),
            trouble,
            diagnostics,
        }
    }

    /// Of a program that the assembler refused.
    pub fn not_assembled(diagnostics: Vec<Message>) -> Report {
        Report {
            result: "not-assembled",
            output: String::new(),
            instructions: 0,
            registers: None,
            place: None,
            trouble: None,
            diagnostics,
        }
    }
}

impl Outcome {
    /// Its name in a report.
    pub fn name(&self) -> &'static str {
        match self {
            Outcome::Halted => "halted",
            Outcome::Trouble(trouble) if trouble.kind == Kind::OutOfInput => "out-of-input",
            Outcome::Trouble(_) => "error",
            Outcome::InstructionLimit => "instruction-limit",
            Outcome::TimeLimit => "time-limit",
            Outcome::Waiting => "waiting",
        }
    }

    /// The exit status of a command that ran the program to this end. 1 and 2 are left for programs
    /// that the assembler refuses and for wrong command lines.
    pub fn exit_status(&self) -> u8 {
        match self {
            Outcome::Halted => 0,
            Outcome::Trouble(trouble) if trouble.kind == Kind::OutOfInput => 6,
            Outcome::Trouble(_) => 3,
            Outcome::InstructionLimit => 4,
            Outcome::TimeLimit => 5,
            Outcome::Waiting => 6,
        }
    }
}
