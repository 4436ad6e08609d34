/* Errnos and placement of mappings; the vectors page; the initial stack. */
#include "mini.h"

#define PAGE 4096u
enum { READ = 1, WRITE = 2, EXEC = 4, SHARED = 1, PRIVATE = 2, FIXED = 0x10, ANON = 0x20, NOREPLACE = 0x100000 };

static u32 map(u32 at, u32 len, int prot, int flags)
{
	return sys(NR_mmap2, at, len, prot, flags, -1, 0);
}

static void mapping(void)
{
	u32 a = map(0, 4 * PAGE, READ | WRITE, PRIVATE | ANON);
	CHECK(a < 0xfffff000 && !(a & 4095));
	*(volatile u32 *)a = 5;
	EXPECT(map(0, 0, READ, PRIVATE | ANON), -E_INVAL);
	EXPECT(map(0, 0xfffff001, READ, PRIVATE | ANON), -E_NOMEM);
	EXPECT(map(0, PAGE, READ, ANON), -E_INVAL);
	EXPECT(map(a + 1, PAGE, READ, PRIVATE | ANON | FIXED), -E_INVAL);
	EXPECT(map(a, PAGE, READ, PRIVATE | ANON | NOREPLACE), -E_EXIST);
	EXPECT(sys(NR_mmap2, 0, PAGE, READ, PRIVATE, 999, 0), -E_BADF);
	EXPECT(sys(NR_munmap, a + PAGE, PAGE), 0);
	EXPECT(map(a + PAGE, PAGE, READ, PRIVATE | ANON), a + PAGE);
	EXPECT(sys(NR_munmap, a + 1, PAGE), -E_INVAL);
	EXPECT(sys(NR_munmap, a, 0), -E_INVAL);
	EXPECT(sys(NR_munmap, a + PAGE, PAGE), 0);
	EXPECT(sys(NR_mprotect, a, 4 * PAGE, READ), -E_NOMEM);
	EXPECT(sys(NR_mprotect, a + 1, PAGE, READ), -E_INVAL);
	EXPECT(sys(NR_mprotect, a, PAGE, 0x100), -E_INVAL);
	EXPECT(sys(NR_madvise, a, 4 * PAGE, 4), -E_NOMEM);
	EXPECT(sys(NR_madvise, a + 1, PAGE, 4), -E_INVAL);
	char vec[4];
	EXPECT(sys(NR_mincore, a, 4 * PAGE, vec), -E_NOMEM);
	EXPECT(sys(NR_mincore, a + 2 * PAGE, PAGE, vec), 0);
	EXPECT(sys(NR_munmap, a, 4 * PAGE), 0);
	EXPECT(sys(NR_munmap, a, 4 * PAGE), 0);
}

static void remapping(void)
{
	u32 a = map(0, 8 * PAGE, READ | WRITE, PRIVATE | ANON);
	for (int i = 0; i < 8; i++)
		*(volatile u32 *)(a + i * PAGE) = i + 1;
	EXPECT(sys(NR_munmap, a + 4 * PAGE, 4 * PAGE), 0);
	/* In place. */
	EXPECT(sys(NR_mremap, a, 4 * PAGE, 6 * PAGE, 0), a);
	CHECK(*(volatile u32 *)(a + 3 * PAGE) == 4 && *(volatile u32 *)(a + 5 * PAGE) == 0);
	/* Something is in the way. */
	EXPECT(map(a + 6 * PAGE, PAGE, READ, PRIVATE | ANON | FIXED), a + 6 * PAGE);
	EXPECT(sys(NR_mremap, a, 6 * PAGE, 7 * PAGE, 0), -E_NOMEM);
	u32 b = sys(NR_mremap, a, 6 * PAGE, 32 * PAGE, 1);
	CHECK(b < 0xfffff000 && b != a);
	CHECK(*(volatile u32 *)(b + 3 * PAGE) == 4 && *(volatile u32 *)(b + 31 * PAGE) == 0);
	/* What C libraries probe their stack with: nothing mapped is EFAULT, for ever. */
	EXPECT(sys(NR_mremap, a, PAGE, 2 * PAGE, 0), -E_FAULT);
	EXPECT(sys(NR_mremap, b, 32 * PAGE, 2 * PAGE, 0), b);
	EXPECT(sys(NR_mremap, b + 2 * PAGE, PAGE, 2 * PAGE, 0), -E_FAULT);
	EXPECT(sys(NR_mremap, b, 4 * PAGE, 8 * PAGE, 1), -E_FAULT);
	EXPECT(sys(NR_mremap, b + 1, PAGE, PAGE, 0), -E_INVAL);
	EXPECT(sys(NR_mremap, b, PAGE, 0, 0), -E_INVAL);
	EXPECT(sys(NR_mremap, b, PAGE, PAGE, 2, a), -E_INVAL);
	u32 c = map(0, 4 * PAGE, READ | WRITE, PRIVATE | ANON);
	EXPECT(sys(NR_mremap, b, 2 * PAGE, 2 * PAGE, 3, c + PAGE), c + PAGE);
	CHECK(*(volatile u32 *)(c + 2 * PAGE) == 2);
	EXPECT(sys(NR_mremap, b, PAGE, PAGE, 1), -E_FAULT);
	/* Two halves that were mapped apart move as one. */
	u32 two = map(0, 4 * PAGE, READ | WRITE, PRIVATE | ANON);
	*(volatile u32 *)two = 1;
	EXPECT(sys(NR_munmap, two + 2 * PAGE, 2 * PAGE), 0);
	EXPECT(map(two + 2 * PAGE, 2 * PAGE, READ | WRITE, PRIVATE | ANON | FIXED), two + 2 * PAGE);
	*(volatile u32 *)(two + 3 * PAGE) = 2;
	u32 moved = sys(NR_mremap, two, 4 * PAGE, 64 * PAGE, 1);
	CHECK(moved < 0xfffff000);
	CHECK(*(volatile u32 *)moved == 1 && *(volatile u32 *)(moved + 3 * PAGE) == 2);
	/* Growing a shared mapping keeps what it shares. */
	u32 s = map(0, 2 * PAGE, READ | WRITE, SHARED | ANON);
	*(volatile u32 *)s = 77;
	u32 t = sys(NR_mremap, s, 2 * PAGE, 16 * PAGE, 1);
	CHECK(t < 0xfffff000 && *(volatile u32 *)t == 77);
}

static void heap(void)
{
	u32 start = sys(NR_brk, 0);
	EXPECT(sys(NR_brk, start + 5000), start + 5000);
	*(volatile u32 *)(start + 4990) = 1;
	EXPECT(sys(NR_brk, start), start);
	EXPECT(sys(NR_brk, 4), start);
	EXPECT(sys(NR_brk, 0xffff8000), start);
}

static void helpers(void)
{
	CHECK(*(volatile u32 *)0xffff0ffc >= 5);
	volatile i32 word = 5;
	int (*cmpxchg)(i32, i32, volatile i32 *) = (void *)0xffff0fc0;
	EXPECT(cmpxchg(5, 6, &word), 0);
	CHECK(word == 6);
	CHECK(cmpxchg(5, 7, &word) != 0 && word == 6);
	volatile u64 wide __attribute__((aligned(8))) = 1ull << 40;
	u64 old = 1ull << 40, new = 9ull << 33;
	int (*cmpxchg64)(u64 *, u64 *, volatile u64 *) = (void *)0xffff0f60;
	EXPECT(cmpxchg64(&old, &new, &wide), 0);
	CHECK(wide == new);
	CHECK(cmpxchg64(&old, &new, &wide) != 0);
	((void (*)(void))0xffff0fa0)();
	EXPECT(sys(NR_set_tls, 0x12345678), 0);
	EXPECT(((u32 (*)(void))0xffff0fe0)(), 0x12345678);
	EXPECT(sys(NR_get_tls), 0x12345678);
}

/* Code that a program writes itself, changes, and flushes. */
static void generated_code(void)
{
	volatile u32 *code = (u32 *)map(0, PAGE, READ | WRITE | EXEC, PRIVATE | ANON);
	for (u32 i = 1; i < 4; i++) {
		code[0] = 0xe3a00000 | i; /* mov r0, #i */
		code[1] = 0xe12fff1e; /* bx lr */
		EXPECT(sys(NR_cacheflush, code, code + 2, 0), 0);
		EXPECT(((int (*)(void))code)(), i);
	}
	EXPECT(sys(NR_cacheflush, 8, 4, 0), -E_INVAL);
}

static int run(long *stack)
{
	enum { AT_PHDR = 3, AT_PHENT = 4, AT_PAGESZ = 6, AT_ENTRY = 9, AT_PLATFORM = 15, AT_HWCAP = 16, AT_RANDOM = 25 };
	CHECK(((u32)stack & 7) == 0);
	CHECK(auxiliary(stack, AT_PAGESZ) == PAGE && auxiliary(stack, AT_PHENT) == 32);
	CHECK(auxiliary(stack, AT_ENTRY) && auxiliary(stack, AT_RANDOM) && auxiliary(stack, AT_HWCAP));
	CHECK(*(volatile u32 *)auxiliary(stack, AT_PHDR) != 0);
	const char *platform = (const char *)auxiliary(stack, AT_PLATFORM);
	CHECK(platform[0] == 'v' && platform[1] == '7' && platform[2] == 'l' && !platform[3]);
	mapping();
	remapping();
	heap();
	helpers();
	generated_code();
	/* A whole stack of 8 MiB is there. */
	*(volatile u32 *)((u32)stack - (7 << 20)) = 1;
	say("memory ok\n");
	return 0;
}
