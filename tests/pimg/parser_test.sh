#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The parser and the checker: every error of a file in one run, each at its
# place.  What is expected stands in the inputs themselves (bad/*.proto).

. "$(atf_get_srcdir)/../lib/pimg.subr"

# diagnostics NAME: bad/NAME.proto gives exactly what it says.
diagnostics()
{
	mkdir -p "protos/$1"
	awk -v name="$1/$1.proto" -v out="protos/$1/$1.proto" \
	    -f "$(atf_get_srcdir)/expect.awk" \
	    "$(atf_get_srcdir)/bad/$1.proto" | sort > want
	atf_check -s exit:1 -e save:stderr pimg check --protos protos "$1"
	grep "^$1/$1.proto:" stderr | sort > got
	atf_check -o empty diff want got
	# Each diagnostic shows its line and a caret below it.
	atf_check_equal "$(wc -l < got)" "$(grep -c '^      | *^' stderr)"
}

case_of()
{
	atf_test_case "diagnostics__$1"
	eval "diagnostics__$1_body() { diagnostics $1; }"
}
for n in line order maps sized structs variants; do
	case_of "$n"
done

atf_test_case diagnostics__json
diagnostics__json_body()
{
	mkdir -p protos/x
	printf 'personality x;\nconvention linux;\nrelease 1;\n3 STD { itn f(void); }\n' \
	    > protos/x/x.proto
	atf_check -s exit:1 -o save:out -e match:'"code":"failed"' \
	    pimg check --json --protos protos x
	atf_check -o inline:'error x/x.proto 4 9\n' jq -r \
	    '.diagnostics[0] | "\(.severity) \(.file) \(.line) \(.column)"' out
}

# Two files of a folder, and a folder and its drop-in.
atf_test_case slots__files
slots__files_body()
{
	mkdir -p protos/x protos/x.d
	printf 'personality x;\nconvention linux;\nrelease 1;\n3 STD { int close(int fd); }\n' \
	    > protos/x/a.proto
	printf '3 STD { int dup(int fd); }\n' > protos/x/b.proto
	atf_check -s exit:1 -e save:err pimg check --protos protos x
	atf_check -o ignore grep 'x/b.proto:1:1: error: call 3 is declared twice' err
	atf_check -o ignore grep 'x/a.proto:4:1: note: first declared here' err
	mv protos/x/b.proto protos/x.d/b.proto
	atf_check -o match:'1 calls' pimg check --protos protos x
	atf_check -o match:'"name": *"dup"' -o not-match:close \
	    pimg inspect --json --protos protos x
}

atf_test_case slots__since
slots__since_body()
{
	mkdir -p protos/x protos/x.d
	cat > protos/x/x.proto <<-END
		personality x;
		convention linux;
		release 2.6.39;
		3 STD { int close(int fd); } since 2.6.39
		4 STD { int dup(int fd); } since 3.0
		5 STD { int fsync(int fd); } until 2.6.39
		6 STD { int fdatasync(int fd); } until 3.0
	END
	atf_check -o save:out pimg inspect --json --protos protos x
	atf_check -o inline:'close\nfdatasync\n' jq -r '.calls[].name' out
	echo '9 STD { int sync(void); } since 3.0' > protos/x.d/n.proto
	atf_check -o ignore -e match:'newer than release 2.6.39' \
	    pimg check --protos protos x
	echo '9 STD { int sync(void); }' > protos/x.d/n.proto
	atf_check -o match:'3 calls' pimg check --protos protos x
}

atf_test_case inherit__overrides
inherit__overrides_body()
{
	mkdir -p protos/old protos/new
	cat > protos/old/a.proto <<-END
		personality old;
		convention linux;
		release 2.6;
		1 STD { int close(int fd); }
		2 STD { int dup(int fd); } since 3.0
	END
	cat > protos/new/a.proto <<-END
		personality new;
		release 3.0;
		inherit "old";
		1 STD { int fsync(int fd); }
	END
	atf_check -o save:out pimg inspect --json --protos protos new
	atf_check -o inline:'new 3.0\nfsync\ndup\n' jq -r \
	    '"\(.personality) \(.release)", .calls[].name' out
	echo 'inherit "new";' >> protos/old/a.proto
	atf_check -s exit:1 -e match:'inherits itself' \
	    pimg check --protos protos new
}

# Lines as the BSDs' files have them.
atf_test_case paste__bsd
paste__bsd_body()
{
	mkdir protos
	cp -R "$(atf_get_srcdir)/good/paste" protos/paste
	atf_check -o save:out pimg inspect --json --protos protos paste
	atf_check -o file:"$(atf_get_srcdir)/golden/paste.txt" jq -r \
	    '.calls[] | "\(.number) \(.name) \(.class) \(.target)"' out
}

atf_test_case bytes__odd
bytes__odd_body()
{
	mkdir -p protos/x
	printf 'personality x;\n\001 "open\n' > protos/x/x.proto
	atf_check -s exit:1 -e match:'byte 0x01 has no meaning' \
	    pimg check --protos protos x
	printf 'personality x;\n\000\n' > protos/x/x.proto
	atf_check -s exit:5 -e match:'contains a NUL byte' \
	    pimg check --protos protos x
	rm protos/x/x.proto
	atf_check -s exit:3 -e match:'no prototype files' \
	    pimg check --protos protos x
	mkfifo protos/x/x.proto
	atf_check -s exit:1 -e match:'not a regular file' \
	    timeout 10 pimg check --protos protos x
}

atf_init_test_cases()
{
	for n in line order maps sized structs variants; do
		atf_add_test_case "diagnostics__$n"
	done
	atf_add_test_case diagnostics__json
	atf_add_test_case slots__files
	atf_add_test_case slots__since
	atf_add_test_case inherit__overrides
	atf_add_test_case paste__bsd
	atf_add_test_case bytes__odd
}
