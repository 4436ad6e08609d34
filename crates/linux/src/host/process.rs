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

/// Bytes of host stack for a child that shares its parent's memory.
const STACK: usize = 1 << 20;

/// clone(2) with CLONE_VM and CLONE_VFORK: runs `body` in a child process that shares this
/// process's memory, while this thread waits until the child has ended or executed a program.
/// `flags` are further clone flags that the host may see, and `parent_tid` the host address for
/// CLONE_PARENT_SETTID or CLONE_PIDFD.
///
/// `body` returns the child's exit status. All signals must be blocked.
pub(crate) fn vfork(flags: i32, parent_tid: *mut u8, body: &mut dyn FnMut() -> i32) -> Result<i32, Errno> {
    extern "C" fn enter(body: *mut libc::c_void) -> libc::c_int {
        // SAFETY: `body` is the pointer passed below, to a reference that outlives the child's use
        // of it: the parent does not go on before.
        let body = unsafe { &mut *body.cast::<&mut dyn FnMut() -> i32>() };
        super::exit_group(body())
    }
    let mut body = body;
    // SAFETY: a fresh mapping for the child's stack; the child runs only `enter` on it. It shares
    // this thread's TLS, which this thread does not use until the child is gone.
    unsafe {
        let stack = libc::mmap(
            std::ptr::null_mut(),
            STACK,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_STACK,
            -1,
            0,
        );
        if stack == libc::MAP_FAILED {
            return Err(Errno(libc::ENOMEM));
        }
        let top = stack.cast::<u8>().add(STACK).cast();
        let flags = flags | libc::CLONE_VM | libc::CLONE_VFORK;
        let pid = libc::clone(enter, top, flags, (&raw mut body).cast(), parent_tid);
        let error = std::io::Error::last_os_error();
        libc::munmap(stack, STACK);
        if pid < 0 { Err(Errno::of(&error)) } else { Ok(pid) }
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

/// Ends the whole process, all threads at once.
pub(crate) fn exit_group(status: i32) -> ! {
    loop {
        // SAFETY: does not return.
        unsafe { raw(libc::SYS_exit_group, [status as u64, 0, 0, 0, 0, 0]) };
    }
}

/// Ends this thread alone. Only for the process's first thread, whose stack nobody frees.
pub(crate) fn exit_thread(status: i32) -> ! {
    loop {
        // SAFETY: the thread's stack and TLS stay mapped, unused, for the rest of the process.
        unsafe { raw(libc::SYS_exit, [status as u64, 0, 0, 0, 0, 0]) };
    }
}
