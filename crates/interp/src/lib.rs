//! The interpreter: the Builder whose values are numbers.
//!
//! [`Interp`] gives the primitives of [`skink_semantics::Builder`] their arithmetic on one
//! processor's registers and the guest's memory; [`Block`]s are predecoded runs of instructions.
//! The loop over blocks is the engine's.
#![forbid(unsafe_code)]

mod arith;
mod block;
mod builder;
mod care;
mod decoder;
mod simd;

pub use block::{Block, Decoded, MAX_INSNS, decode_at, decode_word, ends_block, fetch, it_advance, next_it};
pub use builder::{Counts, Interp, Left, Stopped};
pub use care::{Care, Touched};
pub use decoder::Decoder;
// What the engine needs of the meaning to drive the interpreter.
pub use skink_semantics::{Exception, Site};
