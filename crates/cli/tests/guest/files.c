/* Files, directories, descriptors over sockets, wild pointers. */
#include "mini.h"

enum { CREAT = 0100, DIRECTORY = 040000, RDWR = 2, CWD = -100 };

static void directory(void)
{
	char name[] = "d/00";
	EXPECT(sys(NR_mkdir, "d", 0755), 0);
	for (int i = 0; i < 40; i++) {
		name[2] = '0' + (i >> 3);
		name[3] = '0' + (i & 7);
		int fd = sys(NR_open, name, CREAT | RDWR, 0644);
		CHECK(fd >= 0);
		sys(NR_close, fd);
	}
	int fd = sys(NR_openat, CWD, "d", DIRECTORY, 0);
	CHECK(fd >= 0);
	char buf[512];
	int seen = 0, bytes;
	u64 cookie = 0;
	char after[8] = "";
	while ((bytes = sys(NR_getdents64, fd, buf, sizeof buf)) > 0) {
		for (int at = 0; at < bytes; at += *(unsigned short *)(buf + at + 16)) {
			u64 next = *(u64 *)(buf + at + 8);
			/* What a 32-bit off_t holds. */
			CHECK(next <= 0x7fffffff);
			if (seen == 20)
				cookie = next;
			if (seen == 21)
				copy(after, buf + at + 19, 8);
			seen++;
		}
	}
	CHECK(bytes == 0 && seen == 42);
	/* Back to the middle. */
	EXPECT(sys(NR_lseek, fd, (u32)cookie, 0), (u32)cookie);
	CHECK(sys(NR_getdents64, fd, buf, sizeof buf) > 0);
	CHECK(buf[19] == after[0] && buf[20] == after[1]);
	EXPECT(sys(NR_lseek, fd, 0, 0), 0);
	CHECK(sys(NR_getdents64, fd, buf, sizeof buf) > 0);
	EXPECT(sys(NR_getdents64, fd, 0x10, sizeof buf), -E_FAULT);
	sys(NR_close, fd);
	for (int i = 0; i < 40; i++) {
		name[2] = '0' + (i >> 3);
		name[3] = '0' + (i & 7);
		EXPECT(sys(NR_unlink, name), 0);
	}
	EXPECT(sys(NR_rmdir, "d"), 0);
}

static void regular(void)
{
	int fd = sys(NR_open, "f", CREAT | RDWR, 0600);
	CHECK(fd >= 0);
	EXPECT(sys(NR_write, fd, "hello", 5), 5);
	struct {
		u64 dev;
		u32 pad0, ino;
		u32 mode, nlink, uid, gid;
		u64 rdev, pad1;
		u64 size;
		u32 blksize, pad2;
		u64 blocks;
		u32 times[6];
		u64 ino64;
	} st;
	CHECK(sizeof st == 104);
	EXPECT(sys(NR_fstat64, fd, &st), 0);
	CHECK(st.size == 5 && st.mode == 0100600 && st.nlink == 1 && (u32)st.ino64 == st.ino);
	/* 64-bit arguments: beyond 4 GiB. */
	u64 at = 0;
	EXPECT(sys(NR_llseek, fd, 1, 2, &at, 0), 0);
	CHECK(at == (1ull << 32) + 2);
	EXPECT(sys(NR_lseek, fd, 0, 1), -E_OVERFLOW);
	EXPECT(sys(NR_lseek, fd, 1, 0), 1);
	char c = 0;
	EXPECT(sys6(NR_pread64, fd, (long)&c, 1, 0, 4, 0), 1);
	CHECK(c == 'o');
	EXPECT(sys6(NR_pread64, fd, (long)&c, 1, 0, 4, 1), 0);
	/* A file mapped. */
	char *text = (char *)sys(NR_mmap2, 0, 4096, 1, 2, fd, 0);
	CHECK((u32)text < 0xfffff000 && text[1] == 'e' && text[5] == 0);
	sys(NR_close, fd);
	EXPECT(sys(NR_unlink, "f"), 0);
	EXPECT(sys(NR_open, "f", RDWR, 0), -E_NOENT);
}

static void wild_pointers(void)
{
	static const u32 wild[] = { 0, 0x10, 0xffff8000, 0xfffffffc, 0xffffffff, 0xfffeffff };
	int fds[2];
	EXPECT(sys(NR_pipe, fds), 0);
	for (unsigned i = 0; i < sizeof wild / 4; i++) {
		u32 p = wild[i];
		EXPECT(sys(NR_write, fds[1], p, 8), -E_FAULT);
		EXPECT(sys(NR_open, p, 0, 0), -E_FAULT);
		EXPECT(sys(NR_stat64, p, p), -E_FAULT);
		EXPECT(sys(NR_stat64, "/", p), -E_FAULT);
		EXPECT(sys(NR_uname, p), -E_FAULT);
		EXPECT(sys(NR_pipe, p), -E_FAULT);
		EXPECT(sys(NR_sendmsg, 1, p, 0), -E_FAULT);
		EXPECT(sys(NR_clock_gettime, 0, p), -E_FAULT);
		EXPECT(sys(NR_nanosleep, p, 0), -E_FAULT);
		if (p)
			EXPECT(sys(NR_rt_sigaction, 10, p, 0, 8), -E_FAULT);
	}
	EXPECT(sys(NR_write, fds[1], wild, 0xffffffff), -E_FAULT);
	EXPECT(sys(7), -E_NOSYS);
	EXPECT(sys(5000), -E_NOSYS);
}

static void descriptors_travel(void)
{
	int pair[2], fds[2];
	EXPECT(sys(NR_socketpair, 1, 1, 0, pair), 0);
	EXPECT(sys(NR_pipe, fds), 0);
	struct { u32 base, len; } iov = { (u32) "m", 1 };
	struct { u32 len, level, type; i32 fd; } control = { 16, 1, 1, fds[1] };
	u32 message[7] = { 0, 0, (u32)&iov, 1, (u32)&control, 16, 0 };
	EXPECT(sys(NR_sendmsg, pair[0], message, 0), 1);
	char byte = 0;
	iov.base = (u32)&byte;
	control.fd = -1;
	EXPECT(sys(NR_recvmsg, pair[1], message, 0), 1);
	CHECK(byte == 'm' && message[5] == 16 && control.len == 16 && control.fd > 0);
	EXPECT(sys(NR_write, control.fd, "z", 1), 1);
	EXPECT(sys(NR_read, fds[0], &byte, 1), 1);
	CHECK(byte == 'z');
}

static void guests_view(void)
{
	char names[6][65], buf[256];
	EXPECT(sys(NR_uname, names), 0);
	CHECK(names[4][0] == 'a' && names[4][3] == 'v' && names[4][4] == '7' && names[4][5] == 'l');
	int len = sys(NR_readlinkat, CWD, "/proc/self/exe", buf, sizeof buf);
	CHECK(len > 5);
	buf[len] = 0;
	CHECK(buf[len - 1] == 's' && buf[len - 5] == 'f');
	int fd = sys(NR_open, "/proc/self/maps", 0, 0);
	CHECK(fd >= 0);
	CHECK(sys(NR_read, fd, buf, 60) == 60);
	CHECK(buf[8] == '-' && buf[17] == ' ');
	sys(NR_close, fd);
	fd = sys(NR_open, "/proc/cpuinfo", 0, 0);
	CHECK(sys(NR_read, fd, buf, 200) > 100);
	sys(NR_close, fd);
}

static int run(long *stack)
{
	(void)stack;
	directory();
	regular();
	wild_pointers();
	descriptors_travel();
	guests_view();
	say("files ok\n");
	return 0;
}
