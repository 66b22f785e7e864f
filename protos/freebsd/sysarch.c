/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * sysarch(2) of amd64 (sys/x86/include/sysarch.h): the base of FS is the
 * program's; that of GS is the image's, so a program reads 0 and may set
 * nothing else.
 */
#include <hook.h>

#include <asm/prctl.h>
#include <asm/unistd.h>
#include <errno.h>

enum { GET_FSBASE = 128, SET_FSBASE, GET_GSBASE, SET_GSBASE };

#define	USER_END	0x800000000000UL

long
hook_sysarch(struct pimg_frame *f)
{
	uint64_t base = 0;

	switch ((int)f->arg[0]) {
	case GET_FSBASE:
		pimg_sys(__NR_arch_prctl, ARCH_GET_FS, &base);
		return (pimg_copyout(f->arg[1], &base, sizeof(base)));
	case GET_GSBASE:
		return (pimg_copyout(f->arg[1], &base, sizeof(base)));
	case SET_FSBASE:
	case SET_GSBASE:
		if (pimg_copyin(&base, f->arg[1], sizeof(base)) != 0)
			return (-EFAULT);
		if (base >= USER_END ||
		    ((int)f->arg[0] == SET_GSBASE && base != 0))
			return (-EINVAL);
		return ((int)f->arg[0] == SET_GSBASE ? 0 :
		    pimg_sys(__NR_arch_prctl, ARCH_SET_FS, base));
	default:
		return (-EINVAL);
	}
}
