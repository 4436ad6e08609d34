// qemu: takes any size for statfs64
// File attributes by every call that tells or sets them.
#define _FILE_OFFSET_BITS 64
#define _TIME_BITS 64
#include "guest.h"
#include <linux/stat.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

int main(void) {
    umask(022);
    int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0666);
    result(write(fd, "12345", 5));
    struct timespec times[2] = {{1000000000, 123456789}, {5000000000LL, 987654321}};
    result(utimensat(AT_FDCWD, "f", times, 0));
    struct stat st, again;
    result(stat("f", &st));
    say("mode %o size %lld atime %lld.%09ld mtime %lld.%09ld nlink %lu blksize %ld\n", st.st_mode, (long long)st.st_size,
        (long long)st.st_atim.tv_sec, st.st_atim.tv_nsec, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
        (unsigned long)st.st_nlink, (long)st.st_blksize);
    result(fstatat(AT_FDCWD, "f", &again, 0));
    must(again.st_ino == st.st_ino && again.st_dev == st.st_dev && again.st_uid == getuid());
    result(fstatat(fd, "", &again, AT_EMPTY_PATH));
    must(again.st_ino == st.st_ino);
    result(fstatat(fd, "", &again, 0));
    result(fstatat(AT_FDCWD, "f", &again, 0x10000000));
    struct statx sx;
    result(statx(AT_FDCWD, "f", 0, STATX_BASIC_STATS, &sx));
    say("statx mode %o size %lld mtime %lld.%09u mask ok %d\n", sx.stx_mode, (long long)sx.stx_size, (long long)sx.stx_mtime.tv_sec,
        sx.stx_mtime.tv_nsec, (sx.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS);
    must(sx.stx_ino == st.st_ino && makedev(sx.stx_dev_major, sx.stx_dev_minor) == st.st_dev);
    result(statx(AT_FDCWD, "none", 0, STATX_BASIC_STATS, &sx));
    result(statx(AT_FDCWD, "f", 0, STATX_BASIC_STATS, (void *)8));

    times[0].tv_nsec = UTIME_OMIT, times[1].tv_sec = 7, times[1].tv_nsec = 8;
    result(futimens(fd, times));
    fstat(fd, &st);
    say("omitted %lld, set %lld.%09ld\n", (long long)st.st_atim.tv_sec, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
    times[1].tv_nsec = 2000000000;
    result(utimensat(AT_FDCWD, "f", times, 0));

    result(symlink("f", "l"));
    result(lstat("l", &st));
    say("link %d size %lld\n", S_ISLNK(st.st_mode), (long long)st.st_size);
    char buffer[64] = "";
    result(readlink("l", buffer, 64));
    result(readlinkat(AT_FDCWD, "l", buffer, 0));
    result(readlink("f", buffer, 64));
    result(readlink("l", (void *)8, 64));
    result(link("f", "g"));
    result(linkat(AT_FDCWD, "l", AT_FDCWD, "h", AT_SYMLINK_FOLLOW));
    stat("h", &st);
    say("nlink %lu\n", (unsigned long)st.st_nlink);
    result(link("f", "g"));
    result(rename("g", "i"));
    result(renameat2(AT_FDCWD, "i", AT_FDCWD, "h", RENAME_NOREPLACE));
    result(renameat2(AT_FDCWD, "i", AT_FDCWD, "l", RENAME_EXCHANGE));
    lstat("i", &st);
    say("exchanged %d\n", S_ISLNK(st.st_mode));
    result(unlink("none"));
    result(unlinkat(AT_FDCWD, "h", 0));
    result(mkdir("d", 0777));
    result(mkdir("d", 0777));
    result(unlink("d"));
    result(unlinkat(AT_FDCWD, "d", AT_REMOVEDIR));
    result(rmdir("f"));
    result(mkfifo("p", 0600));
    result(mknod("q", S_IFREG | 0600, 0));
    stat("p", &st);
    say("fifo %d\n", S_ISFIFO(st.st_mode));
    stat("/dev/null", &st);
    say("device %d %u %u\n", S_ISCHR(st.st_mode), major(st.st_rdev), minor(st.st_rdev));

    result(chmod("f", 04751));
    result(fchmod(fd, 0640));
    result(fchmodat(AT_FDCWD, "f", 0600, 0));
    stat("f", &st);
    say("mode %o\n", st.st_mode & 07777);
    result(chown("f", -1, -1));
    result(access("f", R_OK | W_OK));
    result(access("none", F_OK));
    result(access("f", 99));
    result(faccessat(AT_FDCWD, "f", R_OK, AT_EACCESS));
    result(syscall(SYS_faccessat2, AT_FDCWD, "f", R_OK, AT_EACCESS));
    result(chdir("f"));
    result(umask(077));
    result(umask(022));
    char long_name[5000];
    memset(long_name, 'n', sizeof long_name - 1), long_name[4999] = 0;
    result(stat(long_name, &st));
    long_name[300] = 0;
    result(stat(long_name, &st));
    result(stat("", &st));
    result(stat((char *)8, &st));
#ifdef __arm__
    result(syscall(SYS_stat64, "f", (void *)8));
#endif
    struct statfs fs;
    result(statfs(".", &fs));
    must(fs.f_bsize > 0 && fs.f_namelen == 255);
#ifdef __arm__
    result(syscall(SYS_statfs64, ".", 5, &fs));
#endif
    struct statvfs vfs;
    result(statvfs(".", &vfs));
    must(vfs.f_namemax == 255);
    char cwd[4096];
    must(getcwd(cwd, sizeof cwd) == cwd && syscall(SYS_getcwd, cwd, sizeof cwd) == (long)strlen(cwd) + 1);
    result(syscall(SYS_getcwd, cwd, 1));
    return 0;
}
