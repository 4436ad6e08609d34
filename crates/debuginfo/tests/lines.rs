//! Source lines, functions and separate debugging information, beside gdb; and files that lie.

mod common;

use common::{build, build_by, directory, strip};
use skink_debuginfo::{Module, Program};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn program(file: &Path, dirs: Vec<PathBuf>) -> Program {
    let mut program = Program::default();
    program.load(&file.to_string_lossy(), 0, dirs).expect("an ELF file");
    program
}

/// Where gdb stops for each line and function.
fn places(file: &Path, source: &str, functions: &str) -> BTreeMap<String, Vec<u32>> {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest").join(source));
    let output = Command::new("gdb-multiarch")
        .args(["-nx", "-batch", "-x"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/lines.py"))
        .arg(file)
        .env("LINES_SOURCE", source)
        .env("LINES_LAST", text.expect("the source").lines().count().to_string())
        .env("LINES_FUNCTIONS", functions)
        .output()
        .expect("gdb-multiarch");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let place = |line: &str| {
        let mut words = line.strip_prefix("AT ")?.split_whitespace();
        let name = words.next()?.to_owned();
        Some((name, words.map(|word| u32::from_str_radix(word, 16).expect("an address")).collect()))
    };
    text.lines().filter_map(place).collect()
}

/// Where this stops for a line or a function.
fn ours(program: &Program, place: &str) -> Vec<u32> {
    let mut found: Vec<u32> = match place
        .split_once(':')
        .and_then(|(file, line)| Some((file, line.parse().ok()?)))
    {
        Some((file, line)) => program.addresses_of(file, line).iter().map(|location| location.addr).collect(),
        None => {
            let entries = program.addresses_named(place).into_iter();
            entries.map(|entry| program.prologue_end(entry.addr).unwrap_or(entry.addr)).collect()
        }
    };
    found.sort_unstable();
    found.dedup();
    found
}

fn check(name: &str, compiler: &str, source: &str, functions: &str, flags: &[&str]) {
    let dir = directory(name);
    let file = build_by(compiler, &dir, source, flags);
    let program = program(&file, Vec::new());
    let expected = places(&file, source, functions);
    assert!(expected.values().filter(|at| !at.is_empty()).count() > 20, "{expected:x?}");
    let mut wrong = Vec::new();
    for (place, theirs) in &expected {
        let found = ours(&program, place);
        if found != *theirs {
            wrong.push(format!("{place}: {found:x?}, gdb {theirs:x?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), expected.len(), wrong.join("\n"));
}

#[test]
fn lines_unoptimised() {
    check(
        "lines-o0",
        common::COMPILER,
        "stack.c",
        "main leaf big varied",
        &["-g", "-O0", "-marm", "-static"],
    );
}

#[test]
fn lines_optimised() {
    let functions = "leaf big varied dynamic down";
    check("lines-o2", common::COMPILER, "stack.c", functions, &["-g", "-O1", "-mthumb", "-static"]);
}

#[test]
fn lines_of_cpp() {
    let functions = "main measure geometry::Box::area geometry::larger<int>";
    check("lines-cpp", "arm-linux-gnueabihf-g++", "shapes.cc", functions, &["-g", "-O0", "-static"]);
}

#[test]
fn separate_debugging_information() {
    let dir = directory("separate");
    let file = build(&dir, "stack.c", &["-g", "-O1", "-static", "-Wl,--build-id=0x12ab34cd"]);
    let debug = dir.join("only.debug");
    let objcopy = |args: &[&str], from: &Path, to: &Path| {
        let status = Command::new("arm-linux-gnueabihf-objcopy").args(args).args([from, to]).status();
        assert!(status.expect("objcopy of the cross toolchain").success());
    };
    objcopy(&["--only-keep-debug", "--compress-debug-sections=zlib"], &file, &debug);
    let whole = program(&file, Vec::new());
    let stripped = strip(&file, &["--strip-all"]);
    let place = whole.address_of("leaf").expect("a function");
    let line = whole.line_at(place.addr).expect("a line");
    assert!(program(&stripped, Vec::new()).line_at(place.addr).is_none());

    // By the build ID, below a directory for such files.
    let by_id = dir.join("debug/.build-id/12");
    std::fs::create_dir_all(&by_id).expect("a directory");
    std::fs::copy(&debug, by_id.join("ab34cd.debug")).expect("a copy");
    let found = program(&stripped, vec![dir.join("debug")]);
    assert_eq!(found.line_at(place.addr), Some(line.clone()));
    assert_eq!(found.address_of("leaf"), Some(place));

    // By the link, beside the file; a file of another checksum is not taken.
    let linked = dir.join("linked");
    objcopy(
        &["--remove-section=.note.gnu.build-id", &format!("--add-gnu-debuglink={}", debug.display())],
        &stripped,
        &linked,
    );
    assert_eq!(program(&linked, vec![dir.join("nowhere")]).line_at(place.addr), Some(line));
    let mut other = std::fs::read(&debug).expect("the file");
    other.push(0);
    std::fs::write(&debug, other).expect("the file");
    assert!(program(&linked, vec![dir.join("nowhere")]).line_at(place.addr).is_none());
}

/// Files in which bytes were changed are read as far as they make sense.
#[test]
fn files_that_lie() {
    let dir = directory("lies");
    let flags = [
        "-g",
        "-O1",
        "-nostdlib",
        "-static",
        "-ffreestanding",
        "-Wl,-e,main",
        "-Wl,--unresolved-symbols=ignore-all",
    ];
    let file = build(&dir, "values.c", &flags);
    let bytes = std::fs::read(&file).expect("the program");
    let mut seed = 0x1234_5678_9abc_def1u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed as usize % below
    };
    let whole = Program::of([Module::elf("whole", bytes.clone(), 0).expect("an ELF file")]);
    let entry = whole.address_of("look").expect("a function").addr;
    let mut read = 0;
    for round in 0..400 {
        let mut bytes = bytes.clone();
        for _ in 0..=random(40) {
            let at = if round % 2 == 0 {
                52 + random(bytes.len() - 52)
            } else {
                bytes.len() / 4 + random(bytes.len() / 2)
            };
            bytes[at] = [0, 0xff, 0x80, random(256) as u8][random(4)];
        }
        if round % 5 == 0 {
            bytes.truncate(random(bytes.len()));
        }
        let Ok(module) = Module::elf("lies", bytes, 0) else { continue };
        read += 1;
        ask_everything(&Program::of([module]), entry);
    }
    assert!(read > 200, "only {read}");
}

/// Memory that is all there and holds one byte.
struct Same(u8);

impl skink_debuginfo::ReadMemory for Same {
    fn read(&self, _: u32, buf: &mut [u8]) -> Result<(), skink_machine::Fault> {
        buf.fill(self.0);
        Ok(())
    }
}

fn ask_everything(program: &Program, entry: u32) {
    program.sources();
    program.addresses_of("values.c", 70);
    let mut cpu = skink_machine::Cpu::default();
    cpu.r[13] = 0x1000;
    for (addr, memory) in [(entry, Same(0)), (entry + 8, Same(0xff)), (entry + 40, Same(1))] {
        cpu.r[15] = addr;
        cpu.r[14] = addr | 1;
        program.line_at(addr);
        program.symbol_at(addr);
        program.prologue_end(addr);
        let frames = program.unwind(&cpu, &memory);
        assert!(!frames.is_empty() && frames.len() <= 10_000);
        for variable in program.variables(&frames[0]).into_iter().take(50) {
            if let Ok(value) = variable.value(frames.first(), &memory) {
                value.display(program, &memory, Default::default());
            }
        }
        for name in ["g_outer", "g_first", "g_many", "g_bits", "g_matrix"] {
            if let Some(value) = program.variable(name, None).and_then(|v| v.value(None, &memory).ok()) {
                value.display(program, &memory, Default::default());
            }
        }
    }
}
