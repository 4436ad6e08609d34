//! VFP and Advanced SIMD (ARM ARM A7): one row serves A32 and T32, whose words differ only in a few
//! bits that the decoder moves beforehand.
//!
//! The manual's should-be-zero bits are fixed bits in these rows: other values are UNPREDICTABLE, and
//! qemu-arm makes them UNDEFINED.
//!
//! Coverage: VFPv2 to VFPv4-D32 with the half-precision conversions, Advanced SIMDv2.

pub mod codec;
pub mod codec_mem;
pub(crate) mod neon_imm;
pub(crate) mod neon_long;
pub(crate) mod neon_mem;
pub(crate) mod neon_misc;
pub(crate) mod neon_same;
pub(crate) mod neon_scalar;
pub(crate) mod neon_shift;
pub mod op;
pub mod operand;
mod read;
pub(crate) mod transfer;
pub(crate) mod vfp;
pub(crate) mod vfp_mem;
