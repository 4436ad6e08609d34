//! From where code has been fetched: changes of memory elsewhere leave decoded code as it is.
//!
//! A place is marked before its bytes are read, and memory is changed before the marks are looked at. So whoever
//! read old bytes is seen.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A mark is for so many bytes: a guest's compiler writes new functions beside those that run.
pub(super) const GRANULE: u32 = 64;

/// Marks come into being for so many bytes at a time.
const CHUNK: u32 = 1 << 20;

const WORDS: usize = (CHUNK / GRANULE / 64) as usize;

type Chunk = Box<[AtomicU64; WORDS]>;

/// The marks of an address space.
pub(super) struct Fetched(Box<[OnceLock<Chunk>]>);

impl Fetched {
    pub(super) fn new() -> Fetched {
        Fetched((0..1u64 << 32).step_by(CHUNK as usize).map(|_| OnceLock::new()).collect())
    }

    /// Before code at an address is fetched; a fetch never crosses a granule.
    #[inline]
    pub(super) fn mark(&self, addr: u32) {
        let chunk =
            self.0[(addr / CHUNK) as usize].get_or_init(|| Box::new([const { AtomicU64::new(0) }; WORDS]));
        let granule = addr % CHUNK / GRANULE;
        let (word, bit) = (&chunk[granule as usize / 64], 1 << (granule % 64));
        if word.load(Ordering::Relaxed) & bit == 0 {
            word.fetch_or(bit, Ordering::SeqCst);
        }
    }

    /// Whether code has been fetched from the range.
    pub(super) fn any(&self, start: u32, end: u64) -> bool {
        let mut at = start as u64;
        while at < end {
            let next = (at / CHUNK as u64 + 1) * CHUNK as u64;
            if let Some(chunk) = self.0[(at / CHUNK as u64) as usize].get() {
                let granule = |addr: u64| ((addr % CHUNK as u64) / GRANULE as u64) as usize;
                let (first, last) = (granule(at), granule(next.min(end) - 1));
                let set = |i: &usize| chunk[i / 64].load(Ordering::SeqCst) >> (i % 64) & 1 != 0;
                if (first..=last).any(|i| set(&i)) {
                    return true;
                }
            }
            at = next;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_in_every_range_that_touches_its_granule() {
        let fetched = Fetched::new();
        assert!(!fetched.any(0, 1 << 32));
        fetched.mark(0x10_0044);
        assert!(fetched.any(0, 1 << 32));
        assert!(fetched.any(0x10_007f, 0x10_0080));
        assert!(fetched.any(0x0f_0000, 0x10_0041));
        assert!(!fetched.any(0x0f_0000, 0x10_0040));
        assert!(!fetched.any(0x10_0080, 1 << 32));
        fetched.mark(0xffff_fffe);
        assert!(fetched.any(0xffff_ffff, 1 << 32));
    }
}
