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

#[test]
fn perf_is_told_names_and_a_flame_graph_is_drawn() {
    let dir = tempfile::tempdir().unwrap();
    let [source, program, picture] = ["busy.s", "busy.elf", "busy.svg"].map(|name| dir.path().join(name));
    // A loop of a function that main calls, for a quarter of a second or more.
    let text = ".text\n.global _start\n.type _start, %function\n_start: ldr r4, =60000000\n bl busy\n mov r0, #0\n \
                mov r7, #1\n svc #0\n.size _start, . - _start\n.type busy, %function\nbusy: subs r4, r4, #1\n bne busy\n \
                bx lr\n.size busy, . - busy\n";
    std::fs::write(&source, text).unwrap();
    let asm = skink(&["asm", "--format", "elf", "-o", program.to_str().unwrap(), source.to_str().unwrap()]);
    assert!(asm.status.success(), "{asm:?}");
    let child = Command::new(env!("CARGO_BIN_EXE_skink"))
        .args(["run", "--perf-map", "--profile"])
        .args([&picture, &program])
        .spawn()
        .unwrap();
    let map = format!("/tmp/perf-{}.map", child.id());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let names = std::fs::read_to_string(&map).unwrap();
    std::fs::remove_file(&map).unwrap();
    let line = names.lines().find(|line| line.contains(" busy@")).unwrap_or_else(|| panic!("{names}"));
    let fields: Vec<&str> = line.split(' ').collect();
    assert!(
        u64::from_str_radix(fields[0], 16).is_ok() && u64::from_str_radix(fields[1], 16).is_ok(),
        "{line}"
    );
    let drawn = std::fs::read_to_string(&picture).unwrap();
    assert!(drawn.contains("<title>_start (") && drawn.contains("<title>busy ("), "{drawn}");
}
