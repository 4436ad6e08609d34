//! `cargo xtask bench`: the kernels of benches/ under skink, under qemu-arm and native, side by side.
//!
//! The three run in turn, so that whatever else the machine does falls on all of them, and medians are compared.

use crate::emulator::Emulator;
use crate::util::{self, Outcome, at};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// How a kernel is compiled for ARM.
struct Kernel {
    name: &'static str,
    source: &'static str,
    flags: &'static [&'static str],
    dynamic: bool,
    /// Short ones are run more often.
    runs_factor: usize,
}

const fn kernel(name: &'static str) -> Kernel {
    Kernel { name, source: name, flags: &["-O2"], dynamic: false, runs_factor: 1 }
}

const KERNELS: &[Kernel] = &[
    kernel("list"),
    kernel("crc16"),
    kernel("automaton"),
    kernel("matrix"),
    kernel("sorting"),
    kernel("fib"),
    kernel("bytecode"),
    kernel("callback"),
    kernel("sha256"),
    Kernel { flags: &["-O2", "-ffp-contract=off"], ..kernel("nbody") },
    Kernel { flags: &["-O2", "-ffp-contract=off"], ..kernel("mandelbrot") },
    Kernel { flags: &["-O3", "-mfpu=neon"], ..kernel("neon") },
    Kernel { runs_factor: 10, ..kernel("hello") },
    Kernel { name: "hello-dynamic", source: "hello", dynamic: true, runs_factor: 10, ..kernel("hello") },
];

/// Medians in seconds.
struct Row {
    name: String,
    skink: f64,
    qemu: f64,
    native: f64,
}

/// `cargo xtask bench [--runs N] [--json FILE] [--emulator PATH] [--engine auto|jit|interp] [FILTER...]`
pub(crate) fn command(mut args: Vec<String>) -> Outcome {
    let json = util::take_value(&mut args, "--json")?;
    let chosen = util::take_value(&mut args, "--emulator")?;
    let engine = util::take_value(&mut args, "--engine")?;
    let runs = match util::take_value(&mut args, "--runs")? {
        None => 5,
        Some(text) => text.parse().ok().filter(|&runs| runs > 0).ok_or("--runs wants a number above 0")?,
    };
    util::no_more_options(&args)?;
    crate::setup::setup()?;
    if chosen.is_none() {
        util::build_skink()?;
    }
    let (subject, oracle) = (Emulator::subject(chosen.as_deref())?.with_engine(engine), Emulator::oracle()?);
    println!(
        "{:<22} {:>10} {:>10} {:>10} {:>12} {:>13}",
        "median seconds", subject.name, oracle.name, "native", "to qemu-arm", "to native"
    );
    let mut rows = Vec::new();
    for kernel in KERNELS {
        for set in ["arm", "thumb"] {
            let name = format!("{}-{set}", kernel.name);
            if args.is_empty() || args.iter().any(|filter| name.contains(filter.as_str())) {
                let row = measure(kernel, set, name, runs, [&subject, &oracle])?;
                println!(
                    "{:<22} {:>10.4} {:>10.4} {:>10.4} {:>11.2}x {:>12.1}x",
                    row.name,
                    row.skink,
                    row.qemu,
                    row.native,
                    row.skink / row.qemu,
                    row.skink / row.native
                );
                rows.push(row);
            }
        }
    }
    let assemble = args.is_empty() || args.iter().any(|filter| "assemble".contains(filter.as_str()));
    if assemble {
        crate::benchasm::run(runs)?;
    }
    if rows.is_empty() && !assemble {
        return Err(format!("no benchmark is named like {}", args.join(" or ")));
    }
    let integer = ["list", "crc16", "automaton", "matrix", "sorting"];
    let mix: Vec<f64> = rows
        .iter()
        .filter(|row| integer.iter().any(|name| row.name.starts_with(name)))
        .map(|row| row.skink / row.qemu)
        .collect();
    if !mix.is_empty() {
        println!(
            "integer mix (list, crc16, automaton, matrix, sorting), geometric mean: {:.2}x",
            geometric_mean(&mix)
        );
    }
    match json {
        Some(file) => {
            let path = Path::new(&file);
            at(path, fs::write(path, to_json(&rows)))
        }
        None => Ok(()),
    }
}

fn compile(compiler: &str, flags: &[&str], source: &Path, binary: &Path) -> Outcome {
    let newer =
        |a: &Path, b: &Path| Some(a.metadata().ok()?.modified().ok()? > b.metadata().ok()?.modified().ok()?);
    if newer(binary, source) == Some(true) {
        return Ok(());
    }
    let mut command = Command::new(compiler);
    // The libraries come last: the linker takes from them what was asked for before.
    command
        .args(["-std=gnu11", "-Wall", "-Wextra", "-Werror"])
        .args(flags)
        .arg("-o")
        .args([binary, source])
        .arg("-lm");
    util::run_quiet(&mut command)
}

fn build(kernel: &Kernel, set: &str, name: &str) -> Outcome<(PathBuf, PathBuf)> {
    let dir = util::target_dir().join("bench");
    at(&dir, fs::create_dir_all(&dir))?;
    let source = util::root().join("benches").join(format!("{}.c", kernel.source));
    let (guest, native) = (dir.join(name), dir.join(format!("{}-native", kernel.name)));
    let mut flags = kernel.flags.to_vec();
    flags.push(if set == "arm" { "-marm" } else { "-mthumb" });
    if !kernel.dynamic {
        flags.push("-static");
    }
    compile("arm-linux-gnueabihf-gcc", &flags, &source, &guest)?;
    let mut flags: Vec<&str> =
        kernel.flags.iter().copied().filter(|flag| !flag.starts_with("-mfpu")).collect();
    if !kernel.dynamic {
        flags.push("-static");
    }
    compile("gcc", &flags, &source, &native)?;
    Ok((guest, native))
}

/// Runs once; answers the time and what was printed.
fn once(words: &[String]) -> Outcome<(f64, Vec<u8>)> {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::null()).env_clear();
    let start = Instant::now();
    let output = command.output().map_err(|err| format!("cannot start `{}`: {err}", util::show(&command)))?;
    let time = start.elapsed().as_secs_f64();
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` ended with {}\n{stderr}", util::show(&command), output.status));
    }
    Ok((time, output.stdout))
}

fn measure(kernel: &Kernel, set: &str, name: String, runs: usize, emulators: [&Emulator; 2]) -> Outcome<Row> {
    let (guest, native) = build(kernel, set, &name)?;
    let sysroot = util::sysroot();
    let mut commands: Vec<Vec<String>> = Vec::new();
    for emulator in emulators {
        let mut words = emulator.prefix(kernel.dynamic.then_some(sysroot.as_path()));
        words.push(guest.display().to_string());
        commands.push(words);
    }
    commands.push(vec![native.display().to_string()]);
    let mut times = vec![Vec::new(); commands.len()];
    let mut printed: Option<Vec<u8>> = None;
    // The first round fills caches and is not counted.
    for round in 0..=runs * kernel.runs_factor {
        for (words, times) in commands.iter().zip(&mut times) {
            let (time, output) = once(words)?;
            match &printed {
                None => printed = Some(output),
                Some(first) if *first == output => {}
                Some(first) => {
                    return Err(format!(
                        "{name}: `{}` printed {:?}, expected {:?}",
                        words.join(" "),
                        String::from_utf8_lossy(&output),
                        String::from_utf8_lossy(first)
                    ));
                }
            }
            if round > 0 {
                times.push(time);
            }
        }
    }
    Ok(Row { name, skink: median(&mut times[0]), qemu: median(&mut times[1]), native: median(&mut times[2]) })
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    if times.len() % 2 == 1 { times[middle] } else { (times[middle - 1] + times[middle]) / 2.0 }
}

fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}

fn to_json(rows: &[Row]) -> String {
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let Row { name, skink, qemu, native } = row;
            format!("  {{\"name\": \"{name}\", \"skink\": {skink:.6}, \"qemu-arm\": {qemu:.6}, \"native\": {native:.6}}}")
        })
        .collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!((geometric_mean(&[2.0, 8.0]) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn json() {
        let row = Row { name: "a".into(), skink: 1.5, qemu: 0.5, native: 0.25 };
        let text =
            "[\n  {\"name\": \"a\", \"skink\": 1.500000, \"qemu-arm\": 0.500000, \"native\": 0.250000}\n]\n";
        assert_eq!(to_json(&[row]), text);
    }
}
