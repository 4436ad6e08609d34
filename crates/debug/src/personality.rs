//! What a session wants of the system that a program runs on.

use crate::Error;
use skink_debuginfo::Program;
use skink_engine::{Controller, ThreadId};
use skink_machine::Memory;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A program that has been loaded and is about to do its first instruction.
pub struct Debuggee {
    /// Its memory.
    pub memory: Arc<Memory>,
    /// What is known of what is loaded there.
    pub program: Program,
}

/// A kind of machine with a program for it.
pub trait Personality: Send {
    /// What the program is called.
    fn name(&self) -> String;

    /// Loads the program afresh and has its threads run under a controller.
    ///
    /// # Errors
    ///
    /// What is wrong with the program.
    fn start(&mut self, controller: Arc<dyn Controller>) -> Result<Debuggee, Error>;

    /// Brings `program` up to date with what is loaded now; called whenever the program has stopped.
    fn refresh(&mut self, program: &mut Program, memory: &Memory);

    /// The name of a supervisor or system call.
    fn call_name(&self, number: u32) -> Option<String>;

    /// The number of one.
    fn call_named(&self, name: &str) -> Option<u32>;

    /// The system calls by which files come into memory.
    fn mapping_calls(&self) -> Vec<u32> {
        Vec::new()
    }

    /// The signals that it has.
    fn signals(&self) -> &[Signal] {
        &[]
    }

    /// Whether it is Linux: mappings come and go, files are loaded, there is an auxiliary vector.
    fn is_linux(&self) -> bool {
        false
    }

    /// The file that is executed, if it is one that a debugger can read, by its absolute path.
    fn executable(&self) -> Option<PathBuf> {
        None
    }

    /// The auxiliary vector of the program as it was started (getauxval(3)): pairs of words, little-endian.
    fn auxiliary_vector(&self) -> Vec<u8> {
        Vec::new()
    }

    /// The file that the program means by a path.
    fn host_path(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }

    /// A file that is kept with the program, where it need not be any more: of a recording.
    fn kept(&self, _: &Path) -> Option<Arc<[u8]>> {
        None
    }

    /// What a thread calls itself (prctl(2), PR_SET_NAME).
    fn thread_name(&self, _: ThreadId) -> Option<String> {
        None
    }

    /// Has the next start use these arguments behind the program's name.
    ///
    /// # Errors
    ///
    /// If this machine's programs have none.
    fn set_arguments(&mut self, _: Vec<Vec<u8>>) -> Result<(), Error> {
        Err(Error::new("Programs of this machine take no arguments."))
    }
}

/// A signal of a personality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal {
    /// As the guest knows it.
    pub number: u32,
    /// `SIGINT`.
    pub name: &'static str,
    /// `Interrupt`.
    pub meaning: &'static str,
    /// Whether a debugger lets it pass in silence unless told otherwise: signals of everyday business.
    pub quiet: bool,
}
