//! Every system call of the ARM kernel's EABI as a row: number, name, arguments, class, handler.
//!
//! The dispatcher, the tracer, the sandbox and COMPAT.md all read this table and nothing else.
//! Numbers: Linux arch/arm/tools/syscall.tbl, up to 6.12.
//!
//! The arguments are a signature, `name:kind` separated by blanks; [`super::signature`] lists the
//! kinds. A row made by [`host`] goes to the host's call of the given number, its arguments
//! converted as the kinds say, because the host's call has the same meaning and the same
//! structures. A row made by [`own`] has a function here. [`missing`] rows answer with an errno.

use super::{
    SysResult, aio, dir, exec, fcntl, fs, futex, ioctl, ipc, keys, limits, mem, misc, poll, process, sched,
    signal,
};
use super::{socket, stat, thread, time, timers};
use crate::thread::Thread;
use Class::{Exit, Fd, File, Harmless, Kernel, Network, Process};
use libc as h;

/// What a call touches; what the sandbox decides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The calling process only: memory, time, its own signals and threads.
    Harmless,
    /// An open descriptor, nothing else.
    Fd,
    /// The file system by name, or descriptors in general.
    File,
    /// The network.
    Network,
    /// Other processes.
    Process,
    /// The state of the machine.
    Kernel,
    /// The end of the program.
    Exit,
}

/// How well a call is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// As the kernel does it.
    Full,
    /// With the gaps that the note names.
    Partial,
    /// Refused with an errno that the kernel may give too.
    Refused,
    /// ENOSYS.
    None,
}

pub(crate) type Handler = fn(&mut Thread, &[u32; 7]) -> SysResult;

/// Who does the work.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// The host's call of this number.
    Host(i64),
    /// A function here.
    Own(Handler),
    /// Nobody; this errno.
    Missing(i32),
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The number that the guest puts into R7.
    pub nr: u32,
    /// The kernel's name.
    pub name: &'static str,
    /// The signature.
    pub args: &'static str,
    /// What it touches.
    pub class: Class,
    /// What is not as the kernel does it; empty if all is.
    pub note: &'static str,
    pub(crate) how: How,
    /// Whether SA_RESTART has it made again after a handler; false for the calls that always fail
    /// with EINTR (signal(7)).
    pub(crate) restart: bool,
}

impl Row {
    const fn note(self, note: &'static str) -> Row {
        Row { note, ..self }
    }

    const fn eintr(self) -> Row {
        Row { restart: false, ..self }
    }

    /// The support level.
    pub fn support(&self) -> Support {
        match self.how {
            How::Missing(h::ENOSYS) => Support::None,
            How::Missing(_) => Support::Refused,
            _ if self.note.is_empty() => Support::Full,
            _ => Support::Partial,
        }
    }
}

const fn row(nr: u32, name: &'static str, args: &'static str, class: Class, how: How) -> Row {
    Row { nr, name, args, class, note: "", how, restart: true }
}

const fn host(nr: u32, name: &'static str, args: &'static str, class: Class, host_nr: i64) -> Row {
    row(nr, name, args, class, How::Host(host_nr))
}

const fn own(nr: u32, name: &'static str, args: &'static str, class: Class, handler: Handler) -> Row {
    row(nr, name, args, class, How::Own(handler))
}

const fn missing(nr: u32, name: &'static str, class: Class, note: &'static str) -> Row {
    row(nr, name, "", class, How::Missing(h::ENOSYS)).note(note)
}

const fn refused(nr: u32, name: &'static str, class: Class, errno: i32, note: &'static str) -> Row {
    row(nr, name, "", class, How::Missing(errno)).note(note)
}

const OABI: &str = "only in the old ABI; the EABI kernel says ENOSYS too";
const GONE: &str = "removed from Linux; the kernel says ENOSYS too";
const ADMIN: &str = "administration of the machine, not offered to guests";

/// All rows, ascending by number.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    own(0, "restart_syscall", "", Harmless, misc::restart_syscall),
    own(1, "exit", "status:int", Exit, thread::exit),
    own(2, "fork", "", Process, process::fork),
    own(3, "read", "fd:fd buf:buf len:size", Fd, fs::read),
    own(4, "write", "fd:fd buf:buf len:size", Fd, fs::write),
    own(5, "open", "path:path flags:oflags mode:mode", File, fs::open),
    own(6, "close", "fd:fd", Harmless, fs::close),
    own(8, "creat", "path:path mode:mode", File, fs::creat),
    host(9, "link", "old:str new:str", File, h::SYS_link),
    host(10, "unlink", "path:str", File, h::SYS_unlink),
    own(11, "execve", "path:path argv:ptr envp:ptr", Process, exec::execve),
    host(12, "chdir", "path:str", File, h::SYS_chdir),
    missing(13, "time", Harmless, OABI),
    host(14, "mknod", "path:str mode:mode dev:uint", File, h::SYS_mknod),
    host(15, "chmod", "path:str mode:mode", File, h::SYS_chmod),
    host(16, "lchown", "path:str uid:uid16 gid:uid16", File, h::SYS_lchown),
    own(19, "lseek", "fd:fd offset:int whence:whence", Fd, dir::lseek),
    host(20, "getpid", "", Harmless, h::SYS_getpid),
    host(21, "mount", "source:str target:str fstype:str flags:hex data:ptr", Kernel, h::SYS_mount),
    missing(22, "umount", Kernel, OABI),
    host(23, "setuid", "uid:uid16", Process, h::SYS_setuid),
    own(24, "getuid", "", Harmless, misc::getuid16),
    missing(25, "stime", Kernel, OABI),
    refused(26, "ptrace", Process, h::EPERM, "tracing between guests is not there yet"),
    missing(27, "alarm", Harmless, OABI),
    host(29, "pause", "", Harmless, h::SYS_pause).eintr(),
    missing(30, "utime", File, OABI),
    own(33, "access", "path:path mode:int", File, fs::access),
    own(34, "nice", "inc:int", Harmless, sched::nice),
    host(36, "sync", "", File, h::SYS_sync),
    own(37, "kill", "pid:int sig:sig", Process, signal::kill),
    host(38, "rename", "old:str new:str", File, h::SYS_rename),
    host(39, "mkdir", "path:str mode:mode", File, h::SYS_mkdir),
    host(40, "rmdir", "path:str", File, h::SYS_rmdir),
    own(41, "dup", "fd:fd", Fd, fs::dup),
    own(42, "pipe", "fds:ptr", File, fs::pipe),
    own(43, "times", "buf:ptr", Harmless, time::times),
    own(45, "brk", "addr:hex", Harmless, mem::brk),
    host(46, "setgid", "gid:uid16", Process, h::SYS_setgid),
    own(47, "getgid", "", Harmless, misc::getgid16),
    own(49, "geteuid", "", Harmless, misc::geteuid16),
    own(50, "getegid", "", Harmless, misc::getegid16),
    host(51, "acct", "path:ptr", Kernel, h::SYS_acct),
    host(52, "umount2", "target:str flags:hex", Kernel, h::SYS_umount2),
    own(54, "ioctl", "fd:fd cmd:ioctl arg:hex", Fd, ioctl::ioctl).note("terminals, files, sockets, pipes, block sizes; unknown requests get ENOTTY"),
    own(55, "fcntl", "fd:fd cmd:fcntl arg:hex", Fd, fcntl::fcntl),
    host(57, "setpgid", "pid:int pgid:int", Process, h::SYS_setpgid),
    host(60, "umask", "mask:mode", Harmless, h::SYS_umask),
    host(61, "chroot", "path:str", Kernel, h::SYS_chroot),
    missing(62, "ustat", File, "superseded by statfs"),
    own(63, "dup2", "old:fd new:fd", Fd, fs::dup2),
    host(64, "getppid", "", Harmless, h::SYS_getppid),
    host(65, "getpgrp", "", Harmless, h::SYS_getpgrp),
    host(66, "setsid", "", Process, h::SYS_setsid),
    own(67, "sigaction", "sig:sig act:ptr old:ptr", Harmless, signal::sigaction),
    host(70, "setreuid", "ruid:uid16 euid:uid16", Process, h::SYS_setreuid),
    host(71, "setregid", "rgid:uid16 egid:uid16", Process, h::SYS_setregid),
    own(72, "sigsuspend", "unused:int unused:int mask:hex", Harmless, signal::sigsuspend).eintr(),
    own(73, "sigpending", "set:ptr", Harmless, signal::sigpending),
    host(74, "sethostname", "name:ptr len:size", Kernel, h::SYS_sethostname),
    own(75, "setrlimit", "resource:rlimit limit:ptr", Harmless, limits::setrlimit),
    missing(76, "getrlimit", Harmless, OABI),
    own(77, "getrusage", "who:int usage:ptr", Harmless, time::getrusage),
    own(78, "gettimeofday", "tv:ptr tz:ptr", Harmless, time::gettimeofday),
    own(79, "settimeofday", "tv:ptr tz:ptr", Kernel, time::settimeofday),
    own(80, "getgroups", "size:int list:ptr", Harmless, misc::getgroups16),
    own(81, "setgroups", "size:int list:ptr", Process, misc::setgroups16),
    missing(82, "select", Fd, OABI),
    host(83, "symlink", "target:str path:str", File, h::SYS_symlink),
    own(85, "readlink", "path:lpath buf:buf len:size", File, fs::readlink),
    missing(86, "uselib", File, GONE),
    host(87, "swapon", "path:str flags:hex", Kernel, h::SYS_swapon),
    refused(88, "reboot", Kernel, h::EPERM, ADMIN),
    missing(89, "readdir", File, OABI),
    missing(90, "mmap", Harmless, OABI),
    own(91, "munmap", "addr:hex len:size", Harmless, mem::munmap),
    host(92, "truncate", "path:str length:int", File, h::SYS_truncate),
    host(93, "ftruncate", "fd:fd length:int", Fd, h::SYS_ftruncate),
    host(94, "fchmod", "fd:fd mode:mode", Fd, h::SYS_fchmod),
    host(95, "fchown", "fd:fd uid:uid16 gid:uid16", Fd, h::SYS_fchown),
    host(96, "getpriority", "which:int who:int", Harmless, h::SYS_getpriority),
    host(97, "setpriority", "which:int who:int prio:int", Process, h::SYS_setpriority),
    own(99, "statfs", "path:path buf:ptr", File, stat::statfs),
    own(100, "fstatfs", "fd:fd buf:ptr", Fd, stat::fstatfs),
    missing(102, "socketcall", Network, OABI),
    host(103, "syslog", "type:int buf:ptr len:int", Kernel, h::SYS_syslog),
    own(104, "setitimer", "which:int new:ptr old:ptr", Harmless, timers::setitimer),
    own(105, "getitimer", "which:int value:ptr", Harmless, timers::getitimer),
    own(106, "stat", "path:path buf:ptr", File, stat::stat),
    own(107, "lstat", "path:lpath buf:ptr", File, stat::lstat),
    own(108, "fstat", "fd:fd buf:ptr", Fd, stat::fstat),
    host(111, "vhangup", "", Kernel, h::SYS_vhangup),
    missing(113, "syscall", Harmless, OABI),
    own(114, "wait4", "pid:int status:ptr options:hex usage:ptr", Process, process::wait4),
    host(115, "swapoff", "path:str", Kernel, h::SYS_swapoff),
    own(116, "sysinfo", "info:ptr", Harmless, misc::sysinfo),
    missing(117, "ipc", Process, OABI),
    host(118, "fsync", "fd:fd", Fd, h::SYS_fsync),
    own(119, "sigreturn", "", Harmless, signal::sigreturn),
    own(120, "clone", "flags:clone stack:hex ptid:ptr tls:hex ctid:ptr", Harmless, process::clone).note("threads, fork and vfork; no new namespaces; memory shared between processes only with CLONE_VFORK"),
    host(121, "setdomainname", "name:ptr len:size", Kernel, h::SYS_setdomainname),
    own(122, "uname", "buf:ptr", Harmless, misc::uname),
    own(124, "adjtimex", "timex:ptr", Kernel, time::adjtimex),
    own(125, "mprotect", "addr:hex len:size prot:prot", Harmless, mem::mprotect),
    own(126, "sigprocmask", "how:int set:ptr old:ptr", Harmless, signal::sigprocmask),
    refused(128, "init_module", Kernel, h::EPERM, ADMIN),
    refused(129, "delete_module", Kernel, h::EPERM, ADMIN),
    refused(131, "quotactl", Kernel, h::EPERM, ADMIN),
    host(132, "getpgid", "pid:int", Harmless, h::SYS_getpgid),
    host(133, "fchdir", "fd:fd", File, h::SYS_fchdir),
    missing(134, "bdflush", Kernel, GONE),
    host(135, "sysfs", "option:int arg1:ptr arg2:ptr", File, h::SYS_sysfs),
    own(136, "personality", "persona:hex", Harmless, misc::personality),
    host(138, "setfsuid", "uid:uid16", Process, h::SYS_setfsuid),
    host(139, "setfsgid", "gid:uid16", Process, h::SYS_setfsgid),
    own(140, "_llseek", "fd:fd high:hex low:hex result:ptr whence:whence", Fd, dir::llseek),
    own(141, "getdents", "fd:fd dirp:ptr count:size", Fd, dir::getdents),
    own(142, "_newselect", "n:int read:ptr write:ptr except:ptr timeout:ptr", Fd, poll::select).eintr(),
    host(143, "flock", "fd:fd operation:int", Fd, h::SYS_flock),
    own(144, "msync", "addr:hex len:size flags:hex", Harmless, mem::msync),
    own(145, "readv", "fd:fd iov:ptr count:int", Fd, fs::readv),
    own(146, "writev", "fd:fd iov:ptr count:int", Fd, fs::writev),
    host(147, "getsid", "pid:int", Harmless, h::SYS_getsid),
    host(148, "fdatasync", "fd:fd", Fd, h::SYS_fdatasync),
    missing(149, "_sysctl", Kernel, GONE),
    own(150, "mlock", "addr:hex len:size", Harmless, mem::mlock),
    own(151, "munlock", "addr:hex len:size", Harmless, mem::munlock),
    own(152, "mlockall", "flags:hex", Harmless, mem::mlockall).note("accepted without effect: the host would lock skink too"),
    own(153, "munlockall", "", Harmless, mem::munlockall).note("accepted without effect, as mlockall"),
    host(154, "sched_setparam", "pid:int param:ptr", Process, h::SYS_sched_setparam),
    host(155, "sched_getparam", "pid:int param:ptr", Harmless, h::SYS_sched_getparam),
    host(156, "sched_setscheduler", "pid:int policy:int param:ptr", Process, h::SYS_sched_setscheduler),
    host(157, "sched_getscheduler", "pid:int", Harmless, h::SYS_sched_getscheduler),
    host(158, "sched_yield", "", Harmless, h::SYS_sched_yield),
    host(159, "sched_get_priority_max", "policy:int", Harmless, h::SYS_sched_get_priority_max),
    host(160, "sched_get_priority_min", "policy:int", Harmless, h::SYS_sched_get_priority_min),
    own(161, "sched_rr_get_interval", "pid:int interval:ptr", Harmless, sched::rr_get_interval),
    own(162, "nanosleep", "req:ptr rem:ptr", Harmless, time::nanosleep).eintr(),
    own(163, "mremap", "old:hex old_len:size new_len:size flags:hex new:hex", Harmless, mem::mremap),
    host(164, "setresuid", "ruid:uid16 euid:uid16 suid:uid16", Process, h::SYS_setresuid),
    own(165, "getresuid", "ruid:ptr euid:ptr suid:ptr", Harmless, misc::getresuid16),
    host(168, "poll", "fds:ptr nfds:uint timeout:int", Fd, h::SYS_poll).eintr(),
    missing(169, "nfsservctl", Kernel, GONE),
    host(170, "setresgid", "rgid:uid16 egid:uid16 sgid:uid16", Process, h::SYS_setresgid),
    own(171, "getresgid", "rgid:ptr egid:ptr sgid:ptr", Harmless, misc::getresgid16),
    own(172, "prctl", "option:prctl arg2:hex arg3:hex arg4:hex arg5:hex", Harmless, misc::prctl).note("names, death signal, dumpable, keepcaps, no_new_privs, child subreaper, securebits, timer slack, VMA names; others EINVAL"),
    own(173, "rt_sigreturn", "", Harmless, signal::rt_sigreturn),
    own(174, "rt_sigaction", "sig:sig act:ptr old:ptr size:size", Harmless, signal::rt_sigaction),
    own(175, "rt_sigprocmask", "how:int set:ptr old:ptr size:size", Harmless, signal::rt_sigprocmask),
    own(176, "rt_sigpending", "set:ptr size:size", Harmless, signal::rt_sigpending),
    own(177, "rt_sigtimedwait", "set:ptr info:ptr timeout:ptr size:size", Harmless, signal::rt_sigtimedwait).eintr(),
    own(178, "rt_sigqueueinfo", "pid:int sig:sig info:ptr", Process, signal::rt_sigqueueinfo),
    own(179, "rt_sigsuspend", "mask:ptr size:size", Harmless, signal::rt_sigsuspend).eintr(),
    own(180, "pread64", "fd:fd buf:buf len:size offset:off64", Fd, fs::pread64),
    own(181, "pwrite64", "fd:fd buf:buf len:size offset:off64", Fd, fs::pwrite64),
    host(182, "chown", "path:str uid:uid16 gid:uid16", File, h::SYS_chown),
    host(183, "getcwd", "buf:buf size:size", Harmless, h::SYS_getcwd),
    host(184, "capget", "header:ptr data:ptr", Harmless, h::SYS_capget),
    host(185, "capset", "header:ptr data:ptr", Process, h::SYS_capset),
    own(186, "sigaltstack", "new:ptr old:ptr", Harmless, signal::sigaltstack),
    own(187, "sendfile", "out:fd in:fd offset:ptr count:size", Fd, fs::sendfile),
    own(190, "vfork", "", Process, process::vfork),
    own(191, "ugetrlimit", "resource:rlimit limit:ptr", Harmless, limits::getrlimit),
    own(192, "mmap2", "addr:hex len:size prot:prot flags:mmap fd:mapfd pgoff:hex", Harmless, mem::mmap2),
    host(193, "truncate64", "path:str length:off64", File, h::SYS_truncate),
    host(194, "ftruncate64", "fd:fd length:off64", Fd, h::SYS_ftruncate),
    own(195, "stat64", "path:path buf:ptr", File, stat::stat64),
    own(196, "lstat64", "path:lpath buf:ptr", File, stat::lstat64),
    own(197, "fstat64", "fd:fd buf:ptr", Fd, stat::fstat64),
    host(198, "lchown32", "path:str uid:uint gid:uint", File, h::SYS_lchown),
    host(199, "getuid32", "", Harmless, h::SYS_getuid),
    host(200, "getgid32", "", Harmless, h::SYS_getgid),
    host(201, "geteuid32", "", Harmless, h::SYS_geteuid),
    host(202, "getegid32", "", Harmless, h::SYS_getegid),
    host(203, "setreuid32", "ruid:uint euid:uint", Process, h::SYS_setreuid),
    host(204, "setregid32", "rgid:uint egid:uint", Process, h::SYS_setregid),
    host(205, "getgroups32", "size:int list:ptr", Harmless, h::SYS_getgroups),
    host(206, "setgroups32", "size:int list:ptr", Process, h::SYS_setgroups),
    host(207, "fchown32", "fd:fd uid:uint gid:uint", Fd, h::SYS_fchown),
    host(208, "setresuid32", "ruid:uint euid:uint suid:uint", Process, h::SYS_setresuid),
    host(209, "getresuid32", "ruid:mptr euid:mptr suid:mptr", Harmless, h::SYS_getresuid),
    host(210, "setresgid32", "rgid:uint egid:uint sgid:uint", Process, h::SYS_setresgid),
    host(211, "getresgid32", "rgid:mptr egid:mptr sgid:mptr", Harmless, h::SYS_getresgid),
    host(212, "chown32", "path:str uid:uint gid:uint", File, h::SYS_chown),
    host(213, "setuid32", "uid:uint", Process, h::SYS_setuid),
    host(214, "setgid32", "gid:uint", Process, h::SYS_setgid),
    host(215, "setfsuid32", "uid:uint", Process, h::SYS_setfsuid),
    host(216, "setfsgid32", "gid:uint", Process, h::SYS_setfsgid),
    own(217, "getdents64", "fd:fd dirp:ptr count:size", Fd, dir::getdents64),
    refused(218, "pivot_root", Kernel, h::EPERM, ADMIN),
    own(219, "mincore", "addr:hex len:size vec:ptr", Harmless, mem::mincore),
    own(220, "madvise", "addr:hex len:size advice:int", Harmless, mem::madvise),
    own(221, "fcntl64", "fd:fd cmd:fcntl arg:hex", Fd, fcntl::fcntl64),
    host(224, "gettid", "", Harmless, h::SYS_gettid),
    host(225, "readahead", "fd:fd offset:off64 count:size", Fd, h::SYS_readahead),
    host(226, "setxattr", "path:path name:str value:ptr size:size flags:hex", File, h::SYS_setxattr),
    host(227, "lsetxattr", "path:lpath name:str value:ptr size:size flags:hex", File, h::SYS_lsetxattr),
    host(228, "fsetxattr", "fd:fd name:str value:ptr size:size flags:hex", Fd, h::SYS_fsetxattr),
    host(229, "getxattr", "path:path name:str value:ptr size:size", File, h::SYS_getxattr),
    host(230, "lgetxattr", "path:lpath name:str value:ptr size:size", File, h::SYS_lgetxattr),
    host(231, "fgetxattr", "fd:fd name:str value:ptr size:size", Fd, h::SYS_fgetxattr),
    host(232, "listxattr", "path:path list:ptr size:size", File, h::SYS_listxattr),
    host(233, "llistxattr", "path:lpath list:ptr size:size", File, h::SYS_llistxattr),
    host(234, "flistxattr", "fd:fd list:ptr size:size", Fd, h::SYS_flistxattr),
    host(235, "removexattr", "path:path name:str", File, h::SYS_removexattr),
    host(236, "lremovexattr", "path:lpath name:str", File, h::SYS_lremovexattr),
    host(237, "fremovexattr", "fd:fd name:str", Fd, h::SYS_fremovexattr),
    host(238, "tkill", "tid:int sig:sig", Process, h::SYS_tkill),
    host(239, "sendfile64", "out:fd in:fd offset:ptr count:size", Fd, h::SYS_sendfile),
    own(240, "futex", "uaddr:hex op:futex val:int timeout:ptr uaddr2:hex val3:hex", Harmless, futex::futex),
    own(241, "sched_setaffinity", "pid:int len:size mask:ptr", Process, sched::setaffinity),
    own(242, "sched_getaffinity", "pid:int len:size mask:ptr", Harmless, sched::getaffinity),
    own(243, "io_setup", "count:uint context:ptr", Fd, aio::io_setup),
    own(244, "io_destroy", "context:hex", Fd, aio::io_destroy),
    own(245, "io_getevents", "context:hex least:int most:int events:ptr timeout:ptr", Fd, aio::io_getevents).eintr(),
    own(246, "io_submit", "context:hex count:int iocbs:ptr", File, aio::io_submit),
    own(247, "io_cancel", "context:hex iocb:ptr event:ptr", Fd, aio::io_cancel),
    own(248, "exit_group", "status:int", Exit, process::exit_group),
    missing(249, "lookup_dcookie", Kernel, GONE),
    host(250, "epoll_create", "size:int", File, h::SYS_epoll_create),
    own(251, "epoll_ctl", "epfd:fd op:int fd:fd event:ptr", Fd, poll::epoll_ctl),
    own(252, "epoll_wait", "epfd:fd events:ptr max:int timeout:int", Fd, poll::epoll_wait).eintr(),
    missing(253, "remap_file_pages", Harmless, "deprecated; programs fall back on mmap"),
    own(256, "set_tid_address", "tidptr:ptr", Harmless, thread::set_tid_address),
    own(257, "timer_create", "clock:clock event:ptr timer:ptr", Harmless, timers::timer_create),
    own(258, "timer_settime", "timer:int flags:hex new:ptr old:ptr", Harmless, timers::timer_settime),
    own(259, "timer_gettime", "timer:int value:ptr", Harmless, timers::timer_gettime),
    host(260, "timer_getoverrun", "timer:int", Harmless, h::SYS_timer_getoverrun),
    host(261, "timer_delete", "timer:int", Harmless, h::SYS_timer_delete),
    own(262, "clock_settime", "clock:clock time:ptr", Kernel, time::clock_settime),
    own(263, "clock_gettime", "clock:clock time:ptr", Harmless, time::clock_gettime),
    own(264, "clock_getres", "clock:clock res:ptr", Harmless, time::clock_getres),
    own(265, "clock_nanosleep", "clock:clock flags:hex req:ptr rem:ptr", Harmless, time::clock_nanosleep).eintr(),
    own(266, "statfs64", "path:path size:size buf:ptr", File, stat::statfs64),
    own(267, "fstatfs64", "fd:fd size:size buf:ptr", Fd, stat::fstatfs64),
    own(268, "tgkill", "tgid:int tid:int sig:sig", Process, signal::tgkill),
    own(269, "utimes", "path:path times:ptr", File, time::utimes),
    own(270, "arm_fadvise64_64", "fd:fd advice:uint offset:off64 len:off64", Fd, fs::fadvise),
    missing(271, "pciconfig_iobase", Kernel, ADMIN),
    missing(272, "pciconfig_read", Kernel, ADMIN),
    missing(273, "pciconfig_write", Kernel, ADMIN),
    own(274, "mq_open", "name:str flags:oflags mode:mode attr:ptr", File, ipc::mq_open),
    host(275, "mq_unlink", "name:str", File, h::SYS_mq_unlink),
    own(276, "mq_timedsend", "mqd:fd msg:buf len:size prio:uint timeout:ptr", Fd, ipc::mq_timedsend),
    own(277, "mq_timedreceive", "mqd:fd msg:buf len:size prio:ptr timeout:ptr", Fd, ipc::mq_timedreceive),
    own(278, "mq_notify", "mqd:fd event:ptr", Fd, ipc::mq_notify),
    own(279, "mq_getsetattr", "mqd:fd new:ptr old:ptr", Fd, ipc::mq_getsetattr),
    own(280, "waitid", "type:int id:int info:ptr options:hex usage:ptr", Process, process::waitid),
    host(281, "socket", "domain:int type:int protocol:int", Network, h::SYS_socket),
    host(282, "bind", "fd:fd addr:ptr len:int", Network, h::SYS_bind),
    host(283, "connect", "fd:fd addr:ptr len:int", Network, h::SYS_connect),
    host(284, "listen", "fd:fd backlog:int", Network, h::SYS_listen),
    host(285, "accept", "fd:fd addr:ptr len:ptr", Network, h::SYS_accept),
    host(286, "getsockname", "fd:fd addr:ptr len:ptr", Fd, h::SYS_getsockname),
    host(287, "getpeername", "fd:fd addr:ptr len:ptr", Fd, h::SYS_getpeername),
    host(288, "socketpair", "domain:int type:int protocol:int fds:ptr", File, h::SYS_socketpair),
    own(289, "send", "fd:fd buf:buf len:size flags:hex", Fd, socket::send),
    host(290, "sendto", "fd:fd buf:buf len:size flags:hex addr:ptr addrlen:int", Fd, h::SYS_sendto),
    own(291, "recv", "fd:fd buf:buf len:size flags:hex", Fd, socket::recv),
    host(292, "recvfrom", "fd:fd buf:buf len:size flags:hex addr:ptr addrlen:ptr", Fd, h::SYS_recvfrom),
    host(293, "shutdown", "fd:fd how:int", Fd, h::SYS_shutdown),
    own(294, "setsockopt", "fd:fd level:int name:int value:ptr len:int", Fd, socket::setsockopt),
    own(295, "getsockopt", "fd:fd level:int name:int value:ptr len:ptr", Fd, socket::getsockopt),
    own(296, "sendmsg", "fd:fd msg:ptr flags:hex", Fd, socket::sendmsg),
    own(297, "recvmsg", "fd:fd msg:ptr flags:hex", Fd, socket::recvmsg),
    host(298, "semop", "id:int ops:ptr count:uint", Process, h::SYS_semop).eintr(),
    host(299, "semget", "key:int count:int flags:hex", Process, h::SYS_semget),
    own(300, "semctl", "id:int num:int cmd:int arg:hex", Process, ipc::semctl),
    own(301, "msgsnd", "id:int msg:ptr size:size flags:hex", Process, ipc::msgsnd).eintr(),
    own(302, "msgrcv", "id:int msg:ptr size:size type:int flags:hex", Process, ipc::msgrcv).eintr(),
    host(303, "msgget", "key:int flags:hex", Process, h::SYS_msgget),
    own(304, "msgctl", "id:int cmd:int buf:ptr", Process, ipc::msgctl),
    own(305, "shmat", "id:int addr:hex flags:hex", Process, ipc::shmat),
    own(306, "shmdt", "addr:hex", Process, ipc::shmdt),
    host(307, "shmget", "key:int size:size flags:hex", Process, h::SYS_shmget),
    own(308, "shmctl", "id:int cmd:int buf:ptr", Process, ipc::shmctl),
    host(309, "add_key", "type:str description:str payload:ptr len:size ring:int", Kernel, h::SYS_add_key),
    host(310, "request_key", "type:str description:str info:ptr ring:int", Kernel, h::SYS_request_key),
    own(311, "keyctl", "option:int arg2:hex arg3:hex arg4:hex arg5:hex", Kernel, keys::keyctl).note("Diffie-Hellman (KEYCTL_DH_COMPUTE) is EOPNOTSUPP, as in kernels without it"),
    own(312, "semtimedop", "id:int ops:ptr count:uint timeout:ptr", Process, ipc::semtimedop).eintr(),
    missing(313, "vserver", Kernel, GONE),
    host(314, "ioprio_set", "which:int who:int prio:int", Process, h::SYS_ioprio_set),
    host(315, "ioprio_get", "which:int who:int", Harmless, h::SYS_ioprio_get),
    host(316, "inotify_init", "", File, h::SYS_inotify_init),
    host(317, "inotify_add_watch", "fd:fd path:path mask:hex", File, h::SYS_inotify_add_watch),
    host(318, "inotify_rm_watch", "fd:fd wd:int", Fd, h::SYS_inotify_rm_watch),
    missing(319, "mbind", Harmless, "not in ARM kernels without NUMA"),
    missing(320, "get_mempolicy", Harmless, "not in ARM kernels without NUMA"),
    missing(321, "set_mempolicy", Harmless, "not in ARM kernels without NUMA"),
    own(322, "openat", "dir:dirfd path:path flags:oflags mode:mode", File, fs::openat),
    host(323, "mkdirat", "dir:dirfd path:str mode:mode", File, h::SYS_mkdirat),
    host(324, "mknodat", "dir:dirfd path:str mode:mode dev:uint", File, h::SYS_mknodat),
    host(325, "fchownat", "dir:dirfd path:str uid:uint gid:uint flags:atflags", File, h::SYS_fchownat),
    own(326, "futimesat", "dir:dirfd path:path times:ptr", File, time::futimesat),
    own(327, "fstatat64", "dir:dirfd path:path buf:ptr flags:atflags", File, stat::fstatat64),
    host(328, "unlinkat", "dir:dirfd path:str flags:atflags", File, h::SYS_unlinkat),
    host(329, "renameat", "olddir:dirfd old:str newdir:dirfd new:str", File, h::SYS_renameat),
    host(330, "linkat", "olddir:dirfd old:str newdir:dirfd new:str flags:atflags", File, h::SYS_linkat),
    host(331, "symlinkat", "target:str dir:dirfd path:str", File, h::SYS_symlinkat),
    own(332, "readlinkat", "dir:dirfd path:lpath buf:buf len:size", File, fs::readlinkat),
    host(333, "fchmodat", "dir:dirfd path:str mode:mode", File, h::SYS_fchmodat),
    own(334, "faccessat", "dir:dirfd path:path mode:int", File, fs::faccessat),
    own(335, "pselect6", "n:int read:ptr write:ptr except:ptr timeout:ptr sig:ptr", Fd, poll::pselect6).eintr(),
    own(336, "ppoll", "fds:ptr nfds:uint timeout:ptr mask:ptr size:size", Fd, poll::ppoll).eintr(),
    own(337, "unshare", "flags:clone", Kernel, process::unshare),
    own(338, "set_robust_list", "head:ptr len:size", Harmless, futex::set_robust_list),
    own(339, "get_robust_list", "pid:int head:ptr len:ptr", Harmless, futex::get_robust_list).note("of the calling thread only"),
    host(340, "splice", "in:fd inoff:ptr out:fd outoff:ptr len:size flags:hex", Fd, h::SYS_splice),
    own(341, "arm_sync_file_range", "fd:fd flags:hex offset:off64 len:off64", Fd, fs::sync_file_range),
    host(342, "tee", "in:fd out:fd len:size flags:hex", Fd, h::SYS_tee),
    own(343, "vmsplice", "fd:fd iov:ptr count:uint flags:hex", Fd, fs::vmsplice),
    missing(344, "move_pages", Harmless, "not in ARM kernels without NUMA"),
    host(345, "getcpu", "cpu:ptr node:ptr unused:ptr", Harmless, h::SYS_getcpu),
    own(346, "epoll_pwait", "epfd:fd events:ptr max:int timeout:int mask:ptr size:size", Fd, poll::epoll_pwait).eintr(),
    refused(347, "kexec_load", Kernel, h::EPERM, ADMIN),
    own(348, "utimensat", "dir:dirfd path:path times:ptr flags:atflags", File, time::utimensat),
    own(349, "signalfd", "fd:fd mask:ptr size:size", File, signal::signalfd),
    host(350, "timerfd_create", "clock:clock flags:hex", File, h::SYS_timerfd_create),
    host(351, "eventfd", "count:uint", File, h::SYS_eventfd),
    host(352, "fallocate", "fd:fd mode:hex offset:off64 len:off64", Fd, h::SYS_fallocate),
    own(353, "timerfd_settime", "fd:fd flags:hex new:ptr old:ptr", Fd, timers::timerfd_settime),
    own(354, "timerfd_gettime", "fd:fd value:ptr", Fd, timers::timerfd_gettime),
    own(355, "signalfd4", "fd:fd mask:ptr size:size flags:hex", File, signal::signalfd4),
    host(356, "eventfd2", "count:uint flags:hex", File, h::SYS_eventfd2),
    host(357, "epoll_create1", "flags:hex", File, h::SYS_epoll_create1),
    own(358, "dup3", "old:fd new:fd flags:oflags", Fd, fs::dup3),
    own(359, "pipe2", "fds:ptr flags:oflags", File, fs::pipe2),
    host(360, "inotify_init1", "flags:hex", File, h::SYS_inotify_init1),
    own(361, "preadv", "fd:fd iov:ptr count:int low:hex high:hex", Fd, fs::preadv),
    own(362, "pwritev", "fd:fd iov:ptr count:int low:hex high:hex", Fd, fs::pwritev),
    own(363, "rt_tgsigqueueinfo", "tgid:int tid:int sig:sig info:ptr", Process, signal::rt_tgsigqueueinfo),
    missing(364, "perf_event_open", Kernel, "counts the host's instructions, not the guest's"),
    own(365, "recvmmsg", "fd:fd msgs:ptr count:uint flags:hex timeout:ptr", Fd, socket::recvmmsg),
    host(366, "accept4", "fd:fd addr:ptr len:ptr flags:hex", Network, h::SYS_accept4),
    missing(367, "fanotify_init", Kernel, ADMIN),
    missing(368, "fanotify_mark", Kernel, ADMIN),
    own(369, "prlimit64", "pid:int resource:rlimit new:ptr old:ptr", Harmless, limits::prlimit64),
    host(370, "name_to_handle_at", "dir:dirfd path:path handle:ptr mnt:ptr flags:hex", File, h::SYS_name_to_handle_at),
    host(371, "open_by_handle_at", "mount:fd handle:ptr flags:oflags", File, h::SYS_open_by_handle_at),
    own(372, "clock_adjtime", "clock:clock timex:ptr", Kernel, time::clock_adjtime),
    host(373, "syncfs", "fd:fd", Fd, h::SYS_syncfs),
    own(374, "sendmmsg", "fd:fd msgs:ptr count:uint flags:hex", Fd, socket::sendmmsg),
    own(375, "setns", "fd:fd type:hex", Kernel, process::setns),
    missing(376, "process_vm_readv", Process, "addresses of another guest"),
    missing(377, "process_vm_writev", Process, "addresses of another guest"),
    host(378, "kcmp", "pid1:int pid2:int type:int idx1:uint idx2:uint", Process, h::SYS_kcmp),
    refused(379, "finit_module", Kernel, h::EPERM, ADMIN),
    host(380, "sched_setattr", "pid:int attr:ptr flags:uint", Process, h::SYS_sched_setattr),
    host(381, "sched_getattr", "pid:int attr:ptr size:uint flags:uint", Harmless, h::SYS_sched_getattr),
    host(382, "renameat2", "olddir:dirfd old:str newdir:dirfd new:str flags:hex", File, h::SYS_renameat2),
    refused(383, "seccomp", Process, h::EINVAL, "filters speak of ARM system calls, which the host never sees"),
    host(384, "getrandom", "buf:buf len:size flags:hex", Harmless, h::SYS_getrandom),
    host(385, "memfd_create", "name:str flags:hex", File, h::SYS_memfd_create),
    refused(386, "bpf", Kernel, h::EPERM, ADMIN),
    own(387, "execveat", "dir:dirfd path:path argv:ptr envp:ptr flags:atflags", Process, exec::execveat),
    missing(388, "userfaultfd", Harmless, "faults of guest memory are skink's"),
    host(389, "membarrier", "cmd:int flags:uint cpu:int", Harmless, h::SYS_membarrier),
    own(390, "mlock2", "addr:hex len:size flags:hex", Harmless, mem::mlock2),
    host(391, "copy_file_range", "in:fd inoff:ptr out:fd outoff:ptr len:size flags:uint", Fd, h::SYS_copy_file_range),
    own(392, "preadv2", "fd:fd iov:ptr count:int low:hex high:hex flags:hex", Fd, fs::preadv2),
    own(393, "pwritev2", "fd:fd iov:ptr count:int low:hex high:hex flags:hex", Fd, fs::pwritev2),
    own(394, "pkey_mprotect", "addr:hex len:size prot:prot key:int", Harmless, mem::pkey_mprotect),
    refused(395, "pkey_alloc", Harmless, h::ENOSPC, "ARM has no protection keys"),
    refused(396, "pkey_free", Harmless, h::EINVAL, "ARM has no protection keys"),
    own(397, "statx", "dir:dirfd path:path flags:atflags mask:hex buf:ptr", File, stat::statx),
    missing(398, "rseq", Harmless, "critical sections of guest code are not watched; C libraries do without"),
    own(399, "io_pgetevents", "context:hex least:int most:int events:ptr timeout:ptr mask:ptr", Fd, aio::io_pgetevents).eintr(),
    missing(400, "migrate_pages", Harmless, "not in ARM kernels without NUMA"),
    refused(401, "kexec_file_load", Kernel, h::EPERM, ADMIN),
    own(403, "clock_gettime64", "clock:clock time:ptr", Harmless, time::clock_gettime64),
    own(404, "clock_settime64", "clock:clock time:ptr", Kernel, time::clock_settime64),
    host(405, "clock_adjtime64", "clock:clock timex:mptr", Kernel, h::SYS_clock_adjtime),
    own(406, "clock_getres_time64", "clock:clock res:ptr", Harmless, time::clock_getres64),
    own(407, "clock_nanosleep_time64", "clock:clock flags:hex req:ptr rem:ptr", Harmless, time::clock_nanosleep64).eintr(),
    own(408, "timer_gettime64", "timer:int value:ptr", Harmless, timers::timer_gettime64),
    own(409, "timer_settime64", "timer:int flags:hex new:ptr old:ptr", Harmless, timers::timer_settime64),
    own(410, "timerfd_gettime64", "fd:fd value:ptr", Fd, timers::timerfd_gettime64),
    own(411, "timerfd_settime64", "fd:fd flags:hex new:ptr old:ptr", Fd, timers::timerfd_settime64),
    own(412, "utimensat_time64", "dir:dirfd path:path times:ptr flags:atflags", File, time::utimensat64),
    own(413, "pselect6_time64", "n:int read:ptr write:ptr except:ptr timeout:ptr sig:ptr", Fd, poll::pselect6_64).eintr(),
    own(414, "ppoll_time64", "fds:ptr nfds:uint timeout:ptr mask:ptr size:size", Fd, poll::ppoll64).eintr(),
    own(416, "io_pgetevents_time64", "context:hex least:int most:int events:ptr timeout:ptr mask:ptr", Fd, aio::io_pgetevents64).eintr(),
    own(417, "recvmmsg_time64", "fd:fd msgs:ptr count:uint flags:hex timeout:ptr", Fd, socket::recvmmsg64),
    own(418, "mq_timedsend_time64", "mqd:fd msg:buf len:size prio:uint timeout:ptr", Fd, ipc::mq_timedsend64),
    own(419, "mq_timedreceive_time64", "mqd:fd msg:buf len:size prio:ptr timeout:ptr", Fd, ipc::mq_timedreceive64),
    own(420, "semtimedop_time64", "id:int ops:ptr count:uint timeout:ptr", Process, ipc::semtimedop64).eintr(),
    own(421, "rt_sigtimedwait_time64", "set:ptr info:ptr timeout:ptr size:size", Harmless, signal::rt_sigtimedwait64).eintr(),
    own(422, "futex_time64", "uaddr:hex op:futex val:int timeout:ptr uaddr2:hex val3:hex", Harmless, futex::futex64),
    own(423, "sched_rr_get_interval_time64", "pid:int interval:ptr", Harmless, sched::rr_get_interval64),
    own(424, "pidfd_send_signal", "pidfd:fd sig:sig info:ptr flags:uint", Process, signal::pidfd_send_signal),
    missing(425, "io_uring_setup", Fd, "rings of pointers that the host's kernel would follow"),
    missing(426, "io_uring_enter", Fd, "as io_uring_setup"),
    missing(427, "io_uring_register", Fd, "as io_uring_setup"),
    host(428, "open_tree", "dir:dirfd path:str flags:hex", Kernel, h::SYS_open_tree),
    host(429, "move_mount", "from:dirfd old:str to:dirfd new:str flags:hex", Kernel, h::SYS_move_mount),
    host(430, "fsopen", "name:str flags:hex", Kernel, h::SYS_fsopen),
    host(431, "fsconfig", "fd:fd cmd:uint key:ptr value:ptr aux:int", Kernel, h::SYS_fsconfig),
    host(432, "fsmount", "fd:fd flags:hex attr:hex", Kernel, h::SYS_fsmount),
    host(433, "fspick", "dir:dirfd path:str flags:hex", Kernel, h::SYS_fspick),
    host(434, "pidfd_open", "pid:int flags:hex", Process, h::SYS_pidfd_open),
    own(435, "clone3", "args:ptr size:size", Harmless, process::clone3).note("as clone"),
    own(436, "close_range", "first:uint last:uint flags:hex", Harmless, fs::close_range),
    own(437, "openat2", "dir:dirfd path:path how:ptr size:size", File, fs::openat2),
    host(438, "pidfd_getfd", "pidfd:fd fd:int flags:hex", Process, h::SYS_pidfd_getfd),
    own(439, "faccessat2", "dir:dirfd path:path mode:int flags:atflags", File, fs::faccessat2),
    missing(440, "process_madvise", Process, "addresses of another guest"),
    own(441, "epoll_pwait2", "epfd:fd events:ptr max:int timeout:ptr mask:ptr size:size", Fd, poll::epoll_pwait2).eintr(),
    host(442, "mount_setattr", "dir:dirfd path:str flags:hex attr:ptr size:size", Kernel, h::SYS_mount_setattr),
    refused(443, "quotactl_fd", Kernel, h::EPERM, ADMIN),
    host(444, "landlock_create_ruleset", "attr:ptr size:size flags:hex", Process, 444),
    host(445, "landlock_add_rule", "fd:fd type:int attr:ptr flags:hex", Process, 445),
    host(446, "landlock_restrict_self", "fd:fd flags:hex", Process, 446),
    host(448, "process_mrelease", "pidfd:fd flags:hex", Process, 448),
    own(449, "futex_waitv", "waiters:ptr count:uint flags:hex timeout:ptr clock:clock", Harmless, futex::futex_waitv),
    missing(450, "set_mempolicy_home_node", Harmless, "not in ARM kernels without NUMA"),
    host(451, "cachestat", "fd:fd range:ptr stat:ptr flags:uint", Fd, 451),
    host(452, "fchmodat2", "dir:dirfd path:str mode:mode flags:atflags", File, 452),
    missing(453, "map_shadow_stack", Harmless, "x86 only"),
    host(454, "futex_wake", "uaddr:mptr mask:hex count:int flags:hex", Harmless, 454),
    own(455, "futex_wait", "uaddr:hex val:hex mask:hex flags:hex timeout:ptr clock:clock", Harmless, futex::futex_wait),
    own(456, "futex_requeue", "waiters:ptr flags:hex wake:int requeue:int", Harmless, futex::futex_requeue),
    host(457, "statmount", "req:ptr buf:ptr size:size flags:uint", File, 457),
    host(458, "listmount", "req:ptr ids:ptr count:size flags:uint", File, 458),
    missing(459, "lsm_get_self_attr", Kernel, ADMIN),
    missing(460, "lsm_set_self_attr", Kernel, ADMIN),
    missing(461, "lsm_list_modules", Kernel, ADMIN),
    own(462, "mseal", "addr:hex len:size flags:hex", Harmless, mem::mseal).note("checked, but the pages stay changeable"),
    own(0x0f_0001, "breakpoint", "", Harmless, misc::arm_breakpoint),
    own(0x0f_0002, "cacheflush", "start:hex end:hex flags:hex", Harmless, mem::cacheflush),
    own(0x0f_0003, "usr26", "", Harmless, misc::arm_usr26),
    own(0x0f_0004, "usr32", "", Harmless, misc::arm_usr32),
    own(0x0f_0005, "set_tls", "tls:hex", Harmless, thread::set_tls),
    own(0x0f_0006, "get_tls", "", Harmless, thread::get_tls),
];

const LIMIT: usize = 512;
const NONE: u16 = u16::MAX;

/// Number to index into `ROWS`, for the numbers below `LIMIT`.
static INDEX: [u16; LIMIT] = {
    let mut index = [NONE; LIMIT];
    let mut i = 0;
    while i < ROWS.len() {
        if (ROWS[i].nr as usize) < LIMIT {
            index[ROWS[i].nr as usize] = i as u16;
        }
        i += 1;
    }
    index
};

/// The row of a number.
#[inline]
pub(crate) fn lookup(nr: u32) -> Option<&'static Row> {
    match INDEX.get(nr as usize) {
        Some(&index) => ROWS.get(index as usize),
        None => ROWS[ROWS.len() - 6..].iter().find(|row| row.nr == nr),
    }
}
