# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# One makefile for bmake; each folder's part is in FOLDER/FOLDER.mk.
# Objects and programs go to build/, laid out as they are installed
# (build/bin, build/libexec/pimg), so that the tools find each other
# relative to their own path in both places.
#
# A folder's part adds its outputs to ALL, and a target that installs them
# (into ${DESTDIR}${BINDIR} and so on) to INSTALL_TARGETS.  With SAN set
# (bmake SAN=1, or compiler flags of your own) everything is built with
# sanitizers in build-san/ beside build/.

.MAIN:		all
.PHONY:		all test test-san install uninstall lint bench clean

VERSION=	0.1.0
PREFIX?=	/usr/local
DESTDIR?=
BINDIR=		${PREFIX}/bin
LIBEXECDIR=	${PREFIX}/libexec/pimg
DATADIR=	${PREFIX}/share/pimg
MANDIR=		${PREFIX}/share/man
TESTSDIR=	${PREFIX}/tests/pimg

TOP:=		${.CURDIR}
SAN?=
.if empty(SAN)
B:=		${TOP}/build
SANFLAGS=
.else
B:=		${TOP}/build-san
.  if ${SAN:M-f*} == ""
SANFLAGS=	-fsanitize=address,undefined -fno-sanitize-recover=all \
		-fno-omit-frame-pointer
.  else
SANFLAGS=	${SAN}
.  endif
.endif

CC?=		cc
OPTIM?=		-O2 -g
CFLAGS=		${OPTIM}
LDFLAGS?=
WARN=		-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
		-Wpointer-arith -Wwrite-strings -Wvla -Werror
CPPFLAGS+=	-D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DPIMG_VERSION='"${VERSION}"' -I${TOP}
# Paths of the build do not get into what is built.
PREFIXMAP=	-ffile-prefix-map=${TOP}=.
COMPILE=	${CC} -std=c17 ${CPPFLAGS} ${CFLAGS} ${PREFIXMAP} ${WARN} ${SANFLAGS} -MD -MP
LINK=		${CC} ${CFLAGS} ${SANFLAGS} ${LDFLAGS}

ALL=
TESTS_BUILT=
INSTALL_TARGETS=

.for d in pimg pstore runtime dist tests bench man kmod
.  if exists(${TOP}/${d}/${d}.mk)
.    include "${TOP}/${d}/${d}.mk"
.  endif
.endfor

#
# all: the tools and what they need.  build-tests: the tests and benchmarks
# too, which need more packages (a second C library, ATF); an installation
# has them with WITH_TESTS=yes.
#
all: ${ALL}
build-tests: .PHONY all ${TESTS_BUILT}

#
# Lint: what the compiler does not say.  Shell tests are read as sh; their
# functions are called by ATF, which shellcheck cannot know (SC2317), and
# single quotes hold programs (SC2016).
#
LINT_SH!=	cd ${TOP} && ls bootstrap .ci/run dist/*.sh tests/*/*.sh tests/*/*.subr pstore/schema/*.sh 2>/dev/null || :
LINT_C!=	cd ${TOP} && ls pimg/*.c pstore/*.c pstore/*/*.c dist/pack.c 2>/dev/null || :
LINT_MAN!=	cd ${TOP} && ls man/*.[1-9] 2>/dev/null || :
CPPCHECK=	cppcheck --quiet --std=c11 --enable=warning,portability \
		--error-exitcode=1 --inline-suppr --suppress=missingIncludeSystem \
		--suppress=funcArgOrderDifferent --suppress=arrayIndexOutOfBoundsCond \
		--suppress=duplicateAssignExpression --suppress=arrayIndexThenCheck \
		'--suppress=comparePointers:runtime/*' '--suppress=ctuPointerArith:runtime/*' \
		--suppress=arrayIndexOutOfBounds:runtime/block.c \
		-I. -Iruntime -D__x86_64__ -D_GNU_SOURCE '-DPIMG_VERSION=""'

lint: build-tests
.if !empty(LINT_MAN)
	cd ${TOP} && mandoc -Tlint -W warning ${LINT_MAN}
.endif
	cd ${TOP} && ${CPPCHECK} pimg pstore runtime tests/guest
	cd ${TOP} && printf '%s\n' ${LINT_C} | xargs -n 1 -P 2 sh -c \
	    'clang-tidy --quiet "$$0" -- -std=c17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 \
	    -DPIMG_VERSION=\"0\" -I. -I${B}/obj/pstore 2>/dev/null || exit 255'
	cd ${TOP} && shellcheck -s sh -S warning -e SC2016,SC2317,SC2034,SC2154,SC2155,SC2164,SC2238,SC2069,SC3045 ${LINT_SH}

clean:
	rm -rf ${TOP}/build ${TOP}/build-san

#
# Installation goes through a staging folder.  The list of what was put in
# place is installed too: uninstall removes exactly that (folders only if
# this made them and they are empty), also when an older version wrote it,
# and a newer version's install removes what it no longer has.
#
STAGE=		${B}/stage
LIST=		${DATADIR}/installed

WITH_TESTS?=	no
.if ${WITH_TESTS} == "yes"
INSTALL_NEEDS=	build-tests ${TEST_DEPS}
INSTALL_TARGETS+= install-tests
.endif

install: all ${INSTALL_NEEDS}
	rm -rf ${STAGE}
	${.MAKE} -C ${TOP} stage DESTDIR=${STAGE} PREFIX=${PREFIX}
	@set -e; d='${DESTDIR}'; old="$$d${LIST}"; new=${B}/installed; \
	[ -f "$$old" ] || old=/dev/null; : >$$new; umask 022; \
	cd ${STAGE}; find . -type d ! -name . | sed 's,^\.,,' | LC_ALL=C sort | \
	while read -r f; do \
		if [ -d "$$d$$f" ]; then grep -Fx "$$f/" "$$old" >>$$new || :; \
		else mkdir -p "$$d$$f"; echo "$$f/" >>$$new; fi; \
	done; \
	find . ! -type d | sed 's,^\.,,' | LC_ALL=C sort | while read -r f; do \
		cp -pP ".$$f" "$$d$$f.new" && mv -f "$$d$$f.new" "$$d$$f"; \
		echo "$$f"; \
	done >>$$new; \
	echo "${LIST}" >>$$new; \
	grep -Fxv -f $$new "$$old" | LC_ALL=C sort -r | while read -r f; do \
		case $$f in */) rmdir "$$d$$f" 2>/dev/null || :;; *) rm -f "$$d$$f";; esac; \
	done; \
	cp $$new "$$d${LIST}.new" && mv -f "$$d${LIST}.new" "$$d${LIST}"
	rm -rf ${STAGE}

INSTALL_TARGETS+= install-gdb
install-gdb: .PHONY stage-dirs
	install -m 644 ${TOP}/runtime/pimg-gdb.py ${DESTDIR}${DATADIR}/pimg-gdb.py

stage: .PHONY stage-dirs .WAIT ${INSTALL_TARGETS}

stage-dirs: .PHONY
	@umask 022; mkdir -p ${DESTDIR}${BINDIR} ${DESTDIR}${LIBEXECDIR} \
	    ${DESTDIR}${DATADIR} ${DESTDIR}${MANDIR}/man1 ${DESTDIR}${MANDIR}/man5 \
	    ${DESTDIR}${TESTSDIR}

uninstall:
	@d='${DESTDIR}'; list="$$d${LIST}"; \
	[ -f "$$list" ] || { echo "uninstall: $$list: no such installation" >&2; exit 1; }; \
	sorted=$$(LC_ALL=C sort -r "$$list"); \
	echo "$$sorted" | grep -v '/$$' | while read -r f; do rm -f "$$d$$f"; done; \
	echo "$$sorted" | grep '/$$' | while read -r f; do \
		rmdir "$$d$$f" 2>/dev/null || :; \
	done
