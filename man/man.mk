# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Manual pages: every man/NAME.N is installed and linted.

MANPAGES!=	cd ${TOP}/man && ls *.[0-9] 2>/dev/null || :

INSTALL_TARGETS+= install-man
.PHONY:		install-man lint-man
install-man:
.for m in ${MANPAGES}
	install -d ${DESTDIR}${MANDIR}/man${m:E}
	install -m 644 ${TOP}/man/${m} ${DESTDIR}${MANDIR}/man${m:E}/${m}
.endfor

# Pages of a section refer to each other; -W warning leaves out style.
lint-man:
	cd ${TOP}/man && mandoc -Tlint -Wwarning ${MANPAGES}
