// An integer matrix product that the compiler vectorises.
#include <stdint.h>
#include <stdio.h>

#define N 128
static int32_t a[N][N], b[N][N], c[N][N];

int main(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            a[i][j] = i + j, b[i][j] = i * j & 63;
    for (int round = 0; round < 400; round++) {
        for (int i = 0; i < N; i++) {
            int32_t row[N] = {0};
            for (int k = 0; k < N; k++) {
                int32_t x = a[i][k];
                for (int j = 0; j < N; j++)
                    row[j] += x * b[k][j];
            }
            for (int j = 0; j < N; j++)
                c[i][j] = row[j];
        }
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                a[i][j] = c[j][i] >> 7 & 1023;
    }
    uint32_t sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            sum = sum * 3 + (uint32_t)c[i][j];
    printf("%08x\n", (unsigned)sum);
    return 0;
}
