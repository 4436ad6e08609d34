//! `cargo xtask compat`: real programs of Debian armhf under qemu-arm and under skink, side by side.
//!
//! A case passes if stdout and the exit status are the same (stderr too, where the case says so). Each run has
//! a fresh working directory, by the same path for both emulators, since programs print where they are.

use crate::compatfile::{self, Case};
use crate::emulator::{Emulator, Ran, run_limited};
use crate::util::{self, Outcome, Tally, at};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// `cargo xtask compat [--emulator PATH] [--list] [--show] [FILTER]`
pub(crate) fn command(mut args: Vec<String>) -> Outcome {
    let chosen = util::take_value(&mut args, "--emulator")?;
    let list = util::take_flag(&mut args, "--list");
    let show = util::take_flag(&mut args, "--show");
    util::no_more_options(&args)?;
    if list {
        for case in cases(&args)? {
            println!("{}: {}", case.name, case.words.join(" "));
        }
        return Ok(());
    }
    crate::setup::setup()?;
    if chosen.is_none() {
        util::build_skink()?;
    }
    suite(chosen.as_deref(), &args, show)?.into_outcome()
}

fn cases(filters: &[String]) -> Outcome<Vec<Case>> {
    let mut cases = compatfile::load(&util::root().join("tests/compat"))?;
    cases.retain(|case| {
        filters.is_empty() || filters.iter().any(|filter| case.name.contains(filter.as_str()))
    });
    if cases.is_empty() { Err(format!("no case is named like {}", filters.join(" or "))) } else { Ok(cases) }
}

/// Directories that all cases share.
struct Place {
    sysroot: PathBuf,
    /// Where each worker has its working directories.
    scratch: PathBuf,
    /// Where outputs of failed cases are kept.
    failures: PathBuf,
    perl_lib: String,
    show: bool,
}

/// Runs all cases whose names contain one of the filters; shows what the oracle printed if asked to.
pub(crate) fn suite(chosen: Option<&str>, filters: &[String], show: bool) -> Outcome<Tally> {
    let cases = cases(filters)?;
    let target = util::target_dir().join("compat");
    let sysroot = util::sysroot();
    let (oracle, subject) = (Emulator::oracle()?, Emulator::subject(chosen)?);
    let bins = [target.join("bin-oracle"), target.join("bin-subject")];
    oracle.make_bin(&bins[0], &sysroot)?;
    subject.make_bin(&bins[1], &sysroot)?;
    let failures = target.join("failed");
    if failures.exists() {
        at(&failures, fs::remove_dir_all(&failures))?;
    }
    let scratch = std::env::temp_dir().join(format!("skink-compat-{}", std::process::id()));
    let place = Place { show, perl_lib: perl_lib(&sysroot), sysroot, scratch, failures };

    let tally = Mutex::new(Tally::default());
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let (cases, place, tally, next) = (&cases, &place, &tally, &next);
            let emulators = [(&oracle, bins[0].as_path()), (&subject, bins[1].as_path())];
            scope.spawn(move || {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let verdict = judge(case, place, worker, emulators);
                    let mut tally = tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    tally.count(verdict.is_ok());
                    match verdict {
                        Ok(line) => println!("  ok    {line}"),
                        Err(report) => println!("  FAIL  {report}"),
                    }
                }
            });
        }
    });
    if place.scratch.exists() {
        at(&place.scratch, fs::remove_dir_all(&place.scratch))?;
    }
    tally.into_inner().map_err(|_| "a worker of the suite panicked".to_owned())
}

/// Runs a case under both; an error is a report of several lines.
fn judge(case: &Case, place: &Place, worker: usize, emulators: [(&Emulator, &Path); 2]) -> Outcome<String> {
    let scratch = place.scratch.join(worker.to_string());
    let mut runs = Vec::new();
    for (emulator, bin) in emulators {
        runs.push(
            run_case(case, place, &scratch, emulator, bin).map_err(|err| format!("{}: {err}", case.name))?,
        );
    }
    let [wanted, got] = [&runs[0], &runs[1]];
    let mut report = String::new();
    if wanted.status == "timeout" {
        report.push_str("\n        the oracle itself ran into the limit");
    }
    for text in &case.expect {
        if !String::from_utf8_lossy(&wanted.stdout).contains(text.as_str()) {
            report.push_str(&format!("\n        the oracle did not print {text:?}"));
            report.push_str(&format!("; its stderr: {}", String::from_utf8_lossy(&wanted.stderr)));
        }
    }
    if wanted.status != got.status {
        report.push_str(&format!("\n        status: expected {}, found {}", wanted.status, got.status));
    }
    compare_text("stdout", &wanted.stdout, &got.stdout, &mut report);
    if case.compare_stderr {
        compare_text("stderr", &wanted.stderr, &got.stderr, &mut report);
    }
    let times = format!("{:.2} s, {:.2} s", wanted.time.as_secs_f64(), got.time.as_secs_f64());
    if report.is_empty() {
        let mut line = format!("{} ({times})", case.name);
        if place.show {
            for text in [&wanted.stdout, &wanted.stderr] {
                line.push_str(&format!("\n{}", String::from_utf8_lossy(text)));
            }
            line.push_str(&wanted.status);
        }
        return Ok(line);
    }
    // What the subject said on stderr tells most about why.
    for line in String::from_utf8_lossy(&got.stderr).lines().rev().take(3) {
        report.push_str(&format!("\n        its stderr: {line}"));
    }
    let kept = keep(case, place, emulators, [wanted, got])?;
    Err(format!("{} ({times}){report}\n        all of it: {}", case.name, kept.display()))
}

fn keep(case: &Case, place: &Place, emulators: [(&Emulator, &Path); 2], runs: [&Ran; 2]) -> Outcome<PathBuf> {
    let dir = place.failures.join(case.name.replace('/', "-"));
    at(&dir, fs::create_dir_all(&dir))?;
    for (who, ((emulator, _), ran)) in ["expected", "found"].iter().zip(emulators.iter().zip(runs)) {
        at(&dir, fs::write(dir.join(format!("{who}.stdout")), &ran.stdout))?;
        at(&dir, fs::write(dir.join(format!("{who}.stderr")), &ran.stderr))?;
        at(
            &dir,
            fs::write(dir.join(format!("{who}.status")), format!("{}: {}\n", emulator.name, ran.status)),
        )?;
    }
    Ok(dir)
}

/// Adds the first line that differs.
fn compare_text(what: &str, wanted: &[u8], got: &[u8], report: &mut String) {
    if wanted == got {
        return;
    }
    let (wanted, got) = (String::from_utf8_lossy(wanted), String::from_utf8_lossy(got));
    let (mut left, mut right) = (wanted.lines(), got.lines());
    for number in 1.. {
        let (expected, found) = (left.next(), right.next());
        if expected != found || expected.is_none() {
            let text =
                |line: Option<&str>| line.map_or_else(|| "the end".to_owned(), |line| format!("{line:?}"));
            report.push_str(&format!("\n        {what}, line {number}: expected {}", text(expected)));
            report.push_str(&format!(
                "\n        {:>width$} found {}",
                "",
                text(found),
                width = what.len() + 9
            ));
            return;
        }
    }
}

fn run_case(case: &Case, place: &Place, scratch: &Path, emulator: &Emulator, bin: &Path) -> Outcome<Ran> {
    if scratch.exists() {
        at(scratch, fs::remove_dir_all(scratch))?;
    }
    let work = scratch.join("w");
    at(&work, fs::create_dir_all(&work))?;
    let path = scratch.join("bin");
    at(&path, symlink(bin, &path))?;
    for (name, text) in &case.files {
        let file = work.join(name);
        if let Some(dir) = file.parent() {
            at(dir, fs::create_dir_all(dir))?;
        }
        at(&file, fs::write(&file, text))?;
    }
    if let Some(text) = &case.stdin {
        let file = scratch.join("stdin");
        at(&file, fs::write(&file, text))?;
    }
    let program = place.sysroot.join("usr/bin").join(&case.words[0]);
    let mut words = emulator.prefix(Some(&place.sysroot));
    words.push(program.display().to_string());
    words.extend_from_slice(&case.words[1..]);
    let environment = |command: &mut std::process::Command| {
        command.env_clear().current_dir(&work);
        command.env("PATH", &path).env("BIN", &path).env("SYSROOT", &place.sysroot);
        command
            .env("HOME", &work)
            .env("TMPDIR", &work)
            .env("LC_ALL", "C")
            .env("TZ", "UTC0")
            .env("USER", "root");
        // git would take its helpers from the host's /usr/lib/git-core; perl would look for modules with
        // statx, whose path qemu-arm does not turn to the tree.
        command.env("GIT_EXEC_PATH", &path).env("GIT_CONFIG_NOSYSTEM", "1").env("PERL5LIB", &place.perl_lib);
        command.env("GIT_TEMPLATE_DIR", "").env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONHASHSEED", "0");
        command.envs(case.env.iter().map(|(name, value)| (name, value)));
    };
    run_limited(&words, environment, scratch, case.limit)
}

/// The directories of perl's standard modules, whatever its version.
fn perl_lib(sysroot: &Path) -> String {
    let mut dirs = Vec::new();
    for base in ["usr/lib/arm-linux-gnueabihf/perl", "usr/share/perl", "usr/lib/arm-linux-gnueabihf"] {
        for entry in fs::read_dir(sysroot.join(base)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("5.") || name == "perl-base" {
                dirs.push(entry.path().display().to_string());
            }
        }
    }
    dirs.sort();
    dirs.join(":")
}
