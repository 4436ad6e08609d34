//! `skink debug`.

mod board;
pub(crate) mod dap;
pub(crate) mod gdb;
mod keyboard;
mod linux;
mod printed;
mod replay;
mod script;
mod tui;

use crate::args::{Args, RunArgs};
use clap::CommandFactory;
use skink_debug::command::Interpreter;
use skink_debug::{Personality, Session};
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct DebugArgs {
    /// End after the scripts and commands, rather than read more from standard input.
    #[arg(long)]
    pub(crate) batch: bool,
    /// Do the commands in FILE; they end at the first that fails.
    #[arg(short = 'x', long = "command", value_name = "FILE")]
    pub(crate) scripts: Vec<PathBuf>,
    /// Do a command, after the scripts; -ex as in gdb is the same.
    #[arg(long = "ex", value_name = "COMMAND")]
    pub(crate) commands: Vec<String>,
    /// Debug for an editor, whose adapter waits at this socket.
    #[arg(long, value_name = "SOCKET", hide = true)]
    pub(crate) dap: Option<PathBuf>,
    /// On a terminal: a command line only, without windows.
    #[arg(long)]
    pub(crate) plain: bool,
    /// The terminal that the program reads and writes, if it is not to be the interface's console.
    #[arg(long, value_name = "PATH")]
    pub(crate) tty: Option<PathBuf>,
    /// With windows: write what commands and program say to FILE as well.
    #[arg(long, value_name = "FILE")]
    pub(crate) transcript: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// gdb's `-ex` is a long option with one hyphen. It is rewritten where it stands before the program.
pub(crate) fn long_option(mut words: Vec<OsString>) -> Vec<OsString> {
    if words.get(1).is_none_or(|word| word != "debug") {
        return words;
    }
    let command = Args::command();
    let with_value: Vec<String> = command
        .find_subcommand("debug")
        .into_iter()
        .flat_map(|debug| debug.get_opts())
        .filter(|option| option.get_action().takes_values())
        .flat_map(|option| {
            let (short, long) = (option.get_short(), option.get_long());
            short.map(|s| format!("-{s}")).into_iter().chain(long.map(|l| format!("--{l}")))
        })
        .collect();
    let mut at = 2;
    while let Some(word) = words.get_mut(at) {
        if *word == "-ex" {
            *word = "--ex".into();
        }
        let text = word.to_string_lossy();
        if !text.starts_with('-') || text == "--" {
            break;
        }
        at += if with_value.contains(&text.into_owned()) { 2 } else { 1 };
    }
    words
}

/// Debugs the program.
pub(crate) fn debug(mut args: DebugArgs) -> ExitCode {
    if let Some(socket) = args.dap {
        let editor = dap::Editor::at(&socket);
        return editor.map_or_else(|status| status, |editor| with(args.run, Front::Dap(editor)));
    }
    if args.run.gdb.is_none() && tui::is_wanted(&args) {
        let plan = tui::prepare(&mut args);
        return with(args.run, Front::Screen(plan));
    }
    let DebugArgs { batch, scripts, commands, run, tty, transcript, .. } = args;
    if tty.is_some() || transcript.is_some() {
        eprintln!("skink: --tty and --transcript are for the windows, which want a terminal");
        return ExitCode::from(2);
    }
    let own = batch || !scripts.is_empty() || !commands.is_empty();
    match run.gdb {
        Some(_) if own => {
            eprintln!("skink: --gdb takes its commands from gdb: leave out --batch, -x and -ex");
            ExitCode::from(2)
        }
        Some(_) => serve(run),
        None => with(run, Front::Script(script::Plan { batch, scripts, commands })),
    }
}

/// Has gdb debug the program, at the address in the arguments.
pub(crate) fn serve(run: RunArgs) -> ExitCode {
    let listening = run.gdb.as_ref().map(gdb::Listening::at);
    match listening {
        Some(Ok(listening)) => with(run, Front::Gdb(listening)),
        Some(Err(status)) => status,
        None => ExitCode::from(2),
    }
}

/// Who gives the commands.
enum Front {
    Script(script::Plan),
    Screen(tui::Plan),
    Gdb(gdb::Listening),
    Dap(dap::Editor),
}

fn with(run: RunArgs, front: Front) -> ExitCode {
    if run.record.is_some() {
        say("skink: `skink run --record FILE` records, `skink debug --replay FILE` shows what was recorded");
        return ExitCode::from(2);
    }
    if let Some(path) = &run.replay {
        if !run.program.is_empty() {
            say("skink: a recording has its program in it: --replay FILE takes no other");
            return ExitCode::from(2);
        }
        return match replay::Replay::open(path) {
            Ok(replay) => begin(Box::new(replay), front),
            Err(status) => status,
        };
    }
    if run.program.is_empty() {
        return crate::run::no_program();
    }
    if let Some(program) = crate::board::program(&run) {
        if let Some(refused) = only_run(&run) {
            say(&format!("skink: {refused}"));
            return ExitCode::from(2);
        }
        return match program.and_then(|program| board::Teaching::new(&run, &program)) {
            Ok(board) => begin(Box::new(board), front),
            Err(status) => status,
        };
    }
    let prepared = match crate::run::prepare(run) {
        Ok(prepared) => prepared,
        Err(status) => return status,
    };
    let run = |stage| begin(Box::new(linux::Linux::new(stage, prepared)), front);
    skink_linux::debug::stage(run).unwrap_or(ExitCode::from(2))
}

/// Why the options of a run on the board are refused that a debugger has other ways for: without a word it would leave
/// them out.
fn only_run(run: &RunArgs) -> Option<&'static str> {
    if run.max_instructions.is_some() || run.timeout.is_some() {
        return Some(
            "--max-instructions and --timeout are for a run without debugger: there `goto N` stops after N \
             instructions, and Ctrl-C at any time",
        );
    }
    (run.json || run.stats).then_some(
        "--json and --stats are for a run without debugger: there `info program` says how many instructions have \
         been done, `info registers` shows registers",
    )
}

/// To standard error. Its reader may have gone away, which is no reason to leave the program unended.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn begin(personality: Box<dyn Personality>, front: Front) -> ExitCode {
    let mut session = Session::new(personality);
    if let Err(error) = session.start() {
        say(&format!("skink: {error}"));
        return ExitCode::from(127);
    }
    let interpreter = Interpreter::new(session);
    match front {
        Front::Script(plan) => script::run(interpreter, &plan),
        Front::Screen(plan) => plan.show(interpreter),
        Front::Gdb(listening) => listening.serve(interpreter),
        Front::Dap(editor) => editor.serve(interpreter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let words = line.split(' ').map(OsString::from).collect();
        long_option(words).into_iter().map(|word| word.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn ex_is_rewritten_before_the_program_only() {
        assert_eq!(
            words("skink debug --batch -ex run prog -ex c").join(" "),
            "skink debug --batch --ex run prog -ex c"
        );
        assert_eq!(words("skink debug -L -ex prog"), ["skink", "debug", "-L", "-ex", "prog"]);
        assert_eq!(words("skink run -ex"), ["skink", "run", "-ex"]);
    }
}
