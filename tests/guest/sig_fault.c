// qemu: gives ILL_ILLOPN where the kernel gives ILL_ILLOPC, and a wrong si_addr for SIGBUS
// Faults as signals: number, si_code and si_addr of each (man 2 sigaction; arch/arm/mm/fault.c, traps.c).
#include "guest.h"
#include <setjmp.h>
#include <ucontext.h>

static sigjmp_buf back;
static volatile uintptr_t base;
static volatile int hide_code;

static void report(int sig, siginfo_t *info, void *context) {
    ucontext_t *uc = context;
    uintptr_t addr = (uintptr_t)info->si_addr;
    int at_pc = addr == uc->uc_mcontext.arm_pc;
    int code = hide_code ? 0 : info->si_code;
    if (at_pc)
        say("signal %d code %d addr is pc, pc - base = %ld, thumb %d\n", sig, code, (long)(addr - base),
            (int)(uc->uc_mcontext.arm_cpsr >> 5 & 1));
    else
        say("signal %d code %d addr - base = %ld\n", sig, code, (long)(addr - base));
    siglongjmp(back, 1);
}

#define TRY(what, origin, statement)                                        \
    do {                                                                    \
        say("%s: ", what);                                                  \
        base = (uintptr_t)(origin);                                         \
        if (sigsetjmp(back, 1) == 0) {                                      \
            statement;                                                      \
            say("nothing happened\n");                                      \
        }                                                                   \
    } while (0)

extern char udf_arm[], udf_thumb[], udf_wide[], bkpt_arm[], bkpt_thumb[], permanently_undefined[], break_arm[], break_thumb[], break_wide[];
__asm__(".pushsection .text\n .syntax unified\n .align 2\n .arm\n"
        "udf_arm: nop\n udf #2\n bx lr\n"
        "break_arm: nop\n .word 0xe7f001f0\n bx lr\n"
        "bkpt_arm: nop\n bkpt #2\n bx lr\n"
        "permanently_undefined: .word 0xffffffff\n bx lr\n"
        ".thumb\n"
        "udf_thumb: nop\n udf #2\n bx lr\n .align 2\n"
        "udf_wide: nop\n udf.w #2\n bx lr\n .align 2\n"
        "break_thumb: nop\n .hword 0xde01\n bx lr\n .align 2\n"
        "break_wide: nop\n .hword 0xf7f0, 0xa000\n bx lr\n .align 2\n"
        "bkpt_thumb: nop\n bkpt #2\n bx lr\n"
        ".align 2\n .popsection");

// By a pointer that the compiler does not see through: a direct BL would not change the instruction set.
static void call(char *code, int thumb) {
    void (*volatile pointer)(void) = (void (*)(void))((uintptr_t)code | thumb);
    pointer();
}

int main(void) {
    int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE};
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
        handle(signals[i], report, 0);
    char *page = mmap(NULL, 12288, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    volatile char *p = page;
    mprotect(page + 4096, 4096, PROT_READ);
    munmap(page + 8192, 4096);

    TRY("read of page 0", 0, (void)*(volatile char *)16);
    TRY("write to page 0", 0, *(volatile char *)20 = 1);
    TRY("write to a read-only page", page, p[4097] = 1);
    TRY("read of an unmapped page", page, (void)p[8195]);
    mprotect(page, 4096, PROT_NONE);
    TRY("read of a page without rights", page, (void)p[7]);
    TRY("write to text", (void *)report, *(volatile char *)((uintptr_t)report & ~1u) = 0);
    TRY("jump to page 0", 0, call((char *)64, 0));
    TRY("jump to an unmapped page", page, call(page + 8192 + 8, 1));
    TRY("jump to a page without execution", page + 4096, call(page + 4096 + 4, 0));
    TRY("udf in ARM", udf_arm, call(udf_arm, 0));
    TRY("0xffffffff in ARM", permanently_undefined, call(permanently_undefined, 0));
    TRY("udf in Thumb", udf_thumb, call(udf_thumb, 1));
    TRY("udf.w in Thumb", udf_wide, call(udf_wide, 1));
    // These three the kernel takes for a debugger's breakpoints (arch/arm/kernel/ptrace.c).
    TRY("break in ARM", break_arm, call(break_arm, 0));
    TRY("break in Thumb", break_thumb, call(break_thumb, 1));
    TRY("wide break in Thumb", break_wide, call(break_wide, 1));
    // BKPT's si_code depends on whether the kernel drives the debug hardware.
    hide_code = 1;
    TRY("bkpt in ARM", bkpt_arm, call(bkpt_arm, 0));
    TRY("bkpt in Thumb", bkpt_thumb, call(bkpt_thumb, 1));

    hide_code = 0;

    int fd = open("short", O_RDWR | O_CREAT | O_TRUNC, 0600);
    result(write(fd, "abc", 3));
    char *file = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    say("behind the end, same page: %d\n", file[3]);
    TRY("a page behind the file's end", file, (void)*(volatile char *)(file + 5000));
    TRY("write behind the file's end", file, *(volatile char *)(file + 4096) = 1);
    TRY("ldm from page 0", 0, __asm__ volatile("mov r1, #32\n ldmia r1, {r2, r3}" ::: "r1", "r2", "r3", "memory"));
    TRY("strd to page 0", 0, __asm__ volatile("mov r1, #40\n strd r2, r3, [r1]" ::: "r1", "memory"));
    TRY("vldr from page 0", 0, __asm__ volatile("mov r1, #48\n vldr d0, [r1]" ::: "r1", "d0", "memory"));
    return 0;
}
