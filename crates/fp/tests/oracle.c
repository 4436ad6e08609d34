/*
 * Executes single VFP and Advanced SIMD instructions for skink-fp's tests.
 *
 * Reads records (instruction number, FPSCR, operands a, b, c) from standard
 * input and writes (destination, FPSCR afterwards) for each to standard output.
 * "ops.h" comes from the test, which holds the one list of instructions: a line
 * OP(number, "assembly") each. The instruction finds a in d1 (s2), b in d2
 * (s4), and c in d0 (s0), which is also its destination.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct record {
    uint32_t op, fpscr;
    uint64_t a, b, c;
};

struct outcome {
    uint64_t result;
    uint32_t fpscr, op;
};

#define EXECUTE(insn)                                                                  \
    __asm__ volatile("vldr d1, [%0, #8]\n\t"                                           \
                     "vldr d2, [%0, #16]\n\t"                                          \
                     "vldr d0, [%0, #24]\n\t"                                          \
                     "ldr r3, [%0, #4]\n\t"                                            \
                     "vmsr fpscr, r3\n\t" insn "\n\t"                                  \
                     "vmrs r3, fpscr\n\t"                                              \
                     "vstr d0, [%1]\n\t"                                               \
                     "str r3, [%1, #8]\n\t"                                            \
                     "mov r3, #0\n\t"                                                  \
                     "vmsr fpscr, r3"                                                  \
                     :                                                                 \
                     : "r"(in), "r"(out)                                               \
                     : "r3", "d0", "d1", "d2", "d3", "d4", "d5", "memory")

static void execute(const struct record *in, struct outcome *out)
{
    out->op = in->op;
    switch (in->op) {
#define OP(number, insn) \
    case number:         \
        EXECUTE(insn);   \
        break;
#include "ops.h"
#undef OP
    default:
        fprintf(stderr, "oracle: no instruction %u\n", (unsigned)in->op);
        exit(2);
    }
}

int main(void)
{
    static struct record in[4096];
    static struct outcome out[4096];
    size_t n;

    while ((n = fread(in, sizeof in[0], 4096, stdin)) > 0) {
        for (size_t i = 0; i < n; i++)
            execute(&in[i], &out[i]);
        if (fwrite(out, sizeof out[0], n, stdout) != n)
            return 1;
    }
    return ferror(stdin) || fflush(stdout) ? 1 : 0;
}
