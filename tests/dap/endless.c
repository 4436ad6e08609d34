/* Runs until it is stopped, with a second thread, and calls a function again and again. */
#include <pthread.h>
#include <unistd.h>

volatile unsigned rounds, others;

void often(void)
{
    rounds++;
}

static void *other(void *nothing)
{
    for (;;) {
        others++;
        usleep(1000);
    }
    return nothing;
}

static void forever(void)
{
    for (;;)
        often();
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, 0, other, 0);
    forever();
}
