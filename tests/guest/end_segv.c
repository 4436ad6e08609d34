// status: signal 11
// How the guest ends is how skink ends.
#include "guest.h"

int main(void) {
    say("before\n");
    *(volatile int *)4 = 1;
    say("after\n");
    return 0;
}
