// A stack machine with a jump table, running a prime sieve over and over.
#include <stdint.h>
#include <stdio.h>

enum { PUSH, LOAD, STORE, ADD, MUL, LESS, JUMP, JZ, GET, PUT, HALT };
enum { I, J, COUNT };
#define LIMIT 3000

static const int16_t program[] = {
    /*  0 */ PUSH, 2, STORE, I,
    /*  4 */ LOAD, I, PUSH, LIMIT, LESS, JZ, 44,
    /* 11 */ LOAD, I, GET, JZ, 18, JUMP, 37,
    /* 18 */ LOAD, COUNT, PUSH, 1, ADD, STORE, COUNT, LOAD, I, PUSH, 2, MUL, STORE, J,
    /* 32 */ JUMP, 45, HALT, HALT, HALT,
    /* 37 */ LOAD, I, PUSH, 1, ADD, STORE, I, /* 44 */ HALT,
    /* 45 */ LOAD, J, PUSH, LIMIT, LESS, JZ, 66,
    /* 52 */ PUSH, 1, LOAD, J, PUT, LOAD, J, LOAD, I, ADD, STORE, J, JUMP, 45,
    /* 66 */ LOAD, I, PUSH, 1, ADD, STORE, I, JUMP, 4,
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
    for (int round = 0; round < 1200; round++) {
        for (int i = 0; i < LIMIT; i++)
            memory[i] = 0;
        memory[2 + round % 500] = 1;
        sum = sum * 7 + (uint32_t)run(memory);
    }
    printf("%08x\n", (unsigned)sum);
    return 0;
}
