/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg verify.
 */
#include "pimg/cli.h"

int
pimg_cmd_verify(struct pimg_cli *c, int argc, char **argv)
{
	(void)argc; (void)argv;
	return (pimg_usage(c, "not there yet"));
}
