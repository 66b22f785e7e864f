/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What belongs to no other program: the release, other ways into the kernel
 * (int 0x80, vsyscall, numbers of other ABIs), seccomp, prctl, arch_prctl,
 * limits, core dumps, futexes, sockets and what goes over them.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <time.h>

#include "guest.h"

/* Calls that a 2.6.39 kernel does not have are told by its release. */
static bool
old_kernel(void)
{
	struct utsname u;

	OK(uname(&u));
	return (strncmp(u.release, "2.6.", 4) == 0);
}

static void
release(void)
{
	struct utsname u;
	unsigned char buf[8];
	long r;

	OK(uname(&u));
	CHECK(strcmp(u.sysname, "Linux") == 0);
	CHECK(strcmp(u.machine, "x86_64") == 0);
	r = RAW(SYS_getrandom, buf, sizeof(buf), 0);
	if (old_kernel()) {
		CHECK(strcmp(u.release, "2.6.39") == 0);
		EQUAL(r, -ENOSYS);
		EQUAL(RAW(SYS_memfd_create, "x", 0), -ENOSYS);
		EQUAL(RAW(SYS_clone3, 0, 0), -ENOSYS);
		EQUAL(RAW(SYS_execveat, -1, 0, 0, 0, 0), -ENOSYS);
		EQUAL(RAW(SYS_seccomp, 0, 0, 0), -ENOSYS);
		EQUAL(RAW(435), -ENOSYS);
	} else
		EQUAL(r, sizeof(buf));
	EQUAL(RAW(100000), -ENOSYS);
	EQUAL(RAW(-1), -ENOSYS);
	EQUAL(RAW(0x7fffffff), -ENOSYS);
}

#ifdef __x86_64__
/* Numbers of the x32 ABI are never dispatched. */
static void
x32(void)
{
	EQUAL(RAW(0x40000000 | SYS_getpid), -ENOSYS);
	EQUAL(RAW(0x40000000 | 520, 0, 0, 0), -ENOSYS);
}

static void
int80_getpid(void)
{
	long r = 20;		/* getpid there, writev here */

	__asm__ volatile ("int $0x80" : "+a"(r) : "b"(0L), "c"(0L), "d"(0L)
	    : "r8", "r9", "r10", "r11", "memory");
	if (r == -ENOSYS)
		_exit(1);
	_exit(r == getpid() ? 2 : 3);
}

/* The 32-bit gate from 64-bit code: refused under a personality. */
static void
int80(void)
{
	int status = guest_child(int80_getpid);
	bool refused = status == 1 << 8 || (WIFSIGNALED(status) &&
	    (WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGSYS));

	if (!refused && (old_kernel() || status != 2 << 8))
		FAIL("int $0x80: wait status %#x", (unsigned)status);
}

static void
vsyscall(void)
{
	char line[256];
	bool there = false;
	long t;
	FILE *fp;

	CHECK((fp = fopen("/proc/self/maps", "r")) != NULL);
	while (fgets(line, sizeof(line), fp) != NULL)
		there |= strstr(line, "[vsyscall]") != NULL;
	fclose(fp);
	if (!there)
		return;
	t = ((long (*)(long *))0xffffffffff600400)(NULL);
	CHECK(t - time(NULL) <= 1 && time(NULL) - t <= 1);
	((long (*)(void *, void *))0xffffffffff600000)(&line, NULL);
	t = *(long *)(void *)line;
	CHECK(t - time(NULL) <= 1 && time(NULL) - t <= 1);
}
#endif

static void
clocks(void)
{
	static const clockid_t ids[] = { CLOCK_REALTIME, CLOCK_MONOTONIC,
	    CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID };
	struct timespec a, b, raw;
	size_t i;

	for (i = 0; i < 4; i++) {
		OK(clock_gettime(ids[i], &a));
		EQUAL(RAW(SYS_clock_gettime, ids[i], &raw), 0);
		OK(clock_gettime(ids[i], &b));
		CHECK(a.tv_sec < raw.tv_sec || (a.tv_sec == raw.tv_sec &&
		    a.tv_nsec <= raw.tv_nsec));
		CHECK(raw.tv_sec < b.tv_sec || (raw.tv_sec == b.tv_sec &&
		    raw.tv_nsec <= b.tv_nsec));
	}
}

struct bpf {
	uint16_t code;
	uint8_t	 jt, jf;
	uint32_t k;
};
struct prog {
	unsigned short len;
	struct bpf *filter;
};

/*
 * A filter that answers getppid with EPERM and kills on uname.  It is
 * refused, or in force; the rest goes on either way.
 */
static void
filter(void)
{
	static struct bpf f[] = {
		{ 0x20, 0, 0, 0 },			/* ld nr */
		{ 0x15, 2, 0, SYS_getppid },
		{ 0x15, 0, 2, SYS_uname },
		{ 0x06, 0, 0, 0 },			/* kill */
		{ 0x06, 0, 0, 0x00050000 | EPERM },	/* errno */
		{ 0x06, 0, 0, 0x7fff0000 },		/* allow */
	};
	struct prog p = { 6, f };
	int status;
	pid_t pid;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		EQUAL(errno, EINVAL);		/* Linux 3.5 */
	if (prctl(PR_SET_SECCOMP, 2, &p) == -1) {
		CHECK(old_kernel());
		CHECK(errno == EINVAL || errno == EACCES);
		CHECK(RAW(SYS_getppid) > 0);
		return;
	}
	EQUAL(RAW(SYS_getppid), -EPERM);
	CHECK(RAW(SYS_getpid) > 0);
	OK(pid = fork());
	if (pid == 0) {
		guest_on(SIGUSR1, NULL, 0);
		signal(SIGUSR1, SIG_IGN);
		raise(SIGUSR1);
		_exit(RAW(SYS_getppid) == -EPERM ? 0 : 1);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(status, 0);
}

static void
strict_child(void)
{
	if (prctl(PR_SET_SECCOMP, 1) == -1) {
		if (errno != EINVAL || !old_kernel())
			_exit(5);
		_exit(6);
	}
	if (RAW(SYS_write, 1, "", 0) != 0)
		RAW(SYS_exit, 7);
	RAW(SYS_exit, 0);
}

/* Strict mode is refused, or read, write and exit work in it. */
static void
strict(void)
{
	int status = guest_child(strict_child);

	if (status != 0 && status != 6 << 8)
		FAIL("wait status %#x", (unsigned)status);
}

static void
names(void)
{
	char name[17] = "", line[64] = "";
	FILE *fp;

	OK(prctl(PR_SET_NAME, "a name too long for it"));
	OK(prctl(PR_GET_NAME, name));
	CHECK(strcmp(name, "a name too long") == 0);
	CHECK((fp = fopen("/proc/self/comm", "r+")) != NULL);
	CHECK(fgets(line, sizeof(line), fp) != NULL);
	CHECK(strcmp(line, "a name too long\n") == 0);
	rewind(fp);
	CHECK(fputs("other", fp) >= 0);
	CHECK(fclose(fp) == 0);
	OK(prctl(PR_GET_NAME, name));
	CHECK(strcmp(name, "other") == 0);
}

static void
prctls(void)
{
	FAILS(prctl(12345, 0, 0, 0, 0), EINVAL);
	EQUAL(prctl(PR_GET_DUMPABLE), 1);
	OK(prctl(PR_SET_DUMPABLE, 0));
	EQUAL(prctl(PR_GET_DUMPABLE), 0);
	OK(prctl(PR_SET_DUMPABLE, 1));
	OK(prctl(PR_SET_TIMERSLACK, 50000));
	EQUAL(prctl(PR_GET_TIMERSLACK), 50000);
	/* the carrier is not the program's to switch off */
	RAW(SYS_prctl, 59, 0, 0, 0, 0);
	if (old_kernel()) {
		EQUAL(RAW(SYS_prctl, 59, 0, 0, 0, 0), -EINVAL);
		EQUAL(RAW(SYS_getrandom, 0, 0, 0), -ENOSYS);
	}
}

#ifdef __x86_64__
static void
fs_and_gs(void)
{
	unsigned long fs = 0, gs = 0;
	long r;

	EQUAL(RAW(SYS_arch_prctl, 0x1003, &fs), 0);		/* GET_FS */
	CHECK(fs == *(unsigned long *)fs);			/* TLS self pointer */
	EQUAL(RAW(SYS_arch_prctl, 0x1002, fs), 0);		/* SET_FS */
	EQUAL(RAW(SYS_arch_prctl, 0x1003, 8), -EFAULT);
	EQUAL(RAW(SYS_arch_prctl, 0x1002, 1UL << 63), -EPERM);
	EQUAL(RAW(SYS_arch_prctl, 0x7777, 0), -EINVAL);
	/* gs: as the program set it, or refused */
	r = RAW(SYS_arch_prctl, 0x1001, 0x12345000);
	if (r == 0) {
		EQUAL(RAW(SYS_arch_prctl, 0x1004, &gs), 0);
		EQUAL(gs, 0x12345000);
	} else
		CHECK(old_kernel());
	CHECK(RAW(SYS_getpid) > 0);
}
#endif

static void
limits(void)
{
	struct rlimit rl, got;

	OK(getrlimit(RLIMIT_NOFILE, &rl));
	rl.rlim_cur = 20;
	OK(setrlimit(RLIMIT_NOFILE, &rl));
	OK(getrlimit(RLIMIT_NOFILE, &got));
	EQUAL(got.rlim_cur, 20);
	while (dup(0) != -1)
		;
	EQUAL(errno, EMFILE);
	EQUAL(dup2(0, 19), 19);
	FAILS(dup2(0, 20), EBADF);
	EQUAL(RAW(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &got), 0);
	EQUAL(got.rlim_cur, 20);
	FAILS(setrlimit(99, &rl), EINVAL);
}

static void
crash(void)
{
	struct rlimit rl = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_CORE, &rl);
	__asm__ volatile ("movb $1, (%0)" : : "r"(8L) : "memory");
}

static void
no_core(void)
{
	struct rlimit rl = { 0, 0 };

	setrlimit(RLIMIT_CORE, &rl);
	abort();
}

/* Whether there is a core is what the machine's settings say. */
static void
cores(void)
{
	int status = guest_child(crash);

	EQUAL(WTERMSIG(status), SIGSEGV);
	printf("core %d\n", WCOREDUMP(status) != 0);
	status = guest_child(no_core);
	EQUAL(WTERMSIG(status), SIGABRT);
	EQUAL(WCOREDUMP(status), 0);
}

static int
futex(volatile int *p, int op, int v, struct timespec *ts)
{
	return ((int)RAW(SYS_futex, p, op, v, ts));
}

static volatile int word;

static void *
wake(void *arg)
{
	guest_sleep(20);
	word = 1;
	futex(&word, 1, 1, NULL);
	return (arg);
}

static void
futexes(void)
{
	struct timespec ts = { 0, 20000000 };
	pthread_t t;
	int i, r;

	EQUAL(futex(&word, 0, 5, NULL), -EAGAIN);
	EQUAL(futex(&word, 0, 0, &ts), -ETIMEDOUT);
	EQUAL(futex((volatile int *)((volatile char *)&word + 1), 0, 0, NULL), -EINVAL);
	EQUAL(futex(&word, 1, 1, NULL), 0);
	for (i = 0; i < 10; i++) {
		word = 0;
		EQUAL(pthread_create(&t, NULL, wake, NULL), 0);
		while (word == 0) {
			r = futex(&word, 0, 0, NULL);
			CHECK(r == 0 || r == -EAGAIN);
		}
		EQUAL(pthread_join(t, NULL), 0);
	}
}

static pthread_mutex_t *robust;

static void *
die_holding(void *arg)
{
	EQUAL(pthread_mutex_lock(robust), 0);
	return (arg);
}

static void
make_robust(void)
{
	pthread_mutexattr_t at;

	robust = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(robust != MAP_FAILED);
	EQUAL(pthread_mutexattr_init(&at), 0);
	EQUAL(pthread_mutexattr_setrobust(&at, PTHREAD_MUTEX_ROBUST), 0);
	EQUAL(pthread_mutexattr_setpshared(&at, PTHREAD_PROCESS_SHARED), 0);
	EQUAL(pthread_mutex_init(robust, &at), 0);
}

/* The kernel walks the dead's list: a thread's, a killed process's. */
static void
robust_futexes(void)
{
	pthread_t t;
	pid_t pid;
	int i;

	make_robust();
	for (i = 0; i < 20; i++) {
		EQUAL(pthread_create(&t, NULL, die_holding, NULL), 0);
		EQUAL(pthread_join(t, NULL), 0);
		EQUAL(pthread_mutex_lock(robust), EOWNERDEAD);
		EQUAL(pthread_mutex_consistent(robust), 0);
		EQUAL(pthread_mutex_unlock(robust), 0);
	}
	for (i = 0; i < 10; i++) {
		OK(pid = fork());
		if (pid == 0) {
			pthread_mutex_lock(robust);
			kill(getpid(), SIGKILL);
		}
		OK(waitpid(pid, NULL, 0));
		EQUAL(pthread_mutex_lock(robust), EOWNERDEAD);
		EQUAL(pthread_mutex_consistent(robust), 0);
		EQUAL(pthread_mutex_unlock(robust), 0);
	}
}

static void
pass_descriptor(int s, int fd)
{
	char c = 'd', buf[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8)));
	struct iovec iov = { &c, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = buf,
	    .msg_controllen = sizeof(buf) };
	struct cmsghdr *cm = CMSG_FIRSTHDR(&m);

	memset(buf, 0, sizeof(buf));
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cm), &fd, sizeof(int));
	EQUAL(sendmsg(s, &m, 0), 1);
}

static int
take_descriptor(int s)
{
	char c = 0, buf[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8)));
	struct iovec iov = { &c, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = buf,
	    .msg_controllen = sizeof(buf) };
	int fd;

	EQUAL(recvmsg(s, &m, 0), 1);
	CHECK(CMSG_FIRSTHDR(&m) != NULL);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(int));
	return (fd);
}

static void
unix_sockets(void)
{
	int s[2], p[2], fd;
	char c;

	OK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s));
	OK(pipe(p));
	pass_descriptor(s[0], p[0]);
	fd = take_descriptor(s[1]);
	EQUAL(write(p[1], "z", 1), 1);
	EQUAL(read(fd, &c, 1), 1);
	EQUAL(c, 'z');
}

static void
tcp(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);
	int l, c, a, v;
	char buf[8];

	OK(l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	OK(bind(l, (struct sockaddr *)&sin, len));
	OK(listen(l, 5));
	OK(getsockname(l, (struct sockaddr *)&sin, &len));
	CHECK(sin.sin_port != 0);
	OK(c = socket(AF_INET, SOCK_STREAM, 0));
	OK(connect(c, (struct sockaddr *)&sin, sizeof(sin)));
	OK(a = accept4(l, NULL, NULL, SOCK_NONBLOCK));
	FAILS(recv(a, buf, 8, 0), EAGAIN);
	EQUAL(send(c, "hello", 5, 0), 5);
	guest_sleep(5);
	EQUAL(recv(a, buf, 8, 0), 5);
	len = sizeof(v);
	OK(getsockopt(a, SOL_SOCKET, SO_TYPE, &v, &len));
	EQUAL(v, SOCK_STREAM);
	OK(shutdown(c, SHUT_WR));
	guest_sleep(5);
	EQUAL(recv(a, buf, 8, 0), 0);
	FAILS(connect(a, (struct sockaddr *)&sin, sizeof(sin)), EISCONN);
}

static void
events(void)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET, .data.u64 = 0x123456789 };
	struct epoll_event got[4];
	char buf[256];
	uint64_t n = 3;
	int ep, e, in;

	OK(ep = epoll_create1(EPOLL_CLOEXEC));
	OK(e = eventfd(0, EFD_NONBLOCK));
	OK(epoll_ctl(ep, EPOLL_CTL_ADD, e, &ev));
	EQUAL(epoll_wait(ep, got, 4, 0), 0);
	EQUAL(write(e, &n, 8), 8);
	EQUAL(epoll_wait(ep, got, 4, 1000), 1);
	EQUAL(got[0].data.u64, 0x123456789);
	EQUAL(epoll_wait(ep, got, 4, 0), 0);		/* edge */
	EQUAL(read(e, &n, 8), 8);
	EQUAL(n, 3);
	unlink("made");
	OK(in = inotify_init1(IN_NONBLOCK));
	OK(inotify_add_watch(in, ".", IN_CREATE));
	OK(close(open("made", O_CREAT | O_RDWR, 0600)));
	CHECK(read(in, buf, sizeof(buf)) > 0);
}

const struct guest_case guest_cases[] = {
	{ "release", release },
#ifdef __x86_64__
	{ "x32", x32 },
	{ "int80", int80 },
	{ "vsyscall", vsyscall },
#endif
	{ "clocks", clocks },
	{ "filter", filter },
	{ "strict", strict },
	{ "names", names },
	{ "prctls", prctls },
#ifdef __x86_64__
	{ "fs_and_gs", fs_and_gs },
#endif
	{ "limits", limits },
	{ "cores", cores },
	{ "futexes", futexes },
	{ "robust_futexes", robust_futexes },
	{ "unix_sockets", unix_sockets },
	{ "tcp", tcp },
	{ "events", events },
	{ NULL, NULL }
};
