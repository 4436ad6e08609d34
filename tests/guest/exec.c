// qemu: leaves execve to the host's kernel, which cannot run ARM programs
// execve of ELF files and scripts, without binfmt_misc, and its errors.
#include "guest.h"
#include <libgen.h>
#include <sys/stat.h>

static char self[4096];

static void script(const char *name, const char *text) {
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    if (write(fd, text, strlen(text)) < 0)
        say("write failed\n");
    close(fd);
}

static int spawn(const char *path, char **argv, char **env) {
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        execve(path, argv, env);
        say("execve: %s\n", strerrorname_np(errno));
        _exit(126);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int main(int argc, char **argv) {
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    must(len > 0);
    if (argc > 1 && strcmp(argv[1], "argument") != 0) {
        // As a child: what has come over.
        say("argc %d:", argc);
        for (int i = 1; i < argc; i++)
            say(" [%s]", argv[i]);
        const char *value = getenv("X");
        say(" X=%s, name %s, fd 9 %s, fd 8 %s\n", value ? value : "none", basename(argv[0]),
            fcntl(9, F_GETFD) < 0 ? "closed" : "open", fcntl(8, F_GETFD) < 0 ? "closed" : "open");
        sigset_t mask;
        sigprocmask(SIG_SETMASK, NULL, &mask);
        struct sigaction act;
        sigaction(SIGUSR1, NULL, &act);
        say("USR2 still blocked %d, USR1 back to default %d, ", sigismember(&mask, SIGUSR2), act.sa_handler == SIG_DFL);
        sigaction(SIGHUP, NULL, &act);
        say("HUP still ignored %d\n", act.sa_handler == SIG_IGN);
        return argc;
    }
    dup2(1, 9);
    fcntl(9, F_SETFD, FD_CLOEXEC);
    dup2(1, 8);
    signal(SIGHUP, SIG_IGN);
    handle(SIGUSR1, (void (*)(int, siginfo_t *, void *))abort, 0);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    sigprocmask(SIG_BLOCK, &mask, NULL);

    char *env[] = {"X=y z", NULL}, *none[] = {NULL};
    char *args[] = {"renamed", "one", "two words", "", NULL};
    result(spawn(self, args, env));
    result(spawn(self, args, none));

    char text[5000];
    snprintf(text, sizeof text, "#!%s given  once \nwhatever\n", self);
    script("script", text);
    result(spawn("./script", args, env));
    snprintf(text, sizeof text, "#! %s\n", self);
    script("plain-script", text);
    result(spawn("plain-script", args, env));
    script("nested", "#!./script\n");
    result(spawn("./nested", args, env));
    script("no-interpreter", "#!/nowhere/none\n");
    result(spawn("./no-interpreter", args, env));
    script("text", "just text\n");
    result(spawn("./text", args, env));
    script("empty", "");
    result(spawn("./empty", args, env));
    script("blank", "#!\n");
    result(spawn("./blank", args, env));
    script("loop", "#!./loop\n");
    result(spawn("./loop", args, env));
    script("lying", "\177ELF\1\1\1");
    result(spawn("./lying", args, env));
    chmod("text", 0644);
    result(spawn("./text", args, env));
    result(spawn("./missing", args, env));
    result(spawn("text/under", args, env));
    result(spawn(".", args, env));
    result(spawn("", args, env));
    result(spawn((char *)8, args, env));
    result(spawn(self, (char **)8, env));

    int fd = open(self, O_RDONLY | O_CLOEXEC);
    int status;
    if (fork() == 0) {
        fexecve(fd, args, env);
        _exit(1);
    }
    wait(&status);
    say("fexecve gave %d\n", WEXITSTATUS(status));
    close(fd);

    // The interpreter of a script cannot open it by a descriptor that closes on exec.
    snprintf(text, sizeof text, "#!%s by-descriptor\n", self);
    script("script", text);
    for (int flag = 0; flag <= O_CLOEXEC; flag += O_CLOEXEC) {
        fd = open("script", O_RDONLY | flag);
        if (fork() == 0) {
            dup3(fd, 7, flag);
            syscall(SYS_execveat, 7, "", args, env, AT_EMPTY_PATH);
            say("execveat: %s\n", strerrorname_np(errno));
            _exit(126);
        }
        wait(&status);
        say("a script by descriptor gave %d\n", WEXITSTATUS(status));
        close(fd);
    }
    result(syscall(SYS_execveat, 99, "", args, env, AT_EMPTY_PATH));
    result(syscall(SYS_execveat, 99, "script", args, env, 0));
    result(syscall(SYS_execveat, AT_FDCWD, "", args, env, AT_EMPTY_PATH));
    result(syscall(SYS_execveat, AT_FDCWD, "", args, env, 0));
    symlink("script", "link");
    result(syscall(SYS_execveat, AT_FDCWD, "link", args, env, AT_SYMLINK_NOFOLLOW));
    return 0;
}
