/* threads COUNT KIND: the same work by one thread or by two. KIND 0 shares nothing; with 1 each thread has an atomic
 * counter of its own, in a cache line of its own. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { WORK = 240000000, ATOMIC_WORK = 24000000 };

static struct {
    atomic_uint value;
    char rest[124];
} counters[2] __attribute__((aligned(128)));

struct part {
    int number, kind;
    uint32_t from, to, sum;
};

static void *run(void *argument) {
    struct part *part = argument;
    uint32_t sum = 0;
    for (uint32_t i = part->from; i < part->to; i++) {
        if (part->kind) {
            atomic_fetch_add(&counters[part->number].value, i & 7);
        } else {
            uint32_t x = i * 2654435761u;
            sum += x ^ x >> 15;
        }
    }
    part->sum = sum;
    return 0;
}

int main(int argc, char **argv) {
    int count = argc > 1 ? atoi(argv[1]) : 1, kind = argc > 2 ? atoi(argv[2]) : 0;
    if (count != 1 && count != 2) return 2;
    uint32_t work = kind ? ATOMIC_WORK : WORK;
    struct part parts[2];
    pthread_t threads[2];
    for (int i = 0; i < count; i++) {
        parts[i] = (struct part){ i, kind, work / count * i, work / count * (i + 1), 0 };
        if (pthread_create(&threads[i], 0, run, &parts[i])) return 1;
    }
    uint32_t sum = 0;
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], 0);
        sum += parts[i].sum + atomic_load(&counters[i].value);
    }
    printf("%u\n", sum);
    return 0;
}
