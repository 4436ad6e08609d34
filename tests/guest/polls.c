// Waiting for descriptors: poll, select, epoll, eventfd, timerfd, signalfd, inotify.
#include "guest.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

static void nothing(int sig, siginfo_t *info, void *context) { (void)sig, (void)info, (void)context; }

int main(void) {
    int p[2], q[2];
    outcome(pipe2(p, O_NONBLOCK));
    outcome(pipe(q));
    struct pollfd fds[3] = {{p[0], POLLIN, 0}, {p[1], POLLOUT, 0}, {-1, POLLIN, 77}};
    result(poll(fds, 3, 0));
    say("revents %#x %#x %#x\n", fds[0].revents, fds[1].revents, fds[2].revents);
    char byte = 'x';
    result(read(p[0], &byte, 1));
    result(write(p[1], "abc", 3));
    result(poll(fds, 1, 1000));
    close(q[0]);
    fds[1] = (struct pollfd){q[1], POLLOUT, 0}, fds[2] = (struct pollfd){99, POLLIN, 0};
    result(poll(fds, 3, 0));
    say("revents %#x %#x %#x\n", fds[0].revents, fds[1].revents, fds[2].revents);
    double start = seconds();
    result(poll(NULL, 0, 50));
    must(seconds() - start >= 0.05);
    struct timespec soon = {0, 20000000}, wrong = {0, 1000000000};
    result(ppoll(NULL, 0, &soon, NULL));
    result(ppoll(NULL, 0, &wrong, NULL));

    // ppoll lets a blocked signal in, atomically.
    handle(SIGUSR1, nothing, 0);
    sigset_t block, none;
    sigemptyset(&none);
    sigemptyset(&block);
    sigaddset(&block, SIGUSR1);
    sigprocmask(SIG_BLOCK, &block, NULL);
    raise(SIGUSR1);
    result(ppoll(NULL, 0, NULL, &none));
    raise(SIGUSR1);
    result(pselect(0, NULL, NULL, NULL, NULL, &none));

    fd_set readable, writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(p[0], &readable);
    FD_SET(p[1], &writable);
    struct timeval tv = {1, 0};
    result(select(p[1] + 1, &readable, &writable, NULL, &tv));
    say("set %d %d\n", FD_ISSET(p[0], &readable) != 0, FD_ISSET(p[1], &writable) != 0);
    FD_ZERO(&readable);
    FD_SET(60, &readable);
    result(select(61, &readable, NULL, NULL, &tv));
    result(select(-1, NULL, NULL, NULL, &tv));
    tv = (struct timeval){0, 20000};
    result(select(0, NULL, NULL, NULL, &tv));
    say("time left %ld\n", (long)tv.tv_usec);

    // epoll: the struct is not packed on ARM.
    int e = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event ev = {EPOLLIN, {.u64 = 0x1122334455667788ull}}, out[4];
    result(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &ev));
    result(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &ev));
    result(epoll_ctl(e, EPOLL_CTL_MOD, p[1], &ev));
    result(epoll_ctl(e, EPOLL_CTL_ADD, e, &ev));
    result(epoll_ctl(e, EPOLL_CTL_ADD, 99, &ev));
    int file = open("file", O_RDWR | O_CREAT, 0600);
    result(epoll_ctl(e, EPOLL_CTL_ADD, file, &ev));
    result(epoll_wait(e, out, 4, 1000));
    say("events %#x data %#llx\n", out[0].events, (unsigned long long)out[0].data.u64);
    ev = (struct epoll_event){EPOLLOUT | EPOLLONESHOT, {.u32 = 5}};
    result(epoll_ctl(e, EPOLL_CTL_ADD, p[1], &ev));
    result(epoll_wait(e, out, 4, 0));
    result(epoll_wait(e, out, 4, 0));
    result(epoll_ctl(e, EPOLL_CTL_DEL, p[0], NULL));
    result(epoll_pwait(e, out, 4, 10, &none));
    result(epoll_wait(e, out, 0, 0));
    ev.events = EPOLLOUT;
    result(epoll_ctl(e, EPOLL_CTL_MOD, p[1], &ev));
    result(epoll_wait(e, (void *)8, 4, 0));

    uint64_t count;
    int ev1 = eventfd(3, EFD_NONBLOCK), sem = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    result(read(ev1, &count, 8));
    say("count %llu\n", (unsigned long long)count);
    result(read(ev1, &count, 8));
    count = 0xfffffffffffffffeull;
    result(write(ev1, &count, 8));
    count = 1;
    result(write(ev1, &count, 8));
    result(read(ev1, &count, 4));
    result(read(sem, &count, 8));
    say("semaphore %llu\n", (unsigned long long)count);

    int t = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct itimerspec timer = {{0, 10000000}, {0, 10000000}}, old;
    result(read(t, &count, 8));
    result(timerfd_settime(t, 0, &timer, NULL));
    usleep(55000);
    result(read(t, &count, 8));
    must(count >= 5 && count < 100);
    result(timerfd_gettime(t, &old));
    say("interval %ld, value within %d\n", old.it_interval.tv_nsec, old.it_value.tv_nsec <= 10000000);
    timer.it_value.tv_nsec = -1;
    result(timerfd_settime(t, 0, &timer, NULL));
    outcome(timerfd_create(99, 0));

    struct signalfd_siginfo si;
    int s = signalfd(-1, &block, SFD_NONBLOCK);
    result(read(s, &si, sizeof si));
    union sigval value = {.sival_int = 321};
    sigqueue(getpid(), SIGUSR1, value);
    result(read(s, &si, sizeof si));
    say("signo %u code %d pid %d int %d\n", si.ssi_signo, si.ssi_code, si.ssi_pid == (uint32_t)getpid(), si.ssi_int);

    int in = inotify_init1(IN_NONBLOCK);
    result(inotify_add_watch(in, ".", IN_CREATE | IN_DELETE | IN_MODIFY));
    result(inotify_add_watch(in, "none", IN_CREATE));
    close(open("made", O_CREAT | O_WRONLY, 0600));
    unlink("made");
    char buffer[1024] __attribute__((aligned(8)));
    ssize_t len = read(in, buffer, sizeof buffer);
    for (char *at = buffer; at < buffer + len;) {
        struct inotify_event *event = (struct inotify_event *)at;
        say("inotify %#x %s\n", event->mask, event->name);
        at += sizeof *event + event->len;
    }
    result(read(in, buffer, sizeof buffer));
    return 0;
}
