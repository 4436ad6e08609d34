//! Memory as a debugger reads it.

use skink_machine::{Fault, Memory};

/// Something that has the guest's bytes: its memory, or a copy of some of it.
pub trait ReadMemory {
    /// Reads `buf.len()` bytes from `addr` on.
    ///
    /// # Errors
    ///
    /// The fault of the first byte that cannot be read; `buf` may be partly written then.
    fn read(&self, addr: u32, buf: &mut [u8]) -> Result<(), Fault>;

    /// A little-endian word.
    ///
    /// # Errors
    ///
    /// As [`ReadMemory::read`].
    fn word(&self, addr: u32) -> Result<u32, Fault> {
        let mut bytes = [0; 4];
        self.read(addr, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// A little-endian halfword.
    ///
    /// # Errors
    ///
    /// As [`ReadMemory::read`].
    fn half(&self, addr: u32) -> Result<u16, Fault> {
        let mut bytes = [0; 2];
        self.read(addr, &mut bytes)?;
        Ok(u16::from_le_bytes(bytes))
    }
}

impl ReadMemory for Memory {
    fn read(&self, addr: u32, buf: &mut [u8]) -> Result<(), Fault> {
        Memory::read(self, addr, buf)
    }
}

impl<T: ReadMemory + ?Sized> ReadMemory for &T {
    fn read(&self, addr: u32, buf: &mut [u8]) -> Result<(), Fault> {
        (**self).read(addr, buf)
    }
}

impl<T: ReadMemory + ?Sized> ReadMemory for std::sync::Arc<T> {
    fn read(&self, addr: u32, buf: &mut [u8]) -> Result<(), Fault> {
        (**self).read(addr, buf)
    }
}
