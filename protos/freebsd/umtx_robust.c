/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Robust mutexes: a thread says where the lists of those that it holds are,
 * and when it ends they are given back as "owner dead".  That is done for a
 * thread that exits; a process that is killed leaves its mutexes locked.
 */
#include "umtx.h"

#define	SLOTS		1024
#define	MAX_ROBUST	1000		/* kern.ipc.umtx_max_robust */

static struct slot {
	uint32_t	tid;
	pimg_addr	lists[3];	/* shared, private, being changed */
} slots[SLOTS];
static struct pimg_lock lock;
static uint32_t used;

static struct slot *
find(uint32_t tid)
{
	uint32_t i;

	for (i = 0; i < SLOTS; i++)
		if (slots[(tid + i) % SLOTS].tid == tid)
			return (&slots[(tid + i) % SLOTS]);
	return (NULL);
}

/* struct umtx_robust_lists_params */
long
umtx_robust_lists(pimg_addr params, long size)
{
	pimg_addr lists[3] = { 0, 0, 0 };
	uint32_t tid = umtx_self();
	struct slot *s;

	if (size < 0 || (size_t)size > sizeof(lists))
		return (-EINVAL);
	if (pimg_copyin(lists, params, (size_t)size) != 0)
		return (-EFAULT);
	pimg_lock(&lock);
	if ((s = find(tid)) == NULL)
		s = find(0);
	if (s != NULL) {
		s->tid = tid;
		pimg_memcpy(s->lists, lists, sizeof(lists));
		used = 1;
	}
	pimg_unlock(&lock);
	return (s != NULL ? 0 : -ENOMEM);
}

/* Gives back the mutex at m; *next is what its list goes on with. */
static long
give_back(pimg_addr m, int inactive, pimg_addr *next)
{
	long owner, flags;

	if (pimg_copyin(next, m + M_LINK, sizeof(*next)) != 0)
		return (-EFAULT);
	if ((flags = umtx_load(m + M_FLAGS)) < 0 ||
	    (owner = umtx_load(m)) < 0)
		return (-EFAULT);
	if ((flags & UMUTEX_ROBUST) == 0)
		return (-EINVAL);
	if (((uint32_t)owner & ~UMUTEX_CONTESTED) != umtx_self())
		return (inactive ? 0 : -EINVAL);
	return (umtx_mutex_unlock(m, 1));
}

static void
give_back_list(pimg_addr list, pimg_addr *inactive)
{
	pimg_addr m;
	int i, is_inactive;

	if (list == 0 || pimg_copyin(&m, list, sizeof(m)) != 0)
		return;
	for (i = 0; i < MAX_ROBUST && m != 0; i++) {
		is_inactive = m == *inactive;
		if (is_inactive)
			*inactive = 0;
		if (give_back(m, is_inactive, &m) != 0)
			return;
	}
}

/* Called by a thread that ends. */
void
bsd_thread_exit(void)
{
	pimg_addr inactive = 0, next;
	struct slot *s, copy;

	if (!used)
		return;
	pimg_lock(&lock);
	if ((s = find(umtx_self())) != NULL) {
		copy = *s;
		s->tid = 0;
	}
	pimg_unlock(&lock);
	if (s == NULL)
		return;
	if (copy.lists[2] != 0)
		pimg_copyin(&inactive, copy.lists[2], sizeof(inactive));
	give_back_list(copy.lists[0], &inactive);
	give_back_list(copy.lists[1], &inactive);
	if (inactive != 0)
		give_back(inactive, 1, &next);
}

void
umtx_robust_forked(void)
{

	pimg_memset(slots, 0, sizeof(slots));
	lock.owner = 0;
	used = 0;
}
