//! `--log syscalls`: each call on a line of its own, as strace prints it.

use super::signature::{self, Argument, Kind};
use super::table::Row;
use super::{SysResult, names};
use crate::abi;
use crate::host;
use crate::thread::Thread;

/// As many bytes of a string are shown.
const SHOWN: usize = 64;

/// The part of the line that is known before the call.
pub(super) fn before(t: &Thread, row: &Row, args: [u32; 7]) -> String {
    let list: Vec<String> =
        signature::arguments(row.args, args).map(|a| format!("{}={}", a.name, value(t, &a))).collect();
    let text = format!("{}({})", row.name, list.join(", "));
    // What does not come back is printed at once.
    if matches!(row.name, "exit" | "exit_group" | "execve" | "execveat" | "rt_sigreturn" | "sigreturn") {
        print(t, &format!("{text} = ?"));
    }
    text
}

/// Completes and prints the line.
pub(super) fn after(t: &Thread, row: &Row, _args: [u32; 7], text: String, result: SysResult) {
    let never = matches!(row.name, "exit" | "exit_group" | "rt_sigreturn" | "sigreturn");
    let exec = matches!(row.name, "execve" | "execveat");
    if never {
        return;
    }
    let result = match result {
        Err(host::Errno::RESTART) => "? (interrupted before it began, made again)".to_string(),
        Err(errno) => format!("-1 {}", abi::errno_text_long(errno.0)),
        Ok(value) if is_address(row.name) => format!("{value:#x}"),
        Ok(value) => (value as i32).to_string(),
    };
    let text = if exec { row.name.to_string() } else { text };
    print(t, &format!("{text} = {result}"));
}

/// A number without a row.
pub(super) fn unknown(t: &Thread, nr: u32) {
    if t.process.options.log.syscalls {
        print(t, &format!("syscall_{nr:#x}() = -1 ENOSYS"));
    }
}

fn is_address(name: &str) -> bool {
    matches!(name, "mmap2" | "mremap" | "brk" | "shmat" | "get_tls")
}

fn print(t: &Thread, text: &str) {
    let threads = t.process.threads.load(std::sync::atomic::Ordering::Relaxed);
    // With several threads or processes in one log, each line says whose it is.
    let line = if threads > 1 || t.process.options.verbose > 0 {
        format!("[{}] {text}\n", host::gettid())
    } else {
        format!("{text}\n")
    };
    host::write_all(t.process.options.log_fd, line.as_bytes());
}

fn value(t: &Thread, argument: &Argument) -> String {
    let word = argument.value as u32;
    match argument.kind {
        Kind::Int | Kind::Fd | Kind::MapFd => (word as i32).to_string(),
        Kind::Uint | Kind::Size => word.to_string(),
        Kind::Off64 => (argument.value as i64).to_string(),
        Kind::Hex | Kind::MustPtr | Kind::Buf => format!("{word:#x}"),
        Kind::Ptr if word == 0 => "NULL".into(),
        Kind::Ptr => format!("{word:#x}"),
        Kind::Str | Kind::Path | Kind::LinkPath => string(t, word),
        Kind::Mode => format!("{word:#o}"),
        Kind::Uid16 => (word as u16).to_string(),
        Kind::DirFd if word as i32 == libc::AT_FDCWD => "AT_FDCWD".into(),
        Kind::DirFd => (word as i32).to_string(),
        Kind::Signal => abi::signal_name(word as i32),
        _ => names::decode(argument.kind, word),
    }
}

fn string(t: &Thread, addr: u32) -> String {
    if addr == 0 {
        return "NULL".into();
    }
    match t.memory().read_cstr(addr, SHOWN) {
        Ok(Some(bytes)) => format!("\"{}\"", bytes.escape_ascii()),
        Ok(None) => {
            let mut bytes = [0; SHOWN];
            let _ = t.memory().read(addr, &mut bytes);
            format!("\"{}\"...", bytes.escape_ascii())
        }
        Err(_) => format!("{addr:#x}"),
    }
}
