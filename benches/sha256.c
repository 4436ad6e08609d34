// SHA-256 (FIPS 180-4) over its own output.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t k[64], start[8];

// The constants are fractional parts of roots of primes; computed with integers, so that no table is needed.
static uint32_t root_fraction(uint32_t prime, int cube) {
    // floor(prime^(1/n) * 2^32) mod 2^32, bit by bit from above.
    uint64_t root = 0;
    for (int bit = 36; bit >= 0; bit--) {
        uint64_t next = root | 1ull << bit;
        // Compares next^n with prime * 2^(32 n) in 32-bit limbs.
        uint32_t limbs[8] = {1, 0, 0, 0, 0, 0, 0, 0};
        for (int times = 0; times < (cube ? 3 : 2); times++) {
            uint32_t product[8] = {0};
            uint32_t factor[2] = {(uint32_t)next, (uint32_t)(next >> 32)};
            for (int f = 0; f < 2; f++) {
                uint64_t carry = 0;
                for (int i = 0; i + f < 8; i++) {
                    carry += (uint64_t)limbs[i] * factor[f] + product[i + f];
                    product[i + f] = (uint32_t)carry;
                    carry >>= 32;
                }
            }
            memcpy(limbs, product, sizeof limbs);
        }
        int whole = cube ? 3 : 2, above = 0;
        for (int i = 7; i > whole; i--)
            above |= limbs[i] != 0;
        if (!above && limbs[whole] < prime)
            root = next;
    }
    return (uint32_t)root;
}

static uint32_t ror(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void compress(uint32_t state[8], const uint8_t *block) {
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | block[4 * i + 1] << 16 | block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 64; i++)
        w[i] = w[i - 16] + w[i - 7] + (ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ w[i - 15] >> 3) +
               (ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ w[i - 2] >> 10);
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t t1 = s[7] + (ror(s[4], 6) ^ ror(s[4], 11) ^ ror(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + k[i] + w[i];
        uint32_t t2 = (ror(s[0], 2) ^ ror(s[0], 13) ^ ror(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 28);
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

int main(void) {
    int found = 0;
    for (uint32_t n = 2; found < 64; n++) {
        int prime = 1;
        for (uint32_t d = 2; d * d <= n; d++)
            prime &= n % d != 0;
        if (prime) {
            if (found < 8)
                start[found] = root_fraction(n, 0);
            k[found++] = root_fraction(n, 1);
        }
    }
    uint8_t block[64] = "abc\x80";
    block[63] = 24;
    uint32_t state[8];
    for (int round = 0; round < 240000; round++) {
        memcpy(state, start, sizeof state);
        compress(state, block);
        if (round == 0)
            for (int i = 0; i < 8; i++)
                printf("%08x", (unsigned)state[i]);
        memcpy(block, state, sizeof state);
    }
    printf(" %08x\n", (unsigned)state[7]);
    return 0;
}
