/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Run mode: the image is executed and becomes the program named on its
 * command line.
 *
 *	pimg_start	reads the command line and the program's headers; moves
 *			the image if the program claims its addresses; gets a
 *			thread block
 *	run		(on the private stack) maps the program, builds its
 *			stack, tells the kernel what /proc shows, arms the
 *			carrier, and leaves through pimg_exit
 *
 * Command lines (argv):
 *	"pimg/1" [OPTION...] [--fd N] "--" PATH [ARGV0 ARG...]
 *	INTERPRETER PATH ARGV0 ARG...	from binfmt_misc with flag P
 *	IMAGE PROGRAM ARG...		by hand
 */
#include <linux/auxvec.h>
#include <linux/mman.h>
#include <linux/prctl.h>

#include "brand.h"
#include "convention.h"
#include "start.h"
#include "trace.h"

#define	NR_mseal		462
#define	AT_FLAGS_PRESERVE_ARGV0	1
#define	EXIT_CANNOT		125
#define	EXIT_NOT_EXECUTABLE	126
#define	EXIT_NOT_FOUND		127
#define	FLAGS_USER		0x202	/* IF, and the bit that is always set */

struct pimg_process pimg_process;

static void fail(const char *object, const char *cause, int status)
    __attribute__((__noreturn__));

static void
fail(const char *object, const char *cause, int status)
{

	pimg_message(object, cause);
	for (;;)
		pimg_sys(__NR_exit_group, status);
}

/* A failure of the program's file, with the status that shells use. */
static void
fail_program(const char *path, long error)
{

	fail(path, pimg_strerror(error), error == -ENOENT ||
	    error == -ENOTDIR ? EXIT_NOT_FOUND : error == -EACCES ||
	    error == -ENOEXEC || error == -ELIBBAD || error == -EISDIR ?
	    EXIT_NOT_EXECUTABLE : EXIT_CANNOT);
}

static void
read_stack(struct pimg_start *s, unsigned long *sp)
{

	s->sp = sp;
	s->argc = sp[0];
	s->argv = (const char **)(sp + 1);
	s->envp = s->argv + s->argc + 1;
	for (s->envc = 0; s->envp[s->envc] != NULL; s->envc++)
		;
	s->aux = (struct pimg_aux *)(s->envp + s->envc + 1);
	for (s->auxc = 0; s->aux[s->auxc].type != AT_NULL; s->auxc++)
		;
}

static int
parse_number(const char *s)
{
	int v = 0;

	if (*s == '\0')
		return (-1);
	for (; *s >= '0' && *s <= '9' && v < 1 << 24; s++)
		v = v * 10 + (*s - '0');
	return (*s == '\0' ? v : -1);
}

/* Options that exec hands on. */
static void
keep_option(const char *word)
{

	if (pimg_option_is(word, "--pin") != NULL)
		pimg_process.pinned = 1;
	else if (pimg_option_is(word, "--traps") != NULL)
		pimg_process.traps = 1;
	else if (pimg_option_is(word, "--native") == NULL &&
	    pimg_option_is(word, "--root") == NULL &&
	    pimg_option_is(word, "--images") == NULL &&
	    pimg_option_is(word, "--trace") == NULL &&
	    pimg_option_is(word, "--trace-summary") == NULL)
		fail(word, "unknown image option; the tools and the image do "
		    "not fit together", EXIT_CANNOT);
	if (pimg_option_add(word) != 0)
		fail("command line", "too many image options", EXIT_CANNOT);
}

/* Options between "pimg/1" and "--"; returns the index behind them. */
static unsigned long
read_options(struct pimg_start *s)
{
	unsigned long i;

	for (i = 1; i < s->argc; i++) {
		if (pimg_strcmp(s->argv[i], "--") == 0)
			return (i + 1);
		if (pimg_strcmp(s->argv[i], "--fd") == 0 && i + 1 < s->argc)
			s->fd = parse_number(s->argv[++i]);
		else
			keep_option(s->argv[i]);
	}
	fail("command line", "no -- after the image's options", EXIT_CANNOT);
}

static void
read_command(struct pimg_start *s)
{
	unsigned long i = 1, argv0 = 1;

	s->fd = -1;
	if (s->argc > 0 && pimg_strcmp(s->argv[0], "pimg/1") == 0) {
		i = read_options(s);
		argv0 = i + 1;
	} else if (pimg_aux_get(s, AT_FLAGS) & AT_FLAGS_PRESERVE_ARGV0)
		argv0 = 2;
	if (i >= s->argc)
		fail("command line", "no program; use: pstore exec NAME -- "
		    "PROGRAM ARG...", EXIT_CANNOT);
	if (PIMG_MODEL == PIMG_MODEL_BSD &&
	    pimg_root_set(pimg_option_next(NULL, "--root")) != 0)
		fail("--root", "File name too long", EXIT_CANNOT);
	s->path = s->argv[i];
	s->args = s->argv + argv0;
	s->nargs = argv0 < s->argc ? s->argc - argv0 : 0;
}

/* Opens the program, through interpreter lines if it is a script. */
static int
open_program(struct pimg_start *s)
{
	char head[PIMG_HEAD + 1], other[PIMG_PATH_MAX], interp[PIMG_PATH_MAX];
	struct pimg_verdict verdict;
	const char *path = s->path;
	long fd = s->fd, r, len;
	int run = PIMG_RUN_IMAGE;

	for (s->nscripts = 0;; s->nscripts++) {
		if (fd < 0 && (fd = pimg_program_open(path, &run)) < 0)
			fail_program(path, fd);
		if (s->nscripts > PIMG_SCRIPTS)
			fail_program(path, -ELOOP);
		r = len = pimg_read_at((int)fd, head, PIMG_HEAD, 0);
		if (r < 0 || (r = pimg_script_parse(head, (size_t)r,
		    &s->scripts[s->nscripts])) < 0)
			fail_program(path, r);
		if (r == 0)
			break;
		pimg_sys(__NR_close, fd);
		fd = -1;
		pimg_strlcpy(interp, s->scripts[s->nscripts].interp,
		    sizeof(interp));
		pimg_root_path(interp);
		path = interp;
	}
	if (s->nscripts > 0 && run != PIMG_RUN_NATIVE) {
		/* the script was named to be run here, its interpreter not */
		pimg_program_which((int)fd, path, &verdict);
		if (verdict.fate == PIMG_FATE_NATIVE)
			pimg_sys(__NR_execve, s->path, s->args, s->envp);
		if (verdict.fate != PIMG_FATE_STAY)
			fail(path, "is not a program of this personality",
			    EXIT_NOT_EXECUTABLE);
	}
	if (pimg_elf_is_other(head, (size_t)len) &&
	    pimg_path_other(other, pimg_process.self)) {
		pimg_sys(__NR_execve, other, s->argv, s->envp);
		fail(path, "is of the machine's other ABI, for which this "
		    "version has no image", EXIT_NOT_EXECUTABLE);
	}
	if (run == PIMG_RUN_NATIVE) {
		/* leaves the personality: set-id or file capabilities */
		if (s->nscripts == 0)
			pimg_sys(__NR_execve, s->path, s->args, s->envp);
		fail(path, "gains privilege; run it without pstore exec",
		    EXIT_NOT_EXECUTABLE);
	}
	return ((int)fd);
}

/* A link of /proc, as a string; "" when it cannot be read. */
static void
read_link(const char *link, char dst[PIMG_PATH_MAX])
{
	long r = pimg_sys(__NR_readlinkat, PIMG_AT_FDCWD, link, dst,
	    PIMG_PATH_MAX - 1);

	dst[pimg_failed(r) ? 0 : r] = '\0';
}

/* From .../versions/NAME@N/x86_64: .../current/NAME/x86_64, or "". */
static void
find_current(struct pimg_process *p)
{
	size_t n = pimg_strlen(p->self), file = 0;
	int parts;
	char *q;

	for (parts = 0; n > 0 && parts < 3; n--)
		if (p->self[n - 1] == '/' && ++parts == 1)
			file = n - 1;
	if (parts < 3 ||
	    n + sizeof("/current//") + PIMG_NAME_MAX + 16 > PIMG_PATH_MAX)
		return;
	pimg_memcpy(p->current, p->self, n);
	q = pimg_strlcpy(p->current + n, "/current/", PIMG_PATH_MAX - n);
	q = pimg_strlcpy(q, pimg_personality, PIMG_NAME_MAX + 1);
	pimg_strlcpy(q, p->self + file, 32);
	/* a file that was removed while it runs is shown so */
	for (q = p->current; *q != '\0' && *q != ' '; q++)
		;
	if (pimg_strcmp(q, " (deleted)") == 0)
		*q = '\0';
}

static void
find_program(int fd, const struct pimg_start *s)
{
	char link[40] = "/proc/self/fd/";

	pimg_utoa(link + 14, (unsigned long)fd, 10);
	read_link(link, pimg_process.program);
	if (pimg_process.program[0] == '\0' && s->path[0] == '/')
		pimg_strlcpy(pimg_process.program, s->path, PIMG_PATH_MAX);
}

/*
 * struct prctl_mm_map (uapi/linux/prctl.h, 3.18) as a 64-bit kernel reads it,
 * from 32-bit programs too.
 */
struct mm_map {
	uint64_t	start_code, end_code, start_data, end_data;
	uint64_t	start_brk, brk, start_stack;
	uint64_t	arg_start, arg_end, env_start, env_end;
	uint64_t	auxv;
	uint32_t	auxv_size, exe_fd;
};
_Static_assert(sizeof(struct mm_map) == 104, "struct prctl_mm_map");

/* What ps, top and /proc/PID show: the guest's, as far as allowed. */
static void
set_mm(const struct pimg_start *s, const struct pimg_stack *st)
{
	const struct pimg_program *p = &s->program;
	struct pimg_process *proc = &pimg_process;
	const char *name = s->path, *q;
	struct mm_map m = {
		.start_code = p->start_code, .end_code = p->end_code,
		.start_data = p->start_data, .end_data = p->end_data,
		.start_brk = p->brk, .brk = p->brk,
		.start_stack = st->sp,
		.arg_start = st->arg_start, .arg_end = st->arg_end,
		.env_start = st->env_start, .env_end = st->env_end,
		.auxv = (unsigned long)st->aux,
		.auxv_size = (uint32_t)(st->auxc * sizeof(st->aux[0])),
		.exe_fd = (uint32_t)-1,
	};

	for (q = name; *q != '\0'; q++)
		if (*q == '/')
			name = q + 1;
	pimg_sys(__NR_prctl, PR_SET_NAME, name);
	proc->native_brk = pimg_sys(__NR_prctl, PR_SET_MM, PR_SET_MM_MAP, &m,
	    sizeof(m), 0) == 0;
	proc->brk_start = proc->brk = p->brk;
	proc->text = p->text;
	proc->text_end = proc->traps ? p->text : p->text_end;
}

static void
exec_stack(const struct pimg_stack *st)
{

	pimg_sys(__NR_mprotect, PIMG_PAGE_DOWN(st->sp), PIMG_PAGE,
	    PROT_READ | PROT_WRITE | PROT_EXEC | PROT_GROWSDOWN);
}

/* On the private stack: the rest of the way into the guest. */
static void
run(void *arg)
{
	struct pimg_start *s = arg;
	struct pimg_thread *t = pimg_self();
	struct pimg_stack *st;
	long r;

	if ((st = pimg_scratch(sizeof(*st))) == NULL)
		fail(s->path, "out of memory", EXIT_CANNOT);
	pimg_signal_init(t);
	if (pimg_trace_init(t) != 0)
		fail("trace", "its descriptor was lost", EXIT_CANNOT);
	if ((r = pimg_elf_load(s->fd, &s->program)) == -ENOENT)
		fail(s->path, "the run-time linker that it names does not "
		    "exist here; see --root in pstore(1)", EXIT_NOT_FOUND);
	if (r != 0)
		fail_program(s->path, r);
	find_program(s->fd, s);
	pimg_sys(__NR_close, s->fd);
	if (pimg_trace.mode != 0)	/* while the arguments are there */
		pimg_trace_started(s->path, s->args, s->nargs, s->envc);
	if ((r = pimg_stack_build(s, st)) != 0)
		fail_program(s->path, r);
	set_mm(s, st);
	if (s->program.exec_stack)
		exec_stack(st);
	pimg_sys(NR_mseal, __ehdr_start, pimg_image_end - __ehdr_start, 0);
	if ((r = pimg_arm()) != 0)
		fail("Syscall User Dispatch", r == -EINVAL ?
		    "not in this kernel (needs Linux 5.11, x86-64)" :
		    "refused, perhaps by a seccomp filter on prctl",
		    EXIT_CANNOT);
	pimg_memset(&t->frame, 0, sizeof(t->frame));
	pimg_enter_frame(&t->frame, st);
	t->frame.ip = s->program.entry;
	t->frame.flags = FLAGS_USER;
	pimg_scratch_release();
	pimg_exit();
}

/* The block of the process's first thread, attached; NULL: see *error. */
static struct pimg_thread *
first_thread(long *error)
{
	struct pimg_thread *t;

	*error = -ENOMEM;
	if ((t = pimg_process.mapped ? pimg_block_first() :
	    pimg_block_get()) == NULL)
		return (NULL);
	t->sighand = &pimg_process.sighand;
	t->sighand->refs = 1 << 30;	/* never freed */
	*error = pimg_thread_attach(t);
	return (*error == 0 ? t : NULL);
}

void	pimg_start(unsigned long *sp) __attribute__((__noreturn__));

void
pimg_start(unsigned long *sp)
{
	struct pimg_start first = { 0 }, *s;
	struct pimg_thread *t;
	unsigned long low, high;
	long r;

	read_stack(&first, sp);
	read_link("/proc/self/exe", pimg_process.self);
	if (pimg_aux_get(&first, AT_SECURE) != 0)
		fail("image", "refuses to run with privilege", EXIT_CANNOT);
	read_command(&first);
	first.fd_given = first.fd >= 0;
	first.fd = open_program(&first);
	if ((r = pimg_elf_claims(first.fd, &low, &high)) != 0)
		fail_program(first.path, r);
	pimg_move_away(&first, low, high);
	find_current(&pimg_process);

	if ((t = first_thread(&r)) == NULL)
		fail("thread block", pimg_strerror(r), EXIT_CANNOT);
	if ((s = pimg_scratch(sizeof(*s))) == NULL)
		fail(first.path, "out of memory", EXIT_CANNOT);
	*s = first;
	pimg_call_on(t->stack, run, s);
}

/*
 * Map mode: somebody else (the module; a test) has mapped the image beside a
 * program that the kernel loaded, and enters at pimg_start_hook with the
 * program's initial registers and, in rcx, the address to go on at.  The
 * frame is in pimg_boot.frame; the guest's stack is read, and its auxiliary
 * vector made what the guest's kernel would have written, in place.
 */
void	pimg_start_mapped(struct pimg_frame *f) __attribute__((__noreturn__));

struct pimg_boot pimg_boot;

void
pimg_start_mapped(struct pimg_frame *f)
{
	struct pimg_start s = { 0 };
	struct pimg_thread *t;
	long r;

	pimg_process.mapped = 1;
	pimg_process.native_brk = 1;
	read_stack(&s, (unsigned long *)f->sp);
	if ((t = first_thread(&r)) == NULL)
		fail("thread block", pimg_strerror(r), EXIT_CANNOT);
	pimg_signal_init(t);
	r = (long)pimg_aux_filter(s.aux);
	/* served by the module; elsewhere it takes CAP_SYS_RESOURCE */
	pimg_sys(__NR_prctl, PR_SET_MM, PR_SET_MM_AUXV, s.aux,
	    (unsigned long)r * sizeof(*s.aux), 0);
	t->frame = *f;
	pimg_exit();
}
