//! Scripts of the debugger and what they print: `tests/debug`, whose README says how.

mod scripts;

use scripts::{Script, root};
use std::io::Write;
use std::process::{Command, Stdio};

/// Runs a script: all that is printed, by whichever way.
fn run(script: &Script) -> String {
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
    command.current_dir(root()).env_clear().args(["debug", "--batch", "-x"]).arg(&script.path);
    command.args(&script.options).args(&script.program);
    command.stdin(Stdio::piped()).stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    // It holds copies of the pipe's end, which must not outlive the child.
    drop(command);
    let mut stdin = child.stdin.take().unwrap();
    // A program that reads nothing may have ended.
    let _ = stdin.write_all(script.input.as_bytes());
    drop(stdin);
    let text = std::io::read_to_string(reader).unwrap();
    child.wait().unwrap();
    script.general(&text)
}

#[test]
fn scripts_print_what_is_expected() {
    let bless = std::env::var_os("SKINK_BLESS").is_some();
    let mut wrong = Vec::new();
    for script in scripts::all() {
        let text = run(&script);
        if bless {
            std::fs::write(script.path.with_extension("expected"), &text).unwrap();
        }
        let wanted = script.expected();
        if text != wanted {
            let first = text.lines().zip(wanted.lines()).position(|(a, b)| a != b);
            wrong.push(format!(
                "{}: differs in line {:?}, printed:\n{text}",
                script.path.display(),
                first.map(|n| n + 1)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_reader_that_goes_away_does_not_keep_it_from_ending() {
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
    let program = root().join("examples/hello.s");
    // The second fails, and says so to nobody.
    command.args(["debug", "--batch", "--linux", "--ex", "stepi", "--ex", "x/x 1"]).arg(program);
    command.stdin(Stdio::null()).stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    drop(reader);
    for _ in 0..600 {
        if let Some(status) = child.try_wait().unwrap() {
            assert_eq!(status.code(), Some(1));
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("it has not ended in 30 s");
}

/// What `skink debug --batch` says: standard output and error, and its status.
fn said(arguments: &[&str]) -> (String, String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
    command.current_dir(root()).args(["debug", "--batch"]).args(arguments).stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

const HANOI: &str = "examples/manchester/hanoi.s";

#[test]
fn every_name_in_the_help_is_taken() {
    let (help, _, _) = said(&["-ex", "help", HANOI]);
    let names: Vec<&str> = help.lines().filter_map(|line| line.split([' ', '[', '/', ':']).next()).collect();
    assert!(names.len() > 50, "{help}");
    let (kinds, _, _) = said(&["-ex", "help info", HANOI]);
    let (_, kinds) = kinds.trim_end().split_once("one of ").expect("a list");
    let kinds: Vec<&str> = kinds.trim_end_matches('.').split(", ").collect();
    assert!(kinds.contains(&"checks") && kinds.len() > 15, "{kinds:?}");
    // Each is done somewhere in the middle, by itself: some end the program, or the session.
    let lines = names.iter().map(|name| format!("help {name}")).chain(names.iter().map(|n| n.to_string()));
    let lines = lines.chain(kinds.iter().map(|kind| format!("info {kind}")));
    let wrong = scripts::of_each(lines.collect(), |line: &String| {
        let (out, err, _) = said(&["-ex", "break move", "-ex", "run", "-ex", line, HANOI]);
        let refused = ["Undefined", "Ambiguous", "Undefined info"].iter().any(|word| err.contains(word));
        if refused || out.is_empty() { Err(format!("{line}: {err}")) } else { Ok(()) }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_only_a_run_knows_is_refused_on_the_board() {
    for (option, value) in [("--max-instructions", "5"), ("--timeout", "1"), ("--json", ""), ("--stats", "")]
    {
        let arguments: Vec<&str> =
            [option, value, "-ex", "run", HANOI].into_iter().filter(|word| !word.is_empty()).collect();
        let (out, err, status) = said(&arguments);
        assert_eq!((out.as_str(), status), ("", Some(2)), "{option}: {out}{err}");
        assert!(err.contains(option) && err.contains("without debugger"), "{option}: {err}");
    }
}

#[test]
fn a_script_that_fails_does_not_end_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let script = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let first = script("first", "echo a\\n\nnonsense\necho b\\n\n");
    let second = script("second", "echo c\\n\n\necho d\\n\n");
    let missing = dir.path().join("missing").display().to_string();
    let (out, err, status) = said(&["-x", &first, "-x", &missing, "-x", &second, "-ex", "echo e\\n", HANOI]);
    assert_eq!((out.as_str(), status), ("a\nc\nd\ne\n", Some(1)), "{err}");
    assert!(err.starts_with(&format!("{first}:2: Error in sourced command file:\n")), "{err}");
    assert!(err.contains(&format!("{missing}: No such file")), "{err}");
}
