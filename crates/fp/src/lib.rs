//! Floating-point arithmetic as the ARM architecture defines it, down to the
//! last flag.
//!
//! Everything here follows the pseudocode of the *ARM Architecture Reference
//! Manual, ARMv7-A and ARMv7-R edition* (DDI 0406C), section A2.7 "Floating-
//! point data types and arithmetic". Where the manual names a function
//! (`FPAdd`, `FPRound`, `FPProcessNaNs`...), the function here that does the
//! same says so. What IEEE 754 leaves open, the manual decides: tininess is
//! detected before rounding, flush-to-zero reports underflow but not inexact,
//! a NaN result is the first signalling operand, then the first quiet one.
//!
//! # Conventions
//!
//! * Values travel as raw bits ([`Format::Bits`]: `u16`, `u32`, `u64`), because
//!   a NaN payload must survive and a host float need not keep it.
//! * [`Fpcr`] holds the control half of the FPSCR. Floating-point (VFP)
//!   instructions use [`Fpcr::from_fpscr`]; Advanced SIMD instructions use
//!   [`Fpcr::standard`].
//! * Cumulative exception bits are OR-ed into a `&mut u32` at their FPSCR
//!   positions (see [`flag`]), so a caller may pass its FPSCR itself. Pass the
//!   *accumulated* flags rather than a zero: if IXC is already set nobody can
//!   see whether one more operation was inexact, and the fast path need not
//!   find out.
//!
//! ```
//! use skink_fp::{F32, Fpcr, add, flag};
//!
//! let mut fpscr = 0x0040_0000; // round towards plus infinity
//! let sum = add::<F32>(1.0f32.to_bits(), 1e-9f32.to_bits(), Fpcr::from_fpscr(fpscr), &mut fpscr);
//! assert_eq!(f32::from_bits(sum), 1.0 + f32::EPSILON);
//! assert_eq!(fpscr, 0x0040_0000 | flag::IXC);
//! ```
//!
//! # Fast path
//!
//! In round-to-nearest the host computes the same result whenever that result
//! is a normal number; only then is it used (see `host`). Everything else goes
//! through an exact significand and a single rounding step.
//!
//! The crate touches nothing outside itself: no memory, no CPU state, no host
//! floating-point environment. It relies on the host environment being Rust's
//! default one (round to nearest, no flush-to-zero).

#![forbid(unsafe_code)]

mod arith;
mod compare;
mod control;
mod convert;
mod estimate;
mod fixed;
mod fma;
mod format;
mod host;
mod nan;
mod round;
mod unpack;

pub use arith::{abs, add, div, mul, neg, sqrt, sub};
pub use compare::{compare, compare_eq, compare_ge, compare_gt, max, min};
pub use control::{Fpcr, Rounding, flag};
pub use convert::{f16_to_f32, f32_to_f16, f32_to_f64, f64_to_f32};
pub use estimate::{
    recip_estimate, recip_step, rsqrt_estimate, rsqrt_step, unsigned_recip_estimate, unsigned_rsqrt_estimate,
};
pub use fixed::{FixedType, from_fixed, to_fixed};
pub use fma::muladd;
pub use format::{F16, F32, F64, Format};
pub use host::Arith;
pub use nan::default_nan;
