/* fork and vfork in one thread while others are in hot code; children go on with the code that their parent has
 * translated, and translate more. */
#include "soak.h"

enum { THREADS = 2 };
extern char **environ;

static void *hot(void *argument) {
    uint32_t seed = (uint32_t)(uintptr_t)argument, expected = work(seed, 5000);
    while (!over()) MUST(work(seed, 5000) == expected);
    return 0;
}

static void reap(pid_t pid, int expected) {
    int status;
    MUST(waitpid(pid, &status, 0) == pid);
    MUST(WIFEXITED(status) && WEXITSTATUS(status) == expected);
}

int main(int argc, char **argv) {
    if (argc > 2) return atoi(argv[2]);
    begin(argc, argv);
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) MUST(!pthread_create(&threads[i], 0, hot, (void *)(i + 9)));
    for (unsigned round = 0; !over(); round++) {
        uint32_t expected = work(round, 3000) & 127;
        pid_t pid = fork();
        MUST(pid >= 0);
        if (pid == 0) _exit(work(round, 3000) & 127);
        reap(pid, expected);
        if (round % 8 == 0) {
            char code[8];
            snprintf(code, sizeof code, "%d", round & 63);
            char *words[] = { argv[0], "0", code, 0 };
            pid = vfork();
            MUST(pid >= 0);
            if (pid == 0) {
                execve("/proc/self/exe", words, environ);
                _exit(99);
            }
            reap(pid, round & 63);
        }
        if (round % 16 == 0) {
            /* One that is killed wherever it is. */
            pid = fork();
            MUST(pid >= 0);
            if (pid == 0) for (uint32_t x = 0;; x = work(x, 1000)) atomic_signal_fence(memory_order_seq_cst);
            usleep(500);
            MUST(!kill(pid, SIGKILL));
            int status;
            MUST(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
        }
    }
    for (int i = 0; i < THREADS; i++) MUST(!pthread_join(threads[i], 0));
    puts("forks ok");
    return 0;
}
