// flags: -mfpu=neon-vfpv4
// d0-d31 and FPSCR survive a handler that changes them all, and stand in its frame, where a handler may change them
// for good (arch/arm/include/asm/ucontext.h: struct vfp_sigframe, arch/arm/kernel/signal.c: preserve_vfp_context).
#include "guest.h"
#include <ucontext.h>

struct vfp_sigframe {
    unsigned long magic, size;
    uint64_t d[32];
    unsigned long fpscr, pad, fpexc, fpinst, fpinst2, pad2;
} __attribute__((aligned(8)));

static uint64_t in[32], out[32];

static void clobber(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info;
    struct vfp_sigframe *frame = (void *)((ucontext_t *)context)->uc_regspace;
    must(frame->magic == 0x56465001 && frame->size == sizeof *frame && sizeof *frame == 8 + 256 + 24);
    int same = 0;
    for (int i = 0; i < 32; i++)
        same += frame->d[i] == in[i];
    say("in the frame: %d, fpscr %#lx\n", same, frame->fpscr);
    frame->d[9] = in[9] = 0x123456789abcdef0;
    frame->fpscr ^= 1 << 28;
    __asm__ volatile("vmov.i8 q0, #0x55\n vmov.i8 q1, #0x55\n vmov.i8 q2, #0x55\n vmov.i8 q3, #0x55\n"
                     "vmov.i8 q4, #0x55\n vmov.i8 q5, #0x55\n vmov.i8 q6, #0x55\n vmov.i8 q7, #0x55\n"
                     "vmov.i8 q8, #0x55\n vmov.i8 q9, #0x55\n vmov.i8 q10, #0x55\n vmov.i8 q11, #0x55\n"
                     "vmov.i8 q12, #0x55\n vmov.i8 q13, #0x55\n vmov.i8 q14, #0x55\n vmov.i8 q15, #0x55\n"
                     "mov r0, #0x00c00000\n vmsr fpscr, r0\n"
                     ::: "r0", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13",
                     "q14", "q15", "memory");
}

int main(void) {
    handle(SIGUSR1, clobber, 0);
    uint32_t fpscr = 0;
    for (int i = 0; i < 32; i++)
        in[i] = 0x0101010101010101ull * (i + 1);
    register int pid __asm__("r0") = getpid();
    __asm__ volatile("push {r7}\n"
                     "mov r3, %[in]\n vldmia r3!, {d0-d15}\n vldmia r3!, {d16-d31}\n"
                     "ldr r3, =0x0300009f\n vmsr fpscr, r3\n"
                     "mov r1, #10\n mov r7, #37\n svc 0\n"
                     "vmrs %[fpscr], fpscr\n mov r3, #0\n vmsr fpscr, r3\n"
                     "mov r3, %[out]\n vstmia r3!, {d0-d15}\n vstmia r3!, {d16-d31}\n pop {r7}\n"
                     : "+r"(pid), [fpscr] "=&r"(fpscr)
                     : [in] "r"(in), [out] "r"(out)
                     : "r1", "r3", "memory", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10", "d11",
                     "d12", "d13", "d14", "d15", "d16", "d17", "d18", "d19", "d20", "d21", "d22", "d23", "d24", "d25",
                     "d26", "d27", "d28", "d29", "d30", "d31");
    int same = 0;
    for (int i = 0; i < 32; i++)
        same += in[i] == out[i];
    say("kill gave %d, registers kept: %d, fpscr %#x\n", pid, same, fpscr);
    return 0;
}
