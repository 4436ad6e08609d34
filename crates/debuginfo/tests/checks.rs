//! Each check has a program that triggers it and one that must not trigger any.

mod common;

use common::{build, directory};
use skink_debuginfo::checks::{Checker, Checks, Warning};
use skink_debuginfo::{Contents, Module, Program, explain};
use skink_interp::{Interp, Left, decode_at, next_it};
use skink_machine::{Backing, Mapping, Memory, Prot};
use std::sync::Arc;

const STACK: u32 = 0x7000_0000;
const STACK_SIZE: u32 = 0x1_0000;

fn map(memory: &Memory, addr: u32, len: u32) {
    let (backing, name) = (Backing::Anonymous, "".into());
    let (start, end) = (addr & !0xfff, (addr + len).next_multiple_of(0x1000));
    let len = (end - start).into();
    let mapping = Mapping { addr: start, len, prot: Prot(7), shared: false, backing, host_flags: 0, name };
    memory.map(&mapping).expect("a mapping");
}

/// Runs a program until its first system call; all warnings.
fn run(name: &str, checks: Checks) -> Vec<Warning> {
    use object::{Object, ObjectSegment};
    let dir = directory(&format!("checks-{name}-{}", checks.reads));
    let flags =
        ["-nostdlib", "-static", "-march=armv7-a", "-mfpu=neon", "-mfloat-abi=hard", "-Wl,--build-id=none"];
    let file = std::fs::read(build(&dir, &format!("checks/{name}.s"), &flags));
    let bytes = file.expect("the program");
    let elf = object::File::parse(&*bytes).expect("an ELF file");
    skink_machine::fixup::install();
    let memory = Arc::new(Memory::new().expect("address space"));
    for segment in elf.segments() {
        map(&memory, segment.address() as u32, segment.size() as u32);
        memory.write(segment.address() as u32, segment.data().expect("its bytes")).expect("mapped");
    }
    map(&memory, STACK, STACK_SIZE);
    let mut interp = Interp::new(memory.clone());
    let mut checker = Checker::new(checks);
    checker.unknown(STACK..STACK + STACK_SIZE);
    let program = Program::of([Module::elf(name, bytes.clone(), 0).expect("an ELF file")]);
    for module in program.modules() {
        let addresses = module.ranges().iter().flat_map(|range| range.clone());
        let code = |addr: &u32| matches!(program.contents_at(*addr), Some(Contents::Arm | Contents::Thumb));
        addresses.filter(code).for_each(|addr| checker.code(addr..addr + 1));
    }
    (interp.core.cpu.r[13], interp.core.cpu.r[15]) = (STACK + STACK_SIZE - 64, elf.entry() as u32);
    let mut warnings = Vec::new();
    for _ in 0..1000 {
        let cpu = interp.core.cpu.clone();
        let explanation = explain(&cpu, &memory, cpu.r[15]);
        warnings.extend(checker.observe(1, &cpu, &memory, &explanation));
        let insn = decode_at(&memory, cpu.r[15], cpu.thumb, cpu.it).expect("code");
        interp.left = Left::No;
        interp.perform(&insn);
        interp.core.cpu.it = next_it(&insn);
        interp.core.cpu.r[15] = match interp.left {
            Left::No => insn.site.next(),
            Left::Branch(to) => to,
            Left::Exception(_) => return warnings,
            Left::Fault(fault) => panic!("{name}: {fault}"),
        };
        assert_eq!(interp.core.cpu.r[15], explanation.next(), "{name}: {}", explanation.text);
    }
    panic!("{name} does not end");
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
