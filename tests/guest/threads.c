// qemu: has no robust lists
// POSIX threads: what glibc builds on clone, futex, set_tls, robust lists and signals.
#include "guest.h"
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static __thread int own = 5;
static int counter, turn, serial, destroyed, cleaned, once_runs;
static pthread_key_t key;

static void *add(void *arg) {
    for (int i = 0; i < 2000; i++) {
        pthread_mutex_lock(&lock);
        counter++;
        pthread_mutex_unlock(&lock);
        own++;
    }
    pthread_setspecific(key, arg);
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
        __atomic_add_fetch(&serial, 1, __ATOMIC_SEQ_CST);
    return (void *)(intptr_t)own;
}

static void destroy(void *value) { __atomic_add_fetch(&destroyed, (int)(intptr_t)value, __ATOMIC_SEQ_CST); }

static void *ping(void *arg) {
    int me = (int)(intptr_t)arg;
    for (int i = 0; i < 200; i++) {
        pthread_mutex_lock(&lock);
        while (turn != me)
            pthread_cond_wait(&changed, &lock);
        turn = !me;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

static pthread_mutex_t robust;
static void *die_with_lock(void *arg) {
    (void)arg;
    pthread_mutex_lock(&robust);
    return NULL;
}

static void cleanup(void *arg) { cleaned += (int)(intptr_t)arg; }
static void *wait_to_be_cancelled(void *arg) {
    (void)arg;
    pthread_cleanup_push(cleanup, (void *)3);
    for (;;)
        sleep(10);
    pthread_cleanup_pop(0);
    return NULL;
}
static void *spin_to_be_cancelled(void *arg) {
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    sem_post(arg);
    for (;;)
        __asm__ volatile("" ::: "memory");
    return NULL;
}

static void once(void) { once_runs++; }
static pthread_t signalled;
static volatile int signalled_here;
static void on_signal(int sig, siginfo_t *info, void *context) {
    (void)sig, (void)info, (void)context;
    signalled_here = pthread_equal(pthread_self(), signalled);
}
static void *wait_for_signal(void *arg) {
    sem_post(arg);
    while (!signalled_here)
        usleep(1000);
    return NULL;
}
static void *exit_early(void *arg) { pthread_exit(arg); }

int main(void) {
    pthread_t t[8];
    void *value;
    pthread_key_create(&key, destroy);
    pthread_barrier_init(&barrier, NULL, 8);
    for (int i = 0; i < 8; i++)
        pthread_create(&t[i], NULL, add, (void *)(intptr_t)(i + 1));
    int sum = 0;
    for (int i = 0; i < 8; i++) {
        pthread_join(t[i], &value);
        sum += (int)(intptr_t)value;
    }
    say("counter %d, TLS sum %d, own here %d, serial %d, destroyed %d\n", counter, sum, own, serial, destroyed);

    pthread_create(&t[0], NULL, ping, (void *)0);
    pthread_create(&t[1], NULL, ping, (void *)1);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
    say("ping-pong ended with turn %d\n", turn);

    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attr);
    pthread_create(&t[0], NULL, die_with_lock, NULL);
    pthread_join(t[0], NULL);
    say("robust: %s", strerrorname_np(pthread_mutex_lock(&robust)));
    say(", consistent %d", pthread_mutex_consistent(&robust));
    say(", unlock %d", pthread_mutex_unlock(&robust));
    say(", lock %d\n", pthread_mutex_lock(&robust));

    pthread_create(&t[0], NULL, wait_to_be_cancelled, NULL);
    usleep(20000);
    pthread_cancel(t[0]);
    pthread_join(t[0], &value);
    say("cancelled %d, cleaned %d\n", value == PTHREAD_CANCELED, cleaned);
    sem_t ready;
    sem_init(&ready, 0, 0);
    pthread_create(&t[0], NULL, spin_to_be_cancelled, &ready);
    sem_wait(&ready);
    pthread_cancel(t[0]);
    pthread_join(t[0], &value);
    say("cancelled while spinning %d\n", value == PTHREAD_CANCELED);

    pthread_once_t control = PTHREAD_ONCE_INIT;
    pthread_once(&control, once);
    pthread_once(&control, once);
    say("once %d\n", once_runs);

    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 30000000;
    if (soon.tv_nsec >= 1000000000)
        soon.tv_sec++, soon.tv_nsec -= 1000000000;
    pthread_mutex_lock(&lock);
    say("timed wait: %s\n", strerrorname_np(pthread_cond_timedwait(&changed, &lock, &soon)));
    pthread_mutex_unlock(&lock);
    say("trylock: %s", pthread_mutex_trylock(&lock) ? "busy" : "free");
    say(", again: %s\n", strerrorname_np(pthread_mutex_trylock(&lock)));
    result(sem_trywait(&ready));

    handle(SIGUSR1, on_signal, 0);
    pthread_create(&signalled, NULL, wait_for_signal, &ready);
    sem_wait(&ready);
    pthread_kill(signalled, SIGUSR1);
    pthread_join(signalled, NULL);
    say("pthread_kill reached its thread %d\n", signalled_here);

    pthread_attr_t big;
    pthread_attr_init(&big);
    pthread_attr_setstacksize(&big, 4 << 20);
    pthread_create(&t[0], &big, exit_early, (void *)42);
    pthread_join(t[0], &value);
    say("pthread_exit with %d\n", (int)(intptr_t)value);

    // Only the calling thread survives a fork.
    pthread_create(&t[0], NULL, wait_to_be_cancelled, NULL);
    int status;
    if (fork() == 0) {
        own = 99;
        pthread_create(&t[1], NULL, exit_early, (void *)7);
        pthread_join(t[1], &value);
        _exit((int)(intptr_t)value);
    }
    wait(&status);
    say("thread in a forked child: %d, own %d\n", WEXITSTATUS(status), own);
    // exit ends the process with a thread still running.
    exit(0);
}
