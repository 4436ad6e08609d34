// flags: -static-pie -fPIE
// An ET_DYN program without an interpreter.
#include "guest.h"
#include <sys/auxv.h>

static int value = 5;
static int *relocated = &value;

int main(int argc, char **argv) {
    say("%d %s\n", argc, argv[1]);
    must(*relocated == 5 && getauxval(AT_BASE) == 0);
    must(getauxval(AT_ENTRY) > 0x10000);
    return 0;
}
