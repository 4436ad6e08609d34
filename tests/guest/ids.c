// qemu: does not check the range of cacheflush
// What the system and the process are: uname, limits, names, affinity, identities, randomness.
#include "guest.h"
#include <sched.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

int main(void) {
    struct utsname name;
    result(uname(&name));
    say("%s %s\n", name.sysname, name.machine);
    must(strlen(name.release) > 0 && name.release[0] >= '3');
    result(uname((void *)8));

    result(prctl(PR_SET_NAME, "a name that is too long"));
    char text[20] = "";
    result(prctl(PR_GET_NAME, text));
    say("[%s]\n", text);
    result(prctl(PR_GET_DUMPABLE));
    result(prctl(PR_SET_PDEATHSIG, SIGHUP));
    int sig = 0;
    result(prctl(PR_GET_PDEATHSIG, &sig));
    say("signal %d\n", sig);
    result(prctl(PR_SET_PDEATHSIG, 999));
    result(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    result(prctl(99999, 0, 0, 0, 0));

    struct rlimit limit, old;
    struct rlimit64 wide;
    result(getrlimit(RLIMIT_NOFILE, &old));
    limit.rlim_cur = 33, limit.rlim_max = old.rlim_max;
    result(setrlimit(RLIMIT_NOFILE, &limit));
    result(prlimit64(0, RLIMIT_NOFILE, NULL, &wide));
    say("soft %llu\n", (unsigned long long)wide.rlim_cur);
    int fds[40], n = 0;
    while (n < 40 && (fds[n] = dup(1)) >= 0)
        n++;
    say("limit reached: %s, last %d\n", strerrorname_np(errno), fds[n - 1]);
    while (n > 0)
        close(fds[--n]);
    limit.rlim_cur = 100, limit.rlim_max = 50;
    result(setrlimit(RLIMIT_NOFILE, &limit));
    result(getrlimit(99, &limit));
    struct rlimit64 infinite = {RLIM64_INFINITY, RLIM64_INFINITY};
    result(prlimit64(0, RLIMIT_CPU, &infinite, &wide));
    result(getrlimit(RLIMIT_CPU, &limit));
    must(limit.rlim_cur == RLIM_INFINITY);
    result(getrlimit(RLIMIT_STACK, &limit));

    cpu_set_t set;
    CPU_ZERO(&set);
    result(sched_getaffinity(0, sizeof set, &set));
    must(CPU_COUNT(&set) == get_nprocs() || CPU_COUNT(&set) > 0);
    result(sched_setaffinity(0, sizeof set, &set));
    long len = syscall(SYS_sched_getaffinity, 0, sizeof set, &set);
    must(len > 0 && len % 4 == 0 && len <= 128);
    result(syscall(SYS_sched_getaffinity, 0, 1, &set));
    result(sched_getscheduler(0));
    result(sched_yield());
    result(sched_get_priority_max(SCHED_FIFO));
    struct sched_param param = {77};
    result(sched_getparam(0, &param));
    say("priority %d\n", param.sched_priority);
    result(getpriority(PRIO_PROCESS, 0));
    result(setpriority(PRIO_PROCESS, 0, 5));
    result(getpriority(PRIO_PROCESS, 0));
    result(nice(3));
    unsigned cpu = 999, node;
    result(syscall(SYS_getcpu, &cpu, &node, NULL));
    must(cpu < 999);

    must(getuid() == geteuid() && getgid() == getegid());
    uid_t r, e, s;
    result(getresuid(&r, &e, &s));
    must(r == getuid() && e == geteuid());
    result(setuid(getuid()));
    must(getpgid(0) == getpgrp() && getsid(0) > 0);
    result(getpgid(-5));
    result(setpgid(1, 0) == -1);
    must(getgroups(0, NULL) >= 0);

    unsigned char bytes[64] = {0};
    result(getrandom(bytes, sizeof bytes, 0));
    int zeros = 0;
    for (unsigned i = 0; i < sizeof bytes; i++)
        zeros += bytes[i] == 0;
    must(zeros < 10);
    result(getrandom(bytes, 5, 0x100));
    result(getrandom((void *)8, 5, 0));
    struct sysinfo info;
    result(sysinfo(&info));
    must(info.uptime > 0 && info.totalram > 0 && info.mem_unit > 0 && info.procs > 0);
    struct rusage usage;
    result(getrusage(RUSAGE_SELF, &usage));
    must(usage.ru_maxrss > 0);
    result(getrusage(99, &usage));
    result(syscall(SYS_personality, 0xffffffff) & 0xff);
    result(syscall(SYS_membarrier, 0, 0, 0) >= 0);

    // Numbers that the ARM kernel does not have.
    result(syscall(399 + 100));
    result(syscall(17));
    result(syscall(223));
    result(syscall(5000));
    // The ARM-private calls: cacheflush, set_tls, get_tls (arch/arm/kernel/traps.c, arm_syscall).
    result(syscall(0x0f0002, bytes, bytes + 64, 0));
    result(syscall(0x0f0002, bytes + 64, bytes, 0));
    void *tls;
    __asm__("mrc p15, 0, %0, c13, c0, 3" : "=r"(tls));
    must((void *)syscall(0x0f0006) == tls);
    result(syscall(0x0f0005, tls));
    must((void *)syscall(0x0f0006) == tls);
    result(syscall(0x0f07ff));
    return 0;
}
