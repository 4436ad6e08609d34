// qemu: forgets some checks of pointers, and dies of some calls
// Wild pointers handed to system calls: EFAULT, and nothing worse. CALL lines have the other arguments right.
//
// A letter per argument: '.' a number, 'r' a pointer that the kernel reads, 'w' one that it writes; capitals where a
// null pointer is as bad as any. A number behind the letters is the errno that may come instead of EFAULT: EPERM where
// rights are looked at first. crates/linux/src/syscalls/signature.rs has a test that looks for each of its calls here.
#include "guest.h"
#include <dirent.h>
#include <grp.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

struct call {
    const char *name, *kinds;
    int number, other;
    long args[7];
};

static char *page, *hole, *readonly;
static int zero, file, dir, in, out, left, right, epoll, timer_fd, notes, semaphores, queue, timer, bound;
static char *const path = "file", *const name = "user.name";

static long raw(int number, const long *a) {
    register long r0 asm("r0") = a[0], r1 asm("r1") = a[1], r2 asm("r2") = a[2], r3 asm("r3") = a[3];
    register long r4 asm("r4") = a[4], r5 asm("r5") = a[5], r6 asm("r6") = a[6];
    register int nr asm("r8") = number;
    // R7 is the frame pointer of Thumb code.
    asm volatile("push {r7}\n\tmov r7, %1\n\tsvc 0\n\tpop {r7}"
                 : "+r"(r0) : "r"(nr), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5), "r"(r6) : "memory", "cc");
    return r0;
}

static int checked;
static void check(const struct call *call) {
    const long wild[] = {1, (long)0xfffffff0, (long)hole, (long)readonly, 0};
    for (int at = 0; call->kinds[at]; at++) {
        char kind = call->kinds[at];
        if (kind == '.')
            continue;
        for (int i = 0; i < 5; i++) {
            if ((i == 3 && (kind | 32) == 'r') || (i == 4 && kind >= 'a'))
                continue;
            long args[7];
            memcpy(args, call->args, sizeof args);
            args[at] = wild[i];
            long got = raw(call->number, args);
            checked++;
            // A futex and its like at an odd address are EINVAL.
            bool good = got == -EFAULT || (call->other && got == -call->other);
            if (!good)
                say("%s, argument %d = %s: %s %ld\n", call->name, at,
                    (const char *[]){"1", "0xfffffff0", "hole", "read-only", "null"}[i],
                    got < 0 ? strerrorname_np(-got) : "no error", got);
        }
    }
}

static void directed(void) {
    struct iovec *vector = (void *)(page + 1024);
    *vector = (struct iovec){page + 2048, 64};
    struct pollfd *poll_fd = (void *)(page + 1100);
    *poll_fd = (struct pollfd){.fd = zero, .events = POLLIN};
    struct msghdr *message = (void *)(page + 1200);
    *message = (struct msghdr){.msg_iov = vector, .msg_iovlen = 1};
    long b = (long)page, v = (long)vector, f = (long)path, n = (long)name, none = (long)"none", here = AT_FDCWD;
    long exe = (long)"/proc/self/exe", link = (long)"link", usr1 = SIGUSR1;
    unsigned *capabilities = (void *)(page + 1400);
    capabilities[0] = 0x20080522;
    long cap = (long)capabilities, nothing = (long)(page + 3000);
    long now = (long)(page + 3200), handle = (long)(page + 1600);
    *(unsigned *)handle = 128;
#define C(what, kinds, ...) {#what, kinds, SYS_##what, 0, {__VA_ARGS__}}
#define O(what, kinds, other, ...) {#what, kinds, SYS_##what, other, {__VA_ARGS__}}
    const struct call calls[] = {
        C(read, ".W.", zero, b, 64), C(write, ".R.", file, b, 64), C(open, "R..", f), C(creat, "R.", none, 0600),
        C(link, "RR", f, none), C(unlink, "R", none), C(execve, "Rrr", exe, b, b), C(chdir, "R", f), C(mknod, "R..", none),
        C(chmod, "R.", f, 0600), C(lchown, "R..", f, -1, -1), C(mount, ".Rr..", 0, f, n, 0, 0), C(rename, "RR", none, none),
        C(mkdir, "R.", none, 0700), C(rmdir, "R", none), C(pipe, "W", b), C(times, "w", b), O(acct, "r", EPERM, b),
        C(umount2, "R.", f, 0), O(chroot, "R", EPERM, f), C(sigaction, ".rw", usr1, 0, 0), C(sigpending, "W", b),
        O(sethostname, "R.", EPERM, b, 4), C(setrlimit, ".R", 0, b), C(getrusage, ".W", 0, b), C(gettimeofday, "ww", b, b),
        C(settimeofday, "rr", 0, 0), O(setgroups, ".R", EPERM, 1, b), C(symlink, "RR", none, f),
        C(readlink, "RW.", link, b, 64), O(swapon, "R.", EPERM, f, 0), C(truncate, "R.", f, 0), C(statfs, "RW", f, b),
        C(fstatfs, ".W", file, b), C(setitimer, ".rw", 0, 0, 0), C(getitimer, ".W", 0, b), C(stat, "RW", f, b), C(lstat, "RW", f, b),
        C(fstat, ".W", file, b), O(swapoff, "R", EPERM, f), C(sysinfo, "W", b), C(uname, "W", b), C(adjtimex, "W", b),
        O(setdomainname, "R.", EPERM, b, 4), C(sigprocmask, ".rw", 0, 0, 0), C(_llseek, "...W.", file, 0, 0, b, 0),
        C(getdents, ".W.", dir, b, 1024), C(_newselect, ".rrrr", 8, 0, 0, 0, b), C(readv, ".R.", zero, v, 1),
        C(writev, ".R.", file, v, 1), C(sched_setparam, ".r", 0, b), C(sched_getparam, ".w", 0, b),
        C(sched_setscheduler, "..r", 0, 0, b), C(sched_rr_get_interval, ".W", 0, b), C(nanosleep, "R.", b, 0),
        C(getresuid, "WWW", b, b, b), C(poll, "W..", b, 1, 0), C(getresgid, "WWW", b, b, b), C(prctl, ".R", PR_SET_NAME, b),
        {"prctl", ".W", SYS_prctl, 0, {PR_GET_NAME, b}}, C(rt_sigaction, ".rw.", usr1, 0, 0, 8),
        C(rt_sigprocmask, ".rw.", 0, 0, 0, 8), C(rt_sigpending, "W.", b, 8), C(rt_sigtimedwait, "R.r.", b, 0, b, 8),
        C(rt_sigqueueinfo, "..R", getpid(), usr1, b), C(rt_sigsuspend, "R.", b, 8), C(pread64, ".W....", zero, b, 64),
        C(pwrite64, ".R....", file, b, 64), C(chown, "R..", f, -1, -1), C(getcwd, "W.", b, 2048), C(capget, "Rw", cap, b),
        C(capset, "Rr", cap, b), C(sigaltstack, "rw", 0, 0), C(sendfile, "..w.", out, file, b, 8), C(ugetrlimit, ".W", 0, b),
        C(truncate64, "R...", f), C(stat64, "RW", f, b), C(lstat64, "RW", f, b), C(fstat64, ".W", file, b),
        C(lchown32, "R..", f, -1, -1), O(setgroups32, ".R", EPERM, 1, b), C(getresuid32, "WWW", b, b, b),
        C(getresgid32, "WWW", b, b, b), C(chown32, "R..", f, -1, -1), C(getdents64, ".W.", dir, b, 1024),
        C(mincore, "..W", b, 4096, b), C(fcntl64, "..W", file, 5, b), {"fcntl", "..R", SYS_fcntl, 0, {file, 6, b}},
        {"fcntl64", "..R", SYS_fcntl64, 0, {file, 13, b}}, {"fcntl64", "..W", SYS_fcntl64, 0, {file, 16, b}},
        C(ioctl, "..W", in, 0x541b, b), C(setxattr, "RRr..", f, n, b, 4), C(lsetxattr, "RRr..", f, n, b, 4),
        C(fsetxattr, ".Rr..", file, n, b, 4), C(getxattr, "RR..", f, n), C(lgetxattr, "RR..", f, n), C(fgetxattr, ".R..", file, n),
        C(listxattr, "R..", f), C(llistxattr, "R..", f), C(removexattr, "RR", f, n), C(lremovexattr, "RR", f, n),
        C(fremovexattr, ".R", file, n), C(sendfile64, "..w.", out, file, b, 8), O(futex, "W..r", EINVAL, b, 0, 0, b),
        C(sched_setaffinity, "..R", 0, 4, b), C(sched_getaffinity, "..W", 0, 128, b), C(io_setup, ".W", 1, nothing),
        C(epoll_ctl, "...R", epoll, EPOLL_CTL_ADD, in, b), C(epoll_wait, ".W..", epoll, b, 1, 0),
        C(timer_create, ".rW", 0, 0, b), C(timer_settime, "..rw", timer, 0, nothing, 0), C(timer_gettime, ".W", timer, b),
        C(clock_settime, ".R", 0, b), C(clock_gettime, ".W", 0, b), C(clock_getres, ".w", 0, b),
        C(clock_nanosleep, "..R.", 0, 0, b, 0), O(statfs64, "R.W", 0, f, 88, b), C(fstatfs64, "..W", file, 88, b),
        C(utimes, "Rr", f, 0), C(mq_open, "R..r", n, O_CREAT, 0600, b), C(mq_unlink, "R", n), C(bind, ".R.", bound, b, 16),
        C(connect, ".R.", bound, b, 16), C(getsockname, ".WW", left, b, now), C(getpeername, ".WW", left, b, now),
        C(socketpair, "...W", 1, 1, 0, b), C(send, ".R..", left, b, 8), C(sendto, ".R....", left, b, 8), C(sendto, "....r.", left, b, 8, 0, b, 16),
        C(recv, ".W..", right, b, 8), C(recvfrom, ".W....", right, b, 8), C(setsockopt, "...R.", left, 1, SO_SNDBUF, b, 4),
        C(getsockopt, "...WW", left, 1, SO_SNDBUF, b, now), C(sendmsg, ".R.", left, (long)message, 0),
        C(recvmsg, ".R.", right, (long)message, 0), C(semop, ".R.", semaphores, b, 1),
        C(semctl, "...W", semaphores, 0, IPC_STAT | 0x100, b), C(semtimedop, ".R.r", semaphores, b, 1, b),
        C(inotify_add_watch, ".R.", notes, f, 2), C(openat, ".R..", here, f), C(mkdirat, ".R.", here, none),
        C(mknodat, ".R..", here, none), C(fchownat, ".R...", here, f, -1, -1), C(futimesat, "..r", here, f, 0),
        C(fstatat64, ".RW.", here, f, b), C(unlinkat, ".R.", here, none), C(renameat, ".R.R", here, none, here, none),
        C(linkat, ".R.R.", here, f, here, none), C(symlinkat, "R.R", none, here, f), C(readlinkat, ".RW.", here, link, b, 64),
        C(fchmodat, ".R.", here, f, 0600), C(faccessat, ".R.", here, f), C(pselect6, ".rrrrr", 8, 0, 0, 0, b, 0),
        C(ppoll, "W.rr.", b, 1, b, 0, 8), C(get_robust_list, ".WW", 0, b, b), C(splice, ".r....", file, 0, out, 0, 8),
        C(vmsplice, ".R..", out, v, 1), C(getcpu, "ww", b, b), C(epoll_pwait, ".W..r.", epoll, b, 1, 0, 0, 8),
        C(utimensat, ".rr.", here, f, 0), C(signalfd, ".R.", -1, b, 8), C(signalfd4, ".R..", -1, b, 8),
        C(timerfd_settime, "..Rw", timer_fd, 0, nothing, 0), C(timerfd_gettime, ".W", timer_fd, b), C(pipe2, "W.", b),
        C(preadv, ".R.", zero, v, 1), C(pwritev, ".R.", file, v, 1), C(rt_tgsigqueueinfo, "...R", getpid(), gettid(), usr1, b),
        C(recvmmsg, ".R..r", right, b, 1, 0x40, 0), C(prlimit64, "..rw", 0, 7, 0, 0),
        C(name_to_handle_at, ".R.W.", here, f, handle, b), C(clock_adjtime, ".W", 0, b), C(sendmmsg, ".R..", left, b, 1),
        C(sched_setattr, ".r.", 0, b), C(sched_getattr, ".w..", 0, b, 48), C(renameat2, ".R.R.", here, none, here, none),
        C(getrandom, "W..", b, 64), C(memfd_create, "R.", n), C(execveat, ".Rrr.", here, exe, b, b),
        C(copy_file_range, ".r.r..", file, 0, dir, 0, 8), C(preadv2, ".R....", zero, v, 1), C(pwritev2, ".R....", file, v, 1),
        C(statx, ".R..W", here, f, 0, 0xfff, b), C(clock_gettime64, ".W", 0, b), C(clock_settime64, ".R", 0, b),
        C(clock_adjtime64, ".W", 0, b), C(clock_getres_time64, ".w", 0, b), C(clock_nanosleep_time64, "..R.", 0, 0, b),
        C(timer_gettime64, ".W", timer, b), C(timer_settime64, "..rw", timer, 0, nothing, 0),
        C(timerfd_gettime64, ".W", timer_fd, b), C(timerfd_settime64, "..Rw", timer_fd, 0, nothing, 0),
        C(utimensat_time64, ".rr.", here, f, 0), C(pselect6_time64, ".rrrrr", 8, 0, 0, 0, b, 0),
        C(ppoll_time64, "W.rr.", b, 1, b, 0, 8), C(recvmmsg_time64, ".R..r", right, b, 1, 0x40, 0),
        C(semtimedop_time64, ".R.r", semaphores, b, 1, b), C(rt_sigtimedwait_time64, "R.r.", b, 0, b, 8),
        O(futex_time64, "W..r", EINVAL, b, 0, 0, b), C(sched_rr_get_interval_time64, ".W", 0, b), C(clone3, "R.", b, 64),
        C(openat2, ".RR.", here, f, b, 24), C(faccessat2, ".R..", here, f), C(epoll_pwait2, ".W.rr.", epoll, b, 1, b, 0, 8),
        O(futex_waitv, "R..r.", EINVAL, b, 1, 0, 0, 1), C(add_key, "RR...", n, f, 0, 0, -2),
        C(request_key, "RRr.", n, f, b, 0), C(access, "R.", f), C(msgsnd, ".R..", queue, b, 8, 04000),
    };
    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
        memset(page, 0, 1000);
        memset((void *)nothing, 0, 200);
        *(int *)now = 4;
        check(&calls[i]);
        (void)!write(out, "12345678", 8);
    }
    must(checked > 900);
    // Buffers that are partly there: as much as there is of it, or EFAULT.
    char *edge = page + 65536 - 8;
    result(read(zero, edge, 16) == 16 ? 16 : errno == EFAULT ? 8 : read(zero, edge, 16));
    result(write(file, edge, 16));
    *vector = (struct iovec){hole, 8};
    result(readv(zero, vector, 1));
    result(writev(file, vector, 1));
    *vector = (struct iovec){page, -1};
    result(readv(zero, vector, 1));
}

// What ends, replaces, waits for or changes the process or its parents, and what costs others something.
static bool excluded(int nr) {
    static const short list[] = {
        SYS_exit, SYS_exit_group, SYS_fork, SYS_vfork, SYS_clone, SYS_clone3, SYS_execve, SYS_execveat, SYS_sigreturn,
        SYS_rt_sigreturn, SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
        SYS_pidfd_send_signal, SYS_pause, SYS_sigsuspend, SYS_rt_sigsuspend, SYS_sigaction, SYS_rt_sigaction,
        SYS_sigprocmask, SYS_rt_sigprocmask, SYS_setitimer, SYS_nanosleep, SYS_clock_nanosleep, SYS_clock_nanosleep_time64,
        SYS_wait4, SYS_waitid, SYS_setrlimit, SYS_prlimit64, SYS_nice, SYS_setpriority, SYS_sched_setscheduler,
        SYS_sched_setparam, SYS_sched_setattr, SYS_sync, SYS_syncfs, SYS_fsync, SYS_fdatasync, SYS_semget, SYS_shmget,
        SYS_msgget, SYS_settimeofday, SYS_clock_settime, SYS_clock_settime64, SYS_adjtimex, SYS_clock_adjtime,
        SYS_clock_adjtime64, SYS_reboot, SYS_vhangup, SYS_swapoff, SYS_swapon, SYS_mount, SYS_umount2, SYS_rt_sigtimedwait,
        SYS_rt_sigtimedwait_time64, SYS_munmap, SYS_mremap, SYS_mmap2, SYS_mprotect, SYS_pkey_mprotect, SYS_brk, SYS_shmat,
        SYS_shmdt, SYS_madvise, SYS_syslog, SYS_sethostname, SYS_setdomainname, SYS_ioprio_set, SYS_acct, SYS_prctl,
        SYS_seccomp, SYS_setns, SYS_unshare, SYS_process_mrelease, 446,
    };
    for (unsigned i = 0; i < sizeof list / sizeof *list; i++)
        if (list[i] == nr)
            return true;
    return false;
}

static void wake(int sig) {
    (void)sig;
}

static uint64_t seed;
static uint32_t draw(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return seed >> 33;
}

// Nothing of a child's is seen or kept by others; whatever waits is interrupted.
static void confine(void) {
    struct sigaction act = {.sa_handler = wake};
    sigaction(SIGALRM, &act, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGIO, SIG_IGN);
    struct itimerval often = {{0, 2000}, {0, 2000}};
    syscall(SYS_setitimer, ITIMER_REAL, &often, NULL);
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    for (int fd = 3; fd < 30; fd++)
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// No call may return what is not a value nor an error of the kernel's interface.
static void attempt(int nr, const long *args) {
    long got = raw(nr, args);
    // These return what they were given.
    if (nr == SYS_personality || nr == 0xf0003 || nr == 0xf0004)
        return;
    if (got < 0 && got > -4096 && strerrorname_np(-got) == NULL)
        _exit(2);
}

static void walk(int first) {
    confine();
    const long wild[] = {1, (long)0xfffffff0, (long)hole, (long)readonly};
    for (int nr = first; nr < first + 16; nr++)
        for (int at = 0; !excluded(nr) && at < 6; at++)
            for (int i = 0; i < 4; i++)
                for (int rest = 0; rest < 3; rest++) {
                    memset(page, 0, 256);
                    long args[7];
                    for (int k = 0; k < 7; k++)
                        args[k] = rest == 0 ? 0 : rest == 1 ? (long)page : wild[i];
                    args[at] = wild[i];
                    attempt(nr, args);
                }
}

static void fuzz(int round) {
    confine();
    seed = round * 7919 + 12345;
    for (int i = 0; i < 5000;) {
        int nr = draw() % 465;
        if (nr >= 463)
            nr = 0xf0000 + draw() % 8;
        // Not the ones that raise a signal or take the thread pointer away.
        if (excluded(nr) || nr == 0xf0000 || nr == 0xf0001 || nr == 0xf0005 || nr == 0xf0007)
            continue;
        for (int k = 0; k < 64; k++)
            page[k] = k % 8 ? 0 : draw() % 64;
        memcpy(page + 128, "x", 2);
        long args[7];
        for (int k = 0; k < 7; k++)
            switch (draw() % 12) {
            case 0: args[k] = 0; break;
            case 1: args[k] = draw() % 16; break;
            case 2: args[k] = draw() % 64; break;
            case 3: args[k] = (long)page + draw() % 64; break;
            case 4: args[k] = (long)page + 128; break;
            case 5: args[k] = (long)hole - draw() % 64; break;
            case 6: args[k] = (long)readonly + draw() % 4096; break;
            case 7: args[k] = 0xffffff00 + draw() % 256; break;
            case 8: args[k] = 1L << draw() % 32; break;
            case 9: args[k] = draw() % 4096; break;
            case 10: args[k] = (long)page; break;
            default: args[k] = draw() << 1 ^ draw();
            }
        attempt(nr, args);
        i++;
    }
}

// Mapping calls, inside an arena of their own so that the program keeps what it stands on.
static void remap(int round) {
    confine();
    seed = round + 99;
    const unsigned size = 64 << 20, unit = 4096;
    char *arena = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    static const int calls[] = {SYS_munmap, SYS_mremap, SYS_mmap2, SYS_mprotect, SYS_madvise, SYS_mincore, SYS_msync,
                                SYS_mlock, SYS_munlock, SYS_pkey_mprotect, SYS_shmdt, SYS_mlock2, 462};
    for (int i = 0; i < 5000; i++) {
        int nr = calls[draw() % 13];
        unsigned at = draw() % (size / 2), room = size / 4;
        unsigned len = draw() % 8 == 0 ? 0u - draw() % 8192 : draw() % 4 == 0 ? draw() % room : draw() % 16 * unit;
        long args[7] = {(long)arena + (draw() % 8 ? at / unit * unit : at), len, draw() % 16, draw() % 64 | MAP_FIXED, draw() % 32, draw() % 8, 0};
        if (nr == SYS_mremap) {
            args[2] = draw() % 64 * unit;
            args[3] = draw() % 8;
            args[4] = (long)arena + draw() % (size / 2) / unit * unit;
        } else if (nr == SYS_mmap2 && draw() % 2) {
            args[3] |= MAP_ANONYMOUS;
        } else if (nr == SYS_madvise || nr == SYS_mincore) {
            args[2] = nr == SYS_madvise ? (long)(draw() % 26) : (long)page;
        }
        // Lengths that wrap must fail, or they would take the stack along.
        if (len > size && nr != SYS_mremap && (nr == SYS_mmap2 || nr == SYS_munmap) && len < 0xffffe000u)
            continue;
        attempt(nr, args);
        struct iovec vector = {arena + at, 1};
        (void)!readv(zero, &vector, 1);
    }
}

static void survives(const char *what, void (*body)(int), int first, int last, int step) {
    int bad = 0;
    for (int i = first; i < last; i += step) {
        pid_t pid = fork();
        if (pid < 0) {
            say("no fork\n");
            return;
        }
        if (pid == 0) {
            body(i);
            _exit(0);
        }
        int status;
        while (waitpid(pid, &status, 0) < 0)
            ;
        if (status != 0) {
            say("%s %d: %s %d\n", what, i, WIFSIGNALED(status) ? "signal" : "status", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
            bad++;
        }
    }
    say("%s: %d of them died\n", what, bad);
}

// Removes what the calls have left in the current directory, whatever its rights are by now.
static void clean(void) {
    DIR *entries = opendir(".");
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || unlink(entry->d_name) == 0)
            continue;
        chmod(entry->d_name, 0700);
        if (chdir(entry->d_name) == 0) {
            clean();
            (void)!chdir("..");
        }
        rmdir(entry->d_name);
    }
    closedir(entries);
}

int main(void) {
    // Where it may, the program does without rights: it calls what changes the machine.
    chmod(".", 0777);
    if (getuid() == 0 && (setgroups(0, NULL) | setresgid(65534, 65534, 65534) | setresuid(65534, 65534, 65534)) != 0)
        say("cannot give up rights\n");
    // Out of reach of the random calls.
    int here = open(".", O_RDONLY | O_DIRECTORY), home = fcntl(here, F_DUPFD, 5000);
    if (home < 0)
        home = fcntl(here, F_DUPFD, 1000);
    close(here);
    mkdir("pit", 0700);
    result(chdir("pit"));
    char *area = mmap(NULL, 65536 + 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page = area;
    hole = area + 65536;
    readonly = hole + 4096;
    munmap(hole, 4096);
    mprotect(readonly, 4096, PROT_READ);
    munmap(readonly + 4096, 4096);
    zero = open("/dev/zero", O_RDWR);
    file = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    (void)!write(file, "contents of the file", 20);
    lseek(file, 0, SEEK_SET);
    symlink("file", "link");
    dir = open(".", O_RDONLY | O_DIRECTORY);
    int ends[2];
    pipe2(ends, O_NONBLOCK), in = ends[0], out = ends[1];
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), left = ends[0], right = ends[1];
    (void)!write(left, "waiting to be received", 22);
    bound = socket(AF_UNIX, SOCK_STREAM, 0);
    epoll = epoll_create1(0);
    epoll_ctl(epoll, EPOLL_CTL_ADD, out, &(struct epoll_event){.events = EPOLLOUT});
    timer_fd = timerfd_create(CLOCK_MONOTONIC, 0);
    notes = inotify_init();
    semaphores = semget(IPC_PRIVATE, 1, 0600);
    queue = msgget(IPC_PRIVATE, 0600);
    syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &timer);
    directed();
    semctl(semaphores, 0, IPC_RMID);
    msgctl(queue, IPC_RMID, NULL);
    survives("every number", walk, 0, 480, 16);
    survives("random calls", fuzz, 0, 20, 1);
    survives("mapping calls", remap, 0, 4, 1);
    result(fchdir(home) | chmod("pit", 0700) | chdir("pit"));
    clean();
    result(fchdir(home));
    result(rmdir("pit"));
    return 0;
}
