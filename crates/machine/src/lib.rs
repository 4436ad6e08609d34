//! The machine that guest code runs on: the state of one processor ([`Cpu`]), the guest's
//! 4 GiB address space ([`Memory`]), and what can go wrong in it ([`Fault`]).
//!
//! The room knows no instruction and no operating system. It is one of the three crates that may
//! hold `unsafe` code: guest memory is host memory here, reached through a base address without a
//! check, and a wild guest pointer becomes a [`Fault`] by way of the host's SIGSEGV (see
//! [`fixup`]).

mod addresses;
mod core;
pub mod cpu;
pub mod fault;
pub mod fixup;
pub mod memory;
mod raw;

pub use addresses::{AddressHasher, AddressMap};
pub use core::{Core, Links};
pub use cpu::{Cpu, ExclusiveMonitor};
pub use fault::{Access, Fault, FaultKind};
pub use memory::{Backing, Mapping, Memory, Prot, Region, Watch, WatchKind};
