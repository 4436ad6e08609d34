// status: signal 4
// How the guest ends is how skink ends.
#include "guest.h"

int main(void) {
    say("before\n");
    __asm__ volatile("udf #7");
    say("after\n");
    return 0;
}
