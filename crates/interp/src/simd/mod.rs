//! The VFP and Advanced SIMD primitives on values: a vector is a `u128`.

mod builder;
mod element;
mod float;
mod integer;
mod permute;
mod shift;
