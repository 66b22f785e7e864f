# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# What the virtual machine is made of; see qemu_test.sh.

.for f in init.sh mkinitrd.sh fetch32.sh
TESTS_BUILT+=		${T}/qemu/${f}
${T}/qemu/${f}: ${TOP}/tests/qemu/${f}
	@mkdir -p ${.TARGET:H}
	install -m 755 ${TOP}/tests/qemu/${f} ${.TARGET}
.endfor

TESTS_BUILT+=		${T}/qemu/qexit
${T}/qemu/qexit: ${TOP}/tests/qemu/qexit.c
	@mkdir -p ${.TARGET:H}
	${COMPILE} -static -o ${.TARGET} ${TOP}/tests/qemu/qexit.c
