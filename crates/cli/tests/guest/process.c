/* fork, vfork, exec, waiting, threads, futexes. */
#include "mini.h"

enum {
	VM = 0x100, FS = 0x200, FILES = 0x400, SIGHAND = 0x800, VFORK = 0x4000, THREAD = 0x10000,
	SETTLS = 0x80000, PARENT_SETTID = 0x100000, CHILD_CLEARTID = 0x200000, SIGCHLD = 17,
};

static volatile int shared;
static u32 stack_memory[4][4096];

static void forking(void)
{
	int status = 0, fds[2];
	shared = 1;
	EXPECT(sys(NR_pipe, fds), 0);
	int pid = sys(NR_fork);
	if (pid == 0) {
		shared = 2;
		sys(NR_write, fds[1], "c", 1);
		sys(NR_exit, 42);
	}
	CHECK(pid > 0);
	char byte = 0;
	EXPECT(sys(NR_read, fds[0], &byte, 1), 1);
	EXPECT(sys(NR_wait4, pid, &status, 0, 0), pid);
	CHECK(status == 42 << 8 && shared == 1 && byte == 'c');
	EXPECT(sys(NR_wait4, -1, &status, 0, 0), -E_CHILD);
	pid = sys(NR_fork);
	if (pid == 0)
		*(volatile int *)0 = 1;
	u32 usage[18];
	EXPECT(sys(NR_wait4, pid, &status, 0, usage), pid);
	CHECK(status == 11);
	pid = sys(NR_fork);
	if (pid == 0) {
		sys(NR_kill, sys(NR_getpid), 9);
	}
	struct info info;
	EXPECT(sys(NR_waitid, 1, pid, &info, 4), 0);
	CHECK(info.signo == SIGCHLD && info.code == 2 && info.pid == pid && info.rest[1] == 9);
}

/* The child's writes are seen, and its failed exec too: what posix_spawn rests on. */
static void vforking(void)
{
	int status;
	shared = 0;
	int pid = sys(190);
	if (pid == 0) {
		char *argv[] = { "x", 0 };
		shared = sys(NR_execve, "/does/not/exist", argv, 0);
		sys(NR_exit, 3);
	}
	CHECK(pid > 0);
	CHECK(shared == -E_NOENT);
	EXPECT(sys(NR_wait4, pid, &status, 0, 0), pid);
	CHECK(status == 3 << 8);
}

static void executing(const char *self)
{
	int status, fds[2];
	EXPECT(sys(NR_pipe, fds), 0);
	int pid = sys(NR_fork);
	if (pid == 0) {
		const char *argv[] = { "named", "child", "a b", 0 };
		const char *envp[] = { "X=1", "LD_PRELOAD=/nothing", 0 };
		sys(NR_execve, self, argv, envp);
		sys(NR_exit, 99);
	}
	EXPECT(sys(NR_wait4, pid, &status, 0, 0), pid);
	CHECK(status == 7 << 8);
	pid = sys(NR_fork);
	if (pid == 0) {
		/* A program of the host. */
		const char *argv[] = { "sh", "-c", "exit 5", 0 };
		sys(NR_execve, "/bin/sh", argv, 0);
		sys(NR_exit, 99);
	}
	EXPECT(sys(NR_wait4, pid, &status, 0, 0), pid);
	CHECK(status == 5 << 8);
	char *none[] = { 0 };
	EXPECT(sys(NR_execve, "/etc/passwd", none, none), -E_ACCES);
	EXPECT(sys(NR_execve, "/", none, none), -E_ACCES);
	EXPECT(sys(NR_execve, "", none, none), -E_NOENT);
	EXPECT(sys(NR_execve, 0xfffffff0, none, none), -E_FAULT);
	EXPECT(sys(NR_execve, self, 0xfffffff0, none), -E_FAULT);
}

static int same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static int executed(long *stack)
{
	const char **argv = (const char **)stack + 1, **envp = argv + stack[0] + 1;
	CHECK(stack[0] == 3 && same(argv[0], "named") && same(argv[2], "a b"));
	CHECK(same(envp[0], "X=1") && same(envp[1], "LD_PRELOAD=/nothing") && !envp[2]);
	return 7;
}

static volatile u32 tids[4];
static volatile int counter;

static void body(int index)
{
	for (int i = 0; i < 2000; i++)
		__atomic_fetch_add(&counter, index + 1, __ATOMIC_SEQ_CST);
	sys(NR_exit, 0);
}

static void (*function)(int) = body;

/* clone as pthread_create does it: the new thread finds its function and argument on its stack. */
static int start(int index)
{
	u32 *top = stack_memory[index] + 4096 - 4;
	top[0] = (u32)function;
	top[1] = index;
	register u32 r7 asm("r7") = NR_clone;
	register u32 r0 asm("r0") = VM | FS | FILES | SIGHAND | THREAD | SETTLS | PARENT_SETTID | CHILD_CLEARTID;
	register u32 *r1 asm("r1") = top;
	register volatile u32 *r2 asm("r2") = &tids[index];
	register u32 r3 asm("r3") = 0x1000 + index;
	register volatile u32 *r4 asm("r4") = &tids[index];
	asm volatile("svc #0\n cmp r0, #0\n popeq {r1, r2}\n moveq r0, r2\n bxeq r1"
		     : "+r"(r0), "+r"(r1), "+r"(r2)
		     : "r"(r7), "r"(r3), "r"(r4)
		     : "cc", "memory", "lr");
	return r0;
}

static void threads(void)
{
	counter = 0;
	for (int i = 0; i < 4; i++) {
		int tid = start(i);
		CHECK(tid > 0);
	}
	for (int i = 0; i < 4; i++) {
		u32 tid;
		while ((tid = tids[i]))
			sys(NR_futex, &tids[i], 0, tid, 0);
	}
	CHECK(counter == 2000 * 10);
	i32 soon[2] = { 0, 1000000 };
	EXPECT(sys(NR_futex, &counter, 0, counter + 1, 0), -E_AGAIN);
	EXPECT(sys(NR_futex, &counter, 0, counter, soon), -110);
	EXPECT(sys(NR_futex, 0x100, 0, 0, 0), -E_FAULT);
	/* Combinations that make no sense. */
	EXPECT(sys(NR_clone, THREAD, 0), -E_INVAL);
	EXPECT(sys(NR_clone, SIGHAND, 0), -E_INVAL);
	EXPECT(sys(NR_clone, THREAD | SIGHAND | VM, 0), -E_INVAL);
}

/* A process that a thread has forked ends with the status of that thread. */
static volatile int forked;

static void forker(int index)
{
	(void)index;
	int status = 0, pid = sys(NR_fork);
	if (pid == 0)
		sys(NR_exit, 23);
	EXPECT(sys(NR_wait4, pid, &status, 0, 0), pid);
	forked = status;
	sys(NR_exit, 0);
}

static void forking_in_a_thread(void)
{
	u32 tid;
	function = forker;
	CHECK(start(0) > 0);
	while ((tid = tids[0]))
		sys(NR_futex, &tids[0], 0, tid, 0);
	CHECK(forked == 23 << 8);
}

static int run(long *stack)
{
	if (stack[0] == 3)
		return executed(stack);
	forking();
	vforking();
	executing(((const char **)stack)[1]);
	threads();
	forking_in_a_thread();
	say("process ok\n");
	return 0;
}
