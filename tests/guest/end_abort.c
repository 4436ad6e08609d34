// status: signal 6
// How the guest ends is how skink ends.
#include "guest.h"

int main(void) {
    say("before\n");
    abort();
    say("after\n");
    return 0;
}
