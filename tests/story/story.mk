# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The story is told by demo.sh, which `./bootstrap demo` runs too.

.for f in demo.sh script.sh
TESTS_BUILT+=		${T}/story/${f}
${T}/story/${f}: ${TOP}/tests/story/${f}
	@mkdir -p ${.TARGET:H}
	install -m 755 ${TOP}/tests/story/${f} ${.TARGET}
.endfor

# The one guest program that the demo runs.
demo-probe: .PHONY ${T}/guest/static/probe
