/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * SIGNAL: not yet.
 */
#include "kq_native.h"
#include "kqueue.h"

long
kq_signal_attach(struct knote *kn)
{

	(void)kn;
	return (-EINVAL);
}

void
kq_signal_detach(struct knote *kn)
{

	(void)kn;
}

int
kq_signal_ready(struct knote *kn)
{

	(void)kn;
	return (0);
}

void
kq_signal_event(struct kqueue *kq)
{

	(void)kq;
}
