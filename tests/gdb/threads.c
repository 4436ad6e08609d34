/* Two threads, a struct, a signal handler, a variable to watch, vectors: what gdb is asked for in the sessions here. */
#include <arm_neon.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>

struct point {
    int x, y;
    const char *name;
    double weight;
};

static struct point origin = {3, -4, "origin", 2.5};
static int counter;
static volatile int handled;
static float32x4_t lanes;

static int add(int a, int b)
{
    int sum = a + b;
    return sum;
}

static void handler(int number)
{
    handled = number;
}

static void *worker(void *argument)
{
    int *to = argument;
    prctl(PR_SET_NAME, "worker");
    *to = 7;
    *to = add(*to, 35);
    return to;
}

static void scale(float by)
{
    float32x4_t one = {1, 2, 3, 4};
    lanes = vmulq_n_f32(one, by);
}

int main(int argc, char **argv)
{
    pthread_t thread;
    signal(SIGUSR1, handler);
    printf("%d arguments\n", argc - 1);
    fflush(stdout);
    int sum = add(origin.x, origin.y);
    scale(0.5f);
    raise(SIGUSR1);
    pthread_create(&thread, 0, worker, &counter);
    pthread_join(thread, 0);
    printf("%s: %d %d %d\n", origin.name, sum, handled, counter);
    return counter != 42;
}
