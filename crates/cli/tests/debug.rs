//! Scripts of the debugger and what they print: `tests/debug`, whose README says how.

mod scripts;

use scripts::{Script, root, with_library};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
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

/// What commands print that are done one after the other.
fn commands(program: &Path, commands: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
    command.env_clear().args(["debug", "--batch", "-L", "/usr/arm-linux-gnueabihf"]);
    for text in commands {
        command.args(["--ex", text]);
    }
    let output = command.arg(program).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    text.replace(&format!("{}/", program.parent().unwrap().display()), "")
}

#[test]
fn breakpoints_in_a_library_wait_for_it() {
    let directory = tempfile::tempdir().unwrap();
    let program = with_library(directory.path());
    // A constructor runs before anybody can stop in `main`.
    let text = commands(
        &program,
        &[
            "break times if a == 2",
            "tbreak early",
            "break more.c:6",
            "info breakpoints",
            "run",
            "continue",
            "delete 3",
            "continue",
            "print b",
        ],
    );
    let expected = [
        "Function \"times\" not defined.",
        "Breakpoint 1 (times) pending.",
        "Function \"early\" not defined.",
        "Temporary breakpoint 2 (early) pending.",
        "No line 6 in file \"more.c\".",
        "Breakpoint 3 (more.c:6) pending.",
        "Num     Type           Disp Enb Address    What",
        "1       breakpoint     keep y   <PENDING>  times",
        "\tstop only if a == 2",
        "2       breakpoint     del  y   <PENDING>  early",
        "3       breakpoint     keep y   <PENDING>  more.c:6",
        "Starting program: user",
        "",
        "Temporary breakpoint 2, early () at times.c:16",
        "16\t    more(0);",
        "Continuing.",
        "",
        "Breakpoint 3, more (n=0) at more.c:6",
        "6\t    return n + 1;",
        "Continuing.",
        "",
        "Breakpoint 1, times (a=2, b=3) at times.c:8",
        "8\t    struct pair v = { a, b }, s = { b, a };",
        "$1 = 3",
    ];
    assert_eq!(text.lines().collect::<Vec<&str>>(), expected, "{text}");
    // In a program without libraries a name that is not there is a mistake.
    let text = commands(&root().join("examples/hello.s"), &["break times"]);
    assert_eq!(text, "Function \"times\" not defined.\n");
    // Nor does `start` run to the end for it; an address is wrong at once.
    let text = commands(&program, &["break *nowhere"]);
    assert!(text.starts_with("No symbol") || text.contains("nowhere"), "{text}");
    assert!(!text.contains("pending"), "{text}");
}

/// A program that was built anew while it was debugged has its breakpoints where they are in the new one.
#[test]
fn breakpoints_move_with_a_program_that_is_built_anew() {
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("program");
    let build = |before: &str| {
        let source = directory.path().join("program.c");
        let text =
            format!("{before}\nint f(int n)\n{{\n    return n + 1;\n}}\nint main(void) {{ return f(1); }}\n");
        std::fs::write(&source, text).unwrap();
        let made = directory.path().join("made");
        let mut compiler = Command::new("arm-linux-gnueabihf-gcc");
        assert!(compiler.args(["-g", "-static", "-o"]).args([&made, &source]).status().unwrap().success());
        std::fs::rename(made, &program).unwrap();
    };
    build("");
    let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
    command.env_clear().args(["debug", "--plain"]).arg(&program);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut until = |end: &str| {
        let text: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|line| line != end).collect();
        text.join("\n")
    };
    writeln!(stdin, "break f\ntbreak 6\nrun\ncontinue\nprint 1000").unwrap();
    let first = until("$1 = 1000");
    assert!(first.contains("Breakpoint 1, f (n=1) at program.c:4"), "{first}");
    build("int g(int n) { return n * 3 + 4 / n; }\n");
    writeln!(stdin, "run\nprint 2000\nkill").unwrap();
    drop(stdin);
    let second = until("$2 = 2000");
    assert!(second.contains("Breakpoint 1, f (n=1) at program.c:5"), "{second}");
    child.wait().unwrap();
}

/// A call that maps a file and is looked at for a waiting breakpoint ends a step as any other does, and the breakpoint
/// behind it is met.
#[test]
fn a_call_that_is_looked_at_changes_no_step() {
    let directory = tempfile::tempdir().unwrap();
    let program = with_library(directory.path());
    let pcs = |commands_then: &[&str]| {
        let mut all = vec!["break times", "catch syscall mmap2", "run", "delete 2", "info registers pc"];
        all.extend(commands_then);
        let text = commands(&program, &all);
        let pcs = text.lines().filter(|line| line.starts_with("pc")).map(str::to_owned);
        (pcs.collect::<Vec<String>>(), text)
    };
    // A thread that is stopped at a call has PC behind it already.
    let (pcs_stepped, text) = pcs(&["stepi", "info registers pc", "stepi", "info registers pc"]);
    assert_eq!(pcs_stepped.len(), 3, "{text}");
    assert_eq!(pcs_stepped[0], pcs_stepped[1], "{text}");
    assert_ne!(pcs_stepped[1], pcs_stepped[2], "{text}");
    let (pcs_met, text) = pcs(&["tbreak *$pc", "continue", "info registers pc"]);
    assert!(text.contains("Temporary breakpoint 3, "), "{text}");
    assert_eq!(pcs_met[0], pcs_met[1], "{text}");
}

/// Variables may be called like registers, and are meant then.
#[test]
fn members_of_variables_that_are_called_like_registers_are_set() {
    let directory = tempfile::tempdir().unwrap();
    let program = with_library(directory.path());
    let text = commands(
        &program,
        &[
            "tbreak library/times.c:10",
            "run",
            "set v.x = 50",
            "set s.r0 = 60",
            "print v",
            "print s",
            "print $v",
        ],
    );
    let values: Vec<&str> = text.lines().filter(|line| line.starts_with('$')).collect();
    assert_eq!(values, ["$1 = {x = 50, r0 = 7}", "$2 = {x = 7, r0 = 60}", "$3 = 0"], "{text}");
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
