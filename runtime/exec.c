/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The guest's execve.
 *
 * Everything that execve(2) reports before the point of no return is found
 * out here; then the kernel executes an image, with the program's name on
 * the image's own command line:
 *
 *	"pimg/1" [OPTION...] ["--fd" N] "--" PATH ARGV...
 *
 * Which image: the personality's current version, so that a promotion takes
 * effect at the next exec; this very file if the tree is pinned or the store
 * cannot be reached any more (chroot); a copy in memory if /proc cannot be
 * reached either.  A program that gains privilege is executed natively.
 *
 * Whose program it is, brand.h says: one of another foreign system gets the
 * store's current image of that personality, and none where there is none.
 */
#include <linux/limits.h>

#include "arch.h"
#include "brand.h"
#include "convention.h"
#include "runtime.h"
#include "trace.h"

#define	MFD_CLOEXEC	1
#define	SIGSET_SIZE	8
/* the most that precede the guest's argv */
#define	FIXED_ARGS	(PIMG_OPTIONS_MAX + 5)

/* How the program is to be executed, found out by examine(). */
struct target {
	char	path[PIMG_PATH_MAX];
	int	run;
	int	other;		/* a program of the machine's other ABI */
	int	fd;		/* to be inherited by the image, or -1 */
	struct pimg_verdict verdict;
};

/* A name that stands for an open descriptor and may end with this program. */
static int
names_descriptor(const char *path)
{
	size_t i, n = pimg_strlen(path);

	while (n > 0 && path[n - 1] >= '0' && path[n - 1] <= '9')
		n--;
	for (i = 0; i < 4; i++)
		if (n < 4 || path[n - 4 + i] != "/fd/"[i])
			return (0);
	return (path[0] == '/' && (path[1] == 'p' || path[1] == 'd'));
}

/* Whose ELF file it is, and whether its own image could load it. */
static long
examine_elf(struct target *tg, int fd, const char *path, const char *head,
    size_t len)
{
	long r;

	tg->other = pimg_elf_is_other(head, len);
	if (!tg->other && (r = pimg_elf_check(head, len)) != 0)
		return (r);
	pimg_program_which(fd, path, &tg->verdict);
	if (tg->verdict.fate == PIMG_FATE_NATIVE)
		tg->run = PIMG_RUN_NATIVE;
	if (tg->verdict.fate != PIMG_FATE_STAY)
		tg->other = 0;
	else if (!tg->other)
		return (pimg_elf_loadable(fd));
	return (0);
}

/*
 * Follows path through interpreter lines to a loadable program.  Returns 0 or
 * what execve(2) would.
 */
static long
examine(struct target *tg)
{
	char head[PIMG_HEAD + 1], interp[PIMG_PATH_MAX];
	struct pimg_script s;
	const char *path = tg->path;
	long r, fd, depth, len;

	tg->fd = -1;
	tg->other = 0;
	tg->verdict.fate = PIMG_FATE_STAY;
	for (depth = 0;; depth++) {
		if (depth > PIMG_SCRIPTS)
			return (-ELOOP);
		if ((fd = pimg_program_open(path, &tg->run)) < 0)
			return (fd);
		r = len = pimg_read_at((int)fd, head, PIMG_HEAD, 0);
		if (r >= 0 && (r = pimg_script_parse(head, (size_t)r, &s)) > 0) {
			pimg_sys(__NR_close, fd);
			pimg_strlcpy(interp, s.interp, sizeof(interp));
			pimg_root_path(interp);
			path = interp;
			continue;
		}
		if (r == 0 && tg->run != PIMG_RUN_NATIVE)
			r = examine_elf(tg, (int)fd, path, head, (size_t)len);
		if (tg->run == PIMG_RUN_NATIVE) {
			pimg_sys(__NR_close, fd);
			return (0);
		}
		if (r == 0 && depth == 0 && names_descriptor(tg->path)) {
			tg->fd = (int)fd;
			r = pimg_sys(__NR_fcntl, fd, 2 /* F_SETFD */, 0);
			return (r);
		}
		pimg_sys(__NR_close, fd);
		return (r);
	}
}

/* The number of the guest's arguments, or a negated errno. */
static long
count_args(pimg_addr argv)
{
	unsigned long arg;
	long n;

	if (argv == 0)
		return (0);
	for (n = 0;; n++) {
		if (n >= (long)(ARG_MAX * 16))
			return (-E2BIG);
		if (pimg_copyin(&arg, argv + (unsigned long)n * sizeof(arg),
		    sizeof(arg)) != 0)
			return (-EFAULT);
		if (arg == 0)
			return (n);
	}
}

/*
 * The image's argument vector, in scratch memory: fixed ones, then the
 * guest's pointers.  Returns NULL with *error set.
 */
static const char **
build_args(struct target *tg, pimg_addr argv, long *error)
{
	static const char proto[] = "pimg/1", fd[] = "--fd", end[] = "--",
	    empty[] = "";
	long n = count_args(argv);
	const char **v;
	char *num;
	int i = 0;

	if (n < 0) {
		*error = n;
		return (NULL);
	}
	v = pimg_scratch((size_t)(n + FIXED_ARGS + 2) * sizeof(*v) + 32);
	*error = -ENOMEM;
	if (v == NULL)
		return (NULL);
	num = (char *)(v + n + FIXED_ARGS + 2);
	v[i++] = proto;
	i += pimg_option_list(v + i, tg->verdict.fate == PIMG_FATE_OTHER);
	if (tg->fd >= 0) {
		pimg_utoa(num, (unsigned long)tg->fd, 10);
		v[i++] = fd;
		v[i++] = num;
	}
	v[i++] = end;
	v[i++] = tg->path;
	*error = 0;
	if (n > 0 && pimg_copyin(v + i, argv, (size_t)n * sizeof(*v)) != 0)
		*error = -EFAULT;
	if (n == 0)		/* as the kernel does since 5.18 */
		v[i + n++] = empty;
	v[i + n] = NULL;
	return (*error == 0 ? v : NULL);
}

/* Executes a copy of this image: its file is its R+X segment. */
static long
exec_copy(const char **argv, unsigned long envp)
{
	size_t len = (size_t)(pimg_text_end - __ehdr_start), done = 0;
	char name[64] = "pimg:";
	long fd, r;

	pimg_ident(name + 5, sizeof(name) - 5);
	fd = pimg_sys(__NR_memfd_create, name, MFD_CLOEXEC);
	if (pimg_failed(fd))
		return (fd);
	while (done < len) {
		r = pimg_sys(__NR_write, fd, __ehdr_start + done, len - done);
		if (r <= 0) {
			pimg_sys(__NR_close, fd);
			return (r < 0 ? r : -EIO);
		}
		done += (size_t)r;
	}
	r = pimg_call(__NR_execveat, fd, "", argv, envp, PIMG_AT_EMPTY_PATH);
	pimg_sys(__NR_close, fd);
	return (r);
}

/* Whether another way to the image may succeed where this one failed. */
static int
unreachable(long r)
{

	return (r == -ENOENT || r == -EACCES || r == -ENOTDIR || r == -ELOOP ||
	    r == -EPERM || r == -ENOSYS);
}

/* The image of the other ABI, of the version that an exec would get. */
static long
exec_other(const char **argv, unsigned long envp)
{
	struct pimg_process *p = &pimg_process;
	char path[PIMG_PATH_MAX];
	long r = -ENOEXEC;

	if (!p->pinned && pimg_path_other(path, p->current))
		r = pimg_call(__NR_execve, path, argv, envp);
	if ((unreachable(r) || r == -ENOEXEC) && pimg_path_other(path, p->self))
		r = pimg_call(__NR_execve, path, argv, envp);
	return (unreachable(r) ? -ENOEXEC : r);
}

/*
 * Another personality's current image: in this one's store, or else where the
 * tools said that the installation's are.
 */
static long
exec_foreign(const char *name, const char **argv, unsigned long envp)
{
	const char *images = pimg_option_next(NULL, "--images");
	char path[PIMG_PATH_MAX], *p, *end = path + sizeof(path);
	long r = -ENOENT;

	if (pimg_path_personality(path, pimg_process.current, name))
		r = pimg_call(__NR_execve, path, argv, envp);
	if (unreachable(r) && images != NULL) {
		p = pimg_strlcpy(path, images, sizeof(path));
		p = pimg_strlcpy(p, "/current/", (size_t)(end - p));
		p = pimg_strlcpy(p, name, (size_t)(end - p));
		pimg_strlcpy(p, "/x86_64", (size_t)(end - p));
		r = pimg_call(__NR_execve, path, argv, envp);
	}
	return (unreachable(r) ? -ENOEXEC : r);
}

static long
exec_image(const struct target *tg, const char **argv, unsigned long envp)
{
	struct pimg_process *p = &pimg_process;
	long r = -ENOENT;

	if (tg->other)
		return (exec_other(argv, envp));
	if (tg->verdict.fate == PIMG_FATE_OTHER)
		return (exec_foreign(tg->verdict.name, argv, envp));
	if (!p->pinned && p->current[0] != '\0')
		r = pimg_call(__NR_execve, p->current, argv, envp);
	if (unreachable(r))
		r = pimg_call(__NR_execve, "/proc/self/exe", argv, envp);
	if (unreachable(r))
		r = exec_copy(argv, envp);
	return (r);
}

/*
 * What exec inherits of the virtual signals is put where the kernel keeps
 * it, and what is ignored by default only here is not ignored there; undone
 * if exec fails.
 */
static void
lend_signals(struct pimg_thread *t, int back)
{
	static const unsigned char sigs[3] = { SIGSEGV, SIGBUS, SIGSYS };
	static const struct pimg_sigaction dfl;
	struct pimg_sigaction sa, ign = { .handler = PIMG_SIG_IGN };
	int i;

	for (i = 0; i < 3; i++) {
		pimg_action_get(t->sighand, sigs[i], &sa);
		if (sa.handler != PIMG_SIG_IGN)
			continue;
		if (back)
			pimg_host_action(sigs[i], &dfl, NULL);
		else
			pimg_sys(__NR_rt_sigaction, sigs[i], &ign, NULL,
			    SIGSET_SIZE);
	}
	for (i = 1; i <= PIMG_NSIG; i++) {
		if (!pimg_watched(i) || back)
			continue;
		pimg_action_get(t->sighand, i, &sa);
		if (sa.handler == PIMG_SIG_IGN)
			pimg_native_action(i, &ign, NULL);
	}
	for (i = 1; i <= PIMG_NSIG && PIMG_DEFAULT_IGNORED != 0; i++) {
		if ((PIMG_DEFAULT_IGNORED & PIMG_SIGBIT(i)) == 0)
			continue;
		pimg_action_get(t->sighand, i, &sa);
		if (sa.handler != PIMG_SIG_DFL)
			continue;
		if (back)
			pimg_host_action(i, &dfl, NULL);
		else
			pimg_native_action(i, &dfl, NULL);
	}
	if (t->vmask != 0)
		pimg_sys(__NR_rt_sigprocmask, back ? SIG_UNBLOCK : SIG_BLOCK,
		    &t->vmask, NULL, SIGSET_SIZE);
}

/* Executes tg->path.  Returns a negated errno, or not at all. */
static long
execute(struct target *tg, pimg_addr args, pimg_addr envp)
{
	struct pimg_thread *t = pimg_self();
	const char **argv;
	long r;

	/* in map mode the kernel loads programs, and the module follows */
	tg->run = PIMG_RUN_NATIVE;
	if (!pimg_process.mapped && (r = examine(tg)) != 0)
		return (r);
	if (tg->run == PIMG_RUN_NATIVE) {
		lend_signals(t, 0);
		pimg_trace_inherit(0);
		r = pimg_call(__NR_execve, tg->path, args, envp);
		pimg_trace_inherit(1);
	} else {
		if ((argv = build_args(tg, args, &r)) != NULL) {
			lend_signals(t, 0);
			r = exec_image(tg, argv, envp);
		}
		if (tg->fd >= 0)
			pimg_sys(__NR_close, tg->fd);
		if (argv == NULL)
			return (r);
	}
	lend_signals(t, 1);
	return (r);
}

long
pimg_rt_execve(struct pimg_frame *f)
{
	struct target tg;
	long r;

	if ((r = pimg_pathin(tg.path, f->arg[0])) < 0)
		return (r);
	return (execute(&tg, f->arg[1], f->arg[2]));
}

/* Executes the file that fd is open on; as execve(2) otherwise. */
long
pimg_exec_fd(int fd, pimg_addr argv, pimg_addr envp)
{
	static const char dir[] = "/proc/self/fd/";
	struct target tg;

	if (fd < 0)
		return (-EBADF);
	pimg_memcpy(tg.path, dir, sizeof(dir));
	pimg_utoa(tg.path + sizeof(dir) - 1, (unsigned long)fd, 10);
	return (execute(&tg, argv, envp));
}
