//! Signals by gdb's numbers, which are of no system (gdb's include/gdb/signals.def).

use gdbstub::common::Signal;
use skink_debug::Handling;

/// The signals that Linux and gdb number differently, and the rest of those with names.
const NAMES: &[(&str, Signal)] = &[
    ("SIGHUP", Signal::SIGHUP),
    ("SIGINT", Signal::SIGINT),
    ("SIGQUIT", Signal::SIGQUIT),
    ("SIGILL", Signal::SIGILL),
    ("SIGTRAP", Signal::SIGTRAP),
    ("SIGABRT", Signal::SIGABRT),
    ("SIGBUS", Signal::SIGBUS),
    ("SIGFPE", Signal::SIGFPE),
    ("SIGKILL", Signal::SIGKILL),
    ("SIGUSR1", Signal::SIGUSR1),
    ("SIGSEGV", Signal::SIGSEGV),
    ("SIGUSR2", Signal::SIGUSR2),
    ("SIGPIPE", Signal::SIGPIPE),
    ("SIGALRM", Signal::SIGALRM),
    ("SIGTERM", Signal::SIGTERM),
    ("SIGCHLD", Signal::SIGCHLD),
    ("SIGCONT", Signal::SIGCONT),
    ("SIGSTOP", Signal::SIGSTOP),
    ("SIGTSTP", Signal::SIGTSTP),
    ("SIGTTIN", Signal::SIGTTIN),
    ("SIGTTOU", Signal::SIGTTOU),
    ("SIGURG", Signal::SIGURG),
    ("SIGXCPU", Signal::SIGXCPU),
    ("SIGXFSZ", Signal::SIGXFSZ),
    ("SIGVTALRM", Signal::SIGVTALRM),
    ("SIGPROF", Signal::SIGPROF),
    ("SIGWINCH", Signal::SIGWINCH),
    ("SIGIO", Signal::SIGIO),
    ("SIGPWR", Signal::SIGPWR),
    ("SIGSYS", Signal::SIGSYS),
];

/// A guest's signal for gdb.
pub(crate) fn to_gdb(known: &[Handling], number: u32) -> Signal {
    let name = known.iter().find(|handling| handling.signal.number == number).map(|h| h.signal.name);
    let named = NAMES.iter().find(|(gdb, _)| Some(*gdb) == name);
    match (named, number) {
        (Some((_, signal)), _) => *signal,
        // SIGKILL and SIGSTOP never come to a debugger but as the way a program ended.
        (None, 9) => Signal::SIGKILL,
        (None, 19) => Signal::SIGSTOP,
        // Real-time signals: 33 to 63 are in a row, 32 and 64 came later.
        (None, 32) => Signal::SIG32,
        (None, 33..=63) => Signal(Signal::SIG33.0 + (number - 33) as u8),
        (None, 64) => Signal::SIG64,
        _ => Signal::UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_differ() {
        let handling = |number, name| Handling {
            signal: skink_debug::Signal { number, name, meaning: "", quiet: false },
            stop: true,
            print: true,
            pass: true,
        };
        let known = [handling(10, "SIGUSR1"), handling(7, "SIGBUS")];
        assert_eq!(to_gdb(&known, 10).0, 30);
        assert_eq!(to_gdb(&known, 7).0, 10);
        assert_eq!((to_gdb(&known, 34).0, to_gdb(&known, 32).0, to_gdb(&known, 64).0), (46, 77, 78));
    }
}
