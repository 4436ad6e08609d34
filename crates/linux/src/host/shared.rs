//! Children that share this process's memory: clone(2) with CLONE_VM.
//!
//! Such a child is a process of its own in the host's kernel too, on a stack that is mapped for it.
//! It runs Rust code, so it needs thread-local storage, and that is one per host thread. A vfork
//! child uses its parent thread's, which sleeps meanwhile. A child that runs beside its parent is
//! made by a thread that exists for it alone, lends it its own, and sleeps until it is gone.
//!
//! Locks and heap are in the one address space and serve both processes. A child that is killed
//! while it holds a lock leaves it taken, which is the price of sharing for guest programs as well.

use super::{Errno, exit_thread, raw};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

/// Bytes of host stack for a child.
const STACK: usize = 1 << 20;
/// Of them, bytes for signal handlers.
const ALTERNATE_STACK: usize = 64 << 10;
/// Bytes of stack for the thread that lends its thread-local storage.
const LENDER_STACK: usize = 64 << 10;

/// What a child does.
pub(crate) trait Body {
    /// Runs the child to its end.
    fn run(&mut self) -> !;

    /// After the child has gone: whether it ended by itself or executed a program, and was not
    /// killed at some instruction in the middle.
    fn is_settled(&self) -> bool;

    /// After the child has gone, in its parent.
    fn gone(&self);
}

/// A mapping for a child's stack.
struct ChildStack(*mut libc::c_void);

impl ChildStack {
    fn new() -> Result<ChildStack, Errno> {
        let (prot, flags) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_STACK | libc::MAP_NORESERVE,
        );
        // SAFETY: a fresh mapping, where the kernel likes.
        let at = unsafe { libc::mmap(std::ptr::null_mut(), STACK, prot, flags, -1, 0) };
        if at == libc::MAP_FAILED { Err(Errno(libc::ENOMEM)) } else { Ok(ChildStack(at)) }
    }

    fn top(&self) -> *mut libc::c_void {
        self.0.cast::<u8>().wrapping_add(STACK).cast()
    }
}

impl Drop for ChildStack {
    fn drop(&mut self) {
        // SAFETY: mapped in `new`; whoever drops it has waited for the child to leave it.
        unsafe { libc::munmap(self.0, STACK) };
    }
}

extern "C" fn enter<B: Body>(body: *mut libc::c_void) -> libc::c_int {
    super::mask_all();
    // Handlers need one (translated code uses RSP for its own purpose), and the kernel has taken the parent's away
    // (kernel/fork.c copy_process).
    let mut alternate = [std::mem::MaybeUninit::<u8>::uninit(); ALTERNATE_STACK];
    let alternate =
        libc::stack_t { ss_sp: alternate.as_mut_ptr().cast(), ss_flags: 0, ss_size: ALTERNATE_STACK };
    // SAFETY: it lies in this frame, which is left only with the process.
    unsafe { libc::sigaltstack(&alternate, std::ptr::null_mut()) };
    // SAFETY: `body` is the pointer to a B that `vfork` or `lend` passed. It outlives the child's
    // use of it, and nobody else touches it before the child is gone.
    unsafe { &mut *body.cast::<B>() }.run()
}

/// clone(2) with CLONE_VM and CLONE_VFORK: runs `body` in a child, while this thread waits until
/// the child has ended or executed a program. `flags` are further clone flags that the host may
/// see, and `parent_tid` the host address for CLONE_PARENT_SETTID or CLONE_PIDFD.
///
/// All signals must be blocked.
pub(crate) fn vfork<B: Body>(flags: i32, parent_tid: *mut u8, body: &mut B) -> Result<i32, Errno> {
    let stack = ChildStack::new()?;
    let flags = flags | libc::CLONE_VM | libc::CLONE_VFORK;
    // SAFETY: the child runs only `enter` on its stack. It shares this thread's TLS, which this
    // thread does not use until the child is gone.
    let pid = unsafe { libc::clone(enter::<B>, stack.top(), flags, (&raw mut *body).cast(), parent_tid) };
    let error = std::io::Error::last_os_error();
    if pid < 0 {
        return Err(Errno::of(&error));
    }
    body.gone();
    Ok(pid)
}

/// As [`vfork`], but the child runs beside this thread.
pub(crate) fn spawn_process<B>(flags: i32, parent_tid: *mut u8, body: B) -> Result<i32, Errno>
where
    B: Body + Send + 'static,
{
    let answer = Arc::new(AtomicI32::new(0));
    let told = answer.clone();
    let parent_tid = parent_tid as usize;
    std::thread::Builder::new()
        .stack_size(LENDER_STACK)
        .spawn(move || lend(flags, parent_tid, body, &told))
        .map_err(|_| Errno(libc::EAGAIN))?;
    loop {
        match answer.load(Ordering::Acquire) {
            0 => wait(&answer, 0),
            pid if pid > 0 => return Ok(pid),
            errno => return Err(Errno(-errno)),
        }
    }
}

/// Makes the child, answers with its process ID or a negative error number, and waits until it is
/// gone. From clone on nothing here may use thread-local storage, `errno` included.
fn lend<B: Body>(flags: i32, parent_tid: usize, body: B, answer: &AtomicI32) {
    let reply = |value: i32| {
        answer.store(value, Ordering::Release);
        wake(answer);
    };
    let stack = match ChildStack::new() {
        Ok(stack) => stack,
        Err(Errno(errno)) => return reply(-errno),
    };
    let body = Box::into_raw(Box::new(body));
    // The kernel clears it, and wakes, when the child lets go of the memory.
    let alive = AtomicI32::new(1);
    // Signals are for the child and for this process's other threads.
    super::signal::mask_everything();
    let flags = flags | libc::CLONE_VM | libc::CLONE_CHILD_CLEARTID;
    // SAFETY: the child runs only `enter` on its stack, with this thread's TLS, which this thread
    // does not use until the child is gone. `alive` lives until then, too.
    let pid = unsafe {
        let no_tls: *mut libc::c_void = std::ptr::null_mut();
        libc::clone(enter::<B>, stack.top(), flags, body.cast(), parent_tid, no_tls, alive.as_ptr())
    };
    if pid < 0 {
        let error = std::io::Error::last_os_error();
        // SAFETY: from `into_raw`; there is no child.
        drop(unsafe { Box::from_raw(body) });
        return reply(-Errno::of(&error).0);
    }
    reply(pid);
    while alive.load(Ordering::Acquire) != 0 {
        wait(&alive, 1);
    }
    // SAFETY: the child is gone, so that this thread is the only one with the pointer.
    unsafe {
        (*body).gone();
        if (*body).is_settled() {
            drop(Box::from_raw(body));
        } else {
            // What it was doing to the allocator's thread-local part nobody knows: leave it alone.
            exit_thread(0)
        }
    }
}

/// Sleeps while the word holds `value`, or until a wake or for no reason. Not a private futex,
/// since the kernel's own wake (CLONE_CHILD_CLEARTID) is none.
fn wait(word: &AtomicI32, value: i32) {
    let args = [word.as_ptr() as u64, libc::FUTEX_WAIT as u64, value as u32 as u64, 0, 0, 0];
    // SAFETY: reads the word.
    unsafe { raw(libc::SYS_futex, args) };
}

fn wake(word: &AtomicI32) {
    let args = [word.as_ptr() as u64, libc::FUTEX_WAKE as u64, i32::MAX as u64, 0, 0, 0];
    // SAFETY: the word is only an address here.
    unsafe { raw(libc::SYS_futex, args) };
}
