// A program that needs no library, with what a linker has to make for it: common blocks, a global offset table,
// thread-local data in all four models. It sets its thread pointer itself and prints a letter for each thing seen.

int common_block[5];
char common_one;
int data = 3, *pointer = &data;
static int local = 7;
__thread int first = 5;
__thread int second;
static __thread long long third = 9;
extern int not_there __attribute__((weak));
static char out[64];
static int at;
static unsigned char block[64] __attribute__((aligned(16)));

static long call(long number, long a, long b, long c)
{
    register long r7 __asm__("r7") = number, r0 __asm__("r0") = a, r1 __asm__("r1") = b, r2 __asm__("r2") = c;
    __asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
    return r0;
}

// The data of threads begins 8 bytes behind the thread pointer (ELF for the Arm architecture, addenda).
void *__tls_get_addr(unsigned long *index) { return block + 8 + index[1]; }

__attribute__((noinline)) void put(int n) { out[at++] = 'a' + n; }
__attribute__((noinline)) int *in_common(void) { return &common_block[2]; }
__attribute__((noinline)) int *in_thread(void) { return &first; }
__attribute__((noinline)) long long next(void) { return second + third++; }

void begin(void)
{
    call(0x0f0005, (long)block, 0, 0);
    *in_thread() = 5;
    second = 0;
    third = 9;
    *in_common() = 4;
    common_one = 2;
    put(*in_common());
    put(common_one);
    put(data);
    put(*pointer);
    put(local++);
    put(local);
    put(*in_thread());
    put(next());
    put(next());
    put(&not_there != 0);
    put(common_block[0]);
    out[at++] = '\n';
    call(4, 1, (long)out, at);
    call(1, 0, 0, 0);
}

__asm__(".text\n.global _start\n.type _start,%function\n_start: bl begin\n");
