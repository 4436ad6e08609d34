/* Runs until it is stopped, with a second thread, and calls a function now and then. */
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

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, 0, other, 0);
    for (;;)
        often();
}
