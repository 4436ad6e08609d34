// Reading the clock's discipline: adjtimex and clock_adjtime in 32 and in 64 bits tell the same.
#include "guest.h"
#include <sys/timex.h>

// struct timex of the 32-bit calls (linux/time32.h), and of clock_adjtime64 (linux/timex.h).
struct timex32 {
    unsigned modes;
    int offset, freq, maxerror, esterror, status, constant, precision, tolerance, sec, usec, tick, ppsfreq, jitter, shift,
        stabil, jitcnt, calcnt, errcnt, stbcnt, tai, reserved[11];
};
struct timex64 {
    unsigned modes, pad;
    long long offset, freq, maxerror, esterror;
    int status, pad2;
    long long constant, precision, tolerance, sec, usec, tick, ppsfreq, jitter;
    int shift, pad3;
    long long stabil, jitcnt, calcnt, errcnt, stbcnt;
    int tai, reserved[11];
};

int main(void) {
    _Static_assert(sizeof(struct timex32) == 128 && sizeof(struct timex64) == 208, "layout");
    struct { struct timex32 t; unsigned guard; } a = {.guard = 0x5a5a5a5a}, b = a;
    struct { struct timex64 t; unsigned guard; } c = {.guard = 0x5a5a5a5a};
    int first = syscall(SYS_adjtimex, &a.t), second = syscall(SYS_clock_adjtime, CLOCK_REALTIME, &b.t);
    int third = syscall(SYS_clock_adjtime64, CLOCK_REALTIME, &c.t);
    must(first >= 0 && first <= 5 && first == second && second == third);
    must(a.guard == 0x5a5a5a5a && b.guard == 0x5a5a5a5a && c.guard == 0x5a5a5a5a);
    must(a.t.tick >= 9000 && a.t.tick <= 11000 && a.t.tick == b.t.tick && b.t.tick == c.t.tick);
    must(a.t.freq == c.t.freq && a.t.tolerance == c.t.tolerance && a.t.tolerance > 0 && a.t.precision == c.t.precision);
    must(a.t.status == c.t.status && a.t.tai == c.t.tai && a.t.constant == b.t.constant && a.t.constant == c.t.constant);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    must(now.tv_sec - a.t.sec <= 2 && now.tv_sec - c.t.sec <= 2 && a.t.usec >= 0 && a.t.usec < 1000000000);
    result(syscall(SYS_adjtimex, 16));
    result(syscall(SYS_clock_adjtime, CLOCK_REALTIME, 16));
    result(syscall(SYS_clock_adjtime64, CLOCK_REALTIME, 16));
    result(syscall(SYS_clock_adjtime, 99, &a.t));
    // Setting it is for the privileged; a tick that no clock has is refused to them, too.
    a.t.modes = ADJ_TICK, a.t.tick = 1;
    must(syscall(SYS_adjtimex, &a.t) == -1 && (errno == EPERM || errno == EINVAL));
    return 0;
}
