// status: signal 15
// How the guest ends is how skink ends.
#include "guest.h"

int main(void) {
    say("before\n");
    raise(SIGTERM);
    say("after\n");
    return 0;
}
