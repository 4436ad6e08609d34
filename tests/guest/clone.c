// qemu: makes vfork and CLONE_VM processes by fork, so memory is not shared and no errno comes back
// clone and its children: vfork, posix_spawn, raw clone with its flags, exit codes.
#include "guest.h"
#include <linux/futex.h>
#include <sched.h>
#include <setjmp.h>
#include <spawn.h>
#include <sys/resource.h>

extern char **environ;
static volatile int shared_value;
static int tid_word = -1, parent_word = -1;

static int body(void *arg) {
    shared_value = *(int *)arg;
    return 17;
}

static int turn;
static char *end_of_heap;

static int beside(void *arg) {
    (void)arg;
    syscall(SYS_brk, (char *)syscall(SYS_brk, 0) + 4096);
    end_of_heap = (char *)syscall(SYS_brk, 0);
    for (int i = 0; i < 50; i++) {
        __atomic_store_n(&turn, 2 * i + 1, __ATOMIC_SEQ_CST);
        while (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) != 2 * i + 2)
            sched_yield();
        getppid();
    }
    return turn == 100 ? 5 : 6;
}

static int killed(void *arg) {
    (void)arg;
    __atomic_store_n(&turn, 1000, __ATOMIC_SEQ_CST);
    while (pause() < 0)
        ;
    return 0;
}

// With CLONE_SIGHAND the actions are the same in both processes, whoever sets them.
static volatile int handled, seen_by_child;
static void note(int sig, siginfo_t *info, void *context) {
    (void)context;
    handled = sig == SIGUSR1 || info->si_code > 0 ? sig : -1;
}
static int sets_action(void *arg) {
    (void)arg;
    handle(SIGUSR1, note, 0);
    kill(getpid(), SIGUSR1);
    seen_by_child = handled;
    return 0;
}
static sigjmp_buf back;
static void out_of_it(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info, (void)context;
    siglongjmp(back, 1);
}
static int dies(void *arg) {
    signal(SIGSEGV, SIG_DFL);
    *(volatile int *)arg = 1;
    return 0;
}

static volatile int thread_ran;
static int thread_body(void *arg) {
    (void)arg;
    thread_ran = 1;
    syscall(SYS_exit, 0);
    return 0;
}

int main(void) {
    // vfork: the parent waits and the memory is the same.
    pid_t pid = vfork();
    if (pid == 0) {
        shared_value = 11;
        _exit(3);
    }
    int status;
    result(waitpid(pid, &status, 0) == pid);
    say("vfork: value %d status %d\n", shared_value, WEXITSTATUS(status));

    // A failed exec in the spawned child is told to the parent.
    char *argv[] = {"none", NULL};
    say("posix_spawn: %s\n", strerrorname_np(posix_spawn(&pid, "./none", NULL, NULL, argv, environ)));
    int fd = open("plain", O_WRONLY | O_CREAT, 0644);
    say("posix_spawn: %s\n", strerrorname_np(posix_spawn(&pid, "./plain", NULL, NULL, argv, environ)));
    close(fd);

    char *stack = malloc(65536);
    int number = 23;
    pid = clone(body, stack + 65536, CLONE_VM | SIGCHLD, &number);
    result(waitpid(pid, &status, 0) == pid);
    say("CLONE_VM: value %d status %d\n", shared_value, WEXITSTATUS(status));
    // It runs beside its parent, in the same heap.
    pid = clone(beside, stack + 65536, CLONE_VM | SIGCHLD, NULL);
    char *first = NULL;
    for (int i = 1; i <= 50; i++) {
        while (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) != 2 * i - 1)
            sched_yield();
        if (i == 1)
            first = (char *)syscall(SYS_brk, 0);
        __atomic_store_n(&turn, 2 * i, __ATOMIC_SEQ_CST);
    }
    result(waitpid(pid, &status, 0) == pid);
    say("beside: status %d, its break is ours %d\n", WEXITSTATUS(status), (char *)syscall(SYS_brk, 0) == first && first == end_of_heap);
    number = 24;
    pid = clone(body, stack + 65536, SIGCHLD, &number);
    waitpid(pid, &status, 0);
    say("without: value %d status %d\n", shared_value, WEXITSTATUS(status));
    pid = clone(body, stack + 65536, CLONE_VM | CLONE_VFORK | SIGCHLD, &number);
    say("CLONE_VFORK: value at once %d\n", shared_value);
    waitpid(pid, &status, 0);

    // A thread by hand: its id is written, and cleared with a wake at its end.
    int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID |
                CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
    pid = clone(thread_body, stack + 65536, flags, NULL, &parent_word, NULL, &tid_word);
    int seen;
    while ((seen = __atomic_load_n(&tid_word, __ATOMIC_SEQ_CST)) != 0)
        syscall(SYS_futex, &tid_word, FUTEX_WAIT, seen, NULL, NULL, 0);
    say("thread: ran %d, parent's word is its id %d\n", thread_ran, parent_word == pid);

    // A child without exit signal is waited for with __WCLONE only.
    pid = clone(body, stack + 65536, 0, &number);
    usleep(20000);
    outcome(waitpid(pid, &status, 0));
    result(waitpid(pid, &status, __WCLONE) == pid);

    // One that is killed leaves the parent alone.
    pid = clone(killed, stack + 65536, CLONE_VM | SIGCHLD, NULL);
    while (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) != 1000)
        sched_yield();
    kill(pid, SIGKILL);
    result(waitpid(pid, &status, 0) == pid);
    say("killed: signal %d\n", WTERMSIG(status));

    for (volatile int vfork_too = 0; vfork_too <= CLONE_VFORK; vfork_too += CLONE_VFORK) {
        handled = seen_by_child = 0;
        signal(SIGUSR1, SIG_DFL);
        pid = clone(sets_action, stack + 65536, CLONE_VM | CLONE_SIGHAND | SIGCHLD | vfork_too, NULL);
        result(waitpid(pid, &status, 0) == pid);
        say("CLONE_SIGHAND: status %x, handled %d\n", status, seen_by_child == SIGUSR1);
        handled = 0;
        kill(getpid(), SIGUSR1);
        say("and here: %d\n", handled == SIGUSR1);
        pid = clone(dies, stack + 65536, CLONE_VM | CLONE_SIGHAND | SIGCHLD | vfork_too, NULL);
        waitpid(pid, &status, 0);
        // Faults are this process's to handle still, after a moment.
        usleep(20000);
        must(WTERMSIG(status) == SIGSEGV && write(1, (void *)16, 1) == -1 && errno == EFAULT);
        handle(SIGSEGV, out_of_it, SA_NODEFER);
        if (sigsetjmp(back, 1) == 0)
            *(volatile int *)16 = 1;
        else
            say("caught\n");
        signal(SIGSEGV, SIG_DFL);
    }

    result(syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0));
    result(syscall(SYS_clone, CLONE_SIGHAND, 0, 0, 0, 0));
    result(syscall(SYS_clone, CLONE_NEWNS | CLONE_FS, 0, 0, 0, 0));

    pid = fork();
    if (pid == 0) {
        int before = shared_value;
        shared_value = 1;
        _exit(before == 23 || before == 24 ? 300 : 1);
    }
    waitpid(pid, &status, 0);
    say("fork: %d, 300 & 255 = %d\n", shared_value, WEXITSTATUS(status));
    must(getppid() > 0 && gettid() == getpid());
    return 0;
}
