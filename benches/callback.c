// qsort of the C library with a comparison function.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct record { uint32_t key; uint16_t tag, order; };
static struct record records[10000];

static int compare(const void *a, const void *b) {
    const struct record *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->order - y->order;
}

int main(void) {
    uint32_t seed = 3, sum = 0;
    for (int round = 0; round < 240; round++) {
        for (int i = 0; i < 10000; i++) {
            seed = seed * 22695477 + 1;
            records[i] = (struct record){seed >> 18, (uint16_t)seed, (uint16_t)i};
        }
        qsort(records, 10000, sizeof *records, compare);
        for (int i = 0; i < 10000; i++)
            sum = sum * 5 + records[i].tag;
    }
    printf("%08x\n", (unsigned)sum);
    return 0;
}
