# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Tests are built to ${B}/tests, laid out like tests/, and installed from
# there to ${TESTSDIR}.  This file copies each folder's Kyuafile, shell test
# programs (X_test.sh becomes X_test) and the common code in tests/lib; a
# folder's own X.mk builds what is compiled.
#
# A build with sanitizers has the tests of the tools only: a guest program
# and an image take no sanitizer, and would be tested twice.

.if empty(SAN)
TEST_FOLDERS!=	cd ${TOP}/tests && ls -d */ | tr -d /
.else
TEST_FOLDERS=	lib pimg pstore
.endif
T=		${B}/tests
TOOLS=		${B}/bin/pimg ${B}/bin/pstore

TESTS_BUILT+=		${T}/Kyuafile
${T}/Kyuafile: ${TOP}/tests/Kyuafile
	@mkdir -p ${.TARGET:H}
	cp ${TOP}/tests/Kyuafile ${.TARGET}

.for d in ${TEST_FOLDERS}
.  if exists(${TOP}/tests/${d}/Kyuafile)
TESTS_BUILT+=		${T}/${d}/Kyuafile
${T}/${d}/Kyuafile: ${TOP}/tests/${d}/Kyuafile
	@mkdir -p ${.TARGET:H}
	cp ${TOP}/tests/${d}/Kyuafile ${.TARGET}
.  endif
SCRIPTS!=	cd ${TOP}/tests/${d} && ls *_test.sh *.subr 2>/dev/null || :
.  for s in ${SCRIPTS}
TESTS_BUILT+=		${T}/${d}/${s:S/.sh$//}
${T}/${d}/${s:S/.sh$//}: ${TOP}/tests/${d}/${s}
	@mkdir -p ${.TARGET:H}
	install -m 755 ${TOP}/tests/${d}/${s} ${.TARGET}
.  endfor
.  if exists(${TOP}/tests/${d}/${d}.mk)
.    include "${TOP}/tests/${d}/${d}.mk"
.  endif
.endfor

#
# A store that guest tests run from: version 1 of each personality, signed
# with a key of its own and promoted.  It is made by the tools themselves, once, and only read.
#
FIXTURE=	${T}/fixture
FIXTURE_DEPS!=	find ${TOP}/protos ${TOP}/runtime -type f
${FIXTURE}/.done: ${TOP}/tests/lib/fixture.sh ${TOOLS} ${FIXTURE_DEPS}
	sh ${TOP}/tests/lib/fixture.sh ${B}/bin ${FIXTURE}
.if empty(SAN) && exists(${TOP}/pimg/pimg.mk) && exists(${TOP}/pstore/pstore.mk)
TEST_DEPS+=	${FIXTURE}/.done
.endif

.PHONY:		test test-san fixture
fixture: ${FIXTURE}/.done

test: build-tests .WAIT ${TEST_DEPS}
	sh ${TOP}/tests/lib/run.sh ${T} ${TESTS}

SANTESTS?=	pimg pstore
test-san:
	${.MAKE} -C ${TOP} SAN=1 build-tests
	${.MAKE} -C ${TOP} SAN=1 test-tools
test-tools: .PHONY build-tests
	sh ${TOP}/tests/lib/run.sh ${T} ${SANTESTS}

install-tests: .PHONY stage-dirs
	cd ${T} && tar cf - --exclude=results.db \
	    --exclude=./go/bin --exclude='./go/cache*' --exclude=./go/log \
	    --exclude=./go/long --exclude=./esbuild/got . | tar xf - -C ${DESTDIR}${TESTSDIR}
