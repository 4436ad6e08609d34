// qemu: hands the host's 64-bit cookies through, and the C library answers EOVERFLOW
// Directories: getdents64 and the positions that seekdir takes, with cookies that must fit 32 bits.
#include "guest.h"
#include <dirent.h>
#include <sys/stat.h>

int main(void) {
    result(mkdir("d", 0755));
    char name[300];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "d/%0*d", 1 + i, i);
        close(open(name, O_CREAT | O_WRONLY, 0600));
    }
    DIR *dir = opendir("d");
    int count = 0, longest = 0;
    long at[203];
    char names[203][256];
    struct dirent *entry;
    while ((at[count] = telldir(dir), entry = readdir(dir)) != NULL) {
        strcpy(names[count++], entry->d_name);
        if ((int)strlen(entry->d_name) > longest)
            longest = strlen(entry->d_name);
    }
    say("%d entries, longest %d\n", count, longest);
    int same = 0;
    for (int i = count - 1; i >= 0; i -= 7) {
        seekdir(dir, at[i]);
        entry = readdir(dir);
        same += entry != NULL && strcmp(entry->d_name, names[i]) == 0;
    }
    say("found again by position: %d\n", same);
    rewinddir(dir);
    must(strcmp(readdir(dir)->d_name, names[0]) == 0);
    struct stat st;
    must(fstat(dirfd(dir), &st) == 0 && S_ISDIR(st.st_mode));
    closedir(dir);

    // By the system calls: records are aligned, whole, and of the right type.
    int fd = open("d", O_RDONLY | O_DIRECTORY);
    static char buffer[1000] __attribute__((aligned(8)));
    long len;
    int seen = 0, good = 0;
    while ((len = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
        for (char *p = buffer; p < buffer + len;) {
            struct dirent64 *d = (struct dirent64 *)p;
            seen++;
            good += d->d_reclen % 8 == 0 && (d->d_type == DT_REG || d->d_name[0] == '.') && d->d_ino != 0;
            p += d->d_reclen;
        }
    say("getdents64: %d seen, %d good, end %ld\n", seen, good, len);
    result(lseek(fd, 0, SEEK_SET));
    seen = 0;
    // The older call: inode, offset, length, name, and the type in the last byte.
    struct old { unsigned long ino, off; unsigned short reclen; char name[]; };
    while ((len = syscall(SYS_getdents, fd, buffer, sizeof buffer)) > 0)
        for (char *p = buffer; p < buffer + len;) {
            struct old *d = (struct old *)p;
            seen += d->ino != 0 && (p[d->reclen - 1] == DT_REG || d->name[0] == '.');
            p += d->reclen;
        }
    say("getdents: %d seen, end %ld\n", seen, len);
    lseek(fd, 0, SEEK_SET);
    result(syscall(SYS_getdents64, fd, buffer, 4));
    result(syscall(SYS_getdents64, fd, (void *)8, 1000));
    result(syscall(SYS_getdents64, 1, buffer, 1000));
    result(rmdir("d"));
    return 0;
}
