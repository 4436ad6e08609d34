// Three ways to sort an array of words.
#include <stdint.h>
#include <stdio.h>

#define N 20000
static uint32_t data[N];

static void fill(uint32_t seed, int n) {
    for (int i = 0; i < n; i++) {
        seed ^= seed << 13, seed ^= seed >> 17, seed ^= seed << 5;
        data[i] = seed;
    }
}

static void insertion(uint32_t *a, int n) {
    for (int i = 1; i < n; i++) {
        uint32_t x = a[i];
        int j = i;
        for (; j > 0 && a[j - 1] > x; j--)
            a[j] = a[j - 1];
        a[j] = x;
    }
}

static void sift(uint32_t *a, int at, int n) {
    for (int child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && a[child + 1] > a[child])
            child++;
        if (a[at] >= a[child])
            return;
        uint32_t t = a[at];
        a[at] = a[child], a[child] = t;
    }
}

static void heap(uint32_t *a, int n) {
    for (int i = n / 2; i-- > 0;)
        sift(a, i, n);
    while (--n > 0) {
        uint32_t t = a[0];
        a[0] = a[n], a[n] = t;
        sift(a, 0, n);
    }
}

static void quick(uint32_t *a, int n) {
    while (n > 12) {
        uint32_t pivot = a[n / 2];
        int i = 0, j = n - 1;
        for (;; i++, j--) {
            while (a[i] < pivot) i++;
            while (a[j] > pivot) j--;
            if (i >= j)
                break;
            uint32_t t = a[i];
            a[i] = a[j], a[j] = t;
        }
        quick(a, i);
        a += i, n -= i;
    }
    insertion(a, n);
}

static uint32_t check(int n) {
    uint32_t sum = 0;
    for (int i = 0; i < n; i++)
        sum = sum * 3 + data[i] + (i > 0 && data[i - 1] > data[i]);
    return sum;
}

int main(void) {
    uint32_t sum = 0;
    for (uint32_t round = 1; round <= 30; round++) {
        fill(round, N), heap(data, N), sum += check(N);
        fill(round, N), quick(data, N), sum ^= check(N);
        fill(round, 3000), insertion(data, 3000), sum += check(3000);
    }
    printf("%08x\n", (unsigned)sum);
    return 0;
}
