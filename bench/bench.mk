# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# `bmake bench`: the figures; `bmake bench JSON=1` as one JSON object.
# PROTOS for the second version: the shipped ones with a call dropped in.

BENCH=		${B}/bench
JSON?=
.if !empty(JSON)
BENCH_ARGS=	--json
.endif
.if empty(SAN)
TESTS_BUILT+=		${BENCH}/bench ${BENCH}/percall ${BENCH}/nothing
.endif

${BENCH}/bench: ${TOP}/bench/bench.c ${TOP}/bench/bundle.c ${TOP}/bench/bench.h
	@mkdir -p ${.TARGET:H}
	${COMPILE} ${LDFLAGS} -o ${.TARGET} ${TOP}/bench/bench.c ${TOP}/bench/bundle.c
${BENCH}/percall: ${TOP}/bench/percall.c ${TOP}/runtime/image.h
	@mkdir -p ${.TARGET:H}
	${COMPILE} -static -no-pie -fno-pie -o ${.TARGET} ${TOP}/bench/percall.c
${BENCH}/nothing: ${TOP}/bench/nothing.c
	@mkdir -p ${.TARGET:H}
	${COMPILE} -static -no-pie -fno-pie -o ${.TARGET} ${TOP}/bench/nothing.c

bench: build-tests .WAIT ${TEST_DEPS}
	@mkdir -p ${BENCH}/protos/linux26.d
	@cp ${TOP}/protos/examples/linux26-getrandom.proto ${BENCH}/protos/linux26.d/getrandom.proto
	-@sh ${TOP}/tests/esbuild/fetch.sh ${T}/esbuild/got
	@${BENCH}/bench ${B} ${FIXTURE}/store ${BENCH}/nothing ${BENCH}/percall \
	    ${BENCH}/protos:${TOP}/protos ${T}/esbuild/got ${BENCH_ARGS}
