# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Programs under the filter that a container has.

TS=		${T}/seccomp
TESTS_BUILT+=	${TS}/container ${TS}/work.go
${TS}/container: ${TOP}/tests/seccomp/container.c
	@mkdir -p ${.TARGET:H}
	${CC} -std=c17 ${CPPFLAGS} ${CFLAGS} ${WARN} -o ${.TARGET} \
	    ${TOP}/tests/seccomp/container.c
${TS}/work.go: ${TOP}/tests/seccomp/work.go
	@mkdir -p ${.TARGET:H}
	cp ${TOP}/tests/seccomp/work.go ${.TARGET}
