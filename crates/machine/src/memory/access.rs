//! Loads, stores, atomics and copies: every way to reach a byte of guest memory.

use super::fetched::GRANULE;
use super::{Memory, Prot};
use crate::fault::{Access, Fault, FaultKind};
use crate::raw;
use std::sync::atomic::Ordering;

macro_rules! accessors {
    ($($load:ident $store:ident $cas:ident $ty:ty, $bits:literal;)*) => { $(
        #[doc = concat!("Loads ", $bits, " bits, little-endian, at any alignment.")]
        ///
        /// # Errors
        ///
        /// A [`Fault`] where the guest may not read.
        #[inline(always)]
        pub fn $load(&self, addr: u32) -> Result<$ty, Fault> {
            // SAFETY: a guest address plus at most 8 lies in the reservation or its guard zone.
            match unsafe { raw::$load(self.base, addr as u64) } {
                Ok(value) => Ok(value),
                Err(marker) => Err(self.fault(marker, addr, Access::Read)),
            }
        }

        #[doc = concat!("Stores ", $bits, " bits, little-endian, at any alignment.")]
        ///
        /// # Errors
        ///
        /// A [`Fault`] where the guest may not write.
        #[inline(always)]
        pub fn $store(&self, addr: u32, value: $ty) -> Result<(), Fault> {
            // SAFETY: as for the load.
            match unsafe { raw::$store(self.base, addr as u64, value) } {
                Ok(()) => Ok(()),
                Err(marker) => Err(self.fault(marker, addr, Access::Write)),
            }
        }

        #[doc = concat!("Stores `new` if the ", $bits, " bits at `addr` equal `old`, atomically; says whether it did.")]
        ///
        /// # Errors
        ///
        /// A [`Fault`] where the guest may not write.
        #[inline(always)]
        pub fn $cas(&self, addr: u32, old: $ty, new: $ty) -> Result<bool, Fault> {
            // SAFETY: as for the load.
            match unsafe { raw::$cas(self.base, addr as u64, old, new) } {
                Ok(stored) => Ok(stored),
                Err(marker) => Err(self.fault(marker, addr, Access::Write)),
            }
        }
    )* };
}

impl Memory {
    accessors! {
        load8 store8 cas8 u8, 8;
        load16 store16 cas16 u16, 16;
        load32 store32 cas32 u32, 32;
        load64 store64 cas64 u64, 64;
    }

    /// Reads `buf.len()` bytes.
    ///
    /// # Errors
    ///
    /// A [`Fault`] at the first byte that the guest may not read or that lies past 4 GiB; `buf` is
    /// partly written then.
    pub fn read(&self, addr: u32, buf: &mut [u8]) -> Result<(), Fault> {
        self.within(addr, buf.len(), Access::Read)?;
        // SAFETY: `buf` is writable for its length; the guest side may fault.
        unsafe { raw::copy(buf.as_mut_ptr(), self.host(addr), buf.len()) }
            .map_err(|marker| self.fault(marker, addr, Access::Read))
    }

    /// Writes all of `buf`.
    ///
    /// # Errors
    ///
    /// A [`Fault`] at the first byte that the guest may not write or that lies past 4 GiB; what
    /// comes before it is written then.
    pub fn write(&self, addr: u32, buf: &[u8]) -> Result<(), Fault> {
        self.within(addr, buf.len(), Access::Write)?;
        // SAFETY: `buf` is readable for its length; the guest side may fault.
        unsafe { raw::copy(self.host(addr), buf.as_ptr(), buf.len()) }
            .map_err(|marker| self.fault(marker, addr, Access::Write))
    }

    /// Reads a NUL-terminated string of at most `max` bytes, without the NUL; `None` if there is no
    /// NUL among the first `max` bytes.
    ///
    /// # Errors
    ///
    /// A [`Fault`] at the first unreadable byte before the NUL.
    pub fn read_cstr(&self, addr: u32, max: usize) -> Result<Option<Vec<u8>>, Fault> {
        let mut string = Vec::new();
        let mut at = addr;
        while string.len() < max {
            // A page at a time, so that a string that ends just before an unmapped page is found.
            let chunk = (super::PAGE - at % super::PAGE) as usize;
            let mut buf = [0u8; super::PAGE as usize];
            let chunk = &mut buf[..chunk.min(max - string.len())];
            self.read(at, chunk)?;
            if let Some(end) = chunk.iter().position(|&b| b == 0) {
                string.extend_from_slice(&chunk[..end]);
                return Ok(Some(string));
            }
            string.extend_from_slice(chunk);
            at = at.wrapping_add(chunk.len() as u32);
        }
        Ok(None)
    }

    /// For fetching code, to be decoded at once.
    #[inline]
    pub fn code(&self) -> Code<'_> {
        Code { memory: self, granule: NO_GRANULE }
    }

    fn executable(&self, addr: u32) -> Result<(), Fault> {
        // Permissions change with the epoch, and code is fetched a page at a time.
        let here = self.code_epoch() << 20 | addr as u64 >> 12;
        if self.fetched_page.load(Ordering::Relaxed) == here {
            return Ok(());
        }
        let kind = match self.regions().at(addr) {
            Some(region) if region.prot.contains(Prot::EXEC) => {
                self.fetched_page.store(here, Ordering::Relaxed);
                return Ok(());
            }
            Some(_) => FaultKind::Permission,
            None => FaultKind::Unmapped,
        };
        Err(Fault { addr, access: Access::Fetch, kind })
    }

    /// A range must not wrap around the end of the address space: the bytes behind it are not the
    /// guest's.
    fn within(&self, addr: u32, len: usize, access: Access) -> Result<(), Fault> {
        if addr as u64 + len as u64 > 1 << 32 {
            return Err(Fault { addr: 0, access, kind: FaultKind::Unmapped });
        }
        Ok(())
    }
}

/// Fetches code. What it fetches must be decoded at once: each stretch is seen to be executable when its first
/// instruction is fetched, and changes after that are told by [`Memory::code_epoch`] alone.
pub struct Code<'a> {
    memory: &'a Memory,
    /// The stretch that code was fetched from last.
    granule: u32,
}

/// One that there is not.
const NO_GRANULE: u32 = u32::MAX;

impl Code<'_> {
    /// Fetches 16 bits of code.
    ///
    /// # Errors
    ///
    /// A [`Fault`] where the guest may not execute.
    #[inline]
    pub fn fetch16(&mut self, addr: u32) -> Result<u16, Fault> {
        self.enter(addr)?;
        self.memory.load16(addr).map_err(|fault| Fault { access: Access::Fetch, ..fault })
    }

    /// Fetches 32 bits of code, which do not cross a page if `addr` is a multiple of 4.
    ///
    /// # Errors
    ///
    /// A [`Fault`] where the guest may not execute.
    #[inline]
    pub fn fetch32(&mut self, addr: u32) -> Result<u32, Fault> {
        self.enter(addr)?;
        self.memory.load32(addr).map_err(|fault| Fault { access: Access::Fetch, ..fault })
    }

    #[inline]
    fn enter(&mut self, addr: u32) -> Result<(), Fault> {
        if addr / GRANULE != self.granule {
            self.memory.fetched.mark(addr);
            self.memory.executable(addr)?;
            self.granule = addr / GRANULE;
        }
        Ok(())
    }
}
