/* Threads that come and go, share counters and a lock, and run the same code for the first time all at once. */
#include "soak.h"

enum { THREADS = 4, ROUNDS = 2000 };
static atomic_uint counter;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t locked;

static void *run(void *argument) {
    uint32_t sum = 0, seed = (uint32_t)(uintptr_t)argument;
    for (int i = 0; i < ROUNDS; i++) {
        sum += work(seed, 10);
        atomic_fetch_add(&counter, 1);
        MUST(!pthread_mutex_lock(&mutex));
        locked += 3;
        MUST(!pthread_mutex_unlock(&mutex));
    }
    return (void *)(uintptr_t)sum;
}

int main(int argc, char **argv) {
    begin(argc, argv);
    uint32_t expected[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) expected[i] = work(i, 10) * ROUNDS;
    for (unsigned round = 1; !over(); round++) {
        pthread_t threads[THREADS];
        for (uintptr_t i = 0; i < THREADS; i++) MUST(!pthread_create(&threads[i], 0, run, (void *)i));
        for (int i = 0; i < THREADS; i++) {
            void *sum;
            MUST(!pthread_join(threads[i], &sum));
            MUST((uint32_t)(uintptr_t)sum == expected[i]);
        }
        MUST(counter == round * THREADS * ROUNDS);
        MUST(locked == 3ull * round * THREADS * ROUNDS);
    }
    puts("threads ok");
    return 0;
}
