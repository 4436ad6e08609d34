/* Signals at a high rate, in the middle of hot loops: from a timer, and from another thread to every thread. A handler
 * that disturbs a register or a flag of what it interrupts changes the sum. */
#include "soak.h"

enum { THREADS = 3 };
static atomic_uint handled;
static pthread_t threads[THREADS];

static void handler(int signal) {
    (void)signal;
    /* Changes flags, VFP registers and the stack. */
    volatile double d = handled * 1.5;
    (void)(d > 3.0);
    atomic_fetch_add(&handled, 1 + (work(handled, 3) & 0));
}

static void *run(void *argument) {
    uint32_t expected = 0, seed = (uint32_t)(uintptr_t)argument;
    for (unsigned round = 0; !over(); round++) {
        uint32_t sum = work(seed, 20000);
        if (round == 0) expected = sum;
        MUST(sum == expected);
    }
    return 0;
}

int main(int argc, char **argv) {
    begin(argc, argv);
    struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
    for (int signal = SIGRTMIN; signal < SIGRTMIN + 3; signal++) MUST(!sigaction(signal, &action, 0));
    MUST(!sigaction(SIGALRM, &action, 0));
    struct itimerval tick = { { 0, 200 }, { 0, 200 } };
    MUST(!setitimer(ITIMER_REAL, &tick, 0));
    for (uintptr_t i = 0; i < THREADS; i++) MUST(!pthread_create(&threads[i], 0, run, (void *)(i + 1)));
    unsigned sent = 0;
    while (!over()) {
        for (int i = 0; i < THREADS; i++) {
            /* The queue of real-time signals is full now and then. */
            int error = pthread_kill(threads[i], SIGRTMIN + sent % 3);
            MUST(error == 0 || error == EAGAIN);
        }
        sent++;
        usleep(50);
    }
    for (int i = 0; i < THREADS; i++) MUST(!pthread_join(threads[i], 0));
    MUST(handled > 10);
    puts("signals ok");
    return 0;
}
