// The set in single precision.
#include <stdio.h>

int main(void) {
    unsigned inside = 0, steps = 0;
    for (int row = 0; row < 1000; row++)
        for (int column = 0; column < 1500; column++) {
            float cx = column / 500.0f - 2.0f, cy = row / 500.0f - 1.0f, x = 0, y = 0;
            int i = 0;
            for (; i < 100 && x * x + y * y < 4.0f; i++) {
                float t = x * x - y * y + cx;
                y = 2 * x * y + cy;
                x = t;
            }
            inside += i == 100;
            steps += i;
        }
    printf("%u %u\n", inside, steps);
    return 0;
}
