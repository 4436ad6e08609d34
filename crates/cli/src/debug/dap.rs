//! `skink dap`: editors that speak the Debug Adapter Protocol, and the processes that debug for them.

use super::gdb::{Address, bind};
use crate::args::RunArgs;
use clap::{ArgAction, Args};
use serde_json::{Map, Value};
use skink_dap::Launched;
use skink_debug::command::Interpreter;
use std::ffi::OsString;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Debug, clap::Args)]
pub(crate) struct DapArgs {
    /// Wait for editors at an address rather than speak over standard input and output; without HOST only from this
    /// machine.
    #[arg(long, value_name = "[HOST]:PORT", value_parser = super::gdb::address)]
    listen: Option<Address>,
}

/// What keeps an editor from being served may hold for a while, and is not to be said without end.
const AGAIN: Duration = Duration::from_millis(200);

/// Options of `run` that are not for a program that is debugged.
const NOT_HERE: &[&str] = &["gdb", "json", "max-instructions", "timeout", "record", "help"];

/// Attributes that are not skink's to look at: the protocol's, the editor's, and those of [`skink_dap`].
const OTHERS: &[&str] = &[
    "program",
    "args",
    "env",
    "cwd",
    "console",
    "stdin",
    "stopOnEntry",
    "noDebug",
    "type",
    "request",
    "name",
    "presentation",
    "preLaunchTask",
    "postDebugTask",
    "internalConsoleOptions",
    "debugServer",
    "serverReadyAction",
    "suppressMultipleSessionWarning",
    "restart",
];

/// Serves editors.
pub(crate) fn serve(args: &DapArgs) -> ExitCode {
    let done = match &args.listen {
        None => skink_dap::adapt(std::io::stdin(), std::io::stdout(), &launched),
        Some(address) => listen(address),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            super::say(&format!("skink: {error}"));
            ExitCode::from(2)
        }
    }
}

fn listen(address: &Address) -> std::io::Result<()> {
    let (listener, at) = bind(address)?;
    super::say(&format!("skink: waiting for editors: {at}"));
    loop {
        let begun = listener.accept().and_then(|(stream, peer)| {
            std::thread::Builder::new().spawn(move || {
                // Messages are small and each waits for its answer.
                let _ = stream.set_nodelay(true);
                let served =
                    stream.try_clone().and_then(|output| skink_dap::adapt(&stream, output, &launched));
                if let Err(error) = served {
                    super::say(&format!("skink: {peer}: {error}"));
                }
            })
        });
        if let Err(error) = begun {
            // An editor that has gone again, or no descriptors for now: the others are served on (accept(2)).
            super::say(&format!("skink: an editor could not be served: {error}"));
            std::thread::sleep(AGAIN);
        }
    }
}

/// What is started for a `launch`: `skink debug` with the options of `run` by their names.
fn launched(attributes: &Map<String, Value>, socket: &Path) -> Result<Launched, String> {
    let wrong = |name: &str, what: &str, found: &Value| {
        Err(format!("launch: expected {name} to be {what}, found {found}"))
    };
    let mut arguments: Vec<OsString> = vec!["debug".into(), "--dap".into(), socket.into()];
    let mut unknown = Vec::new();
    for (name, value) in attributes {
        match options(name, value)? {
            Some(words) => arguments.extend(words),
            None if OTHERS.contains(&&**name) || name.starts_with("__") => {}
            None => unknown.push(name.clone()),
        }
    }
    match attributes.get("env") {
        None | Some(Value::Null) => {}
        Some(Value::Object(variables)) => {
            for (name, value) in variables {
                match value {
                    Value::Null => arguments.extend(["-U".into(), name.into()]),
                    Value::String(text) => arguments.extend(["-E".into(), format!("{name}={text}").into()]),
                    other => return wrong("env", "an object of strings", other),
                }
            }
        }
        Some(other) => return wrong("env", "an object", other),
    }
    match attributes.get("program") {
        Some(Value::String(program)) if !program.is_empty() => {
            arguments.extend(["--".into(), program.into()]);
        }
        // A recording has its program in it.
        None if attributes.contains_key("replay") => return started(arguments, unknown),
        Some(other) => return wrong("program", "the path of a program or source", other),
        None => return wrong("program", "the path of a program or source", &Value::Null),
    }
    match attributes.get("args") {
        None | Some(Value::Null) => {}
        Some(Value::Array(args)) => {
            for arg in args {
                match arg {
                    Value::String(arg) => arguments.push(arg.into()),
                    other => return wrong("args", "an array of strings", other),
                }
            }
        }
        Some(other) => return wrong("args", "an array", other),
    }
    started(arguments, unknown)
}

fn started(arguments: Vec<OsString>, unknown: Vec<String>) -> Result<Launched, String> {
    let program =
        std::env::current_exe().map_err(|error| format!("launch: where is skink itself? {error}"))?;
    Ok(Launched { program, arguments, unknown })
}

/// An attribute as an option of `run`; `None` if it is none.
fn options(name: &str, value: &Value) -> Result<Option<Vec<OsString>>, String> {
    let command = RunArgs::augment_args(clap::Command::new("run"));
    let mut known = command.get_arguments().filter_map(|option| Some((option.get_long()?, option)));
    let Some((long, option)) = known.find(|(long, _)| !NOT_HERE.contains(long) && camel_case(long) == name)
    else {
        return Ok(None);
    };
    let wrong = |what| Err(format!("launch: expected {name} to be {what}, found {value}"));
    let word = format!("--{long}");
    Ok(Some(match (option.get_action(), value) {
        (_, Value::Null) | (ArgAction::SetTrue | ArgAction::Count, Value::Bool(false)) => Vec::new(),
        (ArgAction::SetTrue | ArgAction::Count, Value::Bool(true)) => vec![word.into()],
        (ArgAction::Count, Value::Number(count)) => {
            vec![word.into(); count.as_u64().unwrap_or(0).min(9) as usize]
        }
        (ArgAction::SetTrue, _) => return wrong("true or false"),
        (_, Value::String(text)) => vec![format!("{word}={text}").into()],
        (_, Value::Number(number)) => vec![format!("{word}={number}").into()],
        _ => return wrong("a string"),
    }))
}

/// `stack-size` as JSON has it: `stackSize`.
fn camel_case(long: &str) -> String {
    let mut upper = false;
    let each = |c: char| match c {
        '-' => {
            upper = true;
            None
        }
        c if std::mem::take(&mut upper) => Some(c.to_ascii_uppercase()),
        c => Some(c),
    };
    long.chars().filter_map(each).collect()
}

/// The way to the adapter of an editor.
pub(super) struct Editor {
    input: UnixStream,
    output: UnixStream,
}

impl Editor {
    /// The one whose adapter waits at a socket. Whatever comes then, the adapter sees this process end.
    pub(super) fn at(socket: &Path) -> Result<Editor, ExitCode> {
        let connected = skink_dap::connect(socket);
        connected.map(|(input, output)| Editor { input, output }).map_err(|error| failed(&error))
    }

    /// Debugs for it.
    pub(super) fn serve(self, interpreter: Interpreter) -> ExitCode {
        let served = skink_dap::serve(self.input, self.output, interpreter, true);
        served.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS)
    }
}

fn failed(error: &std::io::Error) -> ExitCode {
    super::say(&format!("skink: the editor cannot be reached: {error}"));
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(attributes: &Value) -> Result<Launched, String> {
        launched(attributes.as_object().unwrap(), Path::new("/s"))
    }

    #[test]
    fn attributes_are_options_of_run_by_their_names() {
        let launched = of(&json!({
            "type": "skink", "request": "launch", "__sessionId": "x",
            "program": "a.out", "args": ["-v", "b c"],
            "sysroot": "/root", "stackSize": "1M", "engine": "interp", "board": false, "linux": true,
            "noEnv": true, "verbose": 2, "env": {"A": "1", "B": null}, "sysrot": "/typo", "gdb": ":1"
        }))
        .unwrap();
        let mut words: Vec<String> =
            launched.arguments.iter().map(|word| word.to_str().unwrap().to_owned()).collect();
        assert_eq!(words.split_off(words.len() - 4), ["--", "a.out", "-v", "b c"]);
        assert_eq!(words[..3], ["debug", "--dap", "/s"]);
        assert!(words.join(" ").ends_with("-E A=1 -U B"), "{words:?}");
        let mut options = words[3..words.len() - 4].to_vec();
        options.sort();
        assert_eq!(
            options,
            [
                "--engine=interp",
                "--linux",
                "--no-env",
                "--stack-size=1M",
                "--sysroot=/root",
                "--verbose",
                "--verbose"
            ]
        );
        assert_eq!(launched.unknown, ["gdb", "sysrot"]);
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let why = |value| of(&value).unwrap_err();
        assert!(why(json!({})).contains("program"));
        assert!(why(json!({"program": 5})).contains("program"));
        assert!(why(json!({"program": "a", "args": "b"})).contains("args to be an array"));
        assert!(why(json!({"program": "a", "board": "yes"})).contains("board to be true or false"));
        assert!(why(json!({"program": "a", "env": {"A": 1}})).contains("env"));
    }
}
