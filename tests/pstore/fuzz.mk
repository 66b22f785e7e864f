# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# bmake fuzz-pstore [FUZZ_TIME=seconds each]: libFuzzer with ASan and UBSan
# over what the store reads from strangers.  Needs clang.  Seeds are in
# seeds/; what is found new is kept in ${B}/fuzz/NAME, a crash fails it.

FUZZ_CC?=	clang
FUZZ_TIME?=	60
FUZZ_SAN=	-fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_DIR=	${B}/fuzz
FUZZ_SRCS=	${PSTORE_FILES:@f@${TOP}/pstore/${f}.c@} \
		${PSTORE_BUNDLE:@f@${TOP}/pstore/${f}.c@} \
		${PSTORE_BRAND:@f@${TOP}/runtime/${f}.c@} \
		${TOP}/pstore/cmd/elfnote.c

.PHONY:		fuzz-pstore
.for n in bundle manifest signature elf
${FUZZ_DIR}/fuzz_${n}: ${TOP}/tests/pstore/fuzz_${n}.c ${FUZZ_SRCS}
	@mkdir -p ${.TARGET:H}
	${FUZZ_CC} -std=c17 ${CPPFLAGS} -O1 -g -fsanitize=fuzzer ${FUZZ_SAN} \
	    -o ${.TARGET} ${TOP}/tests/pstore/fuzz_${n}.c ${FUZZ_SRCS} \
	    -larchive -ljansson -lsodium
fuzz-pstore: run-fuzz-${n}
.PHONY:		run-fuzz-${n}
run-fuzz-${n}: ${FUZZ_DIR}/fuzz_${n}
	@mkdir -p ${FUZZ_DIR}/${n}
	cd ${FUZZ_DIR} && ./fuzz_${n} -max_total_time=${FUZZ_TIME} \
	    -max_len=65536 -timeout=10 -print_final_stats=1 ${n} \
	    ${TOP}/tests/pstore/seeds/${n} 2>&1 | tee ${n}.log | \
	    grep -E 'stat::number|ERROR|SUMMARY|Test unit' ; \
	    ! grep -qE 'ERROR|Test unit written' ${n}.log
.endfor
