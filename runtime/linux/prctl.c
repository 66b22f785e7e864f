/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * arch_prctl and prctl: the requests that concern what the image itself
 * uses.  GS is the image's, so the guest's requests for it are refused with
 * EPERM and it reads as 0, as in a process that has never set it.  Syscall
 * User Dispatch and seccomp are refused as a kernel without them refuses
 * them: a filter or strict mode of the guest's would see the image's calls
 * and kill it.
 */
#include "code.h"
#include "runtime.h"

#define	ARCH_SET_GS	0x1001
#define	ARCH_SET_FS	0x1002
#define	ARCH_GET_FS	0x1003
#define	ARCH_GET_GS	0x1004

#define	PR_GET_SECCOMP	21
#define	PR_SET_SECCOMP	22
#define	PR_SET_MM	35
#define	PR_SET_PTRACER	0x59616d61
#define	PR_SET_SYSCALL_USER_DISPATCH 59
#define	KERNEL(a, b, c)	((a) << 16 | (b) << 8 | (c))

/* Options and the release that brought them (uapi/linux/prctl.h). */
static const struct option {
	uint32_t	last;		/* options up to this one ... */
	uint32_t	since;		/* ... are not older than this */
} options[] = {
	{ 34, KERNEL(2, 6, 32) }, { 35, KERNEL(3, 3, 0) },
	{ 37, KERNEL(3, 4, 0) }, { 39, KERNEL(3, 5, 0) },
	{ 40, KERNEL(3, 5, 0) }, { 42, KERNEL(3, 15, 0) },
	{ 44, KERNEL(3, 19, 0) }, { 46, KERNEL(4, 0, 0) },
	{ 47, KERNEL(4, 3, 0) }, { 51, KERNEL(4, 14, 0) },
	{ 53, KERNEL(4, 17, 0) }, { 54, KERNEL(5, 0, 0) },
	{ 58, KERNEL(5, 6, 0) }, { 61, KERNEL(5, 13, 0) },
	{ 62, KERNEL(5, 14, 0) },
};

static int
option_exists(uint32_t option)
{
	size_t i;

	if (option == PR_SET_PTRACER)
		return (pimg_release_code >= KERNEL(3, 4, 0));
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (option <= options[i].last)
			return (pimg_release_code >= options[i].since);
	return (0);
}

long
pimg_rt_prctl(struct pimg_frame *f)
{
	uint32_t option = (uint32_t)f->arg[0];

	if (option == PR_GET_SECCOMP || option == PR_SET_SECCOMP ||
	    option == PR_SET_SYSCALL_USER_DISPATCH || option == PR_SET_MM ||
	    !option_exists(option))
		return (-EINVAL);
	return (pimg_call(__NR_prctl, f->arg[0], f->arg[1], f->arg[2],
	    f->arg[3], f->arg[4]));
}

#ifdef __x86_64__
long
pimg_rt_arch_prctl(struct pimg_frame *f)
{
	uint64_t zero = 0;

	switch ((int)f->arg[0]) {
	case ARCH_SET_FS:
	case ARCH_GET_FS:
		return (pimg_call(__NR_arch_prctl, f->arg[0], f->arg[1]));
	case ARCH_SET_GS:
		return (-EPERM);
	case ARCH_GET_GS:
		return (pimg_copyout(f->arg[1], &zero, sizeof(zero)));
	default:
		return (-EINVAL);
	}
}
#endif
