//! siginfo_t: 128 bytes on both sides, but the 32-bit one has its union at offset 12, and pointers
//! and clock_t of 4 bytes (asm-generic/siginfo.h; Linux kernel/signal.c, copy_siginfo_to_external32).

use crate::host::{self, SigInfo};

/// A siginfo_t in the guest's layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GuestInfo(pub(crate) [u8; 128]);

pub(crate) const SI_KERNEL: i32 = 128;

impl GuestInfo {
    /// One with the three fields that all have.
    pub(crate) fn new(signal: i32, code: i32) -> GuestInfo {
        let mut info = GuestInfo([0; 128]);
        info.set(0, signal as u32);
        info.set(8, code as u32);
        info
    }

    /// Sent by the kernel without an address.
    pub(crate) fn kernel(signal: i32) -> GuestInfo {
        GuestInfo::new(signal, SI_KERNEL)
    }

    /// A fault at a guest address.
    pub(crate) fn fault(signal: i32, code: i32, addr: u32) -> GuestInfo {
        let mut info = GuestInfo::new(signal, code);
        info.set(12, addr);
        info
    }

    pub(crate) fn get(&self, at: usize) -> u32 {
        u32::from_le_bytes([self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]])
    }

    pub(crate) fn set(&mut self, at: usize, value: u32) {
        self.0[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn signal(&self) -> i32 {
        self.get(0) as i32
    }

    pub(crate) fn code(&self) -> i32 {
        self.get(8) as i32
    }

    pub(crate) fn addr(&self) -> u32 {
        self.get(12)
    }

    /// From the host's layout.
    pub(crate) fn from_host(info: &SigInfo) -> GuestInfo {
        let bytes = host::bytes_of(info);
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let mut guest = GuestInfo::new(info.si_signo, info.si_code);
        guest.set(4, info.si_errno as u32);
        // Host offset 16 is the union. (from, to) pairs of words to carry over.
        let words: &[(usize, usize)] = match (info.si_code, info.si_signo) {
            // kill, tkill: pid, uid
            (0 | -6, _) => &[(16, 12), (20, 16)],
            // timers: tid, overrun, the low word of sigval
            (-2, _) => &[(16, 12), (20, 16), (24, 20)],
            // SIGIO: band (a long), fd
            (-5 | 1..=6, libc::SIGPOLL) => &[(16, 12), (24, 16)],
            // sigqueue, message queues, asynchronous I/O: pid, uid, the low word of sigval
            (i32::MIN..0, _) => &[(16, 12), (20, 16), (24, 20)],
            // children: pid, uid, status, utime, stime
            (1..=6, libc::SIGCHLD) => &[(16, 12), (20, 16), (24, 20), (32, 24), (40, 28)],
            (_, libc::SIGSYS) => &[(16, 12), (24, 16), (28, 20)],
            _ => &[(16, 12), (20, 16), (24, 20)],
        };
        for &(from, to) in words {
            guest.set(to, word(from));
        }
        guest
    }

    /// To the host's layout, for rt_sigqueueinfo.
    pub(crate) fn to_host(self) -> SigInfo {
        let mut bytes = [0u8; 128];
        let mut put = |at: usize, value: u32| bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        put(0, self.get(0));
        put(4, self.get(4));
        put(8, self.get(8));
        for (to, from) in [(16, 12), (20, 16), (24, 20)] {
            put(to, self.get(from));
        }
        host::siginfo_from(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_signal_moves_its_fields_up() {
        let mut bytes = [0u8; 128];
        let fields = [(0, 17u32), (8, 1), (16, 1234), (20, 1000), (24, 42), (32, 7), (40, 9)];
        for (at, value) in fields {
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        let guest = GuestInfo::from_host(&host::siginfo_from(bytes));
        assert_eq!([12, 16, 20, 24, 28].map(|at| guest.get(at)), [1234, 1000, 42, 7, 9]);
        assert_eq!((guest.signal(), guest.code()), (17, 1));
    }

    #[test]
    fn a_queued_value_survives_both_ways() {
        let mut info = GuestInfo::new(34, -1);
        info.set(12, 99);
        info.set(16, 1000);
        info.set(20, 0xdead_beef);
        // The host's si_pid, si_uid and si_value are 4 bytes further on (siginfo_t of 64 bits).
        let host = info.to_host();
        let bytes = host::bytes_of(&host);
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        assert_eq!([0, 8, 16, 20, 24].map(word), [34, u32::MAX, 99, 1000, 0xdead_beef]);
        assert_eq!(GuestInfo::from_host(&host), info);
    }
}
