// qemu: 7.2 has none of these calls
// futex_waitv, futex_wait, futex_wake, futex_requeue. The last three need a host of Linux 6.7.
#include "guest.h"
#include <linux/futex.h>
#include <pthread.h>
#include <stdbool.h>

#define FUTEX2_SIZE_U32 2
#define NR_futex_wake 454
#define NR_futex_wait 455
#define NR_futex_requeue 456

static unsigned words[3];
static struct futex_waitv list[3];

static void *wake_second(void *arg) {
    (void)arg;
    usleep(30000);
    __atomic_store_n(&words[1], 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &words[1], FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
    return NULL;
}

static void *wake_new(void *arg) {
    (void)arg;
    while (syscall(NR_futex_wake, &words[2], ~0u, 1, FUTEX2_SIZE_U32 | FUTEX_PRIVATE_FLAG) == 0)
        usleep(1000);
    return NULL;
}

int main(void) {
    for (int i = 0; i < 3; i++)
        list[i] = (struct futex_waitv){.uaddr = (uintptr_t)&words[i], .flags = FUTEX_32 | FUTEX_PRIVATE_FLAG};
    pthread_t thread;
    pthread_create(&thread, NULL, wake_second, NULL);
    long woken = syscall(SYS_futex_waitv, list, 3, 0, NULL, 0);
    // The index of the one that woke, or EAGAIN if its word had changed before.
    must(woken == 1 || (woken == -1 && errno == EAGAIN));
    pthread_join(thread, NULL);
    result(syscall(SYS_futex_waitv, list, 3, 0, NULL, 0));
    words[1] = 0;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long until[2] = {now.tv_sec, now.tv_nsec};
    result(syscall(SYS_futex_waitv, list, 3, 0, until, CLOCK_MONOTONIC));
    result(syscall(SYS_futex_waitv, list, 3, 0, until, CLOCK_PROCESS_CPUTIME_ID));
    result(syscall(SYS_futex_waitv, list, 0, 0, until, CLOCK_MONOTONIC));
    result(syscall(SYS_futex_waitv, list, 129, 0, until, CLOCK_MONOTONIC));
    result(syscall(SYS_futex_waitv, list, 3, 1, until, CLOCK_MONOTONIC));
    result(syscall(SYS_futex_waitv, NULL, 3, 0, until, CLOCK_MONOTONIC));
    result(syscall(SYS_futex_waitv, 16, 3, 0, until, CLOCK_MONOTONIC));
    result(syscall(SYS_futex_waitv, list, 3, 0, 16, CLOCK_MONOTONIC));
    list[2].uaddr = 16;
    result(syscall(SYS_futex_waitv, list, 3, 0, until, CLOCK_MONOTONIC));
    list[2].uaddr = (uintptr_t)&words[2] + 1;
    result(syscall(SYS_futex_waitv, list, 3, 0, until, CLOCK_MONOTONIC));
    list[2].uaddr = (uintptr_t)&words[2], list[2].flags = 0;
    result(syscall(SYS_futex_waitv, list, 3, 0, until, CLOCK_MONOTONIC));
    list[2].flags = FUTEX_32 | FUTEX_PRIVATE_FLAG, list[2].__reserved = 1;
    result(syscall(SYS_futex_waitv, list, 3, 0, until, CLOCK_MONOTONIC));
    list[2].__reserved = 0;

    // Of a kernel that has them.
    int flags = FUTEX2_SIZE_U32 | FUTEX_PRIVATE_FLAG;
    bool have = !(syscall(NR_futex_wake, &words[0], ~0u, 1, flags) == -1 && errno == ENOSYS);
#define there(condition) say("%s: %s\n", #condition, !have || (condition) ? "yes" : "NO")
#define fails(error, call) there((call) == -1 && errno == error)
    if (have)
        pthread_create(&thread, NULL, wake_new, NULL);
    there(syscall(NR_futex_wait, &words[2], 0, ~0u, flags, NULL, 0) == 0);
    if (have)
        pthread_join(thread, NULL);
    there(syscall(NR_futex_wake, &words[0], ~0u, 1, flags) == 0);
    fails(EAGAIN, syscall(NR_futex_wait, &words[0], 1, ~0u, flags, NULL, 0));
    fails(ETIMEDOUT, syscall(NR_futex_wait, &words[0], 0, ~0u, flags, until, CLOCK_MONOTONIC));
    fails(EFAULT, syscall(NR_futex_wait, 16, 0, ~0u, flags, until, CLOCK_MONOTONIC));
    fails(EINVAL, syscall(NR_futex_wait, &words[0], 0, 0, flags, until, CLOCK_MONOTONIC));
    there(syscall(NR_futex_requeue, list, 0, 1, 1) == 0);
    fails(EFAULT, syscall(NR_futex_requeue, 16, 0, 1, 1));
    return 0;
}
