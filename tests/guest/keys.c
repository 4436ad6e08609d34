// Key rings: add, describe, read, search, update, revoke by keyctl. A kernel without keys passes.
#include "guest.h"
#include <linux/keyctl.h>
#include <stdbool.h>
#include <sys/uio.h>

#define keyctl(...) syscall(SYS_keyctl, __VA_ARGS__)

int main(void) {
    int ring = KEY_SPEC_PROCESS_KEYRING;
    char text[256] = "";
    struct iovec parts[2] = {{(void *)"ab", 2}, {(void *)"cde", 3}};
    long key = syscall(SYS_add_key, "user", "skink-guest", "secret", 6, ring);
    // Not built into every kernel, and forbidden in many containers.
    bool have = key != -1 || (errno != ENOSYS && errno != EPERM);
#define there(condition) say("%s: %s\n", #condition, !have || (condition) ? "yes" : "NO")
#define fails(error, call) there((call) == -1 && errno == error)
    there(key > 0);
    there(keyctl(KEYCTL_READ, key, text, sizeof text) == 6 && memcmp(text, "secret", 6) == 0);
    there(keyctl(KEYCTL_DESCRIBE, key, text, sizeof text) == (long)strlen(text) + 1);
    there(strncmp(text, "user;", 5) == 0 && strstr(text, ";skink-guest"));
    there(keyctl(KEYCTL_SEARCH, ring, "user", "skink-guest", 0) == key);
    there(keyctl(KEYCTL_UPDATE, key, "other text", 10) == 0);
    there(keyctl(KEYCTL_READ, key, text, sizeof text) == 10 && memcmp(text, "other text", 10) == 0);
    fails(EFAULT, keyctl(KEYCTL_READ, key, 16, 10));
    fails(EFAULT, keyctl(KEYCTL_UPDATE, key, 16, 10));
    fails(EFAULT, keyctl(KEYCTL_SEARCH, ring, 16, "x", 0));
    fails(EFAULT, keyctl(KEYCTL_INSTANTIATE_IOV, key, 16, 2, 0));
    fails(EPERM, keyctl(KEYCTL_INSTANTIATE_IOV, key, parts, 2, 0));
    there(keyctl(KEYCTL_SETPERM, key, 0x3f3f0000) == 0);
    there(keyctl(KEYCTL_REVOKE, key) == 0);
    fails(EKEYREVOKED, keyctl(KEYCTL_READ, key, text, sizeof text));
    fails(EOPNOTSUPP, keyctl(12345));
    return 0;
}
