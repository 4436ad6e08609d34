// flags: -mfpu=neon-vfpv4
// d0-d31 and FPSCR survive a handler that changes them all.
#include "guest.h"

static void clobber(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info, (void)context;
    __asm__ volatile("vmov.i8 q0, #0x55\n vmov.i8 q1, #0x55\n vmov.i8 q2, #0x55\n vmov.i8 q3, #0x55\n"
                     "vmov.i8 q4, #0x55\n vmov.i8 q7, #0x55\n vmov.i8 q8, #0x55\n vmov.i8 q15, #0x55\n"
                     "mov r0, #0x00c00000\n vmsr fpscr, r0\n"
                     ::: "r0", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d14", "d15", "d16", "d17",
                     "d30", "d31", "memory");
}

int main(void) {
    handle(SIGUSR1, clobber, 0);
    static uint64_t in[32], out[32];
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
