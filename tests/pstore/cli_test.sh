#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# Every verb by status, standard output and standard error; JSON; what the
# program says when it is used wrongly.

. "$(atf_get_srcdir)/store.subr"

TIME='[0-9]{4}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'

atf_test_case usage
usage_body()
{
	fresh_home
	is 2 empty "inline:pstore: which command?
pstore: hint: pstore --help lists the commands
" pstore
	is 2 empty "inline:pstore: frobnicate: no such command
pstore: hint: pstore --help lists the commands
" pstore frobnicate
	is 2 empty "inline:pstore: list: option --wrong is unknown, ambiguous or lacks its value
pstore: hint: pstore list [NAME]
" pstore list --wrong
	is 2 empty match:'option -x is unknown' pstore promote -x a@1
	is 2 empty match:'option -m is unknown or lacks' pstore promote a@1 -m
	is 2 empty match:'--store needs a folder' pstore list --store
	is 2 empty match:'--store is given twice' pstore --store a --store b list
	is 2 empty match:'--store is given twice' pstore --store a list --store b
	is 2 empty match:'-n is given twice' pstore promote -n -n a@1
	is 2 empty match:'--store: empty path' pstore list --store ''
	for verb in add show promote remove export trust; do
		is 2 empty match:"$verb: an argument is missing" pstore $verb
	done
	for verb in add show promote rollback remove list log current ps; do
		is 2 empty match:"$verb: too many arguments" pstore $verb a b
	done
	is 2 empty match:"fsck: too many" pstore fsck a
	is 2 empty match:"status: too many" pstore status a
	is 2 empty match:'trust: frob: not a thing' pstore trust frob
	is 2 empty match:'-o FILE is missing' pstore export a@1
	is 2 empty match:'kernel: frob: not a thing' pstore kernel frob
	[ -e /dev/pimg ] || is 3 empty match:'hint: load the module: modprobe' \
	    pstore kernel status
	is 2 empty match:'not the name of an image' pstore show 'A b'
	is 2 empty match:'which version of it' pstore promote testabi
}

atf_test_case help
help_body()
{
	fresh_home
	is 0 save:out empty pstore --help
	for verb in add current exec export fsck kernel list log promote ps remove \
	    rollback show status trust; do
		grep -q "^  pstore $verb" out || atf_fail "$verb is not in --help"
		# The verb's own help is its synopsis, from whichever program.
		is 0 match:"^  pstore $verb" empty pstore $verb --help
	done
	is 0 match:'^pstore [0-9]' empty pstore --version
}

# The manual's synopsis is what --help says, for every command.
atf_test_case manual
manual_head()
{
	atf_set require.progs mandoc
}
manual_body()
{
	for man in "$PIMG_TESTS/../../share/man/man1/pstore.1" \
	    "$PIMG_TESTS/../../man/pstore.1"; do
		[ ! -f "$man" ] || break
	done
	[ -f "$man" ] || atf_fail "where is the manual?"
	mandoc -Tascii -O width=400 "$man" | sed -e 's/.\x08//g' |
	    sed -n '/^SYNOPSIS/,/^DESCRIPTION/p' | tr A-Z a-z | sed -n \
	    -e 's/  */ /g' -e 's/^ *pstore \([a-z]\)/pstore \1/p' >manual
	pstore --help | sed -n 's/^  pstore /pstore /p' | tr A-Z a-z | sed \
	    -e 's/ | list | /\npstore trust list\npstore trust /' >help
	atf_check -o file:manual cat help
	# And each exit status has its place there.
	for n in 0 1 2 3 4 5 6 7 8 9 10 125 126 127; do
		grep -q "^\.It $n\$" "$man" || atf_fail "status $n"
	done
}

atf_test_case errors_json
errors_json_body()
{
	fresh_home
	is 3 empty save:err pstore --json show testabi@1
	is 0 inline:'not-found\n' empty jq -r .error.code err
	is 0 inline:'see what is there: pstore list\n' empty jq -r .error.hint err
	is 0 match:'^testabi@1: find: no such version; searched ' empty \
	    jq -r .error.message err
	is 2 empty save:err pstore list --json a b
	is 0 inline:usage'\n' empty jq -r .error.code err
	is 125 empty save:err pstore exec --json nothing -- true
	is 0 inline:not-found'\n' empty jq -r .error.code err
	printf 'x' >'odd"
name.tar'
	is 5 empty save:err pstore --json add 'odd"
name.tar'
	is 0 inline:corrupt'\n' empty jq -r .error.code err
	is 0 match:'^odd"$' empty jq -r .error.message err
	# As text, a name with a newline cannot forge a second line.
	is 5 empty match:'^pstore: odd"\?name.tar: read' pstore add 'odd"
name.tar'
}

atf_test_case absent_store
absent_store_body()
{
	fresh_home
	is 0 empty empty pstore list
	is 0 inline:'{"schema":1,"images":[]}\n' empty pstore list --json
	is 3 empty match:"linux26: find: no version of it; searched $PWD/store \(absent\), $PWD/home/.local/share/pimg \(absent\), " \
	    pstore list linux26
	is 0 empty empty pstore current
	is 3 empty match:"searched $PWD/store \(absent\)" pstore current linux26
	is 3 empty match:'there is no store yet' pstore log
	is 3 empty match:'does not exist' pstore fsck
	is 3 empty match:'no such version' pstore promote linux26@1
	is 3 empty match:'no such version' pstore remove linux26@1
	is 3 empty match:'nothing was promoted yet' pstore rollback
	is 0 inline:'{"schema":1,"keys":[]}\n' empty pstore trust list --json
	rm -rf store
	is 0 match:'^store .* absent$' empty pstore status
	[ ! -e store ] || atf_fail "a reading command made the store"
}

atf_test_case add
add_body()
{
	fresh_store
	make_bundle 1
	is 0 inline:"testabi@1 added to $PWD/store\n" empty pstore add 1.tar
	is 0 inline:"testabi@1 is already in $PWD/store\n" empty pstore add 1.tar
	is 0 save:out empty pstore add --json 1.tar
	is 0 inline:'1 testabi@1 unchanged\n' empty \
	    jq -r '"\(.schema) \(.image) \(.result)"' out
	mkversion bundle -o other.tar -v 1 -s other -k home/my.key "$HERE/image"
	is 7 empty match:'testabi@1: add: the store has another one: sha256:[0-9a-f]{64} there, sha256:[0-9a-f]{64} here' \
	    pstore add other.tar
	is 3 empty match:'no.tar: open: No such file' pstore add no.tar
	is 5 empty match:'home: read: not a regular file' pstore add home
	# A second signature of the same version comes in by the same way.
	mkversion keygen home/second.key >/dev/null
	mkversion bundle -o two.tar -v 1 -s 'source of 1' -k home/my.key \
	    -k home/second.key "$HERE/image"
	is 0 match:'a signature was added' empty pstore add two.tar
	is 0 save:out empty pstore list --json
	is 0 inline:'2\n' empty jq '.images[0].signers|length' out
	is 0 match:'all is well' empty pstore fsck
}

atf_test_case add_untrusted
add_untrusted_body()
{
	fresh_store
	mkversion keygen home/alien.key >/dev/null
	mkversion bundle -o un.tar "$HERE/image"
	mkversion bundle -o alien.tar -v 2 -k home/alien.key "$HERE/image"
	is 4 empty match:'testabi@1: verify: not signed' pstore add un.tar
	is 4 empty match:'testabi@2: verify: signed by no trusted key' \
	    pstore add alien.tar
	is 0 empty empty pstore list
	is 0 match:'added to' match:'not signed; added all the same' \
	    pstore add --allow-untrusted un.tar
	is 0 match:'add-untrusted testabi@1: testabi@1: verify: not signed' \
	    empty pstore log
	is 0 match:'^trusted alien ' empty pstore trust add home/alien.pub
	is 0 match:'added to' empty pstore add alien.tar
}

atf_test_case list
list_body()
{
	fresh_store 2
	is 0 ignore empty pstore promote testabi@2
	is 0 save:out empty pstore list
	atf_check -o inline:"store $PWD/store (PIMG_STORE)\n" head -n 1 out
	atf_check -o match:"^  testabi@1 +$TIME  sha256:[0-9a-f]{12}  [0-9A-F]{16}\$" \
	    sed -n 2p out
	atf_check -o match:"^\* testabi@2 " sed -n 3p out
	is 0 save:out empty pstore list testabi --json
	atf_check -o inline:'1
["created","current","digest","image","personality","signers","version"]
testabi@1 testabi 1 false
testabi@2 testabi 2 true
' jq -rc '.schema, (.images[0]|keys), (.images[]|"\(.image) \(.personality) \(.version) \(.current)")' out
	atf_check -o match:'^sha256:[0-9a-f]{64}$' jq -r '.images[0].digest' out
	atf_check -o match:"^$TIME\$" jq -r '.images[0].created' out
	is 3 empty match:'other: find: no version of it' pstore list other
}

atf_test_case list_many_stores
list_many_stores_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	first=$PIMG_STORE
	PIMG_STORE=$PWD/second
	is 0 ignore empty pstore trust add home/my.pub
	make_bundle 5
	is 0 ignore empty pstore add 5.tar
	is 0 ignore empty pstore promote testabi@5
	# --store comes first, then the environment's.
	is 0 save:out empty pstore list --store "$first"
	atf_check -o inline:"store $first (--store)\nstore $PWD/second (PIMG_STORE)\n" \
	    grep ^store out
	atf_check -o match:'^\* testabi@1 ' -o match:'^- testabi@5 ' cat out
	is 0 inline:"testabi@1  $first\n" empty pstore current --store "$first"
	is 0 inline:"testabi@5  $PWD/second\n" empty pstore current
	is 0 save:out empty pstore list --store "$first" --json
	atf_check -o inline:'testabi@1\n' jq -r '.images[]|select(.current).image' out
	# Writing touches the first only, and the message helps.
	is 3 empty match:'only the first store is changed: add --store' \
	    pstore --store "$first" promote testabi@5
	# The same store named twice is one.
	is 0 save:out empty pstore list --store "$PIMG_STORE"
	atf_check -o inline:'1\n' grep -c ^store out
}

atf_test_case show
show_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	is 0 save:out empty pstore show testabi
	atf_check -o match:'^image: testabi@1 \(current\)$' \
	    -o match:"^store: $PWD/store\$" \
	    -o match:'^digest: sha256:[0-9a-f]{64}$' \
	    -o match:'^source: sha256:[0-9a-f]{64}$' \
	    -o match:'^abi: 1$' -o match:"^created: $TIME\$" \
	    -o match:'^file: x86_64 [0-9]+ sha256:[0-9a-f]{64}$' \
	    -o match:'^file: sources.tar 11 ' \
	    -o match:'^signer: [0-9A-F]{16} trusted as my$' cat out
	digest=$(sed -n 's/^digest: //p' out)
	is 0 file:out empty pstore show "testabi@$digest"
	is 0 save:json empty pstore show --json testabi@1
	atf_check -o inline:"testabi@1 $digest true trusted my 2\n" jq -r \
	    '.images[0]|"\(.image) \(.digest) \(.current) \(.signatures[0].verdict) \(.signatures[0].name) \(.files|length)"' json
	is 3 empty match:'no such version' pstore show testabi@2
	is 3 empty match:'no such version' pstore show \
	    testabi@sha256:0000000000000000000000000000000000000000000000000000000000000000
	chmod u+w store/versions/testabi@1/sources.tar
	echo >>store/versions/testabi@1/sources.tar
	is 5 empty match:'testabi@1/sources.tar: read: not the bytes that the manifest names' \
	    pstore show testabi
}

atf_test_case trust
trust_body()
{
	fresh_home
	mkversion keygen home/a.key >/dev/null
	mkversion keygen home/b.key >/dev/null
	is 0 match:"^trusted a [0-9A-F]{16} in $PWD/store\$" empty \
	    pstore trust add home/a.pub
	is 0 ignore empty pstore trust add home/a.pub
	is 7 empty match:'another key has this name' pstore trust add home/b.pub a
	is 0 ignore empty pstore trust add home/b.pub 'by mail'
	is 0 save:out empty pstore trust list
	atf_check -o match:'^[0-9A-F]{16}  a  ' -o match:'^[0-9A-F]{16}  by mail  ' \
	    cat out
	is 0 save:out empty pstore trust list --json
	atf_check -o inline:'a\nby mail\n' jq -r '.keys[].name' out
	is 0 inline:"removed by mail in $PWD/store\n" empty \
	    pstore trust remove 'by mail'
	is 3 empty match:'hint: see the names: pstore trust list' \
	    pstore trust remove 'by mail'
	is 2 empty match:'not a name for a key' pstore trust remove ../../etc/x
	is 5 empty match:'not a minisign public key' pstore trust add home/a.key
	is 3 empty match:'nope: open' pstore trust add nope
	is 0 match:'trust-add a' empty pstore log
	is 0 match:'trust-remove by mail' empty pstore log
	# A file there that is no key, or that others may write: no key less,
	# but an error.
	echo junk >store/trust.d/junk.pub
	is 5 empty match:'trust.d/junk.pub: read: not a minisign public key' \
	    pstore trust list
	rm store/trust.d/junk.pub
	chmod o+w store/trust.d/a.pub
	is 8 empty match:'trust.d/a.pub: check: others may write it' \
	    pstore trust list
}

atf_test_case log
log_body()
{
	fresh_store 2
	is 0 ignore empty pstore promote testabi@1
	is 0 ignore empty pstore promote -m 'try getrandom' testabi@2
	is 0 ignore empty pstore rollback
	is 0 save:out empty pstore log
	sed -n '5,$p' out | sed -E "s/^$TIME  [^ ]+( \(sudo by [^)]*\))?  //" >rest
	atf_check -o inline:'promote testabi@1
promote testabi@2 (was testabi@1): try getrandom
rollback testabi@1 (was testabi@2)
' cat rest
	is 0 save:out empty pstore log --json testabi
	atf_check -o inline:'add testabi@1 null null
add testabi@2 null null
promote testabi@1 null null
promote testabi@2 testabi@1 try getrandom
rollback testabi@1 testabi@2 null
' jq -r '.events[]|"\(.action) \(.image) \(.previous) \(.message)"' out
	# A torn last line of the other half is passed over and said.
	printf '{"at":"2026-01-01T00:00:00Z","who":"x","action":"exec-untrusted","image":"testabi@1","message":"m"}\n{"at":"20' >>store/log
	is 0 match:'exec-untrusted testabi@1: m' \
	    match:'log: 1 lines cannot be read' pstore log
	# Merged by time: the line of January comes first.
	is 0 save:out ignore pstore log
	atf_check -o match:'^2026-01-01T00:00:00Z  x  exec-untrusted' sed -n 2p out
}

atf_test_case remove
remove_body()
{
	fresh_store 3
	for i in 1 2 3; do
		is 0 ignore empty pstore promote testabi@$i
	done
	is 7 empty match:'testabi@3: remove: it is current' pstore remove testabi@3
	is 0 inline:'would remove testabi@2\na rollback would pass it over\n' \
	    empty pstore remove -n testabi@2
	[ -d store/versions/testabi@2 ] || atf_fail "-n removed it"
	is 0 inline:'removed testabi@2\na rollback will pass it over\n' empty \
	    pstore remove testabi@2
	[ ! -e store/versions/testabi@2 ] || atf_fail "it is still there"
	is 3 empty match:'no such version' pstore remove testabi@2
	is 0 match:'^testabi: 3 -> 1 ' empty pstore rollback
	is 0 match:'all is well' empty pstore fsck
	is 0 match:'remove testabi@2' empty pstore log
	atf_check -o inline:'\n' sh -c 'ls -A store/versions | grep -v ^testabi@ || echo'
}

atf_test_case remove_running
remove_running_body()
{
	fresh_store 2
	is 0 ignore empty pstore promote testabi@2
	pstore exec testabi@1 -- /bin/true sleep >/dev/null 2>&1 &
	pid=$!
	retry 5 sh -c "pstore ps testabi@1 | grep -q $pid" ||
	    atf_fail "it does not run"
	is 6 empty match:"1 processes run in it, process $pid" \
	    pstore remove testabi@1
	is 0 match:'removed testabi@1' empty pstore remove --force testabi@1
	is 0 match:"^ *$pid  testabi@1  +sud  +" empty pstore ps
	kill $pid
}

atf_test_case ps
ps_body()
{
	fresh_store 2
	is 0 ignore empty pstore promote testabi@2
	# The system's store may be in use: ask for this one's personality.
	is 0 empty empty pstore ps testabi
	is 0 inline:'{"schema":1,"processes":[]}\n' empty pstore ps --json testabi
	pstore exec testabi@1 -- /bin/true sleep >/dev/null &
	one=$!
	pstore exec testabi -- cat sleep >/dev/null &
	two=$!
	retry 5 sh -c 'test $(pstore ps testabi | wc -l) = 3' || atf_fail "ps"
	is 0 save:out empty pstore ps
	# The stand-in leaves its arguments as they are: the guest's name is
	# taken from behind "--".
	atf_check -o match:"^ *$one  testabi@1 +sud +/bin/true\$" \
	    -o match:"^ *$two  testabi@2 +sud +cat\$" cat out
	is 0 save:out empty pstore ps --json testabi
	atf_check -o inline:"[\"carrier\",\"image\",\"pid\",\"program\"]
$one /bin/true testabi@1 sud
$two cat testabi@2 sud
" jq -rc "(.processes[0]|keys), (.processes|sort_by(.image)|.[]|\"\(.pid) \(.program) \(.image) \(.carrier)\")" out
	is 0 save:out empty pstore ps testabi@1
	atf_check -o inline:'2\n' sh -c 'wc -l <out'
	digest=$(pstore show --json testabi@1 | jq -r '.images[0].digest')
	is 0 file:out empty pstore ps "testabi@$digest"
	is 0 empty empty pstore ps test
	kill $one $two
}

atf_test_case fsck
fsck_body()
{
	fresh_store 3
	is 0 ignore empty pstore promote testabi@1
	is 0 ignore empty pstore promote testabi@2
	is 0 inline:"$PWD/store: all is well\n" empty pstore fsck
	is 0 inline:'{"schema":1,"problems":[]}\n' empty pstore fsck --json
	v=store/versions
	# What repair mends.
	chmod u+w $v/testabi@1/digest
	echo sha256:0 >$v/testabi@1/digest
	mv $v/testabi@3 aside
	is 5 save:out match:'fsck: 2 problems' pstore fsck
	atf_check -o inline:'testabi@1: digest: not the manifest'"'"'s
testabi@3: in the catalogue, but its folder is gone
' sort out
	is 0 match:'digest: not the manifest.s \(repaired\)' empty \
	    pstore fsck --repair
	is 0 match:'all is well' empty pstore fsck
	mv aside $v/testabi@3
	is 5 match:'testabi@3: not in the catalogue' match:'1 problems' pstore fsck
	is 0 match:'repaired' empty pstore fsck --repair
	is 0 match:'testabi@3' empty pstore list
	# A catalogue that is lost is made anew from the files.
	rm store/catalogue.db
	is 0 match:'testabi@1' empty pstore list
	is 0 match:'all is well' empty pstore fsck --repair
	is 0 match:'^\* testabi@2' empty pstore list
	# A link that was changed by hand: the catalogue decides.
	ln -sfn ../versions/testabi@1 store/current/testabi
	is 0 ignore ignore pstore list
	atf_check -o inline:'../versions/testabi@2\n' readlink store/current/testabi
	# What nothing can mend.
	chmod u+w $v/testabi@1 $v/testabi@1/x86_64
	printf x | dd of=$v/testabi@1/x86_64 bs=1 seek=500 conv=notrunc 2>/dev/null
	touch $v/testabi@2/extra
	is 5 save:out match:'what is left cannot be repaired' pstore fsck --repair
	atf_check -o match:'testabi@1: testabi@1/x86_64: read: not the bytes' \
	    -o match:'testabi@2: extra: the manifest does not name it' cat out
}

atf_test_case export
export_body()
{
	fresh_store 1
	is 0 inline:'testabi@1 written to out.tar\n' empty \
	    pstore export testabi@1 -o out.tar
	# The encoding is canonical: what was added comes back bit by bit.
	atf_check cmp 1.tar out.tar
	is 3 empty match:'no such version' pstore export testabi@2 -o x.tar
	is 3 empty match:'No such file' pstore export testabi@1 -o no/x.tar
	[ ! -e x.tar ] || atf_fail "a file was left"
}

atf_test_case output_full
output_full_body()
{
	fresh_store 1
	is 9 ignore match:'standard output: write: No space left' \
	    sh -c 'pstore list >/dev/full'
	is 9 ignore match:'standard output: write: No space left' \
	    sh -c 'pstore status >/dev/full'
}

atf_test_case status
status_body()
{
	fresh_home
	is 0 save:out empty pstore status
	atf_check -o match:'^carrier sud: usable$' \
	    -o match:'^carrier kmod: not usable: ' \
	    -o match:'^carrier sites: not usable: patched call sites are not in this version$' \
	    -o match:"^store $PWD/store \(PIMG_STORE\): absent\$" cat out
	is 0 save:out empty pstore status --json
	atf_check -o inline:'true null null\n' jq -r \
	    '.carriers[]|select(.carrier=="sud")|"\(.usable) \(.cause) \(.hint)"' out
	for errno in 1 22 38; do
		is 10 match:'^carrier sud: not usable: a seccomp filter refuses prctl' \
		    empty refuse $errno pstore status
	done
	is 10 match:'^carrier sud: not usable: a seccomp filter kills' empty \
	    refuse kill pstore status
	is 10 match:'kernel, 2.6.[0-9]+.*, is older than 5.11' empty \
	    setarch --uname-2.6 refuse 22 pstore status
	is 10 save:out empty refuse 1 pstore status --json
	atf_check -o match:'start the container with' jq -r \
	    '.carriers[]|select(.carrier=="sud").hint' out
	mkdir store && chmod 777 store
	is 0 match:'refused' empty pstore status
}

atf_init_test_cases()
{
	for case in usage help manual errors_json absent_store add add_untrusted list \
	    list_many_stores show trust log remove remove_running ps fsck \
	    export output_full status; do
		atf_add_test_case $case
	done
}
