//! A set of addresses, as bits by pages.

use std::collections::HashMap;
use std::ops::Range;

const PAGE: u32 = 4096;

#[derive(Debug, Default)]
pub(super) struct ByteSet(HashMap<u32, Box<[u64; PAGE as usize / 64]>>);

impl ByteSet {
    pub(super) fn contains(&self, addr: u32) -> bool {
        let bit = addr % PAGE;
        self.0.get(&(addr / PAGE)).is_some_and(|page| page[bit as usize / 64] >> (bit % 64) & 1 != 0)
    }

    pub(super) fn insert(&mut self, range: Range<u32>) {
        for addr in range {
            let page = self.0.entry(addr / PAGE).or_insert_with(|| Box::new([0; PAGE as usize / 64]));
            let bit = addr % PAGE;
            page[bit as usize / 64] |= 1 << (bit % 64);
        }
    }

    pub(super) fn remove(&mut self, range: Range<u32>) {
        for addr in range {
            let bit = addr % PAGE;
            if let Some(page) = self.0.get_mut(&(addr / PAGE)) {
                page[bit as usize / 64] &= !(1 << (bit % 64));
            }
        }
    }
}
