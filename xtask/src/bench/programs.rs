//! What is measured: the table of rows, and how each program is built.

use super::generate;
use super::measure::Side;
use crate::emulator::Emulator;
use crate::util::{self, Outcome, at};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a row counts towards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Group {
    /// Our own C programs, without floating point.
    Integer,
    /// Our own C programs with floating point or vectors.
    Float,
    /// Debian's programs.
    Debian,
    /// Programs that do next to nothing.
    Start,
    /// The program of instructions that run once.
    Translation,
    /// The same work by one thread and by two.
    Threads,
}

/// A row to be measured.
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) group: Group,
    pub(crate) sides: Vec<Side>,
    /// Short ones are run more often.
    pub(crate) runs_factor: usize,
}

/// One of our C programs: its name, its flags for gcc on ARM.
struct Kernel(&'static str, Group, &'static [&'static str]);

const KERNELS: &[Kernel] = &[
    Kernel("list", Group::Integer, &["-O2"]),
    Kernel("crc16", Group::Integer, &["-O2"]),
    Kernel("automaton", Group::Integer, &["-O2"]),
    Kernel("matrix", Group::Integer, &["-O2"]),
    Kernel("sorting", Group::Integer, &["-O2"]),
    Kernel("fib", Group::Integer, &["-O2"]),
    Kernel("bytecode", Group::Integer, &["-O2"]),
    Kernel("callback", Group::Integer, &["-O2"]),
    Kernel("sha256", Group::Integer, &["-O2"]),
    Kernel("nbody", Group::Float, &["-O2", "-ffp-contract=off"]),
    Kernel("mandelbrot", Group::Float, &["-O2", "-ffp-contract=off"]),
    Kernel("neon", Group::Float, &["-O3", "-mfpu=neon"]),
];

/// Debian's programs: name, program under the sysroot, arguments. `BENCHES` is benches/programs, `DIR` where
/// generated files are.
const DEBIAN: &[(&str, &str, &[&str])] = &[
    ("python3", "usr/bin/python3", &["BENCHES/mix.py"]),
    ("perl", "usr/bin/perl", &["BENCHES/mix.pl"]),
    ("lua5.4", "usr/bin/lua5.4", &["BENCHES/mix.lua"]),
    ("gawk", "usr/bin/gawk", &["-f", "BENCHES/mix.awk", "DIR/text"]),
    ("sqlite3", "usr/bin/sqlite3", &[":memory:", ".read BENCHES/mix.sql"]),
    // To check a key is to test its primes by exponentiation, over and over: what RSA does, a fixed number of times.
    ("openssl-rsa", "usr/bin/openssl", &["rsa", "-check", "-noout", "-in", "DIR/rsa.pem"]),
    ("openssl-sha", "usr/bin/openssl", &["dgst", "-sha256", "DIR/long-text"]),
    ("xz", "usr/bin/xz", &["-6", "-T1", "-c", "DIR/text"]),
    ("bzip2", "usr/bin/bzip2", &["-9", "-c", "DIR/text"]),
    // The driver only starts this one.
    ("gcc", "CC1", &["-O2", "-quiet", "DIR/thousand.c", "-o", "-"]),
];

const TWENTY: &str = "a=1; b=2; c=$((a + b)); test $c = 3 && echo three; case x$c in x3) d=y;; *) d=n;; esac; \
    for i in 1 2 3; do c=$((c * i)); done; echo $c; printf '%s-%s\\n' $d $c; e=$(echo inner); echo ${e#in}; \
    f() { echo \"$1 $#\"; }; f one two; set -- p q r; echo $2; shift; echo $#; g=abcabc; echo ${g//b/x}; \
    read h <<< word; echo $h; [[ $g =~ (c)a ]] && echo ${BASH_REMATCH[1]}; k=$(f last); echo $k; true";

/// Instructions of the row `translation`.
pub(crate) const ONCE: usize = 100_000;

/// Where everything is built.
fn dir() -> Outcome<PathBuf> {
    let dir = util::target_dir().join("bench");
    at(&dir, fs::create_dir_all(&dir))?;
    Ok(dir)
}

/// All rows that a filter names, their programs built.
pub(crate) fn plans(filters: &[String], subject: &Emulator, oracle: &Emulator) -> Outcome<Vec<Plan>> {
    let wanted =
        |name: &str| filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()));
    let sysroot = util::sysroot();
    let guest = |program: &Path, args: &[String], sysroot: Option<&Path>| -> Vec<Side> {
        [("skink", subject), ("qemu-arm", oracle)]
            .map(|(who, emulator)| side(who, emulator, sysroot, program, args))
            .into()
    };
    let mut plans = Vec::new();
    for kernel in KERNELS {
        for set in ["arm", "thumb"] {
            let name = format!("{}-{set}", kernel.0);
            if wanted(&name) {
                let (program, native) = build(kernel.0, kernel.2, set, false)?;
                let mut sides = guest(&program, &[], None);
                sides.push(Side { who: "native", words: vec![native.into()], same: true });
                plans.push(Plan { name, group: kernel.1, sides, runs_factor: 1 });
            }
        }
    }
    for &(name, program, args) in DEBIAN {
        if wanted(name) {
            inputs()?;
            let own = native(program);
            let program = if program == "CC1" { cc1(&sysroot)? } else { sysroot.join(program) };
            let dir = dir()?.display().to_string();
            let benches = util::root().join("benches/programs").display().to_string();
            let args: Vec<String> =
                args.iter().map(|arg| arg.replace("BENCHES", &benches).replace("DIR", &dir)).collect();
            let mut sides = guest(&program, &args, Some(&sysroot));
            sides.extend(own.map(|own| {
                let words = std::iter::once(own.into()).chain(args.iter().map(OsString::from)).collect();
                Side { who: "native", words, same: false }
            }));
            plans.push(Plan { name: name.into(), group: Group::Debian, sides, runs_factor: 1 });
        }
    }
    let mut start = |name: &str, program: PathBuf, args: &[&str]| {
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        let sides = guest(&program, &args, Some(&sysroot));
        plans.push(Plan { name: name.into(), group: Group::Start, sides, runs_factor: 4 });
    };
    if wanted("hello-static") {
        start("hello-static", build("hello", &["-O2"], "arm", false)?.0, &[]);
    }
    if wanted("hello-dynamic") {
        start("hello-dynamic", build("hello", &["-O2"], "arm", true)?.0, &[]);
    }
    if wanted("bash-20") {
        start("bash-20", sysroot.join("usr/bin/bash"), &["-c", TWENTY]);
    }
    if wanted("python3-pass") {
        start("python3-pass", sysroot.join("usr/bin/python3"), &["-c", "pass"]);
    }
    if wanted("translation") {
        let program = once()?;
        // With an argument the instructions run; without, all else does. Everything translated, and as usual.
        let jit = subject.clone().with_options(&["--engine=jit"]);
        for (name, args) in [("translation", vec!["run".to_owned()]), ("translation-start", vec![])] {
            let sides = [("skink", &jit), ("qemu-arm", oracle), ("skink-auto", subject)]
                .map(|(who, emulator)| side(who, emulator, None, &program, &args));
            plans.push(Plan {
                name: name.into(),
                group: Group::Translation,
                sides: sides.into(),
                runs_factor: 2,
            });
        }
    }
    for (kind, name) in ["parallel", "atomic"].into_iter().enumerate() {
        for threads in ["1", "2"] {
            let name = format!("threads-{name}-{threads}");
            if wanted(&name) {
                let (program, native) = build("threads", &["-O2", "-pthread"], "arm", false)?;
                let args = [threads.to_owned(), kind.to_string()];
                let mut sides = guest(&program, &args, None);
                let words = [native.into(), threads.into(), kind.to_string().into()];
                sides.push(Side { who: "native", words: words.into(), same: true });
                plans.push(Plan { name, group: Group::Threads, sides, runs_factor: 1 });
            }
        }
    }
    Ok(plans)
}

fn side(
    who: &'static str,
    emulator: &Emulator,
    sysroot: Option<&Path>,
    program: &Path,
    args: &[String],
) -> Side {
    let mut words: Vec<OsString> = emulator.prefix(sysroot).into_iter().map(OsString::from).collect();
    words.push(program.into());
    words.extend(args.iter().map(OsString::from));
    Side { who, words, same: true }
}

/// A C program of benches/ for ARM and for this machine.
fn build(name: &str, flags: &[&str], set: &str, dynamic: bool) -> Outcome<(PathBuf, PathBuf)> {
    let dir = dir()?;
    let source = util::root().join("benches").join(format!("{name}.c"));
    let link = if dynamic { "dynamic" } else { "static" };
    let guest = dir.join(format!("{name}-{set}-{link}"));
    let native = dir.join(format!("{name}-native-{link}"));
    let mut arm = flags.to_vec();
    arm.push(if set == "arm" { "-marm" } else { "-mthumb" });
    let mut own: Vec<&str> = flags.iter().copied().filter(|flag| !flag.starts_with("-mfpu")).collect();
    if !dynamic {
        arm.push("-static");
        own.push("-static");
    }
    compile("arm-linux-gnueabihf-gcc", &arm, &[&source], &guest)?;
    compile("gcc", &own, &[&source], &native)?;
    Ok((guest, native))
}

/// A program of many calls, and more than 10^9 instructions.
pub(crate) fn calls() -> Outcome<PathBuf> {
    Ok(build("fib", &["-O2"], "arm", false)?.0)
}

fn compile(compiler: &str, flags: &[&str], sources: &[&Path], binary: &Path) -> Outcome {
    let newer =
        |a: &Path, b: &Path| Some(a.metadata().ok()?.modified().ok()? > b.metadata().ok()?.modified().ok()?);
    if sources.iter().all(|source| newer(binary, source) == Some(true)) {
        return Ok(());
    }
    let mut command = Command::new(compiler);
    // The libraries come last: the linker takes from them what was asked for before.
    command.args(["-std=gnu11", "-Wall", "-Wextra", "-Werror"]).args(flags).arg("-o").arg(binary);
    util::run_quiet(command.args(sources).arg("-lm"))
}

/// Writes a file if there is none.
fn provide(path: &Path, make: impl FnOnce() -> String) -> Outcome {
    if path.exists() { Ok(()) } else { at(path, fs::write(path, make())) }
}

fn inputs() -> Outcome {
    let dir = dir()?;
    for (name, bytes) in [("text", 2_500_000), ("long-text", 48 << 20)] {
        let path = dir.join(name);
        if path.metadata().map_or(0, |meta| meta.len()) < bytes as u64 {
            let file = at(&path, fs::File::create(&path))?;
            at(&path, generate::text(&mut BufWriter::new(file), bytes))?;
        }
    }
    provide(&dir.join("thousand.c"), generate::c_file)?;
    let key = dir.join("rsa.pem");
    if key.exists() {
        return Ok(());
    }
    // Any key will do, as long as all sides have the same.
    let openssl = util::sysroot().join("usr/bin/openssl");
    let fresh = dir.join("rsa.pem.new");
    let mut command = Command::new(util::skink());
    command
        .args(["run", "-L"])
        .arg(util::sysroot())
        .arg(openssl)
        .args(["genrsa", "-out"])
        .arg(&fresh)
        .arg("2048");
    util::run_quiet(&mut command)?;
    at(&key, fs::rename(&fresh, &key))
}

/// The compiler proper, under usr/lib/gcc/arm-linux-gnueabihf/VERSION.
fn cc1(sysroot: &Path) -> Outcome<PathBuf> {
    let dir = sysroot.join("usr/lib/gcc/arm-linux-gnueabihf");
    let found = at(&dir, fs::read_dir(&dir))?.flatten().map(|entry| entry.path().join("cc1"));
    found
        .into_iter()
        .find(|path| path.exists())
        .ok_or_else(|| format!("expected VERSION/cc1 under {}, found none", dir.display()))
}

/// This machine's own build of one of Debian's programs, if there is one: what an emulator could reach at best.
fn native(program: &str) -> Option<PathBuf> {
    let path = match program {
        "CC1" => {
            let versions = fs::read_dir("/usr/lib/gcc/x86_64-linux-gnu").ok()?;
            versions.flatten().map(|entry| entry.path().join("cc1")).find(|path| path.exists())?
        }
        _ => Path::new("/").join(program),
    };
    path.exists().then_some(path)
}

/// The program of instructions that run once.
fn once() -> Outcome<PathBuf> {
    let dir = dir()?;
    let (code, main, binary) = (dir.join("once.S"), dir.join("once-main.c"), dir.join("once"));
    provide(&code, || generate::run_once(ONCE))?;
    provide(&main, || generate::ONCE_MAIN.to_owned())?;
    compile("arm-linux-gnueabihf-gcc", &["-O2", "-marm", "-static"], &[&code, &main], &binary)?;
    Ok(binary)
}
