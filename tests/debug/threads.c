/* Two threads beside the first: one that waits for ever in a system call, one that faults. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int counter;

static void *count(void *unused)
{
    (void)unused;
    for (int i = 0; i < 1000; i++)
        counter++;
    for (;;)
        pause();
}

static void *crash(void *address)
{
    *(volatile int *)address = 1;
    return 0;
}

int main(void)
{
    pthread_t a, b;
    char line[16];
    pthread_create(&a, 0, count, 0);
    long length = read(0, line, sizeof line);
    printf("read %ld\n", length);
    fflush(stdout);
    pthread_create(&b, 0, crash, (void *)16);
    pthread_join(b, 0);
    return 0;
}
