//! The row `assemble` of `cargo xtask bench`: skink asm beside GNU as on one large text.
//!
//! The text is what gcc writes for the project's own C, for ARM, for Thumb and with vectors, put one behind the other
//! until it has as many lines as were asked for; names are made different in each part. Both assemblers are processes,
//! and run in turn. GNU time tells what each used.

use crate::asm::{AS, GCC};
use crate::util::{self, Outcome, at};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LINES: usize = 300_000;
const FLAGS: [&[&str]; 3] = [&["-marm"], &["-mthumb"], &["-marm", "-mfpu=neon-vfpv4", "-O3"]];

/// What one run used.
#[derive(Debug, Clone, Copy, Default)]
struct Usage {
    wall: f64,
    cpu: f64,
    /// Peak, in KiB.
    memory: f64,
}

/// Measures, and prints the row.
pub(crate) fn run(runs: usize) -> Outcome {
    let dir = util::target_dir().join("bench");
    at(&dir, fs::create_dir_all(&dir))?;
    let text = dir.join("assemble.s");
    let lines = write(&text)?;
    let objects = [dir.join("assemble.skink.o"), dir.join("assemble.as.o")];
    let skink = util::skink();
    let commands: [Vec<&Path>; 2] =
        [vec![&skink, "asm".as_ref(), "--dialect".as_ref(), "gnu".as_ref()], vec![AS.as_ref()]];
    let mut used: [Vec<Usage>; 2] = Default::default();
    // The first round fills caches and is not counted.
    for round in 0..=runs {
        for ((words, object), used) in commands.iter().zip(&objects).zip(&mut used) {
            let usage = once(words, &text, object, &dir)?;
            if round > 0 {
                used.push(usage);
            }
        }
    }
    let bytes = |path: &PathBuf| at(path, fs::read(path));
    if bytes(&objects[0])? != bytes(&objects[1])? {
        // `cargo xtask asm` is where that is an error.
        println!("assemble: the two objects differ");
    }
    let [ours, theirs] = used.map(|list| Usage {
        wall: median(&list, |usage| usage.wall),
        cpu: median(&list, |usage| usage.cpu),
        memory: median(&list, |usage| usage.memory),
    });
    println!(
        "assemble, {lines} lines: skink asm {:.2} s of CPU, {:.2} s in all, {:.1} MiB; GNU as {:.2} s, {:.2} s, {:.1} MiB",
        ours.cpu,
        ours.wall,
        ours.memory / 1024.0,
        theirs.cpu,
        theirs.wall,
        theirs.memory / 1024.0
    );
    println!(
        "assemble, to GNU as: {:.2}x of CPU, {:.2}x in all, {:.2}x of memory",
        ours.cpu / theirs.cpu,
        ours.wall / theirs.wall,
        ours.memory / theirs.memory
    );
    Ok(())
}

fn median(list: &[Usage], of: impl Fn(&Usage) -> f64) -> f64 {
    let mut values: Vec<f64> = list.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn once(words: &[&Path], text: &Path, object: &Path, dir: &Path) -> Outcome<Usage> {
    let report = dir.join("assemble.time");
    let mut command = Command::new("time");
    command.args(["-f", "%e %U %S %M", "-o"]).arg(&report).args(words).arg(text).arg("-o").arg(object);
    util::run_quiet(&mut command)?;
    let report = at(&report, fs::read_to_string(&report))?;
    let numbers: Vec<f64> = report.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [wall, user, system, memory] => Ok(Usage { wall, cpu: user + system, memory }),
        _ => Err(format!("expected four numbers of GNU time, found {report:?}")),
    }
}

/// Writes the text, and answers how many lines it has.
fn write(path: &Path) -> Outcome<usize> {
    let mut parts = Vec::new();
    // Those of tests/guest have assembly in them that wants its literals near.
    for dir in [util::root().join("benches")] {
        let mut files: Vec<PathBuf> =
            at(&dir, fs::read_dir(&dir))?.flatten().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|ext| ext == "c"));
        files.sort();
        for file in files {
            for flags in FLAGS {
                let mut gcc = Command::new(GCC);
                gcc.args(["-O2", "-S", "-w"]).args(flags).arg(&file).args(["-o", "-"]);
                let output = gcc.output().map_err(|e| format!("{GCC}: {e}"))?;
                if output.status.success() {
                    parts.push(String::from_utf8_lossy(&output.stdout).into_owned());
                }
            }
        }
    }
    let (mut text, mut lines, mut number) = (String::new(), 0, 0);
    while lines < LINES && !parts.is_empty() {
        for part in &parts {
            number += 1;
            text.push_str(&renamed(part, number));
            lines += part.lines().count();
        }
    }
    at(path, fs::write(path, text))?;
    Ok(lines)
}

/// The text with the names that it defines made different from those of other parts.
fn renamed(text: &str, number: usize) -> String {
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$');
    let mut defined = HashSet::new();
    for line in text.lines() {
        let line = line.trim_start();
        let words = [".global\t", ".type\t", ".comm\t", ".local\t", ".set\t", ".weak\t"];
        let after = words.iter().find_map(|word| line.strip_prefix(word));
        let label = line.split_once(':').map(|(label, _)| label);
        for name in after.into_iter().chain(label) {
            let name = name.split(|c| !in_name(c)).next().unwrap_or_default();
            if name.starts_with(|c: char| !c.is_ascii_digit()) {
                defined.insert(name.to_owned());
            }
        }
    }
    let mut out = String::with_capacity(text.len() * 5 / 4);
    for line in text.lines() {
        // Directives keep what is in strings, and the names of processors have dashes.
        if line.contains('"') || [".arch", ".fpu", ".cpu"].iter().any(|word| line.contains(word)) {
            out.push_str(line);
        } else {
            // An instruction may have the name of a function.
            let mnemonic = line.strip_prefix('\t').and_then(|line| line.split('\t').next());
            let kept = mnemonic.filter(|word| !word.starts_with('.')).map_or(0, |word| 1 + word.len());
            let (head, mut rest) = line.split_at(kept.min(line.len()));
            out.push_str(head);
            while !rest.is_empty() {
                let end = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
                let (name, after) = rest.split_at(end);
                out.push_str(name);
                if defined.contains(name) || name.starts_with(".L") {
                    out.push_str(&format!("_{number}"));
                }
                let next = after.find(in_name).unwrap_or(after.len());
                out.push_str(&after[..next]);
                rest = &after[next..];
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_defined_are_renamed() {
        let text = "\t.global\tf\nf:\n\tbl\tg(PLT)\n\tb\t.L2\n.L2:\n\t.word\tf-.L2\n\t.ascii\t\"f .L2\"\n";
        let wanted = "\t.global\tf_7\nf_7:\n\tbl\tg(PLT)\n\tb\t.L2_7\n.L2_7:\n\t.word\tf_7-.L2_7\n\t.ascii\t\"f .L2\"\n";
        assert_eq!(renamed(text, 7), wanted);
    }
}
