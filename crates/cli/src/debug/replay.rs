//! `skink debug --replay`: a recording in the place of a program.

use super::linux::{Seen, module, signals, unseen};
use super::printed::Printed;
use skink_debug::{Debuggee, Error, Personality, Signal};
use skink_debuginfo::Program;
use skink_engine::{Controller, Ending, Exit, Recalled, Recording};
use skink_linux::debug::{SIGNALS, call_name, call_named};
use skink_machine::Memory;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// A recording, and what has been looked at of it.
pub(super) struct Replay {
    recording: Arc<Recording>,
    signals: Vec<Signal>,
    seen: Seen,
}

impl Replay {
    /// Reads one; says what is wrong with it.
    pub(super) fn open(path: &Path) -> Result<Replay, ExitCode> {
        let read = || {
            let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
            Recording::read(&bytes)
        };
        let recording = read().map_err(|error| {
            super::say(&format!("skink: {}: {error}", path.display()));
            ExitCode::from(2)
        })?;
        if recording.rest() > 0 {
            super::say(&format!(
                "skink: {}: the file ends in the middle of a record: its last {} bytes are left out",
                path.display(),
                recording.rest()
            ));
        }
        Ok(Replay { recording: Arc::new(recording), signals: signals(), seen: Seen::new() })
    }

    fn about(&self, name: &str) -> Option<PathBuf> {
        let bytes = self.recording.about(name).filter(|bytes| !bytes.is_empty())?;
        Some(PathBuf::from(OsStr::from_bytes(bytes)))
    }

    /// What is said at the end.
    fn ends(&self) -> String {
        match self.recording.ending() {
            Ending::Exited(Exit::Status(0)) => "The recording ends here: the program exited normally.".into(),
            Ending::Exited(Exit::Status(status)) => {
                format!("The recording ends here: the program exited with code {status:02o}.")
            }
            Ending::Exited(Exit::Signal(number)) => {
                let known = SIGNALS.iter().find(|row| row.0 == *number as u32);
                let name = known.map_or(format!("SIG{number}"), |row| format!("{}, {}", row.1, row.2));
                format!("The recording ends here: the program was terminated by signal {name}.")
            }
            Ending::Because(why) => format!("The recording ends here. {why}"),
            Ending::Cut => "The recording ends here: it was cut off, what came after is not known.".into(),
        }
    }
}

impl Personality for Replay {
    fn name(&self) -> String {
        let arguments = self.recording.about("arguments").unwrap_or_default();
        let first = arguments.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(first).into_owned()
    }

    fn start(&mut self, controller: Arc<dyn Controller>) -> Result<Debuggee, Error> {
        let memory = self.recording.memory().map_err(|error| Error::new(error.to_string()))?;
        self.seen.clear();
        let mut program = Program::default();
        self.refresh(&mut program, &memory);
        let (recording, played, ends) = (self.recording.clone(), memory.clone(), self.ends());
        std::thread::spawn(move || {
            const THREAD: u32 = 1;
            let mut printed = Printed::default();
            let witness = Box::new(move |call: &Recalled<'_>| printed.call(call));
            if let Err(error) = recording.play(played, THREAD, controller.clone(), ends, witness) {
                super::say(&format!("skink: the recording cannot be replayed: {error}"));
                controller.exited(Exit::Status(2));
            }
            controller.ended(THREAD);
        });
        Ok(Debuggee { memory, program })
    }

    fn refresh(&mut self, program: &mut Program, memory: &Memory) {
        for region in unseen(memory, &mut self.seen) {
            if let Some(bytes) = self.recording.file(&region.name)
                && let Some(module) = module(&region.name, &region, bytes.to_vec())
            {
                program.add(module);
            }
        }
    }

    fn call_name(&self, number: u32) -> Option<String> {
        call_name(number).map(str::to_owned)
    }

    fn call_named(&self, name: &str) -> Option<u32> {
        call_named(name)
    }

    fn mapping_calls(&self) -> Vec<u32> {
        // A file that is mapped brings its first page by this, whatever protection is set later.
        call_named("mmap2").into_iter().collect()
    }

    fn signals(&self) -> &[Signal] {
        &self.signals
    }

    fn is_linux(&self) -> bool {
        true
    }

    fn executable(&self) -> Option<PathBuf> {
        self.about("executable")
    }

    fn auxiliary_vector(&self) -> Vec<u8> {
        self.recording.about("auxv").unwrap_or_default().to_vec()
    }

    fn kept(&self, path: &Path) -> Option<Arc<[u8]>> {
        let name = path.to_string_lossy();
        if let Some(text) = self.recording.about(&format!("source {name}")) {
            return Some(text.into());
        }
        let below = self.about("sysroot").map(|root| root.join(name.trim_start_matches('/')));
        let below = below.and_then(|path| self.recording.file(&path.to_string_lossy()));
        below.or_else(|| self.recording.file(&name))
    }
}
