// status: exit 200
// How the guest ends is how skink ends.
#include "guest.h"

int main(void) {
    say("before\n");
    exit(200);
    say("after\n");
    return 0;
}
