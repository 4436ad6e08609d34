// A lexer's state machine: words, numbers, strings, comments and the rest, counted.
#include <stdint.h>
#include <stdio.h>

enum { START, WORD, NUMBER, STRING, ESCAPE, SLASH, COMMENT, STAR, STATES };
enum { LETTER, DIGIT, QUOTE, BACKSLASH, DIVIDE, TIMES, BLANK, CLASSES };

static const uint8_t next[STATES][CLASSES] = {
    [START] = {WORD, NUMBER, STRING, START, SLASH, START, START},
    [WORD] = {WORD, WORD, STRING, START, SLASH, START, START},
    [NUMBER] = {WORD, NUMBER, STRING, START, SLASH, START, START},
    [STRING] = {STRING, STRING, START, ESCAPE, STRING, STRING, STRING},
    [ESCAPE] = {STRING, STRING, STRING, STRING, STRING, STRING, STRING},
    [SLASH] = {WORD, NUMBER, STRING, START, SLASH, COMMENT, START},
    [COMMENT] = {COMMENT, COMMENT, COMMENT, COMMENT, COMMENT, STAR, COMMENT},
    [STAR] = {COMMENT, COMMENT, COMMENT, COMMENT, START, STAR, COMMENT},
};

static char text[65536];

static int class_of(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_')
        return LETTER;
    if (c >= '0' && c <= '9')
        return DIGIT;
    switch (c) {
    case '"': return QUOTE;
    case '\\': return BACKSLASH;
    case '/': return DIVIDE;
    case '*': return TIMES;
    default: return BLANK;
    }
}

int main(void) {
    static const char alphabet[] = "abcxyzABC_0123456789\"\\/* \n(); etaoin/*";
    uint32_t seed = 7, counts[STATES] = {0}, entered[STATES] = {0};
    for (unsigned i = 0; i < sizeof text; i++) {
        seed = seed * 1103515245 + 12345;
        text[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
    }
    int state = START;
    for (int round = 0; round < 400; round++)
        for (unsigned i = 0; i < sizeof text; i++) {
            int then = next[state][class_of(text[i])];
            counts[then]++;
            entered[then] += then != state;
            state = then;
        }
    for (int i = 0; i < STATES; i++)
        printf("%u/%u ", (unsigned)counts[i], (unsigned)entered[i]);
    printf("\n");
    return 0;
}
