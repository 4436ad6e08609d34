//! `cargo xtask asm`: what gcc and g++ write and what is written by hand, assembled by GNU as and by skink: the
//! objects must be the same byte for byte, and programs linked from them must run.
//! `cargo xtask reassemble`: armhf libraries, disassembled into text and assembled again, must have the same code.
//!
//! The sources are the project's own and those of [`crate::corpus`]. `cargo xtask test` takes a part of them.

use crate::asmdiffer;
use crate::asmrun;
use crate::corpus::{self, Language, PACKAGES, Package};
use crate::util::{self, Outcome, Tally, at};
use object::{Object, ObjectSection};
use skink_asm::Sources;
use skink_asm::build::Options;
use skink_asm::source::NoFiles;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

pub(crate) const GCC: &str = "arm-linux-gnueabihf-gcc";
pub(crate) const GXX: &str = "arm-linux-gnueabihf-g++";
pub(crate) const AS: &str = "arm-linux-gnueabihf-as";
pub(crate) const LD: &str = "arm-linux-gnueabihf-ld";
const LIBRARIES: &[&str] = &["libc.so.6", "libm.so.6", "libcrypto.so.3"];
/// With vectors too, which hand-written sources want.
const FLAGS: &[&[&str]] = &[
    &["-marm"],
    &["-mthumb"],
    &["-marm", "-g"],
    &["-mthumb", "-g"],
    &["-marm", "-fPIC", "-g"],
    &["-mthumb", "-fPIC"],
    &["-marm", "-mfpu=neon-vfpv4", "-O3"],
];
/// Of C++, which takes its time, these only.
const CXX_FLAGS: &[&[&str]] =
    &[&["-marm"], &["-mthumb"], &["-marm", "-g"], &["-mthumb", "-g"], &["-mthumb", "-fPIC"]];
/// Of assembly these only.
const HAND_FLAGS: &[&[&str]] = &[&["-marm"], &["-mthumb"]];
/// Sections of code that the linker makes from several kinds of contents.
const CODE: &[&str] = &[".text", ".init", ".fini", ".plt"];
/// Of the packages' objects the test command takes one in so many.
const SAMPLE: usize = 40;

/// Which part of the corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// This project's sources.
    Own,
    /// Some objects of each package too.
    Sample,
    /// All.
    Whole,
}

/// An object to compare.
struct Job {
    package: &'static Package,
    source: PathBuf,
    language: Language,
    flags: &'static [&'static str],
    /// Where what gcc and GNU as made of it stays, for the next time.
    kept: Option<PathBuf>,
}

/// What came of it.
#[derive(Default)]
struct Compared {
    /// Lines of assembly; none, if the source does not compile.
    lines: usize,
    /// What differs.
    difference: Option<String>,
    times: [Duration; 2],
}

/// `cargo xtask asm [--sample | --debian] [--keep] [FILTER...]`
///
/// With `--keep` what gcc and GNU as made of Debian's sources stays in the target directory, gigabytes of it, and is
/// not made again: the assembler can be tried on all of it in minutes.
pub(crate) fn command(args: Vec<String>) -> Outcome {
    let mut args = args;
    let keep = util::take_flag(&mut args, "--keep");
    let extent = match (util::take_flag(&mut args, "--sample"), util::take_flag(&mut args, "--debian")) {
        (_, true) => Extent::Whole,
        (true, false) => Extent::Sample,
        (false, false) => Extent::Own,
    };
    util::no_more_options(&args)?;
    let mut tally = suite(extent, keep, &args)?;
    if extent != Extent::Own {
        tally.add(asmrun::suite(&args)?);
    }
    tally.into_outcome()
}

/// All comparisons, each object one check.
pub(crate) fn suite(extent: Extent, keep: bool, filter: &[String]) -> Outcome<Tally> {
    let packages = if extent == Extent::Own {
        &PACKAGES[..1]
    } else {
        corpus::fetch()?;
        PACKAGES
    };
    let mut jobs = Vec::new();
    for package in packages {
        let chosen = |name: &str| filter.is_empty() || filter.iter().any(|f| name.contains(f.as_str()));
        let mut all = Vec::new();
        for (source, language) in package.sources()? {
            let flags = match language {
                Language::C => FLAGS,
                Language::Cxx => CXX_FLAGS,
                Language::Asm | Language::Perl => HAND_FLAGS,
            };
            let job = |&flags| Job::new(package, &source, language, flags, keep);
            all.extend(flags.iter().map(job).filter(|job| chosen(&job.name())));
        }
        let whole = extent == Extent::Whole || package.name.is_empty();
        // One more than a multiple of the flags' number: every set of flags has its turn.
        let step = if whole { 1 } else { SAMPLE.min(1 + all.len() / 4) };
        jobs.extend(all.into_iter().step_by(step));
    }
    let results = run_all(&jobs)?;
    let mut tally = Tally::default();
    let mut times = [Duration::ZERO; 2];
    println!("{:<14} {:>8} {:>14} {:>8} {:>14}", "package", "sources", "their lines", "objects", "lines");
    let mut sums = [0; 4];
    for package in packages {
        let (mut sources, mut row) = (Vec::new(), [0; 4]);
        for (job, result) in jobs.iter().zip(&results).filter(|(job, _)| std::ptr::eq(job.package, package)) {
            if result.lines == 0 {
                // Not every source compiles for every set of flags; what was written for this test does.
                if job.source.starts_with("tests/asm") {
                    println!("{}: GNU as does not take it", job.name());
                    tally.count(false);
                }
                continue;
            }
            let path = package.dir().join(&job.source);
            if !sources.contains(&path) {
                row[0] += 1;
                row[1] += count_lines(&at(&path, fs::read(&path))?);
                sources.push(path);
            }
            row[2] += 1;
            row[3] += result.lines;
            times[0] += result.times[0];
            times[1] += result.times[1];
            tally.count(result.difference.is_none());
        }
        let [files, lines, objects, text] = row;
        println!("{:<14} {files:>8} {lines:>14} {objects:>8} {text:>14}", package.title());
        // A package of which nothing compiles tests nothing.
        if filter.is_empty() {
            tally.count(objects > 0);
        }
        sums.iter_mut().zip(row).for_each(|(sum, n)| *sum += n);
    }
    let [files, lines, objects, text] = sums;
    println!("{:<14} {files:>8} {lines:>14} {objects:>8} {text:>14}", "all");
    println!("{AS} {:.2?}, skink {:.2?} (without starting a process)", times[0], times[1]);
    Ok(tally)
}

fn count_lines(text: &[u8]) -> usize {
    text.iter().filter(|&&b| b == b'\n').count()
}

/// Works on the jobs with as many threads as there are processors.
fn run_all(jobs: &[Job]) -> Outcome<Vec<Compared>> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Compared>> = Mutex::new(jobs.iter().map(|_| Compared::default()).collect());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let error = Mutex::new(None);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let (next, results, error) = (&next, &results, &error);
            scope.spawn(move || {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(n) else { break };
                    match job.run(&util::target_dir().join(format!("asm/worker{worker}"))) {
                        Ok(result) => {
                            if let Some(difference) = &result.difference {
                                println!("{}: {difference}", job.name());
                            }
                            if let Ok(mut results) = results.lock() {
                                results[n] = result;
                            }
                        }
                        Err(message) => {
                            if let Ok(mut error) = error.lock() {
                                error.get_or_insert(message);
                            }
                            break;
                        }
                    }
                }
            });
        }
    });
    match error.into_inner().unwrap_or_default() {
        Some(message) => Err(message),
        None => results.into_inner().map_err(|_| "a worker died".to_owned()),
    }
}

impl Job {
    fn new(
        package: &'static Package,
        source: &Path,
        language: Language,
        flags: &'static [&'static str],
        keep: bool,
    ) -> Job {
        let mut job = Job { package, source: source.to_path_buf(), language, flags, kept: None };
        // This project's own sources change.
        if keep && !package.name.is_empty() {
            job.kept = Some(util::target_dir().join("asm/kept").join(job.file_name()));
        }
        job
    }

    fn name(&self) -> String {
        format!("{}/{} {}", self.package.title(), self.source.display(), self.flags.join(" "))
    }

    /// The same as a name of a file.
    fn file_name(&self) -> String {
        self.name().replace([' ', '/'], "_")
    }

    fn run(&self, dir: &Path) -> Outcome<Compared> {
        let dir = self.kept.as_deref().unwrap_or(dir);
        let mut result = Compared::default();
        let (text, theirs) = (dir.join("file.s"), dir.join("theirs.o"));
        if self.kept.is_none() || !dir.exists() {
            at(dir, fs::create_dir_all(dir))?;
            if !self.compile(dir, &text)? {
                at(&text, fs::write(&text, ""))?;
                return Ok(result);
            }
            let start = Instant::now();
            let assembled = Command::new(AS).arg(&text).arg("-o").arg(&theirs).output();
            // Inline assembly may want another processor; gcc's own output always assembles.
            if !assembled.map_err(|e| format!("{AS}: {e}"))?.status.success() {
                at(&text, fs::write(&text, ""))?;
                return Ok(result);
            }
            result.times[0] = start.elapsed();
        }
        let bytes = at(&text, fs::read(&text))?;
        result.lines = count_lines(&bytes);
        if result.lines == 0 {
            return Ok(result);
        }
        let start = Instant::now();
        let ours = assemble(&text, bytes);
        result.times[1] = start.elapsed();
        let theirs = at(&theirs, fs::read(&theirs))?;
        result.difference = match ours {
            Ok(ours) => (ours != theirs).then(|| asmdiffer::first(&ours, &theirs)),
            Err(message) => {
                let lines = message.lines().skip_while(|line| !line.starts_with("error"));
                Some(lines.take(4).collect::<Vec<_>>().join(" | "))
            }
        };
        if result.difference.is_some() {
            // To be looked at.
            let copy = util::target_dir().join("asm/differ");
            at(&copy, fs::create_dir_all(&copy))?;
            at(&text, fs::copy(&text, copy.join(self.file_name() + ".s")))?;
        }
        Ok(result)
    }

    /// Writes the assembly; false if this source does not compile by itself.
    fn compile(&self, dir: &Path, text: &Path) -> Outcome<bool> {
        let top = self.package.dir();
        let mut source = self.source.clone();
        if self.language == Language::Perl {
            source = dir.join("made.S");
            let mut perl = Command::new("perl");
            perl.current_dir(&top).arg(&self.source).arg("linux32").arg(&source);
            if !perl.output().map_err(|e| format!("perl: {e}"))?.status.success() {
                return Ok(false);
            }
        }
        let mut gcc = Command::new(if self.language == Language::Cxx { GXX } else { GCC });
        let stage = if matches!(self.language, Language::Asm | Language::Perl) { "-E" } else { "-S" };
        gcc.args(["-O2", stage, "-w"]).args(self.flags).args(self.package.args).current_dir(&top);
        // The text must not depend on where the checkout is.
        gcc.arg(format!("-ffile-prefix-map={}=/skink", top.display()));
        if self.language == Language::Asm {
            gcc.args(["-x", "assembler-with-cpp"]);
        }
        if let Some(parent) = self.source.parent().filter(|p| !p.as_os_str().is_empty()) {
            gcc.arg("-I").arg(parent);
        }
        gcc.arg(&source).arg("-o").arg(text);
        let compiled = gcc.output().map_err(|e| format!("{GCC}: {e}; `cargo xtask setup` installs it"))?;
        Ok(compiled.status.success())
    }
}

/// The object that skink makes of a text.
pub(crate) fn assemble(name: &Path, text: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut sources = Sources::default();
    let file = sources.add(name.to_string_lossy(), text, None);
    let mut builder = skink_asm::gnu::assemble(&mut sources, file, &NoFiles, Options::default());
    let object = skink_asm::layout::layout(&mut builder.program, &mut builder.diags);
    if builder.diags.has_errors() {
        return Err(builder.diags.render(&sources));
    }
    Ok(skink_asm::object::write(&builder.program, &object))
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
