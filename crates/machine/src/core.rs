//! What translated code sees of its processor: the registers, and beside them what it shares with the
//! engine.

use crate::Cpu;

/// A processor as translated code addresses it: by offsets from one host register.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Core {
    /// The registers.
    pub cpu: Cpu,
    /// The rest.
    pub links: Links,
}

/// What translated code and the engine tell each other. Addresses of the host are plain numbers here, so
/// that a processor may move between host threads while it does not run.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Links {
    /// Address of the word that is not 0 when the processor is asked to stop.
    pub interrupt: usize,
    /// Address of the table from guest addresses to translated code.
    pub lookup: usize,
    /// Address of the function that interprets one instruction.
    pub interpret: usize,
    /// What that function needs besides the processor.
    pub context: usize,
    /// S, Z, C and O of the host as they were at a fault, a byte each.
    pub fault_flags: [u8; 4],
    /// The host address of the access that faulted.
    pub fault_rip: u64,
    /// The marker of the fault, see [`crate::fixup`].
    pub fault_marker: u64,
    /// Where values wait that found no host register.
    pub spill: [u64; 8],
}
