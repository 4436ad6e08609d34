//! execve: ARM programs and scripts run under skink again, other programs on the host.
//!
//! No registration with the host's kernel (binfmt_misc) is needed: skink looks at the file itself.
//! What the kernel would refuse is refused here, with the same errno and before the point of no
//! return.

use super::wire::path_bytes;
use super::{SysResult, fs, procfs};
use crate::handover;
use crate::host::{self, Arg, Errno};
use crate::load::{check, check_interpreter};
use crate::thread::Thread;
use std::ffi::{CString, OsStr};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::atomic::Ordering;

/// The longest single argument (MAX_ARG_STRLEN) and all of them together (a quarter of the stack's
/// limit on the host, bounded by 6 MiB; fs/exec.c).
const MAX_STRING: usize = 128 << 10;
const MAX_TOTAL: usize = 6 << 20;
/// Scripts whose interpreter is a script, and so on (fs/exec.c, exec_binprm).
const MAX_DEPTH: usize = 5;

/// The strings of a null-terminated array of pointers. A null array is an empty one.
fn strings(t: &Thread, array: u32, total: &mut usize) -> Result<Vec<Vec<u8>>, Errno> {
    let mut list = Vec::new();
    if array == 0 {
        return Ok(list);
    }
    for i in 0u32.. {
        let pointer = t.memory().load32(array.wrapping_add(4 * i))?;
        if pointer == 0 {
            break;
        }
        let string = t.memory().read_cstr(pointer, MAX_STRING)?.ok_or(Errno(libc::E2BIG))?;
        *total += string.len() + 5;
        if *total > MAX_TOTAL {
            return Err(Errno(libc::E2BIG));
        }
        list.push(string);
    }
    Ok(list)
}

/// What is to be executed.
struct Target {
    /// The kernel's name for it (bprm->filename): the caller's, or made from a descriptor.
    name: Vec<u8>,
    /// Where the host finds it, if not by its name: below a descriptor.
    host: Option<CString>,
    /// The name means nothing after the exec, because the descriptor closes.
    inaccessible: bool,
}

pub(super) fn execve(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let name = path_bytes(t.memory(), a[0])?;
    run(t, Target { name, host: None, inaccessible: false }, a[1], a[2])
}

pub(super) fn execveat(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [dir, path, argv, envp, flags, ..] = *a;
    let name = path_bytes(t.memory(), path)?;
    const EMPTY: u32 = libc::AT_EMPTY_PATH as u32;
    const NOFOLLOW: u32 = libc::AT_SYMLINK_NOFOLLOW as u32;
    if flags & !(EMPTY | NOFOLLOW) != 0 {
        return Err(Errno(libc::EINVAL));
    }
    if name.is_empty() && flags & EMPTY == 0 {
        return Err(Errno(libc::ENOENT));
    }
    let nofollow = flags & NOFOLLOW != 0 && !name.is_empty();
    let target = match dir as i32 {
        // The current directory itself, which cannot be executed.
        libc::AT_FDCWD if name.is_empty() => Target { name: b".".into(), host: None, inaccessible: false },
        libc::AT_FDCWD => Target { name, host: None, inaccessible: false },
        _ if name.starts_with(b"/") => Target { name, host: None, inaccessible: false },
        fd => below_descriptor(fd, &name)?,
    };
    if nofollow {
        let path = target.host.clone().unwrap_or_else(|| fs::host_path(t, target.name.clone(), false));
        let link = Path::new(OsStr::from_bytes(path.as_bytes())).symlink_metadata();
        if link.is_ok_and(|m| m.is_symlink()) {
            return Err(Errno(libc::ELOOP));
        }
    }
    run(t, target, argv, envp)
}

/// A file named relative to a descriptor, or by it alone (fs/exec.c, alloc_bprm).
fn below_descriptor(fd: i32, name: &[u8]) -> Result<Target, Errno> {
    let flags = host::call(libc::SYS_fcntl, &[fd.into(), libc::F_GETFD.into()])?;
    let slash: &[u8] = if name.is_empty() { b"" } else { b"/" };
    let path = |directory: &str| [format!("{directory}/{fd}").as_bytes(), slash, name].concat();
    Ok(Target {
        name: path("/dev/fd"),
        // It came from a NUL-terminated string.
        host: Some(CString::new(path("/proc/self/fd")).unwrap_or_default()),
        inaccessible: flags & i64::from(libc::FD_CLOEXEC) != 0,
    })
}

fn run(t: &mut Thread, target: Target, argv: u32, envp: u32) -> SysResult {
    let mut total = 0;
    let mut argv = strings(t, argv, &mut total)?;
    let env = strings(t, envp, &mut total)?;
    if target.name.is_empty() {
        return Err(Errno(libc::ENOENT));
    }
    // An empty argument vector has been made to hold an empty string since Linux 5.18.
    if argv.is_empty() {
        argv.push(Vec::new());
    }
    // The name stays what was executed, whatever interprets it: AT_EXECFN and the thread's name.
    let Target { name, mut host, inaccessible } = target;
    let mut file = name.clone();
    for _ in 0..MAX_DEPTH {
        let by_descriptor = host.is_some();
        let host_path = host.take().unwrap_or_else(|| resolve(t, &file));
        let kind = classify(&host_path)?;
        if !matches!(kind, Kind::Script { .. }) && !t.before_exec(&name) {
            return Err(Errno(libc::EINTR));
        }
        match kind {
            // fs/binfmt_script.c: the interpreter would not find the script.
            Kind::Script { .. } if inaccessible => return Err(Errno(libc::ENOENT)),
            Kind::Script { interpreter, argument } => {
                let script = std::mem::replace(&mut file, interpreter.clone());
                argv.splice(..1, std::iter::once(interpreter).chain(argument).chain([script]));
            }
            Kind::Guest => return start_guest(t, &host_path, by_descriptor, &name, argv, env),
            Kind::Host => return start_host(t, host_path, argv, env),
        }
    }
    Err(Errno(libc::ELOOP))
}

fn resolve(t: &Thread, path: &[u8]) -> CString {
    if procfs::is_exe(path) {
        return CString::new(t.process.image.exe.clone()).unwrap_or_default();
    }
    fs::host_path(t, path.to_vec(), true)
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Guest,
    Host,
    Script { interpreter: Vec<u8>, argument: Option<Vec<u8>> },
}

fn classify(path: &CString) -> Result<Kind, Errno> {
    const X_OK: i32 = 1;
    let args = [libc::AT_FDCWD.into(), Arg::input(path.as_c_str()), X_OK.into(), libc::AT_EACCESS.into()];
    host::call(libc::SYS_faccessat2, &args)?;
    let path = Path::new(OsStr::from_bytes(path.as_bytes()));
    let file = std::fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(Errno(libc::EACCES));
    }
    // BINPRM_BUF_SIZE
    let mut head = [0u8; 256];
    let mut len = 0;
    while len < head.len() {
        match std::os::unix::fs::FileExt::read_at(&file, &mut head[len..], len as u64)? {
            0 => break,
            count => len += count,
        }
    }
    classify_head(&head[..len])
}

fn classify_head(head: &[u8]) -> Result<Kind, Errno> {
    const EM_ARM: [u8; 2] = [40, 0];
    if head.starts_with(b"\x7fELF") {
        let guest = head.get(4) == Some(&1) && head.get(18..20) == Some(&EM_ARM);
        return Ok(if guest { Kind::Guest } else { Kind::Host });
    }
    let Some(line) = head.strip_prefix(b"#!") else { return Err(Errno(libc::ENOEXEC)) };
    // fs/binfmt_script.c: the first line, blanks around it dropped; the interpreter's name must be
    // complete within the buffer, the argument is whatever follows it, blanks inside included.
    let end = line.iter().position(|&b| b == b'\n');
    let text = line[..end.unwrap_or(line.len())].trim_ascii();
    let blank = text.iter().position(|&b| b == b' ' || b == b'\t');
    if text.is_empty() || end.is_none() && blank.is_none() && head.len() == 256 {
        return Err(Errno(libc::ENOEXEC));
    }
    let (name, rest) = text.split_at(blank.unwrap_or(text.len()));
    let rest = rest.trim_ascii();
    let argument = (!rest.is_empty()).then(|| rest.to_vec());
    Ok(Kind::Script { interpreter: name.to_vec(), argument })
}

fn c_strings(list: Vec<Vec<u8>>) -> Vec<CString> {
    // They came from NUL-terminated strings.
    list.into_iter().map(|s| CString::new(s).unwrap_or_default()).collect()
}

/// Signals are blocked from here on, so that none is taken by a program that is about to go.
fn close_signals(t: &Thread) -> Result<(), Errno> {
    host::mask_all();
    if t.slot.is_pending() { Err(Errno::RESTART) } else { Ok(()) }
}

fn start_guest(
    t: &mut Thread,
    path: &CString,
    by_descriptor: bool,
    execfn: &[u8],
    argv: Vec<Vec<u8>>,
    env: Vec<Vec<u8>>,
) -> SysResult {
    let options = &t.process.options;
    let checked = check(Path::new(OsStr::from_bytes(path.as_bytes()))).map_err(|e| e.errno)?;
    check_interpreter(&checked, options.sysroot.as_deref()).map_err(|e| e.errno)?;
    let limits = t.process.shared().limits;
    let state = handover::State {
        mask: t.mask,
        limits: limits.map(|l| (l.soft, l.hard)),
        stats: t.process.stats.load(Ordering::Relaxed),
        profile: t.process.profile().is_some(),
    };
    let env = c_strings(handover::pack_environment(env));
    close_signals(t)?;
    let handed = if by_descriptor { Some(hand_over(t, &checked.file)?) } else { None };
    let path = handed.map_or_else(|| path.as_bytes().to_vec(), |fd| format!("/proc/self/fd/{fd}").into());
    let arguments = handover::arguments(&t.process.options, &state, &path, handed, execfn, argv);
    let call = host::ExecCall::new(c"/proc/self/exe".into(), c_strings(arguments), env);
    drop(checked);
    let errno = host::exec(t.exec.insert(call));
    t.exec = None;
    if let Some(fd) = handed {
        let _ = host::call(libc::SYS_close, &[fd.into()]);
    }
    host::set_mask(t.mask);
    Err(errno)
}

/// A duplicate of the program's file for the next skink, since the guest's own descriptor may
/// close on exec. The next skink closes it.
fn hand_over(t: &Thread, file: &std::fs::File) -> Result<i32, Errno> {
    if t.process.threads.load(Ordering::SeqCst) == 1 {
        // A parent by CLONE_FILES must not see it. Exec ends that sharing anyway.
        host::call(libc::SYS_unshare, &[libc::CLONE_FILES.into()])?;
    }
    const HIGH: i32 = 900;
    let duplicate = |least: i32| {
        let args = [file.as_raw_fd().into(), libc::F_DUPFD.into(), least.into()];
        host::call(libc::SYS_fcntl, &args).map(|fd| fd as i32)
    };
    duplicate(HIGH).or_else(|_| duplicate(3))
}

fn start_host(t: &mut Thread, path: CString, argv: Vec<Vec<u8>>, env: Vec<Vec<u8>>) -> SysResult {
    close_signals(t)?;
    let call = host::ExecCall::new(path, c_strings(argv), c_strings(env));
    host::set_mask(t.mask);
    let errno = host::exec(t.exec.insert(call));
    t.exec = None;
    Err(errno)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(interpreter: &str, argument: Option<&str>) -> Result<Kind, Errno> {
        Ok(Kind::Script { interpreter: interpreter.into(), argument: argument.map(Into::into) })
    }

    #[test]
    fn files_are_told_apart() {
        assert_eq!(classify_head(b"#!/bin/sh\necho"), script("/bin/sh", None));
        assert_eq!(classify_head(b"#! /usr/bin/env  -S a b \nx"), script("/usr/bin/env", Some("-S a b")));
        assert_eq!(classify_head(b"#!/bin/sh"), script("/bin/sh", None));
        assert_eq!(classify_head(b"#!\n"), Err(Errno(libc::ENOEXEC)));
        assert_eq!(classify_head(b""), Err(Errno(libc::ENOEXEC)));
        assert_eq!(classify_head(b"text"), Err(Errno(libc::ENOEXEC)));
        let long = [&b"#!"[..], &[b'x'; 254]].concat();
        assert_eq!(classify_head(&long), Err(Errno(libc::ENOEXEC)));
        let mut elf = vec![0; 52];
        elf[..5].copy_from_slice(b"\x7fELF\x01");
        elf[18] = 40;
        assert_eq!(classify_head(&elf), Ok(Kind::Guest));
        elf[4] = 2;
        assert_eq!(classify_head(&elf), Ok(Kind::Host));
        assert_eq!(classify_head(b"\x7fELF"), Ok(Kind::Host));
    }
}
