//! What a guest memory access can end in when it does not succeed.

use std::fmt;

/// What the access wanted to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A data read.
    Read,
    /// A data write.
    Write,
    /// An instruction fetch.
    Fetch,
}

/// Why the access failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// No mapping at the address (Linux: SIGSEGV, SEGV_MAPERR).
    Unmapped,
    /// A mapping that does not permit the access (Linux: SIGSEGV, SEGV_ACCERR).
    Permission,
    /// An address that the instruction requires to be aligned and is not (ARM ARM A3.2.1;
    /// Linux: SIGBUS, BUS_ADRALN).
    Alignment,
    /// A mapping whose file ends before the address (Linux: SIGBUS, BUS_ADRERR).
    Bus,
}

/// A guest memory access that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The guest address that could not be accessed: for an access that straddles two pages, the
    /// first byte of it that lies on the failing page.
    pub addr: u32,
    /// What the access wanted.
    pub access: Access,
    /// Why it failed.
    pub kind: FaultKind,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.access {
            Access::Read => "read from",
            Access::Write => "write to",
            Access::Fetch => "instruction fetch from",
        };
        let why = match self.kind {
            FaultKind::Unmapped => "nothing is mapped there",
            FaultKind::Permission => "the mapping does not permit it",
            FaultKind::Alignment => "the address is not aligned as the instruction requires",
            FaultKind::Bus => "the mapped file ends before it",
        };
        write!(f, "{what} {:#010x}: {why}", self.addr)
    }
}

impl std::error::Error for Fault {}
