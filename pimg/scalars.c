/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Scalar types known without a typedef: C's own, the fixed-width ones, and
 * those POSIX names whose size does not differ between the systems we serve.
 * A personality declares the others (time_t, off_t, dev_t, ...) or overrides
 * these with a typedef of its own.
 */
#include <string.h>

#include "pimg/native.h"

static const struct pimg_scalar scalars[] = {
	/* name			x86-64, i386	signed */
	{ "char",		{ 1, 1 },	true, {0} },
	{ "signed char",	{ 1, 1 },	true, {0} },
	{ "unsigned char",	{ 1, 1 },	false, {0} },
	{ "short",		{ 2, 2 },	true, {0} },
	{ "unsigned short",	{ 2, 2 },	false, {0} },
	{ "int",		{ 4, 4 },	true, {0} },
	{ "unsigned int",	{ 4, 4 },	false, {0} },
	{ "long",		{ 8, 4 },	true, {0} },
	{ "unsigned long",	{ 8, 4 },	false, {0} },
	{ "long long",		{ 8, 8 },	true, {0} },
	{ "unsigned long long",	{ 8, 8 },	false, {0} },
	{ "_Bool",		{ 1, 1 },	false, {0} },
	{ "int8_t",		{ 1, 1 },	true, {0} },
	{ "uint8_t",		{ 1, 1 },	false, {0} },
	{ "int16_t",		{ 2, 2 },	true, {0} },
	{ "uint16_t",		{ 2, 2 },	false, {0} },
	{ "int32_t",		{ 4, 4 },	true, {0} },
	{ "uint32_t",		{ 4, 4 },	false, {0} },
	{ "int64_t",		{ 8, 8 },	true, {0} },
	{ "uint64_t",		{ 8, 8 },	false, {0} },
	{ "u_char",		{ 1, 1 },	false, {0} },
	{ "u_short",		{ 2, 2 },	false, {0} },
	{ "u_int",		{ 4, 4 },	false, {0} },
	{ "u_long",		{ 8, 4 },	false, {0} },
	{ "size_t",		{ 8, 4 },	false, {0} },
	{ "ssize_t",		{ 8, 4 },	true, {0} },
	{ "intptr_t",		{ 8, 4 },	true, {0} },
	{ "uintptr_t",		{ 8, 4 },	false, {0} },
	{ "pid_t",		{ 4, 4 },	true, {0} },
	{ "uid_t",		{ 4, 4 },	false, {0} },
	{ "gid_t",		{ 4, 4 },	false, {0} },
	{ "socklen_t",		{ 4, 4 },	false, {0} },
	{ "__socklen_t",	{ 4, 4 },	false, {0} },
};

const struct pimg_scalar *
pimg_scalar(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
		if (strcmp(scalars[i].name, name) == 0)
			return (&scalars[i]);
	}
	return (NULL);
}
