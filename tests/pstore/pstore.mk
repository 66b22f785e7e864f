# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Tests of the store: unit tests linked with libpstore, helpers, stand-ins for
# images, and a build of pstore-catalogue with fault injection
# (faulty/bin/pstore, PSTORE_FAULT=kill:N or fail:N).

TP=		${T}/pstore
PSTORE_UNITS=	key sign manifest bundle path store catalogue brand
PSTORE_TEST_LIBS= ${PSTORE_LIBS} -latf-c

PO=		${B}/obj/tests/pstore
.for u in ${PSTORE_UNITS:@u@${u}_test@} mkversion
TESTS_BUILT+=		${TP}/${u}
${PO}/${u}.o: ${TOP}/tests/pstore/${u}.c ${PSTORE_OBJ}/pstore_schema.h
	@mkdir -p ${.TARGET:H}
	${COMPILE} -I${PSTORE_OBJ} -c ${TOP}/tests/pstore/${u}.c -o ${.TARGET}
.-include "${PO}/${u}.d"
${TP}/${u}: ${PO}/${u}.o ${LIBPSTORE}
	@mkdir -p ${.TARGET:H}
	${LINK} -o ${.TARGET} ${PO}/${u}.o ${LIBPSTORE} ${PSTORE_TEST_LIBS}
.endfor

TESTS_BUILT+=		${TP}/refuse ${TP}/image ${TP}/image-abi2 ${TP}/image-other \
		${TP}/catalogue-1.sql
# Neither a filter's helper nor an image takes a sanitizer.
${TP}/refuse: ${TOP}/tests/pstore/refuse.c
	@mkdir -p ${.TARGET:H}
	${CC} -std=c17 ${CPPFLAGS} ${CFLAGS} ${WARN} -o ${.TARGET} \
	    ${TOP}/tests/pstore/refuse.c

PSTORE_IMAGE=	${CC} -std=gnu17 -O2 -ffreestanding -fno-stack-protector \
		-fcf-protection=none -nostdlib -static -Wl,--build-id=none \
		-Wl,-z,noexecstack ${WARN} -Wno-missing-prototypes -I${TOP} \
		${TOP}/tests/pstore/image.c
${TP}/image: ${TOP}/tests/pstore/image.c ${TOP}/runtime/image.h
	@mkdir -p ${.TARGET:H}
	${PSTORE_IMAGE} -o ${.TARGET}
${TP}/image-abi2: ${TOP}/tests/pstore/image.c ${TOP}/runtime/image.h
	@mkdir -p ${.TARGET:H}
	${PSTORE_IMAGE} -DTEST_ABI=2 -o ${.TARGET}
${TP}/image-other: ${TOP}/tests/pstore/image.c ${TOP}/runtime/image.h
	@mkdir -p ${.TARGET:H}
	${PSTORE_IMAGE} -DTEST_PERSONALITY='"otherabi"' -o ${.TARGET}
${TP}/catalogue-1.sql: ${TOP}/tests/pstore/catalogue-1.sql
	@mkdir -p ${.TARGET:H}
	cp ${TOP}/tests/pstore/catalogue-1.sql ${.TARGET}

TESTS_BUILT+=		${TP}/kernel_init.sh
${TP}/kernel_init.sh: ${TOP}/tests/pstore/kernel_init.sh
	@mkdir -p ${.TARGET:H}
	cp ${TOP}/tests/pstore/kernel_init.sh ${.TARGET}

# The same sources, with the points at which a test kills or fails.
PF=		${B}/obj/pstore-faulty
.for f in ${PSTORE_FILES} ${PSTORE_STORE} ${PSTORE_BUNDLE}
PF_OBJS+=	${PF}/${f}.o
${PF}/${f}.o: ${TOP}/pstore/${f}.c ${PSTORE_OBJ}/pstore_schema.h
	@mkdir -p ${.TARGET:H}
	${COMPILE} -DPSTORE_FAULTS -I${PSTORE_OBJ} -c ${TOP}/pstore/${f}.c \
	    -o ${.TARGET}
.-include "${PF}/${f}.d"
.endfor
TESTS_BUILT+=		${TP}/faulty/bin/pstore ${TP}/faulty/libexec/pimg/pstore-catalogue
${TP}/faulty/libexec/pimg/pstore-catalogue: ${PSTORE_CAT_OBJS} ${PF_OBJS}
	@mkdir -p ${.TARGET:H}
	${LINK} -o ${.TARGET} ${PSTORE_CAT_OBJS} ${PF_OBJS} ${PSTORE_LIBS}
${TP}/faulty/bin/pstore: ${B}/bin/pstore
	@mkdir -p ${.TARGET:H}
	cp ${B}/bin/pstore ${.TARGET}

.include "${TOP}/tests/pstore/fuzz.mk"
