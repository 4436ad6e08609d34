/* Functions that use the stack in many ways; the test stops in `leaf` and steps through all of it. */
#include <signal.h>
#include <stdarg.h>
#include <string.h>

volatile int sink;
volatile double fsink;

__attribute__((noinline)) int leaf(int x)
{
    sink = x;
    return x + sink;
}

static inline __attribute__((always_inline)) int twice(int x)
{
    int y = leaf(x) + leaf(x + 1);
    return y * 2;
}

__attribute__((noinline)) int big(int x)
{
    char buffer[1500];
    memset(buffer, x, sizeof buffer);
    sink += buffer[x & 15];
    return twice(x) + buffer[3];
}

__attribute__((noinline)) int floats(int x, double a, double b)
{
    double c = a * x, d = b + x, e = a / b;
    int r = big(x);
    fsink = c + d + e;
    return r + (int)(c * d);
}

__attribute__((noinline)) int varied(int n, ...)
{
    va_list list;
    va_start(list, n);
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += va_arg(list, int);
    va_end(list);
    return sum + floats(sum, 1.5, 2.5);
}

__attribute__((noinline)) int dynamic(int n)
{
    int array[n];
    for (int i = 0; i < n; i++)
        array[i] = i;
    int r = varied(3, n, array[n / 2], 7);
    return r + array[1];
}

__attribute__((noinline)) int down(int depth)
{
    if (depth == 0)
        return dynamic(9);
    return down(depth - 1) + depth;
}

static void handler(int signal)
{
    sink = signal;
    sink = leaf(signal);
}

int main(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigaction(SIGUSR1, &action, 0);
    int r = down(3);
    raise(SIGUSR1);
    action.sa_handler = 0;
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = (void (*)(int, siginfo_t *, void *))handler;
    sigaction(SIGUSR2, &action, 0);
    raise(SIGUSR2);
    return r == 0;
}
