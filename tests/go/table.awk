# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# table.awk ROWS CASES, with the variables format (txt, tsv, json), version,
# systems and rounds: the table of a run of gostd.sh.  The status is 1 when a
# system is below 99 % or, with several rounds, a case gave two verdicts.
#
# The percentage is that of cases which did not fail, skipped ones of both
# kinds being in the denominator; the one in parentheses leaves them out of
# it.

BEGIN { FS = "\t" }

FILENAME == ARGV[1] {
	key = $2 SUBSEP $1
	if (!(key in row))
		keys[++nkeys] = key
	row[key] = 1
	if (!($1 in total))
		total[$1] = 0
	for (i = 4; i <= 9; i++)
		cell[key, i] += $i
	cell[key, 10] = $10
	cell[key, 11] += $11
	total[$1] += $4
	passed[$1] += $5
	failed[$1] += $6
	skipped[$1] += $7
	source[$1] += $8
	next
}

{
	id = $1 SUBSEP $2 SUBSEP $3 SUBSEP $4
	if (!(id in times))
		ids[++nids] = id
	times[id]++
	text[id] = $6
}

function share(a, b)
{
	return b > 0 ? 100 * a / b : 0
}

function quote(s)
{
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	return "\"" s "\""
}

# The cases of a kind, a line each and one for the reason; those that ended
# unfinished with one reason share it.
function list(kind, title,	i, p, head, key, line, shared, many)
{
	for (i = 1; i <= nids; i++) {
		split(ids[i], p, SUBSEP)
		if (p[1] == kind && text[ids[i]] ~ /^unfinished: (not begun|its parent)/)
			many[p[2] " " p[3] SUBSEP text[ids[i]]]++
	}
	for (i = 1; i <= nids; i++) {
		split(ids[i], p, SUBSEP)
		if (p[1] != kind)
			continue
		if (!head++)
			printf "\n%s\n", title
		key = p[2] " " p[3] SUBSEP text[ids[i]]
		if (many[key] > 1 && shared[key]++)
			continue
		line = many[key] > 1 ? many[key] " cases" : p[4]
		if (rounds > 1)
			line = line " (" times[ids[i]] " of " rounds ")"
		printf "%s %s %s\n\t%s\n", p[2], p[3], line, text[ids[i]]
	}
}

function flaky(i,	p)
{
	split(ids[i], p, SUBSEP)
	return p[1] != "native" && times[ids[i]] < rounds
}

function as_text(	i, p, s)
{
	printf "The tests of Go's standard library, %s\n\n", version
	printf "%-15s %-10s %6s %6s %6s %7s %6s %7s %-10s %5s\n", "package",
	    "system", "cases", "passed", "failed", "skipped", "source",
	    "left out", "native", "s"
	for (i = 1; i <= nkeys; i++) {
		split(keys[i], p, SUBSEP)
		printf "%-15s %-10s %6d %6d %6d %7d %6d %8d %-10s %5d\n", p[1],
		    p[2], cell[keys[i], 4], cell[keys[i], 5], cell[keys[i], 6],
		    cell[keys[i], 7], cell[keys[i], 8], cell[keys[i], 9],
		    cell[keys[i], 10], cell[keys[i], 11]
	}
	print ""
	for (i = 1; i <= nsystems; i++) {
		s = system_[i]
		printf "%s: %d cases, %d passed, %d failed, %d skipped as " \
		    "natively, %d by the source: %.2f %% (%.2f %%)\n", s,
		    total[s], passed[s], failed[s], skipped[s], source[s],
		    share(total[s] - failed[s], total[s]),
		    share(passed[s], passed[s] + failed[s])
	}
	list("fail", "Failed:")
	list("source", "Skipped by the source for the system:")
	list("native", "Left out, since they fail natively:")
	if (rounds > 1)
		printf "\n%d rounds, %d cases with more than one verdict\n",
		    rounds, nflaky
}

function as_tsv(	i, p, j)
{
	print "package\tsystem\tcases\tpassed\tfailed\tskipped\tsource\t" \
	    "left_out\tnative\tseconds"
	for (i = 1; i <= nkeys; i++) {
		split(keys[i], p, SUBSEP)
		printf "%s\t%s", p[1], p[2]
		for (j = 4; j <= 11; j++)
			printf "\t%s", cell[keys[i], j]
		print ""
	}
}

function json_cases(kind,	i, p, comma)
{
	for (i = 1; i <= nids; i++) {
		split(ids[i], p, SUBSEP)
		if (p[1] != kind)
			continue
		printf "%s{\"system\":%s,\"package\":%s,\"case\":%s," \
		    "\"rounds\":%d,\"text\":%s}", comma, quote(p[2]), quote(p[3]),
		    quote(p[4]), times[ids[i]], quote(text[ids[i]])
		comma = ",\n"
	}
}

function as_json(	i, p, s)
{
	printf "{\"go\":%s,\"rounds\":%d,\"systems\":[", quote(version), rounds
	for (i = 1; i <= nsystems; i++) {
		s = system_[i]
		printf "%s{\"system\":%s,\"cases\":%d,\"passed\":%d," \
		    "\"failed\":%d,\"skipped\":%d,\"source\":%d," \
		    "\"percent\":%.3f}", (i > 1) ? ",\n" : "", quote(s), total[s],
		    passed[s], failed[s], skipped[s], source[s],
		    share(total[s] - failed[s], total[s])
	}
	printf "],\n\"packages\":["
	for (i = 1; i <= nkeys; i++) {
		split(keys[i], p, SUBSEP)
		printf "%s{\"package\":%s,\"system\":%s,\"cases\":%d," \
		    "\"passed\":%d,\"failed\":%d,\"skipped\":%d,\"source\":%d," \
		    "\"left_out\":%d,\"native\":%s,\"seconds\":%d}",
		    (i > 1) ? ",\n" : "", quote(p[1]), quote(p[2]),
		    cell[keys[i], 4], cell[keys[i], 5], cell[keys[i], 6],
		    cell[keys[i], 7], cell[keys[i], 8], cell[keys[i], 9],
		    quote(cell[keys[i], 10]), cell[keys[i], 11]
	}
	printf "],\n\"failed\":["
	json_cases("fail")
	printf "],\n\"source\":["
	json_cases("source")
	printf "],\n\"left_out\":["
	json_cases("native")
	printf "],\n\"flaky\":%d}\n", nflaky
}

END {
	nsystems = split(systems, system_, " ")
	for (i = 1; i <= nids; i++)
		nflaky += flaky(i)
	if (format == "json")
		as_json()
	else if (format == "tsv")
		as_tsv()
	else
		as_text()
	for (i = 1; i <= nsystems; i++)
		if (share(total[system_[i]] - failed[system_[i]], \
		    total[system_[i]]) < 99)
			exit 1
	exit nflaky > 0
}
