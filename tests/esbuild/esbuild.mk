# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# esbuild comes from the npm registry when the test runs (fetch.sh).

TESTS_BUILT+=		${T}/esbuild/fetch.sh
${T}/esbuild/fetch.sh: ${TOP}/tests/esbuild/fetch.sh
	@mkdir -p ${.TARGET:H}
	install -m 755 ${TOP}/tests/esbuild/fetch.sh ${.TARGET}
