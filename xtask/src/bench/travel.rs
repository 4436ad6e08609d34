//! `cargo xtask bench-travel`: what going back in time costs, on a run of more than 10^9 instructions.

use super::measure::{self, Sample};
use super::{programs, take_runs};
use crate::emulator::Emulator;
use crate::util::{self, Outcome};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

/// The least that the program must do.
const INSTRUCTIONS: u64 = 1_000_000_000;

/// How often to go somewhere.
const PLACES: u64 = 24;

/// `cargo xtask bench-travel [--runs N] [--emulator PATH]`
pub(crate) fn command(mut args: Vec<String>) -> Outcome {
    let chosen = util::take_value(&mut args, "--emulator")?;
    let runs = take_runs(&mut args)?;
    util::no_more_options(&args)?;
    crate::setup::setup()?;
    if chosen.is_none() {
        util::build_skink()?;
    }
    let subject = Emulator::subject(chosen.as_deref())?;
    let skink = subject.path();
    let program = programs::calls()?;
    let recording = util::target_dir().join("bench/travel.skink");
    let words = |words: &[&str]| -> Vec<OsString> {
        let own = words.iter().map(OsString::from);
        [skink.into()].into_iter().chain(own).chain([program.clone().into()]).collect()
    };
    // The debugger records always; its line says no more than the program's does.
    let sides = [
        words(&["run"]),
        words(&["debug", "--batch", "-ex", "continue"]),
        words(&["run", "--record", &recording.display().to_string()]),
    ];
    let mut samples: [Vec<Sample>; 3] = Default::default();
    // The first round fills caches and is not counted.
    for round in 0..=runs {
        for (words, samples) in sides.iter().zip(&mut samples) {
            let sample = measure::alone(words)?;
            if round > 0 {
                samples.push(sample);
            }
        }
    }
    let [plain, debugged, recorded] = samples
        .map(|samples| [measure::median(&samples, |s| s.wall), measure::median(&samples, |s| s.peak as f64)]);
    let mut session = Session::of(skink, &program)?;
    session.does("break _exit")?;
    session.does("continue")?;
    let end = session.position()?;
    if end < INSTRUCTIONS {
        return Err(format!("the program does {end} instructions, expected {INSTRUCTIONS} at the least"));
    }
    let mut slowest: f64 = 0.0;
    for n in 1..=PLACES {
        // All over the run, in no order, and the ends: multiples of an odd number.
        let place = match n {
            PLACES => 0,
            n => n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % end,
        };
        let begin = Instant::now();
        session.does(&format!("goto {place}"))?;
        slowest = slowest.max(begin.elapsed().as_secs_f64());
        let found = session.position()?;
        if found != place {
            return Err(format!("`goto {place}` went to {found}"));
        }
    }
    println!(
        "{end} instructions: {:.2} s under skink run, {:.2} s debugged, {:.2} s recorded",
        plain[0], debugged[0], recorded[0]
    );
    let mib = |bytes: f64| bytes / f64::from(1 << 20);
    let lines = [
        ("debugged, time over the plain run", debugged[0] / plain[0], 1.3, "x"),
        ("recorded to a file, time over the plain run", recorded[0] / plain[0], 1.3, "x"),
        ("debugged, peak memory, MiB", mib(debugged[1]), 512.0, ""),
        ("recorded to a file, peak memory, MiB", mib(recorded[1]), 512.0, ""),
        ("going to any point, the slowest, seconds", slowest, 2.0, ""),
    ];
    let mut short = 0;
    for (what, found, most, unit) in lines {
        let ok = found <= most;
        short += usize::from(!ok);
        println!(
            "{what:<50} {found:>8.2}{unit:<1}  at most {most}{unit:<1}  {}",
            if ok { "ok" } else { "short" }
        );
    }
    if short == 0 { Ok(()) } else { Err(format!("{short} lines are short")) }
}

/// A debugger that is given commands one by one.
struct Session {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// What tells that a command is done.
const DONE: &str = "~~~";

impl Session {
    fn of(skink: &Path, program: &Path) -> Outcome<Session> {
        let mut command = Command::new(skink);
        command.arg("debug").arg(program).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|err| format!("`{}`: {err}", util::show(&command)))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Session { child, input, output: BufReader::new(output) }),
            _ => Err("the debugger has no pipes".into()),
        }
    }

    fn does(&mut self, command: &str) -> Outcome<String> {
        let told = |err: std::io::Error| format!("`{command}`: {err}");
        write!(self.input, "{command}\necho {DONE}\\n\n").map_err(told)?;
        let mut text = String::new();
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).map_err(told)? == 0 {
                return Err(format!("the debugger ended at `{command}`: {text}"));
            }
            if line.trim_end() == DONE {
                return Ok(text);
            }
            text += &line;
        }
    }

    /// The number of the instruction that the program stands at.
    fn position(&mut self) -> Outcome<u64> {
        let text = self.does("info position")?;
        let number = text.strip_prefix("Instruction ").and_then(|rest| rest.split(' ').next()?.parse().ok());
        number.ok_or_else(|| format!("`info position` said `{text}`, expected `Instruction N ...`"))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
