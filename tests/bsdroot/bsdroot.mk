# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# A FreeBSD system in small, linked by lld for that target: a run-time linker,
# a library and a program of our own.

TR=		${T}/bsdroot
BSD_CC=		${CC} -std=gnu17 -O1 -ffreestanding -fno-stack-protector \
		-fcf-protection=none -fno-asynchronous-unwind-tables -fPIC \
		-I${TOP}/tests/bsdroot ${WARN} -Wno-pointer-arith -c
BSD_LD=		ld.lld -m elf_x86_64_fbsd --hash-style=sysv --build-id=none

TESTS_BUILT+=	${TR}/ld-elf.so.1 ${TR}/libgreet.so.1 ${TR}/prog
.for f in rtld greet prog
${TR}/${f}.o: ${TOP}/tests/bsdroot/${f}.c ${TOP}/tests/bsdroot/sys.h
	@mkdir -p ${.TARGET:H}
	${BSD_CC} ${f:Mrtld:S/rtld/-fvisibility=hidden/} -o ${.TARGET} \
	    ${TOP}/tests/bsdroot/${f}.c
.endfor
${TR}/ld-elf.so.1: ${TR}/rtld.o
	${BSD_LD} -shared -Bsymbolic -e _start -o ${.TARGET} ${TR}/rtld.o
${TR}/libgreet.so.1: ${TR}/greet.o
	${BSD_LD} -shared -soname libgreet.so.1 -o ${.TARGET} ${TR}/greet.o
${TR}/prog: ${TR}/prog.o ${TR}/libgreet.so.1
	${BSD_LD} -pie --dynamic-linker /libexec/ld-elf.so.1 -o ${.TARGET} \
	    ${TR}/prog.o ${TR}/libgreet.so.1
