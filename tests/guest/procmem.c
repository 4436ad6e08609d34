// qemu: opens the host's files, whose addresses are the host's
// /proc/self/mem, smaps, smaps_rollup, statm, status, and files of /proc by openat2 and by thread.
#include "guest.h"
#include <linux/openat2.h>
#include <pthread.h>
#include <sys/uio.h>

static char text[1 << 18];
static const char *slurp_fd(int fd) {
    ssize_t len = 0, more;
    while (len < (ssize_t)sizeof text - 1 && (more = read(fd, text + len, sizeof text - 1 - len)) > 0)
        len += more;
    text[len] = 0;
    close(fd);
    return fd < 0 ? "" : text;
}
static const char *slurp(const char *path) {
    return slurp_fd(open(path, O_RDONLY));
}

// The value of a field in the part of smaps that is about the mapping of an address, or -1.
static long field(const char *name, const void *address) {
    int inside = 0;
    for (const char *line = text; line && *line; line = strchr(line, '\n') + 1) {
        unsigned long low, high;
        long value;
        if (sscanf(line, "%lx-%lx ", &low, &high) == 2)
            inside = low <= (unsigned long)address && (unsigned long)address < high;
        else if (inside && strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
            return sscanf(line + strlen(name) + 1, "%ld kB", &value) == 1 ? value : -1;
    }
    return -1;
}

static int answer(void) {
    return 42;
}

static void *in_thread(void *arg) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/maps", gettid());
    must(strstr(slurp(path), "[vectors]"));
    snprintf(path, sizeof path, "/proc/%d/task/%d/mem", getpid(), gettid());
    int fd = open(path, O_RDONLY);
    int number = 0;
    must(pread(fd, &number, 4, (uintptr_t)arg) == 4 && number == 1234);
    close(fd);
    return NULL;
}

int main(void) {
    int fd = open("/proc/self/mem", O_RDWR);
    static const char constant[] = "constant";
    static int number = 1234;
    char buffer[32] = "";
    result(pread(fd, buffer, sizeof constant, (uintptr_t)constant));
    say("%s\n", buffer);
    int other = 4321;
    result(pwrite(fd, &other, 4, (uintptr_t)&number));
    say("%d\n", *(volatile int *)&number);
    // Positions move, and are addresses; the upper half of them is there, too.
    must(lseek(fd, (uintptr_t)constant, SEEK_SET) == (off_t)(uintptr_t)constant);
    result(read(fd, buffer, 3));
    must(lseek(fd, 0, SEEK_CUR) == (off_t)((uintptr_t)constant + 3));
    result(read(fd, buffer + 3, 6));
    say("%s\n", buffer);
    result(lseek(fd, 0, SEEK_END));
    int copy = dup(fd), local = 77;
    must(lseek(copy, (off_t)(uintptr_t)&local, SEEK_SET) == (off_t)(uintptr_t)&local);
    other = 78;
    result(write(fd, &other, 4));
    say("%d\n", *(volatile int *)&local);
    struct iovec parts[2] = {{buffer, 4}, {buffer + 8, 4}};
    result(preadv(copy, parts, 2, (uintptr_t)constant));
    say("%.4s %.4s\n", buffer, buffer + 8);
    close(copy);

    // Rights do not matter, holes do.
    char *m = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(m, 'm', 3 * 4096);
    mprotect(m, 4096, PROT_NONE);
    munmap(m + 8192, 4096);
    char *room = malloc(3 * 4096);
    result(pread(fd, room, 3 * 4096, (uintptr_t)m));
    must(room[0] == 'm' && room[8191] == 'm');
    result(pread(fd, room, 1, (uintptr_t)m + 8192));
    result(pwrite(fd, room, 1, (uintptr_t)m + 8192));
    result(pread(fd, room, 0, (uintptr_t)m + 8192));
    result(pread(fd, room, 1, 0));
    result(pread(fd, (void *)16, 1, (uintptr_t)m));
    must(pwrite(fd, "changed", 7, (uintptr_t)m) == 7);
    mprotect(m, 4096, PROT_READ);
    say("%.8s\n", m);
    // Code that is written this way is the code that runs.
    int (*volatile function)(void) = answer;
    say("%d\n", function());
    unsigned char patched[4] = {0x2b, 0x20, 0x70, 0x47}; // movs r0, #43; bx lr
    must(pwrite(fd, patched, 4, (uintptr_t)answer & ~1u) == 4);
    say("%d\n", function());
    close(fd);
    fd = open("/proc/self/mem", O_RDONLY);
    result(write(fd, &other, 4));
    close(fd);
    number = 1234;
    pthread_t thread;
    pthread_create(&thread, NULL, in_thread, &number);
    pthread_join(thread, NULL);
    // The number is a plain file's again.
    int plain = open("plain", O_RDWR | O_CREAT | O_TRUNC, 0600);
    must(plain == fd && write(plain, "abc", 3) == 3 && pread(plain, buffer, 3, 0) == 3);

    // Pages that were written are resident, others not.
    m = mmap(NULL, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 10; i++)
        m[i * 4096] = 1;
    mprotect(m + 64 * 4096 - 4096, 4096, PROT_READ);
    slurp("/proc/self/smaps");
    must(field("Size", m) == 63 * 4 && field("Rss", m) >= 40 && field("Rss", m) < 63 * 4);
    must(field("Private_Dirty", m) == field("Anonymous", m) && field("Pss", m) == field("Rss", m));
    must(field("KernelPageSize", m) == 4 && field("Swap", m) >= 0 && field("Size", m + 64 * 4096 - 4096) == 4);
    must(field("Rss", constant) > 0 && field("Size", NULL) == -1);
    must(strstr(text, "VmFlags: rd wr ") && strstr(text, "VmFlags: rd ex "));
    must(strstr(slurp("/proc/self/smaps_rollup"), "[rollup]\nRss:"));
    long size = 0, resident = 0, total = 0, kb = 0;
    must(sscanf(slurp("/proc/self/statm"), "%ld %ld", &size, &resident) == 2 && resident > 10 && resident < size);
    slurp("/proc/self/maps");
    for (const char *line = text; line && *line; line = strchr(line, '\n') + 1) {
        unsigned long low, high;
        sscanf(line, "%lx-%lx", &low, &high);
        total += (high - low) / 4096;
    }
    must(size == total);
    const char *line = strstr(slurp("/proc/self/status"), "VmSize:");
    must(line && sscanf(line, "VmSize: %ld kB", &kb) == 1 && kb == size * 4 && strstr(text, "Name:\tprocmem\n"));

    // openat2, relative to a directory of /proc and with its own ideas of links.
    int dir = open("/proc/self", O_PATH | O_DIRECTORY);
    struct open_how how = {.flags = O_RDONLY};
    must(strstr(slurp_fd(syscall(SYS_openat2, dir, "maps", &how, sizeof how)), "[vectors]"));
    how.resolve = RESOLVE_BENEATH;
    must(strstr(slurp_fd(syscall(SYS_openat2, dir, "maps", &how, sizeof how)), "[vectors]"));
    result(syscall(SYS_openat2, dir, "/proc/self/maps", &how, sizeof how));
    how.resolve = RESOLVE_NO_MAGICLINKS;
    result(syscall(SYS_openat2, dir, "exe", &how, sizeof how));
    how.resolve = 1 << 30;
    result(syscall(SYS_openat2, dir, "maps", &how, sizeof how));
    how = (struct open_how){.flags = O_RDONLY};
    must(memcmp(slurp_fd(syscall(SYS_openat2, dir, "exe", &how, sizeof how)), "\177ELF\1", 5) == 0);
    return 0;
}
