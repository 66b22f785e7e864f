# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# rest.awk LIST LOG: an expression for the listed cases that the program in
# LOG did not come to, if it came to any; else nothing.  A parallel case that
# still waited for its turn has not begun.

FILENAME == ARGV[1] {
	if (/^(Test|Example|Fuzz)/)
		name[++n] = $1
	next
}

/=== (RUN|CONT|NAME) / {
	begun[$NF] = 1
	if (/=== RUN /)
		progress = 1
}

/=== PAUSE / {
	delete begun[$NF]
}

/^gostd: status / {
	useful = progress
	progress = 0
}

END {
	for (i = 1; useful && i <= n; i++)
		if (!(name[i] in begun))
			re = re (re == "" ? "" : "|") name[i]
	if (re != "")
		print "^(" re ")$"
}
