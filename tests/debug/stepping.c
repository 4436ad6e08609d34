/* A loop that calls, a signal handler, an exit status: what the scripts step through. */
#include <signal.h>
#include <stdio.h>

int total;

static int add(int a, int b)
{
    int sum = a + b;
    total += sum;
    return sum;
}

static void handler(int number)
{
    total = 1000 + number;
}

int main(void)
{
    int i, r = 0;
    signal(SIGUSR1, handler);
    for (i = 0; i < 5; i++)
        r = add(r, i);
    raise(SIGUSR1);
    printf("%d %d\n", r, total);
    return 3;
}
