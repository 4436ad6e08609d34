//! The host kernel, as calls that the rest of the crate can make without `unsafe`.
//!
//! This is the crate's one room with unsafe code. What makes its functions safe to call:
//!
//! * [`call`] and [`blocking`] refuse the system calls that change the host's own address space or
//!   flow of control; the rest can touch memory only through their pointer arguments.
//! * A pointer argument is an [`Arg`], and an `Arg` is made either from a guest address, which lies
//!   in the guest's reservation and is nobody's Rust object, or from a Rust reference, whose
//!   lifetime it carries. That the kernel's structure is not larger than the referenced value is
//!   for the caller to see to; they are all `libc`'s own definitions of those structures.

mod process;
mod shared;
mod signal;
mod startup;

pub(crate) use process::{Child, ExecCall, exec, exit_group, exit_thread, fork, fork_alone, is_alone};
pub(crate) use shared::{Body, spawn_process, vfork};
pub(crate) use signal::{
    Catch, SigInfo, Slot, current_mask, die_by, install, kick, mask_all, set_attended, set_mask,
    start_signals, with_signals_blocked,
};
pub(crate) use startup::{environment, inherited_ignored};

use skink_machine::Memory;
use std::arch::{asm, global_asm};
use std::marker::PhantomData;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::atomic::AtomicU32;

/// An error number, or one of Linux's internal restart codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Errno(pub(crate) i32);

impl Errno {
    /// The call was not begun because a signal is waiting: deliver that first, then call again
    /// (Linux calls it ERESTARTNOINTR).
    pub(crate) const RESTART: Errno = Errno(513);

    /// Of a failed `std` call.
    pub(crate) fn of(error: &std::io::Error) -> Errno {
        Errno(error.raw_os_error().unwrap_or(libc::EIO))
    }
}

impl From<skink_machine::Fault> for Errno {
    fn from(_: skink_machine::Fault) -> Errno {
        Errno(libc::EFAULT)
    }
}

impl From<std::io::Error> for Errno {
    fn from(error: std::io::Error) -> Errno {
        Errno::of(&error)
    }
}

/// What a host system call returns.
pub(crate) type HostResult = Result<i64, Errno>;

/// Moves a descriptor to where the guest will not look for one; closed on exec.
pub(crate) fn out_of_the_way(fd: OwnedFd) -> std::io::Result<OwnedFd> {
    const HIGH: u32 = 901;
    let args = [fd.as_raw_fd().into(), libc::F_DUPFD_CLOEXEC.into(), HIGH.into()];
    let high = call(libc::SYS_fcntl, &args).map_err(|e| std::io::Error::from_raw_os_error(e.0))?;
    // SAFETY: fcntl has just made it, for nobody else.
    Ok(unsafe { OwnedFd::from_raw_fd(high as i32) })
}

/// One argument of a host system call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arg<'a>(u64, PhantomData<&'a ()>);

impl<'a> Arg<'a> {
    /// A null pointer.
    pub(crate) const NULL: Arg<'static> = Arg(0, PhantomData);

    /// A number.
    pub(crate) fn int(value: i64) -> Arg<'static> {
        Arg(value as u64, PhantomData)
    }

    /// A guest address; null is an address like any other, and faults.
    pub(crate) fn guest(memory: &'a Memory, addr: u32) -> Arg<'a> {
        Arg(memory.host(addr) as u64, PhantomData)
    }

    /// A guest address that may be null.
    pub(crate) fn guest_or_null(memory: &'a Memory, addr: u32) -> Arg<'a> {
        if addr == 0 { Arg::NULL } else { Arg::guest(memory, addr) }
    }

    /// A structure that the kernel reads.
    pub(crate) fn input<T: ?Sized>(value: &'a T) -> Arg<'a> {
        Arg((value as *const T).cast::<u8>() as u64, PhantomData)
    }

    /// A structure that the kernel writes.
    pub(crate) fn output<T: ?Sized>(value: &'a mut T) -> Arg<'a> {
        Arg((value as *mut T).cast::<u8>() as u64, PhantomData)
    }

    /// The pointer as a number, to be put into a structure that holds pointers.
    pub(crate) fn raw(self) -> u64 {
        self.0
    }
}

impl From<i32> for Arg<'_> {
    fn from(value: i32) -> Self {
        Arg(value as i64 as u64, PhantomData)
    }
}

impl From<u32> for Arg<'_> {
    fn from(value: u32) -> Self {
        Arg(value as u64, PhantomData)
    }
}

/// A `libc` structure of plain integers (and raw pointers), for which all zeros is a value.
///
/// # Safety
///
/// All zero bytes must be a valid value of the type.
pub(crate) unsafe trait Zero: Copy {}

/// An all-zero value.
pub(crate) fn zeroed<T: Zero>() -> T {
    // SAFETY: `Zero` says that this is a value.
    unsafe { std::mem::zeroed() }
}

macro_rules! zero {
    ($($ty:ty),* $(,)?) => { $(
        // SAFETY: a C structure of integers, arrays of them and raw pointers.
        unsafe impl Zero for $ty {}
    )* };
}

zero!(
    libc::stat,
    libc::statx,
    libc::statfs64,
    libc::timespec,
    libc::timeval,
    libc::rusage,
    libc::sysinfo,
    libc::itimerspec,
    libc::itimerval,
    libc::rlimit64,
    libc::tms,
    libc::utsname,
    libc::siginfo_t,
    libc::sigevent,
    libc::msghdr,
    libc::iovec,
    libc::flock64,
    libc::epoll_event,
    libc::timex,
    libc::mq_attr,
    libc::sockaddr_un,
    libc::open_how,
    libc::shmid_ds,
    libc::semid_ds,
    libc::msqid_ds,
    libc::sched_param,
);

global_asm!(
    // i64 skink_syscall(const u32 *pending, u64 nr, const u64 args[6])
    //
    // A signal that arrives before the SYSCALL instruction has been executed must not leave the
    // thread asleep in it. The handler looks whether it interrupted the window between the check
    // of `pending` and the SYSCALL, and if so moves RIP out of it. SYSCALL itself is inside the
    // window: RIP is behind it once the kernel has begun, and back at it if the kernel wants
    // the call made again.
    ".pushsection .text.skink_syscall,\"ax\",@progbits",
    ".globl skink_syscall, skink_syscall_window, skink_syscall_done, skink_syscall_interrupted",
    "skink_syscall:",
    "mov rax, rsi",
    "mov rcx, rdi",
    "mov r11, rdx",
    "mov rdi, [r11]",
    "mov rsi, [r11 + 8]",
    "mov rdx, [r11 + 16]",
    "mov r10, [r11 + 24]",
    "mov r8, [r11 + 32]",
    "mov r9, [r11 + 40]",
    "skink_syscall_window:",
    "cmp dword ptr [rcx], 0",
    "jne skink_syscall_interrupted",
    "syscall",
    "skink_syscall_done:",
    "ret",
    "skink_syscall_interrupted:",
    "mov rax, -513",
    "ret",
    ".popsection",
);

unsafe extern "C" {
    fn skink_syscall(pending: *const AtomicU32, nr: u64, args: *const u64) -> i64;
    fn skink_syscall_window();
    fn skink_syscall_done();
    fn skink_syscall_interrupted();
}

/// The numbers that [`call`] refuses: they replace or end the host program, or change what is
/// mapped where, behind the back of the functions that are there for it.
fn refused(nr: i64) -> bool {
    matches!(
        nr,
        libc::SYS_mmap
            | libc::SYS_munmap
            | libc::SYS_mremap
            | libc::SYS_mprotect
            | libc::SYS_pkey_mprotect
            | libc::SYS_brk
            | libc::SYS_remap_file_pages
            | libc::SYS_shmat
            | libc::SYS_shmdt
            | libc::SYS_clone
            | libc::SYS_clone3
            | libc::SYS_fork
            | libc::SYS_vfork
            | libc::SYS_execve
            | libc::SYS_execveat
            | libc::SYS_exit
            | libc::SYS_exit_group
            | libc::SYS_rt_sigaction
            | libc::SYS_rt_sigreturn
            | libc::SYS_sigaltstack
            | libc::SYS_arch_prctl
            | libc::SYS_set_robust_list
            | libc::SYS_set_tid_address
            | libc::SYS_rseq
            | libc::SYS_ptrace
            | libc::SYS_userfaultfd
            | libc::SYS_process_vm_writev
            | libc::SYS_io_uring_setup
            | libc::SYS_seccomp
    )
}

fn pack(args: &[Arg<'_>]) -> [u64; 6] {
    let mut raw = [0; 6];
    for (slot, arg) in raw.iter_mut().zip(args) {
        *slot = arg.0;
    }
    raw
}

fn result(value: i64) -> HostResult {
    if (-4095..0).contains(&value) { Err(Errno(-value as i32)) } else { Ok(value) }
}

/// Makes a system call that cannot wait, or whose waiting no guest signal need interrupt.
pub(crate) fn call(nr: i64, args: &[Arg<'_>]) -> HostResult {
    if refused(nr) {
        return Err(Errno(libc::ENOSYS));
    }
    // SAFETY: see the module's description.
    result(unsafe { raw(nr, pack(args)) })
}

/// Makes a system call that a signal for the guest interrupts: [`Errno::RESTART`] if one was
/// waiting or came before the call began.
pub(crate) fn blocking(nr: i64, args: &[Arg<'_>]) -> HostResult {
    if refused(nr) {
        return Err(Errno(libc::ENOSYS));
    }
    let args = pack(args);
    let pending = signal::pending_flag();
    // SAFETY: see the module's description; `pending` is this thread's or a static.
    result(unsafe { skink_syscall(pending, nr as u64, args.as_ptr()) })
}

/// Any system call.
///
/// # Safety
///
/// The kernel must not do to this process's memory and flow of control what Rust does not expect.
unsafe fn raw(nr: i64, args: [u64; 6]) -> i64 {
    let value: i64;
    // SAFETY: the x86-64 Linux system call convention; the caller vouches for the call itself.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") nr => value,
            in("rdi") args[0], in("rsi") args[1], in("rdx") args[2],
            in("r10") args[3], in("r8") args[4], in("r9") args[5],
            lateout("rcx") _, lateout("r11") _,
            options(nostack),
        );
    }
    value
}

/// Writes a whole message to a descriptor, for logs; whatever happens, the guest goes on.
pub(crate) fn write_all(fd: i32, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match call(libc::SYS_write, &[fd.into(), Arg::input(bytes), Arg::int(bytes.len() as i64)]) {
            Ok(n) if n > 0 => bytes = &bytes[n as usize..],
            Err(Errno(libc::EINTR)) => {}
            _ => return,
        }
    }
}

/// The thread's number.
pub(crate) fn gettid() -> i32 {
    call(libc::SYS_gettid, &[]).unwrap_or(0) as i32
}

/// Lends a descriptor of the guest's, if it is open.
///
/// The guest may close it in another thread meanwhile, and then a host call on it fails or meets
/// another file of the guest's, exactly as on the guest's own kernel.
pub(crate) fn guest_fd(fd: i32) -> Result<std::os::fd::BorrowedFd<'static>, Errno> {
    call(libc::SYS_fcntl, &[fd.into(), libc::F_GETFD.into()])?;
    // SAFETY: not negative, since fcntl succeeded; borrowed descriptors may fail in use, as above.
    Ok(unsafe { std::os::fd::BorrowedFd::borrow_raw(fd) })
}

/// The bytes of a host siginfo_t.
pub(crate) fn bytes_of(info: &SigInfo) -> &[u8; 128] {
    // SAFETY: siginfo_t is 128 bytes (checked by the transmute in `siginfo_from`), initialised
    // throughout: ours all begin as zeros or come from the kernel.
    unsafe { &*(info as *const SigInfo).cast::<[u8; 128]>() }
}

/// A host siginfo_t from its bytes.
pub(crate) fn siginfo_from(bytes: [u8; 128]) -> SigInfo {
    // SAFETY: integers and pointers that are never followed; any bytes are a value.
    unsafe { std::mem::transmute(bytes) }
}

/// The two words of f_fsid, which libc keeps private.
pub(crate) fn fsid_words(statfs: &libc::statfs64) -> [u32; 2] {
    // SAFETY: fsid_t is two C ints (statfs(2)).
    unsafe { std::mem::transmute_copy(&statfs.f_fsid) }
}
