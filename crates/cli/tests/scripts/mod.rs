//! The session scripts of `tests/debug`, for every front end that has to print the same.

#![allow(dead_code, reason = "each front end uses a part")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

const COMPILER: &str = "arm-linux-gnueabihf-gcc";

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A script with what its first lines say.
pub(crate) struct Script {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    /// The program, built if it has to be, and its arguments.
    pub(crate) program: Vec<PathBuf>,
    pub(crate) options: Vec<String>,
    pub(crate) input: String,
    vague: bool,
}

/// All of them, by name.
pub(crate) fn all() -> Vec<Script> {
    let entries = std::fs::read_dir(root().join("tests/debug")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "dbg"));
    paths.sort();
    assert!(!paths.is_empty());
    paths.into_iter().map(Script::read).collect()
}

impl Script {
    pub(crate) fn read(path: PathBuf) -> Script {
        let text = std::fs::read_to_string(&path).unwrap();
        let header = |key: &str| {
            let lines = text.lines().take_while(|line| line.starts_with('#'));
            let mut found =
                lines.filter_map(|line| line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(':'));
            found.next().map(|value| value.trim().to_owned())
        };
        let mut program: Vec<PathBuf> =
            header("program").expect("a program").split_whitespace().map(PathBuf::from).collect();
        if program[0].extension().is_some_and(|extension| extension == "c") {
            program[0] = build(&root().join(&program[0]));
        }
        let options = header("options").unwrap_or_default();
        let input = header("input").unwrap_or_default().replace("\\n", "\n");
        let vague = header("vague").is_some();
        let options = options.split_whitespace().map(str::to_owned).collect();
        Script { path, program, options, input, vague, text }
    }

    /// What is to be printed.
    pub(crate) fn expected(&self) -> String {
        std::fs::read_to_string(self.path.with_extension("expected")).unwrap_or_default()
    }

    /// What was printed, without what differs from machine to machine.
    pub(crate) fn general(&self, printed: &str) -> String {
        let text = printed.replace(&format!("{}/debug/", env!("CARGO_TARGET_TMPDIR")), "");
        let text = text.replace(&format!("{}/", root().display()), "");
        if self.vague { without_addresses(&text) } else { text }
    }

    /// The commands that are done: none behind the first that fails. Comments are left out.
    pub(crate) fn commands(&self) -> Vec<&str> {
        let expected = self.expected();
        let failed = expected.lines().find_map(|line| {
            let (place, _) = line.split_once(": Error in sourced command file:")?;
            place.rsplit_once(':')?.1.parse::<usize>().ok()
        });
        let done = self.text.lines().take(failed.unwrap_or(usize::MAX));
        done.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
    }

    /// Compares what a front end printed that has no script files, and whose output is not the program's: every line
    /// that is expected comes from the one or the other, in the order of each. Where a script is read, the place of
    /// an error is said before it.
    pub(crate) fn compare(&self, debugger: &str, program: &str) -> Result<(), String> {
        let expected = self.expected();
        let lines = expected.lines().filter(|line| !line.contains(": Error in sourced command file:"));
        let expected: String = lines.map(|line| format!("{line}\n")).collect();
        let (debugger, program) = (self.general(debugger), self.general(program));
        if is_mixture(expected.as_bytes(), debugger.as_bytes(), program.as_bytes()) {
            return Ok(());
        }
        let name = self.path.file_name().unwrap().to_string_lossy().into_owned();
        Err(format!("{name}: expected\n{expected}\nfound\n{debugger}\nand from the program\n{program}"))
    }
}

/// Whether a text is made of two others, the order in each kept.
fn is_mixture(whole: &[u8], one: &[u8], other: &[u8]) -> bool {
    if whole.len() != one.len() + other.len() {
        return false;
    }
    // For so much of `other`, whether it and the rest of the beginning from `one` make the beginning of the whole.
    let mut reached = vec![false; other.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            let by_one = i > 0 && reached[j] && one[i - 1] == whole[i + j - 1];
            let by_other = j > 0 && reached[j - 1] && other[j - 1] == whole[i + j - 1];
            reached[j] = (i, j) == (0, 0) || by_one || by_other;
        }
    }
    reached[other.len()]
}

/// A C program, built once however many scripts want it.
fn build(source: &Path) -> PathBuf {
    static BUILDING: Mutex<()> = Mutex::new(());
    let _guard = BUILDING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("debug").join(source.file_stem().unwrap());
    std::fs::create_dir_all(program.parent().unwrap()).unwrap();
    let newer = |path: &Path| path.metadata().and_then(|m| m.modified()).ok();
    if newer(&program) > newer(source) {
        return program;
    }
    // Another test may be about to run what is there.
    let made = program.with_extension(std::process::id().to_string());
    let status = Command::new(COMPILER)
        .args(["-g", "-O0", "-marm", "-static", "-o"])
        .args([&made, source])
        .status()
        .unwrap_or_else(|e| panic!("{COMPILER} (Debian: gcc-arm-linux-gnueabihf): {e}"));
    assert!(status.success());
    std::fs::rename(made, &program).unwrap();
    program
}

/// A C program of `tests/dap`, for a test that has the directory to itself.
pub(crate) fn compile(directory: &Path, program: &str, source: &str, options: &[&str]) -> PathBuf {
    let output = directory.join(program);
    let mut command = Command::new(COMPILER);
    command.args(["-g", "-O0", "-marm", "-o"]).arg(&output).arg(root().join("tests/dap").join(source));
    let status = command.args(options).status();
    let status = status.unwrap_or_else(|e| panic!("{COMPILER} (Debian: gcc-arm-linux-gnueabihf): {e}"));
    assert!(status.success());
    output
}

/// A program with a library of its own, which it finds beside itself.
pub(crate) fn with_library(directory: &Path) -> PathBuf {
    let more = root().join("tests/dap/library/more.c");
    let options = ["-shared", "-fPIC", more.to_str().unwrap()];
    let library = compile(directory, "libtimes.so", "library/times.c", &options);
    compile(directory, "user", "user/times.c", &[library.to_str().unwrap(), "-Wl,-rpath,$ORIGIN"])
}

/// `0x000104c4` is `0x...`, and so are offsets into functions.
fn without_addresses(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("0x") {
        let digits = rest[at + 2..].find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len() - at - 2);
        out += &rest[..at + 2];
        // Small numbers are values.
        out += if digits >= 5 { "..." } else { &rest[at + 2..at + 2 + digits] };
        rest = &rest[at + 2 + digits..];
    }
    out + rest
}

/// What is wrong with each; several at a time, since most of the time is waiting.
pub(crate) fn of_each<T: Sync>(all: Vec<T>, test: impl Fn(&T) -> Result<(), String> + Sync) -> Vec<String> {
    const AT_A_TIME: usize = 3;
    let next = std::sync::atomic::AtomicUsize::new(0);
    let wrong = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    if let Err(what) = test(one) {
                        wrong.lock().unwrap().push(what);
                    }
                }
            });
        }
    });
    wrong.into_inner().unwrap()
}
