//! What a session wants of the system that a program runs on.

use crate::Error;
use skink_debuginfo::Program;
use skink_engine::Controller;
use skink_machine::Memory;
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

    /// The signals that it has.
    fn signals(&self) -> &[Signal] {
        &[]
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
