# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Inputs and expected outputs of the compiler's tests.

PIMG_TEST_DATA!=	cd ${TOP}/tests/pimg && \
			find bad good golden seeds demo -type f 2>/dev/null || :
.for f in expect.awk ${PIMG_TEST_DATA}
ALL+=		${T}/pimg/${f}
${T}/pimg/${f}: ${TOP}/tests/pimg/${f}
	@mkdir -p ${.TARGET:H}
	cp ${TOP}/tests/pimg/${f} ${.TARGET}
.endfor
