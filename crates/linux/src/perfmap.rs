//! `--perf-map`: /tmp/perf-PID.map, from which perf(1) takes the names of code that is in no file
//! (tools/perf/Documentation/jit-interface.txt).

use crate::symbols::Symbols;
use skink_engine::Made;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Mutex, PoisonError};

/// The file of this process.
pub(crate) struct PerfMap {
    symbols: Symbols,
    file: Mutex<Option<(u32, File)>>,
}

impl PerfMap {
    pub(crate) fn new() -> PerfMap {
        PerfMap { symbols: Symbols::default(), file: Mutex::new(None) }
    }

    /// Adds a line. What cannot be written is left out: the program does not depend on it.
    pub(crate) fn add(&self, made: &Made<'_>) {
        let Some(first) = made.trace.steps.first() else { return };
        let addr = first.insn.site.addr;
        let name = self.symbols.function(made.memory, addr).name;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let pid = std::process::id();
        if file.as_ref().is_none_or(|(owner, _)| *owner != pid) {
            *file = open(pid, file.as_ref().map(|(owner, _)| *owner));
        }
        if let Some((_, file)) = &mut *file {
            let line = format!("{:x} {:x} {name}@{addr:x}\n", made.at, made.bytes.len());
            let _ = file.write_all(line.as_bytes());
        }
    }
}

fn path(pid: u32) -> String {
    format!("/tmp/perf-{pid}.map")
}

/// The file of a process; a child by fork has its parent's code, and so its lines.
fn open(pid: u32, parent: Option<u32>) -> Option<(u32, File)> {
    // Anybody may have put something there before: only a file of our own making is written.
    let _ = fs::remove_file(path(pid));
    let mut options = OpenOptions::new();
    let mut file = options.append(true).create_new(true).mode(0o644).open(path(pid)).ok()?;
    if let Some(lines) = parent.and_then(|parent| fs::read(path(parent)).ok()) {
        let _ = file.write_all(&lines);
    }
    Some((pid, file))
}
