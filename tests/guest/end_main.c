// status: exit 0
// The main thread may go first; the process ends with its last thread, with the code of the last exit.
#include "guest.h"
#include <pthread.h>

static void *last(void *arg) {
    (void)arg;
    usleep(50000);
    say("last thread\n");
    return NULL;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, NULL, last, NULL);
    pthread_exit(NULL);
}
