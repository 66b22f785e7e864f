# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Programs for the tests of docs/debugging.md, and one that can be linked
# wherever the image is.

DEBUG_SRC=	${TOP}/tests/debug
.for p in waits dies
TESTS_BUILT+=		${T}/debug/${p}
${T}/debug/${p}: ${DEBUG_SRC}/${p}.c
	@mkdir -p ${.TARGET:H}
	cd ${DEBUG_SRC} && ${CC} -std=gnu17 ${CPPFLAGS} ${WARN} -O1 -g \
	    -fno-omit-frame-pointer -fno-optimize-sibling-calls -static \
	    -o ${.TARGET} ${p}.c
.endfor
TESTS_BUILT+=		${T}/debug/fixed.o ${T}/debug/pimg-gdb.py
${T}/debug/fixed.o: ${DEBUG_SRC}/fixed.S
	@mkdir -p ${.TARGET:H}
	${CC} -c -o ${.TARGET} ${DEBUG_SRC}/fixed.S
${T}/debug/pimg-gdb.py: ${TOP}/runtime/pimg-gdb.py
	@mkdir -p ${.TARGET:H}
	cp ${TOP}/runtime/pimg-gdb.py ${.TARGET}
