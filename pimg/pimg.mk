# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The prototype compiler: libpimg.a (everything but the verbs, for the tests
# and the fuzzer) and bin/pimg.

PIMG_OBJ=	${B}/obj/pimg
LIBPIMG=	${B}/lib/libpimg.a

PIMG_LIB=	arena source lex parse parse_token parse_type parse_expr \
		parse_call parse_target parse_map parse_struct \
		unit replace take mentions \
		check check_type check_map check_head check_call check_target \
		native native_x86_64 native_i386 errnos scalars \
		gen_header gen_dispatch gen_shims gen_map gen_struct gen_head \
		gen_call gen_variant gen_arg gen_sized gen_assert gen_roundtrip \
		gen_trace gen_trace_type gen_trace_arg \
		elf image jobs work inputs objects hookpath compile build \
		fmt fmt_line import mdoc
PIMG_CMD=	main cli coverage deliver cmd_build cmd_check cmd_fmt cmd_import \
		cmd_inspect cmd_keygen cmd_sign cmd_verify

.for f in ${PIMG_LIB} ${PIMG_CMD}
${PIMG_OBJ}/${f}.o: ${TOP}/pimg/${f}.c
	@mkdir -p ${.TARGET:H}
	${COMPILE} -c ${TOP}/pimg/${f}.c -o ${.TARGET}
.dinclude "${PIMG_OBJ}/${f}.d"
.endfor

PIMG_LIB_OBJS=	${PIMG_LIB:@f@${PIMG_OBJ}/${f}.o@}
PIMG_CMD_OBJS=	${PIMG_CMD:@f@${PIMG_OBJ}/${f}.o@}

${LIBPIMG}: ${PIMG_LIB_OBJS}
	@mkdir -p ${.TARGET:H}
	rm -f ${.TARGET}
	${AR:Uar} rcs ${.TARGET} ${PIMG_LIB_OBJS}

${B}/bin/pimg: ${PIMG_CMD_OBJS} ${LIBPIMG} ${B}/lib/libpstore.a
	@mkdir -p ${.TARGET:H}
	${LINK} -o ${.TARGET} ${PIMG_CMD_OBJS} ${LIBPIMG} \
	    ${B}/lib/libpstore.a ${PSTORE_LIBS}

ALL+=		${LIBPIMG} ${B}/bin/pimg

# Prototypes and the runtime's sources are data of the program.
INSTALL_TARGETS+= install-pimg
.PHONY:		install-pimg
install-pimg: ${B}/bin/pimg
	install -d ${DESTDIR}${BINDIR} ${DESTDIR}${DATADIR}
	install -m 755 ${B}/bin/pimg ${DESTDIR}${BINDIR}/pimg
	cd ${TOP} && find protos runtime -type f \
	    \( -name '*.proto' -o -name '*.[chS]' -o -name '*.lds' \) \
	    -exec install -D -m 644 {} ${DESTDIR}${DATADIR}/{} \;
