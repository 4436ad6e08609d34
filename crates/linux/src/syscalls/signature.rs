//! Argument kinds: what a row's signature says about the registers.

/// The kind of an argument; how it is passed to the host, and how the tracer prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A signed 32-bit number.
    Int,
    /// An unsigned number.
    Uint,
    /// A length in bytes.
    Size,
    /// A number best read in hexadecimal.
    Hex,
    /// A file descriptor.
    Fd,
    /// A file descriptor of mmap2: -1 for none.
    MapFd,
    /// A descriptor of a directory, or AT_FDCWD.
    DirFd,
    /// An optional pointer.
    Ptr,
    /// A pointer that must not be null.
    MustPtr,
    /// A pointer to as many bytes as the next argument says.
    Buf,
    /// A string, taken as it is.
    Str,
    /// A path, looked up under the sysroot first.
    Path,
    /// The same, but a symbolic link at its end is not followed.
    LinkPath,
    /// Permission bits.
    Mode,
    /// A user or group ID of the 16-bit calls.
    Uid16,
    /// A 64-bit number in an even and an odd register (ARM EABI: aligned pairs).
    Off64,
    /// O_* flags.
    OpenFlags,
    /// AT_* flags.
    AtFlags,
    /// PROT_* bits.
    Prot,
    /// MAP_* flags.
    MapFlags,
    /// CLONE_* flags.
    CloneFlags,
    /// A signal.
    Signal,
    /// SEEK_*.
    Whence,
    /// CLOCK_*.
    Clock,
    /// FUTEX_*.
    FutexOp,
    /// F_*.
    FcntlCmd,
    /// An ioctl request.
    Ioctl,
    /// PR_*.
    Prctl,
    /// RLIMIT_*.
    Rlimit,
}

/// Kind names as the signatures spell them.
const KINDS: &[(&str, Kind)] = &[
    ("int", Kind::Int),
    ("uint", Kind::Uint),
    ("size", Kind::Size),
    ("hex", Kind::Hex),
    ("fd", Kind::Fd),
    ("mapfd", Kind::MapFd),
    ("dirfd", Kind::DirFd),
    ("ptr", Kind::Ptr),
    ("mptr", Kind::MustPtr),
    ("buf", Kind::Buf),
    ("str", Kind::Str),
    ("path", Kind::Path),
    ("lpath", Kind::LinkPath),
    ("mode", Kind::Mode),
    ("uid16", Kind::Uid16),
    ("off64", Kind::Off64),
    ("oflags", Kind::OpenFlags),
    ("atflags", Kind::AtFlags),
    ("prot", Kind::Prot),
    ("mmap", Kind::MapFlags),
    ("clone", Kind::CloneFlags),
    ("sig", Kind::Signal),
    ("whence", Kind::Whence),
    ("clock", Kind::Clock),
    ("futex", Kind::FutexOp),
    ("fcntl", Kind::FcntlCmd),
    ("ioctl", Kind::Ioctl),
    ("prctl", Kind::Prctl),
    ("rlimit", Kind::Rlimit),
];

/// One argument of a call: its name, its kind, its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) value: u64,
}

/// The arguments that `signature` finds in the registers. The kinds are checked by a test; an
/// unknown one would read as hexadecimal.
pub(crate) fn arguments(signature: &'static str, regs: [u32; 7]) -> impl Iterator<Item = Argument> {
    let mut next = 0usize;
    signature.split_ascii_whitespace().map(move |word| {
        let (name, kind) = split(word);
        if kind == Kind::Off64 {
            next = next.next_multiple_of(2);
            let value = low_high(&regs, next);
            next += 2;
            return Argument { name, kind, value };
        }
        let value = regs.get(next).copied().unwrap_or(0).into();
        next += 1;
        Argument { name, kind, value }
    })
}

fn split(word: &'static str) -> (&'static str, Kind) {
    let (name, kind) = word.split_once(':').unwrap_or((word, "hex"));
    let found = KINDS.iter().find(|(spelling, _)| *spelling == kind);
    (name, found.map_or(Kind::Hex, |(_, kind)| *kind))
}

/// The 64-bit number in registers `at` and `at + 1`.
pub(crate) fn low_high(regs: &[u32; 7], at: usize) -> u64 {
    let word = |i: usize| regs.get(i).copied().unwrap_or(0) as u64;
    word(at) | word(at + 1) << 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syscalls::table::ROWS;

    #[test]
    fn every_signature_is_well_formed() {
        for row in ROWS {
            for word in row.args.split_ascii_whitespace() {
                let (_, kind) = word.split_once(':').unwrap_or_else(|| panic!("{}: {word}", row.name));
                assert!(KINDS.iter().any(|(spelling, _)| *spelling == kind), "{}: {word}", row.name);
            }
            assert!(arguments(row.args, [0; 7]).count() <= 6, "{}", row.name);
        }
    }

    #[test]
    fn rows_ascend_and_are_found() {
        for pair in ROWS.windows(2) {
            assert!(pair[0].nr < pair[1].nr, "{} {}", pair[0].name, pair[1].name);
        }
        for row in ROWS {
            assert_eq!(crate::syscalls::table::lookup(row.nr).map(|r| r.name), Some(row.name));
        }
        assert!(crate::syscalls::table::lookup(7).is_none());
        assert!(crate::syscalls::table::lookup(0xffff_ffff).is_none());
    }

    #[test]
    fn wide_arguments_use_even_registers() {
        let regs = [10, 11, 12, 13, 14, 15, 16];
        let values = |signature| arguments(signature, regs).map(|a| a.value).collect::<Vec<_>>();
        assert_eq!(values("fd:fd length:off64"), [10, 12 | 13 << 32]);
        assert_eq!(values("fd:fd buf:buf len:size offset:off64"), [10, 11, 12, 14 | 15 << 32]);
        assert_eq!(values("fd:fd mode:hex offset:off64 len:off64"), [10, 11, 12 | 13 << 32, 14 | 15 << 32]);
        assert_eq!(values("fd:fd offset:off64 count:size"), [10, 12 | 13 << 32, 14]);
    }

    /// Calls with pointers that tests/guest/wild.c does not give wild ones with everything else in
    /// order, and why. Its walk over all numbers and its random calls reach them, too.
    const NOT_DIRECTED: &[(&str, &str)] = &[
        ("wait4", "the child is gone before its status is found to go nowhere"),
        ("waitid", "as wait4"),
        ("accept", "the connection is gone before its address is found to go nowhere"),
        ("accept4", "as accept"),
        ("clone", "bad thread ID addresses are ignored"),
        ("set_tid_address", "looked at when the thread ends"),
        ("set_robust_list", "looked at when the thread ends"),
        ("getgroups", "nothing is written for a process without groups"),
        ("getgroups32", "as getgroups"),
        ("flistxattr", "nothing is written for a file without attributes"),
        ("sysfs", "not built into every kernel"),
        ("syslog", "privileged"),
        ("mq_timedsend", "not built into every kernel"),
        ("mq_timedreceive", "as mq_timedsend"),
        ("mq_notify", "as mq_timedsend"),
        ("mq_getsetattr", "as mq_timedsend"),
        ("mq_timedsend_time64", "as mq_timedsend"),
        ("mq_timedreceive_time64", "as mq_timedsend"),
        ("msgrcv", "a message is gone before it is found to go nowhere"),
        ("msgctl", "as semctl"),
        ("shmctl", "as semctl"),
        ("io_getevents", "tests/guest/aio.c, as all of its kind"),
        ("io_submit", "as io_getevents"),
        ("io_cancel", "as io_getevents"),
        ("io_pgetevents", "as io_getevents"),
        ("io_pgetevents_time64", "as io_getevents"),
        ("open_by_handle_at", "privileged"),
        ("pidfd_send_signal", "sends a signal"),
        ("open_tree", "privileged, as the calls for mounts that follow"),
        ("move_mount", "as open_tree"),
        ("fsopen", "as open_tree"),
        ("fsconfig", "as open_tree"),
        ("fspick", "as open_tree"),
        ("mount_setattr", "as open_tree"),
        ("landlock_create_ruleset", "not built into every kernel"),
        ("landlock_add_rule", "as landlock_create_ruleset"),
        ("futex_wake", "tests/guest/futex2.c"),
        ("futex_wait", "as futex_wake"),
        ("futex_requeue", "as futex_wake"),
        ("cachestat", "of Linux 6.5"),
        ("fchmodat2", "of Linux 6.6"),
        ("statmount", "of Linux 6.8"),
        ("listmount", "of Linux 6.8"),
    ];

    #[test]
    fn wild_pointers_are_tried_on_every_call() {
        let source = include_str!("../../../../tests/guest/wild.c");
        let tried = |name: &str| {
            ["C", "O"].iter().any(|by| source.contains(&format!("{by}({name}, ")))
                || source.contains(&format!("{{\"{name}\", "))
        };
        for row in ROWS {
            let pointers = arguments(row.args, [0; 7]).any(|argument| {
                use Kind::{Buf, LinkPath, MustPtr, Path, Ptr, Str};
                matches!(argument.kind, Ptr | MustPtr | Buf | Str | Path | LinkPath)
            });
            let excused = NOT_DIRECTED.iter().any(|(name, _)| *name == row.name);
            assert!(!pointers || tried(row.name) || excused, "{}", row.name);
            assert!(!(tried(row.name) && excused), "{} is excused and tried", row.name);
        }
    }
}
