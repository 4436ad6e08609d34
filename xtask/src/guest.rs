//! `cargo xtask guest`: the programs of tests/guest, built by the cross compiler and run under skink.
//!
//! What each must print stands in `NAME.expected` beside it, and is what the ARM kernel does. tests/guest/README.md
//! says how to write one.

use crate::emulator::{Emulator, Ran, run_limited};
use crate::util::{self, Outcome, Tally, at};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

/// One program, with what its comments direct.
struct Program {
    name: String,
    source: PathBuf,
    expected: PathBuf,
    flags: Vec<String>,
    dynamic: bool,
    status: String,
    /// Why qemu-arm differs, if it does.
    qemu_differs: Option<String>,
}

/// `cargo xtask guest [--emulator PATH] [--options OPTIONS] [--bless] [FILTER...]`
pub(crate) fn command(mut args: Vec<String>) -> Outcome {
    let chosen = util::take_value(&mut args, "--emulator")?;
    let options = util::take_value(&mut args, "--options")?.unwrap_or_default();
    let options: Vec<&str> = options.split_whitespace().collect();
    let bless = util::take_flag(&mut args, "--bless");
    util::no_more_options(&args)?;
    crate::setup::setup()?;
    if chosen.is_none() {
        util::build_skink()?;
    }
    if bless {
        return bless_all(chosen.as_deref(), &args);
    }
    suite(chosen.as_deref(), &options, &args)?.into_outcome()
}

/// Builds and runs every program whose name contains one of the filters, with these options of `skink run`.
pub(crate) fn suite(chosen: Option<&str>, options: &[&str], filters: &[String]) -> Outcome<Tally> {
    let programs = programs(filters)?;
    let emulator = Emulator::subject(chosen)?.with_options(options);
    let tally = Mutex::new(Tally::default());
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let (programs, emulator, tally, next) = (&programs, &emulator, &tally, &next);
            scope.spawn(move || {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let verdict = judge(program, emulator, worker);
                    let mut tally = tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    tally.count(verdict.is_ok());
                    match verdict {
                        Ok(note) => println!("  ok    {}{note}", program.name),
                        Err(report) => println!("  FAIL  {}: {report}", program.name),
                    }
                }
            });
        }
    });
    tally.into_inner().map_err(|_| "a worker panicked".to_owned())
}

fn programs(filters: &[String]) -> Outcome<Vec<Program>> {
    let dir = util::root().join("tests/guest");
    let mut programs = Vec::new();
    for entry in at(&dir, fs::read_dir(&dir))? {
        let source = at(&dir, entry)?.path();
        let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let is_source = source.extension().is_some_and(|ext| ext == "c" || ext == "S");
        if is_source && (filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()))) {
            programs.push(describe(name, source)?);
        }
    }
    programs.sort_by(|a, b| a.name.cmp(&b.name));
    if programs.is_empty() {
        Err(format!("no program is named like {}", filters.join(" or ")))
    } else {
        Ok(programs)
    }
}

fn describe(name: String, source: PathBuf) -> Outcome<Program> {
    let text = at(&source, fs::read_to_string(&source))?;
    let directive = |key: &str| {
        let value =
            text.lines().find_map(|line| line.strip_prefix("// ")?.strip_prefix(key)?.strip_prefix(": "));
        value.map(|value| value.trim().to_owned())
    };
    let flags = directive("flags").unwrap_or_default();
    Ok(Program {
        expected: source.with_extension("expected"),
        flags: flags.split_whitespace().map(str::to_owned).collect(),
        dynamic: directive("link").is_some_and(|how| how == "dynamic"),
        status: directive("status").unwrap_or_else(|| "exit 0".into()),
        qemu_differs: directive("qemu"),
        name,
        source,
    })
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|meta| meta.modified()).ok()
}

/// Compiles the program unless its binary is newer than its source and the shared header.
fn build(program: &Program) -> Outcome<PathBuf> {
    let dir = util::target_dir().join("guest");
    at(&dir, fs::create_dir_all(&dir))?;
    let binary = dir.join(&program.name);
    let inputs = [program.source.clone(), program.source.with_file_name("guest.h")];
    let newest = inputs.iter().filter_map(|path| changed(path)).max();
    if changed(&binary).is_some_and(|built| newest.is_some_and(|newest| built > newest)) {
        return Ok(binary);
    }
    let mut command = Command::new("arm-linux-gnueabihf-gcc");
    command.args(["-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-pthread"]);
    // Wild pointers are given to system calls on purpose.
    command.args(["-Wno-stringop-overflow", "-Wno-stringop-overread", "-Wno-nonnull", "-Wno-unused-result"]);
    if !program.dynamic {
        command.arg("-static");
    }
    command.args(&program.flags).arg("-o").arg(&binary).arg(&program.source);
    util::run_quiet(&mut command)?;
    Ok(binary)
}

fn run(program: &Program, emulator: &Emulator, worker: usize) -> Outcome<Ran> {
    let binary = build(program)?;
    let scratch = std::env::temp_dir().join(format!("skink-guest-{}-{worker}", std::process::id()));
    let work = scratch.join("w");
    at(&work, fs::create_dir_all(&work))?;
    let sysroot = util::sysroot();
    let mut words = emulator.prefix(program.dynamic.then_some(sysroot.as_path()));
    words.extend([binary.display().to_string(), "argument".into()]);
    let environment = |command: &mut Command| {
        command
            .env_clear()
            .current_dir(&work)
            .env("GUEST", "yes")
            .env("TZ", "UTC0")
            .env("PATH", "/usr/bin:/bin");
    };
    let ran = run_limited(&words, environment, &scratch, Duration::from_secs(60));
    at(&scratch, fs::remove_dir_all(&scratch))?;
    ran
}

/// A note on success; why not, on failure.
fn judge(program: &Program, emulator: &Emulator, worker: usize) -> Outcome<String> {
    let ran = run(program, emulator, worker)?;
    let wanted = at(&program.expected, fs::read_to_string(&program.expected))?;
    let got = String::from_utf8_lossy(&ran.stdout).into_owned();
    let mut report = String::new();
    if ran.status != program.status {
        report.push_str(&format!("\n        status: expected {}, found {}", program.status, ran.status));
    }
    let (mut left, mut right) = (wanted.lines(), got.lines());
    loop {
        match (left.next(), right.next()) {
            (None, None) => break,
            (expected, found) if expected == found => {}
            (expected, found) => {
                report.push_str(&format!("\n        expected {expected:?}\n           found {found:?}"));
                break;
            }
        }
    }
    if let (true, Some(reason)) = (emulator.is_qemu(), &program.qemu_differs) {
        return Ok(if report.is_empty() {
            format!(" (and qemu-arm was said to differ: {reason})")
        } else {
            format!(" (qemu-arm differs, as known: {reason})")
        });
    }
    if report.is_empty() {
        return Ok(String::new());
    }
    for line in String::from_utf8_lossy(&ran.stderr).lines().take(3) {
        report.push_str(&format!("\n        stderr: {line}"));
    }
    Err(report)
}

/// Writes what the emulator printed as the expectation. To be read line by line before it is committed: the
/// truth is what the kernel does, which the emulator at hand need not know.
fn bless_all(chosen: Option<&str>, filters: &[String]) -> Outcome {
    let emulator = Emulator::subject(chosen)?;
    for program in programs(filters)? {
        let ran = run(&program, &emulator, 0)?;
        at(&program.expected, fs::write(&program.expected, &ran.stdout))?;
        println!("  wrote {} ({})", program.expected.display(), ran.status);
    }
    Ok(())
}
