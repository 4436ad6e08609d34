//! `skink jit`, `--log jit` and what `--stats` says of translated code.

use std::process::{Command, Output};

fn skink(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_skink")).args(words).output().unwrap()
}

fn hello() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/hello").to_owned()
}

#[test]
fn a_translation_is_shown() {
    let hello = hello();
    let listing = skink(&["disasm", &hello]);
    let text = String::from_utf8(listing.stdout).unwrap();
    // The first instruction of the listing: `   10074:\te3a00001 \tmov\tr0, #1`.
    let line = text.lines().find(|line| line.starts_with(' ')).unwrap();
    let addr = line.trim().split(':').next().unwrap();
    let shown = skink(&["jit", &hello, "--at", addr]);
    assert!(shown.status.success(), "{shown:?}");
    let text = String::from_utf8(shown.stdout).unwrap();
    let mut lines = text.lines();
    let first = lines.next().unwrap();
    assert!(first.starts_with(&format!("{:0>8}: ", addr)), "{first}");
    // Nodes before and after the passes, and host code.
    assert!(lines.next().unwrap().contains(" 0000  "), "{text}");
    assert!(text.matches("v0 = ").count() >= 1 && text.trim_end().ends_with(": end"), "{text}");
    for (at, complaint) in [("nosuch", "neither a symbol"), ("fffffff0", "nothing can be translated")] {
        let shown = skink(&["jit", &hello, "--at", at]);
        assert!(!shown.status.success());
        assert!(String::from_utf8_lossy(&shown.stderr).contains(complaint), "{shown:?}");
    }
}

#[test]
fn translations_are_logged_and_counted() {
    let output = skink(&["run", "--engine=jit", "--log=jit", "--stats", &hello()]);
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    let traces = said.lines().filter(|line| line.starts_with("jit: ")).count();
    assert!(traces > 0);
    assert!(said.contains(&format!("skink: {traces} traces of ")), "{said}");
    assert!(said.contains("code cache full 0 times"), "{said}");
}
