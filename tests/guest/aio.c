// qemu: has none of these calls
// Asynchronous I/O in the kernel, by raw system calls: setup, submit, events, cancel, destroy, bad input.
#include "guest.h"
#include <linux/aio_abi.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

#define setup(n, ctx) syscall(SYS_io_setup, n, ctx)
#define submit(ctx, n, list) syscall(SYS_io_submit, ctx, n, list)
#define events(ctx, least, most, list, time) syscall(SYS_io_getevents, ctx, least, most, list, time)

static struct iocb iocb(int op, int fd, const void *buf, size_t len, long long offset) {
    struct iocb cb = {.aio_data = 0x1122334455667788ull + op, .aio_lio_opcode = op, .aio_fildes = fd};
    cb.aio_buf = (uintptr_t)buf;
    cb.aio_nbytes = len;
    cb.aio_offset = offset;
    return cb;
}

int main(void) {
    unsigned long ctx = 1;
    _Static_assert(sizeof(struct iocb) == 64 && sizeof(struct io_event) == 32, "layout");
    result(setup(8, &ctx));
    ctx = 0;
    result(setup(0, &ctx));
    result(setup(8, (void *)16));
    result(setup(8, &ctx));
    must(ctx != 0);
    // Its name is the address of something readable, which C libraries look at.
    must(*(volatile unsigned *)(ctx + 16) != 0xa10a10a1);

    int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char out[8192], in[8192] = "", more[4096];
    memset(out, 'x', sizeof out);
    memcpy(out, "first", 5);
    struct iocb write_cb = iocb(IOCB_CMD_PWRITE, fd, out, sizeof out, 4096);
    struct iocb *list[3] = {&write_cb};
    struct io_event done[4];
    result(submit(ctx, 1, list));
    result(events(ctx, 1, 4, done, NULL));
    must(done[0].obj == (uintptr_t)&write_cb && done[0].data == 0x1122334455667788ull + IOCB_CMD_PWRITE);
    say("res %lld\n", (long long)done[0].res);
    must(write_cb.aio_buf == (uintptr_t)out);
    must(lseek(fd, 0, SEEK_END) == 4096 + sizeof out);

    // Two at once, one of them with a list of buffers; told through an eventfd.
    int event = eventfd(0, 0);
    struct iovec parts[2] = {{in, 5}, {more, sizeof more}};
    struct iocb read_cb = iocb(IOCB_CMD_PREADV, fd, parts, 2, 4096), sync_cb = iocb(IOCB_CMD_PREAD, fd, in + 4096, 100, 1 << 20);
    read_cb.aio_flags = IOCB_FLAG_RESFD;
    read_cb.aio_resfd = event;
    list[0] = &read_cb, list[1] = &sync_cb;
    result(submit(ctx, 2, list));
    result(events(ctx, 2, 4, done, NULL));
    int first = done[0].obj == (uintptr_t)&read_cb ? 0 : 1;
    say("read %lld and, behind the end, %lld; %.5s\n", (long long)done[first].res, (long long)done[!first].res, in);
    must(more[0] == 'x' && more[sizeof more - 1] == 'x');
    uint64_t told = 0;
    result(read(event, &told, 8));
    say("told %d\n", (int)told);

    // A poll that is not over, seen by its absence, then over.
    int ends[2];
    result(pipe(ends));
    struct iocb poll_cb = iocb(IOCB_CMD_POLL, ends[0], (void *)POLLIN, 0, 0);
    list[0] = &poll_cb;
    result(submit(ctx, 1, list));
    struct timespec soon = {0, 1000000};
    result(events(ctx, 1, 4, done, &soon));
    result(syscall(SYS_io_pgetevents, ctx, 1, 4, done, &soon, NULL));
    long long soon64[2] = {0, 1000000};
    sigset_t all;
    sigfillset(&all);
    struct { void *set; size_t size; } mask = {&all, 8}, bad_mask = {&all, 4};
    result(syscall(SYS_io_pgetevents_time64, ctx, 1, 4, done, soon64, &mask));
    result(syscall(SYS_io_pgetevents_time64, ctx, 1, 4, done, soon64, &bad_mask));
    result(write(ends[1], "!", 1));
    result(events(ctx, 1, 4, done, NULL));
    must((done[0].res & POLLIN) != 0 && done[0].obj == (uintptr_t)&poll_cb);

    // Bad requests: the first error is told, a later one ends the list.
    struct iocb bad = iocb(IOCB_CMD_PREAD, -1, in, 10, 0), good = iocb(IOCB_CMD_PREAD, fd, in, 10, 4096);
    list[0] = &bad;
    result(submit(ctx, 1, list));
    list[0] = &good, list[1] = &bad;
    result(submit(ctx, 2, list));
    result(events(ctx, 1, 1, done, NULL));
    list[0] = (struct iocb *)16;
    result(submit(ctx, 1, list));
    result(submit(ctx, 1, 16));
    result(submit(ctx, -1, list));
    result(submit(ctx, 0, list));
    bad = iocb(77, fd, in, 10, 0), list[0] = &bad;
    result(submit(ctx, 1, list));
    bad = iocb(IOCB_CMD_PREAD, fd, (void *)16, 10, 4096);
    long fate = submit(ctx, 1, list);
    // The read fails when it is begun, and says so in its event.
    must(fate == 1 && events(ctx, 1, 1, done, NULL) == 1 && done[0].res == -EFAULT);
    result(events(ctx, 2, 1, done, &soon));
    result(events(ctx + 4096, 0, 1, done, &soon));
    result(syscall(SYS_io_cancel, ctx, &good, done));

    pid_t pid = fork();
    if (pid == 0) {
        // A child has no contexts.
        _exit(syscall(SYS_io_destroy, ctx) == -1 && errno == EINVAL ? 3 : 4);
    }
    int status;
    waitpid(pid, &status, 0);
    say("child %d\n", WEXITSTATUS(status));
    result(syscall(SYS_io_destroy, ctx));
    result(syscall(SYS_io_destroy, ctx));
    must(mincore((void *)ctx, 4096, (void *)in) == -1 && errno == ENOMEM);
    return 0;
}
