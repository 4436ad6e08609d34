//! `cargo xtask bench`: programs under skink, under qemu-arm and native, side by side; `bench-plot` and `bench-doc` show
//! what it has measured.
//!
//! | room | what it is for |
//! |---|---|
//! | `programs` | the table of rows |
//! | `generate` | what they read, made up |
//! | `measure` | running them in turn |
//! | `results`, `goals` | what was measured, and the lines that it must reach |
//! | `plot`, `doc` | the picture and docs/performance.md |
//! | `travel` | what going back in time costs |

mod doc;
mod generate;
mod goals;
mod measure;
mod plot;
mod programs;
mod results;
mod travel;

pub(crate) use travel::command as travel;

use crate::emulator::Emulator;
use crate::util::{self, Outcome, at};
use results::{Machine, Measured, Results, Row};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `cargo xtask bench [--runs N] [--json FILE] [--emulator PATH] [--engine auto|jit|interp] [FILTER...]`
pub(crate) fn command(mut args: Vec<String>) -> Outcome {
    let command = format!("cargo xtask bench {}", args.join(" ")).trim_end().to_owned();
    let json = util::take_value(&mut args, "--json")?;
    let chosen = util::take_value(&mut args, "--emulator")?;
    let engine = util::take_value(&mut args, "--engine")?;
    let runs = take_runs(&mut args)?;
    util::no_more_options(&args)?;
    crate::setup::setup()?;
    if chosen.is_none() {
        util::build_skink()?;
    }
    let interpreted = engine.as_deref() == Some("interp");
    let (subject, oracle) = (Emulator::subject(chosen.as_deref())?.with_engine(engine), Emulator::oracle()?);
    let wanted = args.is_empty() || args.iter().any(|filter| "assemble".contains(filter.as_str()));
    // It is skink's own assembler.
    let assemble = wanted && chosen.is_none();
    if assemble {
        crate::benchasm::run(runs)?;
    }
    let plans = programs::plans(&args, &subject, &oracle)?;
    if plans.is_empty() && assemble {
        return Ok(());
    }
    if plans.is_empty() {
        return Err(format!("no benchmark is named like {}", args.join(" or ")));
    }
    let machine = machine()?;
    println!("{}\n{}", machine.text(), results::heading());
    let (mut rows, mut failed) = (Vec::new(), Vec::new());
    for plan in &plans {
        match measure::interleaved(&plan.name, &plan.sides, runs * plan.runs_factor) {
            Ok(samples) => {
                let sides = plan.sides.iter().zip(samples).map(|(side, runs)| Measured::new(side.who, runs));
                let row = Row { name: plan.name.clone(), group: plan.group, sides: sides.collect() };
                println!("{}", row.text());
                rows.push(row);
            }
            // A row that fails does not take the others with it.
            Err(err) => {
                println!("{:<20} FAILED: {err}", plan.name);
                failed.push(plan.name.clone());
            }
        }
    }
    let lines = if interpreted { goals::of_the_interpreter(&rows) } else { goals::lines(&rows) };
    println!();
    for line in &lines {
        let verdict = if line.ok { "ok" } else { "short" };
        println!("{:<70} {:>8}  {:<16} {verdict}", line.what, line.found, line.wanted);
    }
    if let Some(file) = json {
        let results = Results { date: date()?, command, machine, rows, lines };
        let text = serde_json::to_string_pretty(&results).map_err(|err| err.to_string())?;
        at(Path::new(&file), fs::write(&file, text + "\n"))?;
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

/// How often each command is measured.
fn take_runs(args: &mut Vec<String>) -> Outcome<usize> {
    match util::take_value(args, "--runs")? {
        None => Ok(5),
        Some(text) => {
            text.parse().ok().filter(|&runs| runs > 0).ok_or("--runs wants a number above 0".to_owned())
        }
    }
}

/// `cargo xtask bench-plot FILE [-o OUT.svg]`
pub(crate) fn plot(mut args: Vec<String>) -> Outcome {
    let out = util::take_value(&mut args, "-o")?.unwrap_or_else(|| "bench.svg".to_owned());
    at(Path::new(&out), fs::write(&out, plot::svg(&read(&args)?)))
}

/// `cargo xtask bench-doc FILE [-o OUT.md]`: docs/performance.md if no other file is named.
pub(crate) fn doc(mut args: Vec<String>) -> Outcome {
    let out = util::take_value(&mut args, "-o")?
        .map_or_else(|| util::root().join("docs/performance.md"), PathBuf::from);
    if let Some(dir) = out.parent() {
        at(dir, fs::create_dir_all(dir))?;
    }
    at(&out, fs::write(&out, doc::markdown(&read(&args)?)))
}

fn read(args: &[String]) -> Outcome<Results> {
    util::no_more_options(args)?;
    let [file] = args else { return Err("wants one file that `cargo xtask bench --json` wrote".into()) };
    let text = at(Path::new(file), fs::read_to_string(file))?;
    serde_json::from_str(&text).map_err(|err| format!("{file}: {err}"))
}

/// The first line that a command prints.
fn said(words: &[&str]) -> Outcome<String> {
    let output = Command::new(words[0])
        .args(&words[1..])
        .current_dir(util::root())
        .output()
        .map_err(|err| format!("{}: {err}", words.join(" ")))?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned())
}

fn date() -> Outcome<String> {
    said(&["date", "-u", "+%Y-%m-%d"])
}

fn machine() -> Outcome<Machine> {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    Ok(Machine {
        processor: model.map_or_else(|| "unknown".to_owned(), |(_, name)| name.trim().to_owned()),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        kernel: said(&["uname", "-sr"])?,
        qemu: said(&["qemu-arm", "--version"])?,
        gcc: said(&["gcc", "--version"])?,
        revision: said(&["git", "describe", "--always", "--dirty"])?,
    })
}

impl Machine {
    fn text(&self) -> String {
        let Machine { processor, cores, kernel, qemu, gcc, revision } = self;
        format!("{processor}, {cores} cores; {kernel}; {qemu}; {gcc}; skink {revision}")
    }
}
