//! The A32 rows, a file for each group of the manual's chapter A5.

pub(crate) mod data;
pub(crate) mod media;
pub(crate) mod memory;
pub(crate) mod multiply;
pub(crate) mod system;
