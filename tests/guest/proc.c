// qemu: has no ARM cpuinfo, no [heap], its own comm and platform
// The guest's own view of itself: /proc/self, the auxiliary vector, argv and environ.
#include "guest.h"
#include <elf.h>
#include <libgen.h>
#include <link.h>
#include <sys/auxv.h>

extern char **environ;
extern char __executable_start[], etext[], end[];

static char text[65536];
static const char *slurp(const char *path) {
    int fd = open(path, O_RDONLY);
    ssize_t len = 0, more;
    while (len < (ssize_t)sizeof text - 1 && (more = read(fd, text + len, sizeof text - 1 - len)) > 0)
        len += more;
    text[len] = 0;
    close(fd);
    return fd < 0 ? NULL : text;
}

// The permissions of the mapping that holds an address.
static void mapping(const char *what, const void *address) {
    const char *line = slurp("/proc/self/maps");
    for (; line && *line; line = strchr(line, '\n') + 1) {
        unsigned long low, high;
        char rights[5], name[200] = "";
        if (sscanf(line, "%lx-%lx %4s %*x %*s %*u%199[^\n]", &low, &high, rights, name) >= 3 &&
            low <= (unsigned long)address && (unsigned long)address < high) {
            char *bare = name + strspn(name, " ");
            say("%s: %s %s\n", what, rights, *bare ? basename(bare) : "");
            return;
        }
    }
    say("%s: in no mapping\n", what);
}

int main(int argc, char **argv) {
    char exe[4096] = "";
    must(readlink("/proc/self/exe", exe, sizeof exe) > 0);
    say("exe %s, argc %d, argv[1] %s, argv[2] %s\n", basename(exe), argc, argv[1], argv[2] ? argv[2] : "null");
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/exe", (int)getpid());
    memset(exe, 0, sizeof exe);
    must(readlink(path, exe, sizeof exe) > 0);
    say("by number %s\n", basename(exe));
    int fd = open("/proc/self/exe", O_RDONLY);
    Elf32_Ehdr header;
    result(read(fd, &header, sizeof header));
    must(header.e_machine == EM_ARM);
    say("GUEST=%s\n", getenv("GUEST"));

    slurp("/proc/self/cmdline");
    say("cmdline %d, then %s\n", strcmp(text, argv[0]) == 0, text + strlen(text) + 1);
    must(strstr(slurp("/proc/cpuinfo"), "Features") && strstr(text, "neon") && strstr(text, "CPU architecture"));
    mapping("main", (void *)main);
    static int datum = 1;
    mapping("data", &datum);
    mapping("stack", &header);
    mapping("heap", (void *)((uintptr_t)sbrk(0) - 1));
    char *m = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mapping("anonymous", m);
    mprotect(m + 4096, 4096, PROT_NONE);
    mapping("first", m);
    mapping("second", m + 4096);
    munmap(m, 4096);
    mapping("unmapped", m);
    mapping("page 0", NULL);
    must(strstr(slurp("/proc/self/status"), "Name:") != NULL);
    slurp("/proc/self/comm");
    say("comm %s", text);
    must(slurp("/proc/self/stat") && strtol(text, NULL, 10) == getpid());
    must(slurp("/proc/self/auxv") && ((Elf32_auxv_t *)text)->a_type != AT_NULL);

    // The same by other ways.
    snprintf(path, sizeof path, "/proc/self/task/%d/auxv", gettid());
    must(slurp(path) && ((Elf32_auxv_t *)text)->a_type != AT_NULL && ((Elf32_auxv_t *)text)->a_type < 100);
    must(slurp("/proc/thread-self/maps") && strstr(text, "[vectors]") != NULL);
    int dir = open("/proc/self", O_RDONLY | O_DIRECTORY);
    fd = openat(dir, "maps", O_RDONLY);
    ssize_t got = read(fd, text, 60);
    must(got > 20 && text[8] == '-' && text[17] == ' ');
    close(fd);
    char link[4096] = "", other[4096] = "";
    must(readlinkat(dir, "exe", link, sizeof link - 1) > 0 && readlink("/proc/self/exe", other, sizeof other - 1) > 0);
    must(strcmp(link, other) == 0);
    close(dir);

    must(getauxval(AT_PAGESZ) == 4096);
    must((ElfW(Phdr) *)getauxval(AT_PHDR) != NULL && getauxval(AT_PHENT) == sizeof(Elf32_Phdr) && getauxval(AT_PHNUM) > 3);
    must(getauxval(AT_ENTRY) >= (uintptr_t)__executable_start && getauxval(AT_ENTRY) < (uintptr_t)etext);
    must(getauxval(AT_BASE) == 0 && getauxval(AT_FLAGS) == 0 && getauxval(AT_CLKTCK) == 100);
    must(getauxval(AT_UID) == getuid() && getauxval(AT_EGID) == getegid() && getauxval(AT_SECURE) == 0);
    unsigned long hwcap = getauxval(AT_HWCAP);
    // swp 0, half 1, thumb 2, fast mult 4, vfp 6, edsp 7, neon 12, vfpv3 13, tls 15, vfpv4 16, idiva 17, idivt 18, d32 19
    unsigned long wanted = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 6 | 1 << 7 | 1 << 12 | 1 << 13 | 1 << 15 | 1 << 16 | 1 << 17 | 1 << 18 | 1 << 19;
    must((hwcap & wanted) == wanted);
    say("platform %s, random %d, execfn %s\n", (char *)getauxval(AT_PLATFORM), getauxval(AT_RANDOM) != 0,
        basename((char *)getauxval(AT_EXECFN)));
    // The stack grows on demand.
    volatile char deep[3 << 20];
    deep[0] = 1, deep[sizeof deep - 1] = 2;
    say("deep %d\n", deep[0] + deep[sizeof deep - 1]);
    must(((uintptr_t)__builtin_frame_address(0) & 3) == 0);
    must((uintptr_t)end > (uintptr_t)etext);
    return 0;
}
