# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The program whose calls trace_test looks at, and what the lines must be.

TESTS_BUILT+=		${T}/trace/calls
${T}/trace/calls: ${TOP}/tests/trace/calls.c
	@mkdir -p ${.TARGET:H}
	cd ${TOP}/tests/trace && ${CC} -std=gnu17 -O2 ${WARN} -D_GNU_SOURCE \
	    -fno-pie -no-pie -static -o ${.TARGET} calls.c -lpthread

TRACE_GOLDEN!=		cd ${TOP}/tests/trace && ls *.txt
.for g in ${TRACE_GOLDEN}
TESTS_BUILT+=		${T}/trace/${g}
${T}/trace/${g}: ${TOP}/tests/trace/${g}
	@mkdir -p ${.TARGET:H}
	cp ${TOP}/tests/trace/${g} ${.TARGET}
.endfor
