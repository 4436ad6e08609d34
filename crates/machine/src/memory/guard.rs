//! Pages that a debugger wants to know accesses of without looking at each one: for as long as guest code runs they
//! cannot be written, or not even read, and the fault says where.
//!
//! The region map knows nothing of it, so a guard must not stay while anybody but guest code uses the memory.

use super::mapping::{host_prot, host_result};
use super::{Memory, PAGE, Prot, Region};
use std::io;

/// A range of addresses, by the first and a length that is not 0, and whether reads matter as well.
pub type Guarded = (u32, u32, bool);

impl Memory {
    /// Guards the pages of these ranges.
    ///
    /// # Errors
    ///
    /// The host's; some may be guarded then.
    pub fn guard(&self, ranges: &[Guarded]) -> io::Result<()> {
        for (start, len, reads) in ranges {
            let prot = if *reads { libc::PROT_NONE } else { libc::PROT_READ };
            for region in self.pages(*start, *len) {
                if region.prot.contains(Prot::WRITE) || *reads && region.prot != Prot::NONE {
                    self.set(&region, prot)?;
                }
            }
        }
        Ok(())
    }

    /// Takes the guard away.
    ///
    /// # Errors
    ///
    /// The host's.
    pub fn unguard(&self, ranges: &[Guarded]) -> io::Result<()> {
        for (start, len, _) in ranges {
            for region in self.pages(*start, *len) {
                self.set(&region, host_prot(region.prot))?;
            }
        }
        Ok(())
    }

    fn pages(&self, start: u32, len: u32) -> Vec<Region> {
        let first = start & !(PAGE - 1);
        let end = (u64::from(start) + u64::from(len)).next_multiple_of(PAGE.into());
        self.regions_in(first, end - u64::from(first))
    }

    fn set(&self, region: &Region, prot: i32) -> io::Result<()> {
        let len = (region.end - u64::from(region.start)) as usize;
        // SAFETY: changes permissions inside our own reservation, which no Rust reference points into.
        host_result(unsafe { libc::mprotect(self.host(region.start).cast(), len, prot) })
    }
}

#[cfg(test)]
mod tests {
    use crate::{Backing, Mapping, Memory, Prot};

    #[test]
    fn a_guarded_page_faults_and_is_as_it_was_afterwards() {
        crate::fixup::install();
        let memory = Memory::new().unwrap();
        for (addr, prot) in [(0x10000, Prot::RW), (0x12000, Prot::READ)] {
            let backing = Backing::Anonymous;
            let mapping =
                Mapping { addr, len: 0x2000, prot, shared: false, backing, host_flags: 0, name: "".into() };
            memory.map(&mapping).unwrap();
        }
        let guards = [(0x11ffc, 8, false), (0x10010, 4, true)];
        memory.guard(&guards).unwrap();
        assert!(memory.load32(0x10000).is_err() && memory.store32(0x10000, 1).is_err());
        assert!(memory.load32(0x11000).is_ok() && memory.store32(0x11000, 1).is_err());
        assert!(memory.load32(0x12000).is_ok());
        memory.unguard(&guards).unwrap();
        assert!(memory.store32(0x10000, 1).is_ok() && memory.store32(0x11000, 1).is_ok());
        assert!(memory.load32(0x12000).is_ok() && memory.store32(0x12000, 1).is_err());
    }
}
