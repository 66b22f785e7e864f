# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# verdicts.awk LIST LOG: what became of each case.  LIST is the output of
# -test.list, LOG that of one or more runs with -test.v, each followed by a
# line "gostd: status N".  Prints, separated by tabs,
#
#	case	pass|fail|skip|unfinished	file:line	message
#
# for all listed cases (benchmarks are none) and the subtests seen.  A case
# without a verdict is `unfinished': the program died or was ended before,
# and the message says how.  Where all verdicts are good but the status is
# not, a case of the name (exit) says so.
#
# What a test prints may itself look like verdicts, for it may run test
# programs.  So a subtest's verdict counts only below its parent's, a name
# only if it is listed, and the last verdict of a name is taken: the outer
# program's comes after what it repeats.

function clean(s)
{
	gsub(/[\t\r]/, " ", s)
	gsub(/[^ -~]/, "?", s)
	sub(/^ +/, "", s)
	return substr(s, 1, 240)
}

function parent(name)
{
	sub(/\/.*/, "", name)
	return name
}

function begin(name)
{
	if (!(parent(name) in listed))
		return
	cur = name
	if (!(name in verdict) && !(name in open)) {
		open[name] = 1
		if (index(name, "/"))
			order[++n] = name
	}
}

FILENAME == ARGV[1] {
	if (/^(Test|Example|Fuzz)/ && !($1 in listed)) {
		listed[$1] = 1
		order[++n] = $1
	}
	next
}

/^gostd: status / {
	status = $3
	if (status == 124 || status == 137)
		why = "ended after the time limit"
	if (why == "")
		why = status > 128 ? "died of signal " (status - 128) : \
		    "the program ended with status " status
	for (name in open)
		lost[name] = why
	split("", open)
	if (status != 0)
		last = why
	why = cur = top = ""
	next
}

/^gostd: / {
	last = clean(substr($0, 8))
	next
}

match($0, /=== (RUN|CONT|NAME|PAUSE)  *[^ ]+$/) {
	line = substr($0, RSTART, RLENGTH)
	split(line, word, / +/)
	if (word[2] == "RUN")
		begin(word[3])
	else if (word[2] != "PAUSE" && parent(word[3]) in listed)
		cur = word[3]
	next
}

match($0, /--- (PASS|FAIL|SKIP): [^ ]+ \([0-9.]+s\)$/) {
	before = substr($0, 1, RSTART - 1)
	split(substr($0, RSTART), word, " ")
	name = word[3]
	if (!(parent(name) in listed))
		next
	if (index(name, "/") == 0) {
		if (before ~ /^ +$/)
			next
		top = name
	} else if (parent(name) != top || before !~ /^(    )+$/)
		next
	verdict[name] = tolower(substr(word[2], 1, 4))
	delete open[name]
	if (cur == name)
		cur = ""
	next
}

/^ +[A-Za-z0-9_.-]+\.go:[0-9]+: / {
	if (cur == "")
		next
	match($0, /[A-Za-z0-9_.-]+\.go:[0-9]+: /)
	here = substr($0, RSTART, RLENGTH - 2)
	text = substr($0, RSTART + RLENGTH)
	if (!(cur in first)) {
		first[cur] = text
		firstat[cur] = here
	}
	final[cur] = text
	finalat[cur] = here
	next
}

/^(panic|fatal error|SIG[A-Z]+|unexpected fault address|runtime): / || /^pstore: / {
	if (why == "" || (why ~ /^runtime: / && !/^runtime: /))
		why = clean($0)
}

# What an example printed follows "got:".
/^got:$/ && cur != "" && !(cur in first) {
	first[cur] = "output differs"
}

END {
	bad = 0
	for (i = 1; i <= n; i++) {
		name = order[i]
		v = verdict[name]
		if (v == "fail") {
			bad = 1
			put(name, v, firstat[name], name in first ? \
			    first[name] : "no message")
		} else if (v == "skip")
			put(name, v, finalat[name], final[name])
		else if (v == "pass")
			put(name, v, "", "")
		else if (index(name, "/") && verdict[parent(name)] ~ /pass|skip/)
			continue
		else {
			bad = 1
			put(name, "unfinished", "", name in lost ? lost[name] : \
			    "not begun: " last)
		}
	}
	if (!bad && status != 0)
		put("(exit)", "fail", "", last)
}

function put(name, v, where, text)
{
	print name "\t" v "\t" where "\t" clean(text)
}
