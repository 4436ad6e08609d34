//! Programs whose objects skink assembled: gcc links them, and they must do what those do that GNU as assembled. One
//! skink links itself.
//!
//! They run under skink itself, which the other suites hold against qemu-arm.

use crate::asm::{self, AS, GCC, GXX, LD};
use crate::corpus::{Language, PACKAGES};
use crate::util::{self, Outcome, Tally, at};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program.
struct Program {
    name: &'static str,
    /// Whose sources these are; from its top directory.
    package: &'static str,
    /// Files, and directories of which all files count.
    sources: &'static [&'static str],
    /// Files that belong to other programs.
    but: &'static [&'static str],
    /// A source of this project, from `tests/asm/programs`.
    own: Option<&'static str>,
    /// What goes into the first command, from this project's root.
    input: &'static str,
    /// Arguments of each command: the next one reads what the last one wrote.
    commands: &'static [&'static [&'static str]],
    /// Whether what comes out is what went in.
    round: bool,
}

const PROGRAMS: &[Program] = &[
    Program {
        name: "minigzip",
        package: "zlib",
        sources: &[".", "test/minigzip.c"],
        but: &[],
        own: None,
        input: "ARCHITECTURE.md",
        commands: &[&["-9"], &["-d"]],
        round: true,
    },
    Program {
        name: "bzip2",
        package: "bzip2",
        sources: &["."],
        but: &["bzip2recover.c", "dlltest.c", "mk251.c", "spewG.c", "unzcrash.c"],
        own: None,
        input: "ARCHITECTURE.md",
        commands: &[&["-9", "-c"], &["-d", "-c"]],
        round: true,
    },
    Program {
        name: "lua",
        package: "lua5.4",
        sources: &["src"],
        but: &["luac.c"],
        own: None,
        input: "tests/asm/programs/sample.lua",
        commands: &[&["-"]],
        round: false,
    },
    Program {
        name: "records",
        package: "libjsoncpp",
        sources: &["src/lib_json"],
        but: &[],
        own: Some("records.cpp"),
        input: "tests/asm/programs/sample.lua",
        commands: &[&[]],
        round: false,
    },
];

/// How the program that links without any library is compiled.
const ALONE: &[&[&str]] = &[
    &["-marm", "-fcommon"],
    &["-mthumb", "-fcommon"],
    &["-marm", "-fcommon", "-fPIC", "-pthread"],
    &["-mthumb", "-fcommon", "-fPIC", "-pthread"],
    &["-marm", "-fPIC", "-ftls-model=local-dynamic"],
    &["-mthumb", "-fPIC", "-ftls-model=initial-exec"],
    &["-mthumb", "-fpie", "-ftls-model=local-exec"],
];

/// What skink links itself does what GNU ld's program does, and prints what the source says.
fn alone(filter: &[String], tally: &mut Tally) -> Outcome {
    let source = util::root().join("tests/asm/programs/alone.c");
    let dir = util::target_dir().join("asm/linked/alone");
    at(&dir, fs::create_dir_all(&dir))?;
    let file = |name: &str| dir.join(name);
    let (text, object, theirs, ours) = (file("alone.s"), file("alone.o"), file("theirs"), file("ours"));
    for flags in ALONE {
        let name = format!("linked by skink {}", flags.join(" "));
        if !filter.is_empty() && !filter.iter().any(|f| name.contains(f.as_str())) {
            continue;
        }
        let mut gcc = Command::new(GCC);
        gcc.args(["-O1", "-ffreestanding", "-fno-stack-protector", "-S"]).args(*flags).arg(&source);
        util::run_quiet(gcc.arg("-o").arg(&text))?;
        util::run_quiet(Command::new(AS).arg(&text).arg("-o").arg(&object))?;
        util::run_quiet(Command::new(LD).arg("-static").arg(&object).arg("-o").arg(&theirs))?;
        let mut asm = Command::new(util::skink());
        asm.args(["asm", "--dialect", "gnu", "--format", "elf"]).arg(&text);
        util::run_quiet(asm.arg("-o").arg(&ours))?;
        let outputs = [run(&theirs, &[], Vec::new())?, run(&ours, &[], Vec::new())?];
        let well = outputs[0] == outputs[1] && outputs[0] == (true, b"ecddhifjkaa\n".to_vec());
        println!("{name}: {}", if well { "runs" } else { "differs from what GNU ld makes of it" });
        tally.count(well);
    }
    Ok(())
}

/// Each program in ARM and in Thumb, each one check.
pub(crate) fn suite(filter: &[String]) -> Outcome<Tally> {
    util::build_skink()?;
    let mut tally = Tally::default();
    alone(filter, &mut tally)?;
    for program in PROGRAMS {
        for set in ["-marm", "-mthumb"] {
            let name = format!("linked {} {set}", program.name);
            if !filter.is_empty() && !filter.iter().any(|f| name.contains(f.as_str())) {
                continue;
            }
            let verdict = program.check(set)?;
            println!("{name}: {}", verdict.as_deref().unwrap_or("runs"));
            tally.count(verdict.is_none());
        }
    }
    Ok(tally)
}

impl Program {
    /// What is wrong, if something is.
    fn check(&self, set: &str) -> Outcome<Option<String>> {
        let dir = util::target_dir().join(format!("asm/linked/{}{set}", self.name));
        at(&dir, fs::create_dir_all(&dir))?;
        let package = PACKAGES.iter().find(|package| package.name == self.package);
        let package = package.ok_or_else(|| format!("there is no package {}", self.package))?;
        let top = package.dir();
        let mut sources = self.files(&top)?;
        sources.extend(self.own.map(|name| util::root().join("tests/asm/programs").join(name)));
        let mut objects = [Vec::new(), Vec::new()];
        let mut cxx = false;
        for (n, source) in sources.iter().enumerate() {
            let is_cxx = Language::of(source) == Some(Language::Cxx);
            cxx |= is_cxx;
            let text = dir.join(format!("{n}.s"));
            let mut gcc = Command::new(if is_cxx { GXX } else { GCC });
            gcc.args(["-O2", "-S", "-w", set]).args(package.args).current_dir(&top).arg(source);
            util::run_quiet(gcc.arg("-o").arg(&text))?;
            let (theirs, ours) = (dir.join(format!("{n}.theirs.o")), dir.join(format!("{n}.ours.o")));
            util::run_quiet(Command::new(AS).arg(&text).arg("-o").arg(&theirs))?;
            let bytes = asm::assemble(&text, at(&text, fs::read(&text))?)?;
            at(&ours, fs::write(&ours, bytes))?;
            objects[0].push(theirs);
            objects[1].push(ours);
        }
        let input = util::root().join(self.input);
        let input = at(&input, fs::read(&input))?;
        let mut outputs = Vec::new();
        for (objects, name) in objects.iter().zip(["theirs", "ours"]) {
            let binary = dir.join(name);
            let mut link = Command::new(if cxx { GXX } else { GCC });
            util::run_quiet(link.args(["-static", set]).args(objects).arg("-lm").arg("-o").arg(&binary))?;
            let mut data = input.clone();
            for args in self.commands {
                let (ended, output) = run(&binary, args, data)?;
                if !ended {
                    return Ok(Some(format!(
                        "the program of {name} failed: {}",
                        String::from_utf8_lossy(&output)
                    )));
                }
                data = output;
            }
            outputs.push(data);
        }
        Ok(match &outputs[..] {
            [theirs, ours] if theirs != ours => Some("the outputs differ".into()),
            [theirs, _] if theirs.is_empty() => Some("nothing was printed".into()),
            [theirs, _] if self.round && *theirs != input => {
                Some("what comes out is not what went in".into())
            }
            _ => None,
        })
    }

    fn files(&self, top: &Path) -> Outcome<Vec<PathBuf>> {
        let mut found = Vec::new();
        for source in self.sources {
            let path = top.join(source);
            if path.is_dir() {
                found.extend(at(&path, fs::read_dir(&path))?.flatten().map(|entry| entry.path()));
            } else {
                found.push(path);
            }
        }
        found.retain(|path| {
            matches!(Language::of(path), Some(Language::C | Language::Cxx))
                && !path.file_name().is_some_and(|name| self.but.iter().any(|but| name == *but))
        });
        found.sort();
        Ok(found)
    }
}

/// Runs a program under skink: whether it ended well, and what it printed.
fn run(binary: &Path, args: &[&str], input: Vec<u8>) -> Outcome<(bool, Vec<u8>)> {
    let mut command = Command::new(util::skink());
    command.arg("run").arg(binary).args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| format!("{}: {e}", util::show(&command)))?;
    let mut stdin = child.stdin.take().ok_or("the program has no standard input")?;
    let writer = std::thread::spawn(move || {
        // A program that reads nothing closes the pipe.
        drop(stdin.write_all(&input));
    });
    let output = child.wait_with_output().map_err(|e| format!("{}: {e}", util::show(&command)))?;
    drop(writer.join());
    if output.status.success() {
        return Ok((true, output.stdout));
    }
    let mut said = format!("{} ", output.status).into_bytes();
    said.extend(output.stderr);
    Ok((false, said))
}
