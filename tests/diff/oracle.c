/* The guest's half of the differential fuzzer: runs cases on whatever executes this program.
 *
 * It reads batches from standard input and writes one result per case to standard output. A case is
 * a whole register state; its code lies in a slot of its own, everything else in the code area is
 * UNDEFINED, so every case ends in a signal. All the work happens in the handler: it takes the end
 * state of one case from the signal frame, puts the start state of the next one there, and returns
 * to it through sigreturn.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

enum { CODE = 0x10000000, DATA = 0x20000000, SLOT = 4096, CODE_BYTES = 256, BATCH = 256 };

struct state {
    uint32_t r[16];
    uint32_t cpsr, fpscr;
    uint64_t d[32];
};
struct test_case {
    struct state state;
    uint32_t fill;          /* what the rest of the slot holds */
    uint32_t data_seed;
    uint8_t code[CODE_BYTES];
};
struct result {
    struct state state;
    uint32_t signal, address;
    uint64_t data;          /* a hash of the data page */
};
struct vfp_frame {
    uint32_t magic, size;
    uint64_t d[32];
    uint32_t fpscr;
};

static struct test_case cases[BATCH];
static struct result results[BATCH];
static unsigned count, current, batches;
static int started;

static void read_all(void *to, size_t len) {
    for (char *p = to; len;) {
        ssize_t n = read(0, p, len);
        if (n <= 0) _exit(n < 0);
        p += n;
        len -= n;
    }
}

static void write_all(const void *from, size_t len) {
    for (const char *p = from; len;) {
        ssize_t n = write(1, p, len);
        if (n <= 0) _exit(2);
        p += n;
        len -= n;
    }
}

static void next_batch(void) {
    static uint32_t filled[BATCH];
    uint32_t n;
    read_all(&n, sizeof n);
    if (n == 0 || n > BATCH) _exit(n != 0);
    count = n;
    batches++;
    current = 0;
    read_all(cases, n * sizeof *cases);
    mprotect((void *)CODE, BATCH * SLOT, PROT_READ | PROT_WRITE);
    for (unsigned i = 0; i < n; i++) {
        uint32_t *slot = (uint32_t *)(CODE + i * SLOT);
        if (filled[i] != cases[i].fill) {
            for (unsigned j = 0; j < SLOT / 4; j++) slot[j] = cases[i].fill;
            filled[i] = cases[i].fill;
        }
        memcpy(slot, cases[i].code, CODE_BYTES);
    }
    mprotect((void *)CODE, BATCH * SLOT, PROT_READ | PROT_EXEC);
    __builtin___clear_cache((char *)CODE, (char *)CODE + BATCH * SLOT);
}

static void fill_data(uint32_t seed) {
    for (uint32_t *p = (uint32_t *)DATA; p < (uint32_t *)(DATA + 4096); p++) {
        seed = seed * 1664525 + 1013904223;
        *p = seed;
    }
}

static uint64_t hash_data(void) {
    uint64_t h = 0;
    for (uint32_t *p = (uint32_t *)DATA; p < (uint32_t *)(DATA + 4096); p++)
        h = (h ^ *p) * 0x9e3779b97f4a7c15u;
    return h;
}

static struct vfp_frame *vfp(ucontext_t *uc) {
    char *p = (char *)uc->uc_regspace;
    while (((struct vfp_frame *)p)->magic != 0x56465001) p += ((struct vfp_frame *)p)->size;
    return (struct vfp_frame *)p;
}

static void handler(int signal, siginfo_t *info, void *context) {
    ucontext_t *uc = context;
    /* The case may have asked for short vectors, with which this code's own VFP is UNDEFINED. */
    __asm__ volatile("vmsr fpscr, %0" ::"r"(0));
    /* The monitor is not part of a case's state: what the case before it left must not count. */
    __asm__ volatile("clrex");
    unsigned long *r = &uc->uc_mcontext.arm_r0;
    /* A tick while this handler is at work, or waits for the next batch, says nothing. */
    static volatile int inside;
    if (signal == SIGPROF && inside) return;
    if (signal == SIGPROF) {
        /* A case that went on from one tick to the next is endless. */
        static unsigned seen_case, seen_batch;
        int endless = seen_case == current && seen_batch == batches;
        seen_case = current;
        seen_batch = batches;
        if (!endless) return;
    }
    inside = 1;
    if (started) {
        struct result *res = &results[current];
        for (int i = 0; i < 16; i++) res->state.r[i] = r[i];
        res->state.cpsr = uc->uc_mcontext.arm_cpsr;
        memcpy(res->state.d, vfp(uc)->d, sizeof res->state.d);
        res->state.fpscr = vfp(uc)->fpscr;
        res->signal = signal;
        res->address = (uint32_t)info->si_addr;
        res->data = hash_data();
        current++;
    }
    started = 1;
    if (current == count) {
        write_all(results, count * sizeof *results);
        next_batch();
    }
    struct test_case *c = &cases[current];
    fill_data(c->data_seed);
    for (int i = 0; i < 16; i++) r[i] = c->state.r[i];
    uc->uc_mcontext.arm_cpsr = c->state.cpsr;
    memcpy(vfp(uc)->d, c->state.d, sizeof c->state.d);
    vfp(uc)->fpscr = c->state.fpscr;
    inside = 0;
}

int main(void) {
    static char stack[65536];
    stack_t ss = { .ss_sp = stack, .ss_size = sizeof stack };
    sigaltstack(&ss, 0);
    struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART };
    sigaddset(&sa.sa_mask, SIGPROF); /* a tick must not come while a case is being set up */
    int signals[] = { SIGILL, SIGSEGV, SIGBUS, SIGTRAP, SIGFPE, SIGPROF };
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &sa, 0);
    if (mmap((void *)CODE, BATCH * SLOT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != (void *)CODE
        || mmap((void *)DATA, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != (void *)DATA)
        return 3;
    struct itimerval tick = { { 0, 500000 }, { 0, 500000 } };
    setitimer(ITIMER_PROF, &tick, 0);
    __asm__ volatile("udf #0");
    return 4;
}
