//! What each instruction does, written once.
//!
//! Every function here follows the manual's pseudocode for one operation and is generic over a
//! [`Builder`]. The interpreter is the Builder whose values are numbers; a translator is one whose
//! values are names of values computed later. That is why nothing here may look at a value: what
//! depends on one is said with [`Builder::select`] or is a primitive of the Builder.
//!
//! Conditional execution, ITSTATE and the advance of PC are the driver's work, not that of
//! [`execute`]: they are the same for all instructions and each Builder has its own best way.
#![forbid(unsafe_code)]

mod builder;
mod data;
mod dispatch;
mod form;
mod media;
mod memory;
mod multiply;
mod simd;
mod system;

pub use builder::{Align, BranchKind, Builder, Exception, FlagName, Site, Size, SysReg};
pub use dispatch::{Handler, execute, handler};
pub use simd::{Precision, RoundBy, Shape, VectorBuilder};
