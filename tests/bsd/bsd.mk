# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Small programs against the raw calls of the BSDs, each for every system, run
# by SYSTEM_test.  SYSTEM/cases lists "PROGRAM CASE".

BSD_SRC=	${TOP}/tests/bsd
BSD_SYSTEMS=	freebsd dragonfly netbsd
BSD_PROGS!=	cd ${BSD_SRC} && ls *.c | sed -e 's/\.c$$//' -e '/^start$$/d'
BSD_CFLAGS=	-std=gnu17 -O2 -g ${WARN} -ffreestanding -fno-stack-protector \
		-fno-pie -no-pie -nostdlib -static -Wl,--build-id=none

.for s in ${BSD_SYSTEMS}
.  for p in ${BSD_PROGS}
TESTS_BUILT+=		${T}/bsd/${s}/${p}
${T}/bsd/${s}/${p}: ${BSD_SRC}/${p}.c ${BSD_SRC}/start.c ${BSD_SRC}/start.h \
    ${BSD_SRC}/numbers.h
	@mkdir -p ${.TARGET:H}
	cd ${BSD_SRC} && ${CC} ${BSD_CFLAGS} -D${s:tu} -o ${.TARGET} ${p}.c start.c
BSD_BUILT.${s}+=	${T}/bsd/${s}/${p}
.  endfor

TESTS_BUILT+=		${T}/bsd/${s}/cases ${T}/bsd/${s}_test
${T}/bsd/${s}/cases: ${BSD_BUILT.${s}}
	cd ${BSD_SRC} && for p in ${BSD_PROGS}; do \
		${CC} -E -D${s:tu} $$p.c | \
		    sed -n "s/.*struct test_case case_\([a-z0-9_]*\) .*/$$p \1/p"; \
	done >${.TARGET}.new
	mv ${.TARGET}.new ${.TARGET}
${T}/bsd/${s}_test: ${BSD_SRC}/system.sh
	@mkdir -p ${.TARGET:H}
	install -m 755 ${BSD_SRC}/system.sh ${.TARGET}
.endfor
