/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The small static program whose start is measured.
 */
int
main(void)
{
	return (0);
}
