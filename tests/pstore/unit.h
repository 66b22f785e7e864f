/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What every unit test of the store includes.  Under a sanitizer, what libatf
 * itself leaks is not ours.
 */
#ifndef TESTS_PSTORE_UNIT_H
#define TESTS_PSTORE_UNIT_H

#include <atf-c.h>

const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_options(void)
{
	return ("print_suppressions=0");
}

const char *
__lsan_default_suppressions(void)
{
	return ("leak:libatf-c\nleak:atf_tp_main\n");
}

#endif
