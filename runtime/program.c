/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What a file is and how it is to be run: by an image, by the kernel (when
 * it gains privilege, which a personality does not survive), or through the
 * interpreter that its first line names.
 */
#include "arch.h"
#include "runtime.h"

#define	S_IFMT		0170000
#define	S_IFREG		0100000
#define	S_ISUID		0004000
#define	S_ISGID		0002000
#define	S_IXGRP		0000010
#define	X_OK		1
#define	ST_NOSUID	0x0002
#define	ST_NOEXEC	0x0008
#define	PR_GET_NO_NEW_PRIVS 39

/* Whether executing fd changes credentials. */
static int
gains_privilege(int fd, long mode, long mount)
{
	char cap[64];

	if ((mount & ST_NOSUID) ||
	    pimg_sys(__NR_prctl, PR_GET_NO_NEW_PRIVS) == 1)
		return (0);
	return ((mode & S_ISUID) != 0 ||
	    (mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) ||
	    pimg_sys(__NR_fgetxattr, fd, "security.capability", cap,
	    sizeof(cap)) > 0);
}

/* faccessat2 is Linux 5.8's; older container filters refuse it. */
static long
check_access(int fd, const char *path)
{
	long r = pimg_sys(__NR_faccessat2, fd, "", X_OK,
	    PIMG_AT_EMPTY_PATH | PIMG_AT_EACCESS);

	if (r == -ENOSYS || r == -EPERM)
		r = pimg_sys(__NR_faccessat, PIMG_AT_FDCWD, path, X_OK);
	return (r);
}

static long
check(int fd, const char *path, int *run)
{
	long mode = pimg_fstat_mode(fd), mount = pimg_fstatfs_flags(fd), r;

	if (pimg_failed(mode) || pimg_failed(mount))
		return (mode < mount ? mode : mount);
	if ((mode & S_IFMT) != S_IFREG || (mount & ST_NOEXEC))
		return (-EACCES);
	if ((r = check_access(fd, path)) != 0)
		return (r);
	*run = gains_privilege(fd, mode, mount) ? PIMG_RUN_NATIVE : PIMG_RUN_IMAGE;
	return (0);
}

/*
 * Opens path for execution.  Returns a descriptor (close-on-exec) or a
 * negated errno as execve(2) would; *run says who is to run it.  A file that
 * may be executed but not read cannot be run by an image: EACCES.
 */
long
pimg_program_open(const char *path, int *run)
{
	long fd, r;

	fd = pimg_sys(__NR_openat, PIMG_AT_FDCWD, path,
	    PIMG_O_RDONLY | PIMG_O_CLOEXEC | 04000 /* O_NONBLOCK */);
	if (pimg_failed(fd))
		return (fd == -ENXIO || fd == -ENODEV ? -EACCES : fd);
	if ((r = check((int)fd, path, run)) != 0) {
		pimg_sys(__NR_close, fd);
		return (r);
	}
	return (fd);
}

static char *
skip_blanks(char *p)
{

	while (*p == ' ' || *p == '\t')
		p++;
	return (p);
}

/*
 * Takes the interpreter line of a script apart, as the kernel does.  head
 * has len bytes and room for one more.  Returns 1 for a script, 0 for
 * something else, -ENOEXEC for a script whose line is too long or empty.
 */
long
pimg_script_parse(char *head, size_t len, struct pimg_script *s)
{
	char *p, *end, *interp;

	if (len < 2 || head[0] != '#' || head[1] != '!')
		return (0);
	for (end = head + 2; end < head + len && *end != '\n'; end++)
		;
	if (end == head + len && len == PIMG_HEAD) {
		/* cut off: only good if the interpreter's name is whole */
		for (p = head + 2; p < end && (*p == ' ' || *p == '\t'); p++)
			;
		for (; p < end && *p != ' ' && *p != '\t'; p++)
			;
		if (p == end)
			return (-ENOEXEC);
	}
	while (end > head + 2 && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	interp = skip_blanks(head + 2);
	if (*interp == '\0')
		return (-ENOEXEC);
	for (p = interp; *p != '\0' && *p != ' ' && *p != '\t'; p++)
		;
	if (*p != '\0') {
		*p = '\0';
		p = skip_blanks(p + 1);
	}
	pimg_strlcpy(s->interp, interp, sizeof(s->interp));
	pimg_strlcpy(s->arg, p, sizeof(s->arg));
	return (1);
}
