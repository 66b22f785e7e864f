# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# score.awk NATIVE FOREIGN, with goskip.awk before it and the variables
# goos, package, round, src, seconds, cases: compares verdicts.
#
#	denominator	every case of the foreign side, and every subtest that
#			passes natively below one that failed or did not
#			finish; less the ones that fail natively
#	passed		they pass
#	skipped		they are skipped natively too
#	by source	they are skipped, and the source does that for this
#			system (goskip.awk)
#	failed		all others
#
# Prints one row; appends the cases that did not pass to the file `cases'.

BEGIN { FS = OFS = "\t" }

function parent(name)
{
	sub(/\/.*/, "", name)
	return name
}

function note(what, name, text)
{
	print what, goos, package, name, round, text >>cases
}

function count(name, v, where, text,	by)
{
	total++
	if (v == "pass")
		passed++
	else if (v == "skip" && native[name] == "skip")
		skipped++
	else if (v == "skip" && (by = excused(package, where)) != "") {
		source++
		note("source", name, where ": " text " (" by ")")
	} else {
		failed++
		note("fail", name, (v == "fail" ? "" : \
		    v == "skip" ? "skipped: " : v ": ") \
		    (where == "" ? "" : where ": ") text)
	}
}

FILENAME == ARGV[1] {
	native[$1] = $2
	why[$1] = ($3 == "" ? "" : $3 ": ") $4
	if ($2 == "fail" || $2 == "unfinished")
		nfail++
	next
}

{
	seen[$1] = $2
	if (native[$1] == "fail" || native[$1] == "unfinished") {
		out++
		note("native", $1, why[$1])
	} else
		count($1, $2, $3, $4)
}

END {
	for (name in native)
		if (!(name in seen) && native[name] == "pass" && index(name, "/") &&
		    seen[parent(name)] ~ /fail|unfinished/)
			count(name, "unfinished", "", "its parent ended before")
	print goos, package, round, total + 0, passed + 0, failed + 0,
	    skipped + 0, source + 0, out + 0,
	    nfail ? nfail " failed" : "passed", seconds
}
