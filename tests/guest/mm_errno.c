// qemu: does not see holes in its reserved address space
// Memory calls and their errors (man 2 mmap, mremap, mprotect, madvise, mincore, msync, brk).
#include "guest.h"

#define PAGE 4096
static int resident(void *at) {
    unsigned char vec[1] = {2};
    return mincore(at, 1, vec) == 0 ? vec[0] & 1 : -1;
}

int main(void) {
    int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600), ro = open("file", O_RDONLY), dir = open(".", O_RDONLY);
    result(ftruncate(fd, 3 * PAGE));
    result(pwrite(fd, "second", 6, PAGE));
    int rw = PROT_READ | PROT_WRITE, anon = MAP_PRIVATE | MAP_ANONYMOUS;
    char *p = mmap(NULL, 4 * PAGE, rw, anon, -1, 0);
    must(((uintptr_t)p & (PAGE - 1)) == 0 && p[5] == 0);

    outcome(mmap(NULL, 0, rw, anon, -1, 0));
    outcome(mmap((void *)1, PAGE, rw, anon | MAP_FIXED, -1, 0));
    outcome(mmap(NULL, PAGE, rw, MAP_PRIVATE, -1, 0));
    outcome(mmap(NULL, PAGE, rw, MAP_PRIVATE, 99, 0));
    outcome(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, dir, 0));
    outcome(mmap(NULL, PAGE, rw, MAP_SHARED, ro, 0));
    outcome(mmap(NULL, PAGE, rw, MAP_PRIVATE, ro, 0));
    outcome(mmap(NULL, PAGE, rw, MAP_ANONYMOUS, -1, 0));
    outcome(mmap(p, PAGE, rw, anon | MAP_FIXED_NOREPLACE, -1, 0));
#ifdef __arm__
    outcome(mmap(NULL, 0xffffe000u, rw, anon, -1, 0));
    outcome(syscall(SYS_mmap2, (void *)0xfffff000, 8192, rw, anon | MAP_FIXED, -1, 0));
#endif
    char *f = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
    say("mapped at an offset: %.6s\n", f);
    outcome(write(fd, "changed", 7));

    // A private mapping of a file does not write through, a shared one does.
    char *priv = mmap(NULL, PAGE, rw, MAP_PRIVATE, fd, 0), *shar = mmap(NULL, PAGE, rw, MAP_SHARED, fd, 0);
    char text[8] = "";
    priv[0] = 'X';
    pread(fd, text, 7, 0);
    say("private: %s, ", text);
    shar[0] = 'Y';
    pread(fd, text, 7, 0);
    say("shared: %s, private still %c\n", text, priv[0]);
    result(msync(shar, PAGE, MS_SYNC));
    result(msync(shar + 1, PAGE, MS_SYNC));
    result(msync(shar, PAGE, MS_SYNC | MS_ASYNC));

    result(mprotect(p + 1, PAGE, PROT_READ));
    result(mprotect((void *)0x20000000, PAGE, PROT_READ));
    result(mprotect(p, 0, PROT_READ));
    result(mprotect(p, PAGE, 0x100));
    result(mprotect(f, PAGE, PROT_READ | PROT_WRITE));
    int only = open("file", O_RDONLY);
    char *r = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, only, 0);
    result(mprotect(r, PAGE, rw));

    result(munmap(p + 1, PAGE));
    result(munmap(p, 0));
    result(munmap(p + PAGE, PAGE));
    result(munmap(p + PAGE, PAGE));
    result(mprotect(p, 3 * PAGE, rw));
    result(msync(p, 3 * PAGE, MS_ASYNC));

    // mremap: grow, shrink, move, refuse.
    char *m = mmap(NULL, 8 * PAGE, rw, anon, -1, 0);
    memset(m, 'm', 4 * PAGE);
    munmap(m + 4 * PAGE, 4 * PAGE);
    must(mremap(m, 4 * PAGE, 6 * PAGE, 0) == m);
    must(m[5 * PAGE] == 0 && m[4 * PAGE - 1] == 'm');
    must(mremap(m, 6 * PAGE, 2 * PAGE, 0) == m);
    result(mprotect(m + 2 * PAGE, PAGE, rw));
    mmap(m + 2 * PAGE, PAGE, PROT_READ, anon | MAP_FIXED, -1, 0);
    outcome(mremap(m, 2 * PAGE, 3 * PAGE, 0));
    char *moved = mremap(m, 2 * PAGE, 16 * PAGE, MREMAP_MAYMOVE);
    must(moved != m && moved[PAGE] == 'm' && moved[15 * PAGE] == 0);
    char *target = mmap(NULL, 4 * PAGE, rw, anon, -1, 0);
    must(mremap(moved, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target) == target && target[0] == 'm');
    outcome(mremap(moved + PAGE + 1, PAGE, PAGE, 0));
    outcome(mremap(moved + PAGE, PAGE, 0, 0));
    outcome(mremap(moved + PAGE, PAGE, PAGE, 64));
    outcome(mremap(moved + PAGE, PAGE, PAGE, MREMAP_FIXED, target));
    outcome(mremap(moved + PAGE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, moved + 2 * PAGE));
    outcome(mremap(m, PAGE, PAGE * 2, MREMAP_MAYMOVE));

    result(madvise(target, PAGE, MADV_DONTNEED));
    say("after MADV_DONTNEED %d\n", target[0]);
    result(madvise(target + 1, PAGE, MADV_DONTNEED));
    result(madvise(target, PAGE, 9999));
    result(madvise(target, PAGE, MADV_WILLNEED));
    result(madvise(m, PAGE, MADV_DONTNEED));
    target[0] = 1;
    say("resident %d\n", resident(target));
    result(mincore(target + 1, PAGE, (unsigned char *)text));
    result(mincore(m, PAGE, (unsigned char *)text));
    result(mincore(target, PAGE, (unsigned char *)8));
    result(mlock(target, PAGE));
    result(munlock(target, PAGE));

    char *start = sbrk(0);
    must(sbrk(3 * PAGE) == start);
    start[3 * PAGE - 1] = 'b';
    must(sbrk(-2 * PAGE) == start + 3 * PAGE && sbrk(0) == start + PAGE);
    sbrk(2 * PAGE);
    say("given back and taken again: %d\n", start[3 * PAGE - 1]);
    must(syscall(SYS_brk, 0) == (long)sbrk(0));

    // Shared between parent and child; private is not.
    char *both = mmap(NULL, PAGE, rw, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        both[0] = target[0] = 'c';
        _exit(0);
    }
    wait(NULL);
    say("shared %c private %d\n", both[0], target[0]);
    outcome(memfd_create("name", MFD_CLOEXEC));
    return 0;
}
