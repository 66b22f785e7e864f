# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# What makes an installation ready to use: images of every personality beside
# the tools, the programs that `go test` looks for, and a tarball of it all.
#
#	bmake images		${B}/images, a store of ready images
#	bmake dist		${B}/pimg-VERSION-x86_64.tar.gz
#	bmake install WITH_IMAGES=yes

DIST=		${TOP}/dist
DIST_OBJ=	${B}/obj/dist
DIST_NAME=	pimg-${VERSION}-x86_64
DIST_FILE=	${B}/${DIST_NAME}.tar.gz

# Every folder of protos/ that declares a personality.
PERSONALITIES!=	cd ${TOP}/protos && grep -l '^[[:space:]]*personality[[:space:]]' */*.proto 2>/dev/null | \
		sed 's,/.*,,' | sort -u
GO_SYSTEMS=	freebsd netbsd dragonfly

.for s in ${GO_SYSTEMS}
ALL+=		${B}/bin/go_${s}_amd64_exec
${B}/bin/go_${s}_amd64_exec: ${DIST}/go_exec.c
	@mkdir -p ${.TARGET:H}
	${CC} -std=c17 ${CPPFLAGS} ${CFLAGS} ${PREFIXMAP} ${WARN} -DPERSONALITY='"${s}"' \
	    ${PSTORE_LDSTATIC} ${LDFLAGS} -o ${.TARGET} ${DIST}/go_exec.c
.endfor

INSTALL_TARGETS+= install-go
.PHONY:		install-go images install-images dist
install-go: ${GO_SYSTEMS:@s@${B}/bin/go_${s}_amd64_exec@}
	install -d ${DESTDIR}${BINDIR}
	install -m 755 ${.ALLSRC} ${DESTDIR}${BINDIR}

# What systemd-binfmt(8) reads, if somebody links to it.
ALL+=		${B}/share/pimg/binfmt.d/pimg.conf
${B}/share/pimg/binfmt.d/pimg.conf: ${DIST}/pimg.conf
	@mkdir -p ${.TARGET:H}
	cp ${DIST}/pimg.conf ${.TARGET}
INSTALL_TARGETS+= install-binfmt
.PHONY:		install-binfmt
install-binfmt:
	install -d ${DESTDIR}${DATADIR}/binfmt.d
	install -m 644 ${DIST}/pimg.conf ${DESTDIR}${DATADIR}/binfmt.d/pimg.conf

IMAGES=		${B}/images
IMAGES_DEPS!=	find ${TOP}/protos ${TOP}/runtime -type f
images: ${IMAGES}/current
${IMAGES}/current: ${DIST}/images.sh ${B}/bin/pimg ${IMAGES_DEPS}
	sh ${DIST}/images.sh ${B}/bin ${TOP}/protos ${IMAGES} ${PERSONALITIES}

IMAGEDIR=	${PREFIX}/lib/pimg/images
install-images: ${IMAGES}/current
	install -d ${DESTDIR}${IMAGEDIR}
	cd ${IMAGES} && tar cf - . | tar xf - -C ${DESTDIR}${IMAGEDIR}

WITH_IMAGES?=	no
.if ${WITH_IMAGES} == "yes"
INSTALL_TARGETS+= install-images
.endif

${DIST_OBJ}/pack: ${DIST}/pack.c
	@mkdir -p ${.TARGET:H}
	${COMPILE} -c ${DIST}/pack.c -o ${DIST_OBJ}/pack.o
	${LINK} -o ${.TARGET} ${DIST_OBJ}/pack.o -larchive

#
# The tarball is the installation, without debugging information, tests and
# the module's sources, and with what a reader looks for.  It runs from
# wherever it is unpacked.
#
DIST_TREE=	${B}/dist/${DIST_NAME}
dist: ${DIST_FILE}
	@echo ${DIST_FILE}
${DIST_FILE}: ${ALL} ${IMAGES}/current ${DIST_OBJ}/pack ${TOP}/README.md
	rm -rf ${DIST_TREE}
	${.MAKE} -C ${TOP} stage DESTDIR=${DIST_TREE} PREFIX= WITH_IMAGES=yes \
	    >${B}/dist.log
	rm -rf ${DIST_TREE}/src ${DIST_TREE}/tests ${DIST_TREE}/include
	strip ${DIST_TREE}/bin/* ${DIST_TREE}/libexec/pimg/*
	cp ${TOP}/README.md ${TOP}/LICENSE ${TOP}/SECURITY.md ${DIST_TREE}
	${DIST_OBJ}/pack ${DIST_TREE} ${.TARGET}
	rm -rf ${DIST_TREE}
