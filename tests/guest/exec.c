/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * execve: what is run, what is passed on, what survives, and each way to
 * fail, after which the caller goes on as if it had not asked.  Runs in an
 * empty folder; the program `show` stands beside this one.
 */
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "guest.h"

static char show[PATH_MAX], me[PATH_MAX];
static char *const no_env[] = { NULL };

static void
begin(void)
{
	char *slash;
	ssize_t n;

	OK(n = readlink("/proc/self/exe", me, sizeof(me) - 16));
	me[n] = '\0';
	strcpy(show, me);
	CHECK((slash = strrchr(show, '/')) != NULL);
	strcpy(slash + 1, "show");
	OK(access(show, X_OK));
}

static void
file(const char *name, const char *text, mode_t mode)
{
	int fd;

	unlink(name);
	OK(fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600));
	EQUAL(write(fd, text, strlen(text)), strlen(text));
	OK(fchmod(fd, mode));
	OK(close(fd));
}

/* Runs argv in a child and gives its wait status. */
static int
run(const char *path, char **argv, char *const *envp)
{
	int status;
	pid_t pid;

	fflush(stdout);
	OK(pid = fork());
	if (pid == 0) {
		execve(path, argv, envp);
		printf("execve %s\n", strerror(errno));
		fflush(stdout);
		_exit(126);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	return (status);
}

static void
words(void)
{
	char *argv[] = { STR("argv 0"), STR(""), STR("a b"), STR("\xff\x01"),
	    STR("--"), STR("pimg/1"), NULL };
	char *envp[] = { STR("A=1"), STR("=x"), STR("no equals"), STR("A=2"),
	    STR(""), NULL };

	begin();
	EQUAL(run(show, argv, envp), 0);
	argv[0] = STR("");
	EQUAL(run(show, argv, no_env), 0);
	argv[0] = STR("pimg/1");
	EQUAL(run(show, argv, no_env), 0);
	argv[0] = STR("/proc/self/exe");
	argv[1] = NULL;
	EQUAL(run(show, argv, no_env), 0);
}

/* Every kind of path to the program. */
static void
paths(void)
{
	char *argv[] = { STR("x"), NULL };
	char name[64];
	int fd;

	begin();
	OK(symlink(show, "link"));
	EQUAL(run("link", argv, no_env), 0);
	EQUAL(run("./link", argv, no_env), 0);
	OK(symlink("link", "link2"));
	EQUAL(run("./link2", argv, no_env), 0);
	OK(mkdir("d", 0755));
	EQUAL(run("d/../link", argv, no_env), 0);
	OK(fd = open(show, O_RDONLY));
	EQUAL(dup2(fd, 8), 8);
	OK(fcntl(8, F_SETFD, 0));
	OK(close(fd));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", 8);
	EQUAL(run(name, argv, no_env), 0);
	OK(close(8));
}

static void
large(void)
{
	static char *argv[2002], big[100000];
	int i;

	begin();
	memset(big, 'y', sizeof(big) - 1);
	argv[0] = STR("x");
	for (i = 1; i < 2000; i++)
		argv[i] = STR("word");
	argv[2000] = big;
	EQUAL(run(show, argv, no_env), 0);
}

static void
empty(void)
{
	char *argv[] = { NULL };

	begin();
	EQUAL(run(show, argv, no_env), 0);
}

/* The program runs itself by its own name for itself. */
static void
self(void)
{
	char *argv[] = { STR("me"), STR("-l"), NULL };

	begin();
	EQUAL(run("/proc/self/exe", argv, no_env), 0);
	EQUAL(run(me, argv, no_env), 0);
}

static void
scripts(void)
{
	char *argv[] = { STR("zero"), STR("one two"), STR("$HOME"), NULL };
	char text[PATH_MAX + 64];

	begin();
	file("s1", "#!/bin/sh\necho \"$0\" \"$#\" \"$1\" \"$2\"; exit 5\n", 0755);
	EQUAL(run("./s1", argv, no_env), 5 << 8);
	file("s2", "#!/bin/sh -e\nfalse\nexit 5\n", 0755);
	EQUAL(run("./s2", argv, no_env), 1 << 8);
	snprintf(text, sizeof(text), "#!%s\n", show);
	file("s3", text, 0755);
	EQUAL(run("./s3", argv, no_env), 0);
	snprintf(text, sizeof(text), "#!  %s \t one argument with  spaces  \nx\n", show);
	file("s4", text, 0755);
	EQUAL(run("./s4", argv, no_env), 0);
	file("s5", "#!./s3\n", 0755);
	EQUAL(run("./s5", argv, no_env), 0);
	file("s6", "#!./s5 extra\n", 0755);
	EQUAL(run("./s6", argv, no_env), 0);
	snprintf(text, sizeof(text), "#!%s", show);	/* no newline */
	file("s7", text, 0755);
	EQUAL(run("./s7", argv, no_env), 0);
}

static void
fails(const char *path, int error)
{
	char *argv[] = { STR("x"), NULL };

	errno = 0;
	execve(path, argv, no_env);
	if (errno != error)
		FAIL("%s: errno %d, not %d", path, errno, error);
}

static volatile int handled;

static void
handler(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)si;
	(void)uc;
	handled++;
}

static void
failures(void)
{
	char name[5000];
	int fd;

	begin();
	guest_on(SIGUSR1, handler, 0);
	guest_block(SIGUSR2);
	fails("nowhere", ENOENT);
	fails("", ENOENT);
	fails("/proc/self/exe/x", ENOTDIR);
	OK(mkdir("dir", 0755));
	fails("dir", EACCES);
	file("noexec", "#!/bin/sh\n", 0644);
	fails("noexec", EACCES);
	file("text", "hello world\n", 0755);
	fails("text", ENOEXEC);
	file("nothing", "", 0755);
	fails("nothing", ENOEXEC);
	file("short", "\177ELF", 0755);
	fails("short", ENOEXEC);
	file("lost", "#!/no/such/interpreter\n", 0755);
	fails("lost", ENOENT);
	file("bare", "#!\n", 0755);
	fails("bare", ENOEXEC);
	OK(symlink("loop", "loop"));
	fails("loop", ELOOP);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	fails(name, ENAMETOOLONG);
	name[300] = '\0';
	fails(name, ENAMETOOLONG);
	file("busy", "#!/bin/sh\nexit 0\n", 0755);
	OK(fd = open("busy", O_WRONLY));
	fails("busy", ETXTBSY);
	OK(close(fd));
	/* It all goes on: handlers, masks, the same process. */
	OK(raise(SIGUSR1));
	EQUAL(handled, 1);
	OK(raise(SIGUSR2));
	guest_passes(begin);
}

static void
bad_pointers(void)
{
	char *argv[] = { STR("x"), NULL };
	char *bad[] = { STR("x"), (char *)8, NULL };
	char *page;

	begin();
	page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	OK(munmap(page + 4096, 4096));
	memset(page, 'p', 4096);
	EQUAL(RAW(SYS_execve, 0, argv, no_env), -EFAULT);
	EQUAL(RAW(SYS_execve, 8, argv, no_env), -EFAULT);
	EQUAL(RAW(SYS_execve, page + 4000, argv, no_env), -EFAULT);
	EQUAL(RAW(SYS_execve, show, 8, no_env), -EFAULT);
	EQUAL(RAW(SYS_execve, show, argv, 8), -EFAULT);
	EQUAL(RAW(SYS_execve, show, bad, no_env), -EFAULT);
	EQUAL(RAW(SYS_execve, show, argv, bad), -EFAULT);
	bad[1] = page;
	EQUAL(RAW(SYS_execve, show, bad, no_env), -EFAULT);
	((char **)(page + 4096))[-1] = argv[0];
	EQUAL(RAW(SYS_execve, show, page + 4088, no_env), -EFAULT);
}

static void
too_big(void)
{
	char *argv[3] = { STR("x") };
	static char *many[100001];
	struct rlimit rl;
	size_t i;

	begin();
	/* one string of more than 128 KiB */
	CHECK((argv[1] = malloc(140000)) != NULL);
	memset(argv[1], 'b', 139999);
	argv[1][139999] = '\0';
	EQUAL(RAW(SYS_execve, show, argv, no_env), -E2BIG);
	EQUAL(RAW(SYS_execve, show, no_env, argv), -E2BIG);
	/* more than a quarter of the stack's limit together */
	OK(getrlimit(RLIMIT_STACK, &rl));
	rl.rlim_cur = 1 << 20;
	OK(setrlimit(RLIMIT_STACK, &rl));
	argv[1][1000] = '\0';
	for (i = 0; i < 400; i++)
		many[i] = argv[1];
	EQUAL(RAW(SYS_execve, show, many, no_env), -E2BIG);
	for (i = 0; i < 100000; i++)
		many[i] = STR("");
	EQUAL(RAW(SYS_execve, show, many, no_env), -E2BIG);
}

/* Scripts that name each other as interpreters, one too deep. */
static void
script_depth(void)
{
	char name[16], text[64], *argv[] = { STR("x"), NULL };
	int i, deepest = 0;

	begin();
	snprintf(text, sizeof(text), "#!/bin/true\n");
	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "./d%d", i);
		file(name, text, 0755);
		snprintf(text, sizeof(text), "#!%s\n", name);
		if (run(name, argv, no_env) == 0)
			deepest = i;
	}
	CHECK(deepest >= 3 && deepest < 7);
	file("cycle", "#!./cycle\n", 0755);
	errno = 0;
	execve("./cycle", argv, no_env);
	CHECK(errno == ELOOP || errno == ENOEXEC);
}

static void
kept(void)
{
	struct itimerval it = { { 0, 0 }, { 100, 0 } };
	char *argv[] = { STR("show"), STR("kept"), NULL };
	static char alt[65536];
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) };
	int p[2];

	begin();
	/* kept: ignored, blocked, pending, umask, timers, open descriptors */
	signal(SIGUSR1, SIG_IGN);
	signal(SIGSYS, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	guest_on(SIGUSR2, handler, 0);
	guest_on(SIGSEGV, handler, 0);
	guest_block(SIGTERM);
	guest_block(SIGSEGV);
	guest_block(SIGRTMAX);
	OK(raise(SIGTERM));
	OK(sigaltstack(&ss, NULL));
	OK(setitimer(ITIMER_REAL, &it, NULL));
	umask(027);
	OK(pipe(p));
	OK(fcntl(p[1], F_SETFD, FD_CLOEXEC));
	OK(prctl(PR_SET_NAME, "something else"));
	fflush(stdout);
	execve(show, argv, no_env);
	FAIL("execve: %s", strerror(errno));
}

/* The same process before and after; the mask survives ten in a row. */
static int
chain(int argc, char **argv)
{
	char left[16], was[16];
	char *next[] = { argv[0], STR("--chain"), left, was, NULL };
	int n;

	if (argc != 4 || strcmp(argv[1], "--chain") != 0)
		return (-1);
	n = atoi(argv[2]);
	if (n < 0)
		return (0);
	begin();
	EQUAL(getpid(), atoi(argv[3]));
	snprintf(left, sizeof(left), "%d", n - 1);
	snprintf(was, sizeof(was), "%d", (int)getpid());
	if (n == 0)
		return (42);
	execve(n % 2 ? "/proc/self/exe" : me, next, no_env);
	FAIL("execve: %s", strerror(errno));
}

int (*guest_role)(int, char **) = chain;

static void
chain_start(void)
{
	char was[16];
	char *argv[] = { STR("link in a chain"), STR("--chain"), STR("20"), was, NULL };
	sigset_t set;

	begin();
	sigfillset(&set);
	OK(sigprocmask(SIG_SETMASK, &set, NULL));
	snprintf(was, sizeof(was), "%d", (int)getpid());
	execve(me, argv, no_env);
	FAIL("execve: %s", strerror(errno));
}

static void
chained(void)
{
	EQUAL(guest_child(chain_start), 42 << 8);
}

static void
dynamic(void)
{
	char *ls[] = { STR("ls"), STR("-d"), STR("/"), NULL };
	char *sh[] = { STR("bash"), STR("-c"),
	    STR("echo $0 $((6 * 7)); read x < /proc/self/comm; echo $x; exit 3"),
	    STR("name"), NULL };
	char *cat[] = { STR("cat"), STR("/proc/self/comm"), STR("/proc/self/cmdline"), NULL };

	begin();
	EQUAL(run("/bin/ls", ls, no_env), 0);
	EQUAL(run("/bin/bash", sh, no_env), 3 << 8);
	EQUAL(run("/bin/cat", cat, no_env), 0);
}

const struct guest_case guest_cases[] = {
	{ "words", words },
	{ "paths", paths },
	{ "large", large },
	{ "empty", empty },
	{ "self", self },
	{ "scripts", scripts },
	{ "failures", failures },
	{ "bad_pointers", bad_pointers },
	{ "too_big", too_big },
	{ "script_depth", script_depth },
	{ "kept", kept },
	{ "chained", chained },
	{ "dynamic", dynamic },
	{ NULL, NULL }
};
