// What a handler changes in its ucontext is what sigreturn loads: pc, registers, flags, the instruction set.
#include "guest.h"
#include <ucontext.h>

static void skip(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info;
    mcontext_t *mc = &((ucontext_t *)context)->uc_mcontext;
    mc->arm_pc += mc->arm_cpsr >> 5 & 1 ? 2 : 4;
    mc->arm_r4 = 0x1234;
    mc->arm_cpsr ^= 0xf0000000; // NZCV
}

extern int trap_arm(void), trap_thumb(void);
__asm__(".pushsection .text\n .syntax unified\n .align 2\n"
        // Answers r4 + flags after the fault: C and V clear, Z set before it by cmp, N clear.
        ".arm\n .type trap_arm, %function\n trap_arm: push {r4, lr}\n mov r4, #0\n cmp r4, #0\n udf #0\n"
        "mrs r0, cpsr\n lsr r0, r0, #28\n orr r0, r0, r4, lsl #4\n pop {r4, pc}\n"
        ".thumb\n .thumb_func\n .type trap_thumb, %function\n trap_thumb: push {r4, lr}\n movs r4, #0\n cmp r4, #0\n udf #0\n"
        "mrs r0, cpsr\n lsrs r0, r0, #28\n lsls r4, r4, #4\n orrs r0, r4\n pop {r4, pc}\n"
        ".align 2\n .popsection");

static void to_thumb(int sig, siginfo_t *info, void *context);
extern int lands_in_thumb(void);
extern char landing[];
__asm__(".pushsection .text\n .align 2\n .arm\n .type lands_in_thumb, %function\n lands_in_thumb: udf #0\n mov r0, #1\n bx lr\n"
        ".thumb\n landing: movs r0, #2\n bx lr\n .align 2\n .popsection");
static void to_thumb(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info;
    mcontext_t *mc = &((ucontext_t *)context)->uc_mcontext;
    mc->arm_pc = (unsigned long)landing;
    mc->arm_cpsr |= 1 << 5;
}

// A signal between an IT instruction and what it governs must not lose the IT state.
static void skip_in_it(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info;
    mcontext_t *mc = &((ucontext_t *)context)->uc_mcontext;
    unsigned long cpsr = mc->arm_cpsr;
    say("IT bits in the frame: %#lx\n", (cpsr >> 25 & 3) | (cpsr >> 8 & 0xfc));
    // The load is done by hand: r2 points to something readable now, and the instruction is tried again.
    static int something = 77;
    mc->arm_r2 = (unsigned long)&something;
}

int main(void) {
    handle(SIGILL, skip, 0);
    say("ARM: r4 %#x flags %#x\n", trap_arm() >> 4, trap_arm() & 15);
    say("Thumb: r4 %#x flags %#x\n", trap_thumb() >> 4, trap_thumb() & 15);
    handle(SIGILL, to_thumb, 0);
    say("landed with %d\n", lands_in_thumb());
    handle(SIGSEGV, skip_in_it, 0);
    register int r0 __asm__("r0") = 0, r1 __asm__("r1") = 5, r2 __asm__("r2") = 0;
    __asm__ volatile("cmp r1, #5\n itte eq\n moveq r0, #100\n ldreq r2, [r2]\n movne r0, #1\n"
                     : "+r"(r0), "+r"(r1), "+r"(r2)::"cc", "memory");
    int first = r0, second = r2;
    say("after the block: r0 %d r2 %d\n", first, second);
    return 0;
}
