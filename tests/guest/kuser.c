// The kernel's helper page (Documentation/arch/arm/kernel_user_helpers.rst): old programs call it by address.
#include "guest.h"
#include <pthread.h>

typedef int cmpxchg_t(int oldval, int newval, volatile int *ptr);
typedef int cmpxchg64_t(const int64_t *oldval, const int64_t *newval, volatile int64_t *ptr);
typedef void *get_tls_t(void);
typedef void barrier_t(void);
#define cmpxchg (*(cmpxchg_t *)0xffff0fc0)
#define cmpxchg64 (*(cmpxchg64_t *)0xffff0f60)
#define get_tls (*(get_tls_t *)0xffff0fe0)
#define barrier (*(barrier_t *)0xffff0fa0)

static volatile int counter;
static volatile int64_t wide = 0xffffffff;

static void *add(void *arg) {
    (void)arg;
    for (int i = 0; i < 5000; i++) {
        int old;
        do
            old = counter;
        while (cmpxchg(old, old + 1, &counter) != 0);
        int64_t was, then;
        do
            was = wide, then = was + 3;
        while (cmpxchg64(&was, &then, &wide) != 0);
    }
    barrier();
    return NULL;
}

int main(void) {
    must(*(int *)0xffff0ffc >= 5);
    volatile int word = 7;
    say("7 -> 8: %d, now %d\n", cmpxchg(7, 8, &word) == 0, word);
    say("7 -> 9: %d, now %d\n", cmpxchg(7, 9, &word) == 0, word);
    // The carry tells the same as r0 (set on success).
    register int r0 __asm__("r0") = 8, r1 __asm__("r1") = 10;
    register volatile int *r2 __asm__("r2") = &word;
    unsigned carry;
    __asm__ volatile("mov r3, #0xffffffff\n lsl r3, #16\n add r3, #0xfc0\n blx r3\n mov %[carry], #0\n adc %[carry], %[carry], #0\n"
                     : "+r"(r0), "+r"(r1), "+r"(r2), [carry] "=&r"(carry)::"r3", "ip", "lr", "cc", "memory");
    int answer = r0;
    say("r0 %d carry %u\n", answer, carry);
    void *tls;
    __asm__("mrc p15, 0, %0, c13, c0, 3" : "=r"(tls));
    must(get_tls() == tls);
    pthread_t t[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, add, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    say("counter %d wide %lld\n", counter, (long long)wide);
    return 0;
}
