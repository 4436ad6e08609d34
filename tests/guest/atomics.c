// flags: -marm
// qemu: has no monitor, only compares values
// LDREX and STREX in every width, alone and against other threads.
#include "guest.h"
#include <pthread.h>

static struct { uint8_t b; uint16_t h; uint32_t w; uint64_t d; } shared __attribute__((aligned(16)));
#define LOOPS 4000

static void *add(void *arg) {
    (void)arg;
    for (int i = 0; i < LOOPS; i++) {
        unsigned value, failed;
        uint64_t wide;
        __asm__ volatile("1: ldrexb %0, [%2]\n add %0, #1\n strexb %1, %0, [%2]\n teq %1, #0\n bne 1b"
                         : "=&r"(value), "=&r"(failed) : "r"(&shared.b) : "cc", "memory");
        __asm__ volatile("1: ldrexh %0, [%2]\n add %0, #3\n strexh %1, %0, [%2]\n teq %1, #0\n bne 1b"
                         : "=&r"(value), "=&r"(failed) : "r"(&shared.h) : "cc", "memory");
        __asm__ volatile("1: ldrex %0, [%2]\n add %0, #5\n strex %1, %0, [%2]\n teq %1, #0\n bne 1b"
                         : "=&r"(value), "=&r"(failed) : "r"(&shared.w) : "cc", "memory");
        __asm__ volatile("1: ldrexd %0, %H0, [%2]\n adds %Q0, #7\n adc %R0, #1\n strexd %1, %0, %H0, [%2]\n teq %1, #0\n bne 1b"
                         : "=&r"(wide), "=&r"(failed) : "r"(&shared.d) : "cc", "memory");
    }
    return NULL;
}

static volatile int interrupted;
static void on_alarm(int sig, siginfo_t *info, void *context) { (void)sig, (void)info, (void)context, interrupted = 1; }

int main(void) {
    pthread_t t[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&t[i], NULL, add, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    say("%d %d %u %llu\n", shared.b == (uint8_t)(4 * LOOPS), shared.h == (uint16_t)(12 * LOOPS), shared.w,
        (unsigned long long)(shared.d & 0xffffffff));
    say("high word %u\n", (unsigned)(shared.d >> 32));

    unsigned value, failed;
    static uint32_t word = 5;
    // Without a load before it, after CLREX, and twice in a row, a store-exclusive fails.
    __asm__ volatile("clrex\n mov %0, #9\n strex %1, %0, [%2]" : "=&r"(value), "=&r"(failed) : "r"(&word) : "memory");
    say("no load: failed %u word %u\n", failed, word);
    __asm__ volatile("ldrex %0, [%2]\n clrex\n strex %1, %0, [%2]" : "=&r"(value), "=&r"(failed) : "r"(&word) : "memory");
    say("after clrex: failed %u\n", failed);
    __asm__ volatile("ldrex %0, [%2]\n add %0, #1\n strex %1, %0, [%2]\n strex %1, %0, [%2]"
                     : "=&r"(value), "=&r"(failed) : "r"(&word) : "memory");
    say("twice: failed %u word %u\n", failed, word);
    // A signal handler between load and store clears the monitor (the kernel's return to user does CLREX).
    handle(SIGUSR1, on_alarm, 0);
    register int r0 __asm__("r0") = getpid(), r1 __asm__("r1") = SIGUSR1;
    __asm__ volatile("push {r7}\n ldrex r3, [%[at]]\n mov r7, #37\n svc 0\n pop {r7}\n mov r3, #50\n strex %[failed], r3, [%[at]]"
                     : "+r"(r0), [failed] "=&r"(failed) : "r"(r1), [at] "r"(&word) : "r3", "memory");
    say("after a signal: failed %u word %u interrupted %d\n", failed, word, interrupted);
    say("swp and builtins: %u", __atomic_exchange_n(&word, 77, __ATOMIC_SEQ_CST));
    say(" %u", __atomic_fetch_or(&word, 2, __ATOMIC_ACQ_REL));
    say(" %u\n", __atomic_load_n(&word, __ATOMIC_ACQUIRE));
    return 0;
}
