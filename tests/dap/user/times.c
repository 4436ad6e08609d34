/* Uses the library. */
#include <stdio.h>

int times(int a, int b);

int main(void)
{
    int once = times(6, 7);
    int twice = times(2, 3);
    printf("%d %d\n", once, twice);
    return 0;
}
