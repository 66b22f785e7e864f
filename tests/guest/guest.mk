# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Guest programs, each in four kinds: static (glibc, at a fixed address),
# pie (static, moved by itself), musl (static), dynamic.  Beside each kind
# stands the list of its cases, which the test program of that name runs.

GUEST_SRC=	${TOP}/tests/guest
GUEST_KINDS=	static pie musl dynamic
GUEST_PROGS=	process threads spawn exec signals sigwait sigjmp faults timers \
		regs memory pointers misc
GUEST_ALONE=	show probe		# without the harness

GUEST_CFLAGS=	-std=gnu17 -O2 -g ${WARN} -D_GNU_SOURCE
GUEST_CC.static=	${CC} ${GUEST_CFLAGS} -fno-pie -no-pie -static
GUEST_CC.pie=		${CC} ${GUEST_CFLAGS} -fPIE -static-pie
GUEST_CC.musl=		musl-gcc ${GUEST_CFLAGS} -fno-pie -no-pie -static
GUEST_CC.dynamic=	${CC} ${GUEST_CFLAGS} -fPIE -pie
GUEST_EXTRA.regs=	${GUEST_SRC}/regs-asm.S

.for k in ${GUEST_KINDS}
.  for p in ${GUEST_PROGS}
TESTS_BUILT+=		${T}/guest/${k}/${p}
${T}/guest/${k}/${p}: ${GUEST_SRC}/${p}.c ${GUEST_SRC}/guest.c ${GUEST_SRC}/guest.h \
    ${GUEST_SRC}/regs.h ${GUEST_EXTRA.${p}}
	@mkdir -p ${.TARGET:H}
	cd ${GUEST_SRC} && ${GUEST_CC.${k}} -o ${.TARGET} ${p}.c guest.c ${GUEST_EXTRA.${p}} -lpthread
GUEST_BUILT.${k}+=	${T}/guest/${k}/${p}
.  endfor
.  for p in ${GUEST_ALONE}
TESTS_BUILT+=		${T}/guest/${k}/${p}
${T}/guest/${k}/${p}: ${GUEST_SRC}/${p}.c
	@mkdir -p ${.TARGET:H}
	cd ${GUEST_SRC} && ${GUEST_CC.${k}} -o ${.TARGET} ${p}.c
.  endfor

TESTS_BUILT+=		${T}/guest/${k}/cases ${T}/guest/${k}_test
${T}/guest/${k}/cases: ${GUEST_BUILT.${k}}
	for p in ${GUEST_PROGS}; do \
		${T}/guest/${k}/$$p -l | sed "s/^/$$p /" || exit 1; \
	done >${.TARGET}.new
	mv ${.TARGET}.new ${.TARGET}
${T}/guest/${k}_test: ${GUEST_SRC}/kind.sh
	@mkdir -p ${.TARGET:H}
	install -m 755 ${GUEST_SRC}/kind.sh ${.TARGET}
.endfor

#
# The same for i386, where the compiler has a 32-bit library.  What runs them
# is a kernel that can, under QEMU (tests/qemu): so the list of cases is taken
# from the sources.  Word sizes differ, and some casts with them.
#
GUEST_32!=	echo 'int main(void){return 0;}' | \
		${CC} -m32 -static -x c - -o /dev/null 2>/dev/null && echo yes || echo no
.if ${GUEST_32} == "yes"
GUEST_PROGS_32=	${GUEST_PROGS:Nregs} regs32
GUEST_CC.i386=	${CC} -m32 ${GUEST_CFLAGS} -Wno-pointer-to-int-cast -fno-pie -no-pie -static
.  for p in ${GUEST_PROGS_32}
TESTS_BUILT+=		${T}/guest/i386/${p}
${T}/guest/i386/${p}: ${GUEST_SRC}/${p}.c ${GUEST_SRC}/guest.c ${GUEST_SRC}/guest.h
	@mkdir -p ${.TARGET:H}
	cd ${GUEST_SRC} && ${GUEST_CC.i386} -o ${.TARGET} ${p}.c guest.c -lpthread
GUEST_BUILT.i386+=	${T}/guest/i386/${p}
.  endfor
.  for p in ${GUEST_ALONE}
TESTS_BUILT+=		${T}/guest/i386/${p}
${T}/guest/i386/${p}: ${GUEST_SRC}/${p}.c
	@mkdir -p ${.TARGET:H}
	cd ${GUEST_SRC} && ${GUEST_CC.i386} -o ${.TARGET} ${p}.c
.  endfor
TESTS_BUILT+=		${T}/guest/i386/cases
${T}/guest/i386/cases: ${GUEST_BUILT.i386}
	cd ${GUEST_SRC} && for p in ${GUEST_PROGS_32}; do \
		${CC} -m32 -D_GNU_SOURCE -E $$p.c | \
		    sed -n "s|^[ 	]*{ \"\([a-z0-9_]*\)\", [a-z0-9_]* },.*|$$p \1|p"; \
	done >${.TARGET}.new
	mv ${.TARGET}.new ${.TARGET}
.endif
