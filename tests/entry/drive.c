/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * drive IMAGE PROGRAM [ARG...]: runs PROGRAM with its system calls carried to
 * IMAGE as the kernel module carries them, by means of ptrace(2):
 *
 *	exec	the kernel loads the program; the image is mapped beside it
 *		and entered at its start hook with the program's registers
 *		and, in rcx, the program's entry
 *	call	a `syscall` outside the image is not made; ip becomes the
 *		image's direct entry, rax the number, rcx the address after
 *		the `syscall`, and all else stays as it was
 *
 * So the runtime is tested without signal frames in its path, under the same
 * guest programs.  The exit status is the program's; 125 is drive's own.
 */
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/image.h"

#define	BASE	0x7d0000000000UL	/* where the image is mapped */
#define	OPTIONS	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |		\
		 PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |		\
		 PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL)
#define	TASKS	4096

struct image {
	const char	*path;
	struct pimg_note note;
	uint64_t	text, total;	/* bytes, whole pages */
};

/* What a task is in the middle of. */
enum state { NONE, FRESH_EXEC, REDIRECT, REFUSE };
static struct task {
	pid_t		pid;
	enum state	state;
	uint64_t	nr;
} tasks[TASKS];
static unsigned long redirected;

static struct task *
task(pid_t pid)
{
	struct task *t;

	for (t = tasks; t < tasks + TASKS && t->pid != 0; t++)
		if (t->pid == pid)
			return (t);
	for (t = tasks; t < tasks + TASKS; t++)
		if (t->pid <= 0) {
			*t = (struct task){ .pid = pid };
			return (t);
		}
	errx(125, "more than %d tasks", TASKS);
}

static void
gone(pid_t pid)
{
	struct task *t = task(pid);

	t->pid = -1;
	t->state = NONE;
}

static void
read_image(struct image *im)
{
	Elf64_Ehdr eh;
	Elf64_Phdr ph;
	int fd, i;

	if ((fd = open(im->path, O_RDONLY)) == -1 ||
	    read(fd, &eh, sizeof(eh)) != sizeof(eh))
		err(125, "%s", im->path);
	for (i = 0; i < eh.e_phnum; i++) {
		if (pread(fd, &ph, sizeof(ph), (off_t)(eh.e_phoff +
		    (unsigned)i * sizeof(ph))) != sizeof(ph))
			err(125, "%s", im->path);
		if (ph.p_type == PT_NOTE && pread(fd, &im->note,
		    sizeof(im->note), (off_t)ph.p_offset + 12 + 8) !=
		    sizeof(im->note))
			err(125, "%s", im->path);
		if (ph.p_type != PT_LOAD)
			continue;
		im->total = (ph.p_vaddr + ph.p_memsz + 4095) & ~4095UL;
		if (ph.p_flags & PF_X)
			im->text = (ph.p_memsz + 4095) & ~4095UL;
	}
	close(fd);
	if (im->note.format != PIMG_NOTE_FORMAT || im->text == 0)
		errx(125, "%s: not an image", im->path);
}

/* One native call in a stopped task; its registers are put back. */
static long
inject(pid_t pid, long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
    uint64_t e, uint64_t f)
{
	struct user_regs_struct save, r;
	long word;
	int status, sig;

	if (ptrace(PTRACE_GETREGS, pid, 0, &save) == -1)
		err(125, "PTRACE_GETREGS");
	errno = 0;
	word = ptrace(PTRACE_PEEKTEXT, pid, save.rip, 0);
	if (errno != 0 || ptrace(PTRACE_POKETEXT, pid, save.rip,
	    (word & ~0xffffL) | 0x050f) == -1)
		err(125, "POKETEXT at %#llx", save.rip);
	r = save;
	r.rax = (uint64_t)nr;
	r.orig_rax = (uint64_t)-1;
	r.rdi = a, r.rsi = b, r.rdx = c, r.r10 = d, r.r8 = e, r.r9 = f;
	if (ptrace(PTRACE_SETREGS, pid, 0, &r) == -1 ||
	    ptrace(PTRACE_SINGLESTEP, pid, 0, 0) == -1)
		err(125, "inject");
	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status) ||
	    (sig = WSTOPSIG(status)) != SIGTRAP)
		errx(125, "inject: status %#x", (unsigned)status);
	if (ptrace(PTRACE_GETREGS, pid, 0, &r) == -1 ||
	    ptrace(PTRACE_POKETEXT, pid, save.rip, word) == -1 ||
	    ptrace(PTRACE_SETREGS, pid, 0, &save) == -1)
		err(125, "inject");
	return ((long)r.rax);
}

static void
poke(pid_t pid, uint64_t addr, const char *s)
{
	struct iovec local = { (void *)(uintptr_t)s, strlen(s) + 1 };
	struct iovec remote = { (void *)addr, strlen(s) + 1 };

	if (process_vm_writev(pid, &local, 1, &remote, 1, 0) !=
	    (ssize_t)local.iov_len)
		err(125, "process_vm_writev");
}

/* After exec: maps the image and makes the task enter its start hook. */
static void
map_image(pid_t pid, const struct image *im)
{
	struct user_regs_struct r;
	long fd;

	if (ptrace(PTRACE_GETREGS, pid, 0, &r) == -1)
		err(125, "PTRACE_GETREGS");
	poke(pid, r.rsp - 8192, im->path);
	fd = inject(pid, SYS_openat, (uint64_t)AT_FDCWD, r.rsp - 8192,
	    O_RDONLY, 0, 0, 0);
	if (fd < 0 ||
	    inject(pid, SYS_mmap, BASE, im->text, 5, 0x100002, (uint64_t)fd,
	    0) != (long)BASE ||
	    inject(pid, SYS_mmap, BASE + im->text, im->total - im->text, 3,
	    0x100022, (uint64_t)-1, 0) != (long)(BASE + im->text) ||
	    inject(pid, SYS_close, (uint64_t)fd, 0, 0, 0, 0, 0) != 0)
		errx(125, "%d: cannot map %s", pid, im->path);
	r.rcx = r.rip;
	r.rip = BASE + im->note.start;
	r.orig_rax = (uint64_t)-1;
	if (ptrace(PTRACE_SETREGS, pid, 0, &r) == -1)
		err(125, "PTRACE_SETREGS");
}

/* A syscall-stop: entry (skip the call if it is the guest's) or exit. */
static void
syscall_stop(pid_t pid, const struct image *im)
{
	struct __ptrace_syscall_info info;
	struct user_regs_struct r;
	struct task *t = task(pid);

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) == -1 ||
	    ptrace(PTRACE_GETREGS, pid, 0, &r) == -1)
		return;			/* killed meanwhile */
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		if (r.rip - 2 - BASE < im->text)
			return;
		t->state = info.arch == AUDIT_ARCH_X86_64 ? REDIRECT : REFUSE;
		t->nr = r.orig_rax;
		r.orig_rax = (uint64_t)-1;
		ptrace(PTRACE_SETREGS, pid, 0, &r);
	} else if (t->state == REDIRECT) {
		t->state = NONE;
		redirected++;
		r.rax = t->nr;
		r.rcx = r.rip;
		r.rip = BASE + im->note.entry_rcx;
		ptrace(PTRACE_SETREGS, pid, 0, &r);
	} else if (t->state == REFUSE) {
		t->state = NONE;	/* int $0x80 from 64-bit code */
		r.rax = (uint64_t)-ENOSYS;
		ptrace(PTRACE_SETREGS, pid, 0, &r);
	} else if (t->state == FRESH_EXEC) {
		t->state = NONE;
		map_image(pid, im);
	}
}

/* Handles one stop and lets the task go on. */
static void
stopped(pid_t pid, int status, const struct image *im)
{
	int sig = WSTOPSIG(status), event = status >> 16;

	if (sig == (SIGTRAP | 0x80)) {
		syscall_stop(pid, im);
		sig = 0;
	} else if (event == PTRACE_EVENT_STOP) {
		if (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN ||
		    sig == SIGTTOU) {
			ptrace(PTRACE_LISTEN, pid, 0, 0);
			return;
		}
		sig = 0;
	} else if (event != 0) {
		if (event == PTRACE_EVENT_EXEC)
			task(pid)->state = FRESH_EXEC;
		sig = 0;
	}
	ptrace(PTRACE_SYSCALL, pid, 0, sig);
}

static pid_t
start(char **argv)
{
	int go[2];
	pid_t pid;
	char c;

	if (pipe(go) == -1 || (pid = fork()) == -1)
		err(125, "fork");
	if (pid == 0) {
		close(go[1]);
		if (read(go[0], &c, 1) != 1)
			_exit(125);
		close(go[0]);
		execv(argv[0], argv);
		warn("%s", argv[0]);
		_exit(125);
	}
	close(go[0]);
	if (ptrace(PTRACE_SEIZE, pid, 0, OPTIONS) == -1)
		err(125, "PTRACE_SEIZE");
	if (write(go[1], "", 1) != 1)
		err(125, "pipe");
	close(go[1]);
	return (pid);
}

int
main(int argc, char **argv)
{
	struct image im;
	pid_t first, pid;
	int status, result = 125;

	if (argc < 3) {
		fprintf(stderr, "usage: drive IMAGE PROGRAM [ARG...]\n");
		return (125);
	}
	if ((im.path = realpath(argv[1], NULL)) == NULL)
		err(125, "%s", argv[1]);
	read_image(&im);
	first = start(argv + 2);
	while ((pid = waitpid(-1, &status, __WALL)) != -1) {
		if (WIFSTOPPED(status)) {
			stopped(pid, status, &im);
			continue;
		}
		gone(pid);
		if (pid == first)
			result = WIFEXITED(status) ? WEXITSTATUS(status) :
			    128 + WTERMSIG(status);
	}
	if (getenv("DRIVE_VERBOSE") != NULL)
		fprintf(stderr, "drive: %lu calls redirected\n", redirected);
	if (redirected == 0)
		errx(125, "no call was redirected");
	return (result);
}
