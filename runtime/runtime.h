/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What the parts of the runtime offer each other, and the calls that
 * prototypes name with a `runtime` target (pimg_rt_*).
 */
#ifndef PIMG_RUNTIME_RUNTIME_H
#define PIMG_RUNTIME_RUNTIME_H

#include "hook.h"
#include "image.h"
#include "sys.h"
#include "thread.h"

/* The process, filled at start (start.c); shared by its threads. */
struct pimg_process {
	char		self[PIMG_PATH_MAX];	/* the image's file, "" if unknown */
	char		current[PIMG_PATH_MAX];	/* what the next exec runs, or "" */
	char		program[PIMG_PATH_MAX];	/* the guest program's file */
	unsigned long	text, text_end;		/* the program's, for patched sites */
	uint32_t	traps;			/* call sites are not patched */
	uint32_t	pinned;			/* execs stay on this version */
	uint32_t	mapped;			/* map mode: the module carries the calls */
	uint32_t	native_brk;		/* the kernel's brk is the guest's */
	unsigned long	brk_start, brk;		/* else these are */
	struct pimg_lock brk_lock;
	struct pimg_sighand sighand;		/* of the first process */
};
extern struct pimg_process pimg_process __attribute__((__visibility__("hidden")));

/* message.c: NAME@N of this image; "pimg: NAME@N: OBJECT: CAUSE". */
void	pimg_ident(char *dst, size_t size);
void	pimg_message(const char *object, const char *cause);
const char *pimg_strerror(long error);
char	*pimg_utoa(char *dst, unsigned long v, unsigned base);

/* elf.c */
struct pimg_program {
	unsigned long	entry;		/* where execution starts */
	unsigned long	base;		/* AT_BASE */
	unsigned long	program_entry;	/* AT_ENTRY */
	unsigned long	phdr;		/* AT_PHDR */
	unsigned long	phnum;
	unsigned long	start_code, end_code, start_data, end_data;
	unsigned long	text, text_end;	/* one segment, executable, not writable */
	unsigned long	brk;		/* first page behind the program */
	int		exec_stack;
};
long	pimg_elf_check(const void *head, size_t len);
int	pimg_elf_is_other(const void *head, size_t len);
long	pimg_elf_claims(int fd, unsigned long *low, unsigned long *high);
long	pimg_elf_loadable(int fd);
long	pimg_elf_load(int fd, struct pimg_program *p);

/* program.c: what a file is and how it is to be run. */
#define	PIMG_HEAD	256		/* bytes the kernel looks at, BINPRM_BUF_SIZE */
#define	PIMG_SCRIPTS	5		/* nested interpreters, as the kernel */
#define	PIMG_RUN_IMAGE	0		/* by an image */
#define	PIMG_RUN_NATIVE	1		/* by the kernel: it gains privilege */
struct pimg_script {
	char		interp[PIMG_HEAD];
	char		arg[PIMG_HEAD];	/* "" for none */
};
long	pimg_program_open(const char *path, int *run);
long	pimg_script_parse(char *head, size_t len, struct pimg_script *s);

/* options.c: "--NAME" and "--NAME=VALUE" of the image's own command line. */
#define	PIMG_OPTIONS_MAX 32
long	pimg_option_add(const char *word);
const char *pimg_option_is(const char *word, const char *name);
const char *pimg_option_next(const char *prev, const char *name);
int	pimg_option_list(const char **v, int another);

/* root.c: --root. */
long	pimg_root_set(const char *dir);
long	pimg_root_path(char *path);

/* which.c: who is to run the program on fd; brand.h has the rules. */
struct pimg_verdict;
void	pimg_program_which(int fd, const char *path, struct pimg_verdict *v);

/* vdso.c */
unsigned long pimg_vdso_copy(unsigned long base);
unsigned long pimg_vdso_symbol(unsigned long base, const char *name);

/* path.c */
int	pimg_path_is_self(const char *path);
int	pimg_path_other(char *dst, const char *image);
int	pimg_path_personality(char *dst, const char *current, const char *name);

/* mask.c: masks in the native numbering */
long	pimg_mask_change(int how, const uint64_t *set, uint64_t *old);
long	pimg_mask_pending(uint64_t *set);
long	pimg_mask_wait(uint64_t set);
long	pimg_mask_timedwait(uint64_t set, pimg_addr info, pimg_addr timeout);

/* exec.c */
long	pimg_exec_fd(int fd, pimg_addr argv, pimg_addr envp);

/* The calls. */
long	pimg_rt_rt_sigaction(struct pimg_frame *);
long	pimg_rt_rt_sigprocmask(struct pimg_frame *);
long	pimg_rt_rt_sigpending(struct pimg_frame *);
long	pimg_rt_rt_sigtimedwait(struct pimg_frame *);
long	pimg_rt_rt_sigsuspend(struct pimg_frame *);
long	pimg_rt_rt_sigreturn(struct pimg_frame *);
long	pimg_rt_sigaltstack(struct pimg_frame *);
long	pimg_rt_signalfd(struct pimg_frame *);
long	pimg_rt_signalfd4(struct pimg_frame *);
long	pimg_rt_ppoll(struct pimg_frame *);
long	pimg_rt_pselect6(struct pimg_frame *);
long	pimg_rt_epoll_pwait(struct pimg_frame *);
long	pimg_rt_clone(struct pimg_frame *);
long	pimg_rt_fork(struct pimg_frame *);
long	pimg_rt_vfork(struct pimg_frame *);
long	pimg_rt_execve(struct pimg_frame *);
long	pimg_rt_exit(struct pimg_frame *);
long	pimg_rt_readlink(struct pimg_frame *);
long	pimg_rt_readlinkat(struct pimg_frame *);
long	pimg_rt_brk(struct pimg_frame *);
long	pimg_rt_mmap(struct pimg_frame *);
long	pimg_rt_mremap(struct pimg_frame *);
#ifdef __x86_64__
long	pimg_rt_shmat(struct pimg_frame *);
#endif
long	pimg_rt_prctl(struct pimg_frame *);
#ifdef __x86_64__
long	pimg_rt_arch_prctl(struct pimg_frame *);
#endif
#ifdef __i386__
long	pimg_rt_old_mmap(struct pimg_frame *);
long	pimg_rt_ipc(struct pimg_frame *);
long	pimg_rt_set_thread_area(struct pimg_frame *);
long	pimg_rt_get_thread_area(struct pimg_frame *);
long	pimg_rt_sigaction(struct pimg_frame *);
long	pimg_rt_sigprocmask(struct pimg_frame *);
long	pimg_rt_sigpending(struct pimg_frame *);
long	pimg_rt_sigsuspend(struct pimg_frame *);
long	pimg_rt_sigreturn(struct pimg_frame *);
long	pimg_rt_signal(struct pimg_frame *);
long	pimg_rt_sgetmask(struct pimg_frame *);
long	pimg_rt_ssetmask(struct pimg_frame *);
#endif

#endif
