# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Programs that run inside the virtual machine, and the scripts that make and
# boot it.  The initial file system and the modules are made only for tests,
# by `bmake test-kmod` (functional, all kernels there are headers and a kernel
# image for) and `bmake test-kmod-long` (storm and fuzzer).

KMOD_T=		${T}/kmod
KMOD_TSRC=	${TOP}/tests/kmod
KMOD_PROGS=	kctl storm fuzz hostile getrandom cost

.for p in ${KMOD_PROGS}
TESTS_BUILT+=		${KMOD_T}/${p}
${KMOD_T}/${p}: ${KMOD_TSRC}/${p}.c ${KMOD_TSRC}/sha256.h ${KMOD_TSRC}/kapi.h \
    ${TOP}/kmod/pimg.h ${TOP}/runtime/image.h
	@mkdir -p ${.TARGET:H}
	${CC} -std=gnu17 ${OPTIM} ${WARN} -D_GNU_SOURCE -I${TOP} -static \
	    -o ${.TARGET} ${KMOD_TSRC}/${p}.c -lpthread
.endfor
TESTS_BUILT+=		${KMOD_T}/tiny
${KMOD_T}/tiny: ${KMOD_TSRC}/tiny.S
	@mkdir -p ${.TARGET:H}
	${CC} -nostdlib -static -o ${.TARGET} ${KMOD_TSRC}/tiny.S

# A 32-bit program, where the compiler can make one.
KMOD_M32!=	echo 'int main(void) { return (0); }' | ${CC} -m32 -static -x c \
		    -o /dev/null - 2>/dev/null && echo yes || echo no
.if ${KMOD_M32} == yes
TESTS_BUILT+=		${KMOD_T}/small32
KMOD_SMALL32=	${KMOD_T}/small32
${KMOD_T}/small32: ${KMOD_TSRC}/small32.c
	@mkdir -p ${.TARGET:H}
	${CC} -m32 -std=gnu17 ${OPTIM} ${WARN} -D_GNU_SOURCE -static \
	    -o ${.TARGET} ${KMOD_TSRC}/small32.c -lpthread
.endif
.for f in init.sh mkinitrd.sh boot.sh images.sh
TESTS_BUILT+=		${KMOD_T}/${f}
${KMOD_T}/${f}: ${KMOD_TSRC}/${f}
	@mkdir -p ${.TARGET:H}
	install -m 755 ${KMOD_TSRC}/${f} ${.TARGET}
.endfor
TESTS_BUILT+=		${KMOD_T}/qexit
${KMOD_T}/qexit: ${TOP}/tests/qemu/qexit.c
	@mkdir -p ${.TARGET:H}
	${CC} -std=gnu17 ${OPTIM} ${WARN} -static -o ${.TARGET} ${TOP}/tests/qemu/qexit.c

${KMOD_T}/odd ${KMOD_T}/even: ${KMOD_TSRC}/images.sh ${TOOLS} ${FIXTURE_DEPS}
	sh ${KMOD_TSRC}/images.sh ${B}/bin/pimg ${TOP}/protos ${KMOD_T}

${KMOD_T}/initrd: ${KMOD_PROGS:@p@${KMOD_T}/${p}@} ${KMOD_T}/qexit \
    ${KMOD_SMALL32} ${KMOD_T}/tiny ${KMOD_T}/odd ${KMOD_T}/even ${KMOD_T}/init.sh ${KMOD_T}/mkinitrd.sh \
    ${T}/guest/static/cases ${T}/guest/musl/cases
	sh ${KMOD_T}/mkinitrd.sh ${T} ${.TARGET}

.PHONY:		test-kmod test-kmod-long
test-kmod: all build-tests .WAIT kmod ${KMOD_T}/initrd
	KYUA_OPTIONS="-v test_suites.pimg.kmod=1" \
	    sh ${TOP}/tests/lib/run.sh ${T} kmod/kmod_test
test-kmod-long: all build-tests .WAIT kmod ${KMOD_T}/initrd
	kyua -v test_suites.pimg.long=1 test --kyuafile=${T}/Kyuafile \
	    --results-file=${T}/results-long.db kmod/kmod_test
