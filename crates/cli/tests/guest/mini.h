/* The least that a test program needs without a C library: system calls, checks, strings.
 * A failed check prints its line and ends the program with status 1. */
#include <stddef.h>
#include <stdint.h>

typedef int32_t i32;
typedef uint32_t u32;
typedef uint64_t u64;

static long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r7 asm("r7") = nr;
	register long r0 asm("r0") = a;
	register long r1 asm("r1") = b;
	register long r2 asm("r2") = c;
	register long r3 asm("r3") = d;
	register long r4 asm("r4") = e;
	register long r5 asm("r5") = f;
	asm volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5) : "memory");
	return r0;
}
#define S(nr, a, b, c, d, e, f, ...) \
	sys6(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define sys(...) S(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

enum {
	NR_exit = 1, NR_fork = 2, NR_read = 3, NR_write = 4, NR_open = 5, NR_close = 6, NR_unlink = 10,
	NR_execve = 11, NR_lseek = 19, NR_getpid = 20, NR_kill = 37, NR_mkdir = 39, NR_rmdir = 40, NR_pipe = 42,
	NR_brk = 45, NR_sigaction = 67, NR_munmap = 91, NR_wait4 = 114, NR_sigreturn = 119, NR_clone = 120,
	NR_uname = 122, NR_mprotect = 125, NR_getpgid = 132, NR_llseek = 140, NR_nanosleep = 162, NR_mremap = 163,
	NR_poll = 168, NR_rt_sigreturn = 173, NR_rt_sigaction = 174, NR_rt_sigprocmask = 175,
	NR_rt_sigpending = 176, NR_rt_sigtimedwait = 177, NR_rt_sigsuspend = 179, NR_pread64 = 180,
	NR_sigaltstack = 186, NR_mmap2 = 192, NR_stat64 = 195, NR_fstat64 = 197, NR_getdents64 = 217,
	NR_mincore = 219, NR_madvise = 220, NR_gettid = 224, NR_tkill = 238, NR_futex = 240, NR_exit_group = 248,
	NR_clock_gettime = 263, NR_tgkill = 268, NR_waitid = 280, NR_socketpair = 288, NR_sendmsg = 296,
	NR_recvmsg = 297, NR_openat = 322, NR_readlinkat = 332, NR_ppoll = 336, NR_signalfd4 = 355,
	NR_pipe2 = 359, NR_setitimer = 104, NR_cacheflush = 0xf0002, NR_set_tls = 0xf0005, NR_get_tls = 0xf0006,
};

enum {
	E_PERM = 1, E_NOENT = 2, E_INTR = 4, E_NOEXEC = 8, E_BADF = 9, E_CHILD = 10, E_AGAIN = 11, E_NOMEM = 12,
	E_ACCES = 13, E_FAULT = 14, E_EXIST = 17, E_INVAL = 22, E_PIPE = 32, E_NOSYS = 38, E_OVERFLOW = 75,
};

static unsigned length(const char *s)
{
	unsigned n = 0;
	while (s[n])
		n++;
	return n;
}

static void say(const char *s)
{
	sys(NR_write, 1, s, length(s));
}

static void say_number(long n)
{
	char text[12];
	int i = 11, negative = n < 0;
	unsigned long rest = negative ? -n : n;
	text[i] = 0;
	do {
		/* Without a division: ARMv7-A need not have one. */
		unsigned long q = 0, r = 0;
		for (int bit = 31; bit >= 0; bit--) {
			r = r << 1 | (rest >> bit & 1);
			if (r >= 10) {
				r -= 10;
				q |= 1ul << bit;
			}
		}
		text[--i] = '0' + r;
		rest = q;
	} while (rest);
	if (negative)
		text[--i] = '-';
	say(text + i);
}

static void fail(const char *what, int line, long value)
{
	say("line ");
	say_number(line);
	say(": ");
	say(what);
	say(" is ");
	say_number(value);
	say("\n");
	sys(NR_exit_group, 1);
}

#define CHECK(x)                                    \
	do {                                        \
		if (!(x))                           \
			fail(#x, __LINE__, 0);      \
	} while (0)
/* A call's result; errors are negative. */
#define EXPECT(call, value)                                      \
	do {                                                     \
		long got_ = (long)(call);                        \
		if (got_ != (long)(value))                       \
			fail(#call, __LINE__, got_);             \
	} while (0)

struct action {
	void *handler;
	u32 flags;
	void *restorer;
	u32 mask[2];
};
enum {
	SA_SIGINFO = 4, SA_ONSTACK = 0x08000000, SA_RESTART = 0x10000000, SA_NODEFER = 0x40000000,
	SA_RESETHAND = (int)0x80000000,
};
struct info {
	i32 signo, error, code;
	union {
		u32 addr;
		i32 pid;
	};
	u32 rest[28];
};
struct context {
	u32 flags, link, stack[3];
	u32 trap_no, error_code, oldmask, r[16], cpsr, fault_address;
	u32 mask[2];
};

static long catch(int signal, void *handler, u32 flags)
{
	struct action action = { handler, flags, 0, { 0, 0 } };
	return sys(NR_rt_sigaction, signal, &action, 0, 8);
}

static void copy(void *to, const void *from, unsigned n)
{
	char *t = to;
	const char *f = from;
	while (n--)
		*t++ = *f++;
}

/* GCC calls these on its own. */
void *memset(void *to, int byte, size_t n)
{
	volatile char *t = to;
	while (n--)
		*t++ = byte;
	return to;
}
void *memcpy(void *to, const void *from, size_t n)
{
	copy(to, from, n);
	return to;
}

static int run(long *stack);

/* What _start finds on the stack: argc, argv, envp, auxiliary vector. */
static inline u32 auxiliary(long *stack, u32 type)
{
	long *p = stack + 1 + stack[0] + 1;
	while (*p)
		p++;
	for (p++; p[0]; p += 2)
		if ((u32)p[0] == type)
			return p[1];
	return 0;
}

__attribute__((used)) static void enter(long *stack)
{
	sys(NR_exit_group, run(stack));
}

asm(".global _start\n.arm\n.type _start, %function\n_start: mov r0, sp\n bic sp, sp, #7\n bl enter\n");
