//! Each check has a program that triggers it and one that must not trigger any.

mod common;

use common::steps::{self, FLAGS, STACK, STACK_SIZE};
use common::{build, directory};
use skink_debuginfo::checks::{Checker, Checks, Warning};
use skink_debuginfo::{Contents, Module, Program, explain};

/// Runs a program until its first system call; all warnings.
fn run(name: &str, checks: Checks) -> Vec<Warning> {
    let dir = directory(&format!("checks-{name}-{}", checks.reads));
    let bytes = std::fs::read(build(&dir, &format!("checks/{name}.s"), FLAGS)).expect("the program");
    let mut checker = Checker::new(checks);
    checker.unknown(STACK..STACK + STACK_SIZE);
    let program = Program::of([Module::elf(name, bytes.clone(), 0).expect("an ELF file")]);
    for module in program.modules() {
        let addresses = module.ranges().iter().flat_map(|range| range.clone());
        let code = |addr: &u32| matches!(program.contents_at(*addr), Some(Contents::Arm | Contents::Thumb));
        addresses.filter(code).for_each(|addr| checker.code(addr..addr + 1));
    }
    let (mut warnings, mut expected) = (Vec::new(), None);
    steps::run(&bytes, |cpu, memory| {
        assert!(
            expected.is_none_or(|expected| expected == cpu.r[15]),
            "{name}: {expected:x?}, not {:#x}",
            cpu.r[15]
        );
        let explanation = explain(cpu, memory, cpu.r[15]);
        expected = Some(explanation.next());
        warnings.extend(checker.observe(1, cpu, memory, &explanation));
    });
    warnings
}

fn check(name: &str, expected: &[&str], off: Checks) {
    let all = Checks::default();
    let texts: Vec<String> = run(&format!("{name}-wrong"), all).iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), expected.len(), "{texts:#?}");
    for (text, part) in texts.iter().zip(expected) {
        assert!(text.contains(part), "{text}\nexpected {part}");
    }
    assert_eq!(run(&format!("{name}-right"), all), []);
    assert_eq!(run(&format!("{name}-wrong"), off), [], "turned off");
}

#[test]
fn registers_that_are_not_preserved() {
    let parts =
        ["returns with r4 = 0x2, which was 0x1", "returns with d8 = 0x3ff0000000000000, which was 0x0"];
    check("preserved", &parts, Checks { preserved: false, ..Checks::default() });
}

#[test]
fn stacks_out_of_balance() {
    check("stack", &["it pushes 4 bytes more than it pops"], Checks { stack: false, ..Checks::default() });
}

#[test]
fn returns_that_go_astray() {
    check("returns", &["which is behind no call"], Checks { returns: false, ..Checks::default() });
}

#[test]
fn reads_before_writes() {
    check("reads", &["where nothing has been written"], Checks { reads: false, ..Checks::default() });
}

#[test]
fn code_that_is_overwritten() {
    check("code", &["where code is"], Checks { code: false, ..Checks::default() });
}
