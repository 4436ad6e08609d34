/* Races: signals against blocking calls, forks beside running threads, many vforks. */
#include "mini.h"

static volatile int count;
static int fds[2];

static void tick(int signal)
{
	(void)signal;
	count++;
}

static void feed(int signal)
{
	(void)signal;
	sys(NR_write, fds[1], "x", 1);
}

/* The read sleeps for ever if the signal that feeds it is lost on the way into it. */
static void no_wakeup_is_lost(void)
{
	struct { i32 interval[2], value[2]; } soon = { { 0, 0 }, { 0, 30 } };
	char byte;
	EXPECT(sys(NR_pipe, fds), 0);
	EXPECT(catch(14, feed, SA_RESTART), 0);
	for (int i = 0; i < 3000; i++) {
		soon.value[1] = 20 + (i & 63);
		EXPECT(sys(NR_setitimer, 0, &soon, 0), 0);
		EXPECT(sys(NR_read, fds[0], &byte, 1), 1);
	}
}

/* What a shell does to wait for a child. */
static void suspending(void)
{
	u32 block[2] = { 1 << 16, 0 }, open[2] = { 0, 0 };
	int status;
	EXPECT(catch(17, tick, 0), 0);
	EXPECT(sys(NR_rt_sigprocmask, 0, block, 0, 8), 0);
	for (int i = 0; i < 200; i++) {
		count = 0;
		int pid = sys(NR_fork);
		if (pid == 0)
			sys(NR_exit, i & 63);
		while (!count)
			EXPECT(sys(NR_rt_sigsuspend, open, 8), -E_INTR);
		EXPECT(sys(NR_wait4, pid, &status, 0, 0), pid);
		CHECK(status == (i & 63) << 8 && count == 1);
	}
	EXPECT(sys(NR_rt_sigprocmask, 1, block, 0, 8), 0);
}

static u32 stacks[3][2048];
static volatile u32 tids[3];
static volatile int stop, work;

static void busy(int index)
{
	while (!stop) {
		u32 at = sys(NR_mmap2, 0, 8192, 3, 0x22, -1, 0);
		*(volatile u32 *)at = index;
		at = sys(NR_mremap, at, 8192, 65536, 1);
		if (*(volatile u32 *)at != (u32)index)
			fail("contents moved", __LINE__, index);
		sys(NR_munmap, at, 65536);
		__atomic_fetch_add(&work, 1, __ATOMIC_SEQ_CST);
	}
	sys(NR_exit, 0);
}

static int start(int index)
{
	u32 *top = stacks[index] + 2044;
	top[0] = (u32)busy;
	top[1] = index;
	register u32 r7 asm("r7") = NR_clone;
	register u32 r0 asm("r0") = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x100000 | 0x200000;
	register u32 *r1 asm("r1") = top;
	register volatile u32 *r2 asm("r2") = &tids[index];
	register u32 r3 asm("r3") = 0;
	register volatile u32 *r4 asm("r4") = &tids[index];
	asm volatile("svc #0\n cmp r0, #0\n popeq {r1, r2}\n moveq r0, r2\n bxeq r1"
		     : "+r"(r0), "+r"(r1), "+r"(r2)
		     : "r"(r7), "r"(r3), "r"(r4)
		     : "cc", "memory", "lr");
	return r0;
}

/* A child must find every lock free, whatever the other threads were at. */
static void forks_beside_threads(void)
{
	int status;
	for (int i = 0; i < 3; i++)
		CHECK(start(i) > 0);
	for (int i = 0; i < 60; i++) {
		int pid = sys(NR_fork);
		if (pid == 0) {
			u32 at = sys(NR_mmap2, 0, 4096, 3, 0x22, -1, 0);
			*(volatile u32 *)at = 1;
			sys(NR_exit_group, 9);
		}
		CHECK(pid > 0);
		EXPECT(sys(NR_wait4, pid, &status, 0, 0), pid);
		CHECK(status == 9 << 8);
		pid = sys(190);
		if (pid == 0)
			sys(NR_exit, 8);
		EXPECT(sys(NR_wait4, pid, &status, 0, 0), pid);
		CHECK(status == 8 << 8);
	}
	stop = 1;
	for (int i = 0; i < 3; i++) {
		u32 tid;
		while ((tid = tids[i]))
			sys(NR_futex, &tids[i], 0, tid, 0);
	}
	CHECK(work > 10);
}

/* Signals in the middle of computing: the result is the same. */
static void storm(void)
{
	struct { i32 interval[2], value[2]; } often = { { 0, 200 }, { 0, 200 } }, never = { { 0, 0 }, { 0, 0 } };
	EXPECT(catch(14, tick, 0), 0);
	u32 want = 1;
	for (u32 i = 0; i < 200000; i++)
		want = want * 1664525 + 1013904223;
	count = 0;
	EXPECT(sys(NR_setitimer, 0, &often, 0), 0);
	for (int round = 0; round < 5; round++) {
		u32 got = 1;
		for (u32 i = 0; i < 200000; i++)
			got = got * 1664525 + 1013904223;
		CHECK(got == want);
	}
	EXPECT(sys(NR_setitimer, 0, &never, 0), 0);
	CHECK(count > 0);
}

static int run(long *stack)
{
	(void)stack;
	no_wakeup_is_lost();
	suspending();
	forks_beside_threads();
	storm();
	say("stress ok\n");
	return 0;
}
