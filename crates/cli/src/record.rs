//! `skink run --record`: the program runs as ever, and a file is kept of all that comes to it from outside.

use crate::run::Prepared;
use skink_debuginfo::{Module, Program};
use skink_engine::{Controller, Event, Exit, Interrupter, Kick, Order, Past, Tape, ThreadId};
use skink_linux::debug::{Debuggee, Stage};
use skink_machine::{Cpu, Region};
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How far the program has come is put down so often: what comes after is lost if skink is killed.
const PACE: Duration = Duration::from_millis(100);
/// No larger file is kept for its symbols.
const LARGEST: u64 = 256 << 20;
/// Sources of the program are kept up to so many bytes in all.
const SOURCES: u64 = 16 << 20;

/// Runs a program and records it; the status is the program's.
pub(crate) fn run(prepared: Prepared, path: &Path) -> ExitCode {
    let failed = |error: std::io::Error| {
        eprintln!("skink: {}: {error}", path.display());
        ExitCode::from(2)
    };
    // The program's descriptors are the host's: the file must not be where the program expects its own.
    let file = match File::create(path).and_then(skink_linux::debug::out_of_the_way) {
        Ok(file) => file,
        Err(error) => return failed(error),
    };
    match skink_linux::debug::stage(|stage| watch(&stage, prepared, file, path)) {
        Ok(Ok(Exit::Status(status))) => ExitCode::from(status as u8),
        Ok(Ok(Exit::Signal(number))) => skink_linux::debug::die_by(number),
        Ok(Err(status)) => status,
        Err(_) => ExitCode::from(2),
    }
}

fn watch(stage: &Stage, prepared: Prepared, file: File, path: &Path) -> Result<Exit, ExitCode> {
    let ((tapes, tape), (exits, exit)) = (channel(), channel());
    let recorder = Arc::new(Recorder {
        tape: Mutex::new(tape),
        exits: Mutex::new(exits),
        path: path.to_owned(),
        ended: Mutex::new(false),
    });
    let (options, program) = (prepared.options.clone(), prepared.program.clone());
    let debuggee = stage.start(options, program, recorder.clone()).map_err(|error| {
        eprintln!("skink: {error}");
        ExitCode::from(error.status as u8)
    })?;
    match begin(file, &prepared, &debuggee) {
        Ok(tape) => drop(tapes.send(tape)),
        Err(error) => {
            eprintln!("skink: {}: {error}", path.display());
            // The program waits for its tape: it is to end before its first instruction.
            recorder.exited(Exit::Status(2));
            drop(tapes);
        }
    }
    // The program's end is always told of.
    exit.recv().map_err(|_| ExitCode::from(2))
}

/// The file with what a debugger will want to know of the program.
fn begin(file: File, prepared: &Prepared, debuggee: &Debuggee) -> std::io::Result<Tape> {
    let lines = |words: &[Vec<u8>]| words.join(&0);
    let sysroot = prepared.options.sysroot.clone().unwrap_or_default();
    let executable = debuggee.executable.clone();
    let source = match executable.exists() {
        true => executable.clone(),
        // An assembled source has been unlinked; it is still open.
        false => prepared.program.path.clone(),
    };
    let bytes = std::fs::read(&source).unwrap_or_default();
    let mut about: Vec<(String, Vec<u8>)> = vec![
        ("skink".into(), env!("CARGO_PKG_VERSION").into()),
        ("arguments".into(), lines(&prepared.program.argv)),
        ("environment".into(), lines(&prepared.program.env)),
        ("sysroot".into(), sysroot.as_os_str().as_encoded_bytes().to_vec()),
        ("executable".into(), executable.as_os_str().as_encoded_bytes().to_vec()),
        ("auxv".into(), debuggee.auxv.clone()),
    ];
    about.extend(sources(bytes));
    let about: Vec<(&str, &[u8])> = about.iter().map(|(name, value)| (&**name, &**value)).collect();
    let find = move |region: &Region| {
        let path = Path::new(&*region.name);
        let path = if path == executable { &source } else { path };
        let metadata = std::fs::metadata(path).ok().filter(|m| m.is_file() && m.len() <= LARGEST)?;
        // The region may be of another file than the one that has its name now.
        let same = metadata.ino() == region.file.1;
        std::fs::read(path).ok().filter(|bytes| same && bytes.starts_with(b"\x7fELF"))
    };
    Tape::new(file, &about, Box::new(find))
}

/// The sources that the program's line table names and that are there.
fn sources(program: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let Ok(module) = Module::elf("", program, 0) else { return Vec::new() };
    let mut left = SOURCES;
    let read = |name: String| {
        let size = std::fs::metadata(&name).ok().filter(|m| m.is_file() && m.len() <= left)?.len();
        left -= size;
        let bytes = std::fs::read(&name).ok()?;
        Some((format!("source {name}"), bytes))
    };
    Program::of([module]).sources().into_iter().filter_map(read).collect()
}

/// Lets every thread go on as it likes.
struct Recorder {
    tape: Mutex<Receiver<Tape>>,
    exits: Mutex<Sender<Exit>>,
    path: PathBuf,
    ended: Mutex<bool>,
}

impl Recorder {
    fn has_ended(&self) -> bool {
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Controller for Recorder {
    fn began(&self, thread: ThreadId, interrupter: Interrupter, _: Kick) {
        // There is nothing to put down of the others.
        if thread != std::process::id() {
            return;
        }
        // Its mask is that of a thread that has not begun: everything.
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(PACE);
                interrupter.request();
            }
        });
    }

    fn rest(&self, _: ThreadId, _: Option<Event>, _: &mut Cpu, _: u64) -> (Order, bool) {
        (if self.has_ended() { Order::End } else { Order::Go }, false)
    }

    fn delivers(&self, _: ThreadId) -> bool {
        true
    }

    fn catches(&self, _: u32) -> bool {
        false
    }

    fn calling(&self, _: ThreadId, _: &Cpu, _: u64) {}

    fn past(&self, past: Past) {
        if let Some(why) = past.refused {
            let line = format!("skink: {}: the recording ends here. {why}", self.path.display());
            crate::debug::say(&line);
        }
    }

    fn presses(&self) -> bool {
        false
    }

    fn tape(&self) -> Option<Tape> {
        // It is made while the program waits for it.
        self.tape.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
    }

    fn edits(&self) -> Vec<(u32, u32)> {
        Vec::new()
    }

    fn ended(&self, _: ThreadId) {}

    fn exited(&self, how: Exit) {
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        let _ = self.exits.lock().unwrap_or_else(PoisonError::into_inner).send(how);
    }
}
