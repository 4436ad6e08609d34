//! `cargo xtask test`: the one test command. It installs what is missing, runs every check there is and ends
//! with the line `N passed, N failed`.

use crate::util::{self, Outcome, Tally};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

/// A step and how many checks in it passed; an error counts as one failure.
struct Step {
    name: &'static str,
    run: fn() -> Outcome<Tally>,
}

/// In this order: what is quick to fail comes first, and what needs the release build after it.
const STEPS: &[Step] = &[
    Step { name: "setup", run: || one(crate::setup::setup()) },
    Step { name: "format", run: || one(util::run(&mut cargo(&["fmt", "--all", "--check"]))) },
    Step { name: "tidy", run: crate::tidy::check },
    Step {
        name: "clippy",
        run: || {
            one(util::run(&mut cargo(&[
                "clippy",
                "--quiet",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ])))
        },
    },
    Step { name: "workspace tests", run: workspace_tests },
    Step { name: "COMPAT.md", run: || one(crate::compatmd::check()) },
    Step { name: "release build", run: || one(util::build_skink()) },
    Step { name: "example", run: || one(example()) },
    Step { name: "objdump", run: || crate::objdump::suite(20) },
    Step { name: "assembler", run: || crate::asm::suite(crate::asm::Extent::Sample, false, &[]) },
    Step { name: "linked programs", run: || crate::asmrun::suite(&[]) },
    Step { name: "reassembled libraries", run: crate::asm::reassemble_suite },
    Step { name: "differential", run: || one(differential()) },
    Step { name: "guest programs", run: || crate::guest::suite(None, &[], &[]) },
    Step {
        name: "guest programs, little room",
        run: || crate::guest::suite(None, &["--engine=jit", "--code-cache=64K"], &[]),
    },
    Step { name: "soak", run: || crate::soak::suite(None, 2.0) },
    Step { name: "compatibility", run: || crate::compat::suite(None, &[], false) },
];

/// `cargo xtask test [--engine NAME]`
pub(crate) fn command(args: &[String]) -> Outcome {
    if let [option, engine] = args
        && option == "--engine"
    {
        return with_engine(engine);
    }
    if let Some(arg) = args.first() {
        return Err(format!(
            "`test` runs everything and takes nothing but `--engine NAME`, not {arg}; `cargo test` and `cargo xtask compat` take filters"
        ));
    }
    let mut total = Tally::default();
    let mut lines = Vec::new();
    for step in STEPS {
        println!("== {}", step.name);
        let start = Instant::now();
        let tally = (step.run)().unwrap_or_else(|err| {
            println!("{err}");
            Tally { passed: 0, failed: 1 }
        });
        total.add(tally);
        let verdict = if tally.failed == 0 { "ok" } else { "FAILED" };
        lines.push(format!(
            "{:<27} {verdict:<7} {:>5} passed {:>4} failed {:>7.1} s",
            step.name,
            tally.passed,
            tally.failed,
            start.elapsed().as_secs_f64()
        ));
        // Without its tools or its binary, all later steps would fail for this reason alone.
        if tally.failed != 0 && matches!(step.name, "setup" | "release build") {
            lines.push("the steps after it were not run".to_owned());
            break;
        }
    }
    println!("== summary\n{}", lines.join("\n"));
    total.into_outcome()
}

/// Everything once more under an engine that is not the default one: programs that are started without `--engine` have it.
fn with_engine(engine: &str) -> Outcome {
    if !["auto", "jit", "interp"].contains(&engine) {
        return Err(format!("unknown engine {engine}: expected auto, jit or interp"));
    }
    let this = std::env::current_exe().map_err(|err| format!("where is xtask itself? {err}"))?;
    util::run(Command::new(this).arg("test").env("SKINK_ENGINE", engine))
}

/// A step that is one check.
fn one(outcome: Outcome) -> Outcome<Tally> {
    outcome.map(|()| Tally { passed: 1, failed: 0 })
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(util::cargo());
    command.current_dir(util::root()).args(args);
    command
}

/// `cargo test`, shown as it comes; its `test result:` lines are added up.
fn workspace_tests() -> Outcome<Tally> {
    let mut command = Command::new(util::cargo());
    command
        .current_dir(util::root())
        .args(["test", "--workspace", "--no-fail-fast", "--quiet"])
        .stdout(Stdio::piped());
    let mut child =
        command.spawn().map_err(|err| format!("cannot start `{}`: {err}", util::show(&command)))?;
    let mut tally = Tally::default();
    let stdout = child.stdout.take().ok_or("cargo test has no standard output")?;
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(|err| format!("reading from cargo test: {err}"))?;
        if let Some(result) = line.strip_prefix("test result: ") {
            tally.passed += number_before(result, " passed");
            tally.failed += number_before(result, " failed");
        }
        if !line.is_empty() {
            println!("{line}");
        }
    }
    let status = child.wait().map_err(|err| format!("cargo test: {err}"))?;
    if !status.success() && tally.failed == 0 {
        // It did not compile, or a test program died.
        tally.failed = 1;
    }
    Ok(tally)
}

/// The number in front of a word, as in `ok. 12 passed; 0 failed`.
fn number_before(text: &str, word: &str) -> usize {
    let before = text.split(word).next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// A million instructions, drawn from the table, on skink and under qemu-arm, and as many translated; then as many
/// blocks on both, half of them with code that counts.
fn differential() -> Outcome {
    let fuzz = ["run", "--release", "--quiet", "--package", "skink-difftest", "--", "--cases", "1000000"];
    util::run(&mut cargo(&fuzz))?;
    util::run(cargo(&fuzz).args(["--translate", "--seed", "2"]))?;
    let blocks = |args: &[&str]| util::run(cargo(&fuzz[..7]).args(["500000", "--block", "30"]).args(args));
    blocks(&["--seed", "3"])?;
    blocks(&["--seed", "4", "--count"])
}

/// The first command of the README.
fn example() -> Outcome {
    let program = util::root().join("examples/hello.s");
    let mut command = Command::new(util::skink());
    let output = command
        .arg("run")
        .arg(&program)
        .output()
        .map_err(|err| format!("{}: {err}", util::show(&command)))?;
    if output.status.success() && output.stdout == b"Hello, world!\n" {
        return Ok(());
    }
    Err(format!(
        "`{}`: expected \"Hello, world!\" and exit 0, found {:?} and {}\n{}",
        util::show(&command),
        String::from_utf8_lossy(&output.stdout),
        output.status,
        String::from_utf8_lossy(&output.stderr)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_cargo_test() {
        let line = "ok. 12 passed; 3 failed; 0 ignored; 0 measured";
        assert_eq!(number_before(line, " passed"), 12);
        assert_eq!(number_before(line, " failed"), 3);
        assert_eq!(number_before("nothing", " failed"), 0);
    }
}
