//! Bringing an address space back to what it once was: for a debugger that goes back in time.
//!
//! Here is which pages can hold anything but zeros, and how mappings are made again that are gone. What the pages
//! held is kept by whoever asks.

use super::mapping::{host_prot, host_result};
use super::{Memory, PAGE, Region};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::atomic::Ordering;

/// Bits of an entry of /proc/PID/pagemap (Linux Documentation/admin-guide/mm/pagemap.rst).
const PRESENT_OR_SWAPPED: u64 = 3 << 62;

impl Memory {
    /// A number that changes whenever a mapping is made, changed or taken away.
    pub fn layout(&self) -> u64 {
        self.layout.load(Ordering::Relaxed)
    }

    /// The addresses of a region's pages that may hold anything but zeros: those the host has pages for, or all of
    /// a file's. Ascending.
    pub fn populated(&self, region: &Region) -> Vec<u32> {
        let all = || (u64::from(region.start)..region.end).step_by(PAGE as usize).map(|addr| addr as u32);
        if region.file != (0, 0) || region.shared {
            return all().collect();
        }
        let present = self.present(region);
        // A host without the file: every page is looked at.
        let Ok(present) = present else { return all().collect() };
        all().zip(present).filter(|(_, present)| *present).map(|(addr, _)| addr).collect()
    }

    fn present(&self, region: &Region) -> io::Result<Vec<bool>> {
        let map = File::open("/proc/self/pagemap")?;
        let pages = (region.end - u64::from(region.start)) / u64::from(PAGE);
        let mut entries = vec![0; pages as usize * 8];
        let first = self.host(region.start) as u64 / u64::from(PAGE);
        map.read_exact_at(&mut entries, first * 8)?;
        let entry = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_le_bytes);
        Ok(entries.chunks_exact(8).map(|bytes| entry(bytes) & PRESENT_OR_SWAPPED != 0).collect())
    }

    /// Has exactly these regions mapped, ascending and disjoint. What is already mapped as wanted stays and keeps
    /// its contents; the rest is made of zeros, files included: the caller knows what belongs there.
    ///
    /// # Errors
    ///
    /// The host's; part of it may be done then.
    pub fn remake(&self, wanted: &[Region]) -> io::Result<()> {
        let mut regions = self.changing();
        let mut at = 0;
        for region in wanted {
            self.clear(&mut regions, at, region.start.into())?;
            self.make(&regions, region)?;
            at = region.end;
        }
        self.clear(&mut regions, at, 1 << 32)?;
        let gone: Vec<Region> = regions.iter().cloned().collect();
        regions.replace(wanted);
        let changed = |region: &&Region| !wanted.contains(region);
        gone.iter().filter(changed).for_each(|region| self.note_code(std::slice::from_ref(region)));
        Ok(())
    }

    /// Takes away what is mapped between two regions.
    fn clear(&self, regions: &mut super::RegionMap, start: u64, end: u64) -> io::Result<()> {
        if start >= end {
            return Ok(());
        }
        for part in regions.within(start as u32, end) {
            self.reserve(part.start, part.end - u64::from(part.start))?;
        }
        let removed = regions.remove(start as u32, end);
        self.note_code(&removed);
        Ok(())
    }

    /// Makes the parts of a region that are missing or were something else.
    fn make(&self, regions: &super::RegionMap, region: &Region) -> io::Result<()> {
        let mut at = u64::from(region.start);
        for part in regions.within(region.start, region.end) {
            self.zeros(at, part.start.into(), region)?;
            let wanted = region.cut(part.start.into(), part.end);
            let same = (part.shared, part.file) == (wanted.shared, wanted.file)
                && (part.file == (0, 0) || part.offset == wanted.offset);
            if !same {
                self.zeros(part.start.into(), part.end, region)?;
            } else if part.prot != wanted.prot {
                // SAFETY: changes permissions inside our own reservation.
                host_result(unsafe {
                    let len = (part.end - u64::from(part.start)) as usize;
                    libc::mprotect(self.host(part.start).cast(), len, host_prot(wanted.prot))
                })?;
            }
            at = part.end;
        }
        self.zeros(at, region.end, region)
    }

    fn zeros(&self, start: u64, end: u64, region: &Region) -> io::Result<()> {
        if start >= end {
            return Ok(());
        }
        let part = Region { start: start as u32, end, ..region.clone() };
        self.extend(&part, 0, end - start)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Backing, Mapping, Memory, Prot};

    fn map(memory: &Memory, addr: u32, len: u64, prot: Prot, name: &str) {
        let backing = Backing::Anonymous;
        let mapping = Mapping { addr, len, prot, shared: false, backing, host_flags: 0, name: name.into() };
        memory.map(&mapping).unwrap();
    }

    #[test]
    fn regions_come_back_and_what_stayed_keeps_its_contents() {
        crate::fixup::install();
        let memory = Memory::new().unwrap();
        map(&memory, 0x10000, 0x4000, Prot::RW, "a");
        map(&memory, 0x20000, 0x1000, Prot::READ, "b");
        memory.store32(0x10000, 7).unwrap();
        memory.store32(0x12000, 8).unwrap();
        let (was, layout) = (memory.snapshot(), memory.layout());
        memory.unmap(0x12000, 0x1000).unwrap();
        memory.protect(0x10000, 0x1000, Prot::READ).unwrap();
        memory.unmap(0x20000, 0x1000).unwrap();
        map(&memory, 0x30000, 0x1000, Prot::RW, "c");
        assert_ne!(memory.layout(), layout);
        memory.remake(&was).unwrap();
        assert_eq!(memory.snapshot(), was);
        assert_eq!(memory.load32(0x10000), Ok(7));
        assert_eq!(memory.load32(0x12000), Ok(0), "made anew");
        assert!(memory.store32(0x10000, 1).is_ok() && memory.store32(0x20000, 1).is_err());
        assert!(memory.load32(0x30000).is_err());
    }

    #[test]
    fn pages_that_were_never_touched_are_passed_over() {
        crate::fixup::install();
        let memory = Memory::new().unwrap();
        map(&memory, 0x10000, 0x100000, Prot::RW, "a");
        memory.store32(0x15004, 7).unwrap();
        let pages = memory.populated(&memory.region_at(0x10000).unwrap());
        assert!(pages.contains(&0x15000), "{pages:x?}");
        assert!(pages.len() < 0x100 || std::fs::File::open("/proc/self/pagemap").is_err(), "{}", pages.len());
    }
}
