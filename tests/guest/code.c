// flags: -marm
// qemu: does not see writes through a second mapping, cacheflush or not
// Code that the program writes itself, jumps between the instruction sets, unaligned data.
#include "guest.h"
#include <setjmp.h>

static int wake(jmp_buf *env, int depth) {
    if (depth == 0)
        longjmp(*env, 13);
    if (depth < 0)
        return 0;
    return wake(env, depth - 1) + 1;
}

extern int interwork(int);
__asm__(".pushsection .text\n .syntax unified\n .align 2\n .arm\n .global interwork\n .type interwork, %function\n"
        "interwork: push {r4, lr}\n blx 1f\n add r0, r0, #1\n ldr r4, =2f + 1\n mov lr, pc\n bx r4\n add r0, r0, #100\n pop {r4, pc}\n"
        ".thumb\n 1: lsls r0, r0, #1\n bx lr\n .align 2\n 2: adds r0, #10\n nop\n bx pc\n nop\n .arm\n add r0, r0, #20\n bx lr\n"
        ".ltorg\n .popsection");

int main(void) {
    // Writes `mov r0, #N; bx lr` over and over at one place.
    uint32_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int sum = 0;
    for (int i = 0; i < 100; i++) {
        code[0] = 0xe3a00000 | i;
        code[1] = 0xe12fff1e;
        __builtin___clear_cache((char *)code, (char *)(code + 2));
        sum += ((int (*)(void))code)();
    }
    say("sum %d\n", sum);
    // Thumb at the same place: movs r0, #N; bx lr.
    uint16_t *thumb = (uint16_t *)code;
    sum = 0;
    for (int i = 0; i < 100; i++) {
        thumb[0] = 0x2000 | i;
        thumb[1] = 0x4770;
        __builtin___clear_cache((char *)code, (char *)(code + 1));
        sum += ((int (*)(void))((uintptr_t)thumb | 1))();
    }
    say("sum %d\n", sum);
    // Written, then made executable, then written again through a second mapping.
    int fd = memfd_create("code", 0);
    result(ftruncate(fd, 4096));
    uint32_t *writer = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    int (*runner)(void) = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    sum = 0;
    for (int i = 0; i < 50; i++) {
        writer[0] = 0xe3a00000 | i;
        writer[1] = 0xe12fff1e;
        __builtin___clear_cache((char *)runner, (char *)runner + 8);
        sum = sum * 3 % 1000 + runner();
    }
    say("through two mappings %d\n", sum);
    // New code at an address where other code was.
    code[0] = 0xe3a00007, code[1] = 0xe12fff1e;
    __builtin___clear_cache((char *)code, (char *)(code + 2));
    say("before %d\n", ((int (*)(void))code)());
    mmap(code, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    code[0] = 0xe3a00009, code[1] = 0xe12fff1e;
    __builtin___clear_cache((char *)code, (char *)(code + 2));
    say("after %d\n", ((int (*)(void))code)());

    jmp_buf env;
    volatile double kept = 2.5;
    volatile int way = setjmp(env);
    if (way == 0)
        wake(&env, 20);
    say("longjmp %d, kept %.1f\n", way, kept);
    say("interworking %d\n", interwork(4));

    // LDR, LDRH, STR and STRH take any address (ARM ARM A3.2.1, SCTLR.A is 0 under Linux).
    static uint8_t bytes[16] __attribute__((aligned(8))) = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    unsigned word, half, signed_half;
    __asm__ volatile("ldr %0, [%3, #1]\n ldrh %1, [%3, #3]\n ldrsh %2, [%3, #5]\n"
                     : "=&r"(word), "=&r"(half), "=&r"(signed_half) : "r"(bytes) : "memory");
    say("%#x %#x %#x\n", word, half, signed_half);
    __asm__ volatile("str %0, [%1, #7]\n strh %0, [%1, #13]\n" ::"r"(0xaabbccdd), "r"(bytes) : "memory");
    for (int i = 0; i < 16; i++)
        say("%02x%s", bytes[i], i == 15 ? "\n" : " ");
    // A word across two pages.
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    __asm__ volatile("str %0, [%1]\n ldr %0, [%1]\n" : "=&r"(word) : "r"(pages + 4094), "0"(0x12345678) : "memory");
    say("across pages %#x: %x %x\n", word, pages[4095], pages[4096]);
    return 0;
}
