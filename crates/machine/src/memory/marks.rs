//! What a debugger wants to be told of: addresses before which code stops, and ranges whose accesses matter.
//!
//! The marks belong to the memory because all processors that run in it obey the same ones, and because code
//! is decoded from it: a block ends before a trap, so that code without one pays nothing.

use super::Memory;
use crate::fault::Access;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Which accesses of a watched range count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchKind {
    /// Reads.
    Read,
    /// Writes, those that leave the value as it was included.
    Write,
    /// Reads and writes.
    Access,
    /// Writes that change a byte of the range.
    Change,
}

/// A watched range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// Whoever set it knows it by this.
    pub id: u32,
    /// Its first address.
    pub start: u32,
    /// Its length in bytes; the range does not wrap.
    pub len: u32,
    /// What counts.
    pub kind: WatchKind,
    /// If given, an access counts only if what it read or wrote, zero-extended, has these bits (the second)
    /// under this mask (the first).
    pub value: Option<(u64, u64)>,
}

impl Watch {
    /// The part of an access of `size` bytes at `addr` that lies in the range: offset into the access, and length.
    pub fn overlap(&self, addr: u32, size: u32) -> Option<(usize, usize)> {
        let (start, end) = (self.start as u64, self.start as u64 + self.len as u64);
        let from = start.max(addr as u64);
        let to = end.min(addr as u64 + size as u64);
        (from < to).then(|| ((from - addr as u64) as usize, (to - from) as usize))
    }

    /// Whether an access of this kind is looked at.
    pub fn wants(&self, access: Access) -> bool {
        match self.kind {
            WatchKind::Read => access == Access::Read,
            WatchKind::Write | WatchKind::Change => access == Access::Write,
            WatchKind::Access => true,
        }
    }
}

/// The marks of one memory.
#[derive(Debug, Default)]
pub struct Marks {
    /// Addresses; bit 0 is set for Thumb.
    traps: RwLock<BTreeSet<u32>>,
    has_traps: AtomicBool,
    watches: RwLock<Arc<[Watch]>>,
    has_watches: AtomicBool,
}

impl Marks {
    /// Whether code of this instruction set stops before `addr`.
    #[inline]
    pub fn is_trap(&self, addr: u32, thumb: bool) -> bool {
        self.has_traps.load(Ordering::Relaxed) && self.traps_here(addr | thumb as u32)
    }

    #[cold]
    fn traps_here(&self, key: u32) -> bool {
        self.traps.read().unwrap_or_else(PoisonError::into_inner).contains(&key)
    }

    /// Whether any range is watched.
    #[inline]
    pub fn is_watching(&self) -> bool {
        self.has_watches.load(Ordering::Relaxed)
    }

    /// The watched ranges.
    pub fn watches(&self) -> Arc<[Watch]> {
        self.watches.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Memory {
    /// What is marked in it.
    #[inline]
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Has code stop before these addresses, bit 0 set for Thumb, and before no others any more. Processors that
    /// run notice at their next block.
    pub fn set_traps(&self, traps: BTreeSet<u32>) {
        let mut known = self.marks.traps.write().unwrap_or_else(PoisonError::into_inner);
        if *known == traps {
            return;
        }
        self.marks.has_traps.store(!traps.is_empty(), Ordering::Relaxed);
        *known = traps;
        drop(known);
        self.invalidate_code();
    }

    /// Has these ranges watched, and no others any more. A processor that runs notices when it is run again.
    pub fn set_watches(&self, watches: &[Watch]) {
        self.marks.has_watches.store(!watches.is_empty(), Ordering::Relaxed);
        *self.marks.watches.write().unwrap_or_else(PoisonError::into_inner) = watches.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_overlap_of_an_access_and_a_range() {
        let watch = Watch { id: 1, start: 0x102, len: 4, kind: WatchKind::Write, value: None };
        assert_eq!(watch.overlap(0x100, 4), Some((2, 2)));
        assert_eq!(watch.overlap(0x104, 8), Some((0, 2)));
        assert_eq!(watch.overlap(0x106, 4), None);
        assert_eq!(watch.overlap(0xff, 3), None);
        let last = Watch { start: u32::MAX, len: 1, ..watch };
        assert_eq!(last.overlap(0xffff_fffc, 4), Some((3, 1)));
    }

    #[test]
    fn traps_are_of_one_instruction_set_and_make_code_stale() {
        let memory = Memory::new().unwrap();
        let epoch = memory.code_epoch();
        memory.set_traps([0x8001, 0x9000].into());
        assert!(memory.marks().is_trap(0x8000, true) && memory.marks().is_trap(0x9000, false));
        assert!(!memory.marks().is_trap(0x8000, false) && !memory.marks().is_trap(0x9000, true));
        assert_ne!(memory.code_epoch(), epoch);
        let epoch = memory.code_epoch();
        memory.set_traps([0x8001, 0x9000].into());
        assert_eq!(memory.code_epoch(), epoch, "nothing has changed");
    }
}
