// link: dynamic
// A dynamic program: the loader from the sysroot, libraries by dlopen, constructors, weak symbols, TLS of a library.
#include "guest.h"
#include <dlfcn.h>
#include <elf.h>
#include <locale.h>
#include <pthread.h>
#include <sys/auxv.h>

static int order;
static void __attribute__((constructor)) before(void) { order = 1; }
static void __attribute__((destructor)) after(void) { say("destructor\n"); }
static void at_end(void) { say("atexit\n"); }
extern int not_there(void) __attribute__((weak));

static void *in_thread(void *arg) {
    errno = 42;
    return arg;
}

int main(void) {
    say("constructor %d, weak %d\n", order, not_there != NULL);
    must(getauxval(AT_BASE) != 0);
    void *library = dlopen("libm.so.6", RTLD_NOW);
    double (*root)(double) = (double (*)(double))dlsym(library, "sqrt");
    say("%.6f\n", root(2));
    say("%s\n", dlopen("libnone.so", RTLD_NOW) ? "?" : dlerror());
    Dl_info info;
    must(dladdr((void *)printf, &info) && strstr(info.dli_fname, "libc.so.6"));
    must(dlsym(RTLD_DEFAULT, "malloc") == (void *)malloc);
    errno = 7;
    pthread_t t;
    pthread_create(&t, NULL, in_thread, NULL);
    pthread_join(t, NULL);
    say("errno %d\n", errno);
    atexit(at_end);
    say("%s\n", setlocale(LC_ALL, "C"));
    return 0;
}
