//! The Thumb rows: `narrow` is 16-bit Thumb (ARM ARM A6.2), the others are the groups of A6.3.

pub(crate) mod data;
pub(crate) mod memory;
pub(crate) mod multiply;
pub(crate) mod narrow;
pub(crate) mod system;
