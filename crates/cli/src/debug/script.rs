//! Commands from scripts, the command line and standard input.

use skink_debug::command::{Flow, Interpreter};
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is to be done.
pub(crate) struct Plan {
    pub(crate) batch: bool,
    pub(crate) scripts: Vec<PathBuf>,
    pub(crate) commands: Vec<String>,
}

/// Scripts, then commands, then standard input; the status is 1 if one of the first two failed.
pub(crate) fn run(mut interpreter: Interpreter, plan: &Plan) -> ExitCode {
    let mut well = true;
    let mut flow = Flow::More;
    for script in &plan.scripts {
        if flow == Flow::More {
            flow = from_file(&mut interpreter, script, &mut well);
        }
    }
    for command in &plan.commands {
        if flow == Flow::More {
            flow = line(&mut interpreter, command, false, "", &mut well);
        }
    }
    if flow == Flow::More && !plan.batch {
        from_terminal(&mut interpreter);
    }
    interpreter.session.kill();
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Does a line. Errors go where gdb sends them, and output is seen at once: the program writes too.
fn line(i: &mut Interpreter, text: &str, repeats: bool, place: &str, well: &mut bool) -> Flow {
    let mut show = |text: &str| {
        let mut stdout = io::stdout().lock();
        // A reader that went away ends the session with the next command that it would see.
        let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    };
    match i.line(text, repeats, &mut show) {
        Ok(flow) => flow,
        Err(error) => {
            super::say(&format!("{place}{error}"));
            *well = false;
            Flow::More
        }
    }
}

fn from_file(i: &mut Interpreter, script: &Path, well: &mut bool) -> Flow {
    let text = match std::fs::read_to_string(script) {
        Ok(text) => text,
        Err(error) => {
            super::say(&format!("{}: {error}.", script.display()));
            *well = false;
            return Flow::More;
        }
    };
    for (number, text) in (1..).zip(text.lines()) {
        let place = format!("{}:{number}: Error in sourced command file:\n", script.display());
        let flow = line(i, text, false, &place, well);
        if flow == Flow::Quit || !*well {
            return flow;
        }
    }
    Flow::More
}

fn from_terminal(i: &mut Interpreter) {
    let terminal = io::stdin().is_terminal();
    let prompt = || {
        if terminal {
            let mut stdout = io::stdout().lock();
            let _ = write!(stdout, "(skink) ").and_then(|()| stdout.flush());
        }
    };
    prompt();
    for text in io::stdin().lock().lines().map_while(Result::ok) {
        if line(i, &text, terminal, "", &mut true) == Flow::Quit {
            return;
        }
        prompt();
    }
}
