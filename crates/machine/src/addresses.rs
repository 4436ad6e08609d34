//! Maps from guest addresses.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Multiplies by 2^64 over the golden ratio: guest addresses need no more, and nobody gains by choosing bad ones.
#[derive(Debug, Default, Clone, Copy)]
pub struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }
    fn write_u32(&mut self, key: u32) {
        self.write_u64(key.into());
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = (self.0 ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    fn finish(&self) -> u64 {
        // The map takes its buckets from the low bits and its tags from the high ones.
        self.0 ^ self.0 >> 32
    }
}

/// What is found by a guest address, or by one and a few bits.
pub type AddressMap<T> = HashMap<u64, T, BuildHasherDefault<AddressHasher>>;
