//! Scripts of the debugger and what they print: `tests/debug`, whose README says how.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

const COMPILER: &str = "arm-linux-gnueabihf-gcc";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
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
    let status = Command::new(COMPILER)
        .args(["-g", "-O0", "-marm", "-static", "-o"])
        .args([&program, source])
        .status()
        .unwrap_or_else(|e| panic!("{COMPILER} (Debian: gcc-arm-linux-gnueabihf): {e}"));
    assert!(status.success());
    program
}

/// Runs a script: all that is printed, by whichever way.
fn run(path: &Path, script: &str) -> String {
    let mut words = header(script, "program").expect("a program").split_whitespace().map(PathBuf::from);
    let source = words.next().expect("a program");
    let program = match source.extension() {
        Some(extension) if extension == "c" => build(&root().join(&source)),
        _ => source,
    };
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
    command.current_dir(root()).env_clear().args(["debug", "--batch", "-x"]).arg(path);
    command.args(header(script, "options").unwrap_or_default().split_whitespace());
    command.arg(program).args(words);
    command.stdin(Stdio::piped()).stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    // It holds copies of the pipe's end, which must not outlive the child.
    drop(command);
    let input = header(script, "input").unwrap_or_default().replace("\\n", "\n");
    let mut stdin = child.stdin.take().unwrap();
    // A program that reads nothing may have ended.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let text = std::io::read_to_string(reader).unwrap();
    child.wait().unwrap();
    let text = text.replace(&format!("{}/", root().display()), "");
    let text = text.replace(&format!("{}/debug/", env!("CARGO_TARGET_TMPDIR")), "");
    if header(script, "vague").is_some() { without_addresses(&text) } else { text }
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

#[test]
fn scripts_print_what_is_expected() {
    let bless = std::env::var_os("SKINK_BLESS").is_some();
    let mut scripts: Vec<PathBuf> =
        std::fs::read_dir(root().join("tests/debug")).unwrap().map(|entry| entry.unwrap().path()).collect();
    scripts.retain(|path| path.extension().is_some_and(|extension| extension == "dbg"));
    scripts.sort();
    assert!(!scripts.is_empty());
    let mut wrong = Vec::new();
    for path in scripts {
        let script = std::fs::read_to_string(&path).unwrap();
        let text = run(&path, &script);
        let expected = path.with_extension("expected");
        if bless {
            std::fs::write(&expected, &text).unwrap();
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        if text != wanted {
            let first = text.lines().zip(wanted.lines()).position(|(a, b)| a != b);
            wrong.push(format!(
                "{}: differs in line {:?}, printed:\n{text}",
                path.display(),
                first.map(|n| n + 1)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_reader_that_goes_away_does_not_keep_it_from_ending() {
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
    let program = root().join("examples/hello.s");
    // The second fails, and says so to nobody.
    command.args(["debug", "--batch", "--linux", "--ex", "stepi", "--ex", "x/x 1"]).arg(program);
    command.stdin(Stdio::null()).stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    drop(reader);
    for _ in 0..600 {
        if let Some(status) = child.try_wait().unwrap() {
            assert_eq!(status.code(), Some(1));
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("it has not ended in 30 s");
}
