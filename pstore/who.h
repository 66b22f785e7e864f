/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Who acts and when, as the logs say it.
 */
#ifndef PSTORE_WHO_H
#define PSTORE_WHO_H

#define	PSTORE_TIME	24	/* 2026-01-31T23:59:59Z and NUL */
#define	PSTORE_WHO	96

void	pstore_time(char out[PSTORE_TIME]);
/* "alice", "root (sudo by alice)" */
void	pstore_who(char out[PSTORE_WHO]);

#endif
