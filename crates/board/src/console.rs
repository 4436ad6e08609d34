//! The console's two ends.

use std::io;

/// What the console has when a program asks for a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// A character.
    Char(u8),
    /// Nothing yet: the machine stalls on the supervisor call.
    NotYet,
    /// Nothing any more: there will never be another character.
    Ended,
}

/// Where characters come from.
pub trait Input {
    /// The next character. May block; one that cannot says [`Read::NotYet`].
    fn read(&mut self) -> Read;
}

/// Where characters go.
pub trait Output {
    /// Writes all of `bytes`.
    ///
    /// # Errors
    ///
    /// Those of what stands behind it; the machine stops on them.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Shows what has been written: called before the machine waits for input and when it stops.
    ///
    /// # Errors
    ///
    /// As for [`Output::write`].
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Input that is there from the start.
#[derive(Debug, Clone, Default)]
pub struct Bytes {
    bytes: Vec<u8>,
    next: usize,
}

impl Bytes {
    /// All of `bytes`, then the end.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Bytes {
        Bytes { bytes: bytes.into(), next: 0 }
    }
}

impl Input for Bytes {
    fn read(&mut self) -> Read {
        match self.bytes.get(self.next) {
            Some(&byte) => {
                self.next += 1;
                Read::Char(byte)
            }
            None => Read::Ended,
        }
    }
}

impl Output for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}
