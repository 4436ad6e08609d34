// A stack machine with a jump table, running a prime sieve over and over.
#include <stdint.h>
#include <stdio.h>

enum { PUSH, LOAD, STORE, ADD, MUL, LESS, JUMP, JZ, GET, PUT, HALT };
enum { I, J, COUNT };
#define LIMIT 3000

// for (i = 2; i < LIMIT; i++) if (!memory[i]) { count++; for (j = 2 * i; j < LIMIT; j += i) memory[j] = 1; }
static const int16_t program[] = {
    /*  0 */ PUSH, 2, STORE, I,
    /*  4 */ LOAD, I, PUSH, LIMIT, LESS, JZ, 55,
    /* 11 */ LOAD, I, GET, JZ, 18, JUMP, 46,
    /* 18 */ LOAD, COUNT, PUSH, 1, ADD, STORE, COUNT,
    /* 25 */ LOAD, I, PUSH, 2, MUL, STORE, J,
    /* 32 */ LOAD, J, PUSH, LIMIT, LESS, JZ, 46, JUMP, 56,
    /* 41 */ HALT, HALT, HALT, HALT, HALT,
    /* 46 */ LOAD, I, PUSH, 1, ADD, STORE, I, JUMP, 4,
    /* 55 */ HALT,
    /* 56 */ PUSH, 1, LOAD, J, PUT, LOAD, J, LOAD, I, ADD, STORE, J, JUMP, 32,
};

static int32_t run(int32_t *memory) {
    static const void *const table[] = {&&push, &&load, &&store, &&add, &&mul, &&less, &&jump, &&jz, &&get, &&put, &&halt};
    int32_t stack[16], *sp = stack, locals[3] = {0, 0, 0};
    const int16_t *pc = program;
#define NEXT goto *table[*pc++]
    NEXT;
push: *sp++ = *pc++; NEXT;
load: *sp++ = locals[*pc++]; NEXT;
store: locals[*pc++] = *--sp; NEXT;
add: sp--; sp[-1] += *sp; NEXT;
mul: sp--; sp[-1] *= *sp; NEXT;
less: sp--; sp[-1] = sp[-1] < *sp; NEXT;
jump: pc = program + *pc; NEXT;
jz: pc = *--sp ? pc + 1 : program + *pc; NEXT;
get: sp[-1] = memory[sp[-1]]; NEXT;
put: sp -= 2; memory[sp[1]] = sp[0]; NEXT;
halt: return locals[COUNT];
}

static int32_t memory[LIMIT];

int main(void) {
    uint32_t sum = 0;
    for (int round = 0; round < 400; round++) {
        for (int i = 0; i < LIMIT; i++)
            memory[i] = 0;
        memory[3000 - 1 - round] = 1;
        int32_t found = run(memory);
        if (round == 0)
            printf("%d ", (int)found);
        sum = sum * 7 + (uint32_t)found;
    }
    printf("%08x\n", (unsigned)sum);
    return 0;
}
