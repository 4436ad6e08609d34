// qemu: its frames carry no trap_no, error_code and fault_address
// The machine context of a fault (arch/arm/kernel/signal.c, setup_sigframe; mm/fault.c, __do_user_fault): trap 14
// for an abort, 6 for an undefined instruction; bit 11 of error_code tells a write.
#include "guest.h"
#include <setjmp.h>
#include <ucontext.h>

static sigjmp_buf back;

static void report(int sig, siginfo_t *info, void *context) {
    (void)info;
    mcontext_t *mc = &((ucontext_t *)context)->uc_mcontext;
    if (sig == SIGSEGV)
        say("trap %lu write %lu fault address %#lx\n", mc->trap_no, mc->error_code >> 11 & 1, mc->fault_address);
    else
        say("trap %lu\n", mc->trap_no);
    siglongjmp(back, 1);
}

int main(void) {
    handle(SIGSEGV, report, 0);
    handle(SIGILL, report, 0);
    if (sigsetjmp(back, 1) == 0)
        (void)*(volatile char *)0x10;
    if (sigsetjmp(back, 1) == 0)
        *(volatile char *)0x24 = 1;
    if (sigsetjmp(back, 1) == 0)
        __asm__ volatile("udf #0");
    return 0;
}
