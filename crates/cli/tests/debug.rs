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
