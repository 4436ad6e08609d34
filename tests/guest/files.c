// qemu: takes any flags for pipe2
// Descriptors and files: 64-bit offsets in register pairs, vectors, locks, flags, copying in the kernel.
#define _FILE_OFFSET_BITS 64
#include "guest.h"
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

int main(void) {
    char buffer[64] = "";
    int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
    off_t far = 0x123456789aLL;
    result(pwrite(fd, "far away", 8, far));
    result(pread(fd, buffer, 8, far));
    say("%s\n", buffer);
    must(lseek(fd, 0, SEEK_END) == far + 8 && lseek(fd, -3, SEEK_CUR) == far + 5);
    must(lseek(fd, 0, SEEK_DATA) >= 0x1234560000LL && lseek(fd, 0, SEEK_HOLE) == 0);
    result(lseek(fd, -1, SEEK_SET));
    result(lseek(fd, 0, 77));
    result(ftruncate(fd, 0x200000001LL));
    struct stat st;
    result(fstat(fd, &st));
    must(st.st_size == 0x200000001LL && st.st_nlink == 1 && S_ISREG(st.st_mode) && (st.st_mode & 07777) == 0644);
    result(ftruncate(fd, -1));
    result(truncate("f", 100));
    result(posix_fadvise(fd, 0x100000000LL, 4096, POSIX_FADV_DONTNEED));
    result(posix_fadvise(fd, 0, 0, 99));
    result(sync_file_range(fd, 0, 4096, SYNC_FILE_RANGE_WRITE));
    result(readahead(fd, 0, 4096));
    outcome(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0x100000000LL, 4096));
    result(fallocate(fd, 0, -1, 5));
    result(fsync(fd));
    struct iovec out[3] = {{"one ", 4}, {"", 0}, {"two", 3}}, in[2] = {{buffer, 2}, {buffer + 10, 20}};
    result(pwritev(fd, out, 3, 0x100000000LL));
    memset(buffer, '.', sizeof buffer - 1);
    result(preadv(fd, in, 2, 0x100000000LL));
    say("%.20s\n", buffer);
    result(writev(fd, out, -1));
    result(writev(fd, out, 0));

    // Positions and flags belong to the open file, close-on-exec to the descriptor.
    int copy = dup(fd), third = fcntl(fd, F_DUPFD_CLOEXEC, 50), fourth = dup3(fd, 61, O_CLOEXEC);
    say("dup %d, at least 50: %d, flags %d %d\n", copy == fd + 1, third >= 50, fcntl(third, F_GETFD), fcntl(fourth, F_GETFD));
    lseek(copy, 12, SEEK_SET);
    result(lseek(fd, 0, SEEK_CUR));
    result(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK));
    say("flags %#x\n", fcntl(copy, F_GETFL) & 0xfff);
    result(dup3(fd, fd, 0));
    result(dup2(fd, fd) == fd);
    result(dup2(99, 5));
    result(fcntl(fd, 9999, 0));
    // The flags' numbers are ARM's own.
    say("%#x %#x %#x %#x\n", O_DIRECTORY, O_NOFOLLOW, O_DIRECT, O_LARGEFILE);
    symlink("f", "link");
    result(open("link", O_RDONLY | O_NOFOLLOW));
    result(open("f", O_RDONLY | O_DIRECTORY));
    outcome(open(".", O_RDWR | O_TMPFILE, 0600));
    result(open("link/x", O_RDONLY));
    result(open("none", O_RDONLY));
    result(open("f", O_CREAT | O_EXCL, 0600));
    result(open(".", O_WRONLY));
    result(openat(99, "f", O_RDONLY));
    result(openat(fd, "f", O_RDONLY));

    // Locks of a process and of an open file.
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x100000000LL, .l_len = 10};
    result(fcntl(fd, F_SETLK, &lock));
    if (fork() == 0) {
        lock.l_pid = 0;
        result(fcntl(fd, F_SETLK, &lock));
        result(fcntl(fd, F_GETLK, &lock));
        say("locked by the parent %d, from %llx len %lld\n", lock.l_pid == getppid(), (long long)lock.l_start, (long long)lock.l_len);
        _exit(0);
    }
    wait(NULL);
    int other = open("f", O_RDWR);
    result(flock(fd, LOCK_EX));
    result(flock(other, LOCK_EX | LOCK_NB));
    result(flock(fd, LOCK_UN));
    lock.l_pid = 0;
    result(fcntl(other, F_OFD_SETLK, &lock));

    // Pipes and copies in the kernel.
    int p[2], waiting = 0;
    outcome(pipe2(p, O_CLOEXEC | O_NONBLOCK));
    say("pipe flags %d %#x\n", fcntl(p[0], F_GETFD), fcntl(p[1], F_GETFL) & O_NONBLOCK);
    result(pipe2(p, 0x40000000));
    result(fcntl(p[0], F_SETPIPE_SZ, 8192));
    result(fcntl(p[0], F_GETPIPE_SZ));
    int src = open("src", O_RDWR | O_CREAT, 0600), dst = open("dst", O_RDWR | O_CREAT, 0600);
    result(write(src, "0123456789", 10));
    off_t offset = 2;
    result(sendfile(dst, src, &offset, 5));
    say("offset %lld\n", (long long)offset);
    off_t from = 1, to = 20;
    result(copy_file_range(src, &from, dst, &to, 4, 0));
    result(splice(src, &offset, p[1], NULL, 3, 0));
    result(ioctl(p[0], FIONREAD, &waiting));
    say("waiting %d\n", waiting);
    result(tee(p[0], p[1], 3, 0));
    result(read(p[0], buffer, 64));
    say("%.3s\n", buffer);
    result(lseek(dst, 0, SEEK_END));
    result(read(p[0], buffer, 64));
    result(read(99, buffer, 1));
    result(read(src, (void *)8, 1));
    lseek(src, 0, SEEK_SET);
    result(read(src, (void *)8, 1));
    result(write(src, (void *)8, 1));
    result(write(p[1], (void *)8, 1));
    result(read(open(".", O_RDONLY), buffer, 1));
    result(ioctl(src, TIOCGWINSZ, buffer));
    result(close(99));
    return 0;
}
