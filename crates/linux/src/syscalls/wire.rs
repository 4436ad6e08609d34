//! Structures of the 32-bit ABI, built and read field by field.

use crate::host::Errno;
use skink_machine::Memory;

/// A structure being built, little-endian.
#[derive(Debug, Default)]
pub(crate) struct Out(pub(crate) Vec<u8>);

impl Out {
    pub(crate) fn new() -> Out {
        Out(Vec::with_capacity(128))
    }

    pub(crate) fn u16(mut self, value: u16) -> Out {
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn u32(mut self, value: u32) -> Out {
        self.0.extend(value.to_le_bytes());
        self
    }

    pub(crate) fn u64(mut self, value: u64) -> Out {
        self.0.extend(value.to_le_bytes());
        self
    }

    /// A number that is wider on the host; what does not fit saturates, as times and counters may.
    pub(crate) fn long(self, value: i64) -> Out {
        self.u32(value.clamp(i32::MIN.into(), u32::MAX.into()) as u32)
    }

    pub(crate) fn pad(mut self, bytes: usize) -> Out {
        self.0.resize(self.0.len() + bytes, 0);
        self
    }

    pub(crate) fn write(&self, memory: &Memory, addr: u32) -> Result<(), Errno> {
        memory.write(addr, &self.0)?;
        Ok(())
    }
}

/// `N` consecutive words.
pub(crate) fn words<const N: usize>(memory: &Memory, addr: u32) -> Result<[u32; N], Errno> {
    let mut words = [0; N];
    for (i, word) in words.iter_mut().enumerate() {
        *word = memory.load32(addr.wrapping_add(4 * i as u32))?;
    }
    Ok(words)
}

/// Which of the two time ABIs a call uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// 32-bit seconds.
    T32,
    /// 64-bit seconds (the *_time64 calls).
    T64,
}

/// A timespec.
pub(crate) fn timespec(memory: &Memory, addr: u32, width: Width) -> Result<libc::timespec, Errno> {
    Ok(match width {
        Width::T32 => {
            let [sec, nsec] = words(memory, addr)?;
            libc::timespec { tv_sec: (sec as i32).into(), tv_nsec: (nsec as i32).into() }
        }
        Width::T64 => {
            // The upper half of tv_nsec is padding (Linux get_timespec64, in_compat_syscall).
            let [low, high, nsec] = words(memory, addr)?;
            memory.load32(addr.wrapping_add(12))?;
            libc::timespec {
                tv_sec: (low as u64 | (high as u64) << 32) as i64,
                tv_nsec: (nsec as i32).into(),
            }
        }
    })
}

/// A timespec that may be absent.
pub(crate) fn optional_timespec(
    memory: &Memory,
    addr: u32,
    width: Width,
) -> Result<Option<libc::timespec>, Errno> {
    if addr == 0 { Ok(None) } else { timespec(memory, addr, width).map(Some) }
}

/// Writes a timespec.
pub(crate) fn put_timespec(
    memory: &Memory,
    addr: u32,
    time: libc::timespec,
    width: Width,
) -> Result<(), Errno> {
    let out = match width {
        Width::T32 => Out::new().u32(time.tv_sec as u32).u32(time.tv_nsec as u32),
        Width::T64 => Out::new().u64(time.tv_sec as u64).u64(time.tv_nsec as u64),
    };
    out.write(memory, addr)
}

/// Bytes of a timespec.
pub(crate) fn timespec_size(width: Width) -> u32 {
    match width {
        Width::T32 => 8,
        Width::T64 => 16,
    }
}

/// A timeval of 32-bit fields.
pub(crate) fn timeval(memory: &Memory, addr: u32) -> Result<libc::timeval, Errno> {
    let [sec, usec] = words(memory, addr)?;
    Ok(libc::timeval { tv_sec: (sec as i32).into(), tv_usec: (usec as i32).into() })
}

/// The iovec array of a vectored call, with host addresses. Linux import_iovec: at most 1024, no
/// negative length, no range outside the address space.
pub(crate) fn iovecs(memory: &Memory, addr: u32, count: u32) -> Result<Vec<libc::iovec>, Errno> {
    const UIO_MAXIOV: u32 = 1024;
    if count > UIO_MAXIOV {
        return Err(Errno(libc::EINVAL));
    }
    let mut list = Vec::with_capacity(count as usize);
    for i in 0..count {
        let [base, len] = words(memory, addr.wrapping_add(8 * i))?;
        if len > i32::MAX as u32 {
            return Err(Errno(libc::EINVAL));
        }
        if base as u64 + len as u64 > 1 << 32 {
            return Err(Errno(libc::EFAULT));
        }
        list.push(libc::iovec { iov_base: memory.host(base).cast(), iov_len: len as usize });
    }
    Ok(list)
}

/// A NUL-terminated string of at most PATH_MAX bytes, as the calls that take paths read it.
pub(crate) fn path_bytes(memory: &Memory, addr: u32) -> Result<Vec<u8>, Errno> {
    memory.read_cstr(addr, libc::PATH_MAX as usize)?.ok_or(Errno(libc::ENAMETOOLONG))
}
