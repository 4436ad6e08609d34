// status: exit 9
// exit_group from a second thread ends all of them.
#include "guest.h"
#include <pthread.h>

static void *end(void *arg) {
    usleep(20000);
    _exit(*(int *)arg);
}

int main(void) {
    int code = 9;
    pthread_t t;
    pthread_create(&t, NULL, end, &code);
    for (;;)
        pause();
}
