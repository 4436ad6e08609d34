/* What the soak programs share: each runs for as many seconds as its argument says, checks all it computes, and
 * prints `NAME ok`. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct timespec until;

static inline void begin(int argc, char **argv) {
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += argc > 1 ? atoi(argv[1]) : 2;
}

static inline int over(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec);
}

#define MUST(what)                                                                         \
    do {                                                                                   \
        if (!(what)) {                                                                     \
            printf("%s:%d: %s, errno %d\n", __FILE__, __LINE__, #what, errno);             \
            fflush(stdout);                                                                \
            _exit(1);                                                                      \
        }                                                                                  \
    } while (0)

/* Integer, carry, 64-bit and floating-point work with a known end; never inlined, so that it is one piece of code. */
__attribute__((noinline)) static uint32_t work(uint32_t seed, int rounds) {
    uint32_t x = seed;
    uint64_t wide = seed | 1;
    double real = seed & 1023;
    for (int i = 0; i < rounds; i++) {
        x = x * 1664525u + 1013904223u;
        wide = wide * 6364136223846793005ull + x;
        if (x >> 31) real = real * 0.5 + 1.0;
        else x ^= (uint32_t)(wide >> 33);
        x = (x << 7 | x >> 25) + (x < 77);
    }
    return x ^ (uint32_t)(wide >> 32) ^ (uint32_t)real;
}
