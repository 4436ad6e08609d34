//! The page at 0xffff0000: the kernel's user helpers, and the code that returns from signal
//! handlers. It holds ARM code that runs as guest code like any other.
//!
//! Facts: Linux Documentation/arch/arm/kernel_user_helpers.rst; where the signal code lies is the
//! kernel's choice (its own page since 3.11, 0xffff0500 before, as here).

use skink_machine::{Backing, Mapping, Memory, Prot};
use std::io;

/// Where the page is.
pub(crate) const ADDRESS: u32 = 0xffff_0000;
const SIGRETURN: u32 = ADDRESS + 0x500;

/// Code words and where they go, as offsets into the page.
const CODE: [(u32, &[u32]); 6] = [
    // Returning from a signal handler: ARM, Thumb, ARM with siginfo, Thumb with siginfo.
    (
        0x500,
        &[
            0xe3a0_7077, // mov r7, #119 (sigreturn)
            0xef00_0000, // svc #0
            0xdf00_2777, // movs r7, #119; svc #0
            0xe3a0_70ad, // mov r7, #173 (rt_sigreturn)
            0xef00_0000, // svc #0
            0xdf00_27ad, // movs r7, #173; svc #0
        ],
    ),
    // int __kuser_cmpxchg64(const int64_t *old, const int64_t *new, volatile int64_t *ptr)
    (
        0xf60,
        &[
            0xe92d_00f0, // push {r4-r7}
            0xe1c0_40d0, // ldrd r4, r5, [r0]
            0xe1c1_60d0, // ldrd r6, r7, [r1]
            0xf57f_f05b, // dmb ish
            0xe1b2_0f9f, // 1: ldrexd r0, r1, [r2]
            0xe030_3004, // eors r3, r0, r4
            0x0031_3005, // eorseq r3, r1, r5
            0x01a2_3f96, // strexdeq r3, r6, r7, [r2]
            0x0333_0001, // teqeq r3, #1
            0x0aff_fff9, // beq 1b
            0xf57f_f05b, // dmb ish
            0xe273_0000, // rsbs r0, r3, #0: C set if it was stored
            0xe8bd_00f0, // pop {r4-r7}
            0xe12f_ff1e, // bx lr
        ],
    ),
    // void __kuser_memory_barrier(void)
    (
        0xfa0,
        &[
            0xf57f_f05b, // dmb ish
            0xe12f_ff1e, // bx lr
        ],
    ),
    // int __kuser_cmpxchg(int old, int new, volatile int *ptr)
    (
        0xfc0,
        &[
            0xf57f_f05b, // dmb ish
            0xe192_3f9f, // 1: ldrex r3, [r2]
            0xe053_3000, // subs r3, r3, r0
            0x0182_3f91, // strexeq r3, r1, [r2]
            0x0333_0001, // teqeq r3, #1
            0x0aff_fffa, // beq 1b
            0xe273_0000, // rsbs r0, r3, #0
            0xeaff_ffef, // b __kuser_memory_barrier
        ],
    ),
    // void *__kuser_get_tls(void)
    (
        0xfe0,
        &[
            0xee1d_0f70, // mrc p15, 0, r0, c13, c0, 3 (TPIDRURO)
            0xe12f_ff1e, // bx lr
        ],
    ),
    // int32_t __kuser_helper_version
    (0xffc, &[5]),
];

/// Maps the page.
pub(super) fn map(memory: &Memory) -> io::Result<()> {
    memory.map(&Mapping {
        addr: ADDRESS,
        len: 0x1000,
        prot: Prot::RW,
        shared: false,
        backing: Backing::Anonymous,
        host_flags: 0,
        name: "[vectors]".into(),
    })?;
    for (offset, words) in CODE {
        let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        memory.write(ADDRESS + offset, &bytes).map_err(io::Error::other)?;
    }
    memory.protect(ADDRESS, 0x1000, Prot::RX)
}

/// How a signal handler returns.
pub(crate) struct Retcode {
    /// The address to put into LR.
    pub(crate) address: u32,
    /// The same code for the frame, where debuggers recognise it.
    pub(crate) words: [u32; 2],
}

/// The code that makes the system call that `rt` or not calls for.
pub(crate) fn sigreturn_code(thumb: bool, rt: bool) -> Retcode {
    let words = CODE[0].1;
    let index = if rt { 3 } else { 0 } + if thumb { 2 } else { 0 };
    let second = if thumb { 0 } else { words[index + 1] };
    Retcode { address: SIGRETURN + 4 * index as u32 + thumb as u32, words: [words[index], second] }
}
