//! The terminal interface: when it is shown, and with what.

use super::DebugArgs;
use skink_debug::command::Interpreter;
use skink_tui::Options;
use std::fs::File;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// What it begins with.
pub(crate) struct Plan {
    scripts: Vec<PathBuf>,
    commands: Vec<String>,
    tty: Option<PathBuf>,
    transcript: Option<PathBuf>,
}

/// Whether somebody sits in front of a terminal that can be drawn on.
pub(crate) fn is_wanted(args: &DebugArgs) -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    !args.batch && !args.plain && terminal && !dumb
}

/// The console shows text and nothing else: the program is told, unless it is told something by the user, or has a
/// terminal of its own.
pub(crate) fn prepare(args: &mut DebugArgs) -> Plan {
    let set = &mut args.run.set_env;
    let by_user = set.iter().chain(&args.run.unset_env).any(|word| {
        let word = word.to_string_lossy();
        word == "TERM" || word.starts_with("TERM=")
    });
    if args.tty.is_none() && !by_user && !args.run.no_env {
        set.push("TERM=dumb".into());
    }
    Plan {
        scripts: std::mem::take(&mut args.scripts),
        commands: std::mem::take(&mut args.commands),
        tty: args.tty.take(),
        transcript: args.transcript.take(),
    }
}

impl Plan {
    /// Shows it. The status is 0, or 128 and the number of the signal that ended it.
    pub(crate) fn show(&self, mut interpreter: Interpreter) -> ExitCode {
        let transcript = match self.transcript.as_ref().map(File::create).transpose() {
            Ok(transcript) => transcript,
            Err(error) => {
                let path = self.transcript.as_deref().unwrap_or(std::path::Path::new("")).display();
                super::say(&format!("skink: {path}: {error}"));
                return ExitCode::from(2);
            }
        };
        let options = Options {
            scripts: self.scripts.clone(),
            commands: self.commands.clone(),
            tty: self.tty.clone(),
            transcript,
        };
        let status = match skink_tui::run(&mut interpreter, options) {
            Ok(None) => ExitCode::SUCCESS,
            Ok(Some(signal)) => ExitCode::from(128u8.wrapping_add(signal as u8)),
            Err(error) => {
                super::say(&format!("skink: the terminal cannot be used: {error}; --plain does without"));
                ExitCode::from(2)
            }
        };
        interpreter.session.kill();
        status
    }
}
