/* A guest compiler: threads write functions, flush, call, and write over them again, in ARM and in Thumb code, while
 * others run code that does not change. */
#include "soak.h"

enum { THREADS = 3, FUNCTIONS = 40 };

/* r0 + k for k below 256, as a chain of `length` additions. */
static void *write_arm(uint32_t *at, int length, uint32_t k) {
    uint32_t *p = at;
    for (int i = 0; i < length; i++) *p++ = 0xe2800000 | k;
    *p++ = 0xe12fff1e;
    __builtin___clear_cache((char *)at, (char *)p);
    return at;
}

static void *write_thumb(uint32_t *at, int length, uint32_t k) {
    uint16_t *p = (uint16_t *)at;
    for (int i = 0; i < length; i++) *p++ = (uint16_t)(0x3000 | k);
    *p++ = 0x4770;
    __builtin___clear_cache((char *)at, (char *)p);
    return (char *)at + 1;
}

static void *run(void *argument) {
    uint32_t seed = (uint32_t)(uintptr_t)argument, expected = work(seed, 300);
    uint32_t *page = mmap(0, FUNCTIONS * 256, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(page != MAP_FAILED);
    for (unsigned round = 0; !over(); round++) {
        for (int i = 0; i < FUNCTIONS; i++) {
            uint32_t k = (round * 7 + i + seed) & 255;
            int length = 1 + (round + i) % 50;
            void *code = (round + i) & 1 ? write_arm(page + i * 64, length, k) : write_thumb(page + i * 64, length, k);
            uint32_t (*function)(uint32_t) = (uint32_t (*)(uint32_t))code;
            for (uint32_t j = 0; j < 4; j++) MUST(function(j) == j + k * length);
        }
        MUST(work(seed, 300) == expected);
        if (round % 64 == 63) {
            MUST(!munmap(page, FUNCTIONS * 256));
            page = mmap(0, FUNCTIONS * 256, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            MUST(page != MAP_FAILED);
        }
    }
    return 0;
}

int main(int argc, char **argv) {
    begin(argc, argv);
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) MUST(!pthread_create(&threads[i], 0, run, (void *)(i + 1)));
    for (int i = 0; i < THREADS; i++) MUST(!pthread_join(threads[i], 0));
    puts("codegen ok");
    return 0;
}
