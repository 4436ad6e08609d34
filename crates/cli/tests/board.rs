//! `skink run FILE.s` as a marking script sees it: exit statuses, limits, input, reports.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A source file that goes with the test, and the directory that it has for itself: tests run beside one another.
struct Source(PathBuf, #[expect(dead_code, reason = "kept for its drop")] TempDir);

impl Source {
    fn new(name: &str, text: &str) -> Source {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        Source(path, dir)
    }
}

fn skink(options: &[&str], source: &Source) -> Output {
    Command::new(env!("CARGO_BIN_EXE_skink"))
        .arg("run")
        .args(options)
        .arg(&source.0)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn status(name: &str, options: &[&str], text: &str) -> (Option<i32>, String, String) {
    let out = skink(options, &Source::new(name, text));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code(), text(out.stdout), text(out.stderr))
}

#[test]
fn each_end_has_its_exit_status() {
    let (code, out, err) = status("halt.s", &[], " MOV R0, #'h' ; write\n SVC 0\n SVC 2\n");
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "h", ""));
    let (code, _, err) = status("wrong.s", &[], " MOVV R0, #1 ; no\n SVC 2\n");
    assert_eq!(code, Some(1));
    assert!(err.contains("did you mean `MOV`?"), "{err}");
    let (code, _, err) = status("trouble.s", &[], " LDR R0, [R1, #-4] ; nothing there\n SVC 2\n");
    assert_eq!(code, Some(3));
    assert!(err.contains("read from 0xfffffffc") && err.contains("R1 = 0x00000000"), "{err}");
    let (code, _, err) = status("loop.s", &["--max-instructions", "1000"], "loop B loop ; for ever\n");
    assert_eq!(code, Some(4));
    assert!(err.contains("limit of 1000 instructions"), "{err}");
    let (code, _, _) = status("time.s", &["--timeout", "0.2"], "loop B loop ; for ever\n");
    assert_eq!(code, Some(5));
    let (code, _, _) = status("input.s", &[], " SVC 1 ; read\n SVC 2\n");
    assert_eq!(code, Some(6));
    let (code, _, _) = status("usage.s", &["--input", "/nonexistent/input"], " SVC 2 ; halt\n");
    assert_eq!(code, Some(2));
}

#[test]
fn waiting_for_input_ends_with_the_time() {
    let source = Source::new("wait.s", " SVC 1 ; read\n SVC 2\n");
    // A pipe that is open and empty.
    let mut child = Command::new(env!("CARGO_BIN_EXE_skink"))
        .args(["run", "--timeout", "0.2"])
        .arg(&source.0)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdin = child.stdin.take();
    assert_eq!(child.wait().unwrap().code(), Some(5));
    drop(stdin);
}

#[test]
fn input_comes_from_a_file() {
    let input = Source::new("input.txt", "xyz");
    let path = input.0.to_string_lossy().into_owned();
    let text = "loop SVC 1 ; read\n CMP R0, #'z'\n BEQ done\n SVC 0\n B loop\ndone SVC 2\n";
    let (code, out, _) = status("echo.s", &["--input", &path], text);
    assert_eq!((code, out.as_str()), (Some(0), "xy"));
}

#[test]
fn a_report_is_json() {
    let text = "start MOV R0, #7 ; a number\n SVC 4\n SVC 9\n";
    let (code, out, err) = status("report.s", &["--json"], text);
    assert_eq!((code, err.as_str()), (Some(3), ""));
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["result"], "error");
    assert_eq!(report["output"], "7");
    assert_eq!(report["instructions"], 3);
    assert_eq!((&report["registers"]["r0"], &report["registers"]["pc"]), (&7.into(), &8.into()));
    assert_eq!(report["trouble"]["kind"], "unknown-svc");
    assert_eq!((&report["place"]["line"], &report["diagnostics"][0]["line"]), (&3.into(), &3.into()));
    assert_eq!(report["diagnostics"][0]["severity"], "warning");

    let (code, out, _) = status("refused.s", &["--json"], " MOV R0, R99 ; no\n");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["result"]), (Some(1), &"not-assembled".into()));
    assert_eq!(report["diagnostics"][0]["severity"], "error");
}

#[test]
fn the_boards_options_are_refused_for_others() {
    let (code, _, err) = status("program", &["--json"], "no program");
    assert_eq!(code, Some(2));
    assert!(err.contains("board"), "{err}");
}

/// Runs `skink asm` on a text; gives back what it prints, and the file that it writes.
fn asm(name: &str, options: &[&str], text: &str) -> (Option<i32>, String, Vec<u8>) {
    let (source, output) = (Source::new(name, text), Source::new(&format!("{name}.out"), ""));
    let out = Command::new(env!("CARGO_BIN_EXE_skink"))
        .arg("asm")
        .args(options)
        .arg(&source.0)
        .arg("-o")
        .arg(&output.0)
        .output()
        .unwrap();
    (out.status.code(), String::from_utf8(out.stdout).unwrap(), std::fs::read(&output.0).unwrap())
}

#[test]
fn asm_writes_each_format() {
    let text = " ORG 0x100 ; here\n MOV R0, #1\nend SVC 2\n";
    let (code, _, bytes) = asm("bin.s", &["--format", "bin"], text);
    assert_eq!((code, bytes), (Some(0), vec![1, 0, 0xa0, 0xe3, 2, 0, 0, 0xef]));
    let (code, _, bytes) = asm("kmd.s", &[], text);
    let kmd = String::from_utf8(bytes).unwrap();
    assert_eq!(code, Some(0));
    assert!(kmd.starts_with("KMD\n") && kmd.contains("\n00000104: EF000002    ; end SVC 2\n"), "{kmd}");
    assert!(kmd.ends_with("\n: end                               00000104  Local -- ARM\n"), "{kmd}");
    let (code, _, bytes) = asm("wrong.s", &[], " MOVV R0, #1 ; no\n");
    assert_eq!((code, bytes.len()), (Some(1), 0));
}

#[test]
fn asm_shows_each_stage() {
    let text = "start MOV R0, #1 ; one\n";
    for (stage, expected) in [
        ("tokens", "1:1 Word \"start\""),
        ("ast", "1:7 Insn \"MOV\" \"R0\", \"#1\""),
        ("hir", "start:\n  01 00 a0 e3"),
        ("lir", "mov r0, #1"),
        ("listing", "00000000  e3a00001         1  start MOV R0, #1 ; one"),
    ] {
        let (code, out, _) = asm(&format!("{stage}.s"), &["--emit", stage], text);
        assert_eq!(code, Some(0), "{stage}");
        assert!(out.contains(expected), "{stage}:\n{out}");
    }
}
