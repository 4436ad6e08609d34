//! `cargo xtask asm`: what gcc writes, assembled by GNU as and by skink: the objects must be the same byte for byte.
//! `cargo xtask reassemble`: armhf libraries, disassembled into text and assembled again, must have the same code.
//!
//! The sources are the project's own C files and, with `--debian`, those of source packages, which apt downloads into
//! the target directory. They are compiled with -O2 for ARM and for Thumb, with and without -g.

use crate::aptsources;
use crate::util::{self, Outcome, Tally, at};
use object::{Object, ObjectSection};
use skink_asm::Sources;
use skink_asm::build::Options;
use skink_asm::source::NoFiles;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const GCC: &str = "arm-linux-gnueabihf-gcc";
const AS: &str = "arm-linux-gnueabihf-as";
const PACKAGES: &[&str] = &["zlib", "bzip2", "lua5.4"];
const LIBRARIES: &[&str] = &["libc.so.6", "libm.so.6", "libcrypto.so.3"];
/// With vectors too, which hand-written sources want.
const FLAGS: [&[&str]; 5] =
    [&["-marm"], &["-mthumb"], &["-marm", "-g"], &["-mthumb", "-g"], &["-marm", "-mfpu=neon-vfpv4", "-O3"]];
/// Objects that are known to differ, each with what does: they are to become the same, and fail as soon as they are.
const KNOWN: &[(&str, &str)] = &[(
    "memory.c -mthumb -g",
    "GNU as begins a fragment, and so sets the address in .debug_line once more, where skink does not",
)];
/// Sections of code that the linker makes from several kinds of contents.
const CODE: &[&str] = &[".text", ".init", ".fini", ".plt"];

/// `cargo xtask asm [--debian] [FILTER...]`
pub(crate) fn command(args: Vec<String>) -> Outcome {
    let mut args = args;
    let debian = util::take_flag(&mut args, "--debian");
    util::no_more_options(&args)?;
    suite(debian, &args)?.into_outcome()
}

/// All comparisons, each object one check.
pub(crate) fn suite(debian: bool, filter: &[String]) -> Outcome<Tally> {
    let dir = util::target_dir().join("asm");
    at(&dir, fs::create_dir_all(&dir))?;
    let mut sources = Vec::new();
    for place in ["tests/guest", "benches", "crates/cli/tests/guest"] {
        c_files(&util::root().join(place), &mut sources)?;
    }
    if debian {
        c_files(&packages(&dir)?, &mut sources)?;
    }
    sources.retain(|file| {
        filter.is_empty() || filter.iter().any(|f| file.to_string_lossy().contains(f.as_str()))
    });
    let mut tally = Tally::default();
    let (mut lines, mut times) = (0, [Duration::ZERO; 2]);
    for source in &sources {
        for flags in FLAGS {
            let text = dir.join("file.s");
            let mut gcc = Command::new(GCC);
            // The text must not depend on where the checkout is.
            let root = util::root();
            gcc.args(["-O2", "-S", "-w"]).args(flags).arg(source).arg("-o").arg(&text).current_dir(&root);
            gcc.arg(format!("-ffile-prefix-map={}=/skink", root.display()));
            if let Some(parent) = source.parent() {
                gcc.arg("-I").arg(parent);
            }
            // A source that does not compile by itself, or whose inline assembly wants another processor, is not
            // what is tested; gcc's own output always assembles.
            let compiled =
                gcc.output().map_err(|e| format!("{GCC}: {e}; `cargo xtask setup` installs it"))?;
            if !compiled.status.success() {
                continue;
            }
            let name =
                format!("{} {}", source.file_name().unwrap_or_default().to_string_lossy(), flags.join(" "));
            let bytes = at(&text, fs::read(&text))?;
            lines += bytes.iter().filter(|&&b| b == b'\n').count();
            let theirs = dir.join("theirs.o");
            let start = Instant::now();
            let assembled = Command::new(AS).arg(&text).arg("-o").arg(&theirs).output();
            if !assembled.map_err(|e| format!("{AS}: {e}"))?.status.success() {
                continue;
            }
            times[0] += start.elapsed();
            let start = Instant::now();
            let ours = assemble(&text, bytes);
            times[1] += start.elapsed();
            let theirs = at(&theirs, fs::read(&theirs))?;
            let same = match ours {
                Ok(ours) => match ours.iter().zip(&theirs).position(|(a, b)| a != b) {
                    None if ours.len() == theirs.len() => true,
                    first => {
                        println!("{name}: differs at {:#x}", first.unwrap_or(ours.len().min(theirs.len())));
                        false
                    }
                },
                Err(message) => {
                    println!("{name}: {}", message.lines().take(4).collect::<Vec<_>>().join(" | "));
                    false
                }
            };
            match KNOWN.iter().find(|(known, _)| *known == name) {
                None => tally.count(same),
                Some((_, why)) => {
                    println!("{name}: known: {why}");
                    tally.count(!same);
                }
            }
        }
    }
    println!("{lines} lines; {AS} {:.2?}, skink {:.2?} (without starting a process)", times[0], times[1]);
    Ok(tally)
}

fn assemble(name: &Path, text: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut sources = Sources::default();
    let file = sources.add(name.to_string_lossy(), text, None);
    let mut builder = skink_asm::gnu::assemble(&mut sources, file, &NoFiles, Options::default());
    let object = skink_asm::layout::layout(&mut builder.program, &mut builder.diags);
    if builder.diags.has_errors() {
        return Err(builder.diags.render(&sources));
    }
    Ok(skink_asm::object::write(&builder.program, &object))
}

/// The C files below a directory, in order.
fn c_files(dir: &Path, found: &mut Vec<PathBuf>) -> Outcome {
    let mut entries: Vec<PathBuf> = at(dir, fs::read_dir(dir))?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            c_files(&path, found)?;
        } else if path.extension().is_some_and(|ext| ext == "c") {
            found.push(path);
        }
    }
    Ok(())
}

/// Downloads and unpacks the source packages, once.
fn packages(dir: &Path) -> Outcome<PathBuf> {
    let sources = dir.join("sources");
    let stamp = sources.join("stamp");
    if stamp.exists() {
        return Ok(sources);
    }
    for sub in ["sources", "lists/partial", "cache/archives/partial"] {
        let sub = dir.join(sub);
        at(&sub, fs::create_dir_all(&sub))?;
    }
    let list = dir.join("sources.list");
    let lines: Vec<String> = aptsources::armhf_sources()?
        .lines()
        .filter_map(|line| line.strip_prefix("deb "))
        .map(|rest| format!("deb-src {}\n", rest.replace("arch=armhf ", "").replace("arch=armhf", "")))
        .map(|line| line.replace("[] ", ""))
        .collect();
    at(&list, fs::write(&list, lines.concat()))?;
    let options = |command: &mut Command| {
        for (key, value) in [
            ("Dir::Etc::sourcelist", list.as_path()),
            ("Dir::Etc::sourceparts", Path::new("-")),
            ("Dir::State::lists", &dir.join("lists")),
            ("Dir::Cache", &dir.join("cache")),
        ] {
            command.arg("-o").arg(format!("{key}={}", value.display()));
        }
    };
    let mut update = Command::new("apt-get");
    options(&mut update);
    util::run_quiet(update.arg("update"))?;
    let mut source = Command::new("apt-get");
    options(&mut source);
    util::run_quiet(source.current_dir(&sources).args(["source", "--download-only"]).args(PACKAGES))?;
    for entry in at(&sources, fs::read_dir(&sources))?.flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().contains(".orig.tar.") {
            util::run_quiet(Command::new("tar").arg("xf").arg(&path).current_dir(&sources))?;
        }
    }
    at(&stamp, fs::write(&stamp, ""))?;
    Ok(sources)
}

/// `cargo xtask reassemble`
pub(crate) fn reassemble(args: &[String]) -> Outcome {
    if let Some(arg) = args.first() {
        return Err(format!("`reassemble` takes no {arg}"));
    }
    util::build_skink()?;
    reassemble_suite()?.into_outcome()
}

/// Each library's code, one check a section.
pub(crate) fn reassemble_suite() -> Outcome<Tally> {
    let mut tally = Tally::default();
    for name in LIBRARIES {
        let library = util::sysroot().join("usr/lib/arm-linux-gnueabihf").join(name);
        let output = Command::new(util::skink()).args(["disasm", "--reassemble"]).arg(&library).output();
        let output = output.map_err(|e| format!("skink disasm: {e}"))?;
        let (all, raw) = output.stdout.split(|&b| b == b'\n').fold((0, 0), |(all, raw), line| {
            let line = line.trim_ascii();
            (all + 1, raw + line.starts_with(b".inst") as usize)
        });
        println!("{name}: {all} lines, {raw} of them words that no text stands for");
        let object = assemble(Path::new(name), output.stdout)?;
        let before = at(&library, fs::read(&library))?;
        let parse = |bytes| object::File::parse(bytes).map_err(|e| format!("{name}: {e}"));
        let (before, after) = (parse(&before[..])?, parse(&object[..])?);
        for section in CODE {
            let data = |file: &object::File<'_>| {
                file.section_by_name(section).and_then(|s| s.data().ok().map(<[u8]>::to_vec))
            };
            let (Some(before), after) = (data(&before), data(&after)) else { continue };
            let same = after.as_ref() == Some(&before);
            if !same {
                println!("{name}: {section} differs");
            }
            tally.count(same);
        }
        // Data among the code is a small part of it.
        tally.count(raw * 50 < all);
    }
    Ok(tally)
}
