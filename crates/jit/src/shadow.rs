//! The stack that RSP points into while translated code runs: host return addresses of guest calls, and nothing else.
//!
//! Below it lies a page that nobody may access: a call that finds the stack full faults there, and is done once more with
//! an empty one (`machine::fixup`). Its first word is the way of returns without a call. Signal handlers of the host must have a stack
//! of their own (sigaltstack(2)).

use std::io;

/// Bytes of the stack: 32,000 calls. The host gives memory for what is used.
const SIZE: usize = 256 << 10;
/// The page below.
const GUARD: usize = 4096;

/// The stack of one processor.
#[derive(Debug)]
pub struct Shadow {
    start: usize,
}

impl Shadow {
    /// A stack in which returns without a call go to `unmatched`.
    pub(crate) fn new(unmatched: usize) -> io::Result<Shadow> {
        let (prot, flags) = (libc::PROT_NONE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE);
        // SAFETY: a new mapping at an address of the kernel's choice touches nothing that exists.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), GUARD + SIZE, prot, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        // From here on the mapping is undone if something fails.
        let shadow = Shadow { start: start as usize };
        // SAFETY: the range is in our own mapping.
        let changed = unsafe {
            libc::mprotect((shadow.start + GUARD) as *mut _, SIZE, libc::PROT_READ | libc::PROT_WRITE)
        };
        if changed != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the last word of the mapping, which is writable and aligned, and nobody else knows of.
        unsafe { *(shadow.top() as *mut usize) = unmatched };
        Ok(shadow)
    }

    /// RSP when the stack is empty.
    pub fn top(&self) -> usize {
        self.start + GUARD + SIZE - 8
    }
}

impl Drop for Shadow {
    fn drop(&mut self) {
        // SAFETY: mapped in `new`; its processor, which had it for as long as it ran code, is gone.
        unsafe { libc::munmap(self.start as *mut _, GUARD + SIZE) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_stack_leads_to_the_way_of_returns_without_a_call() {
        let shadow = Shadow::new(0x1234_5678).unwrap();
        assert!(shadow.top().is_multiple_of(8));
        // SAFETY: `new` has written there, and nobody else has the stack.
        assert_eq!(unsafe { *(shadow.top() as *const usize) }, 0x1234_5678);
    }
}
