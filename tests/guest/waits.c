// wait4 and waitid: who is waited for, how the end is told, what stays waitable.
#include "guest.h"
#include <sys/resource.h>

static pid_t child(int code) {
    pid_t pid = fork();
    if (pid == 0)
        _exit(code);
    return pid;
}
static pid_t sleeper(void) {
    pid_t pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    return pid;
}

static volatile int got_code, got_status;
static volatile pid_t got_pid;
static void on_child(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)context;
    got_code = info->si_code, got_status = info->si_status, got_pid = info->si_pid;
}

int main(void) {
    int status;
    siginfo_t info;
    struct rusage usage;
    result(waitpid(-1, &status, 0));
    pid_t pid = child(5);
    must(waitpid(pid, &status, 0) == pid);
    say("exited %d with %d\n", WIFEXITED(status), WEXITSTATUS(status));

    pid = sleeper();
    result(waitpid(pid, &status, WNOHANG));
    memset(&info, 0xff, sizeof info);
    result(waitid(P_PID, pid, &info, WEXITED | WNOHANG));
    say("nobody: si_pid %d si_signo %d\n", info.si_pid, info.si_signo);
    kill(pid, SIGSTOP);
    must(waitpid(pid, &status, WUNTRACED) == pid);
    say("stopped %d by %d\n", WIFSTOPPED(status), WSTOPSIG(status));
    kill(pid, SIGCONT);
    must(waitpid(pid, &status, WCONTINUED) == pid);
    say("continued %d\n", WIFCONTINUED(status));
    kill(pid, SIGSTOP);
    result(waitid(P_PID, pid, &info, WSTOPPED));
    say("si_code CLD_STOPPED %d status %d\n", info.si_code == CLD_STOPPED, info.si_status);
    kill(pid, SIGKILL);
    result(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT));
    say("si_code CLD_KILLED %d status %d pid %d\n", info.si_code == CLD_KILLED, info.si_status, info.si_pid == pid);
    must(wait4(pid, &status, 0, &usage) == pid);
    say("signalled %d by %d, usage sane %d\n", WIFSIGNALED(status), WTERMSIG(status), usage.ru_utime.tv_sec == 0);

    pid = child(300);
    result(waitid(P_PID, pid, &info, WEXITED));
    say("CLD_EXITED %d status %d signo %d uid %d\n", info.si_code == CLD_EXITED, info.si_status, info.si_signo == SIGCHLD,
        info.si_uid == getuid());
    result(waitid(P_PID, pid, &info, WEXITED));
    result(waitid(P_ALL, 0, &info, 0));
    result(waitid(99, 0, &info, WEXITED));
    result(waitpid(-1, &status, 0x1000));
    result(waitpid(1, &status, 0));

    // By process group.
    pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        _exit(6);
    }
    setpgid(pid, pid);
    must(waitpid(-pid, &status, 0) == pid);

    sigset_t block;
    sigemptyset(&block);
    sigaddset(&block, SIGCHLD);
    sigprocmask(SIG_BLOCK, &block, NULL);
    handle(SIGCHLD, on_child, 0);
    pid = child(9);
    sigset_t none;
    sigemptyset(&none);
    sigsuspend(&none);
    say("SIGCHLD: code %d status %d pid %d\n", got_code == CLD_EXITED, got_status, got_pid == pid);
    waitpid(pid, &status, 0);
    sigprocmask(SIG_UNBLOCK, &block, NULL);

    // Ignored children leave nothing to wait for.
    signal(SIGCHLD, SIG_IGN);
    child(1);
    result(wait(&status));
    signal(SIGCHLD, SIG_DFL);
    pid = child(2);
    result(syscall(SYS_wait4, pid, (void *)8, 0, NULL));
    result(waitpid(pid, &status, 0));
    return 0;
}
