/* What a debugger shows of C: values of many types, a stack, output, input, signals. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct point { int x, y; };
struct node { struct node *next; const char *name; struct point at; float weight; };
enum colour { RED, GREEN = 5 };
union word { unsigned whole; unsigned char bytes[4]; };

int total;
int table[200];
struct node tail = { 0, "tail", { 3, 4 }, 0.5f };

static int add(struct point p, int by)
{
    int sum = p.x + p.y;
    sum += by;
    total += sum;
    return sum;
}

static int depth(int n)
{
    if (n == 0)
        return 1;
    return 1 + depth(n - 1);
}

static void handler(int signal)
{
    total += signal;
}

int main(int argc, char **argv)
{
    struct node head = { &tail, "head", { 1, 2 }, 1.5f };
    enum colour colour = GREEN;
    union word word = { 0x04030201 };
    double ratio = 2.25;
    long long wide = -5000000000LL;
    char text[16] = "text";

    printf("%d %s\n", argc, getenv("SHAPE") ? getenv("SHAPE") : "none");
    fprintf(stderr, "to stderr\n");
    for (int i = 0; i < 5; i++) {
        table[i] = add(head.at, i);
        head.at.x += 1;
    }
    total += depth(20);
    signal(SIGUSR1, handler);
    raise(SIGUSR1);
    if (fgets(text, sizeof text, stdin))
        printf("read %s", text);
    printf("%d %d %g %lld %u\n", total, colour, ratio, wide, word.whole);
    return argc > 1 ? atoi(argv[1]) : 0;
}
