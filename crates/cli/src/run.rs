//! `skink run`.

use crate::args::{ENGINE_VARIABLE, Engine, Policy, RunArgs};
use skink_linux::{Hooks, LogKinds, Options, Program, StartError};
use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What the personality leaves to us.
pub(crate) const HOOKS: Hooks =
    Hooks { show_translation: Some(crate::jit::translation), flame_graph: Some(flame_graph) };

/// Draws stacks.
fn flame_graph(stacks: &str, path: &Path) -> io::Result<()> {
    let mut options = inferno::flamegraph::Options::default();
    options.title = "skink: guest functions".to_owned();
    options.count_name = "samples".to_owned();
    if stacks.is_empty() {
        return Err(io::Error::other("no samples: the program ran too short a time"));
    }
    inferno::flamegraph::from_lines(&mut options, stacks.lines(), File::create(path)?)
        .map_err(io::Error::other)
}

/// Runs the program; comes back only if it cannot be started.
pub(crate) fn run(args: RunArgs) -> ExitCode {
    if args.gdb.is_some() {
        return crate::debug::serve(args);
    }
    if args.replay.is_some() {
        eprintln!("skink: a recording is looked at by `skink debug --replay FILE`");
        return ExitCode::from(2);
    }
    if args.program.is_empty() {
        return no_program();
    }
    if args.record.is_some() && crate::board::program(&args).is_some() {
        eprintln!(
            "skink: --record is for Linux programs; on the board a program does the same each time with the same \
             --input FILE: debug that"
        );
        return ExitCode::from(2);
    }
    if let Some(status) = crate::board::run(&args) {
        return status;
    }
    let record = args.record.clone();
    match (prepare(args), record) {
        (Ok(prepared), Some(file)) => crate::record::run(prepared, &file),
        (Err(status), _) => status,
        (Ok(prepared), None) => failed(skink_linux::run(prepared.options, prepared.program)),
    }
}

/// Says that something is missing.
pub(crate) fn no_program() -> ExitCode {
    eprintln!("skink: expected a program, found none; --help shows how it is given");
    ExitCode::from(2)
}

/// A program for Linux and how to run it.
pub(crate) struct Prepared {
    pub(crate) options: Options,
    pub(crate) program: Program,
    /// Kept open while the program runs: the file of an assembled source has no name any more.
    _open: Option<File>,
}

/// What the command line means.
pub(crate) fn prepare(args: RunArgs) -> Result<Prepared, ExitCode> {
    let (log, log_file) = match args.log.as_deref().map(log_target).transpose() {
        Ok(target) => target.unwrap_or_default(),
        Err(message) => {
            eprintln!("skink: --log: {message}");
            return Err(ExitCode::from(2));
        }
    };
    let options = Options {
        // The program may change its directory; the sysroot stays where it was.
        sysroot: args.sysroot.map(|dir| std::path::absolute(&dir).unwrap_or(dir)),
        stack_size: args.stack_size,
        policy: match args.syscalls {
            Policy::Forward => skink_linux::Policy::Forward,
            Policy::Sandbox => skink_linux::Policy::Sandbox,
            Policy::Deny => skink_linux::Policy::Deny,
        },
        engine: match args.engine {
            Engine::Auto => skink_linux::Engine::Auto,
            Engine::Jit => skink_linux::Engine::Jit,
            Engine::Interp => skink_linux::Engine::Interp,
        },
        code_cache: args.code_cache as usize,
        log,
        log_file,
        verbose: args.verbose,
        stats: args.stats,
        perf_map: args.perf_map,
        profile: args.profile.map(|path| std::path::absolute(&path).unwrap_or(path)),
        hooks: HOOKS,
        ..Options::default()
    };
    let mut words = args.program.into_iter().map(OsString::into_vec);
    let Some(name) = words.next() else { return Err(ExitCode::from(2)) };
    let argv0 = args.argv0.map_or_else(|| name.clone(), OsString::into_vec);
    let mut path = PathBuf::from(OsString::from_vec(name));
    let mut open = None;
    if crate::board::is_source(&path) {
        let (file, name) = assembled(&path, args.dialect)?;
        (open, path) = (Some(file), name);
    }
    let program = Program {
        path,
        argv: std::iter::once(argv0).chain(words).collect(),
        env: environment(args.no_env, &args.set_env, &args.unset_env),
    };
    Ok(Prepared { options, program, _open: open })
}

/// A source, assembled into a file without a name, and a path that leads to it.
fn assembled(source: &Path, dialect: crate::args::DialectArg) -> Result<(File, PathBuf), ExitCode> {
    let bytes = crate::asm::linux_program(source, dialect)?;
    let make = || {
        let mode = Permissions::from_mode(0o700);
        let mut file =
            tempfile::Builder::new().prefix("skink-").suffix(".elf").permissions(mode).tempfile()?;
        file.write_all(&bytes)?;
        // Opened again: what is open for writing cannot be executed.
        File::open(file.into_temp_path())
    };
    match make() {
        Ok(file) => {
            let path = format!("/proc/self/fd/{}", file.as_raw_fd()).into();
            Ok((file, path))
        }
        Err(error) => {
            eprintln!("skink: the assembled program found no place: {error}");
            Err(ExitCode::from(126))
        }
    }
}

/// Reports why nothing was run.
pub(crate) fn failed(result: Result<Infallible, StartError>) -> ExitCode {
    match result {
        Ok(never) => match never {},
        Err(error) => {
            eprintln!("skink: {error}");
            ExitCode::from(error.status as u8)
        }
    }
}

/// `KINDS[=FILE]`. The file is emptied here, since the programs that the guest executes append.
fn log_target(word: &OsStr) -> Result<(LogKinds, Option<PathBuf>), String> {
    let bytes = word.as_bytes();
    let (kinds, file) = match bytes.iter().position(|&b| b == b'=') {
        Some(at) => (&bytes[..at], Some(PathBuf::from(OsStr::from_bytes(&bytes[at + 1..])))),
        None => (bytes, None),
    };
    let kinds = LogKinds::parse(&String::from_utf8_lossy(kinds))?;
    let file = match file {
        None => None,
        Some(path) => {
            std::fs::File::create(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            Some(std::path::absolute(&path).unwrap_or(path))
        }
    };
    Ok((kinds, file))
}

fn environment(empty: bool, set: &[OsString], unset: &[OsString]) -> Vec<Vec<u8>> {
    let mut env = if empty { Vec::new() } else { skink_linux::environment() };
    let own = [ENGINE_VARIABLE.as_bytes(), b"="].concat();
    env.retain(|variable| !variable.starts_with(&own));
    let name_of = |entry: &[u8]| entry.split(|&b| b == b'=').next().unwrap_or_default().to_vec();
    for name in unset {
        env.retain(|entry| name_of(entry) != name.as_bytes());
    }
    for entry in set {
        let entry = entry.as_bytes();
        let name = name_of(entry);
        match env.iter_mut().find(|known| name_of(known) == name) {
            Some(known) => *known = entry.to_vec(),
            None => env.push(entry.to_vec()),
        }
    }
    env
}
