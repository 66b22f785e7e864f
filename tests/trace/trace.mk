# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The program whose calls trace_test looks at, and what the lines must be.

TESTS_BUILT+=		${T}/trace/calls
${T}/trace/calls: ${TOP}/tests/trace/calls.c
	@mkdir -p ${.TARGET:H}
	cd ${TOP}/tests/trace && ${CC} -std=gnu17 -O2 ${WARN} -D_GNU_SOURCE \
	    -fno-pie -no-pie -static -o ${.TARGET} calls.c -lpthread

.for s in freebsd dragonfly netbsd
TESTS_BUILT+=		${T}/trace/${s}
${T}/trace/${s}: ${TOP}/tests/trace/bsd.c ${TOP}/tests/bsd/start.c ${TOP}/tests/bsd/start.h \
    ${TOP}/tests/bsd/numbers.h
	@mkdir -p ${.TARGET:H}
	cd ${TOP}/tests/bsd && ${CC} -std=gnu17 -O2 ${WARN} -ffreestanding -fno-stack-protector \
	    -fno-pie -no-pie -nostdlib -static -Wl,--build-id=none -D${s:tu} -I. \
	    -o ${.TARGET} ../trace/bsd.c start.c
.endfor

TRACE_GOLDEN!=		cd ${TOP}/tests/trace && ls *.txt
.for g in ${TRACE_GOLDEN}
TESTS_BUILT+=		${T}/trace/${g}
${T}/trace/${g}: ${TOP}/tests/trace/${g}
	@mkdir -p ${.TARGET:H}
	cp ${TOP}/tests/trace/${g} ${.TARGET}
.endfor
