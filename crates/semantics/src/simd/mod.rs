//! VFP and Advanced SIMD (ARM ARM A7, A8.8.277 to A8.8.423).
//!
//! A vector is one value of the Builder: the functions here say which primitives are applied to
//! whole vectors and never go through the elements, so that a translator has a few host
//! instructions to emit for each.

mod builder;
pub(crate) mod memory;
pub(crate) mod shift;
pub(crate) mod transfer;
pub(crate) mod vector;
pub(crate) mod vfp;

pub use builder::{Precision, RoundBy, Shape, VectorBuilder};
