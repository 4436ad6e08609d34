// qemu: lets nanosleep on a wild pointer pass
// Clocks and timers, in 32 and in 64 bits.
#include "guest.h"
#include <sys/time.h>
#include <sys/times.h>

struct timespec64 { int64_t sec, nsec; };
static volatile int fired, value;
static void on_timer(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)context;
    fired++;
    value = info->si_code == SI_TIMER ? info->si_value.sival_int : -1;
}

int main(void) {
    int32_t narrow[2];
    struct timespec64 wide, again;
    result(syscall(SYS_clock_gettime, CLOCK_REALTIME, narrow));
    result(syscall(SYS_clock_gettime64, CLOCK_REALTIME, &wide));
    must(wide.sec - narrow[0] < 5 && wide.sec >= narrow[0] && wide.nsec >= 0 && wide.nsec < 1000000000);
    int clocks[] = {0, 1, 2, 3, 4, 5, 6, 7, 11, 12, -1, 99};
    for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++)
        say("clock %d: %s\n", clocks[i], syscall(SYS_clock_gettime64, clocks[i], &again) ? strerrorname_np(errno) : "ok");
    result(syscall(SYS_clock_getres_time64, CLOCK_MONOTONIC, &again));
    say("resolution %lld %lld\n", (long long)again.sec, (long long)again.nsec);
    result(syscall(SYS_clock_gettime64, CLOCK_REALTIME, (void *)8));
    struct timeval tv;
    struct timezone tz;
    result(gettimeofday(&tv, &tz));
    must(tv.tv_sec - wide.sec < 5 && times(NULL) != -1);

    double start = seconds();
    struct timespec64 soon = {0, 30000000}, wrong = {0, 1000000000}, negative = {-1, 0};
    result(syscall(SYS_clock_nanosleep_time64, CLOCK_MONOTONIC, 0, &soon, NULL));
    must(seconds() - start >= 0.03);
    result(syscall(SYS_clock_nanosleep_time64, CLOCK_MONOTONIC, 0, &wrong, NULL));
    result(syscall(SYS_clock_nanosleep_time64, CLOCK_MONOTONIC, 0, &negative, NULL));
    result(syscall(SYS_clock_nanosleep_time64, 99, 0, &soon, NULL));
    result(syscall(SYS_clock_nanosleep_time64, CLOCK_REALTIME, TIMER_ABSTIME, &soon, NULL));
    int32_t short_sleep[2] = {0, 10000000};
    result(syscall(SYS_nanosleep, short_sleep, NULL));
    result(syscall(SYS_nanosleep, (void *)8, NULL));

    struct itimerval timer = {{0, 0}, {5, 500000}}, old;
    result(setitimer(ITIMER_REAL, &timer, NULL));
    result(getitimer(ITIMER_REAL, &old));
    say("left within %d\n", old.it_value.tv_sec == 5 && old.it_value.tv_usec <= 500000);
    result(alarm(0));
    result(alarm(100));
    result(alarm(0));
    timer.it_value.tv_usec = 1000000;
    result(setitimer(ITIMER_REAL, &timer, NULL));
    result(getitimer(9, &old));

    handle(SIGRTMIN, on_timer, 0);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 4711};
    timer_t id;
    result(timer_create(CLOCK_MONOTONIC, &event, &id));
    struct itimerspec spec = {{0, 0}, {0, 20000000}}, now;
    result(timer_settime(id, 0, &spec, NULL));
    result(timer_gettime(id, &now));
    must(now.it_value.tv_nsec > 0 && now.it_value.tv_nsec <= 20000000);
    while (!fired)
        usleep(1000);
    say("fired %d value %d\n", fired, value);
    result(timer_getoverrun(id));
    result(timer_delete(id));
    result(timer_delete(id));
    result(syscall(SYS_timer_create, 99, &event, &id));
    // A thread may be the target of the notification.
    event.sigev_notify = 99;
    result(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
    return 0;
}
