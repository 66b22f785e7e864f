/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Native system calls: from numbers to names and back.
 */
#include <string.h>

#include "pimg/native.h"
#include "pimg/native_table.h"

int
pimg_native_max(enum pimg_abi abi)
{
	return (abi == PIMG_I386 ? pimg_native_i386_count :
	    pimg_native_x86_64_count);
}

const char *
pimg_native_name(enum pimg_abi abi, int nr)
{
	if (nr < 0 || nr >= pimg_native_max(abi))
		return (NULL);
	return (abi == PIMG_I386 ? pimg_native_i386[nr] :
	    pimg_native_x86_64[nr]);
}

int
pimg_native_nr(enum pimg_abi abi, const char *name)
{
	const char *s;
	int i, max = pimg_native_max(abi);

	for (i = 0; i < max; i++) {
		s = pimg_native_name(abi, i);
		if (s != NULL && strcmp(s, name) == 0)
			return (i);
	}
	return (-1);
}
