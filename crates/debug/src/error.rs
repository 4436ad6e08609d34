//! What the user is told when something cannot be done.

use skink_machine::Fault;
use std::fmt;

/// Why something was not done, in a sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    /// With this sentence.
    pub fn new(text: impl Into<String>) -> Error {
        Error(text.into())
    }

    pub(crate) fn not_running() -> Error {
        Error::new("The program is not being run.")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error::new(format!("Cannot access memory at address {:#x}", fault.addr))
    }
}
