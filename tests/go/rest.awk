# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# rest.awk LIST LOG: an expression for the listed cases that the program in
# LOG did not come to, if it ended badly and came to any; else nothing.

FILENAME == ARGV[1] {
	if (/^(Test|Example|Fuzz)/)
		name[++n] = $1
	next
}

/=== RUN / {
	begun[$NF] = 1
	progress = 1
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
