//! `cargo xtask soak`: programs that strain the translator, for as long as one likes, with much too little room for code.
//!
//! tests/soak/README.md says what they are. What is looked for: a wrong result, a hang, memory that grows.

use crate::emulator::{Emulator, kill_session};
use crate::util::{self, Outcome, Tally, at};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What skink is told, in turn.
const OPTIONS: &[&[&str]] = &[
    &["--engine=auto"],
    &["--engine=jit", "--code-cache=64K"],
    &["--engine=auto", "--code-cache=256K"],
    &["--engine=jit", "--code-cache=2M"],
];

const PROGRAMS: &[&str] = &["signals", "threads", "forks", "codegen"];

/// Debian's: those that are compilers of code themselves run only if the tree has them.
const DEBIAN: &[(&str, &[&str])] = &[
    ("usr/bin/luajit", &["tests/soak/jit.lua"]),
    (
        "usr/bin/node",
        &["-e", "let s = 0; for (let i = 0; i < 3e6; i++) s = (s * 31 + i) % 65521; console.log(s)"],
    ),
    ("usr/bin/lua5.4", &["benches/programs/mix.lua"]),
    ("usr/bin/perl", &["benches/programs/mix.pl"]),
    ("usr/bin/python3", &["benches/programs/mix.py"]),
];

/// More than a program may take beyond the time that it is told: it may be translating with 64 KiB.
const PATIENCE: Duration = Duration::from_secs(120);
/// Bytes that a program may grow after a quarter of its time: allocators take their time to find their size.
const GROWTH: u64 = 24 << 20;

/// `cargo xtask soak [--minutes N] [--emulator PATH]`
pub(crate) fn command(mut args: Vec<String>) -> Outcome {
    let minutes = match util::take_value(&mut args, "--minutes")? {
        None => 2.0,
        Some(text) => {
            text.parse().ok().filter(|&n: &f64| n > 0.0).ok_or("--minutes wants a number above 0")?
        }
    };
    let chosen = util::take_value(&mut args, "--emulator")?;
    util::no_more_options(&args)?;
    crate::setup::setup()?;
    if chosen.is_none() {
        util::build_skink()?;
    }
    suite(chosen.as_deref(), minutes)?.into_outcome()
}

/// Runs everything, in about so many minutes.
pub(crate) fn suite(chosen: Option<&str>, minutes: f64) -> Outcome<Tally> {
    let (subject, oracle) = (Emulator::subject(chosen)?, Emulator::oracle()?);
    let dir = util::target_dir().join("soak");
    at(&dir, fs::create_dir_all(&dir))?;
    let start = Instant::now();
    let mut tally = Tally::default();
    let mut report = |name: &str, options: &[&str], result: Outcome<String>| {
        tally.count(result.is_ok());
        let verdict = match result {
            Ok(note) => format!("ok    {name} {}: {note}", options.join(" ")),
            Err(err) => format!("FAIL  {name} {}: {err}", options.join(" ")),
        };
        println!("  {verdict}");
    };
    // Debian's first: they take what they take.
    let sysroot = util::sysroot();
    for (i, (program, args)) in DEBIAN.iter().enumerate() {
        let path = sysroot.join(program);
        if !path.exists() {
            continue;
        }
        let words = |emulator: &Emulator| -> Vec<String> {
            let mut words = emulator.prefix(Some(&sysroot));
            words.push(path.display().to_string());
            words.extend(args.iter().map(|&arg| {
                let file = util::root().join(arg);
                if file.exists() { file.display().to_string() } else { arg.to_owned() }
            }));
            words
        };
        let expected = run(&words(&oracle), &dir, Duration::ZERO)?.stdout;
        // 64 KiB would take them minutes.
        let options: &[&str] =
            if i % 2 == 0 { &["--engine=jit", "--code-cache=2M"] } else { &["--engine=jit"] };
        let result = run(&words(&subject.clone().with_options(options)), &dir, Duration::ZERO);
        report(program, options, result.and_then(|ran| ran.check(&expected)));
    }
    let left = Duration::from_secs_f64(minutes * 60.0).saturating_sub(start.elapsed());
    let each = (left / (PROGRAMS.len() * OPTIONS.len()) as u32).max(Duration::from_secs(2));
    for name in PROGRAMS {
        let program = build(name, &dir)?;
        for options in OPTIONS {
            let mut words = subject.clone().with_options(options).prefix(None);
            words.extend([program.display().to_string(), each.as_secs().to_string()]);
            let result = run(&words, &dir, each);
            report(name, options, result.and_then(|ran| ran.check(format!("{name} ok\n").as_bytes())));
        }
    }
    Ok(tally)
}

fn build(name: &str, dir: &Path) -> Outcome<PathBuf> {
    let (source, binary) = (util::root().join(format!("tests/soak/{name}.c")), dir.join(name));
    let mut command = Command::new("arm-linux-gnueabihf-gcc");
    command.args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-pthread", "-o"]);
    util::run_quiet(command.arg(&binary).arg(&source))?;
    Ok(binary)
}

/// How a program ended.
struct Ran {
    status: String,
    stdout: Vec<u8>,
    stderr: String,
    /// The most memory in its second quarter and in its last, in bytes.
    early: u64,
    late: u64,
}

impl Ran {
    /// What is wrong with it, or what it took.
    fn check(&self, expected: &[u8]) -> Outcome<String> {
        if self.status != "exit 0" || self.stdout != expected {
            let said = String::from_utf8_lossy(&self.stdout);
            return Err(format!(
                "{}, printed {said:?}, and to standard error {:?}",
                self.status, self.stderr
            ));
        }
        let mib = |bytes: u64| bytes as f64 / (1 << 20) as f64;
        if self.early != 0 && self.late > self.early + GROWTH {
            return Err(format!("grew from {:.1} to {:.1} MiB", mib(self.early), mib(self.late)));
        }
        Ok(format!("{:.1} MiB", mib(self.late)))
    }
}

/// Runs a program that takes about so long, in a session of its own, and kills that if it takes much longer.
fn run(words: &[String], dir: &Path, length: Duration) -> Outcome<Ran> {
    let (out, err) = (dir.join("stdout"), dir.join("stderr"));
    let mut command = Command::new("setsid");
    command.args(words).env("LC_ALL", "C").env("PYTHONHASHSEED", "0").stdin(Stdio::null());
    command.stdout(at(&out, fs::File::create(&out))?).stderr(at(&err, fs::File::create(&err))?);
    let start = Instant::now();
    let mut child = command.spawn().map_err(|e| format!("cannot start `{}`: {e}", util::show(&command)))?;
    let (mut early, mut late) = (0, 0);
    let status = loop {
        if let Some(status) = at(&out, child.try_wait())? {
            break Some(status);
        }
        let elapsed = start.elapsed();
        if elapsed > length + PATIENCE {
            break None;
        }
        let now = memory(&child);
        if elapsed > length / 4 && elapsed < length / 2 {
            early = early.max(now);
        }
        if elapsed > length * 3 / 4 {
            late = late.max(now);
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    kill_session(child.id());
    let status = match status {
        Some(status) => crate::emulator::describe(Some(status)),
        None => {
            at(&out, child.wait())?;
            "a hang".into()
        }
    };
    let stderr = String::from_utf8_lossy(&at(&err, fs::read(&err))?).into_owned();
    Ok(Ran { status, stdout: at(&out, fs::read(&out))?, stderr, early, late })
}

/// What a process has in memory, in bytes.
fn memory(child: &Child) -> u64 {
    let text = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or(0) << 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_failure_is() {
        let ran = |status: &str, stdout: &str, early, late| Ran {
            status: status.into(),
            stdout: stdout.into(),
            stderr: String::new(),
            early,
            late,
        };
        assert!(ran("exit 0", "x", 1 << 20, 2 << 20).check(b"x").is_ok());
        assert!(ran("exit 0", "x", 1 << 20, 40 << 20).check(b"x").is_err());
        assert!(ran("exit 0", "y", 0, 0).check(b"x").is_err());
        assert!(ran("a hang", "x", 0, 0).check(b"x").is_err());
        assert!(memory(&Command::new("sleep").arg("0.2").spawn().unwrap()) > 0);
    }
}
