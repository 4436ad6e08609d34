//! The debugger's scripts in `tests/debug`, for each front end to say what they print: the README there says how.

// Each test file is a program of its own, and uses what it needs.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

const COMPILER: &str = "arm-linux-gnueabihf-gcc";

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A script and what its first lines say about it.
pub(crate) struct Script {
    /// Without directory and extension.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) path: PathBuf,
    text: String,
    /// What is debugged, built if it is C.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Options of `skink debug` before it.
    pub(crate) options: Vec<String>,
    /// What it reads.
    pub(crate) input: String,
    vague: bool,
}

impl Script {
    fn new(path: PathBuf) -> Script {
        let text = std::fs::read_to_string(&path).unwrap();
        let words = |key| {
            let line = header(&text, key).unwrap_or_default();
            line.split_whitespace().map(str::to_owned).collect::<Vec<String>>()
        };
        let mut program = words("program").into_iter();
        let source = PathBuf::from(program.next().expect("a program"));
        let built = match source.extension() {
            Some(extension) if extension == "c" => build(&root().join(&source)),
            _ => source,
        };
        Script {
            name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
            program: built,
            arguments: program.collect(),
            options: words("options"),
            input: header(&text, "input").unwrap_or_default().replace("\\n", "\n"),
            vague: header(&text, "vague").is_some(),
            path,
            text,
        }
    }

    /// Its lines; a front end that is given them one by one does not know where they are from.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// How a script says that it ends at a line.
    pub(crate) fn failed(&self, number: usize, why: &str) -> String {
        format!("{}:{number}: Error in sourced command file:\n{why}\n", self.path.display())
    }

    /// Without what differs from machine to machine.
    fn plain(&self, text: &str) -> String {
        let text = text.replace(&format!("{}/", root().display()), "");
        let text = text.replace(&format!("{}/debug/", env!("CARGO_TARGET_TMPDIR")), "");
        if self.vague { without_addresses(&text) } else { text }
    }
}

/// What a script says in its first lines.
fn header<'a>(script: &'a str, key: &str) -> Option<&'a str> {
    let lines = script.lines().take_while(|line| line.starts_with('#'));
    lines
        .filter_map(|line| line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(':'))
        .map(str::trim)
        .next()
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
    // Tests of other front ends may build it at the same time.
    let own = program.with_extension(std::process::id().to_string());
    let status = Command::new(COMPILER)
        .args(["-g", "-O0", "-marm", "-static", "-o"])
        .args([&own, &source.to_owned()])
        .status()
        .unwrap_or_else(|e| panic!("{COMPILER} (Debian: gcc-arm-linux-gnueabihf): {e}"));
    assert!(status.success());
    std::fs::rename(own, &program).unwrap();
    program
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

/// Has each script done by a front end, and compares what it has said. With `SKINK_BLESS` it writes that.
pub(crate) fn all(run: &mut dyn FnMut(&Script) -> String) {
    let bless = std::env::var_os("SKINK_BLESS").is_some();
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(root().join("tests/debug")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "dbg"));
    paths.sort();
    assert!(!paths.is_empty());
    let mut wrong = Vec::new();
    for script in paths.into_iter().map(Script::new) {
        let text = script.plain(&run(&script));
        let expected = script.path.with_extension("expected");
        if bless {
            std::fs::write(&expected, &text).unwrap();
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        if text != wanted {
            let first = text.lines().zip(wanted.lines()).position(|(a, b)| a != b);
            wrong.push(format!(
                "{}: differs in line {:?}, printed:\n{text}",
                script.path.display(),
                first.map(|n| n + 1)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
