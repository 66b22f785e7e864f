# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Manual pages: every man/NAME.N is installed and linted.

MANPAGES!=	cd ${TOP}/man && ls *.[0-9] 2>/dev/null || :

# The support tables: pimg-NAME(7) of each personality, made by pimg itself.
PERSONALITIES!=	cd ${TOP}/protos && grep -l '^personality' */*.proto | cut -d/ -f1 | sort -u
MAN_PROTOS!=	find ${TOP}/protos -type f
.for n in ${PERSONALITIES}
TABLES+=	${B}/man/pimg-${n}.7
${B}/man/pimg-${n}.7: ${B}/bin/pimg ${MAN_PROTOS}
	@mkdir -p ${.TARGET:H}
	${B}/bin/pimg inspect --mdoc --protos ${TOP}/protos ${n} > ${.TARGET}.tmp
	mv ${.TARGET}.tmp ${.TARGET}
.endfor
ALL+=		${TABLES}

INSTALL_TARGETS+= install-man
.PHONY:		install-man lint-man
install-man: ${TABLES}
.for m in ${MANPAGES}
	install -d ${DESTDIR}${MANDIR}/man${m:E}
	install -m 644 ${TOP}/man/${m} ${DESTDIR}${MANDIR}/man${m:E}/${m}
.endfor
.for m in ${TABLES}
	install -d ${DESTDIR}${MANDIR}/man7
	install -m 644 ${m} ${DESTDIR}${MANDIR}/man7/${m:T}
.endfor

# Pages of a section refer to each other; -W warning leaves out style.
lint-man: ${TABLES}
	cd ${TOP}/man && mandoc -Tlint -Wwarning ${MANPAGES} ${TABLES}
