//! Linux programs as a debugger sees them.

use crate::run::Prepared;
use object::Endianness;
use object::elf::{FileHeader32, PT_LOAD};
use object::read::elf::{FileHeader, ProgramHeader};
use skink_debug::{Debuggee, Error, Personality, Signal};
use skink_debuginfo::{Module, Program};
use skink_engine::{Controller, ThreadId};
use skink_linux::debug::{SIGNALS, Stage, call_name, call_named};
use skink_machine::memory::PAGE;
use skink_machine::{Memory, Region};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files that have been looked at, by name and first address.
pub(super) type Seen = HashSet<(Arc<str>, u32)>;

/// The first regions of the files that are mapped and have not been looked at.
pub(super) fn unseen(memory: &Memory, seen: &mut Seen) -> Vec<Region> {
    let mut mapped = HashSet::new();
    let mut regions = memory.snapshot();
    regions.retain(|region| {
        region.file != (0, 0)
            && mapped.insert(region.name.clone())
            && seen.insert((region.name.clone(), region.start))
    });
    regions
}

/// A program and how to run it.
pub(crate) struct Linux {
    stage: Stage,
    prepared: Prepared,
    signals: Vec<Signal>,
    /// In this run.
    seen: Seen,
    /// The executable where its name leads nowhere.
    executable: PathBuf,
    auxv: Vec<u8>,
}

impl Linux {
    pub(crate) fn new(stage: Stage, prepared: Prepared) -> Linux {
        Linux {
            stage,
            prepared,
            signals: signals(),
            seen: HashSet::new(),
            executable: PathBuf::new(),
            auxv: Vec::new(),
        }
    }

    fn debug_dirs(&self) -> Vec<PathBuf> {
        self.prepared.options.sysroot.iter().map(|root| root.join("usr/lib/debug")).collect()
    }

    /// What a mapped file is called by whoever wants to read it.
    fn path(&self, region: &Region) -> PathBuf {
        let path = PathBuf::from(&*region.name);
        // An assembled source has been unlinked; it is still open.
        if path == self.executable && !path.exists() { self.prepared.program.path.clone() } else { path }
    }

    fn module(&self, region: &Region) -> Option<Module> {
        let bytes = std::fs::read(self.path(region)).ok()?;
        // What was assembled has no file of its own.
        let unnamed = self.path(region) != Path::new(&*region.name);
        let name = if unnamed { self.name() } else { region.name.to_string() };
        Some(module(&name, region, bytes)?.with_debug_dirs(self.debug_dirs()))
    }
}

/// A file of which a region is mapped.
pub(super) fn module(name: &str, region: &Region, bytes: Vec<u8>) -> Option<Module> {
    let bias = region.start.wrapping_sub(file_address(&bytes, region.offset)?);
    Module::elf(name, bytes, bias).ok()
}

/// What Linux has of them.
pub(super) fn signals() -> Vec<Signal> {
    let signal = |&(number, name, meaning, quiet): &skink_linux::debug::SignalRow| Signal {
        number,
        name,
        meaning,
        quiet,
    };
    SIGNALS.iter().map(signal).collect()
}

/// The address that a file says for the page at an offset of it.
fn file_address(bytes: &[u8], offset: u64) -> Option<u32> {
    let header = FileHeader32::<Endianness>::parse(bytes).ok()?;
    let endian = header.endian().ok()?;
    let segments = header.program_headers(endian, bytes).ok()?;
    let page = |value: u32| value & !(PAGE - 1);
    let holds = |segment: &&object::elf::ProgramHeader32<Endianness>| {
        segment.p_type(endian) == PT_LOAD && u64::from(page(segment.p_offset(endian))) == offset
    };
    segments.iter().find(holds).map(|segment| page(segment.p_vaddr(endian)))
}

impl Personality for Linux {
    fn name(&self) -> String {
        String::from_utf8_lossy(self.prepared.program.argv.first().map_or(&[][..], |name| name)).into_owned()
    }

    fn start(&mut self, controller: Arc<dyn Controller>) -> Result<Debuggee, Error> {
        let (options, program) = (self.prepared.options.clone(), self.prepared.program.clone());
        let started = self.stage.start(options, program, controller);
        let debuggee = started.map_err(|error| Error::new(error.to_string()))?;
        self.seen.clear();
        self.executable = debuggee.executable;
        self.auxv = debuggee.auxv;
        let mut program = Program::default();
        self.refresh(&mut program, &debuggee.memory);
        Ok(Debuggee { memory: debuggee.memory, program })
    }

    fn refresh(&mut self, program: &mut Program, memory: &Memory) {
        let new = unseen(memory, &mut self.seen);
        new.iter().filter_map(|region| self.module(region)).for_each(|module| program.add(module));
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
        // An assembled source has no name that leads to it; skink's own descriptor does.
        let fd = || std::fs::canonicalize(self.prepared.program.path.parent()?).ok();
        match self.executable.exists() {
            true => Some(self.executable.clone()),
            false => Some(fd()?.join(self.prepared.program.path.file_name()?)),
        }
    }

    fn auxiliary_vector(&self) -> Vec<u8> {
        self.auxv.clone()
    }

    fn host_path(&self, path: &Path) -> PathBuf {
        let below = |root: &PathBuf| path.strip_prefix("/").ok().map(|rest| root.join(rest));
        let found = self.prepared.options.sysroot.as_ref().and_then(below);
        found.filter(|found| found.symlink_metadata().is_ok()).unwrap_or_else(|| path.to_owned())
    }

    fn thread_name(&self, thread: ThreadId) -> Option<String> {
        // The guest's threads are the host's, with their names.
        let name = std::fs::read_to_string(format!("/proc/self/task/{thread}/comm")).ok()?;
        Some(name.trim_end().to_owned())
    }

    fn set_arguments(&mut self, arguments: Vec<Vec<u8>>) -> Result<(), Error> {
        self.prepared.program.argv.truncate(1);
        self.prepared.program.argv.extend(arguments);
        Ok(())
    }
}
