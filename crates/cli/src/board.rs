//! `skink run FILE.s` on the teaching board: the console, the limits, and what a marking script reads.

use crate::args::RunArgs;
use crate::asm::Files;
use skink_asm::Dialect;
use skink_board::{Board, Bytes, Input, Limits, Outcome, Output, Program, Read, Report};
use std::ffi::OsStr;
use std::io::{self, BufWriter, Read as _, Stdout, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// The exit status for a program that the assembler refuses.
pub(crate) const NOT_ASSEMBLED: u8 = 1;
/// The exit status for a command line that makes no sense, or a file that cannot be read.
const USAGE: u8 = 2;
/// What is said to those who ask for more.
const BOARD_ONLY: &str =
    "--max-instructions, --timeout, --input and --json are the board's; --board runs a source there";
/// All that a program may write into a report.
const MAX_REPORT: usize = 64 << 20;

/// Runs the program on the board, if it is one for it; `None` if it is Linux's.
pub(crate) fn run(args: &RunArgs) -> Option<ExitCode> {
    match program(args)? {
        Ok(program) => Some(run_program(args, &program)),
        Err(status) => Some(status),
    }
}

/// The program for the board, assembled; `None` if it is Linux's.
pub(crate) fn program(args: &RunArgs) -> Option<Result<Program, ExitCode>> {
    let path = Path::new(args.program.first()?);
    let only_board =
        args.max_instructions.is_some() || args.timeout.is_some() || args.input.is_some() || args.json;
    if !args.board && !is_source(path) {
        return only_board.then(|| Err(usage(BOARD_ONLY)));
    }
    let text = match std::fs::read(path) {
        Ok(text) => text,
        // Linux's loader says what is wrong with a file that cannot be read.
        Err(_) if !args.board => return None,
        Err(error) => return Some(Err(usage(&format!("{}: {error}", path.display())))),
    };
    let dialect = args.dialect.of(&text);
    if args.linux || dialect == Dialect::Gnu && !args.board {
        return only_board.then(|| Err(usage(BOARD_ONLY)));
    }
    let (name, loader) = (path.display().to_string(), Files::beside(path, &[]));
    let program = match dialect {
        Dialect::Gnu => Program::assemble_gnu(&name, &text, &loader),
        Dialect::Manchester => Program::assemble(&name, &text, &loader),
    };
    Some(Ok(program))
}

/// Whether a file is an assembly source by its name.
pub(crate) fn is_source(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or("");
    ["s", "asm"].iter().any(|known| known.eq_ignore_ascii_case(extension))
}

pub(crate) fn usage(message: &str) -> ExitCode {
    eprintln!("skink: {message}");
    ExitCode::from(USAGE)
}

fn run_program(args: &RunArgs, program: &Program) -> ExitCode {
    if !args.json {
        eprint!("{}", program.diagnostics());
    }
    if !program.is_whole() {
        if args.json {
            print_json(&Report::not_assembled(program.messages()));
        }
        return ExitCode::from(NOT_ASSEMBLED);
    }
    let mut board = match Board::new(program.image()) {
        Ok(board) => board,
        Err(error) => return usage(&error.to_string()),
    };
    let limits = Limits { instructions: args.max_instructions, time: args.timeout };
    let mut input: Box<dyn Input> = match &args.input {
        Some(file) => match std::fs::read(file) {
            Ok(bytes) => Box::new(Bytes::new(bytes)),
            Err(error) => return usage(&format!("{}: {error}", file.display())),
        },
        None => match args.timeout {
            Some(time) => Box::new(TimedStdin::new(time)),
            None => Box::new(Stdin),
        },
    };
    let mut console = Console::new(args.json);
    let outcome = match board.run(input.as_mut(), &mut console, &limits) {
        // Only a console with a time limit has nothing yet.
        Outcome::Waiting => Outcome::TimeLimit,
        outcome => outcome,
    };
    if args.json {
        print_json(&Report::new(&board, &outcome, &console.kept, program.messages()));
    } else {
        explain(&board, &outcome, args);
    }
    ExitCode::from(outcome.exit_status())
}

/// Says on standard error why the program did not halt by itself.
fn explain(board: &Board, outcome: &Outcome, args: &RunArgs) {
    match outcome {
        Outcome::Halted => {}
        Outcome::Trouble(trouble) => eprint!("\n{trouble}"),
        Outcome::InstructionLimit => {
            eprint!(
                "\nstopped: the limit of {} instructions is reached\n{}",
                board.instructions(),
                board.place()
            );
        }
        Outcome::TimeLimit | Outcome::Waiting => {
            let seconds = args.timeout.unwrap_or_default().as_secs_f64();
            eprint!("\nstopped: the limit of {seconds} seconds is reached\n{}", board.place());
        }
    }
    if args.stats {
        eprintln!("instructions: {}", board.instructions());
    }
}

fn print_json(report: &Report) {
    match serde_json::to_string_pretty(report) {
        // A reader that went away is no error.
        Ok(text) => drop(writeln!(io::stdout(), "{text}")),
        Err(error) => eprintln!("skink: {error}"),
    }
}

/// Standard output, or a report.
pub(crate) struct Console {
    stdout: BufWriter<Stdout>,
    keep: bool,
    kept: Vec<u8>,
}

impl Console {
    pub(crate) fn new(keep: bool) -> Console {
        Console { stdout: BufWriter::new(io::stdout()), keep, kept: Vec::new() }
    }
}

impl Output for Console {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.keep {
            self.stdout.write_all(bytes)?;
            // Somebody may be watching: whole lines are shown at once.
            return if bytes.contains(&b'\n') { self.stdout.flush() } else { Ok(()) };
        }
        if self.kept.len() + bytes.len() > MAX_REPORT {
            return Err(io::Error::other(format!("the program wrote more than {} MiB", MAX_REPORT >> 20)));
        }
        self.kept.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

/// Standard input; waits for it.
pub(crate) struct Stdin;

impl Input for Stdin {
    fn read(&mut self) -> Read {
        let mut byte = [0];
        match io::stdin().lock().read(&mut byte) {
            Ok(1) => Read::Char(byte[0]),
            _ => Read::Ended,
        }
    }
}

/// Standard input, read by a thread of its own, so that waiting can end.
struct TimedStdin {
    bytes: Receiver<u8>,
    deadline: Instant,
}

impl TimedStdin {
    fn new(time: Duration) -> TimedStdin {
        let (sender, bytes) = channel();
        std::thread::spawn(move || {
            for byte in io::stdin().lock().bytes().map_while(Result::ok) {
                if sender.send(byte).is_err() {
                    break;
                }
            }
        });
        TimedStdin { bytes, deadline: Instant::now() + time }
    }
}

impl Input for TimedStdin {
    fn read(&mut self) -> Read {
        match self.bytes.recv_timeout(self.deadline.saturating_duration_since(Instant::now())) {
            Ok(byte) => Read::Char(byte),
            Err(RecvTimeoutError::Timeout) => Read::NotYet,
            Err(RecvTimeoutError::Disconnected) => Read::Ended,
        }
    }
}
