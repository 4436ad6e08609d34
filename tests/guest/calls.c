// qemu: makes no CLONE_VM process but by vfork (EINVAL)
// Calls and returns that do not pair: deep recursion, jumps out of it, stacks that are switched, returns elsewhere.
// flags: -pthread
#include "guest.h"
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <ucontext.h>

// A frame of 8 or 16 bytes a level; the result needs every return.
__attribute__((noinline)) static unsigned deep(unsigned n)
{
    unsigned rest = n == 0 ? 1 : deep(n - 1);
    return rest * 3 + n;
}

__attribute__((noinline)) static unsigned by_hand(unsigned n)
{
    unsigned value = 1;
    for (unsigned i = 0; i <= n; i++)
        value = value * 3 + i;
    return value;
}

static jmp_buf out;

__attribute__((noinline)) static int jump_from(int depth)
{
    if (depth == 0)
        longjmp(out, 7);
    return depth < 0 ? depth : jump_from(depth - 1) + 1;
}

static unsigned jumps(unsigned times)
{
    volatile unsigned sum = 0;
    for (volatile unsigned i = 0; i < times; i++) {
        int value = setjmp(out);
        if (value == 0)
            sum += jump_from(i % 40);
        else
            sum += value;
    }
    return sum;
}

static ucontext_t here, there;
static unsigned turns;

static void other(void)
{
    for (;;) {
        turns += deep(turns % 20) != 0;
        swapcontext(&there, &here);
    }
}

static unsigned switches(unsigned times)
{
    static char stack[65536];
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    makecontext(&there, other, 0);
    for (unsigned i = 0; i < times; i++) {
        if (deep(i % 10) != by_hand(i % 10))
            return 0;
        swapcontext(&here, &there);
    }
    return turns;
}

// Returns behind the call's return address, past an instruction that adds 100.
__attribute__((naked, noinline, target("arm"))) static unsigned skips(unsigned a __attribute__((unused)))
{
    __asm__("push {r4, lr}\n"
            "mov r4, r0\n"
            "bl 1f\n"
            "add r0, r0, #100\n"
            "add r0, r0, r4\n"
            "pop {r4, pc}\n"
            "1: add r0, r0, #1\n"
            "add lr, lr, #4\n"
            "bx lr\n");
}

// Calls without BL, and returns by a jump.
__attribute__((naked, noinline, target("arm"))) static unsigned old_style(unsigned a __attribute__((unused)))
{
    __asm__("push {r4, lr}\n"
            "adr r4, 2f\n"
            "mov lr, pc\n"
            "bx r4\n"
            "add r0, r0, #1\n"
            "mov lr, pc\n"
            "mov pc, r4\n"
            "ldr lr, [sp, #4]\n"
            "ldr r4, [sp], #8\n"
            "mov pc, lr\n"
            "2: add r0, r0, r0\n"
            "mov pc, lr\n");
}

// Calls on a condition, met and not, among instructions on the same one.
__attribute__((naked, noinline, target("arm"))) static unsigned conditional(unsigned a __attribute__((unused)))
{
    __asm__("push {r4, lr}\n"
            "mov r4, r0\n"
            "tst r4, #1\n"
            "addne r0, r0, #3\n"
            "blne 3f\n"
            "tst r4, #2\n"
            "addeq r0, r0, #5\n"
            "bleq 3f\n"
            "pop {r4, pc}\n"
            "3: eor r0, r0, #64\n"
            "tst r4, #4\n"
            "bxeq lr\n"
            "sub r0, r0, #9\n"
            "bx lr\n");
}

static volatile sig_atomic_t ticks;

static void tick(int signal)
{
    ticks += deep(30) == by_hand(30) && signal == SIGALRM;
}

static void *worker(void *depth)
{
    return (void *)(uintptr_t)(deep((uintptr_t)depth) == by_hand((uintptr_t)depth));
}

static int child(void *depth)
{
    _exit(deep((uintptr_t)depth) == by_hand((uintptr_t)depth) ? 3 : 4);
}

static void in_child(const char *name, int flags)
{
    size_t size = 4 << 20;
    char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int status = -1, pid = clone(child, stack + size, flags | SIGCHLD, (void *)100000);
    waitpid(pid, &status, 0);
    say("%s: %d\n", name, WEXITSTATUS(status));
    munmap(stack, size);
}

int main(void)
{
    must(deep(10) == by_hand(10));
    must(deep(200000) == by_hand(200000));
    must(deep(33000) == by_hand(33000) && deep(31000) == by_hand(31000));
    say("jumps %u\n", jumps(20000));
    say("switches %u\n", switches(5000));
    unsigned sum = 0;
    for (unsigned i = 0; i < 3000; i++)
        sum = sum * 5 + skips(i) + old_style(i) + conditional(i);
    say("odd returns %u\n", sum);

    struct sigaction action = {.sa_handler = tick};
    sigaction(SIGALRM, &action, NULL);
    struct itimerspec often = {{0, 300000}, {0, 300000}};
    timer_t timer;
    timer_create(CLOCK_MONOTONIC, NULL, &timer);
    timer_settime(timer, 0, &often, NULL);
    int right = 1;
    while (ticks < 200)
        right &= deep(5000) == by_hand(5000);
    timer_delete(timer);
    must(right);

    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, worker, (void *)(uintptr_t)(40000 + 10000 * i));
    int all = 0;
    for (int i = 0; i < 4; i++) {
        void *value;
        pthread_join(threads[i], &value);
        all += (int)(uintptr_t)value;
    }
    say("threads %d\n", all);
    in_child("fork", 0);
    in_child("CLONE_VM", CLONE_VM);
    in_child("vfork", CLONE_VM | CLONE_VFORK);
    must(deep(100000) == by_hand(100000));
    return 0;
}
