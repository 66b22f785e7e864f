/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Statuses of children, and wait6, which tells as much as waitid does and
 * returns what wait4 does; see sys/sys/wait.h.
 */
#include <asm/unistd.h>
#include <linux/resource.h>

#include "bsd/bsd.h"
#include "abi.h"
#include "conv.h"

#define	STOPPED		0x7f	/* low byte: the signal is in the second */

/* The foreign number of a signal in a status; one that has none stays. */
static unsigned int
signal_out(unsigned int sig)
{
	int foreign = pimg_signal_out((int)sig);

	return (foreign != 0 ? (unsigned int)foreign : sig);
}

long
map_wait_status_out(uint64_t native, uint64_t *foreign)
{
	unsigned int s = (unsigned int)native & 0xffff;

	if (s == 0xffff)
		s = BSD_CONTINUED;
	else if ((s & 0xff) == STOPPED)
		s = STOPPED | signal_out(s >> 8) << 8;
	else if ((s & 0x7f) != 0)
		s = (s & 0x80) | signal_out(s & 0x7f);
	*foreign = s;
	return (0);
}

/* No call takes a status. */
long
map_wait_status_in(uint64_t foreign, uint64_t *native)
{
	*native = foreign;
	return (0);
}

static uint64_t
status_of(const siginfo_t *si)
{
	unsigned int s = (unsigned int)si->si_status;
	uint64_t foreign;

	switch (si->si_code) {
	case CLD_EXITED:
		return ((s & 0xff) << 8);
	case CLD_DUMPED:
		s |= 0x80;
		break;
	case CLD_STOPPED:
	case CLD_TRAPPED:
		s = STOPPED | s << 8;
		break;
	case CLD_CONTINUED:
		s = 0xffff;
		break;
	default:
		break;
	}
	map_wait_status_out(s, &foreign);
	return (foreign);
}

static long
info_out(pimg_addr dst, const siginfo_t *si)
{
	struct pimg_frame_layout layout;
	uint64_t info[PIMG_FRAME_MAX / sizeof(uint64_t)];

	pimg_system_frame(&layout);
	pimg_memset(info, 0, layout.info_size);
	if (si->si_pid != 0)
		pimg_system_info_out(info, si);
	return (pimg_copyout(dst, info, layout.info_size));
}

/* struct wrusage: the child's own usage, which has all here, and its children's. */
static long
usage_out(pimg_addr dst, const struct rusage *ru)
{
	long r = pimg_copyout(dst, ru, sizeof(*ru));

	return (r < 0 ? r : pimg_zeroout(dst + sizeof(*ru), sizeof(*ru)));
}

/* (idtype, id, status, options, wrusage, info): ids and options are native. */
long
hook_wait6(struct pimg_frame *f)
{
	siginfo_t si;
	struct rusage ru;
	uint32_t status;
	long r;

	pimg_memset(&si, 0, sizeof(si));
	pimg_memset(&ru, 0, sizeof(ru));
	r = pimg_call(__NR_waitid, f->arg[0], f->arg[1], &si, f->arg[3], &ru);
	if (r < 0)
		return (r);
	if (f->arg[5] != 0 && (r = info_out(f->arg[5], &si)) < 0)
		return (r);
	if (si.si_pid == 0)
		return (0);
	status = (uint32_t)status_of(&si);
	if (f->arg[2] != 0 &&
	    (r = pimg_copyout(f->arg[2], &status, sizeof(status))) < 0)
		return (r);
	if (f->arg[4] != 0 && (r = usage_out(f->arg[4], &ru)) < 0)
		return (r);
	return (si.si_pid);
}
