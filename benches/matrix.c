// Products of 12x12 integer matrices.
#include <stdint.h>
#include <stdio.h>

#define N 12
typedef int32_t matrix[N][N];

static void __attribute__((noinline)) multiply(matrix to, const matrix a, const matrix b) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            int32_t sum = 0;
            for (int k = 0; k < N; k++)
                sum += a[i][k] * b[k][j];
            to[i][j] = sum % 1009;
        }
}

int main(void) {
    matrix a, b, c;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            a[i][j] = i * 3 + j, b[i][j] = i ^ j;
    for (int round = 0; round < 40000; round++) {
        multiply(c, a, b);
        multiply(a, b, c);
        b[round % N][round % 7] ^= round & 15;
    }
    int32_t sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            sum = sum * 31 % 65521 + a[i][j];
    printf("%d\n", (int)sum);
    return 0;
}
