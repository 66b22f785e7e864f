# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The guest programs again, carried to the image by its direct entry: drive
# does with ptrace what the kernel module does.  The test program is
# tests/guest/kind.sh, which uses a carrier that stands beside it.

ENTRY_KINDS=	musl

TESTS_BUILT+=		${T}/entry/drive
${T}/entry/drive: ${TOP}/tests/entry/drive.c ${TOP}/runtime/image.h
	@mkdir -p ${.TARGET:H}
	${CC} -std=gnu17 ${CPPFLAGS} ${CFLAGS} ${WARN} -o ${.TARGET} \
	    ${TOP}/tests/entry/drive.c

.for k in ${ENTRY_KINDS}
TESTS_BUILT+=		${T}/entry/${k}_test
${T}/entry/${k}_test: ${TOP}/tests/guest/kind.sh
	@mkdir -p ${.TARGET:H}
	install -m 755 ${TOP}/tests/guest/kind.sh ${.TARGET}
.endfor
