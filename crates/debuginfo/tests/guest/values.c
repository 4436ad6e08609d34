/* Values of every kind of type; the test prints them in `inspect` and in `look`. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum color { RED, GREEN = 5, BLUE };
enum flags { F_READ = 1, F_WRITE = 2, F_EXEC = 4 };
enum sign { MINUS = -1, ZERO, PLUS };

struct point { int x, y; };
struct bits { unsigned a : 3; int b : 5; unsigned c : 12; unsigned long long d : 40; bool e : 1; };
union either { int i; float f; unsigned char bytes[4]; };
struct node { struct node *next; const char *name; int value; };
typedef struct node node_t;
typedef int (*operation)(int, int);
struct outer {
    struct point corners[2];
    union { int number; char letter; };
    struct { short low, high; } pair;
    operation op;
    enum color color;
};

int add(int a, int b) { return a + b; }

int g_int = -42;
unsigned g_unsigned = 4000000000u;
char g_char = 'a';
signed char g_schar = -1;
unsigned char g_uchar = 200;
short g_short = -300;
long long g_long = -123456789012345ll;
unsigned long long g_ulong = 18446744073709551615ull;
float g_float = 0.1f;
double g_double = 3.25, g_tenth = 0.1, g_large = 1e300;
bool g_bool = true;
char g_string[16] = "hello";
char g_full[5] = {'a', 'b', '\n', '"', '\\'};
const char *g_pointer = "a \"string\"\twith\033 escapes";
const char *g_null;
int g_array[6] = {1, 2, 3, 4, 5, 6};
int g_zeros[40];
int g_many[300] = {7, 7, 7, 1};
int g_matrix[2][3] = {{1, 2, 3}, {4, 5, 6}};
char g_rows[2][4] = {"ab", "cd"};
struct point g_point = {3, -4};
struct bits g_bits = {5, -7, 1000, 123456789012ull, 1};
union either g_either = {0x3f800000};
node_t g_second = {0, "second", 2};
node_t g_first = {&g_second, "first", 1};
struct outer g_outer = {{{1, 2}, {3, 4}}, {65}, {-1, 1}, add, GREEN};
enum color g_color = BLUE, g_odd_color = 3;
enum flags g_flags = F_READ | F_EXEC, g_odd_flags = 9, g_no_flags = 0;
enum sign g_sign = MINUS;
operation g_op = add;
void *g_void = &g_int;
int *g_int_pointer = &g_array[2];
int (*g_row)[3] = &g_matrix[1];
int **g_double_pointer = &g_int_pointer;
const volatile int g_const = 9;
char g_long_string[300];
struct empty { } g_empty;
static int hidden = 77;
volatile int sink;

__attribute__((noinline)) int look(int first, double second, struct point third, const char *fourth, long long fifth)
{
    int local = first * 2;
    char text[12] = "local";
    struct point where = {first, third.y};
    static int counter = 3;
    double half = second / 2;
    {
        int local = 99;
        sink = local + text[1] + where.x + counter++ + (int)half;
        sink += fourth[0] + fifth;
    }
    sink = local;
    return local + sink;
}

__attribute__((noinline)) int inspect(void)
{
    sink = hidden;
    return sink;
}

int main(void)
{
    memset(g_long_string, 'x', 250);
    memcpy(g_long_string, "start", 5);
    int r = inspect();
    struct point p = {10, 20};
    return look(r, 5.0, p, "text", -5) == 0;
}
