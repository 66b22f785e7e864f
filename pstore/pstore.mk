# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The store: libpstore.a, bin/pstore and libexec/pimg/pstore-catalogue.
#
# The library's objects are split so that a program gets only what it calls:
# pstore_FILES needs libsodium, pstore_STORE sqlite and jansson, pstore_BUNDLE
# libarchive and jansson.  bin/pstore uses the first group and is linked
# statically where the static archives exist; without them it is dynamic.

PSTORE_OBJ=	${B}/obj/pstore
LIBPSTORE=	${B}/lib/libpstore.a

PSTORE_FILES=	error io path fault format key seckey passphrase sign manifest trust \
		version load place find who journal kernel
PSTORE_STORE=	db rows store settle add promote remove listing history fsck
PSTORE_BUNDLE=	oci tar bundle

# The code that finds out whose program a file is; images carry it too.
PSTORE_BRAND=	brand brand_elf brand_go

PSTORE_LIBS=	-lsqlite3 -larchive -ljansson -lsodium

# Does a static program with libsodium link here?  (PSTORE_STATIC=no: do not.)
.if !defined(PSTORE_STATIC)
PSTORE_STATIC!=	echo 'int sodium_init(void);int main(void){return sodium_init();}' | \
		${CC} -static ${SANFLAGS} -x c - -o /dev/null -lsodium 2>/dev/null && \
		echo yes || echo no
.endif
.if ${PSTORE_STATIC} == "yes"
PSTORE_LDSTATIC= -static
.endif

PSTORE_CORE=	main cli json cmd_exec image_file cmd_ps cmd_status cmd_current cmd_binfmt binfmt \
		carrier brand \
		program elfnote explain exec_trace procscan
PSTORE_CAT=	main_catalogue cli json cmd_add cmd_list cmd_show cmd_promote \
		cmd_rollback cmd_log cmd_trust cmd_remove cmd_fsck \
		cmd_export cmd_kernel ksync binfmt procscan output

${PSTORE_OBJ}/pstore_schema.h: ${TOP}/pstore/schema/schema.sql \
    ${TOP}/pstore/schema/migrate-2.sql ${TOP}/pstore/schema/embed.sh
	@mkdir -p ${.TARGET:H}
	sh ${TOP}/pstore/schema/embed.sh ${TOP}/pstore/schema > ${.TARGET}.tmp
	mv ${.TARGET}.tmp ${.TARGET}

.for f in ${PSTORE_FILES} ${PSTORE_STORE} ${PSTORE_BUNDLE}
PSTORE_OBJS+=	${PSTORE_OBJ}/${f}.o
${PSTORE_OBJ}/${f}.o: ${TOP}/pstore/${f}.c ${PSTORE_OBJ}/pstore_schema.h
	@mkdir -p ${.TARGET:H}
	${COMPILE} -I${PSTORE_OBJ} -c ${TOP}/pstore/${f}.c -o ${.TARGET}
.-include "${PSTORE_OBJ}/${f}.d"
.endfor

.for f in ${PSTORE_BRAND}
PSTORE_OBJS+=	${PSTORE_OBJ}/runtime/${f}.o
${PSTORE_OBJ}/runtime/${f}.o: ${TOP}/runtime/${f}.c
	@mkdir -p ${.TARGET:H}
	${COMPILE} -c ${TOP}/runtime/${f}.c -o ${.TARGET}
.-include "${PSTORE_OBJ}/runtime/${f}.d"
.endfor

${LIBPSTORE}: ${PSTORE_OBJS}
	@mkdir -p ${.TARGET:H}
	rm -f ${.TARGET}
	${AR:Uar} rcs ${.TARGET} ${PSTORE_OBJS}

ALL+=		${LIBPSTORE}

.if exists(${TOP}/pstore/cmd/main.c)
.for f in ${PSTORE_CORE} ${PSTORE_CAT}
.  if !target(${PSTORE_OBJ}/cmd/${f}.o)
${PSTORE_OBJ}/cmd/${f}.o: ${TOP}/pstore/cmd/${f}.c
	@mkdir -p ${.TARGET:H}
	${COMPILE} -c ${TOP}/pstore/cmd/${f}.c -o ${.TARGET}
.-include "${PSTORE_OBJ}/cmd/${f}.d"
.  endif
.endfor

PSTORE_CORE_OBJS= ${PSTORE_CORE:@f@${PSTORE_OBJ}/cmd/${f}.o@}
PSTORE_CAT_OBJS= ${PSTORE_CAT:@f@${PSTORE_OBJ}/cmd/${f}.o@}

${B}/bin/pstore: ${PSTORE_CORE_OBJS} ${LIBPSTORE}
	@mkdir -p ${.TARGET:H}
	${LINK} ${PSTORE_LDSTATIC} -o ${.TARGET} \
	    ${PSTORE_CORE_OBJS} ${LIBPSTORE} -lsodium

${B}/libexec/pimg/pstore-catalogue: ${PSTORE_CAT_OBJS} ${LIBPSTORE}
	@mkdir -p ${.TARGET:H}
	${LINK} -o ${.TARGET} ${PSTORE_CAT_OBJS} \
	    ${LIBPSTORE} ${PSTORE_LIBS}

ALL+=		${B}/bin/pstore ${B}/libexec/pimg/pstore-catalogue

.endif
INSTALL_TARGETS+= install-pstore
.PHONY:		install-pstore
install-pstore: ${B}/bin/pstore ${B}/libexec/pimg/pstore-catalogue
	install -d ${DESTDIR}${BINDIR} ${DESTDIR}${LIBEXECDIR}
	install -m 755 ${B}/bin/pstore ${DESTDIR}${BINDIR}/pstore
	install -m 755 ${B}/libexec/pimg/pstore-catalogue \
	    ${DESTDIR}${LIBEXECDIR}/pstore-catalogue
