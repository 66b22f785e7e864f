# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Inputs and expected outputs of the compiler's tests.

PIMG_TEST_DATA!=	cd ${TOP}/tests/pimg && \
			find bad good golden seeds demo -type f 2>/dev/null || :
.for f in expect.awk ${PIMG_TEST_DATA}
TESTS_BUILT+=		${T}/pimg/${f}
${T}/pimg/${f}: ${TOP}/tests/pimg/${f}
	@mkdir -p ${.TARGET:H}
	cp ${TOP}/tests/pimg/${f} ${.TARGET}
.endfor

#
# bmake fuzz-pimg FUZZ_TIME=SECONDS: each harness for so long, from the seeds
# in the tree.  A crash is left in ${B}/fuzz and becomes a seed when it is
# mended.
#
FUZZ_TIME?=	60
FUZZ_CC?=	clang
PIMG_FUZZ_SRC=	${PIMG_LIB:Njobs:Nwork:Ninputs:Nobjects:Nhookpath:Ncompile:Nbuild:@f@${TOP}/pimg/${f}.c@} \
		${TOP}/pstore/error.c ${TOP}/pstore/manifest.c \
		${TOP}/pstore/format.c

.PHONY:		fuzz-pimg
.for f in proto elf
${B}/fuzz/${f}_fuzz: ${TOP}/tests/pimg/fuzz/${f}_fuzz.c ${PIMG_FUZZ_SRC}
	@mkdir -p ${.TARGET:H}
	${FUZZ_CC} -std=gnu17 ${CPPFLAGS} -g -O1 \
	    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	    -o ${.TARGET} ${TOP}/tests/pimg/fuzz/${f}_fuzz.c \
	    ${PIMG_FUZZ_SRC} -lsodium

.PHONY:		fuzz-pimg-${f}
fuzz-pimg-${f}: ${B}/fuzz/${f}_fuzz
	@mkdir -p ${B}/fuzz/corpus-${f}
	cd ${B}/fuzz && ./${f}_fuzz -max_total_time=${FUZZ_TIME} -timeout=10 \
	    -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
	    corpus-${f} ${TOP}/tests/pimg/seeds/${f}
fuzz-pimg: fuzz-pimg-${f}
.endfor
