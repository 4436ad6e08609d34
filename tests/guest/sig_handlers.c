// Handlers: flags, masks, nesting, stacks, queues (man 7 signal).
#include "guest.h"
#include <setjmp.h>
#include <sys/time.h>

static volatile int raised, seen, depth, deepest, on_alternate, last_code, last_pid_ok, last_value;
static char *stack_low, *stack_high;

static void count(int sig, siginfo_t *info, void *context) {
    (void)context;
    seen++;
    last_code = info->si_code;
    last_pid_ok = info->si_pid == getpid();
    last_value = info->si_value.sival_int;
    char here;
    on_alternate = &here >= stack_low && &here < stack_high;
    sigset_t now;
    sigprocmask(SIG_SETMASK, NULL, &now);
    if (sig == SIGUSR1)
        say("in handler: USR1 blocked %d, USR2 blocked %d\n", sigismember(&now, SIGUSR1), sigismember(&now, SIGUSR2));
}

static void nest(int sig, siginfo_t *info, void *context) {
    (void)info, (void)context;
    if (++depth > deepest)
        deepest = depth;
    if (++raised < 4)
        raise(sig);
    depth--;
}

static void jump(int sig, siginfo_t *info, void *context);
static sigjmp_buf back;
static void jump(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info, (void)context;
    siglongjmp(back, 7);
}

static int blocked(int sig) {
    sigset_t now;
    sigprocmask(SIG_SETMASK, NULL, &now);
    return sigismember(&now, sig);
}

static void alarm_in(int ms) {
    struct itimerval timer = {{0, 0}, {ms / 1000, ms % 1000 * 1000}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

int main(void) {
    handle(SIGUSR1, count, 0);
    raise(SIGUSR1);
    say("raise: code is SI_TKILL %d, pid %d\n", last_code == SI_TKILL, last_pid_ok);
    kill(getpid(), SIGUSR1);
    say("kill: code is SI_USER %d, pid %d\n", last_code == SI_USER, last_pid_ok);
    union sigval value = {.sival_int = 1234};
    sigqueue(getpid(), SIGUSR1, value);
    say("sigqueue: code is SI_QUEUE %d, pid %d, value %d\n", last_code == SI_QUEUE, last_pid_ok, last_value);

    struct sigaction act;
    memset(&act, 0, sizeof act);
    act.sa_sigaction = count;
    act.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaddset(&act.sa_mask, SIGUSR2);
    sigaction(SIGUSR1, &act, NULL);
    raise(SIGUSR1);
    handle(SIGUSR2, nest, SA_NODEFER);
    raise(SIGUSR2);
    say("nested %d deep\n", deepest);
    deepest = raised = 0;
    handle(SIGUSR2, nest, 0);
    raise(SIGUSR2);
    say("without SA_NODEFER %d deep, %d times\n", deepest, raised);
    handle(SIGUSR2, count, SA_RESETHAND);
    raise(SIGUSR2);
    sigaction(SIGUSR2, NULL, &act);
    say("after SA_RESETHAND the default is back: %d\n", act.sa_handler == SIG_DFL);

    // The alternate stack.
    stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536, .ss_flags = 0}, old;
    stack_low = stack.ss_sp;
    stack_high = stack_low + 65536;
    result(sigaltstack(&stack, NULL));
    handle(SIGUSR2, count, SA_ONSTACK);
    raise(SIGUSR2);
    say("on the alternate stack: %d\n", on_alternate);
    handle(SIGUSR2, count, 0);
    raise(SIGUSR2);
    say("without SA_ONSTACK: %d\n", on_alternate);
    sigaltstack(NULL, &old);
    say("old: same %d, flags %d\n", old.ss_sp == stack.ss_sp, old.ss_flags);
    stack.ss_size = 100;
    result(sigaltstack(&stack, NULL));
    stack.ss_flags = 77;
    result(sigaltstack(&stack, NULL));
    stack.ss_flags = SS_DISABLE;
    result(sigaltstack(&stack, NULL));

    // Interrupted and restarted calls.
    int ends[2];
    char byte;
    outcome(pipe(ends));
    handle(SIGALRM, count, 0);
    alarm_in(50);
    result(read(ends[0], &byte, 1));
    handle(SIGALRM, count, SA_RESTART);
    if (fork() == 0) {
        usleep(300000);
        _exit(write(ends[1], "x", 1) != 1);
    }
    alarm_in(50);
    result(read(ends[0], &byte, 1));
    say("the alarm came before the byte: %d\n", last_code == SI_KERNEL);
    wait(NULL);
    handle(SIGALRM, count, 0);
    alarm_in(50);
    struct timespec wait_for = {5, 0}, left = {0, 0};
    result(nanosleep(&wait_for, &left));
    say("about 5 s were left: %d\n", left.tv_sec == 4);
    alarm_in(50);
    result(pause());

    // Pending, waiting, suspending.
    sigset_t set, none, waiting;
    sigemptyset(&none);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int before = seen;
    raise(SIGUSR2);
    raise(SIGUSR2);
    sigpending(&waiting);
    say("pending %d, delivered %d\n", sigismember(&waiting, SIGUSR2), seen - before);
    result(sigsuspend(&none));
    say("delivered %d, blocked again %d\n", seen - before, blocked(SIGUSR2));
    siginfo_t info;
    sigqueue(getpid(), SIGUSR2, value);
    result(sigwaitinfo(&set, &info));
    say("waited for value %d\n", info.si_value.sival_int);
    struct timespec soon = {0, 20000000};
    result(sigtimedwait(&set, &info, &soon));
    // Real-time signals queue, and the lowest comes first.
    sigset_t rt;
    sigemptyset(&rt);
    sigaddset(&rt, SIGRTMIN + 1);
    sigaddset(&rt, SIGRTMIN + 2);
    sigprocmask(SIG_BLOCK, &rt, NULL);
    for (int i = 0; i < 3; i++) {
        value.sival_int = i;
        sigqueue(getpid(), SIGRTMIN + 2 - i % 2, value);
    }
    for (int i = 0; i < 3; i++) {
        int sig = sigwaitinfo(&rt, &info);
        say("RTMIN+%d value %d\n", sig - SIGRTMIN, info.si_value.sival_int);
    }

    // siglongjmp restores the mask.
    handle(SIGUSR1, jump, 0);
    volatile int way = sigsetjmp(back, 1);
    if (way == 0)
        raise(SIGUSR1);
    say("jumped with %d, blocked %d\n", way, blocked(SIGUSR1));

    // What cannot be.
    memset(&act, 0, sizeof act);
    result(sigaction(SIGKILL, &act, NULL));
    result(sigaction(65, &act, NULL));
    result(kill(getpid(), 65));
    result(kill(getpid(), 0));
    result(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 4));
    result(syscall(SYS_rt_sigprocmask, 99, &set, NULL, 8));
    result(syscall(SYS_rt_sigaction, SIGUSR1, (void *)8, NULL, 8));
    return 0;
}
