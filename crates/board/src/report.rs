//! What a script that marks programs reads.

use crate::machine::{Board, Outcome};
use crate::trouble::{Kind, Place, Trouble};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use skink_machine::Cpu;

/// The condition flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Flags {
    /// Negative.
    pub n: bool,
    /// Zero.
    pub z: bool,
    /// Carry.
    pub c: bool,
    /// Overflow.
    pub v: bool,
}

/// The registers. PC is the address of the next instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registers {
    /// R0 to R15.
    pub r: [u32; 16],
    /// The condition flags.
    pub flags: Flags,
    /// Whether the instruction set is Thumb.
    pub thumb: bool,
}

impl Registers {
    pub(crate) fn of(cpu: &Cpu) -> Registers {
        let flags = Flags { n: cpu.n, z: cpu.z, c: cpu.c, v: cpu.v };
        Registers { r: cpu.r, flags, thumb: cpu.thumb }
    }
}

impl Serialize for Registers {
    /// By name, `r0` to `r12`, `sp`, `lr`, `pc`, then the flags.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(18))?;
        for (i, value) in self.r.iter().enumerate() {
            match i {
                13 => map.serialize_entry("sp", value)?,
                14 => map.serialize_entry("lr", value)?,
                15 => map.serialize_entry("pc", value)?,
                _ => map.serialize_entry(&format!("r{i}"), value)?,
            }
        }
        map.serialize_entry("flags", &self.flags)?;
        map.serialize_entry("thumb", &self.thumb)?;
        map.end()
    }
}

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
