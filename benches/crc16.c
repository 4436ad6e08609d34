// CRC-16/CCITT, one bit at a time.
#include <stdint.h>
#include <stdio.h>

static uint16_t update(uint16_t crc, uint8_t byte) {
    crc ^= (uint16_t)(byte << 8);
    for (int bit = 0; bit < 8; bit++)
        crc = crc & 0x8000 ? (uint16_t)(crc << 1 ^ 0x1021) : (uint16_t)(crc << 1);
    return crc;
}

int main(void) {
    uint16_t crc = 0xffff;
    uint32_t x = 1;
    for (int i = 0; i < 10000000; i++) {
        x = x * 69069 + 5;
        crc = update(crc, (uint8_t)(x >> 24));
    }
    printf("%04x\n", crc);
    return 0;
}
