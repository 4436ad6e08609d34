//! Making and ending host processes and threads for the guest's.

use super::{Errno, raw};
use std::ffi::CString;

/// Which side of a fork this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Child {
    /// In the parent, with the child's process ID.
    Parent(i32),
    /// In the child.
    Here,
}

/// fork(2). The C library's, because its locks (malloc's above all) must be free in the child.
pub(crate) fn fork() -> Result<Child, Errno> {
    // SAFETY: the caller (Process::fork) holds every lock of the guest process meanwhile, and the
    // C library its own, so that the child's single thread finds none of them taken.
    match unsafe { libc::fork() } {
        -1 => Err(Errno::of(&std::io::Error::last_os_error())),
        0 => Ok(Child::Here),
        pid => Ok(Child::Parent(pid)),
    }
}

/// The arguments of execve(2). A vfork child keeps them where its parent finds and frees them: in
/// the parent's memory they outlive a child that has executed another program.
pub(crate) struct ExecCall {
    path: CString,
    argv: StringArray,
    envp: StringArray,
}

/// C strings, and the null-terminated array of pointers to them.
struct StringArray {
    // Owns what `pointers` points to.
    _strings: Vec<CString>,
    pointers: Vec<usize>,
}

impl StringArray {
    fn new(strings: Vec<CString>) -> StringArray {
        let pointers = strings.iter().map(|s| s.as_ptr() as usize).chain([0]).collect();
        StringArray { _strings: strings, pointers }
    }
}

impl ExecCall {
    pub(crate) fn new(path: CString, argv: Vec<CString>, envp: Vec<CString>) -> ExecCall {
        ExecCall { path, argv: StringArray::new(argv), envp: StringArray::new(envp) }
    }
}

/// execve(2); returns only on failure.
pub(crate) fn exec(call: &ExecCall) -> Errno {
    let (argv, envp) = (call.argv.pointers.as_ptr() as u64, call.envp.pointers.as_ptr() as u64);
    // SAFETY: null-terminated arrays of pointers to C strings that live until the call returns.
    let value = unsafe { raw(libc::SYS_execve, [call.path.as_ptr() as u64, argv, envp, 0, 0, 0]) };
    Errno(-value as i32)
}

/// fork(2) with another signal for the parent than SIGCHLD at the child's end, or with none.
///
/// The C library has no such call, so its locks are not taken: no other thread may run in this
/// memory ([`is_alone`]).
pub(crate) fn fork_alone(exit_signal: i32) -> Result<Child, Errno> {
    // SAFETY: the child has a copy of the memory, in which no lock is taken.
    match unsafe { raw(libc::SYS_clone, [exit_signal as u64, 0, 0, 0, 0, 0]) } {
        0 => Ok(Child::Here),
        pid if pid > 0 => Ok(Child::Parent(pid as i32)),
        error => Err(Errno(-error as i32)),
    }
}

/// Whether this thread is the only one of its process. Waits a moment for it: threads that have
/// ended as far as the guest can see may still be on their way out.
pub(crate) fn is_alone() -> bool {
    for _ in 0..100 {
        match std::fs::read_dir("/proc/self/task").map(Iterator::count) {
            Ok(1) => return true,
            Ok(_) => std::thread::sleep(std::time::Duration::from_millis(1)),
            Err(_) => return false,
        }
    }
    false
}

/// Ends the whole process, all threads at once.
pub(crate) fn exit_group(status: i32) -> ! {
    loop {
        // SAFETY: does not return.
        unsafe { raw(libc::SYS_exit_group, [status as u64, 0, 0, 0, 0, 0]) };
    }
}

/// Ends this thread alone. Only for threads whose stack the C library does not wait to free: the
/// process's first, and one that lent its stack to a child that was killed (`shared`).
pub(crate) fn exit_thread(status: i32) -> ! {
    loop {
        // SAFETY: the thread's stack and TLS stay mapped, unused; where another frees them, it
        // waits until the kernel has let go of them.
        unsafe { raw(libc::SYS_exit, [status as u64, 0, 0, 0, 0, 0]) };
    }
}
