# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Does the source skip a case for the system `goos'?  excused() looks at the
# line that reported the skip and upward at the conditions around it, as
# gofmt indents them.  One must compare GOOS with this system's name, with
# `!=' with another's, be the default of a switch of GOOS, or call a function
# of the package or of internal/testenv that does such a thing.  It returns
# what was found, for the table, or nothing: then the skip is a failure.

function indent(s)
{
	match(s, /^\t*/)
	return RLENGTH
}

# The body of a function, joined; from the package's folder or testenv.
function body(dir, name,	key, cmd, line, text, found, short)
{
	key = dir SUBSEP name
	if (key in bodies)
		return bodies[key]
	short = name
	if (sub(/^testenv\./, "", short))
		cmd = "cat " src "/internal/testenv/*.go"
	else
		cmd = "cat " dir "/*.go"
	text = ""
	found = 0
	while ((cmd | getline line) > 0) {
		if (index(line, "func " short "(") == 1)
			found = 1
		if (found)
			text = text line "\n"
		if (found && line ~ /^}/)
			break
	}
	close(cmd)
	return bodies[key] = text
}

# Whether text tests GOOS for this system, itself or by what it calls; where.
function tests_goos(dir, text, depth,	name, where)
{
	if (text ~ /GOOS/ && (index(text, "\"" goos "\"") || text ~ /GOOS != "/))
		return "GOOS"
	if (depth == 0)
		return ""
	while (match(text, /[A-Za-z_][A-Za-z_0-9.]*\(/)) {
		name = substr(text, RSTART, RLENGTH - 1)
		text = substr(text, RSTART + RLENGTH)
		if (name ~ /^(t|b|f|fmt|os|strings|syscall)\./ ||
		    (name ~ /\./ && name !~ /^testenv\./) || name == "func")
			continue
		where = tests_goos(dir, body(dir, name), depth - 1)
		if (where != "")
			return name (where == "GOOS" ? "" : ", " where)
	}
	return ""
}

function excused(package, where,	dir, file, line, i, n, text, level, \
    lines, part, at, found, s)
{
	if (split(where, part, ":") != 2)
		return ""
	dir = src "/" package
	file = dir "/" part[1]
	at = part[2] + 0
	n = 0
	while ((getline line < file) > 0)
		lines[++n] = line
	close(file)
	if (at < 1 || at > n)
		return ""
	text = lines[at]
	found = tests_goos(dir, text, 2)
	level = indent(text)
	for (i = at - 1; i > 0 && level > 0 && found == ""; i--) {
		s = lines[i]
		if (s == "" || indent(s) > level)
			continue
		if (text ~ /^\t*(case |default:)/ && indent(s) == level &&
		    s ~ /^\t*(switch|select) /) {
			if (s ~ /GOOS/ && text ~ /^\t*default:/)
				found = "GOOS, default"
			else
				found = tests_goos(dir, s " " text, 2)
			text = s
		} else if (indent(s) < level && s ~ /[{:]$/) {
			level = indent(s)
			text = s
			if (level > 0)
				found = tests_goos(dir, s, 2)
		}
	}
	return found
}
