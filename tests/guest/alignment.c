// What must be aligned whatever SCTLR.A says: exclusives. The kernel cannot fix them up, so SIGBUS with BUS_ADRALN
// (arch/arm/mm/alignment.c, do_alignment).
#include "guest.h"
#include <setjmp.h>

static sigjmp_buf back;
static char *base;
static void report(int sig, siginfo_t *info, void *context) {
    (void)context;
    say("signal %d code %d offset %d\n", sig, info->si_code, (int)((char *)info->si_addr - base));
    siglongjmp(back, 1);
}

int main(void) {
    static uint32_t words[4] __attribute__((aligned(8)));
    base = (char *)words;
    unsigned value;
    handle(SIGBUS, report, 0);
    if (sigsetjmp(back, 1) == 0) {
        __asm__ volatile("ldrex %0, [%1]\n" : "=r"(value) : "r"(base + 2) : "memory");
        say("ldrex passed\n");
    }
    if (sigsetjmp(back, 1) == 0) {
        __asm__ volatile("ldrexh %0, [%1]\n" : "=r"(value) : "r"(base + 1) : "memory");
        say("ldrexh passed\n");
    }
    return 0;
}
