//! Commands from scripts, the command line and standard input.

use skink_debug::Error;
use skink_debug::command::{Flow, Interpreter, Out};
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;
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
            flow = obey(&mut well, |show| interpreter.script(script, show));
        }
    }
    for command in &plan.commands {
        if flow == Flow::More {
            flow = obey(&mut well, |show| interpreter.line(command, false, show));
        }
    }
    if flow == Flow::More && !plan.batch {
        from_terminal(&mut interpreter);
    }
    interpreter.session.kill();
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Has something done. Errors go where gdb sends them, and output is seen at once: the program writes too.
fn obey(well: &mut bool, command: impl FnOnce(Out<'_>) -> Result<Flow, Error>) -> Flow {
    let mut show = |text: &str| {
        let mut stdout = io::stdout().lock();
        // A reader that went away ends the session with the next command that it would see.
        let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    };
    command(&mut show).unwrap_or_else(|error| {
        super::say(&error.to_string());
        *well = false;
        Flow::More
    })
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
        if obey(&mut true, |show| i.line(&text, terminal, show)) == Flow::Quit {
            return;
        }
        prompt();
    }
}
