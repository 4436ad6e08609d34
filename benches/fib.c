// The naive recursion.
#include <stdio.h>

static unsigned __attribute__((noinline, noclone)) fib(unsigned n) {
    // The empty statement keeps the compiler from turning one of the calls into a loop.
    if (n < 2)
        return n;
    unsigned left = fib(n - 1);
    __asm__ volatile("");
    unsigned right = fib(n - 2);
    __asm__ volatile("");
    return left + right;
}

int main(void) {
    printf("%u\n", fib(39));
    return 0;
}
