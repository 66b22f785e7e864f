# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The tests of Go's standard library under the BSD personalities.
#
#	bmake test-go		all packages: build/tests/go/table.txt
#	bmake test-go GOSTD="-s netbsd -p net"
#	bmake test-go-long	many runs (long.sh)
#
# The quick subset is a test of `bmake test'.

GO_T=		${T}/go
GOSTD?=
.for f in gostd.sh branded.sh rest.awk long.sh quick small.go verdicts.awk goskip.awk score.awk table.awk
TESTS_BUILT+=		${GO_T}/${f}
${GO_T}/${f}: ${TOP}/tests/go/${f}
	@mkdir -p ${.TARGET:H}
	install -m 644 ${TOP}/tests/go/${f} ${.TARGET}
.endfor

.PHONY:		test-go test-go-long
test-go: build-tests .WAIT ${TEST_DEPS}
	sh ${GO_T}/gostd.sh -b ${B} ${GOSTD}
test-go-long: build-tests .WAIT ${TEST_DEPS}
	sh ${GO_T}/long.sh ${B}
