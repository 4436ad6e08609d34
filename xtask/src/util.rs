//! What the other rooms of xtask share: where things are, and running host commands.
//!
//! Every fallible function answers `Result<_, String>`: the string is one message for the maintainer, saying
//! what was expected, what was found and what to do.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The outcome of one step of work.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// How many checks of a step passed and failed.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    pub(crate) fn count(&mut self, ok: bool) {
        if ok { self.passed += 1 } else { self.failed += 1 }
    }

    /// A step in which any check failed is an error for the shell.
    pub(crate) fn into_outcome(self) -> Outcome {
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 { Ok(()) } else { Err(format!("{} failed", self.failed)) }
    }
}

/// The workspace's root directory.
pub(crate) fn root() -> PathBuf {
    // CARGO_MANIFEST_DIR is xtask/; cargo sets it for `cargo run` too, so a moved checkout still works.
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Cargo's target directory.
pub(crate) fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The unpacked Debian armhf tree.
pub(crate) fn sysroot() -> PathBuf {
    root().join(".sysroot/armhf")
}

/// The release build of the emulator.
pub(crate) fn skink() -> PathBuf {
    built_dir().join("release/skink")
}

/// Where Cargo puts what it builds for the target that .cargo/config.toml names.
pub(crate) fn built_dir() -> PathBuf {
    target_dir().join("x86_64-unknown-linux-gnu")
}

/// The first executable of this name on PATH.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| is_executable(file))
}

/// Whether the path is a file that somebody may execute.
pub(crate) fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// A command, shown as the shell would take it.
pub(crate) fn show(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        let arg = arg.to_string_lossy();
        let plain = !arg.is_empty() && arg.chars().all(|c| c.is_alphanumeric() || "-_=/.,:+@%".contains(c));
        text.push(' ');
        if plain { text.push_str(&arg) } else { text.push_str(&format!("{arg:?}")) }
    }
    text
}

/// Runs a command with this terminal; a non-zero status is an error.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|err| format!("cannot start `{}`: {err}", show(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", show(command))) }
}

/// Runs a command quietly; its output is shown only if it fails.
pub(crate) fn run_quiet(command: &mut Command) -> Outcome {
    command.stdin(Stdio::null());
    let output = command.output().map_err(|err| format!("cannot start `{}`: {err}", show(command)))?;
    if output.status.success() {
        return Ok(());
    }
    let tail = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    };
    Err(format!(
        "`{}` ended with {}\n{}\n{}",
        show(command),
        output.status,
        tail(&output.stdout),
        tail(&output.stderr)
    ))
}

/// Builds the release emulator, which is what the compatibility suite, the guest tests and the benchmarks run.
pub(crate) fn build_skink() -> Outcome {
    run(Command::new(cargo()).current_dir(root()).args([
        "build",
        "--release",
        "--package",
        "skink",
        "--quiet",
    ]))
}

/// The cargo that runs us.
pub(crate) fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// `fs` errors name the path they are about.
pub(crate) fn at<T>(path: &Path, result: std::io::Result<T>) -> Outcome<T> {
    result.map_err(|err| format!("{}: {err}", path.display()))
}

/// The value after an option, as in `--runs 5`; removes both from the arguments.
pub(crate) fn take_value(args: &mut Vec<String>, option: &str) -> Outcome<Option<String>> {
    let Some(index) = args.iter().position(|arg| arg == option) else { return Ok(None) };
    if index + 1 >= args.len() {
        return Err(format!("{option} needs a value after it"));
    }
    args.remove(index);
    Ok(Some(args.remove(index)))
}

/// Whether a flag is among the arguments; removes it.
pub(crate) fn take_flag(args: &mut Vec<String>, flag: &str) -> bool {
    let before = args.len();
    args.retain(|arg| arg != flag);
    args.len() != before
}

/// After the known options are taken, nothing that looks like an option may be left.
pub(crate) fn no_more_options(args: &[String]) -> Outcome {
    match args.iter().find(|arg| arg.starts_with('-')) {
        Some(arg) => Err(format!("unknown option {arg}; `cargo xtask help` lists them")),
        None => Ok(()),
    }
}
