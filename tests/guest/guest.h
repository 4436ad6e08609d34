// What the guest programs share: printing that survives fork, and errno by name.
#ifndef GUEST_H
#define GUEST_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Unbuffered, so that a fork does not print twice.
#define say(...) ((void)dprintf(1, __VA_ARGS__))

// "ok" or what it was: for conditions that must hold.
#define must(condition) say("%s: %s\n", #condition, (condition) ? "yes" : "NO")

// The result of a call: a number, or the error's name.
#define result(call)                                                        \
    do {                                                                    \
        errno = 0;                                                          \
        long value_ = (long)(call);                                         \
        if (value_ == -1)                                                   \
            say("%s = -1 %s\n", #call, strerrorname_np(errno));             \
        else                                                                \
            say("%s = %ld\n", #call, value_);                               \
    } while (0)

// The same where the value itself changes from run to run.
#define outcome(call)                                                       \
    do {                                                                    \
        errno = 0;                                                          \
        if ((long)(call) == -1)                                             \
            say("%s: %s\n", #call, strerrorname_np(errno));                 \
        else                                                                \
            say("%s: ok\n", #call);                                         \
    } while (0)

static inline void handle(int sig, void (*handler)(int, siginfo_t *, void *), int flags) __attribute__((unused));
static inline void handle(int sig, void (*handler)(int, siginfo_t *, void *), int flags) {
    struct sigaction act;
    memset(&act, 0, sizeof act);
    act.sa_sigaction = handler;
    act.sa_flags = SA_SIGINFO | flags;
    sigaction(sig, &act, NULL);
}

static inline double seconds(void) __attribute__((unused));
static inline double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}
#endif
