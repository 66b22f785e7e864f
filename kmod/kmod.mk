# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The kernel module.  It is no part of `all` and needs nothing that the rest
# needs: `bmake kmod` builds it for each kernel whose headers are installed
# (KMOD_KERNELS names others; a release each), plain and with self-tests:
#
#	build/kmod/RELEASE/pimg.ko
#	build/kmod/RELEASE-debug/pimg.ko
#
# What is installed is its source, for DKMS: `dkms add ${KMODDIR}`.

KMODDIR=	${PREFIX}/src/pimg-${VERSION}
KMOD_SRC=	${TOP}/kmod
KMOD_FILES!=	cd ${KMOD_SRC} && ls *.[ch] Kbuild
KMOD_RUNTIME=	runtime/image.h runtime/x86_64/thread_offsets.h

.if !defined(KMOD_KERNELS)
KMOD_KERNELS!=	for d in /usr/src/linux-headers-*; do \
			[ ! -e $$d/Module.symvers ] || echo $${d\#*headers-}; \
		done
.endif

.PHONY:		kmod install-kmod
kmod:
.for k in ${KMOD_KERNELS}
kmod: ${B}/kmod/${k}/pimg.ko ${B}/kmod/${k}-debug/pimg.ko
.  for v in ${k} ${k}-debug
${B}/kmod/${v}/pimg.ko: ${KMOD_FILES:@f@${KMOD_SRC}/${f}@} \
    ${KMOD_RUNTIME:@f@${TOP}/${f}@}
	sh ${KMOD_SRC}/build.sh ${TOP} ${.TARGET:H} ${k} PIMG_VERSION=${VERSION} \
	    PIMG_DEBUG=${v:M*-debug:C/.+/1/}
.  endfor
.endfor

INSTALL_TARGETS+= install-kmod
install-kmod: stage-dirs
	install -d ${DESTDIR}${KMODDIR}/runtime/x86_64
	cd ${KMOD_SRC} && install -m 644 ${KMOD_FILES} ${DESTDIR}${KMODDIR}
.for f in ${KMOD_RUNTIME}
	install -m 644 ${TOP}/${f} ${DESTDIR}${KMODDIR}/${f}
.endfor
	sed 's/@VERSION@/${VERSION}/' ${KMOD_SRC}/dkms.conf.in \
	    >${DESTDIR}${KMODDIR}/dkms.conf
	chmod 644 ${DESTDIR}${KMODDIR}/dkms.conf
	install -d ${DESTDIR}${PREFIX}/include/pimg
	install -m 644 ${KMOD_SRC}/pimg.h ${DESTDIR}${PREFIX}/include/pimg/pimg.h
