/* Delivery, frames, masks, restarting, alternate stacks, exact faults. */
#include "mini.h"

static volatile int count;
static volatile struct info seen;
static volatile struct context at;
static u32 alt_stack[4096];

static void plain(int signal)
{
	count += signal;
}

static void with_info(int signal, struct info *info, struct context *context)
{
	count += signal;
	copy((void *)&seen, info, 32);
	copy((void *)&at, context, sizeof at);
}

/* Skips the instruction that faulted, of 4 bytes, and leaves a mark in r0. */
static void skip(int signal, struct info *info, struct context *context)
{
	with_info(signal, info, context);
	context->r[15] += 4;
	context->r[0] = 0x600d;
}

/* Registers before and after a signal that the thread sends to itself. */
static void registers_survive(void)
{
	u32 ok;
	EXPECT(catch(10, plain, 0), 0);
	count = 0;
	register u32 r7 asm("r7") = NR_tkill;
	register u32 r0 asm("r0") = sys(NR_gettid);
	register u32 r1 asm("r1") = 10;
	asm volatile("mov r2, #22\n mov r3, #33\n mov r4, #44\n mov r5, #55\n mov r6, #66\n mov r8, #88\n"
		     "mov r9, #99\n mov r10, #110\n mov r12, #120\n adds r11, r2, #0\n svc #0\n"
		     "mov %0, #0\n cmp r2, #22\n cmpeq r3, #33\n cmpeq r4, #44\n cmpeq r5, #55\n cmpeq r6, #66\n"
		     "cmpeq r8, #88\n cmpeq r9, #99\n cmpeq r10, #110\n cmpeq r11, #22\n moveq %0, #1\n"
		     : "=&r"(ok), "+r"(r0)
		     : "r"(r1), "r"(r7)
		     : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "cc", "memory");
	CHECK(ok);
	CHECK(r0 == 0);
	CHECK(count == 10);
}

static void faults_are_exact(void)
{
	register u32 r0 asm("r0");
	EXPECT(catch(11, skip, SA_SIGINFO), 0);
	/* Nothing mapped: SEGV_MAPERR, and the base register is as it was. */
	register u32 base asm("r3") = 0x100;
	asm volatile("mov r0, #7\n 1: ldr r0, [r3, #4]!" : "=r"(r0), "+r"(base) : : "memory");
	CHECK(r0 == 0x600d && base == 0x100);
	CHECK(seen.signo == 11 && seen.code == 1 && seen.addr == 0x104);
	CHECK(at.fault_address == 0x104 && at.trap_no == 14 && at.r[3] == 0x100);
	/* A write to text: SEGV_ACCERR. */
	u32 text = (u32)&sys6 & ~3;
	base = text;
	asm volatile("str r3, [r3]\n mov %0, r0" : "=r"(r0) : "r"(base) : "memory");
	CHECK(seen.signo == 11 && seen.code == 2 && seen.addr == text);
	CHECK(at.error_code >> 11 & 1);
	/* A jump to nowhere. */
	EXPECT(catch(4, skip, SA_SIGINFO), 0);
	asm volatile("udf #7" : : : "r0", "memory");
	CHECK(seen.signo == 4 && seen.code == 1 && seen.addr == at.r[15]);
	EXPECT(catch(5, skip, SA_SIGINFO), 0);
	asm volatile("bkpt #7" : : : "r0", "memory");
	CHECK(seen.signo == 5 && seen.code == 1 && seen.addr == at.r[15]);
	asm volatile(".inst 0xe7f001f0" : : : "r0", "memory");
	CHECK(seen.signo == 5 && seen.addr == at.r[15]);
	/* LDREX wants alignment. */
	EXPECT(catch(7, skip, SA_SIGINFO), 0);
	base = (u32)alt_stack + 1;
	asm volatile("ldrex r0, [r3]" : "=r"(r0) : "r"(base) : "memory");
	CHECK(seen.signo == 7 && seen.code == 1 && seen.addr == (u32)alt_stack + 1);
}

static void masks_hold_back(void)
{
	u32 block[2] = { 1 << 9 | 1 << 11, 1 }, old[2], pending[2];
	count = 0;
	EXPECT(catch(10, plain, 0), 0);
	EXPECT(catch(12, plain, 0), 0);
	EXPECT(catch(33, plain, 0), 0);
	EXPECT(sys(NR_rt_sigprocmask, 0, block, 0, 8), 0);
	EXPECT(sys(NR_kill, sys(NR_getpid), 10), 0);
	EXPECT(sys(NR_kill, sys(NR_getpid), 12), 0);
	EXPECT(sys(NR_kill, sys(NR_getpid), 33), 0);
	CHECK(count == 0);
	EXPECT(sys(NR_rt_sigpending, pending, 8), 0);
	CHECK(pending[0] == block[0] && pending[1] == block[1]);
	/* sigtimedwait takes one without its handler. */
	u32 one[2] = { 1 << 11, 0 }, now[2] = { 0, 0 };
	struct info info;
	EXPECT(sys(NR_rt_sigtimedwait, one, &info, now, 8), 12);
	CHECK(info.signo == 12 && info.pid == sys(NR_getpid));
	EXPECT(sys(NR_rt_sigtimedwait, one, &info, now, 8), -E_AGAIN);
	/* sigsuspend opens the mask for one handler. */
	u32 all_but[2] = { ~(1u << 9), ~0u };
	EXPECT(sys(NR_rt_sigsuspend, all_but, 8), -E_INTR);
	CHECK(count == 10);
	EXPECT(sys(NR_rt_sigprocmask, 0, 0, old, 8), 0);
	CHECK(old[0] == block[0] && old[1] == block[1]);
	EXPECT(sys(NR_rt_sigprocmask, 1, block, 0, 8), 0);
	CHECK(count == 43);
	EXPECT(sys(NR_rt_sigprocmask, 9, block, 0, 8), -E_INVAL);
	EXPECT(sys(NR_rt_sigprocmask, 0, 0xfffffffc, 0, 8), -E_FAULT);
	EXPECT(catch(9, plain, 0), -E_INVAL);
	EXPECT(catch(65, plain, 0), -E_INVAL);
}

static int fds[2];

static void feed(int signal)
{
	count += signal;
	sys(NR_write, fds[1], "x", 1);
}

/* A blocking read that a signal interrupts: made again with SA_RESTART, else EINTR. */
static void calls_restart(void)
{
	struct { i32 interval[2], value[2]; } soon = { { 0, 0 }, { 0, 20000 } };
	char byte;
	EXPECT(sys(NR_pipe, fds), 0);
	EXPECT(catch(14, feed, SA_RESTART), 0);
	count = 0;
	EXPECT(sys(NR_setitimer, 0, &soon, 0), 0);
	EXPECT(sys(NR_read, fds[0], &byte, 1), 1);
	CHECK(count == 14 && byte == 'x');
	EXPECT(catch(14, plain, 0), 0);
	EXPECT(sys(NR_setitimer, 0, &soon, 0), 0);
	EXPECT(sys(NR_read, fds[0], &byte, 1), -E_INTR);
	/* Never made again, SA_RESTART or not. */
	EXPECT(catch(14, plain, SA_RESTART), 0);
	EXPECT(sys(NR_setitimer, 0, &soon, 0), 0);
	i32 long_time[2] = { 5, 0 }, rest[2] = { 0, 0 };
	EXPECT(sys(NR_nanosleep, long_time, rest), -E_INTR);
	CHECK(rest[0] == 4 && rest[1] > 0);
	EXPECT(sys(NR_setitimer, 0, &soon, 0), 0);
	EXPECT(sys(NR_poll, 0, 0, 5000), -E_INTR);
	count = 0;
	/* A signal that comes while guest code runs. */
	EXPECT(sys(NR_setitimer, 0, &soon, 0), 0);
	while (!count)
		;
	CHECK(count == 14);
}

static volatile u32 handler_sp;

static void on_stack(int signal)
{
	u32 here;
	handler_sp = (u32)&here;
	count += signal;
}

static void alternate_stack(void)
{
	u32 stack[3] = { (u32)alt_stack, 0, sizeof alt_stack }, old[3];
	EXPECT(sys(NR_sigaltstack, stack, 0), 0);
	EXPECT(catch(10, on_stack, SA_ONSTACK), 0);
	EXPECT(sys(NR_tkill, sys(NR_gettid), 10), 0);
	CHECK(handler_sp > (u32)alt_stack && handler_sp < (u32)alt_stack + sizeof alt_stack);
	EXPECT(sys(NR_sigaltstack, 0, old), 0);
	CHECK(old[0] == stack[0] && old[1] == 0 && old[2] == stack[2]);
	stack[2] = 100;
	EXPECT(sys(NR_sigaltstack, stack, 0), -E_NOMEM);
	stack[1] = 8;
	EXPECT(sys(NR_sigaltstack, stack, 0), -E_INVAL);
	stack[1] = 2;
	EXPECT(sys(NR_sigaltstack, stack, 0), 0);
	EXPECT(catch(10, on_stack, SA_ONSTACK | SA_RESETHAND), 0);
	EXPECT(sys(NR_tkill, sys(NR_gettid), 10), 0);
	CHECK(handler_sp > (u32)alt_stack + sizeof alt_stack || handler_sp < (u32)alt_stack);
	struct action now;
	EXPECT(sys(NR_rt_sigaction, 10, 0, &now, 8), 0);
	CHECK(now.handler == 0);
}

__attribute__((target("thumb"), noinline)) static void thumb_handler(int signal)
{
	count += 2 * signal;
}

static int run(long *stack)
{
	(void)stack;
	registers_survive();
	faults_are_exact();
	masks_hold_back();
	calls_restart();
	alternate_stack();
	count = 0;
	EXPECT(catch(10, thumb_handler, 0), 0);
	EXPECT(sys(NR_tkill, sys(NR_gettid), 10), 0);
	CHECK(count == 20);
	say("signals ok\n");
	return 0;
}
