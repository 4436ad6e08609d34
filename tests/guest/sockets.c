// Sockets: unix, UDP and TCP on loopback, ancillary data, options, errors.
#include "guest.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/time.h>
#include <sys/un.h>

static int timed[2], alarms;

static void on_alarm(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info, (void)context;
    // The first call finds something to receive when it is made again.
    if (alarms++ == 0 && write(timed[1], "x", 1) != 1)
        abort();
}

int main(void) {
    int pair[2];
    char buffer[200];
    result(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    result(send(pair[0], "hello", 5, 0));
    result(recv(pair[1], buffer, 3, MSG_PEEK));
    result(recv(pair[1], buffer, sizeof buffer, 0));
    result(recv(pair[1], buffer, sizeof buffer, MSG_DONTWAIT));

    // A descriptor and credentials as ancillary data.
    int ends[2], passed = -1;
    outcome(pipe(ends));
    int on = 1;
    result(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
    char control[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))] __attribute__((aligned(8)));
    struct iovec parts[2] = {{"with ", 5}, {"fd", 2}}, into = {buffer, sizeof buffer};
    struct msghdr msg = {.msg_iov = parts, .msg_iovlen = 2, .msg_control = control, .msg_controllen = CMSG_SPACE(sizeof(int))};
    struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
    cmsg->cmsg_level = SOL_SOCKET, cmsg->cmsg_type = SCM_RIGHTS, cmsg->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(cmsg), &ends[1], sizeof(int));
    result(sendmsg(pair[0], &msg, 0));
    memset(control, 0, sizeof control);
    msg = (struct msghdr){.msg_iov = &into, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    result(recvmsg(pair[1], &msg, MSG_CMSG_CLOEXEC));
    for (cmsg = CMSG_FIRSTHDR(&msg); cmsg; cmsg = CMSG_NXTHDR(&msg, cmsg)) {
        struct ucred cred;
        if (cmsg->cmsg_type == SCM_CREDENTIALS) {
            memcpy(&cred, CMSG_DATA(cmsg), sizeof cred);
            say("credentials: pid %d uid %d\n", cred.pid == getpid(), cred.uid == getuid());
        } else {
            memcpy(&passed, CMSG_DATA(cmsg), sizeof passed);
            say("rights: len %d, cloexec %d\n", (int)cmsg->cmsg_len, fcntl(passed, F_GETFD));
        }
    }
    result(write(passed, "through", 7));
    result(read(ends[0], buffer, sizeof buffer));
    say("msg_flags %#x\n", msg.msg_flags);

    // mmsg, shutdown, SIGPIPE.
    struct mmsghdr many[2] = {{{.msg_iov = &parts[0], .msg_iovlen = 1}, 0}, {{.msg_iov = &parts[1], .msg_iovlen = 1}, 0}};
    result(sendmmsg(pair[0], many, 2, 0));
    say("lengths %u %u\n", many[0].msg_len, many[1].msg_len);
    result(shutdown(pair[0], SHUT_WR));
    result(recv(pair[1], buffer, sizeof buffer, MSG_WAITALL));
    result(recv(pair[1], buffer, sizeof buffer, 0));
    close(pair[1]);
    signal(SIGPIPE, SIG_IGN);
    result(send(pair[0], "x", 1, 0));

    struct sockaddr_un path = {AF_UNIX, "socket"};
    int l = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    result(connect(c, (void *)&path, sizeof path));
    result(bind(l, (void *)&path, sizeof path));
    result(connect(c, (void *)&path, sizeof path));
    result(listen(l, 5));
    result(connect(c, (void *)&path, sizeof path));
    struct sockaddr_un name;
    socklen_t len = sizeof name;
    int a = accept4(l, (void *)&name, &len, SOCK_NONBLOCK);
    say("accepted %d, nonblocking %d, peer's name has %u bytes\n", a >= 0, (fcntl(a, F_GETFL) & O_NONBLOCK) != 0, len);
    len = sizeof name;
    result(getsockname(a, (void *)&name, &len));
    say("%s %u\n", name.sun_path, len);
    struct ucred peer;
    len = sizeof peer;
    result(getsockopt(a, SOL_SOCKET, SO_PEERCRED, &peer, &len));
    must(peer.pid == getpid());
    // The abstract namespace.
    memset(&path, 0, sizeof path);
    path.sun_family = AF_UNIX;
    snprintf(path.sun_path + 1, 50, "skink-%d", (int)getpid());
    int d = socket(AF_UNIX, SOCK_DGRAM, 0);
    result(bind(d, (void *)&path, offsetof(struct sockaddr_un, sun_path) + 20));
    result(sendto(d, "to myself", 9, 0, (void *)&path, offsetof(struct sockaddr_un, sun_path) + 20));
    result(recv(d, buffer, 2, MSG_TRUNC));

    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, from;
    int u = socket(AF_INET, SOCK_DGRAM, 0), v = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    result(bind(u, (void *)&in, sizeof in));
    len = sizeof in;
    result(getsockname(u, (void *)&in, &len));
    result(sendto(v, "datagram", 8, 0, (void *)&in, sizeof in));
    len = sizeof from;
    result(recvfrom(u, buffer, sizeof buffer, 0, (void *)&from, &len));
    say("from %s family %d len %u\n", inet_ntoa(from.sin_addr), from.sin_family, len);
    struct timeval tv = {0, 20000};
    result(setsockopt(u, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
    result(recv(u, buffer, sizeof buffer, 0));
    memset(&tv, 0, sizeof tv);
    len = sizeof tv;
    result(getsockopt(u, SOL_SOCKET, SO_RCVTIMEO, &tv, &len));
    say("timeout %ld %ld, %u bytes\n", (long)tv.tv_sec, (long)tv.tv_usec, len);

    int t = socket(AF_INET, SOCK_STREAM, 0), k = socket(AF_INET, SOCK_STREAM, 0);
    in.sin_port = 0;
    result(setsockopt(t, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
    result(bind(t, (void *)&in, sizeof in));
    result(listen(t, 1));
    len = sizeof in;
    getsockname(t, (void *)&in, &len);
    result(connect(k, (void *)&in, sizeof in));
    a = accept(t, NULL, NULL);
    result(setsockopt(k, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    int value = 0;
    len = sizeof value;
    result(getsockopt(k, IPPROTO_TCP, TCP_NODELAY, &value, &len));
    say("nodelay %d\n", value);
    len = sizeof value;
    result(getsockopt(k, SOL_SOCKET, SO_TYPE, &value, &len));
    say("type %d\n", value);
    len = sizeof value;
    result(getsockopt(k, SOL_SOCKET, SO_ERROR, &value, &len));
    struct linger linger = {1, 5};
    result(setsockopt(k, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    result(writev(k, parts, 2));
    result(read(a, buffer, sizeof buffer));
    result(getpeername(k, (void *)&from, &len));
    close(a), close(t), close(k);
    k = socket(AF_INET, SOCK_STREAM, 0);
    in.sin_port = htons(1);
    result(connect(k, (void *)&in, sizeof in));

    // A call with a time limit is not made again after a handler, whatever SA_RESTART says; one
    // without is.
    handle(SIGALRM, on_alarm, SA_RESTART);
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, timed) == 0);
    struct itimerval soon = {.it_value.tv_usec = 50000};
    setitimer(ITIMER_REAL, &soon, NULL);
    result(recv(timed[0], buffer, 1, 0));
    struct timeval limit = {5, 0};
    result(setsockopt(timed[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
    setitimer(ITIMER_REAL, &soon, NULL);
    result(recv(timed[0], buffer, 1, 0));
    setitimer(ITIMER_REAL, &soon, NULL);
    result(read(timed[0], buffer, 1));
    say("alarms %d\n", alarms);

    outcome(socket(99, SOCK_STREAM, 0));
    outcome(socket(AF_INET, 77, 0));
    result(getsockopt(k, SOL_SOCKET, 9999, &value, &len));
    result(bind(0, (void *)&in, sizeof in));
    result(send(99, "x", 1, 0));
    result(sendto(v, (void *)8, 10, 0, (void *)&in, sizeof in));
    result(bind(k, (void *)8, sizeof in));
    return 0;
}
