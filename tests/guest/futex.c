// futex(2) by its number, the 64-bit-time call too.
#include "guest.h"
#include <linux/futex.h>
#include <pthread.h>

static uint32_t word, other;
struct timespec64 { int64_t sec, nsec; };

static long futex(uint32_t *addr, int op, uint32_t value, void *timeout, uint32_t *addr2, uint32_t value3) {
    return syscall(SYS_futex, addr, op, value, timeout, addr2, value3);
}

static void *waiter(void *arg) {
    long got = futex(arg, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, NULL, NULL, 0);
    return (void *)got;
}

// Asks until as many as wanted were woken: the waiters may not have arrived yet.
static int wake_all(uint32_t *addr, int wanted) {
    int woken = 0;
    for (int i = 0; i < 2000 && woken < wanted; i++) {
        woken += futex(addr, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
        usleep(1000);
    }
    return woken;
}

int main(void) {
    int32_t old_soon[2] = {0, 20000000};
    result(futex(&word, FUTEX_WAIT, 1, NULL, NULL, 0));
    result(futex(&word, FUTEX_WAIT, 0, old_soon, NULL, 0));
    result(futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0));
    struct timespec64 soon = {0, 20000000};
    result(syscall(SYS_futex_time64, &word, FUTEX_WAIT, 0, &soon, NULL, 0));
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct timespec64 past = {now.tv_sec - 1, 0};
    result(syscall(SYS_futex_time64, &word, FUTEX_WAIT_BITSET, 0, &past, NULL, FUTEX_BITSET_MATCH_ANY));
    result(syscall(SYS_futex_time64, &word, FUTEX_WAIT_BITSET, 0, &past, NULL, 0));
    struct timespec64 wrong = {0, 2000000000};
    result(syscall(SYS_futex_time64, &word, FUTEX_WAIT, 0, &wrong, NULL, 0));
    result(futex((void *)((char *)&word + 1), FUTEX_WAKE, 1, NULL, NULL, 0));
    result(futex((void *)16, FUTEX_WAIT, 0, NULL, NULL, 0));
    result(futex(&word, 99, 0, NULL, NULL, 0));

    pthread_t t[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, waiter, &word);
    result(wake_all(&word, 3));
    int zeros = 0;
    for (int i = 0; i < 3; i++) {
        void *got;
        pthread_join(t[i], &got);
        zeros += got == NULL;
    }
    say("woken with 0: %d\n", zeros);

    // Moved from one word to the other, then woken there.
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, waiter, &word);
    int moved = 0;
    for (int i = 0; i < 2000 && moved < 3; i++) {
        moved += futex(&word, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 0, (void *)10, &other, 0);
        usleep(1000);
    }
    result(moved);
    result(futex(&word, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 1, (void *)1, &other, 5));
    result(futex(&other, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 10, NULL, NULL, 0));
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);

    // other = other + 7, wake if it was 0.
    result(futex(&word, FUTEX_WAKE_OP, 1, (void *)1, &other, FUTEX_OP(FUTEX_OP_ADD, 7, FUTEX_OP_CMP_EQ, 0)));
    say("other %u\n", other);

    // Between processes, over shared memory.
    uint32_t *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = fork();
    if (child == 0) {
        while (__atomic_load_n(shared, __ATOMIC_SEQ_CST) == 0)
            futex(shared, FUTEX_WAIT, 0, NULL, NULL, 0);
        _exit(*shared);
    }
    usleep(20000);
    __atomic_store_n(shared, 9, __ATOMIC_SEQ_CST);
    futex(shared, FUTEX_WAKE, 1, NULL, NULL, 0);
    int status;
    waitpid(child, &status, 0);
    say("child saw %d\n", WEXITSTATUS(status));
    return 0;
}
