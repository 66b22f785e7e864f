# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Takes expectations out of a prototype file.  A line "//! COLUMN TEXT" says
# that the nearest other line above it gets that diagnostic.  Writes the file
# without them to OUT, and one "NAME:LINE:COLUMN: TEXT" each to stdout.
/^\/\/! / {
	split($0, w, " ")
	text = $0
	sub(/^\/\/! [0-9]+ /, "", text)
	printf("%s:%d:%d: %s\n", name, line, w[2], text)
	next
}
{ line++; print > out }
