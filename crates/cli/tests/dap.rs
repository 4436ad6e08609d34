//! `skink dap`: the suites of `tests/dap`, by a client that the project did not write; the debugger's scripts as an
//! editor's console has them; and peers that misbehave.

mod scripts;

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tempfile::{NamedTempFile, TempDir};

/// Nothing takes so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// The C programs of the suites.
fn programs() -> TempDir {
    let programs = tempfile::tempdir().unwrap();
    let build = |program, source, options| scripts::compile(programs.path(), program, source, options);
    build("shapes", "shapes.c", &["-mfpu=neon"]);
    build("shapes-static", "shapes.c", &["-mfpu=neon", "-static"]);
    build("endless", "endless.c", &["-pthread"]);
    scripts::with_library(programs.path());
    programs
}

/// All suites, in a process each.
#[test]
fn suites() {
    let modules = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("dap-client").join("node_modules");
    assert!(
        modules.join("@vscode/debugadapter-testsupport").is_dir(),
        "expected the client that drives the tests in {}: run `cargo xtask setup`",
        modules.display()
    );
    let directory = scripts::root().join("tests/dap");
    let mut suites: Vec<PathBuf> =
        std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    suites.retain(|path| path.to_string_lossy().ends_with(".test.js"));
    suites.sort();
    assert!(suites.len() >= 3, "{suites:?}");
    let mut command = Command::new("node");
    command.arg("--test").args(&suites).current_dir(&directory);
    command.env("NODE_PATH", modules).env("SKINK", env!("CARGO_BIN_EXE_skink"));
    let programs = programs();
    command.env("PROGRAMS", programs.path());
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("node (Debian: nodejs): {error}"));
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    // A run that has found no tests is well, too.
    let passed = text.lines().find_map(|line| line.trim_start_matches(['#', 'ℹ', ' ']).strip_prefix("pass "));
    assert!(passed.is_some_and(|count| count.parse::<u32>().is_ok_and(|count| count > 30)), "{text}");
}

/// `skink dap`, spoken to in bytes.
struct Adapter {
    child: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What has come and was not waited for.
    passed: VecDeque<Value>,
    seq: i64,
}

fn read(stdout: ChildStdout) -> Receiver<Value> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        while stdout.read_line(&mut line).is_ok_and(|count| count > 0) {
            let length = line.trim().strip_prefix("Content-Length: ").expect("a header").parse().unwrap();
            line.clear();
            stdout.read_line(&mut line).unwrap();
            assert_eq!(line, "\r\n");
            line.clear();
            let mut body = vec![0; length];
            stdout.read_exact(&mut body).unwrap();
            if sender.send(serde_json::from_slice(&body).unwrap()).is_err() {
                return;
            }
        }
    });
    receiver
}

impl Adapter {
    fn start() -> Adapter {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
        command.arg("dap").current_dir(scripts::root()).env_clear();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().unwrap());
        Adapter { child, stdin, messages: read(stdout), passed: VecDeque::new(), seq: 0 }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().unwrap().write_all(bytes).unwrap();
    }

    fn send(&mut self, command: &str, arguments: Value) -> i64 {
        self.seq += 1;
        let message = json!({"seq": self.seq, "type": "request", "command": command, "arguments": arguments});
        let message = message.to_string();
        self.bytes(format!("Content-Length: {}\r\n\r\n{message}", message.len()).as_bytes());
        self.seq
    }

    fn next(&mut self) -> Option<Value> {
        match self.messages.recv_timeout(PATIENCE) {
            Ok(message) => Some(message),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => None,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("nothing more has come"),
        }
    }

    /// The response to a request; what comes before it is kept.
    fn response(&mut self, seq: i64) -> Value {
        loop {
            let message = self.next().expect("a response");
            if message["type"] == "response" && message["request_seq"] == seq {
                return message;
            }
            self.passed.push_back(message);
        }
    }

    fn ask(&mut self, command: &str, arguments: Value) -> Value {
        let seq = self.send(command, arguments);
        self.response(seq)
    }

    fn event(&mut self, name: &str) -> Value {
        let is_it = |message: &Value| message["event"] == name;
        if let Some(at) = self.passed.iter().position(is_it) {
            return self.passed.remove(at).unwrap();
        }
        loop {
            let message = self.next().expect("an event");
            if is_it(&message) {
                return message;
            }
            self.passed.push_back(message);
        }
    }

    /// Launched and configured, and standing at the first instruction.
    fn launched(mut attributes: Value) -> Adapter {
        attributes["stopOnEntry"] = true.into();
        let mut adapter = Adapter::start();
        adapter.ask("initialize", json!({"adapterID": "skink"}));
        let launched = adapter.ask("launch", attributes);
        assert_eq!(launched["success"], true, "{launched}");
        adapter.event("initialized");
        adapter.ask("configurationDone", Value::Null);
        adapter.event("stopped");
        adapter
    }

    /// Closes its input and waits for it.
    fn end(mut self) -> (Vec<Value>, Option<i32>) {
        self.stdin = None;
        let mut rest = Vec::new();
        while let Some(message) = self.next() {
            rest.push(message);
        }
        (rest, self.child.wait().unwrap().code())
    }
}

/// Runs a script line by line, as an editor's console does.
fn typed(script: &scripts::Script) -> String {
    let mut words = script.program.iter();
    let program = words.next().expect("a program");
    let mut attributes = json!({"program": program, "args": words.collect::<Vec<_>>(), "noEnv": true});
    let mut options = script.options.iter().peekable();
    while let Some(option) = options.next() {
        let name = option.strip_prefix("--").unwrap_or_else(|| panic!("{}: {option}", script.path.display()));
        attributes[name] = match options.next_if(|value| !value.starts_with('-')) {
            Some(value) => (*value).clone().into(),
            None => true.into(),
        };
    }
    let mut input = NamedTempFile::new().unwrap();
    input.write_all(script.input.as_bytes()).unwrap();
    attributes["stdin"] = input.path().to_str().unwrap().into();
    let mut adapter = Adapter::launched(attributes);
    let mut text = String::new();
    for (number, line) in (1..).zip(script.text.lines()) {
        let answer = adapter.ask("evaluate", json!({"expression": line, "context": "repl"}));
        for message in adapter.passed.drain(..) {
            if message["event"] == "output" {
                text += message["body"]["output"].as_str().unwrap();
            }
        }
        if answer["success"] == true {
            text += answer["body"]["result"].as_str().unwrap();
        } else {
            // A console has no scripts: where the line is from is for who has sent it to say.
            let (place, why) = (script.path.display(), answer["message"].as_str().unwrap());
            text += &format!("{place}:{number}: Error in sourced command file:\n{why}\n");
            break;
        }
    }
    adapter.end();
    script.general(&text)
}

#[test]
fn scripts_say_in_an_editor_what_they_say_elsewhere() {
    let mut wrong = Vec::new();
    for script in scripts::all() {
        let text = typed(&script);
        if text != script.expected() {
            wrong.push(format!("{}: printed\n{text}", script.path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn messages_that_make_no_sense_are_answered() {
    let mut adapter = Adapter::start();
    for (message, expected) in [
        ("{\"a\":", "JSON"),
        ("[]", "request"),
        ("{\"type\":\"request\"}", "seq"),
        ("{\"seq\":0,\"type\":\"request\",\"command\":5}", "command"),
        ("{\"seq\":0,\"type\":\"question\"}", "question"),
    ] {
        adapter.bytes(format!("Content-Length: {}\r\n\r\n{message}", message.len()).as_bytes());
        let answer = adapter.response(0);
        assert_eq!(answer["success"], false);
        assert!(answer["message"].as_str().unwrap().contains(expected), "{message}: {answer}");
    }
    // It goes on, until a header leads nowhere.
    assert_eq!(adapter.ask("initialize", json!({"adapterID": "x"}))["success"], true);
    adapter.bytes(b"Content-Length: many\r\n\r\n");
    let (rest, status) = adapter.end();
    let last = rest.last().unwrap();
    assert!(last["message"].as_str().unwrap().contains("Content-Length"), "{last}");
    assert_eq!(status, Some(0));
}

#[test]
fn a_peer_that_goes_in_the_middle_of_a_message_or_a_step() {
    let mut adapter = Adapter::start();
    adapter.bytes(b"Content-Length: 500\r\n\r\n{");
    let (rest, status) = adapter.end();
    assert!(rest[0]["message"].as_str().unwrap().contains("middle"), "{rest:?}");
    assert_eq!(status, Some(0));
    // A step over a function that does not return.
    let directory = tempfile::tempdir().unwrap();
    let program = scripts::compile(directory.path(), "endless", "endless.c", &["-pthread"]);
    let mut adapter = Adapter::launched(json!({"program": program, "sysroot": "/usr/arm-linux-gnueabihf"}));
    let source = std::fs::read_to_string(scripts::root().join("tests/dap/endless.c")).unwrap();
    let line = source.lines().position(|line| line == "    forever();").unwrap() + 1;
    let path = scripts::root().join("tests/dap/endless.c");
    let wanted = json!({"source": {"path": path}, "breakpoints": [{"line": line}]});
    let answer = adapter.ask("setBreakpoints", wanted);
    assert_eq!(answer["body"]["breakpoints"][0]["verified"], true, "{answer}");
    adapter.ask("continue", json!({"threadId": 1}));
    adapter.event("stopped");
    assert_eq!(adapter.ask("next", json!({"threadId": 1}))["success"], true);
    let meanwhile = adapter.ask("stackTrace", json!({"threadId": 1}));
    assert!(meanwhile["message"].as_str().unwrap().contains("is running"), "{meanwhile}");
    let (rest, status) = adapter.end();
    assert!(rest.iter().all(|message| message["event"] != "stopped"), "{rest:?}");
    assert_eq!(status, Some(0));
}

#[test]
fn a_peer_that_goes_before_its_program_is_there() {
    for terminate in [true, false] {
        let mut adapter = Adapter::start();
        adapter.ask("initialize", json!({"adapterID": "skink"}));
        // In one piece: between them nobody can connect.
        let message = |seq: i64, command: &str, arguments: Value| {
            let text = json!({"seq": seq, "type": "request", "command": command, "arguments": arguments});
            let text = text.to_string();
            format!("Content-Length: {}\r\n\r\n{text}", text.len())
        };
        let program = scripts::root().join("examples/hello.s");
        let both = message(100, "launch", json!({"program": program}))
            + &message(101, "disconnect", json!({"terminateDebuggee": terminate}));
        adapter.bytes(both.as_bytes());
        assert_eq!(adapter.response(101)["success"], true);
        // Its input stays open.
        let mut answers = adapter.passed.drain(..).collect::<Vec<Value>>();
        while let Some(message) = adapter.next() {
            answers.push(message);
        }
        let launch = answers.iter().find(|message| message["request_seq"] == 100).expect("an answer");
        assert_eq!(launch["success"], false, "{launch}");
        assert_eq!(adapter.child.wait().unwrap().code(), Some(0));
    }
}
